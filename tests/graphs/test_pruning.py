"""Samples given up while they are written: connections drop, tokens count, a kill is borne."""

from __future__ import annotations

import json
import sqlite3
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from proofloop.agents.llm.record import RecordedModel
from proofloop.core.budget import Budget, Limits
from proofloop.core.journal import Journal
from proofloop.graphs import adaptive
from proofloop.graphs.adaptive import adaptive_graph
from proofloop.graphs.context import Context
from proofloop.graphs.pruning import Pruning, read_or_give_up
from proofloop.graphs.runner import run_resumable
from support import solving
from support.clock import until
from support.forked import Forked
from support.llm import client, prompt
from support.openai_server import Call, Fail, Hang, Item, Say, ScriptedServer


def bad(number: int) -> Say:
    return Say(f"{number}: " + "bad " * 400, stops=100)


def good(number: int) -> Say:
    return Say(f"{number}: " + "good " * 30 + "\nAnswer: 4")


def is_sample(call: Call) -> bool:
    return str(call.body["messages"][0]["content"]).startswith("You solve")


class Endpoint:
    """Streams the samples in the order asked, and does not believe in a beginning that is bad."""

    def __init__(self, *samples: Item) -> None:
        self.samples = list(samples)

    def __call__(self, call: Call) -> Item:
        if is_sample(call):
            return self.samples.pop(0)
        assert str(call.body["messages"][0]["content"]).startswith("You know how well")
        assert "Beginning of the solution" in call.last
        return Say("Yes" if "bad" in call.last else "No", logprobs=False)


async def solved(
    server: ScriptedServer, folder: Path, limits: Limits | None = None, **options: Any
) -> tuple[dict[str, Any], Budget]:
    """One run in a folder, as ``solving.py`` has it."""
    budget, journal = Budget(limits or Limits()), Journal(folder / "journal.jsonl")
    model = RecordedModel(client(server), journal, budget)
    state = await run_resumable(
        lambda saver: adaptive_graph(saver, **options),
        {"problem": "What is 6 * 7?"},
        Context(model=model, judge=model, seed=3),
        folder / "checkpoints.sqlite",
        thread="main",
    )
    await model.aclose()
    return state, budget


async def test_an_unpromising_sample_is_cut_off_and_its_tokens_are_counted(tmp_path: Path) -> None:
    with ScriptedServer(Endpoint(bad(0), good(1), bad(2), good(3))) as server:
        state, budget = await solved(server, tmp_path, n=4, width=1, prune_after=20)
        assert await server.until(lambda calls: sum(call.dropped for call in calls) == 2)
        (tmp_path / "checkpoints.sqlite").unlink()  # the journal tells it all again, cuts too
        again, _ = await solved(server, tmp_path, n=4, width=1, prune_after=20)
        assert len(server.calls) == 8
        assert again | {"begun": []} == state | {"begun": []}
        assert [one["tokens"] for one in again["begun"]] == [
            one["tokens"] for one in state["begun"]
        ]
    assert (state["answer"], state["pruned"], state["saved"]) == ("4", 2, 0)
    assert [one["confidence"] for one in state["begun"]] == [0.0, 1.0, 0.0, 1.0]
    assert [call.dropped for call in server.calls if is_sample(call)] == [True, False, True, False]
    spent = budget.spent()
    # Whole ones and questions as the server counts them; of what was cut, the prompt and the
    # beginning by estimate, far from the whole.
    cut = [one["tokens"] for one in state["begun"] if one["candidate"] is None]
    assert (spent.calls, spent.tokens) == (8, 6 * 15 + sum(cut))
    assert all(20 + 40 < tokens < 250 for tokens in cut)


async def test_the_last_hope_is_not_given_up(tmp_path: Path) -> None:
    hope = Say("bad " * 30 + "\nAnswer: 5")
    with ScriptedServer(Endpoint(bad(0), bad(1), hope)) as server:
        state, _ = await solved(server, tmp_path, n=3, width=2, prune_after=20)
    assert (state["answer"], state["pruned"]) == ("5", 2)


async def test_a_spent_budget_keeps_what_was_written_and_goes_on_with_more(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # The streams hold the budget that the questions wait for, until these are out of time.
    monkeypatch.setattr(adaptive, "Pruning", partial(Pruning, check_seconds=0.3))
    options = {"n": 4, "width": 4, "prune_after": 20}
    with ScriptedServer(Endpoint(*map(good, range(4)))) as server:
        state, _ = await solved(server, tmp_path, Limits(calls=2), **options)
        assert "budget of 2 calls" in state["partial"]
        assert state["answer"] == "4"
        assert len(state["candidates"]) == 2 == len(server.calls)
        state, _ = await solved(server, tmp_path, **options)
    assert "partial" not in state
    assert len([call for call in server.calls if is_sample(call)]) == 4


@pytest.mark.parametrize("word", [Say("who knows"), Fail(503), Hang()], ids=lambda w: repr(w)[:4])
async def test_what_cannot_be_told_gives_nothing_up(word: Item) -> None:
    async def confidence(text: str) -> float | None:
        (reply,) = await model.sample(prompt(text))
        return float(reply.text) if reply.text.isdigit() else None

    script = lambda call: Say("bad " * 100) if call.number == 0 else word  # noqa: E731
    with ScriptedServer(script) as server:
        model = client(server)
        pruning = Pruning(after=5, check_seconds=0.3)
        reply, told = await read_or_give_up(model, prompt(), confidence, pruning)
        await model.aclose()
    assert (reply.finish, told) == ("stop", None)
    assert sum(call.number == 0 for call in server.calls) == 1


@pytest.mark.parametrize("options", [{"prune_after": -1}, {"prune_below": 1.5}])
def test_numbers_that_cannot_be_are_refused(options: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="prune_after is at least 0"):
        adaptive_graph(**options)


def ended_steps(checkpoints: Path) -> int:
    """The samples whose end is in the checkpoints' file."""
    if not checkpoints.exists():
        return 0
    try:
        with sqlite3.connect(checkpoints) as file:
            query = "select count(*) from writes where channel = 'begun'"
            return int(file.execute(query).fetchone()[0])
    except sqlite3.OperationalError:  # not there yet
        return 0


@pytest.mark.slow
async def test_a_killed_run_pays_again_only_for_what_had_not_ended(tmp_path: Path) -> None:
    options = {"n": 4, "width": 3, "prune_after": 20}
    with ScriptedServer(Endpoint(bad(0), good(1), Hang(), good(2))) as server:
        arguments = ["adaptive", json.dumps(options), server.base_url, str(tmp_path)]
        process = Forked([solving.__file__, *arguments])
        await until(lambda: ended_steps(tmp_path / "checkpoints.sqlite") == 2)
        assert await server.until(lambda calls: len(calls) == 5)  # and two about the beginnings
        process.kill()
        died = len(server.calls)
        state, _ = await solved(server, tmp_path, **options)
    assert (state["answer"], state["pruned"], len(state["candidates"])) == ("4", 1, 2)
    assert [is_sample(call) for call in server.calls[died:]] == [True, False]  # and about it
