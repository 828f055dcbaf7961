"""Empirical-MCTS: a tree of whole answers whose prompt evolves with what comparisons teach
(arXiv 2602.04248).

    answer -> (expand -> compare -> remember) -> ... -> (fuse -> compare ->) end

Every node is an answer with its own guidance (meta-prompt); the root is a plain answer. Each
iteration expands the node of the highest bound: a new answer under that node's guidance and up to
ten experiences. A mentor compares it with its parent, shown in an order drawn from the seed, and
gives scores, experiences and the child's guidance; a librarian files the experiences. The answer
is that of the highest value in the end (``graphs/answer_tree.py``).

The paper retrieves experiences by their embeddings. With an embedding model (the context's
``embedder``) a new answer reads the ten nearest to the problem and the answer it goes on from, at
least ``likeness`` (the paper's 0.9 suits its own model), and the librarian sees the ten nearest to
the new ones; without one, or while its server is down, those filed last and those with most words
in common.

*Diversity fusion*, an option of the paper that it does not detail: of the ``fuse`` different
answers with the highest values one solution is made (``agents/fuser.py``), which is compared with
the best and joins the tree as its child. Where some solutions mark an answer, one of these is
chosen.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from typing import Any, Literal, TypedDict

from langgraph.checkpoint.base import BaseCheckpointSaver
from langgraph.graph import END, START, StateGraph
from langgraph.graph.state import CompiledStateGraph
from langgraph.runtime import Runtime
from pydantic import JsonValue

from proofloop.agents.distiller import cut
from proofloop.agents.fuser import ModelFuser
from proofloop.agents.librarian import file_experiences, filed
from proofloop.agents.llm.base import Sampling
from proofloop.agents.mentor import teach
from proofloop.agents.prompts import Prompt
from proofloop.agents.solver import solve
from proofloop.core.errors import ModelError
from proofloop.core.task import Candidate
from proofloop.graphs.answer_tree import Answer, AnswerTree
from proofloop.graphs.attempts import task_of
from proofloop.graphs.context import Context, context_of
from proofloop.graphs.leading import add_leading
from proofloop.graphs.near import last, nearest
from proofloop.graphs.selectors.ranking import rank
from proofloop.tools.answers.extract import final_answer

SAMPLING = Sampling(temperature=0.95, top_p=0.9)
READ = 10  # experiences in a prompt
MOST_STORED = 100
GUIDANCE_TOKENS, EXPERIENCE_TOKENS = 1000, 80


class EmpiricalState(TypedDict, total=False):
    """``problem`` goes in. ``tree`` has the answers compared so far; ``parent`` and ``child`` are
    what is to be compared next, ``learnt`` the experiences still to be filed; ``fused`` says that
    the fusion has been tried."""

    problem: str
    tree: dict[str, Any]
    parent: int
    child: str
    learnt: list[str]
    fused: bool
    experiences: list[str]
    selection: dict[str, Any]
    solution: str
    answer: str


def empirical_mcts_graph(
    checkpointer: BaseCheckpointSaver[Any] | None = None,
    *,
    iterations: int = 8,
    fuse: int = 0,
    likeness: float = 0.0,
) -> CompiledStateGraph[EmpiricalState, Context, EmpiricalState, EmpiricalState]:
    """The compiled graph: ``iterations`` answers after the first; ``fuse`` of the different ones
    are made into one in the end (0: none). Raises ValueError for numbers that cannot be."""
    if iterations < 0 or fuse < 0 or fuse == 1 or not -1 <= likeness <= 1:
        raise ValueError(
            "iterations must be at least 0, fuse 0 or at least 2, likeness between -1 and 1"
        )

    async def answer(state: EmpiricalState, runtime: Runtime[Context]) -> dict[str, Any]:
        context = context_of(runtime)
        (root,) = await solve(context.model, task_of(state["problem"]), sampling=SAMPLING)
        return with_tree(AnswerTree(answers=(Answer(content=root.content),)), context.seed)

    async def expand(state: EmpiricalState, runtime: Runtime[Context]) -> dict[str, Any]:
        context, tree = context_of(runtime), AnswerTree.model_validate(state["tree"])
        number = len(tree.answers)
        parent = tree.to_expand(random.Random(f"{context.seed} {number}"))
        stored, about = state.get("experiences", []), tree.answers[parent].content
        asked = [f"{state['problem']}\n\n{about}"]
        read = await nearest(context.embedder, stored, asked, READ, least=likeness, otherwise=last)
        lines = "\n".join(f"- {text}" for text in read)
        (child,) = await solve(
            context.model,
            task_of(state["problem"]),
            context=PROMPT.fill("experiences", experiences=lines) if read else "",
            guidance=tree.answers[parent].guidance,
            first=number,  # siblings under the same guidance are different samples
            sampling=SAMPLING,
        )
        return {"parent": parent, "child": child.content}

    async def compare(state: EmpiricalState, runtime: Runtime[Context]) -> dict[str, Any]:
        context, tree = context_of(runtime), AnswerTree.model_validate(state["tree"])
        parent = tree.answers[state["parent"]]
        swapped = random.Random(f"{context.seed} {len(tree.answers)} order").random() < 0.5
        shown = [parent.content, state["child"]]
        first, second = reversed(shown) if swapped else shown
        try:
            lesson = await teach(
                context.judge,
                task_of(state["problem"]),
                first,
                second,
                guidance=parent.guidance,
                index=len(tree.answers),
            )
        except ModelError:
            lesson = None
        scores = lesson.scores if lesson else None
        evolved = cut(lesson.guidance, GUIDANCE_TOKENS) if lesson else ""
        child = Answer(
            content=state["child"],
            parent=state["parent"],
            guidance=evolved or parent.guidance,
            scores=scores and (scores if swapped else scores[::-1]),
        )
        return {
            "learnt": shortened(lesson.experiences) if lesson else [],
            **with_tree(tree.with_child(child), context.seed),
        }

    async def remember(state: EmpiricalState, runtime: Runtime[Context]) -> dict[str, Any]:
        stored, new = state.get("experiences", []), state["learnt"]
        near = await nearest(context_of(runtime).embedder, stored, new, READ)
        operations = await file_experiences(
            context_of(runtime).model, near, new, index=len(state["tree"]["answers"])
        )
        others = [text for text in stored if text not in near]
        kept = shortened([*others, *filed(near, operations)])
        return {"experiences": kept[-MOST_STORED:], "learnt": []}

    async def fusion(state: EmpiricalState, runtime: Runtime[Context]) -> dict[str, Any]:
        context, tree = context_of(runtime), AnswerTree.model_validate(state["tree"])
        best = different(tree, state["selection"]["ranking"], fuse)
        if len(best) < 2:
            return {"fused": True, "child": ""}
        shown = [
            Candidate(id=str(node), task_id="", content=tree.answers[node].content) for node in best
        ]
        try:
            made = await ModelFuser(context.model).fuse(task_of(state["problem"]), shown)
        except ModelError:
            return {"fused": True, "child": ""}
        return {"fused": True, "parent": best[0], "child": made.content}

    def after_fusion(state: EmpiricalState, runtime: Runtime[Context]) -> Literal["compare", "end"]:
        return "compare" if state["child"] else "end"

    def after(
        state: EmpiricalState, runtime: Runtime[Context]
    ) -> Literal["remember", "expand", "fuse", "end"]:
        if len(state["tree"]["answers"]) > iterations:
            return "fuse" if fuse and not state.get("fused") else "end"
        return "remember" if state.get("learnt") else "expand"

    graph = StateGraph(EmpiricalState, context_schema=Context)
    graph.add_node("expand", expand)
    graph.add_node("remember", remember)
    graph.add_edge(START, "answer")
    ends = {"fuse": "fuse", "end": END}
    add_leading(graph, "answer", answer, after, {"expand": "expand", **ends})
    graph.add_edge("expand", "compare")
    add_leading(
        graph, "compare", compare, after, {"remember": "remember", "expand": "expand", **ends}
    )
    graph.add_edge("remember", "expand")
    add_leading(graph, "fuse", fusion, after_fusion, {"compare": "compare", "end": END})
    return graph.compile(checkpointer=checkpointer, name="empirical_mcts")


def with_tree(tree: AnswerTree, seed: int) -> dict[str, Any]:
    """The tree, and the answer of the highest value in it."""
    answers = {str(node): final_answer(one.content) for node, one in enumerate(tree.answers)}
    scores = dict(zip(answers, tree.values(), strict=True))
    marked = {node: value for node, value in scores.items() if answers[node]} or scores
    votes: list[dict[str, JsonValue]] = [
        {"answer": node, "parent": one.parent, "scores": list(one.scores) if one.scores else None}
        for node, one in enumerate(tree.answers)
        if one.parent is not None
    ]
    silent = bool(votes) and all(vote["scores"] is None for vote in votes)
    chosen = rank(
        [Candidate(id=node, task_id="", content="") for node in answers],
        marked,
        random.Random(seed),
        votes=votes,
        note="no readable comparison: the order is drawn from the seed" if silent else "",
    )
    best = chosen.ranking[0]
    return {
        "tree": tree.model_dump(mode="json"),
        "selection": chosen.model_dump(mode="json"),
        "solution": tree.answers[int(best)].content,
        "answer": answers[best],
    }


def different(tree: AnswerTree, ranking: Sequence[str], most: int) -> list[int]:
    """The best nodes of a ranking that mark answers, each answer once."""
    found: dict[str, int] = {}
    for node in map(int, ranking):
        if answer := final_answer(tree.answers[node].content):
            found.setdefault(answer, node)
    return list(found.values())[:most]


def shortened(texts: Sequence[str]) -> list[str]:
    """One line each, within its bound; empty and repeated ones left out."""
    lines = (cut(" ".join(text.split()), EXPERIENCE_TOKENS) for text in texts)
    return list(dict.fromkeys(line for line in lines if line))


EXPERIENCES = """\
Experience from other attempts:
{experiences}"""

PROMPT = Prompt("empirical_mcts", experiences=EXPERIENCES)
