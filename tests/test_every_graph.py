"""What holds of every graph of the catalogue, in a small run of each."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from proofloop.agents.llm.tokens import estimate_tokens
from proofloop.core.settings import load_settings
from proofloop.graphs.catalogue import GRAPHS
from proofloop.summaries import summarize_run
from proofloop.tools.lean.embedded.backend import EmbeddedLean
from support.openai_server import ScriptedServer
from support.small_runs import SMALL, run_small

OFFLINE = load_settings({"model": "offline"})


def test_there_is_a_small_run_of_each() -> None:
    assert sorted(SMALL) == sorted(GRAPHS)


@pytest.mark.parametrize("name", SMALL)
async def test_its_run_is_summarised_with_how_it_ended(
    name: str, lean: EmbeddedLean, tmp_path: Path
) -> None:
    small = SMALL[name]
    with ScriptedServer(small.answer) as server:
        await run_small(name, lean, tmp_path, server)
    (found,) = await asyncio.to_thread(summarize_run, tmp_path, settings=OFFLINE)
    said = found.summary.render()
    assert found.summary.outcome == small.outcome
    assert small.says in said
    assert found.problem
    assert found.summary.decisions or not server.calls
    (short,) = await asyncio.to_thread(summarize_run, tmp_path, settings=OFFLINE, most_tokens=40)
    assert estimate_tokens(short.summary.render()) == short.tokens <= 40
    assert found.tokens == estimate_tokens(said) <= 1000
