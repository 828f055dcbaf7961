"""Importing ``lean_dojo`` without what its import does besides.

Version 4.20 at its import creates a cache folder in the home folder, removes all of loguru's
handlers and adds its own, reads a ``.env`` file into the environment, logs in to GitHub if
``GITHUB_ACCESS_TOKEN`` is set, and asserts that there is a ``git``. Here it gets a folder of ours
for its cache, no token, and an environment and a logger that are as before afterwards.
"""

from __future__ import annotations

import importlib
import importlib.util
import os
import shutil
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from types import ModuleType
from typing import Any

from platformdirs import user_cache_path

from proofloop.core.errors import LeanUnavailable, MissingExtra

FEATURE = "reading and tracing with LeanDojo"
TOKEN = "GITHUB_ACCESS_TOKEN"
# What lean_dojo reads at its import. Two processes are the most for which it starts no Ray cluster;
# its own bound of memory, 32 GB, is no bound. The remote cache would unpack archives unchecked.
VARIABLES = {"NUM_PROCS": "2", "TACTIC_MEMORY_LIMIT": "4g", "DISABLE_REMOTE_CACHE": "1"}


def installed() -> bool:
    """Whether the package is there, without importing it."""
    return importlib.util.find_spec("lean_dojo") is not None


def load(cache_dir: Path | None = None) -> ModuleType:
    """``lean_dojo``, imported; one that is imported already stays as it is. Its cache is the folder
    ``lean_dojo`` in ``cache_dir``, by default proofloop's own.

    Raises MissingExtra where it is not installed, LeanUnavailable where it cannot be imported."""
    if "lean_dojo" in sys.modules:
        return sys.modules["lean_dojo"]
    if not installed():
        raise MissingExtra(FEATURE, "lean-dojo")
    if shutil.which("git") is None:
        raise LeanUnavailable("LeanDojo needs git, and there is none on the PATH")
    folder = (cache_dir or user_cache_path("proofloop")) / "lean_dojo"
    wanted = {name: os.environ.get(name, value) for name, value in VARIABLES.items()}
    with environment({**wanted, "CACHE_DIR": str(folder), TOKEN: None}), logging_untouched():
        try:
            return importlib.import_module("lean_dojo")
        except Exception as error:
            raise LeanUnavailable(f"lean_dojo cannot be imported here: {error}") from error


@contextmanager
def environment(changes: Mapping[str, str | None]) -> Iterator[None]:
    """The environment with these variables (None: without), restored whole at the end."""
    before = dict(os.environ)
    try:
        for name, value in changes.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value
        yield
    finally:
        os.environ.clear()
        os.environ.update(before)


@contextmanager
def logging_untouched() -> Iterator[None]:
    """Loguru's handlers are the application's: the import neither removes nor adds any. What
    LeanDojo logs is off from then on (``loguru.logger.enable("lean_dojo")`` turns it on)."""
    from loguru import logger

    hidden: dict[str, Any] = {"remove": lambda *_: None, "add": lambda *_, **__: -1}
    logger.disable("lean_dojo")
    for name, stand_in in hidden.items():
        setattr(logger, name, stand_in)
    try:
        yield
    finally:
        for name in hidden:
            delattr(logger, name)
