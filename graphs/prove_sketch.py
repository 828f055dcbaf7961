"""Prove a Lean statement by a sketch: a model states the steps, each step is proved by itself.

    portfolio -> sketch -> check -> fill -> assemble -> end
                   ^_________|________________|

Draft, Sketch, and Prove (arXiv 2210.12283), with a loop: Lean accepts the sketch with its holes
(each a ``sorry``), each hole becomes a statement of its own and is proved, by the portfolio first
and then by the model, and the whole is put together and checked. What Lean rejects and which holes
stayed open goes back to the sketcher, for at most ``max_rounds`` sketches with at most
``search.holes`` holes each. While ``search.depth`` lasts a hole is sketched in its turn; then it is
proved by whole proofs.
"""

from __future__ import annotations

import operator
from typing import Annotated, Any, Literal

from langgraph.checkpoint.base import BaseCheckpointSaver
from langgraph.graph import END, START, StateGraph
from langgraph.graph.state import CompiledStateGraph
from langgraph.runtime import Runtime

from proofloop.agents.sketcher import FailedSketch, write_sketch
from proofloop.core.errors import ModelMalformed, ProbeFailed
from proofloop.graphs.context import Context, context_of
from proofloop.graphs.leading import add_leading
from proofloop.graphs.prove import (
    ProveState,
    advice,
    after_portfolio,
    check_proof,
    portfolio,
    proved,
)
from proofloop.graphs.prove_whole import prove_whole_graph
from proofloop.graphs.race import Lane, race
from proofloop.graphs.runner import run_apart
from proofloop.tools.lean.backend import CheckRequest
from proofloop.tools.lean.holes import Hole, fill, find_holes
from proofloop.tools.lean.lemmas import name_of, normalised


class SketchState(ProveState, total=False):
    """``sketches`` are the failed ones with their feedback; of the present one ``draft`` is the
    text, ``holes`` its holes, and ``lemmas`` the proofs of those that were proved, by name."""

    depth: int
    draft: str
    fault: str
    holes: list[dict[str, Any]]
    lemmas: dict[str, str]
    sketches: Annotated[list[dict[str, Any]], operator.add]


async def sketch(state: SketchState, runtime: Runtime[Context]) -> dict[str, Any]:
    failed = [FailedSketch.model_validate(item) for item in state.get("sketches", [])]
    try:
        answer = await write_sketch(
            context_of(runtime).model,
            state["statement"],
            header=state["header"],
            failed=failed,
            index=state.get("first", 0),
        )
    except ModelMalformed as error:
        return {"draft": error.text, **rejection(error.text, str(error))}
    return {"draft": answer.sketch.strip(), "fault": "", "holes": [], "lemmas": {}}


async def check(state: SketchState, runtime: Runtime[Context]) -> dict[str, Any]:
    """Lean's word on the sketch, and its holes as statements."""
    context, draft = context_of(runtime), state["draft"]
    report = await context.lean.check(
        CheckRequest(
            source=draft,
            statement=state["statement"],
            header=state["header"],
            allow_sorry=True,
            limits=context.limits,
        )
    )
    if not report.accepted:
        words = await advice(context, report, draft, state["header"])
        return rejection(draft, f"Lean says:\n{words}")
    name = name_of(state["statement"])
    try:
        holes = await find_holes(
            context.lean, draft, state["header"], name=name, limits=context.limits
        )
    except ProbeFailed as error:
        return rejection(draft, f"Lean could not tell its holes: {error}")
    most = context.search.holes
    if len(holes) > most:
        return rejection(draft, f"it leaves {len(holes)} holes; {most} at most are proved")
    closed = [hole for hole in holes if not hole.statement]
    if closed:
        return rejection(draft, described(closed, "cannot be stated by themselves"))
    return {"holes": [hole.model_dump() for hole in holes]}


async def fill_holes(state: SketchState, runtime: Runtime[Context]) -> dict[str, Any]:
    """All holes, several at a time; those that state the same are proved once."""
    context = context_of(runtime)
    depth = state.get("depth", context.search.depth)
    graph = prove_sketch_graph() if depth > 0 else prove_whole_graph()
    holes = [Hole.model_validate(item) for item in state["holes"]]
    asked = {normalised(hole.statement): hole for hole in reversed(holes)}

    def lane(hole: Hole) -> Lane[tuple[str, dict[str, Any]]]:
        inputs = {
            "statement": hole.statement,
            "header": state["header"],
            "first": state.get("first", 0),
            "depth": depth - 1,
        }

        async def run() -> tuple[str, dict[str, Any]]:
            return hole.name, await run_apart(graph, inputs, context)

        return run

    ended = await race(
        [lane(hole) for hole in asked.values()],
        width=context.search.at_once,
    )
    found = {name: result["proof"] for name, result in ended.results if result.get("proof")}
    return {"lemmas": found}


async def assemble(state: SketchState, runtime: Runtime[Context]) -> dict[str, Any]:
    """The sketch with its holes filled, checked as any other proof; or what is left of it."""
    context, draft, lemmas = context_of(runtime), state["draft"], state.get("lemmas", {})
    holes = [Hole.model_validate(item) for item in state["holes"]]
    asked = {normalised(hole.statement): hole.name for hole in reversed(holes)}
    # A hole that states the same as another uses the other's proof.
    holes = [hole.model_copy(update={"name": asked[normalised(hole.statement)]}) for hole in holes]
    missing = [hole for hole in holes if hole.name not in lemmas]
    if missing:
        return rejection(draft, described(missing, "could not be proved"))
    names = dict.fromkeys(hole.name for hole in holes)
    source = fill(draft, holes, {name: lemmas[name] for name in names})
    report = await check_proof(context, state["statement"], state["header"], source)
    if report.accepted:
        return proved(context, state, source, f"{context.model.name}: sketch", report)
    words = await advice(context, report, source, state["header"])
    return rejection(draft, f"Its holes were proved, but put together Lean says:\n{words}")


def rejection(draft: str, words: str) -> dict[str, Any]:
    return {"fault": words, "sketches": [FailedSketch(sketch=draft, feedback=words).model_dump()]}


def described(holes: list[Hole], what: str) -> str:
    shown = "\n\n".join(f"line {hole.line}:\n{hole.goal.text}" for hole in holes)
    return f"Lean accepts the sketch, but these holes {what}:\n\n{shown}"


def after_sketch(state: SketchState, runtime: Runtime[Context]) -> Literal["next", "sketch", "end"]:
    if state.get("fault"):
        return after_fault(state, runtime, going_on="next")
    return "next" if state["draft"] else "end"


def after_fault(
    state: SketchState, runtime: Runtime[Context], *, going_on: Literal["next", "end"]
) -> Literal["next", "sketch", "end"]:
    """On where nothing failed; else to the next sketch while there are rounds."""
    if not state.get("fault"):
        return going_on
    return "sketch" if len(state["sketches"]) < context_of(runtime).max_rounds else "end"


def after_check(state: SketchState, runtime: Runtime[Context]) -> Literal["next", "sketch", "end"]:
    return after_fault(state, runtime, going_on="next")


def after_assemble(
    state: SketchState, runtime: Runtime[Context]
) -> Literal["next", "sketch", "end"]:
    return after_fault(state, runtime, going_on="end")


def prove_sketch_graph(
    checkpointer: BaseCheckpointSaver[Any] | None = None,
) -> CompiledStateGraph[SketchState, Context, SketchState, SketchState]:
    """The compiled graph; without a checkpointer it serves as a node of another graph."""
    graph = StateGraph(SketchState, context_schema=Context)
    graph.add_node("fill", fill_holes)
    graph.add_edge(START, "portfolio")
    add_leading(graph, "portfolio", portfolio, after_portfolio, {"next": "sketch", "end": END})
    add_leading(
        graph, "sketch", sketch, after_sketch, {"next": "check", "sketch": "sketch", "end": END}
    )
    add_leading(
        graph, "check", check, after_check, {"next": "fill", "sketch": "sketch", "end": END}
    )
    graph.add_edge("fill", "assemble")
    add_leading(graph, "assemble", assemble, after_assemble, {"sketch": "sketch", "end": END})
    return graph.compile(checkpointer=checkpointer, name="prove_sketch")
