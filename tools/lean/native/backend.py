"""A toolchain of the user's as a LeanBackend: servers written in Lean, run in the sandbox."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Sequence
from functools import cached_property
from pathlib import Path
from typing import Any, Self

from platformdirs import user_cache_path

from proofloop.core.errors import InputError
from proofloop.tools.lean.backend import CheckRequest, ProbeAnswer, ProbeRequest
from proofloop.tools.lean.native.compile import PRELUDE, prelude_folder, server_folder
from proofloop.tools.lean.native.pool import Pool, Server, imports_of
from proofloop.tools.lean.native.toolchain import Toolchain, find_toolchain
from proofloop.tools.lean.native.worker import Worker
from proofloop.tools.lean.report import LeanReport, LeanVersion
from proofloop.tools.lean.requests import (
    BadSource,
    Texts,
    available_cores,
    check_report,
    check_texts,
    probe_answer,
    probe_texts,
    timed,
)
from proofloop.tools.lean.verdict import rejected
from proofloop.tools.sandbox.bubblewrap import Sandbox, SandboxLimits, bubblewrap

# Importing Mathlib from a cold disk may take a minute.
START_SECONDS = 300.0
MEMORY_MB = 2000  # of one process, mapped library files not counted

Progress = Callable[[str, float], None]
_log = logging.getLogger(__name__)


class NativeLean:
    """Lean processes of a native toolchain; implements LeanBackend.

    ``command`` names the program ``lean`` (default: the PATH's, then elan's), ``project`` a Lake
    project whose compiled modules can be imported. ``workers``: checks at a time, each a process
    that keeps its imports; one process more is the trusted one. ``memory_mb``: a process whose own
    memory (mapped library files not counted) is above this after a check is replaced;
    ``hard_memory_mb``: what the system gives it at most. ``readable`` are further folders that the
    program ``lean`` itself needs to see in the sandbox. Belongs to one event loop.
    """

    def __init__(
        self,
        *,
        command: str | None = None,
        project: Path | None = None,
        cache_dir: Path | None = None,
        workers: int | None = None,
        memory_mb: int = MEMORY_MB,
        hard_memory_mb: int = 8000,
        readable: Sequence[Path] = (),
        progress: Progress | None = None,
    ) -> None:
        self._workers = workers or available_cores()
        self._command, self._project = command, project
        self._cache = cache_dir or user_cache_path("proofloop")
        self._memory_mb, self._hard_memory_mb = memory_mb, max(hard_memory_mb, memory_mb)
        self._readable = tuple(readable)
        self._progress = progress or (lambda stage, fraction: None)
        self._opening = asyncio.Lock()
        self._pool: Pool | None = None
        self._server = Path()
        self._prelude: Path | None = None

    @cached_property
    def toolchain(self) -> Toolchain:
        """Raises LeanUnavailable."""
        return find_toolchain(self._command, self._project)

    @cached_property
    def version(self) -> LeanVersion:
        return LeanVersion(
            version=self.toolchain.version,
            backend=self.toolchain.name,
            isolation=bubblewrap().isolation,
        )

    @property
    def workers(self) -> int:
        """How many checks run at a time."""
        return self._workers

    @property
    def pids(self) -> list[int]:
        """The checking processes that run now."""
        return self._pool.pids if self._pool else []

    async def start(self) -> None:
        """Compile our servers if that is not done, and wait until they are ready. Raises
        LeanUnavailable."""
        await (await self._opened([])).start(["Init"])

    async def check(self, request: CheckRequest) -> LeanReport:
        try:
            texts = check_texts(request)
        except BadSource as bad:
            return rejected(bad.message, await self._version(), line=bad.line)
        pool = await self._opened(imports_of(texts))
        answer = await pool.check(request, texts)
        if problem := import_problem(answer, texts):
            return rejected(problem[0], self.version, line=problem[1])
        return check_report(request, answer, self.version)

    async def probe(self, request: ProbeRequest) -> ProbeAnswer:
        texts = probe_texts(request)
        pool = await self._opened(imports_of(texts))
        answer = await pool.probe(request, texts)
        if problem := import_problem(answer, texts):
            raise InputError(problem[0], line=problem[1])
        return probe_answer(timed(answer, request.limits))

    async def aclose(self) -> None:
        if self._pool is not None:
            await self._pool.aclose()
            self._pool = None

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.aclose()

    async def _version(self) -> LeanVersion:
        return await asyncio.to_thread(lambda: self.version)

    async def _opened(self, modules: Sequence[str]) -> Pool:
        async with self._opening:
            if self._pool is None:
                await asyncio.to_thread(self._prepare)
                self._pool = Pool(self._workers, self._worker)
            if self._prelude is None and any(m.split(".")[0] == PRELUDE for m in modules):
                self._prelude = await asyncio.to_thread(
                    prelude_folder, self.toolchain, self._cache, self._progress
                )
                # Processes that run do not look there.
                await self._pool.aclose()
            return self._pool

    def _prepare(self) -> None:
        self._server = server_folder(self.toolchain, self._cache, self._progress)
        if problem := bubblewrap().problem:
            _log.warning("native Lean runs without isolation: %s", problem)

    def _worker(self, role: str) -> Server:
        program = {"check": "CheckServer.lean", "trust": "TrustServer.lean"}[role]

        def command(modules: Sequence[str]) -> list[str]:
            words = [str(self.toolchain.lean), "--run", str(self._server / program), *modules]
            return self._sandbox().command(words)

        return Worker(command, start_seconds=START_SECONDS, memory_mb=self._memory_mb)

    def _sandbox(self, *more: Path) -> Sandbox:
        """``more``: what else can be read, folders of compiled modules among it."""
        toolchain = self.toolchain
        prelude = [self._prelude] if self._prelude else []
        own = [path for path in more if path.is_dir()]
        search = [self._server, *own, *prelude, *toolchain.search_path]
        readable = [toolchain.sysroot, toolchain.lean, *search, *more, *self._readable]
        return Sandbox(
            readable=tuple(dict.fromkeys(readable)),
            variables={
                "LEAN_PATH": ":".join(str(path) for path in search),
                "LEAN_SYSROOT": str(toolchain.sysroot),
            },
            limits=SandboxLimits(memory_mb=self._hard_memory_mb, file_mb=0),
        )


def import_problem(answer: dict[str, Any], texts: Texts) -> tuple[str, int] | None:
    """Why the imports cannot be had, and the line to blame."""
    if answer["status"] != "bad_import":
        return None
    if answer.get("failure"):
        return str(answer["failure"]), 1
    module = str(answer.get("detail") or "")
    return f"unknown module {module}", texts.line_of(module)
