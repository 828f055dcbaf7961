"""Running a graph so that a kill loses nothing: checkpoints in SQLite after every step."""

from __future__ import annotations

import asyncio
import contextvars
from collections.abc import AsyncIterator, Callable, Mapping
from pathlib import Path
from typing import Any

from langchain_core.runnables import RunnableConfig
from langchain_core.runnables.config import var_child_runnable_config
from langgraph.checkpoint.base import BaseCheckpointSaver
from langgraph.graph.state import CompiledStateGraph
from langgraph.types import Command, Durability, StreamMode

from proofloop.core.errors import BudgetExceeded, InputError
from proofloop.core.journal import entries_of
from proofloop.graphs.checkpoints import open_checkpoints
from proofloop.graphs.context import Context

GraphFactory = Callable[..., CompiledStateGraph[Any, Context, Any, Any]]
OnUpdate = Callable[[str, Mapping[str, Any]], None]
STEP_LIMIT = 1000
INTERRUPT = "__interrupt__"  # LangGraph's key of the news that a graph waits
ABOUT = "__metadata__"  # its key of a word about the news beside it


async def run_resumable(
    graph: GraphFactory,
    inputs: Mapping[str, Any],
    context: Context,
    checkpoints: Path,
    *,
    thread: str,
    on_update: OnUpdate | None = None,
    answer: Any = None,
) -> dict[str, Any]:
    """Run ``graph(checkpointer)`` on ``inputs`` as thread ``thread`` of a checkpoint file, or take
    the thread up where it stopped. ``on_update`` hears what each node returns; ``answer`` is for
    a thread that waits."""
    async with open_checkpoints(checkpoints) as saver:
        return await run_thread(
            graph(saver), inputs, context, thread=thread, on_update=on_update, answer=answer
        )


async def run_thread(
    graph: CompiledStateGraph[Any, Context, Any, Any],
    inputs: Mapping[str, Any],
    context: Context,
    *,
    thread: str,
    on_update: OnUpdate | None = None,
    durability: Durability = "sync",
    answer: Any = None,
) -> dict[str, Any]:
    """The same on a graph that has its checkpointer already. A thread that has ended comes back as
    it is, but one that ended without models that were ``down`` begins anew: the journal answers all
    that was answered, and they are asked again. What a node writes to its stream on
    the way has the form of an update, ``{step: news}``, and is heard like one. With the durability
    "exit" the thread is saved when it ends, in whatever way but a kill; a killed one begins anew,
    and the journal answers what was asked before.

    A graph that interrupts itself for a person's word comes back with ``waiting``, what each
    interrupt shows; the same thread goes on with ``answer``, and without one asks again. Raises
    InputError for an ``answer`` where nothing waits.

    When the budget is spent the state so far comes back with ``partial`` set to the reason; the
    thread stays where it was, so a later run with more budget goes on from there."""
    # The graphs bound their own rounds; LangGraph's limit is only a backstop.
    config: RunnableConfig = {
        "configurable": {"thread_id": thread},
        "recursion_limit": STEP_LIMIT,
    }
    before = await graph.aget_state(config)
    if answer is not None and not before.interrupts:
        raise InputError(f"nothing waits for an answer in thread {thread!r}")
    start: Any = None if before.values else dict(inputs)
    # Not ``next``: that leaves out a step whose writes are saved and not yet in a checkpoint.
    if before.values and not before.tasks:
        if not before.values.get("down"):
            return dict(before.values)
        assert isinstance(graph.checkpointer, BaseCheckpointSaver)
        await graph.checkpointer.adelete_thread(thread)
        start = dict(inputs)
    if answer is not None:
        start = Command(resume=answer)
    ended: dict[str, Any] = {}
    state: dict[str, Any] = {}
    stopped = False
    try:
        with entries_of(thread):
            async for state in _states(
                graph, start, config, on_update, context=context, durability=durability
            ):
                stopped = stopped or INTERRUPT in state
    except BudgetExceeded as error:
        ended = {"partial": str(error)}
    if not stopped and not ended:
        return state
    after = await graph.aget_state(config)
    if after.interrupts:
        ended["waiting"] = [one.value for one in after.interrupts]
    return dict(after.values) | ended


async def _states(
    graph: CompiledStateGraph[Any, Context, Any, Any],
    start: Any,
    config: RunnableConfig,
    on_update: OnUpdate | None,
    **how: Any,
) -> AsyncIterator[dict[str, Any]]:
    """The graph's own state after each of its steps, and the news of an interrupt."""
    if on_update is None:  # what nobody hears is not gathered: a twelfth of a run's Python calls
        async for state in graph.astream(start, config, stream_mode="values", **how):
            yield dict(state)
        return
    modes: list[StreamMode] = ["updates", "custom", "values"]
    async for place, mode, chunk in graph.astream(
        start, config, stream_mode=modes, subgraphs=True, **how
    ):
        assert isinstance(chunk, dict)
        if mode == "values":
            if not place:
                yield chunk
            continue
        for node, update in chunk.items():
            if node != ABOUT and isinstance(update, Mapping):
                on_update(node, update)


async def run_apart(
    graph: CompiledStateGraph[Any, Context, Any, Any], inputs: Mapping[str, Any], context: Context
) -> dict[str, Any]:
    """The last state of a graph that runs by itself, without checkpoints. Called in a node it
    knows nothing of the graph around it, of which it would else share one checkpoint with every
    other that the node runs."""
    run = graph.ainvoke(dict(inputs), context=context)
    apart = contextvars.copy_context()
    apart.run(var_child_runnable_config.set, None)
    return dict(await asyncio.create_task(run, context=apart))
