"""Agreement by proof, with the real Lean and a scripted formalizer and judge."""

import json
from collections.abc import Sequence
from typing import Any

import pytest

from proofloop.core.budget import Limits
from proofloop.core.errors import ModelUnavailable
from proofloop.graphs.agreement import agreement_graph
from support.formalizing import (
    GOOD,
    UNBALANCED,
    WEAK,
    WRONG_TYPE,
    Formalizer,
    judge_answer,
    lean_answer,
    stages,
    system,
)
from support.openai_server import Call, Fail, Item, Say, ScriptedServer

# GOOD in other words, and what is another reading of "the sum of two even numbers".
SAME = "theorem even_sum (m n : ℕ) (h : 2 ∣ m ∧ 2 ∣ n) : 2 ∣ m + n"
SAME_TOO = "theorem even_sum : ∀ x y : ℕ, Even y → Even x → Even (x + y)"
INTEGERS = "theorem even_sum (a b : ℤ) (ha : Even a) (hb : Even b) : Even (a + b)"
# Of which one is false for b = 1, so that values separate it from GOOD.
LOOSE = "theorem even_sum (a b : ℕ) (ha : Even a) : Even (a + b)"


def script(*rounds: Sequence[str], judge: Any = lambda call: judge_answer(True)) -> Any:
    """Each round's samples in one answer; the judge is asked for the rest."""
    waiting = list(rounds)

    def answer(call: Call) -> Item:
        if "You formalize" in system(call):
            return Say([text if text[:1] != "t" else lean_answer(text) for text in waiting.pop(0)])
        if "You read Lean" in system(call):
            return json.dumps({"informal": "in words: " + call.last.split(":", 1)[1].strip()[:30]})
        return judge(call)  # type: ignore[no-any-return]

    return answer


async def test_samples_that_say_the_same_in_other_words_vote_together(
    formalizer: Formalizer,
) -> None:
    unhurried = {"compare_seconds": 120.0}  # or a busy machine leaves them apart
    with ScriptedServer(script([GOOD, INTEGERS, SAME, SAME_TOO])) as server:
        state = await formalizer.run(agreement_graph, server, bounds=unhurried)
    assert (state["status"], state["statement"]) == ("consistent", GOOD)
    first, second = state["readings"]
    assert (len(first["samples"]), len(second["samples"])) == (3, 1)
    assert state["confidence"] == pytest.approx(0.75)
    assert state["runner_up"]["statement"] == INTEGERS
    assert "only the first assumes `a : ℕ`" in state["runner_up"]["differs"]
    assert state["statement_report"]["accepted"] is True
    assert len(server.calls) == 1 + 4


async def test_equal_texts_are_compiled_and_judged_once(formalizer: Formalizer) -> None:
    with ScriptedServer(script([GOOD, GOOD.replace(" (", "\n  ("), GOOD, GOOD])) as server:
        state = await formalizer.run(agreement_graph, server)
    assert (state["status"], state["confidence"]) == ("consistent", 1.0)
    assert state["runner_up"] == {}
    assert len(server.calls) == 2
    assert formalizer.journalled("lean") == 1


async def test_judges_weigh_the_votes(formalizer: Formalizer) -> None:
    """Two samples that the judges reject lose to one that they accept."""

    def judge(call: Call) -> Item:
        return judge_answer("(a : ℕ) :" not in call.last, "one number only")

    with ScriptedServer(script([WEAK, WEAK, GOOD, WRONG_TYPE], judge=judge)) as server:
        state = await formalizer.run(agreement_graph, server)
    assert (state["status"], state["statement"]) == ("consistent", GOOD)
    assert state["confidence"] == pytest.approx(0.25)
    assert [one["fell"] for one in state["samples"]] == ["", "", "", "lean"]
    assert state["runner_up"]["passed"] is False


async def test_the_disagreement_itself_is_the_feedback(formalizer: Formalizer) -> None:
    rounds = ([GOOD, GOOD, LOOSE, LOOSE], [GOOD, GOOD, GOOD, SAME])
    with ScriptedServer(script(*rounds)) as server:
        state = await formalizer.run(agreement_graph, server)
    assert (state["status"], state["statement"]) == ("consistent", GOOD)
    assert state["confidence"] == pytest.approx(6 / 8)
    refine = next(call.last for call in server.calls[3:] if "You formalize" in system(call))
    assert refine.count("of two readings of the text") == 2
    assert "assumes `Even b`" in refine
    # The values at which one holds and the other does not, which the kernel has confirmed.
    assert "b = 1" in refine and "statement holds and the" in refine
    assert state["disagreement"]["values"]["b"] == "1"


async def test_what_stays_open_is_ambiguous_with_the_readings_side_by_side(
    formalizer: Formalizer,
) -> None:
    rounds = ([GOOD, INTEGERS, GOOD, INTEGERS], [GOOD, SAME, INTEGERS, LOOSE])
    with ScriptedServer(script(*rounds)) as server:
        state = await formalizer.run(agreement_graph, server)
    assert state["status"] == "ambiguous"
    assert "statement" not in state and "confidence" not in state
    assert [len(one["samples"]) for one in state["readings"]] == [4, 3, 1]
    assert [one["statement"] for one in state["readings"]] == [GOOD, INTEGERS, LOOSE]
    assert all(one["informal"].startswith("in words") for one in state["readings"])
    _, second, third = (one["differs"] for one in state["readings"])
    assert second and "assumes `Even b`" in third and "statement holds and the" in third
    assert "3 readings" in state["why"]


async def test_ambiguous_texts_fall_back_on_the_given_statement_only_to_prove(
    formalizer: Formalizer,
) -> None:
    with ScriptedServer(script([GOOD, INTEGERS])) as server:
        async with formalizer.context(server, bounds={"samples": 2, "votes": 1}) as context:
            state = await agreement_graph().ainvoke(
                {"informal": "two numbers", "name": "even_sum", "header": "import Proofloop",
                 "given": GOOD},
                context=context,
            )  # fmt: skip
    assert (state["status"], state["origin"], state["statement"]) == ("ambiguous", "given", GOOD)
    assert state["proof_report"]["accepted"] is True


async def test_faults_of_the_samples_are_told_in_the_next_round(formalizer: Formalizer) -> None:
    rounds = ([WRONG_TYPE, UNBALANCED, "no JSON", WEAK], [GOOD] * 4)

    def judge(call: Call) -> Item:
        if "That answer could not be read" in call.last:
            return "still none"
        return judge_answer("(a : ℕ) :" not in call.last, "one number only")

    def answer(call: Call) -> Item:
        return judge(call) if "could not be read" in call.last else scripted(call)

    scripted = script(*rounds, judge=judge)
    with ScriptedServer(answer) as server:
        state = await formalizer.run(agreement_graph, server)
    assert (state["status"], state["confidence"]) == ("consistent", 0.5)
    assert [one["fell"] for one in state["samples"]] == ["lean", "precheck", "answer", *[""] * 5]
    told = [call.last for call in server.calls if "Earlier statements were rejected" in call.last]
    assert len(told) == 1
    assert "Function expected" in told[0] and "never closed" in told[0]
    assert "one number only" in told[0]


async def test_rounds_in_which_nothing_stands_end_exhausted(formalizer: Formalizer) -> None:
    with ScriptedServer(script([WRONG_TYPE] * 4, [UNBALANCED] * 4)) as server:
        state = await formalizer.run(agreement_graph, server)
    assert (state["status"], state["readings"]) == ("exhausted", [])
    assert set(stages(state)) == {"lean", "precheck"}
    assert len(server.calls) == 2


@pytest.mark.parametrize("answer", [judge_answer(None), "hm"])
async def test_without_a_judge_the_classes_alone_decide_and_it_says_so(
    formalizer: Formalizer, answer: Item
) -> None:
    samples = script([GOOD, SAME, SAME_TOO, GOOD], judge=lambda call: answer)
    with ScriptedServer(samples) as server:
        state = await formalizer.run(agreement_graph, server)
    assert (state["status"], state["statement"]) == ("unjudged", GOOD)
    assert state["confidence"] == pytest.approx(0.5)


async def test_a_text_that_all_decline_is_refused(formalizer: Formalizer) -> None:
    with ScriptedServer([Say([lean_answer("", "no reals")] * 4)]) as server:
        state = await formalizer.run(agreement_graph, server)
    assert (state["status"], state["notes"]) == ("refused", "no reals")


async def test_a_formalizer_that_is_down_is_an_error_to_try_again(formalizer: Formalizer) -> None:
    with ScriptedServer(lambda call: Fail(503)) as server, pytest.raises(ModelUnavailable):
        await formalizer.run(agreement_graph, server)
    with ScriptedServer(script([GOOD] * 4)) as server:
        state = await formalizer.run(agreement_graph, server)
    assert state["status"] == "consistent"


async def test_more_budget_goes_on_where_it_ended(formalizer: Formalizer) -> None:
    with ScriptedServer(script([GOOD, WEAK, SAME, SAME])) as server:
        first = await formalizer.run(agreement_graph, server, limits=Limits(calls=2))
        assert "budget of 2 calls" in first["partial"]
        second = await formalizer.run(agreement_graph, server)
    assert second["status"] == "consistent"
    assert len(server.calls) == 4
