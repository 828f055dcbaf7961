"""``proofloop lean search`` and ``lean name`` over a small index where a large one would be."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from cli.conftest import Proofloop
from proofloop.tools.lean.embedded.backend import VERSION
from proofloop.tools.lean.premises.index import build
from proofloop.tools.lean.premises.premise import Premise
from proofloop.tools.lean.premises.store import DEFAULT_IMPORTS, index_path

PREMISES = (
    Premise(
        name="Nat.add_comm",
        kind="theorem",
        type="∀ (n m : ℕ), n + m = m + n",
        module="Init.Data.Nat.Basic",
    ),
    Premise(name="Nat.add", kind="def", type="ℕ → ℕ → ℕ", module="Init.Prelude"),
    Premise(name="Nat.sum_swap", kind="theorem", type="True", deprecated="Nat.add_comm"),
)


@pytest.fixture
def cache(tmp_path: Path) -> str:
    """A cache folder with an index and no Lean: whoever needed one would install it."""
    folder = tmp_path / "cache"
    build(index_path(folder, VERSION, DEFAULT_IMPORTS, ""), PREMISES, {})
    return str(folder)


def test_search_finds_by_type_and_prints_json(proofloop: Proofloop, cache: str) -> None:
    done = proofloop("lean", "search", "a + b = b + a", "--json", PROOFLOOP_CACHE_DIR=cache)
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    assert found["hits"][0]["name"] == "Nat.add_comm"
    assert found["hits"][0]["module"] == "Init.Data.Nat.Basic"
    assert found["hits"][0]["score"] > 0


def test_search_prints_names_with_types_and_places(process: Proofloop, cache: str) -> None:
    done = process("lean", "search", "Nat.add", "--kind", "theorem", PROOFLOOP_CACHE_DIR=cache)
    assert "Nat.add_comm : ∀ (n m : ℕ), n + m = m + n" in done.stdout
    assert "theorem, Init.Data.Nat.Basic" in done.stdout
    assert "Nat.add :" not in done.stdout


def test_what_is_nowhere_ends_with_one(proofloop: Proofloop, cache: str) -> None:
    done = proofloop("lean", "search", "Zzqq.xxyy_wwvv", PROOFLOOP_CACHE_DIR=cache)
    assert (done.returncode, done.stdout) == (1, "")


def test_a_name_that_exists_ends_with_zero(proofloop: Proofloop, cache: str) -> None:
    done = proofloop("lean", "name", "Nat.add_comm", "--json", PROOFLOOP_CACHE_DIR=cache)
    assert done.returncode == 0
    assert json.loads(done.stdout)["exists"] is True


def test_a_wrong_name_is_answered_with_the_nearest(proofloop: Proofloop, cache: str) -> None:
    done = proofloop("lean", "name", "Nat.add_com", PROOFLOOP_CACHE_DIR=cache)
    assert done.returncode == 1
    assert done.stdout.startswith("Nat.add_comm : ")


def test_both_have_help(proofloop: Proofloop) -> None:
    for command in ("search", "name"):
        said = proofloop("lean", command, "--help").stdout
        assert "--json" in said
        assert "--imports" in said
