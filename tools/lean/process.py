"""One process with a Lean in it that speaks JSON lines: spawn, send, receive, kill."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import signal
from collections.abc import Mapping, Sequence
from typing import Any

from proofloop.core.errors import LeanUnavailable

# Answers are bounded to 4 MB by those who write them, but for exported proofs; a longer line is
# garbage.
LINE_LIMIT = 64 * 2**20
STDERR_KEPT = 4096
# Nothing else of our environment may reach the process: no keys, no tokens, no NODE_OPTIONS.
ENVIRONMENT = ("PATH", "HOME", "TMPDIR", "LANG")


class LeanProcess:
    """A started process. It ends with us: it stops when its standard input does, which the system
    closes even when we are killed."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        assert process.stdin and process.stdout and process.stderr
        self._process = process
        self._stdin, self._stdout = process.stdin, process.stdout
        self._stderr = b""
        self._stderr_task = asyncio.create_task(self._keep_stderr(process.stderr))

    @classmethod
    async def spawn(cls, command: Sequence[str], variables: Mapping[str, str]) -> LeanProcess:
        """Raises LeanUnavailable when the program cannot be started."""
        kept = {name: os.environ[name] for name in ENVIRONMENT if name in os.environ}
        try:
            process = await asyncio.create_subprocess_exec(
                *command,
                stdin=asyncio.subprocess.PIPE,
                stdout=asyncio.subprocess.PIPE,
                stderr=asyncio.subprocess.PIPE,
                limit=LINE_LIMIT,
                env={**kept, **variables},
                # Its own session: Ctrl-C is for us to handle.
                start_new_session=True,
            )
        except OSError as error:
            raise LeanUnavailable(f"cannot start {command[0]}: {error.strerror}") from error
        return cls(process)

    @property
    def pid(self) -> int:
        return self._process.pid

    @property
    def running(self) -> bool:
        return self._process.returncode is None

    @property
    def stderr_tail(self) -> str:
        """The end of what the process wrote to standard error, in one line."""
        return " ".join(self._stderr.decode(errors="replace").split())

    def send(self, message: Mapping[str, Any]) -> None:
        """Queue one message; lost, without an error, when the process has died."""
        if not self._stdin.is_closing():
            self._stdin.write(json.dumps(message, separators=(",", ":")).encode() + b"\n")

    async def receive(self) -> dict[str, Any] | None:
        """The next message, or None when there will be none: the process has died, or has
        written something that is no JSON object."""
        try:
            line = await self._stdout.readuntil(b"\n")
            message = json.loads(line)
        except (asyncio.IncompleteReadError, asyncio.LimitOverrunError, ValueError, OSError):
            return None
        except RecursionError:
            return None
        return message if isinstance(message, dict) else None

    async def kill(self) -> None:
        """End the process, if it still runs, and reap it."""
        if self._process.returncode is None:
            # Not Popen.kill: that may reap the process before asyncio does, which then complains.
            with contextlib.suppress(ProcessLookupError):
                os.kill(self._process.pid, signal.SIGKILL)
        self._stdin.close()
        await self._process.wait()
        self._stderr_task.cancel()

    async def _keep_stderr(self, stderr: asyncio.StreamReader) -> None:
        while chunk := await stderr.read(65536):
            self._stderr = (self._stderr + chunk)[-STDERR_KEPT:]
