"""The embedded Lean as a LeanBackend: installs itself, starts itself, checks, answers probes."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Sequence
from importlib.resources import files
from pathlib import Path
from typing import Any, Self

from platformdirs import user_cache_path

from proofloop.core.errors import InputError
from proofloop.tools.lean.backend import CheckRequest, ProbeAnswer, ProbeRequest
from proofloop.tools.lean.embedded.install import (
    LEAN_VERSION,
    NPM_NAME,
    NPM_VERSION,
    ensure_installed,
)
from proofloop.tools.lean.embedded.node import find_node
from proofloop.tools.lean.embedded.server import LeanServer
from proofloop.tools.lean.report import LeanReport, LeanVersion
from proofloop.tools.lean.requests import (
    BadSource,
    Texts,
    available_cores,
    check_report,
    check_texts,
    limits_message,
    probe_answer,
    probe_texts,
    timed,
)
from proofloop.tools.lean.verdict import rejected

VERSION = LeanVersion(
    version=LEAN_VERSION, backend=f"embedded ({NPM_NAME} {NPM_VERSION})", isolation="webassembly"
)
GRACE_SECONDS = 3.0  # from the polite stop of a check to the end of its worker
START_SECONDS = 300.0  # the first start compiles the prelude
ROOTS = frozenset({"Init", "Std", "Lean", "Proofloop"})  # modules that are surely there

Progress = Callable[[str, float], None]


class EmbeddedLean:
    """Lean as WebAssembly in one Node process; implements LeanBackend.

    ``workers``: checks at a time, by default one a core. ``probe_workers``: probes at a time; the
    first probe starts the first of them. ``memory_mb``: a worker that holds more
    after a check is replaced; ``hard_memory_mb``: one that grows past it during a check is killed.
    ``imports``: what the workers have read before the first check, where that is surely there; by
    default what the first check asks for. ``progress`` is told the stage and the fraction done of
    the first-time installation.

    Belongs to one event loop. Use ``async with EmbeddedLean() as lean``, or ``aclose`` it.
    """

    def __init__(
        self,
        *,
        cache_dir: Path | None = None,
        workers: int | None = None,
        probe_workers: int = 1,
        memory_mb: int = 1200,
        hard_memory_mb: int = 1900,
        stack_mb: int = 64,
        imports: Sequence[str] = (),
        progress: Progress | None = None,
    ) -> None:
        self._cache_dir = cache_dir or user_cache_path("proofloop")
        self._progress = progress
        self._imports = tuple(imports)
        self._config: dict[str, int] = {
            "workers": workers or available_cores(),
            "probe_workers": probe_workers,
            "memory_mb": memory_mb,
            "hard_memory_mb": max(hard_memory_mb, memory_mb),
            "grace_ms": int(GRACE_SECONDS * 1000),
            "stack_mb": stack_mb,
        }
        self._starting = asyncio.Lock()
        self._server: LeanServer | None = None

    @property
    def version(self) -> LeanVersion:
        return VERSION

    @property
    def workers(self) -> int:
        """How many checks run at a time."""
        return self._config["workers"]

    @property
    def pid(self) -> int | None:
        """The Node process that runs now, if one does."""
        return self._server.pid if self._server else None

    async def start(self) -> None:
        """Install Lean if it is not there, and wait until it is ready. Raises LeanUnavailable."""
        await (await self._opened()).start()

    async def check(self, request: CheckRequest) -> LeanReport:
        try:
            texts = check_texts(request)
        except BadSource as bad:
            return rejected(bad.message, VERSION, line=bad.line)
        server = await self._opened(texts.modules)
        answer = await server.request(
            check_message(request, texts),
            seconds=request.limits.wall_seconds + GRACE_SECONDS,
        )
        if answer["status"] == "bad_import":
            line = texts.line_of(answer["detail"])
            return rejected(f"unknown module {answer['detail']}", VERSION, line=line)
        return check_report(request, answer, VERSION)

    async def probe(self, request: ProbeRequest) -> ProbeAnswer:
        texts = probe_texts(request)
        server = await self._opened(texts.modules)
        answer = await server.request(
            probe_message(request, texts),
            seconds=request.limits.wall_seconds + GRACE_SECONDS,
        )
        if answer["status"] == "bad_import":
            line = texts.line_of(answer["detail"])
            raise InputError(f"unknown module {answer['detail']}", line=line)
        return probe_answer(timed(answer, request.limits))

    async def stats(self) -> dict[str, Any]:
        """Memory and restarts of every worker, as the Node process counts them."""
        return await (await self._opened()).request({"op": "stats"})

    async def aclose(self) -> None:
        if self._server is not None:
            await self._server.aclose()
            self._server = None

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.aclose()

    async def _opened(self, imports: Sequence[str] = ()) -> LeanServer:
        async with self._starting:
            if self._server is None:
                first = self._imports or imports
                known = first if ROOTS.issuperset(first) else ()
                self._server = await asyncio.to_thread(self._prepare, known)
            return self._server

    def _prepare(self, imports: Sequence[str]) -> LeanServer:
        prepared = ensure_installed(self._cache_dir, self._progress)
        lean = Path(str(files("proofloop.lean")))
        config = self._config | {
            "prepared": str(prepared.path),
            "prelude": str(lean / "prelude"),
            "probes": str(lean / "probes"),
            "imports": list(imports),
        }
        return LeanServer(
            [str(find_node().path), str(lean / "host" / "supervisor.js")],
            {"PROOFLOOP_LEAN_HOST": json.dumps(config)},
            progress=self._progress,
            start_seconds=START_SECONDS,
        )


def check_message(request: CheckRequest, texts: Texts) -> dict[str, Any]:
    """The request as the supervisor takes it."""
    message = {
        "op": "check",
        "imports": list(texts.modules),
        "header": texts.header,
        "source": texts.source,
        "statement": request.statement,
        "limits": limits_message(request.limits),
        "auto_implicit": request.auto_implicit,
    }
    if texts.reference is not None:
        modules, header = texts.reference
        message["reference"] = {"imports": list(modules), "header": header}
    return message


def probe_message(request: ProbeRequest, texts: Texts) -> dict[str, Any]:
    return {
        "op": "probe",
        "probe": request.probe,
        "imports": list(texts.modules),
        "header": texts.header,
        "source": texts.source,
        "arguments": request.arguments,
        "limits": limits_message(request.limits),
    }
