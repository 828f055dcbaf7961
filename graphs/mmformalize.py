"""Figures and a text to one theorem, by a chain of propositions that ends at physical dimensions
and at words of the library (MMFormalizer, arXiv 2601.03017).

    parse -> ground -> compose -> (review) -> prove -> end
             ^____|    ^_____|

1. A vision model reads the figures as a scene graph; without figures this is left out. 2. Recursive
grounding, a depth at a time: with the declarations that the premise index has near it, each
proposition is ended as a physical quantity or as a word of the library (Lean has to know the
dimension or the word), or decomposed. 3. Axiom composition, from the leaves upwards: each inner
proposition becomes a definition made of its children's, the whole becomes the theorem; Lean checks
each before its parent is begun. 4. A semantic checker looks at figures, text and formula at every
node. The chain is valid if it says yes to all of them; an abstention leaves it "unjudged".

Bounds: ``depth`` and ``nodes`` of the chain (``FormalizeBounds``; by default the most that the
paper saw, 6 and 35), ``node_attempts`` at each step of a node (3, as in its ablation) with the
words of Lean or the checker; ``max_rounds`` scene graphs. A node that comes to its bound ends the
whole: ``failed`` says which one and why. Nodes of a depth are grounded at the same time, and so are
those composed whose children are done.

Of the paper's choices these are ours: its lemmas are axioms, here they are definitions, so nothing
is assumed, and each has to be used by its parent; cycles are refused and equal parts shared; the
run's panel judges the whole theorem as it judges every other formalization, with the scene in
words; dimensions are those of ``Proofloop.Dimensions``, compared by Lean's elaborator.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from importlib.resources import files
from typing import Any, Literal

from langgraph.checkpoint.base import BaseCheckpointSaver
from langgraph.graph import START, StateGraph
from langgraph.graph.state import CompiledStateGraph
from langgraph.runtime import Runtime

from proofloop.agents.formalizer import Rejected
from proofloop.agents.scene_parser import Scene, parse_scene
from proofloop.core.errors import InputError, ModelMalformed
from proofloop.core.image import Image, read_image
from proofloop.graphs.context import Context, context_of
from proofloop.graphs.ending import add_ending
from proofloop.graphs.formalizing import REVIEWER, FormalizeState, rejection
from proofloop.graphs.leading import add_leading
from proofloop.graphs.proposition_chain import (
    ROOT,
    Chain,
    Proposition,
    composable,
    dump_chain,
    grow,
    height,
    open_nodes,
    read_chain,
)
from proofloop.graphs.proposition_steps import Problem, Tried, compose_one, failed, ground_one
from proofloop.graphs.race import race

PHYSICS = (files("proofloop.lean") / "prelude" / "physics.lean").read_text("utf-8")
# Not ``open Nat``: its notations would take φ and other letters of physics away.
IMPORTS = "import Proofloop\nimport Proofloop.Dimensions\nset_option autoImplicit false\n"
HEADER = (IMPORTS + PHYSICS[PHYSICS.index("-/") + 3 :]).strip()


class MMState(FormalizeState, total=False):
    """``images`` (paths or https addresses) go in beside ``informal``; ``pictures`` are what was
    recorded of them. ``scene`` is the Scene, ``scenes`` counts its attempts; ``chain`` holds the
    Propositions by name, ``failed`` the one that ended the work with ``stage`` and ``feedback``;
    ``base_header`` is the header that came in, to which the chain's definitions are added."""

    images: list[str]
    pictures: list[dict[str, Any]]
    scene: dict[str, Any]
    scenes: int
    chain: dict[str, Any]
    failed: dict[str, str]
    base_header: str
    progress: str


async def parse(state: MMState, runtime: Runtime[Context]) -> dict[str, Any]:
    """The scene graph of the figures, and the whole text as the root of the chain."""
    context = context_of(runtime)
    pictures = pictures_of(context, state)
    begun = {
        "pictures": [each.model_dump(mode="json") for each in pictures],
        "base_header": state["header"],
        "chain": dump_chain({ROOT: Proposition(id=ROOT, phrase=state["informal"])}),
        "fault": "",
    }
    if not pictures:
        return begun | {"scene": {}, "progress": "no figure"}
    count = state.get("scenes", 0)
    said = [each["feedback"] for each in state.get("rejected", []) if each["stage"] == "scene"]
    try:
        scene = await parse_scene(
            context.model, state["informal"], pictures, feedback=said, index=count
        )
        faults = "\n".join(scene.faults())
        text = scene.model_dump_json()
    except ModelMalformed as error:
        text, faults = error.text, str(error)
    if faults:
        why = f"no scene graph in {count + 1} attempts: {faults.splitlines()[0]}"
        ended = {"status": "exhausted", "why": why} if count + 1 >= context.max_rounds else {}
        return {"scenes": count + 1, **rejection(text, "scene", faults), **ended}
    if not scene.primitives:
        notes = scene.notes or "the scene parser sees nothing"
        return {"status": "refused", "notes": notes, "why": notes}
    seen = f"{len(scene.primitives)} primitives, {len(scene.relations)} relations"
    return begun | {"scene": scene.model_dump(mode="json"), "progress": seen}


def pictures_of(context: Context, state: MMState) -> tuple[Image, ...]:
    """The images that go in. Raises InputError for one that is not what it was."""
    most = context.formalize.image_bytes
    sources = state.get("images", [])
    images = tuple(read_image(source, most_bytes=most) for source in sources)
    for source, image, known in zip(sources, images, state.get("pictures", []), strict=False):
        if image.model_dump(mode="json") != known:
            raise InputError("this image has changed since the run began", file=source)
    return images


def problem_of(context: Context, state: MMState, chain: Chain) -> Problem:
    return Problem(
        informal=state["informal"],
        name=state["name"],
        header=state["base_header"],
        scene=str(Scene.model_validate(state["scene"])) if state.get("scene") else "",
        images=pictures_of(context, state),
        chain=chain,
    )


async def ground_level(state: MMState, runtime: Runtime[Context]) -> dict[str, Any]:
    """The open propositions of the least depth, each ended, decomposed, or tried once more."""
    context, chain = context_of(runtime), read_chain(state["chain"])
    problem = problem_of(context, state, chain)
    tried = await each_of(
        context, open_nodes(chain), lambda node: ground_one(context, problem, node)
    )
    done: list[Tried] = []
    for one in tried:
        if one.parts:
            chain, fault = grow(chain, one.node, one.parts, most=context.formalize.nodes)
            if fault:
                parts = ", ".join(phrase for _, phrase in one.parts)
                one = failed(one.node, "chain", fault, parts)
        done.append(one)
    update = settle(context, chain, done)
    ended = read_chain(update["chain"])
    count = sum(each.kind != "open" for each in ended.values())
    return update | {"progress": f"depth {height(ended)}: {count} of {len(ended)} grounded"}


async def compose_ready(state: MMState, runtime: Runtime[Context]) -> dict[str, Any]:
    """The propositions whose children are done, each composed or tried once more; at last the
    whole."""
    context, chain = context_of(runtime), read_chain(state["chain"])
    problem = problem_of(context, state, chain)
    tried = await each_of(
        context, composable(chain), lambda node: compose_one(context, problem, node)
    )
    update = settle(context, chain, tried)
    ended = read_chain(update["chain"])
    done = sum(each.done for each in ended.values())
    update["progress"] = f"{done} of {len(ended)} composed"
    if ended[ROOT].done:
        (whole,) = tried
        update |= finished(problem_of(context, state, ended), whole)
    return update


async def each_of(
    context: Context,
    nodes: Sequence[Proposition],
    work: Callable[[Proposition], Awaitable[Tried]],
) -> list[Tried]:
    """An attempt at every node, some at a time, in the order of the nodes."""

    def lane(place: int) -> Callable[[], Any]:
        async def run() -> tuple[int, Tried]:
            return place, await work(nodes[place])

        return run

    ended = await race(
        [lane(place) for place in range(len(nodes))],
        width=context.search.at_once,
    )
    return [tried for _, tried in sorted(ended.results, key=lambda result: result[0])]


def settle(context: Context, chain: Chain, tried: Sequence[Tried]) -> dict[str, Any]:
    """The update after attempts at some nodes: the chain, what was rejected, and whether a node
    has come to its bound."""
    chain = dict(chain)
    update: dict[str, Any] = {"fault": "", "rejected": []}
    for one in tried:
        node, attempt = one.node, one.rejected
        if attempt is None:
            if not one.parts:
                chain[node.id] = node
            continue
        chain[node.id] = node.failing(attempt)
        told = attempt.model_copy(update={"feedback": f"{node.id}: {attempt.feedback}"})
        update["rejected"].append(told.model_dump())
        update["fault"] = attempt.stage
        count = len(chain[node.id].rejected)
        if count >= context.formalize.node_attempts and "failed" not in update:
            update |= failure(node, attempt, count)
    return update | {"chain": dump_chain(chain)}


def failure(node: Proposition, attempt: Rejected, count: int) -> dict[str, Any]:
    words = attempt.feedback.strip().splitlines()
    why = f"{node.id} ({node.phrase}) failed at {attempt.stage} after {count} attempts"
    return {
        "status": "exhausted",
        "why": f"{why}: {words[0] if words else 'no words'}",
        "failed": {
            "node": node.id,
            "phrase": node.phrase,
            "stage": attempt.stage,
            "feedback": attempt.feedback,
        },
    }


def finished(problem: Problem, whole: Tried) -> dict[str, Any]:
    """The update for a theorem that Lean takes and nobody rejects."""
    assert whole.report is not None and whole.verdict is not None
    silent = [each.id for each in problem.chain.values() if each.consistent is None]
    why = f"the semantic checker abstained at {', '.join(silent)}" if silent else ""
    return {
        "status": "unjudged" if silent or whole.verdict.passed is None else "consistent",
        "why": why,
        "statement": whole.node.lean,
        "header": problem.header_of(ROOT),
        "origin": "formalized",
        "notes": whole.notes,
        "statement_report": whole.report.model_dump(mode="json"),
        "verdict": whole.verdict.model_dump(mode="json"),
    }


async def reopen(state: MMState, runtime: Runtime[Context]) -> dict[str, Any]:
    """The whole is composed anew, with the reviewer's words."""
    chain = read_chain(state["chain"])
    said = [item for item in state.get("rejected", []) if item["stage"] == REVIEWER]
    words = tuple(Rejected.model_validate(item) for item in said[-1:])
    chain[ROOT] = chain[ROOT].model_copy(update={"lean": "", "done": False, "rejected": words})
    return {"chain": dump_chain(chain), "fault": ""}


def after_parse(state: MMState, runtime: Runtime[Context]) -> Literal["next", "again", "give_up"]:
    if state.get("status"):
        return "give_up"
    return "again" if state.get("fault") else "next"


def after_ground(state: MMState, runtime: Runtime[Context]) -> Literal["next", "again", "give_up"]:
    if state.get("status"):
        return "give_up"
    return "again" if open_nodes(read_chain(state["chain"])) else "next"


def after_compose(state: MMState, runtime: Runtime[Context]) -> Literal["next", "again", "give_up"]:
    if state.get("failed"):
        return "give_up"
    return "next" if read_chain(state["chain"])[ROOT].done else "again"


def mmformalize_graph(
    checkpointer: BaseCheckpointSaver[Any] | None = None,
    *,
    prove: bool = True,
    review: bool = False,
) -> CompiledStateGraph[MMState, Context, MMState, MMState]:
    """The compiled graph. ``prove=False`` ends with the statement, ``review`` interrupts for a
    person's word on it. Usable as a subgraph."""
    graph = StateGraph(MMState, context_schema=Context)
    last = add_ending(graph, prove=prove, review=review, revise="reopen")
    graph.add_edge(START, "parse")
    for name, node, way, following in (
        ("parse", parse, after_parse, "ground"),
        ("ground", ground_level, after_ground, "compose"),
        ("compose", compose_ready, after_compose, last),
    ):
        ways = {"next": following, "again": name, "give_up": "give_up"}
        add_leading(graph, name, node, way, ways)
    if review:
        graph.add_node("reopen", reopen)
        graph.add_edge("reopen", "compose")
    return graph.compile(checkpointer=checkpointer, name="mmformalize")
