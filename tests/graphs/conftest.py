from __future__ import annotations

from pathlib import Path

import pytest

from proofloop.tools.lean.backend import LeanBackend
from support.proving import Prover


@pytest.fixture
def prover(lean: LeanBackend, tmp_path: Path) -> Prover:
    return Prover(lean, tmp_path)
