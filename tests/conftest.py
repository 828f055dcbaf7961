from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from proofloop.tools.lean.backend import LeanBackend
from proofloop.tools.lean.embedded.backend import EmbeddedLean
from support.formalizing import Formalizer
from support.proving import Prover


@pytest.fixture(scope="session")
async def lean() -> AsyncIterator[EmbeddedLean]:
    """The embedded Lean, warm, shared by the whole session."""
    async with EmbeddedLean(workers=2) as backend:
        yield backend


@pytest.fixture
def prover(lean: LeanBackend, tmp_path: Path) -> Prover:
    """Runs graphs that prove, in one run folder of this test's own."""
    return Prover(lean, tmp_path)


@pytest.fixture
def formalizer(lean: LeanBackend, tmp_path: Path) -> Formalizer:
    """Runs graphs that formalize, in one run folder of this test's own."""
    return Formalizer(lean, tmp_path)
