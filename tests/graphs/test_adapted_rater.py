"""RevisEval: a score beside a revision of the solution itself."""

from __future__ import annotations

import json
import random

import pytest

from proofloop.agents.adapted_rater import AdaptedRater
from proofloop.agents.llm.base import Request
from proofloop.core.errors import ModelUnavailable
from proofloop.core.task import Candidate, Task
from proofloop.graphs.best_of_n import best_of_n_graph
from support.llm import client
from support.openai_server import Fail, ScriptedServer
from support.simulated_model import SimulatedModel, attempt, is_right, within

RUNS = 300
MENDS, SPOILS = 0.7, 0.1
TASK = Task(id="t", kind="solve", informal="?")


def reviser(request: Request, rng: random.Random) -> str:
    right = is_right(str(request.inputs["solution"]))
    if right:
        return attempt(False, rng) if rng.random() < SPOILS else "UNCHANGED"
    return attempt(True, rng) if rng.random() < MENDS else "UNCHANGED"


def by_reference(request: Request, rng: random.Random) -> str:
    """A rater that knows nothing itself: it trusts the reference."""
    (shown,) = request.inputs["candidates"]  # type: ignore[misc]
    same = is_right(str(shown)) == is_right(str(request.inputs["reference"]))
    return json.dumps({"rating": 8 if same else 3})


async def test_the_choice_is_as_good_as_the_revisions() -> None:
    """Of one right and one wrong solution; the rater alone could only toss a coin."""
    graph, right = best_of_n_graph(n=2, adapted=True), 0
    for seed in range(RUNS):
        turns = iter(random.Random(f"{seed} turns").sample([True, False], 2))
        model = SimulatedModel(
            {
                "solver": lambda request, rng, turns=turns: attempt(next(turns), rng),
                "reviser": reviser,
                "rater": by_reference,
            },
            seed,
        )
        state = await graph.ainvoke({"problem": "?"}, context=model.context())
        assert model.calls == {"solver": 2, "reviser": 2, "rater": 2}
        right += state["answer"] == "right"
    kept = 1 - SPOILS
    wanted = kept * MENDS + 0.5 * (kept * (1 - MENDS) + SPOILS * MENDS)
    assert within(right / RUNS, wanted, RUNS)


async def test_votes_have_revisions_of_their_own() -> None:
    model = SimulatedModel({"reviser": reviser, "rater": by_reference})
    rater, wrong = AdaptedRater(model), Candidate(id="c", task_id="t", content="Answer: wrong")
    scores = {await rater.score(TASK, wrong, index=index) for index in range(20)}
    assert len(scores) == 2
    assert rater.tokens(TASK, [wrong]) > 0


@pytest.mark.parametrize("said", ["no number", json.dumps({"rating": None})])
async def test_a_rating_that_cannot_be_read_is_none(said: str) -> None:
    model = SimulatedModel({"reviser": reviser, "rater": lambda request, rng: said})
    candidate = Candidate(id="c", task_id="t", content="Answer: right")
    assert await AdaptedRater(model).score(TASK, candidate) is None


async def test_an_endpoint_that_is_down_is_told() -> None:
    with ScriptedServer(lambda call: Fail(503)) as server:
        model = client(server)
        with pytest.raises(ModelUnavailable):
            await AdaptedRater(model).score(TASK, Candidate(id="c", task_id="t", content="x"))
        await model.aclose()
