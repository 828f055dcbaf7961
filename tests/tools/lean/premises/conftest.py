"""Real constants of a few modules, read from Lean once a session."""

from __future__ import annotations

from pathlib import Path

import pytest

from proofloop.tools.lean.backend import CheckLimits, ProbeRequest
from proofloop.tools.lean.embedded.backend import EmbeddedLean
from proofloop.tools.lean.premises.index import PremiseIndex, build
from proofloop.tools.lean.premises.premise import Premise
from proofloop.tools.lean.premises.read import as_premise

MODULES = ["Init.Data.Nat.Basic", "Init.Data.Nat.Dvd", "Init.Data.List.Basic", "Proofloop"]


@pytest.fixture(scope="session")
async def premises(lean: EmbeddedLean) -> list[Premise]:
    answer = await lean.probe(
        ProbeRequest(
            probe="constants",
            header="import Proofloop",
            arguments={"modules": MODULES, "limit": 10_000},
            limits=CheckLimits(wall_seconds=110, heartbeats=0),
        )
    )
    assert answer.status == "done", answer.detail
    return [as_premise(row) for row in answer.data["constants"]]


@pytest.fixture(scope="session")
def index_file(premises: list[Premise], tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("premises") / "index.sqlite"
    build(path, premises, {"version": "4"})
    return path


@pytest.fixture
def index(index_file: Path) -> PremiseIndex:
    return PremiseIndex(index_file)
