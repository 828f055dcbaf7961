"""PDR and its tournament sibling on the scripted endpoint, and the bound of the workspace."""

from __future__ import annotations

import json
import random
import re
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from proofloop.agents.distiller import cut
from proofloop.agents.llm.tokens import estimate_tokens
from proofloop.agents.summarizer import pieces
from proofloop.core.trajectory import Step, Summary, Trajectory
from proofloop.graphs.context import Context
from proofloop.graphs.pdr import pdr_graph
from proofloop.graphs.rtv_pdr import other_contexts, rtv_pdr_graph
from proofloop.graphs.workspace import extract
from support.llm import client
from support.openai_server import Call, Fail, Item, Raw, Say, ScriptedServer
from support.simulated_model import Role, SimulatedModel


def system(call: Call) -> str:
    return str(call.body["messages"][0]["content"])


class Endpoint:
    """Answers by role, as its system prompt shows it; counts the calls of each."""

    def __init__(self) -> None:
        self.roles: Counter[str] = Counter()
        self.prompts: dict[str, list[str]] = {}

    def __call__(self, call: Call) -> Item:
        role = next(
            name
            for name, words in (
                ("solver", "You solve"),
                ("distiller", "You condense"),
                ("rater", "You rate"),
                ("comparer", "You compare"),
                ("summarizer", "You write compact notes"),
            )
            if system(call).startswith(words)
        )
        self.roles[role] += call.n
        self.prompts.setdefault(role, []).append(call.last)
        return Say(getattr(self, role)(call.last))

    def solver(self, prompt: str) -> str:
        return f"tried it\nAnswer: {'42' if '<context>' in prompt else '41'}"

    def distiller(self, prompt: str) -> str:
        return "Derived facts: it is even.\n" * 400

    def rater(self, prompt: str) -> str:
        return json.dumps({"rating": 7})

    def comparer(self, prompt: str) -> str:
        return json.dumps({"best": 1})

    def summarizer(self, prompt: str) -> str:
        return json.dumps({"progress": ["it is even"], "outcome": "incomplete"})


@pytest.mark.parametrize(
    ("distill", "other_calls"),
    [("summary", {"distiller": 2}), ("top-k", {"rater": 12}), ("random-k", {})],
)
async def test_each_operator_leads_to_an_answer_with_its_calls(
    distill: str, other_calls: dict[str, int]
) -> None:
    endpoint = Endpoint()
    with ScriptedServer(endpoint) as server:
        model = client(server)
        graph = pdr_graph(rounds=(8, 4, 1), distill=distill, workspace_tokens=300)  # type: ignore[arg-type]
        state = await graph.ainvoke(
            {"problem": "What is 6 * 7?"}, context=Context(model=model, judge=model)
        )
        await model.aclose()
    assert state["answer"] == "42"
    assert endpoint.roles == Counter({"solver": 13, **other_calls})
    assert state["tokens"] == 13 * 15
    assert state["tokens_on_path"] == 3 * 15
    for prompt in endpoint.prompts["solver"][8:]:
        context = prompt.split("<context>\n")[1].split("\n</context>")[0]
        assert 0 < estimate_tokens(context) <= 300


async def test_drafts_that_fail_are_fewer_drafts() -> None:
    endpoint = Endpoint()

    def script(call: Call) -> Item:
        return Raw(b"{}") if call.number in (1, 3) else endpoint(call)

    with ScriptedServer(script) as server:
        model = client(server)
        state = await pdr_graph(rounds=(4, 1), distill="random-k").ainvoke(
            {"problem": "?"}, context=Context(model=model, judge=model)
        )
        await model.aclose()
    assert state["answer"] == "42"


def test_rounds_that_cannot_be_are_refused() -> None:
    with pytest.raises(ValueError, match="the last is 1"):
        pdr_graph(rounds=(4, 2))
    with pytest.raises(ValueError, match="summary, top-k, random-k"):
        pdr_graph(distill="best")  # type: ignore[arg-type]


@given(st.lists(st.text(max_size=400), max_size=8), st.integers(0, 300))
def test_no_input_makes_a_workspace_larger_than_its_bound(texts: list[str], most: int) -> None:
    assert estimate_tokens(extract(texts, most)) <= most
    for text in texts:
        assert estimate_tokens(cut(text, most)) <= most


def test_a_short_text_leaves_its_room_to_the_others() -> None:
    joined = extract(["ab", "x" * 1000], 100)
    assert joined.startswith("ab")
    assert estimate_tokens(joined) > 90


async def test_the_tournament_sibling_makes_the_papers_calls() -> None:
    endpoint = Endpoint()
    with ScriptedServer(endpoint) as server:
        model = client(server)
        graph = rtv_pdr_graph(n=16, k=4, votes=8)
        state = await graph.ainvoke({"problem": "?"}, context=Context(model=model, judge=model))
        await model.aclose()
    # 32 attempts and summaries; V(N-K) = 96 votes to select, V(N-1) = 120 to choose.
    assert endpoint.roles == Counter({"solver": 32, "summarizer": 32, "comparer": 216})
    assert state["answer"] == "42"
    assert [len(selection["votes"]) for selection in state["selections"]] == [96, 120]
    contexts = {re.sub(r"(?s).*<context>", "", p) for p in endpoint.prompts["solver"][16:]}
    assert len(contexts) == 1  # all fresh attempts read the same four summaries
    assert contexts.pop().count("Progress:") == 4


async def test_a_judge_that_is_down_still_leaves_an_answer() -> None:
    endpoint = Endpoint()

    def script(call: Call) -> Item:
        return Fail(500) if system(call).startswith("You compare") else endpoint(call)

    with ScriptedServer(script) as server:
        model = client(server)
        state = await rtv_pdr_graph(n=4, k=2, votes=1).ainvoke(
            {"problem": "?"}, context=Context(model=model, judge=model)
        )
        await model.aclose()
    assert state["answer"] == "42"
    assert "no readable vote" in state["selections"][1]["note"]


async def test_what_needs_nothing_of_each_other_is_asked_at_once() -> None:
    endpoint = Endpoint()

    def says(role: str) -> Role:
        return lambda request, rng: getattr(endpoint, role)(request.messages[-1].content)

    model = SimulatedModel({name: says(name) for name in ("solver", "summarizer", "comparer")})
    await rtv_pdr_graph(n=16, k=16, votes=8).ainvoke({"problem": "?"}, context=model.context())
    assert model.most_at_once["summarizer"] == 16
    assert model.most_at_once["comparer"] >= 8  # the matches of the first of four rounds


def test_the_other_contexts_are_those_of_the_ablations() -> None:
    summaries = [f"s{i}" for i in range(6)]
    single = other_contexts(summaries, "single", 6, 4, random.Random(0))
    assert single == summaries
    drawn = other_contexts(summaries, "random", 6, 2, random.Random(0))
    assert all(len(set(re.findall(r"s\d", context))) == 2 for context in drawn)
    assert len(set(drawn)) > 1


@given(
    st.lists(st.text(min_size=1, max_size=300), max_size=8),
    st.integers(20, 200),
)
def test_pieces_hold_the_whole_trajectory_within_their_bound(actions: list[str], most: int) -> None:
    steps = tuple(Step(action=action) for action in actions)
    found = pieces(Trajectory(task_id="t", steps=steps), most)
    assert all(estimate_tokens(piece) <= most for piece in found)
    assert len(found) <= len(actions)


@given(st.lists(st.text(max_size=100), max_size=10), st.integers(10, 120))
def test_a_bounded_summary_keeps_its_outcome(items: list[str], most: int) -> None:
    summary = Summary(progress=tuple(items), lessons=tuple(items), outcome="failure")
    bounded = summary.bounded(most, estimate_tokens)
    assert estimate_tokens(bounded.render()) <= most
    assert bounded.outcome == "failure"
