"""Lean statements as votes: classes of proved equivalence."""

from __future__ import annotations

from proofloop.graphs.context import DEFAULT_HEADER
from proofloop.tools.lean.embedded.backend import EmbeddedLean
from proofloop.tools.lean.equivalence.same import SameStatements


async def test_equivalent_statements_vote_together_and_bad_ones_alone(lean: EmbeddedLean) -> None:
    answers = [
        "theorem a (n : ℕ) (h : Even n) : Even (n ^ 2)",
        "no theorem at all",
        "theorem b (n : ℕ) (h : Odd n) : Odd (n ^ 2)",
        "theorem c (m : ℕ) : 2 ∣ m → 2 ∣ m ^ 2",
        "theorem d (n : ℕ) : nothing",
        "theorem e : 1 = 1 := rfl",
    ]
    same = SameStatements(lean, DEFAULT_HEADER)
    assert await same.classes(answers) == [[0, 3], [1], [2], [4], [5]]
    assert await same.classes(["no theorem", "nor this"]) == [[0], [1]]
