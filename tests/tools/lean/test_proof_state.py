"""Proof states that are continued tactic by tactic."""

from __future__ import annotations

import pytest

from proofloop.core.errors import InputError
from proofloop.tools.lean.backend import CheckLimits, CheckRequest
from proofloop.tools.lean.embedded.backend import EmbeddedLean
from proofloop.tools.lean.proof_state import ProofState, start, step

AND = "theorem t (p q : Prop) (hp : p) (hq : q) : p ∧ q"


async def follow(lean: EmbeddedLean, state: ProofState, *tactics: str) -> ProofState:
    for tactic in tactics:
        [outcome] = await step(lean, state, [tactic])
        assert outcome.state is not None, outcome.error
        state = outcome.state
    return state


async def accepted(lean: EmbeddedLean, state: ProofState) -> bool:
    request = CheckRequest(source=state.proof, statement=state.statement, header=state.header)
    return (await lean.check(request)).accepted


async def test_a_statement_begins_with_one_goal(lean: EmbeddedLean) -> None:
    state = await start(lean, "", AND)
    assert [goal.target for goal in state.goals] == ["p ∧ q"]
    assert not state.finished


async def test_a_wrong_statement_is_an_input_error(lean: EmbeddedLean) -> None:
    with pytest.raises(InputError, match=r"not good Lean: .*Bool"):
        await start(lean, "", "theorem t : (1 : Nat) = true")


async def test_a_finished_state_is_a_proof_that_a_check_accepts(lean: EmbeddedLean) -> None:
    state = await follow(lean, await start(lean, "", AND), "constructor", "· exact hp", "exact hq")
    assert state.finished
    assert state.tactics == ("constructor", "· exact hp", "exact hq")
    assert await accepted(lean, state)


async def test_several_lines_and_a_header_make_a_proof_too(lean: EmbeddedLean) -> None:
    state = await start(
        lean, "import Proofloop\nopen Nat", "theorem t (n : ℕ) : 0 + n = n -- a comment"
    )
    induction = """
      induction n with
      | zero => rfl
      | succ n ih =>
        rw [← Nat.add_assoc]

        exact congrArg succ ih
    """
    state = await follow(lean, state, "skip", induction)
    assert state.finished
    assert await accepted(lean, state)


async def test_each_alternative_is_tried_from_the_same_state(lean: EmbeddedLean) -> None:
    state = await start(lean, "", AND)
    tactics = ["constructor", "exact hp", "exact ⟨hp, hq⟩", "sorry", "nonsense", "skip)", "decide"]
    outcomes = await step(lean, state, tactics)
    assert [outcome.tactic for outcome in outcomes] == tactics
    constructor, exact, done, sorry, *rest = outcomes
    assert constructor.state is not None
    assert [goal.target for goal in constructor.state.goals] == ["p", "q"]
    assert exact.state is None
    assert "ype mismatch" in exact.error
    assert done.finished
    assert done.state is not None
    assert await accepted(lean, done.state)
    assert (sorry.state, sorry.error) == (None, "it rests on sorry")
    assert all(outcome.state is None and outcome.error for outcome in rest)


@pytest.mark.parametrize(
    ("tactic", "words"),
    [
        ("exact ⟨hp, zzz⟩", "zzz"),
        ("exact ⟨hp, _⟩", "placeholder"),
        ("refine ⟨?_, by exact zzz⟩", "zzz"),
        ("constructor\n· exact hp\n· exact hp", "ype mismatch"),
        ("exact ⟨hp, hq⟩\n\ntheorem u : True := trivial", "end of input"),
        ("exact ⟨hp, by sorry⟩", "sorry"),
        ("", ""),
    ],
)
async def test_what_only_half_works_has_failed(lean: EmbeddedLean, tactic: str, words: str) -> None:
    [outcome] = await step(lean, await start(lean, "", AND), [tactic])
    assert outcome.state is None
    assert words in outcome.error
    assert outcome.error


async def test_heartbeats_stop_one_tactic_and_not_the_others(lean: EmbeddedLean) -> None:
    statement = "theorem t (x y : Nat) : x + y = y + x"
    state = await start(lean, "", statement)
    slow = "have h : ∀ a b c : Fin 60, a + b + c = c + b + a := by decide"
    outcomes = await step(
        lean,
        state,
        [f"set_option maxRecDepth 100000 in\n{slow}", "omega"],
        limits=CheckLimits(heartbeats=300, wall_seconds=60),
    )
    assert outcomes[0].state is None
    assert outcomes[1].finished


async def test_a_tactic_that_hangs_or_crashes_costs_only_itself(lean: EmbeddedLean) -> None:
    header = (
        "import Lean\nopen Lean Elab Tactic\npartial def loop (n : Nat) : TacticM Unit := "
        'loop (n + 1)\nelab "hang" : tactic => loop 0\n'
        'elab "crash" : tactic => (IO.Process.exit 3 : IO Unit)'
    )
    state = await start(lean, header, "theorem t : 1 + 1 = 2")
    outcomes = await step(
        lean, state, ["hang", "rfl", "crash", "decide"], limits=CheckLimits(wall_seconds=3)
    )
    assert [outcome.finished for outcome in outcomes] == [False, True, False, True]
    assert "timeout" in outcomes[0].error
    assert "crashed" in outcomes[2].error


async def test_states_with_the_same_goals_have_the_same_key(lean: EmbeddedLean) -> None:
    state = await start(lean, "", "theorem t (p q : Prop) : p → q → p ∧ q")
    one = await follow(lean, state, "intro a", "intro b")
    two = await follow(lean, state, "intro a b")
    other = await follow(lean, state, "intro a c")
    assert one.tactics != two.tactics
    assert one.key == two.key != other.key
    unnamed = await follow(lean, state, "intros", "refine ⟨?_, ?_⟩")
    again = await follow(lean, state, "intros", "apply And.intro")
    assert unnamed.key == again.key


async def test_no_tactics_have_no_outcomes(lean: EmbeddedLean) -> None:
    assert await step(lean, await start(lean, "", AND), []) == ()
