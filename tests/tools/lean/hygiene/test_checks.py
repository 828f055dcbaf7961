"""Each check on statements made for it, with the real Lean."""

from __future__ import annotations

import asyncio

import pytest

from proofloop.core.errors import InputError
from proofloop.tools.lean.backend import CheckRequest
from proofloop.tools.lean.embedded.backend import EmbeddedLean
from proofloop.tools.lean.hygiene.auto_bound import is_variable
from proofloop.tools.lean.hygiene.closure import Closure
from proofloop.tools.lean.hygiene.refuted import described
from proofloop.tools.lean.hygiene.runner import CHECKS, examine, examine_all
from proofloop.tools.lean.hygiene.subject import HygieneLimits, Subject, Unreadable
from proofloop.tools.lean.hygiene.verdict import HygieneVerdict, Span, StatementHygiene
from proofloop.tools.lean.text import Statement

HEADER = "import Proofloop\nopen Nat\n"
pytestmark = pytest.mark.timeout(600)  # the first question compiles the probes


async def look(
    lean: EmbeddedLean, text: str, *checks: str, header: str = HEADER
) -> StatementHygiene:
    return await examine(lean, Statement(header, text, "t"), checks=checks)


async def verdict(
    lean: EmbeddedLean, text: str, check: str, header: str = HEADER
) -> HygieneVerdict:
    (found,) = (await look(lean, text, check, header=header)).verdicts
    return found


async def test_names_that_nothing_declares_are_listed(lean: EmbeddedLean) -> None:
    found = await verdict(lean, "theorem t (x : α) : x = y", "auto_bound")
    assert found.outcome == "flagged"
    assert found.evidence["names"] == ["α", "y"]


async def test_a_variable_is_what_lean_takes_for_one_without_relaxed_auto_implicits(
    lean: EmbeddedLean,
) -> None:
    """Letters that stand for something known are the one exception."""
    names = ["a", "P", "α", "Ω", "a1", "a₁", "a'", "a_1", "α₂", "h₀", "aa", "Prme", "a1b", "xs"]
    options = "set_option autoImplicit true\nset_option relaxedAutoImplicit false\n"
    source = options + "\n".join(f"theorem t_{n} (x : {n}) : x = x := rfl" for n in names)
    report = await lean.check(CheckRequest(source=source))
    refused = {m.line for m in report.messages if m.severity == "error"}
    assert [is_variable(n) for n in names] == [line not in refused for line in range(3, 17)]
    assert not any(is_variable(letter) for letter in "ℕℤℚℝℂ𝔽")


@pytest.mark.parametrize("claim", ["∃ x, x = x", "(fun x => x.foo) 3 = 4", "∑ k ∈ [], k = 0"])
async def test_what_lean_cannot_complete_does_not_elaborate(lean: EmbeddedLean, claim: str) -> None:
    assert (await look(lean, f"theorem t : {claim}", "unused")).fault


async def test_bound_names_are_no_auto_bound_implicits(lean: EmbeddedLean) -> None:
    found = await verdict(lean, "theorem t {α : Type} (x y : α) : x = y", "auto_bound")
    assert found.outcome == "ok"


async def test_no_proof_is_searched_for_what_is_no_statement(lean: EmbeddedLean) -> None:
    result = await look(lean, "theorem t (x : α) : x = y")
    outcomes = {each.check: each.outcome for each in result.verdicts}
    assert outcomes["false"] == outcomes["vacuous"] == outcomes["trivial"] == "unknown"


@pytest.mark.parametrize("text", ["theorem t (n : ℕ) : n = ", "theorem t (n : Nat) : n.foo = 2"])
async def test_a_text_that_does_not_elaborate_has_a_fault_and_no_verdict(
    lean: EmbeddedLean, text: str
) -> None:
    result = await look(lean, text)
    assert result.fault
    assert result.verdicts == ()


async def test_spans_point_at_the_piece(lean: EmbeddedLean) -> None:
    text = "theorem t (α β : Type) (n m : ℕ)\n  (h : n < 9) : (n - m) * 2 ≤ n * 2"
    found = await verdict(lean, text, "traps")
    (flag,) = found.flags
    assert flag.kind == "subtraction_truncates"
    assert flag.spans == (Span(line=2, column=17, end_line=2, end_column=22),)


@pytest.mark.parametrize(
    "text",
    [
        "theorem t (a b : ℕ) (h : b ≤ a) : a - b ≤ a",
        "theorem t (a b : ℕ) : b < a → a - b ≤ a",
        "theorem t (a b : ℕ) : b ≤ a ∧ a - b = 2 ∨ a < b",
        "theorem t (f : ℕ → ℕ) : ∀ n ≥ 2, f (n - 2) ≤ f (n - 1) ∨ f (n - 1) < f (n - 2)",
        "theorem t (f : ℕ → ℕ) : ∑ k ∈ Finset.Icc 1 9, f (k - 1) = ∑ k ∈ Finset.range 9, f k",
        "theorem t : (100 - 1) / 9 = 11",
        "theorem t (n : ℕ) (h : 6 ∣ n) : n / 3 * 3 = n",
        "theorem t (x y : ℚ) (h : 0 < x) (k : 0 < y) : 1 / (x * y) = 1 / x * (1 / y)",
        "theorem t (n : ℕ) : (n : ℚ) / (n + 1) < 1",
        "theorem t (x : ℚ) : x ^ 2 / (x ^ 2 + 1) < 1",
        "theorem t (x : ℤ) (h : 0 < x) : x.toNat = x",
    ],
)
async def test_what_the_context_makes_safe_is_no_trap(lean: EmbeddedLean, text: str) -> None:
    assert (await verdict(lean, text, "traps")).outcome == "ok"


async def test_the_cast_after_a_subtraction_is_told(lean: EmbeddedLean) -> None:
    found = await verdict(lean, "theorem t (a b : ℕ) : ((a - b : ℕ) : ℤ) ≤ a", "traps")
    assert "cast to ℤ comes after" in found.reason


async def test_hypotheses_joined_by_others_are_used(lean: EmbeddedLean) -> None:
    text = "theorem t (x y z : ℤ) (h : x = y) (k : y = z) (l : z = 3) : x = 3"
    assert (await verdict(lean, text, "unused")).outcome == "ok"


async def test_instances_and_types_are_not_called_unused(lean: EmbeddedLean) -> None:
    text = "theorem t {α : Type} [DecidableEq α] [Inhabited α] (x y : α) : x = y ∨ x ≠ y"
    assert (await verdict(lean, text, "unused")).outcome == "ok"


async def test_a_false_statement_has_a_proof_of_its_negation(lean: EmbeddedLean) -> None:
    found = await verdict(lean, "theorem t (a b : ℕ) (h : 3 ≤ a) : a - b + b = a", "false")
    assert (found.outcome, found.severity) == ("flagged", "error")
    assert found.evidence["values"] == {"a": "3", "b": "4"}
    proof = str(found.evidence["proof"])
    assert (await lean.check(CheckRequest(source=proof, header=HEADER))).accepted


async def test_functions_given_by_an_equation_are_put_in(lean: EmbeddedLean) -> None:
    text = "theorem t (f : ℕ → ℕ) (h : ∀ x, f x = 2 * x + 1) : f 3 = 8"
    found = await verdict(lean, text, "false")
    assert found.severity == "error"


async def test_equations_are_solved_for_a_counterexample(lean: EmbeddedLean) -> None:
    text = "theorem t (x y : ℚ) (h : 7 * x = 1001) (k : y ^ 2 = x + 1) : y = 12"
    found = await verdict(lean, text, "false")
    assert found.severity == "error"
    assert found.evidence["values"] == {"x": "143", "y": "(-12)"}


async def test_what_the_header_fixes_is_not_negated(lean: EmbeddedLean) -> None:
    """False for some type with these operations is not false for the one that is meant."""
    header = HEADER + "variable {G : Type} [Mul G]\n"
    found = await verdict(lean, "theorem t (a b : G) : a * b = b * a", "false", header)
    assert found.outcome == "unknown"


@pytest.mark.parametrize(
    "text",
    [
        "theorem t (x : ℤ) (h : x < 3) (k : 5 < x) : x = 9",
        "theorem t : ∀ n : ℕ, n % 2 = 0 → n % 4 = 1 → n = 9",
        "theorem t (i : Fin 0) : (1 : ℕ) = 2",
    ],
)
async def test_contradictory_hypotheses_are_an_error_with_a_proof(
    lean: EmbeddedLean, text: str
) -> None:
    found = await verdict(lean, text, "vacuous")
    assert found.severity == "error"
    proof = str(found.evidence["proof"])
    assert (await lean.check(CheckRequest(source=proof, header=HEADER))).accepted


async def test_values_show_that_hypotheses_hold_together(lean: EmbeddedLean) -> None:
    text = "theorem t (n : ℕ) (h : n < 398) (k : n * 7 % 398 = 1) : n = 57"
    found = await verdict(lean, text, "vacuous")
    assert (found.outcome, found.evidence) == ("ok", {"values": {"n": "57"}})


@pytest.mark.parametrize(
    "text",
    [
        # ℚ has no such instance, every element of Fin 3 is even, no n < 1 is NeZero, and of two
        # functions one is defined by the other.
        "theorem t (α : Type) [Subsingleton α] (x y : α) (h : x ≠ y) : 1 = 2",
        "theorem t (x : Fin 3) (h : ¬ Even x) : 1 = 2",
        "theorem t (n : ℕ) [NeZero n] (h : n < 1) : 1 = 2",
        "theorem t (f g : ℕ → ℕ) (h : ∀ x, f x = g x + 1) (k : ∀ x, g x = f x + 1) : 1 = 2",
    ],
)
async def test_values_show_nothing_where_they_do_not_satisfy_all(
    lean: EmbeddedLean, text: str
) -> None:
    result = await look(lean, text, "vacuous", "false")
    vacuous, false = result.verdicts
    assert vacuous.outcome != "ok"
    assert false.outcome != "flagged"


async def test_a_contradictory_header_refutes_nothing_without_being_vacuous(
    lean: EmbeddedLean,
) -> None:
    header = HEADER + "variable (n : ℕ) (h : n < 0)\ninclude h\n"
    result = await look(lean, "theorem t : n = 3", "vacuous", "false", header=header)
    assert "vacuous" in {each.check for each in result.flagged("error")}


async def test_a_computation_is_told_from_a_triviality(lean: EmbeddedLean) -> None:
    computed = await verdict(lean, "theorem t : 2004 % 12 = 0", "trivial")
    trivial = await verdict(lean, "theorem t (n : ℕ) : n * 0 = 0", "trivial")
    assert [computed.flags[0].kind, trivial.flags[0].kind] == ["computation", "trivial"]


async def test_a_statement_that_runs_code_is_not_run_by_the_judge(lean: EmbeddedLean) -> None:
    """The negation is a statement like any other: what could run code is refused."""
    text = "theorem t : (by exact (1 : ℕ)) = 2"
    found = await verdict(lean, text, "false")
    assert found.severity == "warning"


async def test_chosen_checks_alone_run_in_their_order(lean: EmbeddedLean) -> None:
    result = await look(lean, "theorem t : 1 + 1 = 2", "unused", "auto_bound")
    assert [each.check for each in result.verdicts] == ["auto_bound", "unused"]


async def test_an_unknown_check_is_named(lean: EmbeddedLean) -> None:
    with pytest.raises(InputError, match=r"'lint'.*auto_bound"):
        await look(lean, "theorem t : 1 + 1 = 2", "lint")


async def test_many_statements_come_with_their_index(lean: EmbeddedLean) -> None:
    texts = [f"theorem t (n : ℕ) (h : n = {n}) : n < 2" for n in range(4)]
    statements = [Statement(HEADER, text, f"t{n}") for n, text in enumerate(texts)]
    found = {
        index: bool(result.flagged("error"))
        async for index, result in examine_all(lean, statements, checks=["false"], width=2)
    }
    assert found == {0: False, 1: False, 2: True, 3: True}


async def test_leaving_many_statements_early_leaves_nothing_running(lean: EmbeddedLean) -> None:
    statements = [Statement(HEADER, "theorem t (n : ℕ) : n < 2", f"t{n}") for n in range(6)]
    running = examine_all(lean, statements, checks=["unused"], width=1)
    async for _ in running:
        break
    await running.aclose()
    names = {task.get_coro().__qualname__ for task in asyncio.all_tasks()}
    assert not any("examine" in name for name in names)


def test_names_of_checks_are_their_own() -> None:
    assert list(CHECKS) == ["auto_bound", "unused", "traps", "trivial", "vacuous", "false"]


def test_a_closure_is_cut_where_the_offsets_say() -> None:
    text = "theorem t.{u} (α : Type u) (x : α) : ∀ y : α, x = y"
    closure = Closure.of(text, ("u",), (14, 34), (37, 51), (46, 51))
    assert closure.negation() == (
        "theorem hygiene_negation.{u} : ¬ (∀ (α : Type u) (x : α)\n, (∀ y : α, x = y\n))"
    )
    assert closure.absurdity() == (
        "theorem hygiene_absurd.{u} (α : Type u) (x : α)\n: ∀ y : α, False"
    )


async def test_the_same_question_is_asked_once(lean: EmbeddedLean) -> None:
    subject = Subject(lean, "theorem t (n : ℕ) : n =", HEADER, HygieneLimits())
    failures = await asyncio.gather(
        *(subject.anatomy.get() for _ in range(3)), return_exceptions=True
    )
    assert all(isinstance(failure, Unreadable) for failure in failures)
    assert len({id(failure) for failure in failures}) == 1


def test_a_false_statement_without_variables_is_false_as_it_stands() -> None:
    assert described({}) == "as it stands"
    assert described({"a": 0, "b": 1}) == "for a = 0, b = 1"
