"""Entailment by decomposition: a tree of small steps, each verified by Lean, the one that fails
mended where it fails (Decompose-and-Formalise, arXiv 2601.19605).

    decompose -> formalize -> verify -> settle -> end
       ^  |_______^   |_______^  |        ^
       |                       repair ____|
       |_________________________|

A tree comes from the problem or from a model, and is looked at: leaves are given sentences, the
root is the hypothesis, no cycles. Every sentence and claim gets a logical form, the same symbol for
the same thing in all of them; the judges see each form with its text. Then the nodes are verified
bottom-up, those of a level at the same time; a proved node is a premise of its parent. Where one
fails, only a sentence of that step is given another form, by what Lean and the search for
countermodels say of it; the judges see that too, so that no form says more than its text to get a
proof. What was proved and has not changed is not proved again.

Bounds: ``EntailBounds`` (10 mends a node, 1 rebuilt tree, ...); ``max_rounds`` for trees and for
forms that cannot be used.
Nothing is written into a theorem but the forms of its node's children: there are no axioms.
"""

from __future__ import annotations

from typing import Any, Literal

from langgraph.checkpoint.base import BaseCheckpointSaver
from langgraph.graph import END, START, StateGraph
from langgraph.graph.state import CompiledStateGraph
from langgraph.runtime import Runtime

from proofloop.agents.tree_builder import build_tree
from proofloop.core.errors import ModelMalformed
from proofloop.graphs.context import Context, context_of
from proofloop.graphs.entail_forms import after_forms, formalize
from proofloop.graphs.entail_repair import after_repair, rebuild, repair
from proofloop.graphs.entail_settle import settle
from proofloop.graphs.entail_step import Step, verify_step
from proofloop.graphs.entailing import (
    DecomposeState,
    feedback_of,
    forms_of,
    problem_of,
    proofs_of,
    rejection,
    sentences_of,
    tree_of,
)
from proofloop.graphs.leading import add_leading
from proofloop.graphs.race import Lane, race
from proofloop.tools.entailment.form import Form
from proofloop.tools.entailment.lean_text import statement
from proofloop.tools.entailment.problem import HYPOTHESIS, Node, levels, tree_faults


async def decompose(state: DecomposeState, runtime: Runtime[Context]) -> dict[str, Any]:
    """The given tree first, then the model's; forms and proofs of other claims are put away."""
    context, problem = context_of(runtime), problem_of(state)
    first = not state.get("trees") and not state.get("tree")
    if first and problem.tree and not tree_faults(problem, problem.tree):
        return planted(state, problem.tree)
    try:
        answer = await build_tree(
            context.model,
            problem,
            feedback=feedback_of(state, "tree", "step"),
            index=state.get("trees", 0),
        )
    except ModelMalformed as error:
        return {"trees": state.get("trees", 0) + 1, **rejection("tree", "", str(error))}
    if not answer.nodes:
        notes = answer.notes or "the tree builder declines"
        return {"notes": notes, "status": "refused", "why": notes, "fault": "declined"}
    tree = tuple(
        Node.model_construct(id=node.id, claim=node.claim, children=tuple(node.children))
        for node in answer.nodes
    )
    faults = tree_faults(problem, tree) or misnamed(tree)
    if len(tree) > context.entail.nodes:
        faults = [f"the tree has {len(tree)} nodes; {context.entail.nodes} at most"]
    if not faults and same_tree(tree, tree_of(state)):
        faults = ["this is the tree that failed"]
    if faults:
        update = rejection("tree", "", "\n".join(faults))
        return {"trees": state.get("trees", 0) + 1, **update}
    return planted(state, tree)


def misnamed(tree: tuple[Node, ...]) -> list[str]:
    """Ids that cannot be names in Lean."""
    try:
        for node in tree:
            Node.model_validate(node.model_dump())
    except ValueError:
        return [f"the id {node.id!r} has to be a letter with letters, digits and _ after it"]
    return []


def same_tree(one: tuple[Node, ...], other: tuple[Node, ...]) -> bool:
    def shape(tree: tuple[Node, ...]) -> dict[str, tuple[str, frozenset[str]]]:
        return {node.id: (node.claim, frozenset(node.children)) for node in tree}

    return shape(one) == shape(other)


def planted(state: DecomposeState, tree: tuple[Node, ...]) -> dict[str, Any]:
    """Forms of the last tree's claims are put away where the new one does not claim the same."""
    new = {node.id: node.claim for node in tree}
    gone = {n.id for n in tree_of(state) if n.id != HYPOTHESIS and new.get(n.id) != n.claim}
    forms = {name: form for name, form in state.get("forms", {}).items() if name not in gone}
    return {
        "tree": [node.model_dump() for node in tree],
        "trees": 0,
        "asked": 0,
        "forms": forms,
        "failing": {},
        "repairs": {},
        "given_up": [],
        "fault": "",
    }


def after_tree(state: DecomposeState, runtime: Runtime[Context]) -> Literal["next", "again", "end"]:
    if not state.get("fault"):
        return "next"
    most = context_of(runtime).max_rounds
    done = state["fault"] == "declined" or state["trees"] >= most
    return "end" if done else "again"


async def verify(state: DecomposeState, runtime: Runtime[Context]) -> dict[str, Any]:
    """All nodes that are ready, several at a time."""
    context, forms = context_of(runtime), forms_of(state)
    proved, failing = proofs_of(state), dict(state.get("failing", {}))
    current = {node.id: statement_of(node, forms) for node in tree_of(state) if node.id in forms}
    proved = standing(tree_of(state), proved, current)
    failing = {
        name: item for name, item in failing.items() if current.get(name) == item["statement"]
    }
    ready = ready_nodes(tree_of(state), forms, proved, failing)

    def lane(node: Node) -> Lane[tuple[str, Step]]:
        async def run() -> tuple[str, Step]:
            children = sentences_of(node.children, forms)
            return node.id, await verify_step(context, children, forms[node.id], name=node.id)

        return run

    ended = await race([lane(node) for node in ready], width=context.search.at_once)
    for name, step in ended.results:
        if step.outcome == "proved":
            proved[name] = step
        else:
            failing[name] = step.model_dump(mode="json")
    return {
        "proved": {name: step.model_dump(mode="json") for name, step in proved.items()},
        "failing": failing,
        "fault": "",
    }


def standing(
    tree: tuple[Node, ...], proved: dict[str, Step], current: dict[str, str]
) -> dict[str, Step]:
    """The proofs that are still of the steps as they are now, down to the leaves: a node on top of
    one that is no longer proved is not proved either, though its own step may hold."""
    inner = {node.id for node in tree}
    kept: dict[str, Step] = {}
    for node in (each for level in levels(tree) for each in level):
        step = proved.get(node.id)
        below = all(child in kept for child in node.children if child in inner)
        if step is not None and below and current.get(node.id) == step.statement:
            kept[node.id] = step
    return kept


def statement_of(node: Node, forms: dict[str, Form]) -> str:
    return statement(sentences_of(node.children, forms), forms[node.id], name=node.id)


def ready_nodes(
    tree: tuple[Node, ...], forms: dict[str, Form], proved: dict[str, Step], failing: dict[str, Any]
) -> list[Node]:
    """Nodes to be verified whose child nodes are proved, by name."""
    inner = {node.id for node in tree}
    return sorted(
        (
            node
            for node in tree
            if node.id in forms
            and node.id not in proved
            and node.id not in failing
            and all(child in proved for child in node.children if child in inner)
        ),
        key=lambda node: node.id,
    )


def after_verify(
    state: DecomposeState, runtime: Runtime[Context]
) -> Literal["verify", "repair", "settle"]:
    if HYPOTHESIS in state["proved"]:
        return "settle"
    if state["failing"]:
        return "repair"
    ready = ready_nodes(tree_of(state), forms_of(state), proofs_of(state), {})
    return "verify" if ready else "settle"


def decompose_graph(
    checkpointer: BaseCheckpointSaver[Any] | None = None,
) -> CompiledStateGraph[DecomposeState, Context, DecomposeState, DecomposeState]:
    """The compiled graph."""

    graph = StateGraph(DecomposeState, context_schema=Context)
    graph.add_node("rebuild", rebuild)
    graph.add_node("settle", settle)
    graph.add_edge(START, "decompose")
    add_leading(
        graph,
        "decompose",
        decompose,
        after_tree,
        {"next": "formalize", "again": "decompose", "end": "settle"},
    )
    add_leading(
        graph,
        "formalize",
        formalize,
        after_forms,
        {"next": "verify", "again": "formalize", "end": "settle"},
    )
    add_leading(
        graph, "verify", verify, after_verify, {w: w for w in ("verify", "repair", "settle")}
    )
    add_leading(
        graph,
        "repair",
        repair,
        after_repair,
        {w: w for w in ("verify", "repair", "rebuild", "settle")},
    )
    graph.add_edge("rebuild", "decompose")
    graph.add_edge("settle", END)
    return graph.compile(checkpointer=checkpointer, name="decompose")
