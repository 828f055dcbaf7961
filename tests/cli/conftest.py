"""Commands as users run them, with their own settings: here, or in processes of their own."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from support.commands import Completed, clean_environment, run_here, run_process
from support.forked import run_forked
from support.shared_lean import SharedLean

Proofloop = Callable[..., Completed]


def encoded(stdin: str | bytes) -> bytes:
    return stdin.encode() if isinstance(stdin, str) else stdin


@pytest.fixture
def proofloop(tmp_path: Path, shared_lean: SharedLean) -> Proofloop:
    """A command in this process, whose embedded Lean is the session's."""

    def run(*arguments: str, stdin: str | bytes = "", **environment: str) -> Completed:
        variables = clean_environment(tmp_path) | environment
        return run_here(arguments, tmp_path, variables, encoded(stdin), shared_lean)

    return run


@pytest.fixture
def process(tmp_path: Path) -> Proofloop:
    """A command as a process of its own, with a Lean of its own: for what is about the process or
    the installation."""

    def run(
        *arguments: str, stdin: str = "", timeout: float = 240, **environment: str
    ) -> Completed:
        variables = clean_environment(tmp_path) | environment
        return run_forked(["-m", "proofloop", *arguments], tmp_path, variables, stdin, timeout)

    return run


@pytest.fixture
def started(tmp_path: Path) -> Proofloop:
    """A command in a Python started for it: for what is about the start."""

    def run(*arguments: str, stdin: str = "", **environment: str) -> Completed:
        variables = clean_environment(tmp_path) | environment
        return run_process(arguments, tmp_path, variables, stdin.encode(), timeout=240)

    return run
