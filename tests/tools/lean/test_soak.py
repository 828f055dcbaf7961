"""A short form of the soak run: troubles of every kind mixed in, the same verdicts twice."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path

import pytest

SOAK = Path(__file__).parents[3] / "benchmarks" / "lean_soak.py"


@pytest.mark.slow
@pytest.mark.timeout(1800)
async def test_honest_checks_are_answered_right_between_hangs_crashes_and_bombs() -> None:
    spec = importlib.util.spec_from_file_location("lean_soak", SOAK)
    assert spec and spec.loader
    soak = sys.modules["lean_soak"] = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(soak)
    line, (first, second) = await soak.soak(24, 1, 1)
    assert {kind.name for _, kind in line} == {kind.name for kind in soak.KINDS}
    assert soak.wrong(line, first) == soak.wrong(line, second) == []
    assert first.verdicts == second.verdicts
