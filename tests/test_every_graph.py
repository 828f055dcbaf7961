"""What holds of every graph of the catalogue, in a small run of each."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from proofloop.agents.llm.tokens import estimate_tokens
from proofloop.core.jsonl import read_lines
from proofloop.core.run import spent_before
from proofloop.core.settings import load_settings
from proofloop.graphs.catalogue import GRAPHS, SOLVERS
from proofloop.graphs.planning.plan import WITHOUT, plan_of
from proofloop.graphs.planning.sizes import Sizes
from proofloop.summaries import summarize_run
from proofloop.tools.lean.embedded.backend import EmbeddedLean
from support.openai_server import ScriptedServer
from support.small_runs import SMALL, run_small

OFFLINE = load_settings({"model": "offline"})


def test_there_is_a_small_run_of_each() -> None:
    assert sorted(SMALL) == sorted(GRAPHS)


# Whose loops end early only where an answer is good enough, and none is here.
EXACT = ("self_consistency", "best_of_n", "refine", "iad", "pdr", "rtv_pdr", "tmas")
EXACT += ("empirical_mcts",)
# Which have a call a sample, and read nothing whose bound is far above what is there.
CLOSE = ("best_of_n", "refine", "iad")
BRIEF = Sizes(problem=10, solution=30, words=30)  # what the scripted answers have


@pytest.mark.parametrize("name", SMALL)
async def test_its_run_asks_what_was_planned_and_its_summary_says_how_it_ended(
    name: str, lean: EmbeddedLean, tmp_path: Path
) -> None:
    small = SMALL[name]
    with ScriptedServer(small.answers()) as server:
        context = await run_small(name, lean, tmp_path, server)
    plan = plan_of(name, "", small.options, sizes=BRIEF, context=context)
    calls = sum(call.n for call in server.calls)
    tokens = spent_before(read_lines(tmp_path / "journal.jsonl")).tokens
    if plan is None:
        assert name in WITHOUT
    else:
        assert calls == plan.calls if name in EXACT else 0 < calls <= plan.calls
        assert plan.least <= calls
        assert tokens <= plan.tokens
        assert name not in CLOSE or plan.tokens < 4 * tokens
    await summarised(name, tmp_path)


async def summarised(name: str, folder: Path) -> None:
    (found,) = await asyncio.to_thread(summarize_run, folder, settings=OFFLINE)
    said = found.summary.render()
    assert found.summary.outcome == SMALL[name].outcome
    assert SMALL[name].says in said
    assert found.problem
    assert found.summary.decisions or name == "review"
    assert found.tokens == estimate_tokens(said) <= 1000
    (short,) = await asyncio.to_thread(summarize_run, folder, settings=OFFLINE, most_tokens=40)
    assert estimate_tokens(short.summary.render()) == short.tokens <= 40


@pytest.mark.parametrize(
    ("name", "options", "calls"),
    [
        ("best_of_n", {"n": 5, "votes": 3, "adapted": True}, 5 + 2 * 15),
        ("refine", {"rounds": 2, "rated": False, "reviewed": True}, 1 + 4),
        ("adaptive", {"rule": "settled", "n": 9}, 9),
        ("pdr", {"rounds": [6, 1], "distill": "top-k"}, 6 + 6 + 1),
        ("pdr", {"rounds": [6, 1], "distill": "random-k"}, 6 + 1),
        ("rtv_pdr", {}, 4 * 16 + 8 * (16 - 4) + 8 * 15),
        ("rtv_pdr", {"reuse": "single"}, 4 * 16 + 8 * 15),
        ("particles", {"n": 4, "steps": 3, "look_ahead": True}, 4 * 2 * (3 + 2)),
        ("particles", {"n": 5, "steps": 3, "sweeps": 2}, 2 * 2 * 2 * 3),
        ("empirical_mcts", {"iterations": 0}, 1),
        ("atom_of_thoughts", {"steps": 1}, 1 + 2 + 3 + 2),
        ("prove_sketch", {}, 4 * (1 + 16 * 4 * (1 + 16 * 4))),
    ],
)
def test_a_plan_counts_by_the_options(name: str, options: dict[str, Any], calls: int) -> None:
    plan = plan_of(name, "What is 6 * 7?", options)
    assert plan and plan.calls == calls


def test_longer_answers_and_problems_plan_more_tokens() -> None:
    for name in SOLVERS:
        small, problem, solution = (
            plan_of(name, "", sizes=sizes)
            for sizes in (BRIEF, replace(BRIEF, problem=500), replace(BRIEF, solution=500))
        )
        assert small and problem and solution
        assert small.calls == problem.calls == solution.calls
        assert small.tokens + 490 * small.calls == problem.tokens
        assert small.tokens < solution.tokens
