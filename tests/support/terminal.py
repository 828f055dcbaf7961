"""A command in a terminal of its own (a pty), for tests that type and read the screen."""

from __future__ import annotations

import fcntl
import os
import pty
import re
import select
import signal
import struct
import termios
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Self

from support.forked import fork_in_terminal

_ESCAPES = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")
CTRL_C, CTRL_D = "\x03", "\x04"


class Terminal:
    """As ``python COMMAND``. ``expect`` waits for words that come after those it has found already;
    a context manager, which kills what still runs."""

    def __init__(
        self,
        command: Sequence[str],
        *,
        folder: Path,
        environment: Mapping[str, str],
        size: tuple[int, int] = (60, 120),
    ) -> None:
        self._fd, inner = pty.openpty()
        fcntl.ioctl(inner, termios.TIOCSWINSZ, struct.pack("HHHH", *size, 0, 0))
        kept = {name: environment[name] for name in environment if name not in ("COLUMNS", "LINES")}
        self.process = fork_in_terminal(command, folder, {**kept, "TERM": "xterm"}, inner)
        os.close(inner)
        self.screen = ""
        self._read = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.kill()
        os.close(self._fd)

    def type(self, keys: str) -> None:
        os.write(self._fd, keys.encode())

    def expect(self, words: str, *, seconds: float = 240) -> str:
        """What was printed up to these words."""
        end = time.monotonic() + seconds
        while (at := self.screen.find(words, self._read)) < 0:
            if not self._more(end):
                raise AssertionError(f"no {words!r} in:\n{self.screen[self._read :]}")
        before, self._read = self.screen[self._read : at], at + len(words)
        return before

    def ended(self, *, seconds: float = 240) -> int:
        """The exit code; what was printed last is in ``screen``."""
        end = time.monotonic() + seconds
        while self._more(end):
            pass
        self.process.join(max(0.1, end - time.monotonic()))
        assert self.process.exitcode is not None, f"it goes on after:\n{self.screen}"
        return self.process.exitcode

    def kill(self) -> None:
        if self.process.exitcode is None:
            assert self.process.pid is not None
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.join()

    def _more(self, end: float) -> bool:
        """Whether there was more to read before ``end``."""
        ready, _, _ = select.select([self._fd], [], [], max(0, end - time.monotonic()))
        try:
            data = os.read(self._fd, 65536) if ready else b""
        except OSError:  # the other side is closed
            data = b""
        self.screen = _ESCAPES.sub("", self.screen + data.decode(errors="ignore"))
        return bool(data)
