"""Python programs in processes of their own, without the second or two that their imports take:
forked from a server that has imported the package once (multiprocessing's fork server).

For tests that kill a process, interrupt it or start it anew. What is about the start of Python
itself needs ``subprocess``."""

from __future__ import annotations

import fcntl
import multiprocessing
import os
import runpy
import signal
import sys
import termios
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from pathlib import Path
from subprocess import CompletedProcess, TimeoutExpired
from typing import IO

_context = multiprocessing.get_context("forkserver")
# Not ``support``: the server does not know the tests' folder when it imports these. pytest is what
# this process was started with, which a child imports again.
_context.set_forkserver_preload(
    [
        "pytest", "proofloop.cli.app", "proofloop.session", "proofloop.agents.llm.factory",
        "proofloop.agents.llm.openai_client", "proofloop.graphs.catalogue", "sympy", "aiohttp",
    ]
)  # fmt: skip


class Forked:
    """As ``python WORDS`` under ``subprocess.Popen``, of which it has what tests use: the first
    word is a script or ``-m``, all three streams are pipes of text."""

    def __init__(
        self,
        words: Sequence[str],
        folder: Path | None = None,
        environment: Mapping[str, str] | None = None,
    ) -> None:
        read_in, write_in = os.pipe()
        read_out, write_out = os.pipe()
        read_err, write_err = os.pipe()
        theirs = (
            Connection(read_in, writable=False),
            Connection(write_out, readable=False),
            Connection(write_err, readable=False),
        )
        variables = dict(os.environ if environment is None else environment)
        self._process = _context.Process(
            target=_run, args=(list(words), str(folder or Path.cwd()), variables, theirs)
        )
        self._process.start()
        for connection in theirs:
            connection.close()
        self.args = list(words)
        self.stdin: IO[str] = os.fdopen(write_in, "w", encoding="utf-8")
        self.stdout: IO[str] = os.fdopen(read_out, encoding="utf-8")
        self.stderr: IO[str] = os.fdopen(read_err, encoding="utf-8")

    @property
    def pid(self) -> int:
        assert self._process.pid is not None
        return self._process.pid

    @property
    def returncode(self) -> int | None:
        return self._process.exitcode

    def send_signal(self, number: int) -> None:
        os.kill(self.pid, number)

    def kill(self) -> None:
        """With SIGKILL, and waits for the end."""
        self.send_signal(signal.SIGKILL)
        self.communicate()

    def communicate(self, given: str = "", timeout: float = 240) -> tuple[str, str]:
        """What it said on both streams until its end."""
        with ThreadPoolExecutor(2) as readers:
            said = [readers.submit(stream.read) for stream in (self.stdout, self.stderr)]
            try:
                self.stdin.write(given)
                self.stdin.close()
            except BrokenPipeError:
                pass  # it has ended, or does not read
            self._process.join(timeout)
            late = self._process.is_alive()
            if late:
                self._process.kill()
            out, err = (reader.result() for reader in said)
        self.stdout.close()
        self.stderr.close()
        if late:
            raise TimeoutExpired(self.args, timeout, out, err)
        return out, err


def run_forked(
    words: Sequence[str],
    folder: Path | None = None,
    environment: Mapping[str, str] | None = None,
    given: str = "",
    timeout: float = 240,
) -> CompletedProcess[str]:
    process = Forked(words, folder, environment)
    out, err = process.communicate(given, timeout)
    assert process.returncode is not None
    return CompletedProcess(process.args, process.returncode, out, err)


def fork_in_terminal(
    words: Sequence[str], folder: Path, environment: Mapping[str, str], inner: int
) -> BaseProcess:
    """In a session of its own, whose terminal is the pty with the descriptor ``inner``."""
    streams = tuple(Connection(os.dup(inner)) for _ in range(3))
    process = _context.Process(
        target=_run, args=(list(words), str(folder), dict(environment), streams, True)
    )
    process.start()
    for connection in streams:
        connection.close()
    return process


def _run(
    words: list[str],
    folder: str,
    environment: dict[str, str],
    streams: tuple[Connection, ...],
    terminal: bool = False,
) -> None:
    """In the child: as Python starts a program."""
    for number, connection in enumerate(streams):
        os.dup2(connection.fileno(), number)
        connection.close()
    if terminal:
        os.setsid()
        fcntl.ioctl(0, termios.TIOCSCTTY, 0)
    sys.stdin = os.fdopen(0, encoding="utf-8", closefd=False)
    sys.stdout = os.fdopen(1, "w", 1 if terminal else -1, encoding="utf-8", closefd=False)
    sys.stderr = os.fdopen(2, "w", encoding="utf-8", buffering=1, closefd=False)
    os.environ.clear()
    os.environ.update(environment)
    os.chdir(folder)
    if words[0] == "-m":
        sys.argv = words[1:]
        runpy.run_module(words[1], run_name="__main__", alter_sys=True)
    else:
        sys.argv = list(words)
        runpy.run_path(words[0], run_name="__main__")
