"""Equivalence of statements on the real Lean: same, different, unknown."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from proofloop.core.errors import InputError
from proofloop.tools.lean.backend import CheckRequest, ProbeAnswer, ProbeRequest
from proofloop.tools.lean.embedded.backend import EmbeddedLean
from proofloop.tools.lean.equivalence.cluster import cluster
from proofloop.tools.lean.equivalence.compare import equivalent
from proofloop.tools.lean.equivalence.normal import Level
from proofloop.tools.lean.equivalence.subject import read_subjects
from proofloop.tools.lean.portfolio import Portfolio, ProofResult
from proofloop.tools.lean.report import LeanReport
from proofloop.tools.lean.tactics import TACTICS

HEADER = "import Proofloop\nopen Nat\n"
PAIRS = [
    json.loads(line)
    for line in Path(__file__).with_name("pairs.jsonl").read_text(encoding="utf-8").splitlines()
]
SECONDS = 30.0  # of each direction: the machine may be busy

# The shortest pair of each of these rules; statements over ℝ take longest to read and come last.
SAFE = (
    *("rename", "order_of_hypotheses", "order_of_variables", "curry", "move_forall", "split_and"),
    *("mirror", "symmetric", "not_equal", "contrapositive", "divisibility", "moved_term"),
    *("commuted", "order_as_successor", "cast", "even_mod", "odd_exists", "modeq", "injective"),
    *("least", "unique", "exists_moved", "or_hypothesis", "iff_split", "squares"),
)
WRONG = (
    *("off_by_one", "changed_constant", "strictness", "missing_hypothesis", "and_or", "converse"),
    *("domain", "quantifier", "sign", "negated_claim", "answer_assumed", "computed", "vacuous"),
    *("swapped", "wrong_notion", "scope", "same_letters", "function_domain"),
)


def first_of(kind: str) -> dict[str, Any]:
    of_kind = [pair for pair in PAIRS if pair["kind"] == kind]
    return min(of_kind, key=lambda pair: ("ℝ" in pair["header"], len(pair["a"])))


@pytest.mark.parametrize("kind", SAFE)
async def test_a_rewriting_that_keeps_the_meaning_is_equivalent(
    lean: EmbeddedLean, kind: str
) -> None:
    pair = first_of(kind)
    found = await equivalent(lean, pair["header"], pair["a"], pair["b"], seconds=SECONDS)
    assert found.verdict == "equivalent", found.note
    assert found.level is not None
    assert found.level < Level.LOGIC
    for proof in (found.forward, found.backward):
        report = await lean.check(CheckRequest(source=proof, header=pair["header"]))
        assert report.accepted


@pytest.mark.parametrize("kind", WRONG)
async def test_a_change_of_meaning_is_not_equivalent(lean: EmbeddedLean, kind: str) -> None:
    pair = first_of(kind)
    found = await equivalent(lean, pair["header"], pair["a"], pair["b"], seconds=SECONDS)
    assert found.verdict != "equivalent", found.note
    if found.verdict == "different":
        assert found.separation is not None
        request = CheckRequest(source=found.separation.proof, header=pair["header"])
        assert (await lean.check(request)).accepted


@pytest.mark.parametrize("pair", [p for p in PAIRS if p["kind"] == "both_theorems"][::2])
async def test_two_theorems_are_not_the_same_because_both_are_true(
    lean: EmbeddedLean, pair: dict[str, Any]
) -> None:
    found = await equivalent(lean, pair["header"], pair["a"], pair["b"], seconds=SECONDS)
    assert found.verdict == "unknown"
    assert found.level in (None, Level.LOGIC)


async def test_values_that_tell_two_statements_apart_are_said(lean: EmbeddedLean) -> None:
    found = await equivalent(
        lean,
        HEADER,
        "theorem t (a b : ℕ) (h : b ≤ a) : a - b + b = a",
        "theorem t (a b : ℕ) : a - b + b = a",
        seconds=SECONDS,
    )
    assert found.verdict == "different"
    assert found.separation is not None
    assert found.separation.values == {"a": "0", "b": "1"}
    assert found.note == "at a = 0, b = 1 the first statement holds and the second does not"


@pytest.mark.parametrize(
    ("own", "first", "second", "values"),
    [
        # The evaluator knows nothing of a notion of the header's own, the kernel computes it.
        (
            "def good (n : ℕ) : Bool := n % 3 == 1\n",
            "(n : ℕ) (h : good n) : n < 5",
            "(n : ℕ) (h : good n) : n < 8",
            {"n": "7"},
        ),
        # No instance of Decidable: samples tell where to look, a proof decides.
        ("", "(n : ℕ) : n < 9 ∧ ∀ k, n ≤ k", "(n : ℕ) : n < 9 ∧ ∀ k, n < k", {"n": "0"}),
    ],
)
async def test_what_the_evaluator_cannot_tell_is_told_by_the_kernel_or_sampled(
    lean: EmbeddedLean, own: str, first: str, second: str, values: dict[str, str]
) -> None:
    header = HEADER + own
    found = await equivalent(lean, header, f"theorem t {first}", f"theorem t {second}")
    assert found.verdict == "different", found.note
    assert found.separation is not None
    assert found.separation.values == values


async def test_rational_values_tell_statements_over_an_ordered_field_apart(
    lean: EmbeddedLean,
) -> None:
    header = next(pair["header"] for pair in PAIRS if "ℝ" in pair["header"])
    a = "theorem t (x y : ℝ) (h : x ^ 2 + y ^ 2 = 2) : x * y ≤ 1"
    b = "theorem t (x y : ℝ) (h : x ^ 2 + y ^ 2 = 2) : x * y < 1"
    found = await equivalent(lean, header, a, b, seconds=SECONDS)
    assert found.verdict == "different", found.note
    assert found.separation is not None
    assert found.separation.values == {"x": "1", "y": "1"}


async def test_a_search_for_values_costs_no_worker(lean: EmbeddedLean) -> None:
    async def restarts() -> int:
        return sum(worker["restarts"] for worker in (await lean.stats())["workers"])

    a, b = "theorem t (n : ℕ) : n ≤ n ^ 2", "theorem t (n : ℕ) : n < n ^ 2"
    await equivalent(lean, HEADER, a, a, seconds=SECONDS)
    before = await restarts()
    found = await equivalent(lean, HEADER, a, b, seconds=SECONDS)
    assert (found.verdict, await restarts()) == ("different", before)


async def test_swapped_variables_are_tried_before_two_statements_are_called_different(
    lean: EmbeddedLean,
) -> None:
    a = "theorem t (a b : ℕ) : a - b ≤ a * a"
    b = "theorem t (a b : ℕ) : b - a ≤ b * b"
    found = await equivalent(lean, HEADER, a, b, seconds=SECONDS)
    assert (found.verdict, found.level) == ("equivalent", Level.STRUCTURE)


async def test_a_theorem_and_a_false_statement_are_different_whatever_their_variables(
    lean: EmbeddedLean,
) -> None:
    a = "theorem t (a : ℤ) (b : ℤ) : a - b + b = a"
    b = "theorem t (a b : ℕ) : a - b + b = a"
    found = await equivalent(lean, HEADER, a, b, seconds=SECONDS)
    assert found.verdict == "different"
    assert found.separation is not None
    assert found.separation.whole
    assert found.separation.holds == "first"


async def test_one_direction_alone_is_reported_and_is_no_equivalence(lean: EmbeddedLean) -> None:
    a = "theorem t (f : ℕ → ℕ) (n : ℕ) : f n ≤ n"
    b = "theorem t (f : ℕ → ℕ) (n : ℕ) (h : 5 ≤ n) : f n ≤ n"
    found = await equivalent(lean, HEADER, a, b, seconds=SECONDS)
    assert found.verdict == "unknown"
    assert found.forward
    assert not found.backward
    assert found.note == "the first implies the second; the converse was not proved"


class Asked(Portfolio):
    """With two tactics only, since nothing is found; it remembers what was asked."""

    def __init__(self, lean: EmbeddedLean) -> None:
        super().__init__(lean, tactics=[each for each in TACTICS if each.name in ("simp", "grind")])
        self.statements: list[str] = []

    async def prove(self, statement: str, header: str = "", **limits: Any) -> ProofResult:
        self.statements.append(statement)
        return await super().prove(statement, header, **limits)


async def test_a_prover_is_asked_for_what_is_open(lean: EmbeddedLean) -> None:
    a = "theorem t : ∀ n : ℕ, ∃ m : ℕ, n < m"
    b = "theorem t : ∃ m : ℕ, ∀ n : ℕ, n < m"
    prover = Asked(lean)
    found = await equivalent(lean, HEADER, a, b, prover=prover, seconds=SECONDS)
    assert found.verdict != "equivalent"
    assert [each for each in prover.statements if "theorem forward" in each]


@pytest.mark.parametrize(
    "bad",
    [
        "theorem t : 1 = 1) ∧ (2 = 2",
        "theorem t : 1 = 1 := rfl",
        "theorem t : 1 = 1\ntheorem s : 2 = 2",
        "theorem t (n : ℕ) : n = unknownName",
        "theorem t (n : ℕ) : n",
    ],
)
async def test_a_statement_that_is_no_good_lean_is_an_error(lean: EmbeddedLean, bad: str) -> None:
    with pytest.raises(InputError):
        await equivalent(lean, HEADER, "theorem t : 1 = 1", bad)


async def test_candidates_are_sorted_by_meaning_with_few_comparisons(lean: EmbeddedLean) -> None:
    statements = [
        "theorem t (n : ℕ) (h : Even n) : Even (n ^ 2)",
        "theorem t (n : ℕ) (h : Odd n) : Odd (n ^ 2)",
        "theorem t (m : ℕ) : 2 ∣ m → 2 ∣ m ^ 2",
        "theorem t (n : ℕ) : nothing",
        "theorem t : ∀ n : ℕ, n % 2 = 0 → n ^ 2 % 2 = 0",
        "theorem t (n : ℕ) (h : ¬ 2 ∣ n) : ¬ 2 ∣ n ^ 2",
    ]
    found = await cluster(lean, HEADER, statements, seconds=SECONDS)
    assert found.clusters == ((0, 2, 4), (1, 5))
    assert list(found.faulty) == [3]
    assert found.comparisons == 4  # three joins, and one between the two classes
    # Of other shapes than these, which two more comparisons would not find the same.
    statements.append("theorem t (n m : ℕ) (h : Even n) : Even (n * m)")
    blocked = await cluster(lean, HEADER, statements, seconds=SECONDS, alike=0.0)
    assert (blocked.clusters, blocked.comparisons) == ((*found.clusters, (6,)), 4)


class Hurried:
    """The Lean with no time for one of the statements."""

    def __init__(self, lean: EmbeddedLean, slow: str) -> None:
        self.lean, self.slow, self.workers = lean, slow, lean.workers

    async def check(self, request: CheckRequest) -> LeanReport:
        if request.statement.startswith(self.slow):
            limits = request.limits.model_copy(update={"wall_seconds": 0.001})
            request = request.model_copy(update={"limits": limits})
        return await self.lean.check(request)

    async def probe(self, request: ProbeRequest) -> ProbeAnswer:
        (proposition,) = request.arguments["propositions"]  # type: ignore[misc]
        if proposition == self.slow:
            limits = request.limits.model_copy(update={"wall_seconds": 0.001})
            request = request.model_copy(update={"limits": limits})
        return await self.lean.probe(request)


async def test_a_statement_that_is_not_read_in_time_keeps_no_other_from_being_read(
    lean: EmbeddedLean,
) -> None:
    texts = ["theorem t : 1 = 1", "theorem t (n : ℕ) : n = n", "theorem t : 2 = 2"]
    hurried = Hurried(lean, "1 = 1")
    done: list[int] = []
    found = await read_subjects(hurried, HEADER, texts, done.append)  # type: ignore[arg-type]
    assert [bool(each.fault) for each in found] == [True, False, False]
    assert [each.statement.text for each in found] == texts
    assert done == [1, 2, 3]


async def test_what_was_not_found_out_in_time_is_no_reason(lean: EmbeddedLean) -> None:
    a = "theorem t (f : ℕ → ℕ) (n : ℕ) (h : 2 * n + 1 = 7) : f n = 5"
    b = "theorem t (f : ℕ → ℕ) (n : ℕ) (h : n = 3) : f n = 5"
    found = await equivalent(lean, HEADER, a, b, seconds=SECONDS)
    assert (found.verdict, found.level) == ("equivalent", Level.PARTS)
    hurried = Hurried(lean, "theorem alone")
    found = await equivalent(hurried, HEADER, a, b, seconds=SECONDS)  # type: ignore[arg-type]
    assert found.verdict == "unknown"
