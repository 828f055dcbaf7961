"""Single keys of a terminal, without Enter."""

from __future__ import annotations

import contextlib
import os
import select
import signal
import sys
from collections.abc import Iterator
from typing import Any, Self

import typer

try:
    import termios
    import tty
except ImportError:  # no POSIX: keys come one by one from typer, and nothing else is needed
    termios = tty = None  # type: ignore[assignment]

END = "\x04"  # Ctrl-D


class Keyboard:
    """Standard input, a key at a time while the context is open, also those typed while something
    else is done; Ctrl-C interrupts at any time."""

    def __enter__(self) -> Self:
        if termios is not None:
            self._terminal = sys.stdin.fileno()
            self._before = termios.tcgetattr(self._terminal)
            tty.setcbreak(self._terminal, termios.TCSADRAIN)
        return self

    def __exit__(self, *_: object) -> None:
        self._set(None)

    def read(self) -> str:
        """Waits for a key. More than one character where several were typed, and for an arrow or
        function key. Raises EOFError for Ctrl-D and when the terminal is gone."""
        if termios is None:
            return typer.getchar()
        wait_for_input(self._terminal)
        try:
            typed = os.read(self._terminal, 64).decode(errors="ignore")
        except OSError:
            raise EOFError from None
        if not typed or END in typed:
            raise EOFError
        return typed

    @contextlib.contextmanager
    def lines(self) -> Iterator[None]:
        """The terminal as it was before: for prompts and editors."""
        if termios is None:
            yield
            return
        keys = termios.tcgetattr(self._terminal)
        self._set(None)
        try:
            yield
        finally:
            self._set(keys)

    def forget(self) -> None:
        """Drops what was typed and not read: it was not meant for what comes next."""
        if termios is not None:
            with contextlib.suppress(termios.error):
                termios.tcflush(self._terminal, termios.TCIFLUSH)

    def _set(self, attributes: list[Any] | None) -> None:
        if termios is not None:
            with contextlib.suppress(termios.error):  # the terminal may be gone
                chosen = attributes or self._before
                termios.tcsetattr(self._terminal, termios.TCSADRAIN, chosen)


def read_line() -> str:
    """Waits for a line in a terminal that is not read by keys. Raises EOFError for Ctrl-D on an
    empty one and when the terminal is gone."""
    if termios is not None:
        wait_for_input(sys.stdin.fileno())
    return input()


def wait_for_input(file: int) -> None:
    """Until there is something to read, or a signal has been heard. A read that is begun just after
    a signal has come, and before Python looks for one, would not hear of it until the next key."""
    heard, told = os.pipe()
    os.set_blocking(told, False)
    before = signal.set_wakeup_fd(told)
    try:
        select.select([file, heard], [], [])
    finally:
        signal.set_wakeup_fd(before)
        os.close(heard)
        os.close(told)
