"""What a tournament asks of a real endpoint: few calls where one brings several votes, no vote lost
where it does not."""

from __future__ import annotations

import json
from pathlib import Path

from proofloop.agents.comparer import ModelComparer
from proofloop.agents.llm.record import RecordedModel
from proofloop.core.budget import Budget, Limits
from proofloop.core.journal import Journal
from proofloop.core.task import Candidate
from proofloop.graphs.selectors.rtv import RecursiveTournament
from support.llm import client
from support.openai_server import Call, Fail, Item, ScriptedServer
from support.simulated import TASK

MANY = [Candidate(id=f"c{i}", task_id="t", content=f"Answer: {i}") for i in range(16)]


def first_wins(call: Call) -> Item:
    """The one with the smaller number is the better."""
    shown = [int(line.split()[1]) for line in call.last.split("\n") if line.startswith("Answer:")]
    return json.dumps({"best": shown.index(min(shown)) + 1})


async def test_votes_on_one_order_are_samples_of_one_call() -> None:
    with ScriptedServer(first_wins) as server:
        model = client(server)
        selection = await RecursiveTournament(ModelComparer(model), votes=8).select(TASK, MANY)
        await model.aclose()
    assert selection.best == "c0"
    assert len(selection.votes) == sum(call.n for call in server.calls) == 8 * 15
    assert len(server.calls) <= 2 * 15  # a pair has two orders


async def test_an_endpoint_that_takes_no_n_gives_the_same_votes() -> None:
    found = []
    for options in ({}, {"rejects": ("n",)}, {"most_choices": 1}):
        with ScriptedServer(first_wins, **options) as server:  # type: ignore[arg-type]
            model = client(server)
            selector = RecursiveTournament(ModelComparer(model), votes=5, seed=4)
            found.append(await selector.select(TASK, MANY[:6]))
            await model.aclose()
    assert found[0] == found[1] == found[2]
    assert len(found[0].votes) == 5 * 5


async def test_votes_that_came_count_where_others_fail(tmp_path: Path) -> None:
    answered: list[Call] = []

    def script(call: Call) -> Item:
        if len(answered) >= 3:
            return Fail(503)
        answered.append(call)
        return first_wins(call)

    with ScriptedServer(script, rejects=("n",)) as server:
        model = RecordedModel(client(server), Journal(tmp_path / "journal.jsonl"), Budget())
        selection = await RecursiveTournament(ModelComparer(model), votes=6).select(TASK, MANY[:2])
        await model.aclose()
    assert selection.best == "c0"
    assert selection.note == ""


async def test_what_the_budget_paid_for_counts(tmp_path: Path) -> None:
    with ScriptedServer(first_wins, rejects=("n",)) as server:
        budget = Budget(Limits(calls=7))
        model = RecordedModel(client(server), Journal(tmp_path / "journal.jsonl"), budget)
        selection = await RecursiveTournament(ModelComparer(model), votes=8).select(TASK, MANY[:2])
        await model.aclose()
    assert selection.partial
    assert selection.best == "c0"
    readable = [ballot for ballot in selection.votes if ballot["vote"]]
    assert 1 <= len(readable) <= 7
    assert budget.spent().calls <= 7 + 2  # a refusal is a call that was not foreseen
