"""A REPL held by lean-interact as a LeanBackend: the native servers' requests, as commands."""

from __future__ import annotations

import shlex
import tempfile
from collections.abc import Sequence
from functools import cached_property
from pathlib import Path
from typing import Any

from proofloop.tools.lean.interact.package import load, open_server, repl_program
from proofloop.tools.lean.interact.worker import ReplWorker
from proofloop.tools.lean.native.backend import START_SECONDS, NativeLean, Progress
from proofloop.tools.lean.native.compile import repl_folder
from proofloop.tools.lean.report import LeanVersion
from proofloop.tools.sandbox.bubblewrap import SEARCH_PATH, bubblewrap

MEMORY_MB = 6000  # of one REPL's processes, mapped library files counted


class InteractLean(NativeLean):
    """``repl`` is the folder of a built REPL for the version of Lean that ``command`` or
    ``project`` give, which compiles our module for it; the rest as in NativeLean.

    A REPL that sees a candidate's text can be made to say anything, so no acceptance rests on it:
    what it exports is re-checked in another REPL, which is given data and trusted text only."""

    def __init__(
        self,
        *,
        repl: Path | None,
        command: str | None = None,
        project: Path | None = None,
        cache_dir: Path | None = None,
        workers: int | None = None,
        memory_mb: int = MEMORY_MB,
        hard_memory_mb: int = 8000,
        readable: Sequence[Path] = (),
        progress: Progress | None = None,
    ) -> None:
        super().__init__(
            command=command,
            project=project,
            cache_dir=cache_dir,
            workers=workers,
            memory_mb=memory_mb,
            hard_memory_mb=hard_memory_mb,
            readable=readable,
            progress=progress,
        )
        self._repl = repl
        self._module = Path()
        self._folder: tempfile.TemporaryDirectory[str] | None = None

    @cached_property
    def version(self) -> LeanVersion:
        isolation = bubblewrap().isolation
        version = self.toolchain.version
        return LeanVersion(version=version, backend="lean-interact", isolation=isolation)

    async def aclose(self) -> None:
        await super().aclose()
        folder, self._folder = self._folder, None
        if folder is not None:
            folder.cleanup()

    def _prepare(self) -> None:
        load()
        repl_program(self._repl)
        super()._prepare()
        self._folder = tempfile.TemporaryDirectory(prefix="proofloop-repl-")
        self._module = repl_folder(self.toolchain, self._server, self._cache, self._progress)

    def _worker(self, role: str) -> ReplWorker:
        def open_repl() -> Any:
            return open_server(program.parents[3], self._launcher(program))

        program = repl_program(self._repl)
        return ReplWorker(role, open_repl, start_seconds=START_SECONDS, memory_mb=self._memory_mb)

    def _launcher(self, program: Path) -> Path:
        """What lean-interact starts as ``lake env PROGRAM``: the program in the sandbox, with the
        search path that ``lake env`` said, and without our environment."""
        sandbox = self._sandbox(self._module, program)
        assert self._folder is not None
        # Several may start at a time, and a shell reads its file as it goes.
        launcher = Path(tempfile.mkdtemp(dir=self._folder.name)) / "lake"
        # Without variables from here on: /proc shows what a process was started with, even to a
        # text in the sandbox. And nobody reads standard error, which would fill.
        command = shlex.join(["env", "-i", f"PATH={SEARCH_PATH}", *sandbox.command([str(program)])])
        launcher.write_text(f"#!/bin/sh\nexec {command} 2>/dev/null\n", encoding="utf-8")
        launcher.chmod(0o700)
        return launcher
