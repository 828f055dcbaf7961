"""Runs that stop at any write of their checkpoint file, and go on from it."""

from __future__ import annotations

import operator
from contextlib import suppress
from pathlib import Path
from typing import Annotated, Any, TypedDict

import pytest
from langgraph.checkpoint.base import BaseCheckpointSaver
from langgraph.graph import END, START, StateGraph
from langgraph.graph.state import CompiledStateGraph

from proofloop.core.database import open_database
from proofloop.graphs.checkpoints import Checkpoints, open_checkpoints
from proofloop.graphs.context import Context
from proofloop.graphs.runner import run_resumable, run_thread

DONE = {"begun": "yes", "seen": ["first", "second"]}


class Killed(BaseException):
    pass


class Mortal(Checkpoints):
    """Dies instead of writing for the ``lives + 1``-st time."""

    def __init__(self, path: Path, lives: int) -> None:
        super().__init__(open_database(path, any_thread=True))
        self.lives = lives

    def _live(self) -> None:
        self.lives -= 1
        if self.lives < 0:
            raise Killed

    async def aput(self, *args: Any) -> Any:
        self._live()
        return await super().aput(*args)

    async def aput_writes(self, *args: Any) -> None:
        self._live()
        await super().aput_writes(*args)


class Seen(TypedDict, total=False):
    begun: str
    seen: Annotated[list[str], operator.add]


def two_steps(
    saver: BaseCheckpointSaver[Any] | None = None,
) -> CompiledStateGraph[Any, Context, Any, Any]:
    async def first(state: Seen) -> dict[str, Any]:
        return {"seen": ["first"]}

    async def second(state: Seen) -> dict[str, Any]:
        return {"seen": ["second"]}

    graph = StateGraph(Seen, context_schema=Context)
    graph.add_node("first", first)
    graph.add_node("second", second)
    graph.add_edge(START, "first")
    graph.add_edge("first", "second")
    graph.add_edge("second", END)
    return graph.compile(checkpointer=saver)


@pytest.mark.parametrize("durability", ["sync", "exit"])
@pytest.mark.parametrize("lives", range(7))
async def test_a_run_that_dies_at_any_write_goes_on_to_its_end(
    tmp_path: Path, lives: int, durability: Any
) -> None:
    path = tmp_path / "checkpoints.sqlite"
    saver = Mortal(path, lives)
    with suppress(Killed):
        await run_thread(
            two_steps(saver), {"begun": "yes"}, Context(), thread="t", durability=durability
        )
    await saver.aclose()
    heard: list[str] = []
    state = await run_resumable(
        two_steps, {"begun": "yes"}, Context(), path, thread="t",
        on_update=lambda step, news: heard.append(step),
    )  # fmt: skip
    assert state == DONE
    assert set(heard) <= {"first", "second"}  # and not LangGraph's word that a step was saved


async def test_the_state_of_a_run_is_the_one_of_its_last_checkpoint(tmp_path: Path) -> None:
    async with open_checkpoints(tmp_path / "checkpoints.sqlite") as saver:
        graph = two_steps(saver)
        state = await run_thread(graph, {"begun": "yes"}, Context(), thread="t")
        assert state == DONE
        assert (await graph.aget_state({"configurable": {"thread_id": "t"}})).values == state
