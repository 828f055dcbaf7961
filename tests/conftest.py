from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from proofloop.tools.lean.embedded.backend import EmbeddedLean


@pytest.fixture(scope="session")
async def lean() -> AsyncIterator[EmbeddedLean]:
    """The embedded Lean, warm, shared by the whole session."""
    async with EmbeddedLean(workers=2) as backend:
        yield backend
