"""The prepared Lean, for tests of what is made of it."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import platformdirs
import pytest

from proofloop.tools.lean.embedded.install import PreparedLean, ensure_installed
from support.shared_lean import SharedLean


@pytest.fixture(scope="session")
def cache_dir() -> Path:
    """The user's own cache folder, so that Lean is fetched and prepared once, not once a run."""
    chosen = os.environ.get("PROOFLOOP_CACHE_DIR")
    return Path(chosen) if chosen else platformdirs.user_cache_path("proofloop")


@pytest.fixture(scope="session")
def prepared_lean(cache_dir: Path) -> PreparedLean:
    return ensure_installed(cache_dir)


@pytest.fixture(scope="module", autouse=True)
def all_asked_anew(shared_lean: SharedLean) -> Iterator[None]:
    """What Lean answers is what is tested here."""
    with shared_lean.asked_anew():
        yield
