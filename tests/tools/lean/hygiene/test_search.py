"""Bounded searches, several tactics in one check, with the real Lean."""

from __future__ import annotations

from proofloop.tools.lean.backend import CheckRequest
from proofloop.tools.lean.embedded.backend import EmbeddedLean
from proofloop.tools.lean.hygiene import vacuous
from proofloop.tools.lean.hygiene.refuted import NEGATION
from proofloop.tools.lean.hygiene.search import SearchLimits, search
from proofloop.tools.lean.report import LeanReport
from proofloop.tools.lean.tactics import Tactic

HEADER = "import Proofloop\nopen Nat\n"
OMEGA = Tactic("omega", "omega")
# It takes all that there is, and is the end of `first`.
ENDLESS = Tactic("endless", "repeat (have := Nat.le_refl 0)")


class Counted:
    """The Lean, and how many checks it was asked for."""

    def __init__(self, lean: EmbeddedLean) -> None:
        self.lean, self.checks = lean, 0

    async def check(self, request: CheckRequest) -> LeanReport:
        self.checks += 1
        return await self.lean.check(request)


async def test_tactics_of_one_line_take_one_check_and_the_winner_is_named(
    lean: EmbeddedLean,
) -> None:
    counted = Counted(lean)
    statement = "theorem t (n : ℕ) (h : n < 0) : False"
    tactics = [Tactic("rfl", "rfl"), Tactic("exact", "exact h"), OMEGA, Tactic("simp", "simp")]
    found = await search(counted, statement, HEADER, tactics, SearchLimits())  # type: ignore[arg-type]
    assert (found.tactic, counted.checks) == ("omega", 1)
    again = CheckRequest(source=found.proof or "", statement=statement, header=HEADER)
    assert (await lean.check(again)).accepted
    none = await search(counted, "theorem t : 1 = 2", HEADER, tactics, SearchLimits())  # type: ignore[arg-type]
    assert (none.proof, counted.checks) == (None, 2)


async def test_what_follows_a_tactic_that_ends_the_check_is_tried_by_itself(
    lean: EmbeddedLean,
) -> None:
    for fatal in (ENDLESS, Tactic("unreadable", "omega omega")):
        counted = Counted(lean)
        found = await search(
            counted, "theorem t (n : ℕ) : n < n + 1", HEADER, [fatal, OMEGA], SearchLimits()
        )  # type: ignore[arg-type]
        assert (found.tactic, counted.checks) == ("omega", 3)


async def test_heartbeats_and_not_the_clock_bound_a_search(lean: EmbeddedLean) -> None:
    counted = Counted(lean)
    limits = SearchLimits(prove_heartbeats=1)
    found = await search(counted, "theorem t : 1 = 2", HEADER, vacuous.ATTEMPTS, limits)  # type: ignore[arg-type]
    assert (found.proof, counted.checks) == (None, 1)


async def test_a_statement_without_names_before_the_colon_is_still_searched(
    lean: EmbeddedLean,
) -> None:
    counted = Counted(lean)
    statement = "theorem t : ¬ ∀ n : ℕ, n < 1"
    found = await search(counted, statement, HEADER, NEGATION, SearchLimits())  # type: ignore[arg-type]
    assert (found.proof is not None, counted.checks) == (True, 1)
