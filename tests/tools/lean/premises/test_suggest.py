"""Names that Lean does not know: found in its own words, answered from the index."""

from __future__ import annotations

from pathlib import Path

import pytest

from proofloop.tools.lean.backend import CheckRequest
from proofloop.tools.lean.embedded.backend import EmbeddedLean
from proofloop.tools.lean.premises.index import PremiseIndex
from proofloop.tools.lean.premises.retrieve import Retriever
from proofloop.tools.lean.premises.suggest import unknown_names, with_suggestions

HEADER = "import Proofloop"


@pytest.mark.parametrize(
    ("proof", "name"),
    [
        ("Nat.add_com a b", "Nat.add_com"),
        ("by rw [Nat.add_komm]", "Nat.add_komm"),
        ("by simp [add_is_comm]", "add_is_comm"),
        ("by exact a.ad_comm b", "Nat.ad_comm"),
    ],
)
async def test_unknown_names_are_read_from_what_lean_says(
    lean: EmbeddedLean, proof: str, name: str
) -> None:
    source = f"theorem t (a b : ℕ) : a + b = b + a := {proof}"
    report = await lean.check(CheckRequest(source=source, header=HEADER))
    assert unknown_names(report) == (name,)


async def test_feedback_names_the_nearest_that_exist(
    lean: EmbeddedLean, index: PremiseIndex
) -> None:
    source = "theorem t (a b : ℕ) : a + b = b + a := Nat.add_com a b"
    report = await lean.check(CheckRequest(source=source, header=HEADER))
    words = with_suggestions("Mend it.", report, Retriever(index))
    assert words.startswith("Mend it.\n\nNat.add_com does not exist. The nearest names that do:\n")
    assert "theorem Nat.add_comm : ∀ (n m : ℕ), n + m = m + n" in words


async def test_feedback_stays_as_it_was_without_unknown_names_or_an_index(
    lean: EmbeddedLean, index: PremiseIndex, tmp_path: Path
) -> None:
    report = await lean.check(CheckRequest(source="theorem t : 1 = 2 := rfl", header=HEADER))
    assert with_suggestions("Words.", report, Retriever(index)) == "Words."
    report = await lean.check(CheckRequest(source="theorem t : 1 = 2 := Nat.no_no", header=HEADER))
    assert with_suggestions("Words.", report, None) == "Words."
