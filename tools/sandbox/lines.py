"""A Python script in a sandbox that speaks JSON lines: what it is told, what it answers."""

from __future__ import annotations

import asyncio
import contextlib
import json
import sys
from pathlib import Path
from typing import Any, Self

from proofloop.core.errors import SandboxError
from proofloop.tools.sandbox.bubblewrap import Sandbox, SandboxLimits

LONGEST_LINE = 1_000_000  # bytes of one message
PYTHON = Path(sys.executable).resolve()  # the real one, with its library beside it


class LineProcess:
    """``start`` it, ``send`` and ``receive``, and ``end`` it; cancelling leaves that to the
    caller."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._process = process

    @classmethod
    async def start(
        cls,
        script: Path,
        first: dict[str, Any],
        limits: SandboxLimits,
        readable: tuple[Path, ...] = (),
    ) -> Self:
        """``script`` sees itself, Python and ``readable``; ``first`` is sent to it. Raises
        SandboxError."""
        sandbox = Sandbox(readable=(PYTHON.parent.parent, script, *readable), limits=limits)
        program = [str(PYTHON), "-I", "-S", str(script)]
        try:
            process = await asyncio.create_subprocess_exec(
                *sandbox.command(program),
                stdin=asyncio.subprocess.PIPE,
                stdout=asyncio.subprocess.PIPE,
                stderr=asyncio.subprocess.DEVNULL,
                limit=LONGEST_LINE,
                start_new_session=True,
                env={},
            )
        except OSError as error:
            raise SandboxError(f"cannot start the sandbox: {error.strerror}") from error
        started = cls(process)
        await started.send(first)
        return started

    @property
    def pid(self) -> int:
        """Of the sandbox, which takes everything in it along."""
        return self._process.pid

    @property
    def alive(self) -> bool:
        """As far as its parent has heard."""
        return self._process.returncode is None

    async def send(self, message: dict[str, Any]) -> None:
        assert self._process.stdin
        if self._process.returncode is not None:
            return
        with contextlib.suppress(ConnectionError):
            self._process.stdin.write(json.dumps(message).encode() + b"\n")
            await self._process.stdin.drain()

    async def receive(self) -> dict[str, Any] | None:
        """None at the end, or where what came is no message of ours."""
        assert self._process.stdout
        try:
            line = await self._process.stdout.readline()
            message = json.loads(line) if line else None
        except ValueError:  # too long, or no JSON
            return None
        return message if isinstance(message, dict) else None

    async def over(self) -> None:
        """Wait until it has ended."""
        await self._process.wait()

    async def end(self) -> None:
        with contextlib.suppress(ProcessLookupError):
            self._process.kill()  # bubblewrap takes everything in it along
        if self._process.stdin is not None:
            self._process.stdin.close()
        await self.over()
