"""A* over trees of known rewards: against exhaustive search, with good heuristics and bad ones."""

from __future__ import annotations

import itertools
import json
import random
from collections import Counter
from collections.abc import Callable, Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from proofloop.agents.llm.base import Request
from proofloop.core.task import Task
from proofloop.graphs.a_star_search import AStar, Node, Search
from proofloop.graphs.astar import astar_graph
from proofloop.graphs.context import Context
from proofloop.graphs.steps import Partial
from support.llm import client
from support.openai_server import Call, Item, Say, ScriptedServer
from support.simulated import TASK
from support.simulated_model import SimulatedModel

WIDTH, LENGTH = 3, 5
NODES = sum(WIDTH**depth for depth in range(LENGTH))  # inner ones: what exhaustive search expands

Path = tuple[str, ...]
Reward = Callable[[Path], float | None]


class Tree:
    """Every partial solution has the same ``WIDTH`` continuations, and ends at ``LENGTH``."""

    async def extend(self, task: Task, partials: Sequence[Partial], *, index: int) -> list[Partial]:
        return [
            Partial(steps=(*one.steps, "abc"[i % WIDTH]), done=len(one.steps) + 1 == LENGTH)
            for i, one in enumerate(partials)
        ]


class Rewards:
    def __init__(self, reward: Reward) -> None:
        self.reward = reward
        self.asked: list[Path] = []

    async def score(self, task: Task, partials: Sequence[Partial]) -> list[float | None]:
        self.asked += [one.steps for one in partials]
        return [self.reward(one.steps) for one in partials]


def cost(reward: Reward, path: Path) -> float:
    node = Node()
    for depth in range(1, len(path) + 1):
        node = node.child(Partial(steps=path[:depth]), reward(path[:depth]), 0.0)
    return node.f


def cheapest(reward: Reward) -> float:
    """The lowest cost of all complete solutions, by trying every one."""
    return min(cost(reward, path) for path in itertools.product("abc", repeat=LENGTH))


def rightness(target: Path, noise: float, seed: int) -> Reward:
    """Falls with the steps that are not the target's, with noise of that size."""

    def reward(path: Path) -> float:
        wrong = sum(step != right for step, right in zip(path, target, strict=False))
        return 0.9 * 0.5**wrong + random.Random(f"{seed} {path}").uniform(-noise, noise)

    return reward


def test_a_rise_of_h_is_paid_for_and_a_fall_is_not_given_back() -> None:
    rewards = {1: 0.8, 2: 0.3, 3: 0.9}
    assert cost(lambda path: rewards[len(path)], ("a", "b", "c")) == pytest.approx(0.5 + 0.1)


@pytest.mark.parametrize("noise", [0.0, 0.05])
async def test_a_good_heuristic_finds_the_best_path_with_far_fewer_expansions(noise: float) -> None:
    for seed in range(40):
        target = tuple(random.Random(seed).choices("abc", k=LENGTH))
        reward = rightness(target, noise, seed)
        found = await AStar(Tree(), Rewards(reward), k=WIDTH, seed=seed).run(TASK)
        assert found.best.partial.steps == target
        assert found.best.f == pytest.approx(cheapest(reward))
        assert found.expansions <= (LENGTH if noise == 0 else 4 * LENGTH) < NODES / 6


@given(st.integers(0, 2**32), st.integers(0, 9))
@settings(max_examples=60, deadline=None)
async def test_it_is_exact_where_rewards_never_rise_along_a_line(seed: int, coarse: int) -> None:
    def reward(path: Path) -> float:
        factors = (random.Random(f"{seed} {path[: i + 1]}").random() for i in range(len(path)))
        product = 1.0
        for factor in factors:
            product *= factor**0.3
        return round(product, 1) if coarse == 0 else product

    found = await AStar(
        Tree(), Rewards(reward), k=WIDTH, frontier=NODES * WIDTH, expansions=NODES, seed=seed
    ).run(TASK)
    assert found.ended
    assert found.best.f == pytest.approx(cheapest(reward))
    assert found.expansions <= NODES


@given(
    st.integers(0, 2**32),
    st.integers(1, 8),
    st.integers(1, 12),
    st.sampled_from([None, float("nan"), 7.0, -3.0, "random", "wrong way"]),
)
@settings(max_examples=60, deadline=None)
async def test_a_bad_heuristic_still_ends_within_its_bounds(
    seed: int, frontier: int, expansions: int, kind: float | str | None
) -> None:
    def reward(path: Path) -> float | None:
        if kind == "random":
            return random.Random(f"{seed} {path}").random()
        return 0.9 * 0.6 ** len(path) if kind == "wrong way" else kind  # type: ignore[return-value]

    judge = Rewards(reward)
    search = AStar(
        Tree(), judge, k=WIDTH, frontier=frontier, expansions=expansions, steps=LENGTH, seed=seed
    )
    found = await search.run(TASK)
    assert len(found.frontier) <= frontier
    assert found.expansions <= expansions
    assert found.rewards == len(judge.asked) == found.expansions * WIDTH
    assert found.best.partial.steps
    assert found.best.partial.done or not found.ended
    assert found == await search.run(TASK)
    if kind in (None, 7.0):  # nothing to choose by: straight to the end
        assert found.expansions == min(expansions, LENGTH)


async def test_equal_continuations_are_scored_once() -> None:
    class Same:
        async def extend(
            self, task: Task, partials: Sequence[Partial], *, index: int
        ) -> list[Partial]:
            return [Partial(steps=(*one.steps, "x"), done=len(one.steps) == 2) for one in partials]

    judge = Rewards(lambda path: 0.5)
    found = await AStar(Same(), judge).run(TASK)
    assert judge.asked == [("x",), ("x", "x"), ("x", "x", "x")]
    assert found.best.partial.done


async def test_a_model_that_says_nothing_more_leaves_what_there_is() -> None:
    class Mute:
        async def extend(
            self, task: Task, partials: Sequence[Partial], *, index: int
        ) -> list[Partial]:
            return [one.extended("" if one.steps else "begun") for one in partials]

    found = await AStar(Mute(), Rewards(lambda path: 0.9)).run(TASK)
    assert found.best.partial == Partial(steps=("begun",))
    assert (found.frontier, found.expansions) == ((), 2)


async def test_an_endless_solver_is_stopped_at_the_length_bound() -> None:
    class Endless:
        async def extend(
            self, task: Task, partials: Sequence[Partial], *, index: int
        ) -> list[Partial]:
            return [Partial(steps=(*one.steps, str(i))) for i, one in enumerate(partials)]

    found = await AStar(Endless(), Rewards(lambda path: 0.5), k=1, steps=3).run(TASK)
    assert (len(found.best.partial.steps), found.expansions) == (3, 3)


def test_a_search_survives_json() -> None:
    search = Search(frontier=(Node(partial=Partial(steps=("a", "b")), g=0.1, h=0.2),))
    assert Search.model_validate(json.loads(search.model_dump_json())) == search


def test_parameters_out_of_range_are_refused() -> None:
    with pytest.raises(ValueError, match="at least"):
        AStar(Tree(), Rewards(lambda path: 0.5), k=0)


async def test_an_expansion_is_one_call_and_its_rewards_are_asked_at_the_same_time() -> None:
    def stepper(request: Request, rng: random.Random) -> str:
        return f"step {rng.random()}"

    model = SimulatedModel({"stepper": stepper, "rater": lambda request, rng: '{"rating": 5}'})
    state = await astar_graph(k=5, expansions=3).ainvoke({"problem": "?"}, context=model.context())
    assert state["search"]["expansions"] == 3
    assert dict(model.calls) == {"stepper": 15, "rater": 15}
    assert dict(model.most_at_once) == {"stepper": 1, "rater": 5}


@pytest.mark.parametrize("continues", [False, True])
async def test_the_graph_goes_back_to_the_better_line(continues: bool) -> None:
    """The line that looks better at first turns out badly; the other one is taken up again."""

    def script(call: Call) -> Item:
        if str(call.body["messages"][0]["content"]).startswith("You rate"):
            solution = call.last.split("<solution")[1]
            value = 2 if "stuck" in solution else 8 if "tempting" in solution else 6
            return json.dumps({"rating": value})
        steps = json.dumps(call.body["messages"][1:])
        if "tempting" in steps:
            return Say(["stuck"] * call.n)
        return Say(["Answer: 7"] * call.n if "plain" in steps else ["tempting", "plain"])

    with ScriptedServer(script) as server:
        model = client(server)
        state = await astar_graph(k=2, continues=continues).ainvoke(
            {"problem": "?"}, context=Context(model=model, judge=model)
        )
        await model.aclose()
    assert (state["answer"], state["solution"]) == ("7", "plain\n\nAnswer: 7")
    assert state["search"]["expansions"] == 3
    going_on = [call for call in server.calls if call.body.get("continue_final_message")]
    assert len(going_on) == (2 if continues else 0)


async def test_it_solves_more_than_best_of_n_with_a_third_of_the_steps() -> None:
    """The paper's claim, with steps right at a known rate and a noisy reward."""

    class Solver:
        def __init__(self, seed: int) -> None:
            self.rng = random.Random(seed)
            self.written = 0

        async def extend(
            self, task: Task, partials: Sequence[Partial], *, index: int
        ) -> list[Partial]:
            self.written += len(partials)
            return [
                Partial(steps=(*one.steps, self.step()), done=len(one.steps) + 1 == LENGTH)
                for one in partials
            ]

        def step(self) -> str:
            return f"{'right' if self.rng.random() < 0.6 else 'wrong'} {self.rng.getrandbits(40)}"

    def right(path: Path) -> bool:
        return all(step.startswith("right") for step in path)

    solved, written = Counter[str](), Counter[str]()
    for seed in range(200):
        noise = random.Random(f"{seed} noise")
        judge = Rewards(lambda path, noise=noise: noise.gauss(0.75 if right(path) else 0.35, 0.2))
        solver = Solver(seed)
        found = await AStar(solver, judge, seed=seed).run(TASK)
        solved["astar"] += right(found.best.partial.steps)
        written["astar"] += solver.written
        solver = Solver(seed)
        whole = [Partial()] * 32
        for _ in range(LENGTH):
            whole = await solver.extend(TASK, whole, index=0)
        scores = await judge.score(TASK, whole)
        best = max(range(32), key=lambda place: scores[place] or 0.0)
        solved["best of 32"] += right(whole[best].steps)
        written["best of 32"] += solver.written
    assert solved["astar"] > 1.2 * solved["best of 32"]
    assert 3 * written["astar"] < written["best of 32"]
