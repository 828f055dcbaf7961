"""Prove a set of statements, where what was proved helps with what was not.

    automation -> pass -> pass ... -> end

TheoremLlama's iterative proof writing (arXiv 2407.03203, section 4.3): each pass asks the model
for whole proofs of the statements that are still open, and shows it proofs that Lean has accepted
for others of the set, at most ``search.examples``, the most similar first. It ends after
``search.passes`` passes, when all is proved, or when a pass proved nothing new.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Literal, TypedDict

from langgraph.checkpoint.base import BaseCheckpointSaver
from langgraph.graph import END, START, StateGraph
from langgraph.graph.state import CompiledStateGraph
from langgraph.runtime import Runtime

from proofloop.graphs.context import Context, context_of
from proofloop.graphs.leading import add_leading
from proofloop.graphs.prove import not_lean
from proofloop.graphs.prove_whole import Say, prove_whole_graph
from proofloop.graphs.race import Lane, race
from proofloop.graphs.runner import run_apart
from proofloop.tools.lean.similar import most_similar


class Asked(TypedDict):
    id: str
    statement: str
    header: str


class IterativeState(TypedDict, total=False):
    """``statements`` go in, with ids of their own. ``found`` maps ids to what came of each that is
    proved: ``proof``, ``prover``, ``proof_report`` and ``pass`` (0: automation); ``unreadable``
    those that Lean does not take to why, for which no model is asked. ``passes`` counts the passes
    made, ``news`` what the last one proved."""

    statements: list[Asked]
    found: dict[str, dict[str, Any]]
    unreadable: dict[str, str]
    passes: int
    news: int


async def automation(state: IterativeState, runtime: Runtime[Context]) -> dict[str, Any]:
    """The portfolio on every statement, where the run has one."""
    context = context_of(runtime)
    graph = prove_whole_graph(model=False)
    ended = await prove_all(
        graph, state["statements"], context, lambda asked: {}, say=runtime.stream_writer
    )
    found = proved_of(ended)
    refused = {name: one["unreadable"] for name, one in ended.items() if one.get("unreadable")}
    return {
        "found": marked(found, 0),
        "unreadable": refused,
        "passes": 0,
        "news": len(found),
    }


async def one_pass(state: IterativeState, runtime: Runtime[Context]) -> dict[str, Any]:
    context, found = context_of(runtime), state["found"]
    search, number = context.search, state["passes"] + 1
    proofs = {
        each["statement"]: found[each["id"]]["proof"]
        for each in state["statements"]
        if each["id"] in found
    }

    def extra(asked: Asked) -> dict[str, Any]:
        nearest = most_similar(asked["statement"], list(proofs), search.examples)
        # Samples of a later pass are new ones, whatever the examples are.
        first = (number - 1) * search.samples
        return {"examples": [proofs[each] for each in nearest], "first": first}

    without_automation = context.without_portfolio()
    new = proved_of(
        await prove_all(
            prove_whole_graph(), left(state), without_automation, extra, say=runtime.stream_writer
        )
    )
    return {"found": found | marked(new, number), "passes": number, "news": len(new)}


async def prove_all(
    graph: CompiledStateGraph[Any, Context, Any, Any],
    statements: Sequence[Asked],
    context: Context,
    extra: Callable[[Asked], dict[str, Any]],
    *,
    say: Say,
) -> dict[str, dict[str, Any]]:
    """What ``graph`` makes of each, by their ids; ``search.at_once`` are under way at a time."""

    def lane(asked: Asked) -> Lane[tuple[str, dict[str, Any]]]:
        inputs = {"statement": asked["statement"], "header": asked["header"], **extra(asked)}

        async def run() -> tuple[str, dict[str, Any]]:
            result = await run_apart(graph, inputs, context)
            words = not_lean(result.get("unreadable", "")) or "not proved"
            say({asked["id"]: {"prover": result.get("prover", words)}})
            return asked["id"], result

        return run

    ended = await race(
        [lane(asked) for asked in statements],
        width=context.search.at_once,
    )
    return dict(ended.results)


def proved_of(ended: Mapping[str, dict[str, Any]]) -> dict[str, dict[str, Any]]:
    keys = ("proof", "prover", "proof_report")
    return {
        name: {key: result[key] for key in keys}
        for name, result in ended.items()
        if result.get("proof")
    }


def left(state: IterativeState) -> list[Asked]:
    """What a proof may still be found of."""
    ended = state["found"].keys() | state.get("unreadable", {}).keys()
    return [each for each in state["statements"] if each["id"] not in ended]


def marked(found: Mapping[str, dict[str, Any]], number: int) -> dict[str, dict[str, Any]]:
    return {name: result | {"pass": number} for name, result in found.items()}


def after_pass(state: IterativeState, runtime: Runtime[Context]) -> Literal["pass", "end"]:
    bound = context_of(runtime).search.passes
    done = not left(state)
    stuck = state["passes"] > 0 and state["news"] == 0
    return "end" if done or stuck or state["passes"] >= bound else "pass"


def prove_iterative_graph(
    checkpointer: BaseCheckpointSaver[Any] | None = None,
) -> CompiledStateGraph[IterativeState, Context, IterativeState, IterativeState]:
    """The compiled graph."""
    graph = StateGraph(IterativeState, context_schema=Context)
    graph.add_edge(START, "automation")
    add_leading(graph, "automation", automation, after_pass, {"pass": "pass", "end": END})
    add_leading(graph, "pass", one_pass, after_pass, {"pass": "pass", "end": END})
    return graph.compile(checkpointer=checkpointer, name="prove_iterative")
