"""Fusion: one solution out of many, the candidates ranked by it, and what is left when it fails."""

from __future__ import annotations

import random
from collections.abc import Sequence

import pytest

from proofloop.agents.fuser import ModelFuser
from proofloop.agents.llm.base import Request
from proofloop.core.errors import BudgetExceeded, ModelError, ModelUnavailable
from proofloop.core.task import Candidate, Task
from proofloop.graphs.selectors.best_of_n import BestOfN
from proofloop.graphs.selectors.fusion import Fusion
from support.llm import client
from support.openai_server import Call, Fail, Raw, Say, ScriptedServer
from support.simulated import TASK, SimulatedJudge
from support.simulated_model import SimulatedModel


def made(*answers: str) -> list[Candidate]:
    return [
        Candidate(id=f"c{i}", task_id="t", content=f"try {i}\nAnswer: {answer}")
        for i, answer in enumerate(answers)
    ]


def saying(text: str) -> ModelFuser:
    return ModelFuser(SimulatedModel({"fuser": lambda request, rng: text}))


async def test_the_fused_solution_is_new_and_those_that_agree_come_first() -> None:
    fused, selection = await Fusion(saying("both\nAnswer: 2")).fused(TASK, made("1", "2", "2"))
    assert fused is not None
    assert (fused.content, fused.parents) == ("both\nAnswer: 2", ("c0", "c1", "c2"))
    assert selection.ranking == ("c1", "c2", "c0")
    assert selection.votes[-1]["answer"] == "2"
    assert selection.note == ""


async def test_an_answer_of_its_own_is_said_to_be_nobodys() -> None:
    selection = await Fusion(saying("Answer: 9")).select(TASK, made("1", "2"))
    assert selection.ranking == ("c0", "c1")
    assert selection.note == "the fused answer is none of the candidates'"
    selection = await Fusion(saying("I cannot say")).select(TASK, made("1", "2"))
    assert selection.note == "the fused solution marks no answer"


@pytest.mark.parametrize("failure", [Fail(503), Raw(b"{}"), Say("  ")], ids=lambda f: repr(f)[:6])
async def test_when_the_fusing_model_fails_a_named_candidate_stands(failure: object) -> None:
    with ScriptedServer(lambda call: failure) as server:  # type: ignore[arg-type,return-value]
        model = client(server)
        fused, selection = await Fusion(ModelFuser(model)).fused(TASK, made("1", "2"))
        await model.aclose()
    assert fused is not None
    assert fused.id == "c0" == selection.best
    assert "the fusing model failed, so c0 stands: " in selection.note
    assert not selection.partial


class Failing(ModelFuser):
    error: ModelError | BudgetExceeded

    async def fuse(self, task: Task, shown: Sequence[Candidate], *, index: int = 0) -> Candidate:
        raise self.error


async def test_what_stands_is_the_best_of_the_other_selector() -> None:
    class Likes(SimulatedJudge):
        async def score(self, task: Task, candidate: Candidate, *, index: int = 0) -> float:
            return float(candidate.id == "c2")

    fuser = Failing(SimulatedModel({}))
    object.__setattr__(fuser, "error", ModelUnavailable("down"))
    fusion = Fusion(fuser, otherwise=BestOfN(Likes()))
    selection = await fusion.select(TASK, made("1", "2", "3"))
    assert selection.best == "c2"
    assert "c2 stands: down" in selection.note


async def test_a_spent_budget_is_partial() -> None:
    fuser = Failing(SimulatedModel({}))
    error = BudgetExceeded("calls", allowed=1, spent=1, asked=1)
    object.__setattr__(fuser, "error", error)
    selection = await Fusion(fuser).select(TASK, made("1", "2"))
    assert selection.partial
    assert selection.best == "c0"


async def test_no_more_candidates_are_shown_than_allowed_and_the_plan_knows() -> None:
    model = SimulatedModel({"fuser": lambda request, rng: "Answer: 1"})
    fusion = Fusion(ModelFuser(model), most=3)
    many = made(*"1234567")
    assert fusion.plan(TASK, many).calls == 1
    assert 0 < fusion.plan(TASK, many).tokens < Fusion(ModelFuser(model)).plan(TASK, many).tokens
    selection = await fusion.select(TASK, many)
    assert [one.inputs["candidates"] for one in model.seen] == [[one.content for one in many[:3]]]
    assert sorted(selection.ranking) == [one.id for one in many]
    with pytest.raises(ValueError, match="at least 1"):
        Fusion(ModelFuser(model), most=0)


async def test_one_candidate_or_none_is_not_asked_about() -> None:
    def forbidden(request: Request, rng: random.Random) -> str:
        raise AssertionError("a token was spent")

    fusion = Fusion(ModelFuser(SimulatedModel({"fuser": forbidden})))
    assert fusion.plan(TASK, made("1")).calls == fusion.plan(TASK, []).calls == 0
    fused, selection = await fusion.fused(TASK, made("1"))
    assert fused is not None
    assert (fused.id, selection.ranking) == ("c0", ("c0",))
    nothing, empty = await fusion.fused(TASK, [])
    assert nothing is None
    assert (empty.best, empty.note) == (None, "no candidates")


async def test_the_prompt_holds_every_solution() -> None:
    seen: list[Call] = []

    def script(call: Call) -> Say:
        seen.append(call)
        return Say("Answer: 1")

    with ScriptedServer(script) as server:
        model = client(server)
        await Fusion(ModelFuser(model)).select(TASK, made("1", "2", "3"))
        await model.aclose()
    assert all(f"try {i}" in seen[0].last for i in range(3))
