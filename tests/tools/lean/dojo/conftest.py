"""Real traces: made by LeanDojo's extractor in the embedded Lean, read by LeanDojo's classes."""

from __future__ import annotations

import importlib.util
from pathlib import Path

import pytest

from proofloop.tools.lean.dojo.package import installed
from proofloop.tools.lean.embedded.backend import EmbeddedLean
from support.dojo_trace import traced_repository

WITHOUT = "lean-dojo is not installed: pip install --group dojo (Python 3.12 at most)"


@pytest.fixture(scope="session")
def lean_dojo_package() -> Path:
    """The folder of the installed package, not imported yet."""
    if not installed():
        pytest.skip(WITHOUT)
    spec = importlib.util.find_spec("lean_dojo")
    assert spec is not None
    assert spec.origin is not None
    return Path(spec.origin).parent


@pytest.fixture(scope="session")
async def traced(
    lean: EmbeddedLean, lean_dojo_package: Path, tmp_path_factory: pytest.TempPathFactory
) -> Path:
    """A traced repository, as LeanDojo's extractor leaves it."""
    extractor = (lean_dojo_package / "data_extraction" / "ExtractData.lean").read_text("utf-8")
    return await traced_repository(lean, extractor, tmp_path_factory.mktemp("traced") / "example")
