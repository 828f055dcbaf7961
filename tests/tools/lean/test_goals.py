"""Proof states read off a text: steps, errors at the tactic that failed, holes as theorems."""

from __future__ import annotations

import pytest

from proofloop.core.errors import ProbeFailed
from proofloop.tools.lean.backend import CheckLimits, CheckRequest
from proofloop.tools.lean.embedded.backend import EmbeddedLean
from proofloop.tools.lean.goals import Hypothesis, ProofTrace, trace_proof

AND = "theorem t (p q : Prop) (hp : p) (hq : q) : p ∧ q := by\n"


def targets(trace: ProofTrace, indices: tuple[int, ...]) -> list[str]:
    return [goal.target for goal in trace.goals_at(indices)]


async def test_every_tactic_is_a_step_with_its_place_and_goals(lean: EmbeddedLean) -> None:
    trace = await trace_proof(lean, AND + "  constructor\n  · exact hp\n  · exact hq\n")
    assert trace.errors == trace.holes == ()
    seen = [(s.tactic, s.line, s.column, s.end_line, s.end_column, s.depth) for s in trace.steps]
    assert seen == [
        ("constructor", 2, 2, 2, 13, 0),
        ("exact hp", 3, 4, 3, 12, 0),
        ("exact hq", 4, 4, 4, 12, 0),
    ]
    first, second, _ = trace.steps
    assert targets(trace, first.before) == ["p ∧ q"]
    assert targets(trace, first.after) == ["p", "q"]
    assert [goal.case for goal in trace.goals_at(first.after)] == ["left", "right"]
    assert (targets(trace, second.before), second.after) == (["p"], ())
    [goal] = trace.goals_at(first.before)
    assert goal.text == "p q : Prop\nhp : p\nhq : q\n⊢ p ∧ q"
    assert goal.hypotheses[2] == Hypothesis(name="hp", type="p")


async def test_columns_count_code_points(lean: EmbeddedLean) -> None:
    trace = await trace_proof(lean, "theorem é (𝒜 : Prop) (h : 𝒜) : 𝒜 := by exact h")
    [step] = trace.steps
    assert (step.line, step.column, step.end_column) == (1, 39, 46)


async def test_steps_inside_a_tactic_are_deeper(lean: EmbeddedLean) -> None:
    source = (
        "theorem u (n : Nat) : 0 + n = n := by\n  induction n with\n"
        "  | zero => rfl\n  | succ n ih => omega"
    )
    trace = await trace_proof(lean, source)
    assert [(step.tactic.split()[0], step.depth) for step in trace.steps] == [
        ("induction", 0),
        ("rfl", 1),
        ("omega", 1),
    ]
    [goal] = trace.goals_at(trace.steps[2].before)
    assert Hypothesis(name="ih", type="0 + n = n") in goal.hypotheses


async def test_the_value_of_a_let_is_shown(lean: EmbeddedLean) -> None:
    trace = await trace_proof(lean, "theorem t : True := by\n  let z := 2 + 3\n  trivial")
    [goal] = trace.goals_at(trace.steps[1].before)
    assert goal.hypotheses == (Hypothesis(name="z", type="Nat", value="2 + 3"),)


async def test_an_error_is_at_the_tactic_that_failed_with_its_goal(lean: EmbeddedLean) -> None:
    trace = await trace_proof(lean, AND + "  constructor\n  · exact hp\n  · exact hp\n")
    [error] = trace.errors
    step = trace.failed_step(error)
    assert step is not None
    assert (step.tactic, step.line) == ("exact hp", 4)
    assert targets(trace, error.goals) == ["q"]
    assert "ype mismatch" in error.text


async def test_unsolved_goals_are_those_that_the_last_step_left(lean: EmbeddedLean) -> None:
    trace = await trace_proof(lean, AND + "  constructor\n  · exact hp\n")
    [error] = trace.errors
    assert error.step is None
    assert targets(trace, error.goals) == ["q"]


async def test_a_rewrite_that_fails_halfway_shows_the_goal_it_is_stuck_on(
    lean: EmbeddedLean,
) -> None:
    source = "theorem v (a b : Nat) (h : a = b) : b + 1 = a + 1 := by rw [h, h]"
    [error] = (trace := await trace_proof(lean, source)).errors
    step = trace.failed_step(error)
    assert step is not None
    assert targets(trace, step.before) == ["b + 1 = a + 1"]
    assert targets(trace, error.goals) == ["b + 1 = b + 1"]


async def test_an_error_outside_of_tactics_has_no_step(lean: EmbeddedLean) -> None:
    trace = await trace_proof(lean, "theorem t : (1 : Nat) = true := rfl")
    assert [(error.step, error.goals, error.line) for error in trace.errors] == [(None, (), 1)]


SKETCH = """def twice (n : Nat) := n + n
theorem t {α : Type u} [BEq α] (l : List α) (n m : Nat) (h : n < m) : ∃ k, n + k = m := by
  have h : n ≤ m := by sorry
  let z := m - n
  obtain ⟨h3, _⟩ : n ≤ m ∧ (2 : Int) ≠ 3 := ⟨sorry, by decide⟩
  refine ⟨z, ?_⟩
  sorry
"""


async def test_holes_are_theorems_that_stand_for_themselves(lean: EmbeddedLean) -> None:
    trace = await trace_proof(lean, SKETCH)
    assert [(hole.line, hole.column) for hole in trace.holes] == [(3, 23), (5, 45), (7, 2)]
    assert [trace.goals[hole.goal].target for hole in trace.holes] == [
        "n ≤ m",
        "n ≤ m",
        "n + z = m",
    ]
    for number, hole in enumerate(trace.holes, start=1):
        assert hole.statement.startswith(f"theorem hole_{number}.{{u}} ")
        report = await lean.check(
            CheckRequest(source=f"{hole.statement} := by omega", statement=hole.statement)
        )
        assert report.accepted, report.reason
    assert "(m - n)" in trace.holes[2].statement  # the let is gone


async def test_a_hole_of_odd_names_and_types_reads_back(lean: EmbeddedLean) -> None:
    source = (
        "theorem t (f : Nat → Int) (h : ∀ n : Nat, f n = (n : Int)) : ∃ x : Fin 3, f x.1 = 2\n"
        "  := by\n"
        "  rcases h 2 with h\n  intros\n  cases (inferInstance : Inhabited Nat)\n  sorry"
    )
    trace = await trace_proof(lean, source)
    [hole] = trace.holes
    report = await lean.check(CheckRequest(source=hole.statement + " := sorry", allow_sorry=True))
    assert report.accepted, (hole.statement, report.reason)


async def test_the_header_is_in_scope(lean: EmbeddedLean) -> None:
    header = "import Proofloop\nnamespace A\ndef c : ℕ := 3"
    trace = await trace_proof(lean, "theorem t : c = 3 := by\n  unfold c\n  rfl", header=header)
    assert targets(trace, trace.steps[0].before) == ["c = 3"]
    assert trace.errors == ()


async def test_the_same_text_has_the_same_trace(lean: EmbeddedLean) -> None:
    assert await trace_proof(lean, SKETCH) == await trace_proof(lean, SKETCH)


@pytest.mark.parametrize("source", ["", "-- nothing", "\n\n/- a -/\n"])
async def test_a_text_without_commands_has_no_steps(lean: EmbeddedLean, source: str) -> None:
    assert await trace_proof(lean, source) == ProofTrace(goals=(), steps=(), errors=(), holes=())


async def test_a_hanging_tactic_is_stopped_and_the_next_probe_works(lean: EmbeddedLean) -> None:
    hang = (
        "import Lean\nopen Lean Elab Tactic\npartial def loop (n : Nat) : TacticM Unit := "
        'loop (n + 1)\nelab "hang" : tactic => loop 0\ntheorem t : True := by hang'
    )
    with pytest.raises(ProbeFailed, match="timeout"):
        await trace_proof(lean, hang, limits=CheckLimits(wall_seconds=2))
    assert len((await trace_proof(lean, "theorem t : True := by trivial")).steps) == 1


async def test_a_crash_is_said_and_the_next_probe_works(lean: EmbeddedLean) -> None:
    crash = "#eval (IO.Process.exit 3 : IO Unit)\ntheorem t : True := by trivial"
    with pytest.raises(ProbeFailed, match="crashed"):
        await trace_proof(lean, crash)
    assert len((await trace_proof(lean, "theorem t : True := by trivial")).steps) == 1


async def test_a_metaprogram_in_a_probe_reads_no_file(lean: EmbeddedLean) -> None:
    for path in ("/etc/passwd", "/lean/lib/lean/Init.olean", "/probes/ProofloopProbes.olean"):
        source = f'#eval (do discard <| IO.FS.readBinFile "{path}" : IO Unit)'
        trace = await trace_proof(lean, source)
        assert len(trace.errors) == 1, path
