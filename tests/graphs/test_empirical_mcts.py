"""Empirical-MCTS: its values by hand, its accuracy with known judges, what its prompts pass on."""

from __future__ import annotations

import json
import math
import random
from collections import Counter
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from proofloop.agents.librarian import Operation, filed
from proofloop.agents.llm.base import Request
from proofloop.agents.llm.embeddings import EndpointEmbedder
from proofloop.graphs.answer_tree import Answer, AnswerTree
from proofloop.graphs.empirical_mcts import MOST_STORED, READ, empirical_mcts_graph
from proofloop.graphs.near import last, nearest
from support.llm import QUICK
from support.openai_server import Embed, Fail, Item, ScriptedServer
from support.simulated_model import Role, SimulatedModel, attempt, is_right, within

RUNS, FIRST, ITERATIONS = 150, 0.12, 8


def tree(*answers: tuple[int | None, tuple[float, float] | None]) -> AnswerTree:
    return AnswerTree(
        answers=tuple(
            Answer(content=str(node), parent=parent, scores=scores)
            for node, (parent, scores) in enumerate(answers)
        )
    )


def test_the_root_alone_has_the_papers_values() -> None:
    alone = tree((None, None))
    assert alone.ranks() == [1.0]
    assert alone.answers[0].local == 0.5
    assert alone.values() == pytest.approx([0.95])
    assert alone.bounds() == pytest.approx([9.5 + 1.4 * math.sqrt(math.log(2) / (1 + 1e-5))])


def test_values_visits_and_bounds_are_those_by_hand() -> None:
    # 1 beats the root, 2 beats 1 and so, by closure, the root; 3 loses to the root.
    grown = tree((None, None), (0, (8, 6)), (1, (9, 8)), (0, (2, 6)))
    assert grown.visits() == [4, 2, 1, 1]
    # Beaten less beaten-by: 2 beats 1, 0, 3; 1 beats 0, 3 and loses to 2; 0 beats 3 alone.
    assert grown.ranks() == pytest.approx([1 / 3, 2 / 3, 1.0, 0.0])
    local = [0.5, 1 / (1 + math.exp(-2)), 1 / (1 + math.exp(-1)), 1 / (1 + math.exp(4))]
    values = [0.9 * g + 0.1 * v for g, v in zip([1 / 3, 2 / 3, 1, 0], local, strict=True)]
    assert grown.values() == pytest.approx(values)
    q = [10 * value for value in values]
    q[0] = 0.9 * q[0] + 0.1 * q[3]  # in reverse order of creation
    q[1] = 0.9 * q[1] + 0.1 * q[2]
    q[0] = 0.9 * q[0] + 0.1 * q[1]
    assert grown.flowed(values) == pytest.approx(q)
    bound = q[2] + 1.4 * math.sqrt(math.log(2 + 1) / (1 + 1e-5))
    assert grown.bounds()[2] == pytest.approx(bound)


def test_a_node_with_two_children_is_not_expanded() -> None:
    full = tree((None, None), (0, (1, 10)), (0, (1, 10)))
    assert {full.to_expand(random.Random(seed)) for seed in range(40)} == {1, 2}


def test_equal_scores_and_abstentions_make_no_edge() -> None:
    assert tree((None, None), (0, (5, 5)), (0, None)).ranks() == [0.5, 0.5, 0.5]


@given(st.lists(st.tuples(st.integers(0, 30), st.none() | st.tuples(*[st.floats(1, 10)] * 2))))
def test_values_stay_in_their_range_whatever_the_tree(
    nodes: list[tuple[int, tuple[float, float] | None]],
) -> None:
    grown = tree((None, None), *((parent % (i + 1), s) for i, (parent, s) in enumerate(nodes)))
    assert all(0 <= value <= 1 for value in grown.values())
    assert all(0 <= q <= 10 for q in grown.flowed(grown.values()))
    assert grown.visits()[0] == len(grown.answers)
    assert AnswerTree.model_validate_json(grown.model_dump_json()) == grown


def solver(request: Request, rng: random.Random) -> str:
    return attempt(rng.random() < FIRST, rng)


def mentor(accuracy: float) -> Role:
    """Prefers a right answer to a wrong one so often; between equals it sees no difference."""

    def say(request: Request, rng: random.Random) -> str:
        first, second = (is_right(str(one)) for one in request.inputs["candidates"])  # type: ignore[union-attr]
        better = (first > second) == (rng.random() < accuracy)
        scores = (6, 6) if first == second else (8, 4) if better else (4, 8)
        return json.dumps({"first": scores[0], "second": scores[1]})

    return say


async def accuracy(judge: Role) -> float:
    graph = empirical_mcts_graph(iterations=ITERATIONS)
    right, widest = 0, 0
    for seed in range(RUNS):
        model = SimulatedModel({"solver": solver, "mentor": judge}, seed)
        state = await graph.ainvoke({"problem": "?"}, context=model.context())
        assert model.calls == Counter(solver=ITERATIONS + 1, mentor=ITERATIONS)
        children = Counter(one["parent"] for one in state["tree"]["answers"])
        widest = max(widest, *children.values())
        right += state["answer"] == "right"
    assert widest == 2
    return right / RUNS


async def test_a_true_mentor_finds_a_right_answer_wherever_there_is_one() -> None:
    assert within(await accuracy(mentor(1.0)), 1 - (1 - FIRST) ** (ITERATIONS + 1), RUNS)


async def test_a_mentor_that_tosses_a_coin_is_worth_one_attempt() -> None:
    def coin(request: Request, rng: random.Random) -> str:
        return json.dumps({"first": rng.randint(1, 10), "second": rng.randint(1, 10)})

    assert within(await accuracy(coin), FIRST, RUNS)


async def test_the_order_shown_is_drawn_and_does_not_decide() -> None:
    """A mentor that always likes the first place is a coin, not a vote for the newest."""

    def first_place(request: Request, rng: random.Random) -> str:
        return json.dumps({"first": 9, "second": 3})

    model = SimulatedModel({"solver": solver, "mentor": first_place})
    shown_first = 0
    for seed in range(40):
        model.seed = seed
        state = await empirical_mcts_graph(iterations=1).ainvoke(
            {"problem": "?"}, context=model.context()
        )
        own, parents = state["tree"]["answers"][1]["scores"]
        shown_first += own > parents
        asked = model.seen[-1].inputs["candidates"]
        child = state["tree"]["answers"][1]["content"]
        assert (asked[0] == child) == (own > parents)  # type: ignore[index]
    assert 8 <= shown_first <= 32


async def test_guidance_goes_from_parent_to_child_and_experience_to_all() -> None:
    taught = iter(range(100))

    def teaching(request: Request, rng: random.Random) -> str:
        number = next(taught)
        words = {"guidance": f"guide {number}", "experiences": [f"insight number {number}"]}
        return json.dumps({"first": 5, "second": 5} | words)

    def keeping(request: Request, rng: random.Random) -> str:
        new = request.inputs["new"]
        return json.dumps({"operations": [{"op": "add", "text": text} for text in new]})  # type: ignore[union-attr]

    model = SimulatedModel({"solver": solver, "mentor": teaching, "librarian": keeping})
    state = await empirical_mcts_graph(iterations=14).ainvoke(
        {"problem": "?"}, context=model.context()
    )
    answers = state["tree"]["answers"]
    asked = [one for one in model.seen if one.role == "solver"]
    assert [one["guidance"] for one in answers] == ["", *(f"guide {i}" for i in range(14))]
    for node, (answer, request) in enumerate(zip(answers, asked, strict=True)):
        guidance = "" if node == 0 else answers[answer["parent"]]["guidance"]
        assert request.inputs["guidance"] == guidance
        assert guidance in request.messages[0].content
        read = [f"insight number {i}" for i in range(max(0, node - 1 - READ), node - 1)]
        context = str(request.inputs["context"])
        assert context.count("insight number") == len(read)
        assert all(f"- {text}\n" in context + "\n" for text in read)
    assert len(state["experiences"]) == 13  # what the last one taught, nobody would read


async def test_a_librarian_that_cannot_be_read_three_times_adds_all() -> None:
    def teaching(request: Request, rng: random.Random) -> str:
        return json.dumps({"first": 5, "second": 5, "experiences": ["a", " ", "b\nc"]})

    model = SimulatedModel(
        {"solver": solver, "mentor": teaching, "librarian": lambda request, rng: "done!"}
    )
    state = await empirical_mcts_graph(iterations=2).ainvoke(
        {"problem": "?"}, context=model.context()
    )
    assert state["experiences"] == ["a", "b c"]
    assert model.calls["librarian"] == 6  # three answers, each with a turn to mend it


def test_operations_are_applied_to_what_was_shown() -> None:
    done = filed(
        ["one", "two", "three", "four", "five"],
        [
            Operation(op="delete", entries=[1]),
            Operation(op="merge", entries=[2, 4], text="two and four"),
            Operation(op="modify", entries=[5], text="five!"),
            Operation(op="add", text="six"),
            Operation(op="add", text="three"),
            Operation(op="modify", entries=[9], text="nobody"),
            Operation(op="delete", entries=[0, -1]),
            Operation(op="add"),
        ],
    )
    assert done == ["two and four", "three", "five!", "six"]


async def test_a_store_that_only_grows_stays_bounded() -> None:
    def teaching(request: Request, rng: random.Random) -> str:
        many = [f"insight {rng.random()}" for _ in range(30)]
        return json.dumps({"first": 5, "second": 5, "experiences": many, "guidance": "x " * 9999})

    model = SimulatedModel(
        {"solver": solver, "mentor": teaching, "librarian": lambda request, rng: "?"}
    )
    state = await empirical_mcts_graph(iterations=6).ainvoke(
        {"problem": "?"}, context=model.context()
    )
    assert len(state["experiences"]) == MOST_STORED
    assert max(len(one["guidance"]) for one in state["tree"]["answers"]) <= 4000


async def test_what_marks_no_answer_is_chosen_only_where_nothing_does() -> None:
    def silent(request: Request, rng: random.Random) -> str:
        return "no idea" if "guidance" not in request.inputs or rng.random() < 0.5 else "Answer: 1"

    def prefers_silence(request: Request, rng: random.Random) -> str:
        scores = [9 if one == "no idea" else 2 for one in request.inputs["candidates"]]  # type: ignore[union-attr]
        return json.dumps({"first": scores[0], "second": scores[1]})

    model = SimulatedModel({"solver": silent, "mentor": prefers_silence})
    graph = empirical_mcts_graph(iterations=7)
    state = await graph.ainvoke({"problem": "?"}, context=model.context())
    assert state["answer"] == "1"
    model = SimulatedModel({"solver": lambda r, g: "no idea", "mentor": prefers_silence})
    state = await graph.ainvoke({"problem": "?"}, context=model.context())
    assert (state["answer"], state["solution"]) == ("", "no idea")


async def test_no_iteration_is_one_attempt_and_negative_ones_are_refused() -> None:
    model = SimulatedModel({"solver": solver})
    state = await empirical_mcts_graph(iterations=0).ainvoke(
        {"problem": "?"}, context=model.context()
    )
    assert state["answer"] in ("right", "wrong")
    with pytest.raises(ValueError, match="at least 0"):
        empirical_mcts_graph(iterations=-1)


def adding(request: Request, rng: random.Random) -> str:
    new = request.inputs["new"]
    return json.dumps({"operations": [{"op": "add", "text": text} for text in new]})  # type: ignore[union-attr]


async def solved(model: SimulatedModel, server: ScriptedServer, **options: Any) -> dict[str, Any]:
    embedder = EndpointEmbedder("vectors", base_url=server.base_url, retry=QUICK)
    state = await empirical_mcts_graph(iterations=2, **options).ainvoke(
        {"problem": "how many apples"}, context=model.context(embedder=embedder)
    )
    await embedder.aclose()
    return dict(state)


@pytest.mark.parametrize(
    ("vectors", "likeness", "read"), [(Embed(), 0.0, 2), (Embed(), 0.2, 1), (Fail(503), 0.2, 2)]
)
async def test_experience_is_read_by_its_vectors_where_a_server_gives_them(
    vectors: Item, likeness: float, read: int
) -> None:
    """With the vectors of a server; those that were filed last while it is down."""
    taught = ["apples are counted", "integrals converge"]

    def teaching(request: Request, rng: random.Random) -> str:
        return json.dumps({"first": 5, "second": 5, "experiences": taught})

    model = SimulatedModel({"solver": solver, "mentor": teaching, "librarian": adding})
    with ScriptedServer(lambda call: vectors) as server:
        await solved(model, server, likeness=likeness)
        assert {call.path for call in server.calls} == {"/v1/embeddings"}
    asked = [one for one in model.seen if one.role == "solver"][-1]
    shown = [text for text in taught if text in str(asked.inputs["context"])]
    assert shown == taught[:read]


async def test_the_nearest_are_chosen_of_more_than_can_be_read() -> None:
    stored = [f"number {i} of pears" for i in range(12)] + ["apples grow on trees", "more pears"]
    with ScriptedServer(lambda call: Embed()) as server:
        embedder = EndpointEmbedder("vectors", base_url=server.base_url, retry=QUICK)
        assert await nearest(embedder, stored, ["trees with apples"], 1) == [stored[12]]
        assert await nearest(embedder, [], ["apples"], 3) == []
        await embedder.aclose()
    assert len(server.calls) == 1
    assert await nearest(None, stored, ["trees with apples"], 1) == [stored[12]]
    assert await nearest(None, stored, ["apples"], 2, otherwise=last) == stored[-2:]


@pytest.mark.parametrize("better", [True, False])
async def test_different_answers_are_fused_and_the_fusion_has_to_win(better: bool) -> None:
    drafts = iter(["a\nAnswer: 1", "b\nAnswer: 2", "c\nAnswer: 1"])

    def mentor(request: Request, rng: random.Random) -> str:
        scores = [
            (9 if better else 1) if "fused" in str(one) else 7 if "Answer: 2" in str(one) else 3
            for one in request.inputs["candidates"]  # type: ignore[union-attr]
        ]
        return json.dumps({"first": scores[0], "second": scores[1]})

    def fuser(request: Request, rng: random.Random) -> str:
        return "fused\nAnswer: 3"

    model = SimulatedModel({"solver": lambda r, g: next(drafts), "mentor": mentor, "fuser": fuser})
    state = await empirical_mcts_graph(iterations=2, fuse=3).ainvoke(
        {"problem": "?"}, context=model.context()
    )
    (asked,) = [one for one in model.seen if one.role == "fuser"]
    shown = asked.inputs["candidates"]
    assert shown[0] == "b\nAnswer: 2"  # type: ignore[index]
    assert sorted(str(one)[-1] for one in shown) == ["1", "2"]  # type: ignore[union-attr]
    assert state["answer"] == ("3" if better else "2")
    assert state["tree"]["answers"][-1]["parent"] == 1


@pytest.mark.parametrize("said", ["Answer: 1", ""])
async def test_nothing_is_fused_where_all_agree_or_the_fuser_fails(said: str) -> None:
    drafts = iter(["Answer: 1", said or "Answer: 2"])
    roles: dict[str, Role] = {
        "solver": lambda r, g: next(drafts),
        "mentor": lambda r, g: json.dumps({"first": 5, "second": 5}),
        "fuser": lambda r, g: "  ",
    }
    model = SimulatedModel(roles)
    state = await empirical_mcts_graph(iterations=1, fuse=2).ainvoke(
        {"problem": "?"}, context=model.context()
    )
    assert state["answer"] in ("1", "2")
    assert len(state["tree"]["answers"]) == 2
    assert model.calls["fuser"] == (0 if said else 1)
    with pytest.raises(ValueError, match="fuse 0 or at least 2"):
        empirical_mcts_graph(fuse=1)
