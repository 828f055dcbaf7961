"""Problems contracted step by step: states, the judge among three answers, bad decompositions."""

from __future__ import annotations

import json
import random
import re
from typing import Any

import pytest

from proofloop.agents.decomposer import Decomposition, SubQuestion, fault
from proofloop.agents.llm.base import Request
from proofloop.core.errors import ModelUnavailable
from proofloop.graphs.atom_of_thoughts import STEPWISE, atom_of_thoughts_graph
from support.simulated_model import Role, SimulatedModel

CHAIN = [
    {"question": "What is 2 * 3?", "answer": "6", "depends": []},
    {"question": "What is 7 * 1?", "answer": "7", "depends": []},
    {"question": "What is their product?", "answer": "42", "depends": [1, 2]},
]


def said(value: Any) -> Role:
    text = value if isinstance(value, str) else json.dumps(value)
    return lambda request, rng: text


def solver(request: Request, rng: random.Random) -> str:
    """Right from the first contraction on."""
    problem = str(request.inputs["problem"])
    if problem.startswith("simple"):
        return f"so {problem}\nAnswer: 42"
    return "Answer: 41" if STEPWISE in problem else "Answer: 40"


def climber(request: Request, rng: random.Random) -> str:
    """Each contraction has an answer of its own."""
    return f"Answer: {level(request)}{' in steps' * (STEPWISE in str(request.inputs['problem']))}"


def newest(request: Request, rng: random.Random) -> str:
    """The fuser that agrees with the last answer."""
    return str(request.inputs["candidates"][-1])  # type: ignore[index,call-overload]


def level(request: Request) -> int:
    found = re.match(r"simple (\d+)", str(request.inputs["problem"]))
    return int(found[1]) if found else 0


def contractor(request: Request, rng: random.Random) -> str:
    return f"simple {level(request) + 1}: what is 6 * 7?"


def roles(**more: Role) -> dict[str, Role]:
    return {
        "solver": solver,
        "decomposer": said({"questions": CHAIN}),
        "contractor": contractor,
        "fuser": said("so it is\nAnswer: 42"),
    } | more


async def run(model: SimulatedModel, **options: Any) -> dict[str, Any]:
    graph = atom_of_thoughts_graph(**options)
    return dict(await graph.ainvoke({"problem": "What is 2 * 3 * 7?"}, context=model.context()))


async def test_the_contracted_question_is_answered_and_the_judge_takes_it() -> None:
    model = SimulatedModel(roles())
    state = await run(model, steps=1)
    assert state["answer"] == "42"
    assert state["answers"].keys() == {"direct", "steps", "contracted"}
    assert state["selection"]["ranking"] == ["contracted", "direct", "steps"]
    contracted = next(one for one in model.seen if one.role == "contractor")
    assert "- What is 2 * 3? 6\n- What is 7 * 1? 7" in contracted.messages[1].content
    assert contracted.inputs["left"] == ["What is their product?"]


async def test_the_next_state_is_the_contracted_question_and_nothing_else() -> None:
    deep = [*CHAIN, {"question": "and half of it?", "answer": "21", "depends": [3]}]
    made = said({"questions": deep})
    model = SimulatedModel(roles(decomposer=made, solver=climber, fuser=newest))
    state = await run(model, steps=3)
    assert state["depth"] == 2  # as deep as the first graph, not as the bound
    assert state["question"].startswith("simple 2")
    asked = [str(one.inputs["problem"]) for one in model.seen if one.role == "solver"]
    later = [one for one in asked if one.startswith("simple 1") and STEPWISE in one]
    assert len(later) == 1
    assert "2 * 3 * 7" not in later[0]
    # The direct answer of the second state is the contracted one of the first, not asked again.
    assert model.calls["solver"] == 2 + 1 + 1 + 1


async def test_the_depth_is_bounded_by_steps() -> None:
    deep = [{"question": f"q{i}?", "answer": "1", "depends": [i] * (i > 0)} for i in range(6)]
    made = said({"questions": deep})
    model = SimulatedModel(roles(decomposer=made, solver=climber, fuser=newest))
    state = await run(model, steps=3)
    assert (state["depth"], state["answer"]) == (3, "3")


async def test_the_first_that_agrees_wins_and_a_stranger_changes_nothing() -> None:
    model = SimulatedModel(roles(fuser=said("Answer: 41")))
    assert (await run(model))["answer"] == "41"
    model = SimulatedModel(roles(fuser=said("Answer: 7")))
    state = await run(model)
    assert state["answer"] == "40"  # the direct one
    assert state["note"] == "the fused answer is none of the candidates'"


async def test_without_dependences_nothing_is_contracted() -> None:
    model = SimulatedModel(roles(decomposer=said({"questions": CHAIN[:2]})))
    state = await run(model)
    assert model.calls["contractor"] == 0
    assert state["answers"].keys() == {"direct", "steps"}


BAD = [
    ([], "there are no questions"),
    ([[2], [1]], "the questions 1, 2 depend on each other"),
    ([[], [3], [4], [2]], "the questions 2, 3, 4 depend on each other"),
    ([[1]], "question 1 depends on itself"),
    ([[], [5]], "question 2 depends on 5, which is not there"),
    ([[0]], "question 1 depends on 0, which is not there"),
]


@pytest.mark.parametrize(("depends", "word"), BAD)
async def test_a_bad_graph_is_rejected_with_a_clear_word_after_three_tries(
    depends: list[list[int]], word: str
) -> None:
    questions = [{"question": "q?", "answer": "1", "depends": each} for each in depends]
    model = SimulatedModel(roles(decomposer=said({"questions": questions})))
    state = await run(model)
    assert model.calls["decomposer"] == 3
    assert word in str([one.messages[1].content for one in model.seen if one.role == "decomposer"])
    assert state["note"] == f"no usable decomposition: {word}"
    assert state["answers"].keys() == {"direct", "steps"}
    assert state["answer"] in ("40", "41")


def test_an_empty_question_is_a_fault() -> None:
    assert fault(Decomposition(questions=[SubQuestion(question=" ", answer="1")])) == (
        "question 1 is empty"
    )


async def test_a_decomposition_that_is_mended_is_used() -> None:
    def mends(request: Request, rng: random.Random) -> str:
        mended = "could not be used" in request.messages[1].content
        wrong = [{"question": "q?", "answer": "1", "depends": [7]}]
        return json.dumps({"questions": CHAIN if mended else wrong})

    model = SimulatedModel(roles(decomposer=mends))
    state = await run(model, steps=1)
    assert model.calls["decomposer"] == 2
    assert state["answer"] == "42"


def down(request: Request, rng: random.Random) -> str:
    raise ModelUnavailable("down")


@pytest.mark.parametrize("role", ["decomposer", "contractor", "fuser"])
async def test_a_role_that_is_down_leaves_the_answers_there_are(role: str) -> None:
    state = await run(SimulatedModel(roles(**{role: down})))
    assert state["answer"] in ("40", "42")
    assert "down" in state["note"]


async def test_a_contraction_that_is_empty_is_none() -> None:
    state = await run(SimulatedModel(roles(contractor=said("  "))))
    assert "contracted" not in state["answers"]
    assert "no contraction: " in state["note"]


def test_no_steps_are_refused() -> None:
    with pytest.raises(ValueError, match="at least 1"):
        atom_of_thoughts_graph(steps=0)
