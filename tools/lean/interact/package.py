"""``lean_interact``, imported when it is first needed."""

from __future__ import annotations

import importlib
from collections.abc import Sequence
from pathlib import Path
from types import ModuleType
from typing import Any

from proofloop.core.errors import LeanUnavailable, MissingExtra

BUILT = Path(".lake", "build", "bin", "repl")


def load() -> ModuleType:
    """Raises MissingExtra where it is not installed."""
    try:
        return importlib.import_module("lean_interact")
    except ImportError:
        raise MissingExtra("the backend lean-interact", "lean-interact") from None


def repl_program(folder: Path | None) -> Path:
    """The built program in a REPL's folder. Raises LeanUnavailable."""
    if folder is None:
        raise LeanUnavailable(
            "lean.repl has to name the folder of a built REPL, such as that which lean-interact"
            " prepares: LeanREPLConfig(lean_version=...).cache_repl_dir"
        )
    program = folder.resolve() / BUILT
    if not program.is_file():
        raise LeanUnavailable(f"no REPL in {folder}: it has no {BUILT} (run lake build there)")
    return program


def open_server(repl: Path, launcher: Path) -> Any:
    """A LeanServer over the REPL in that folder, started; ``launcher`` stands for ``lake``. Raises
    LeanUnavailable where it ends at once (one that lives a moment longer is found out later)."""
    interact = load()
    config = interact.LeanREPLConfig(
        local_repl_path=repl,
        build_repl=False,
        lake_path=launcher,
        # Each command is one call of ours: there is nothing to share or to split.
        enable_incremental_optimization=False,
        enable_parallel_elaboration=False,
    )
    try:
        return interact.LeanServer(config)
    except ChildProcessError as error:
        raise LeanUnavailable(f"the REPL did not start: {' '.join(str(error).split())}") from None


def run_command(server: Any, text: str, env: int | None, seconds: float) -> tuple[int, list[str]]:
    """Run a command: the environment after it and its messages' texts, errors first. Raises
    TimeoutError, and ConnectionError or ValueError when the process or its answer is lost."""
    interact = load()
    try:
        response = server.run(interact.Command(cmd=text, env=env), timeout=seconds)
    except TimeoutError:
        raise
    except (OSError, AssertionError) as error:
        raise ConnectionError(str(error)) from error
    if isinstance(response, interact.interface.LeanError):
        raise ValueError(response.message)
    return response.env, _texts(response.messages)


def _texts(messages: Sequence[Any]) -> list[str]:
    ordered = sorted(messages, key=lambda message: message.severity != "error")
    return [message.data for message in ordered]
