"""Empirical-MCTS: a tree of whole answers whose prompt evolves with what comparisons teach
(arXiv 2602.04248).

    answer -> (expand -> compare -> remember) -> ... -> end

Every node is an answer with its own guidance (meta-prompt); the root is a plain answer. Each
iteration expands the node of the highest bound: a new answer under that node's guidance and up to
ten experiences. A mentor compares it with its parent, shown in an order drawn from the seed, and
gives scores, experiences and the child's guidance; a librarian files the experiences. The answer
is that of the highest value in the end (``graphs/answer_tree.py``).

The paper retrieves experiences over all problems by their embeddings (similarity 0.9 and more);
those of a run are all of its one problem, so the ten filed last are read, and the librarian sees
the ten with most words in common with the new ones. Where some solutions mark an answer, one of
these is chosen.
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
from proofloop.agents.librarian import file_experiences, filed
from proofloop.agents.llm.base import Sampling
from proofloop.agents.mentor import teach
from proofloop.agents.prompts import Prompt
from proofloop.agents.solver import solve
from proofloop.core.errors import ModelError
from proofloop.core.task import Candidate
from proofloop.graphs.answer_tree import Answer, AnswerTree
from proofloop.graphs.attempts import task_of
from proofloop.graphs.banks import similarity
from proofloop.graphs.context import Context, context_of
from proofloop.graphs.selectors.ranking import rank
from proofloop.tools.answers.extract import final_answer

SAMPLING = Sampling(temperature=0.95, top_p=0.9)
READ = 10  # experiences in a prompt
MOST_STORED = 100
GUIDANCE_TOKENS, EXPERIENCE_TOKENS = 1000, 80


class EmpiricalState(TypedDict, total=False):
    """``problem`` goes in. ``tree`` has the answers compared so far; ``parent`` and ``child`` are
    what is to be compared next, ``learnt`` the experiences still to be filed."""

    problem: str
    tree: dict[str, Any]
    parent: int
    child: str
    learnt: list[str]
    experiences: list[str]
    selection: dict[str, Any]
    solution: str
    answer: str


def empirical_mcts_graph(
    checkpointer: BaseCheckpointSaver[Any] | None = None, *, iterations: int = 8
) -> CompiledStateGraph[EmpiricalState, Context, EmpiricalState, EmpiricalState]:
    """The compiled graph: ``iterations`` answers after the first. Raises ValueError for a negative
    number."""
    if iterations < 0:
        raise ValueError("iterations must be at least 0")

    async def answer(state: EmpiricalState, runtime: Runtime[Context]) -> dict[str, Any]:
        context = context_of(runtime)
        (root,) = await solve(context.model, task_of(state["problem"]), sampling=SAMPLING)
        return with_tree(AnswerTree(answers=(Answer(content=root.content),)), context.seed)

    async def expand(state: EmpiricalState, runtime: Runtime[Context]) -> dict[str, Any]:
        context, tree = context_of(runtime), AnswerTree.model_validate(state["tree"])
        number = len(tree.answers)
        parent = tree.to_expand(random.Random(f"{context.seed} {number}"))
        read = state.get("experiences", [])[-READ:]
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
        near = nearest(stored, new, READ)
        operations = await file_experiences(
            context_of(runtime).model, near, new, index=len(state["tree"]["answers"])
        )
        others = [text for text in stored if text not in near]
        kept = shortened([*others, *filed(near, operations)])
        return {"experiences": kept[-MOST_STORED:], "learnt": []}

    def after(state: EmpiricalState) -> Literal["remember", "expand", "end"]:
        if len(state["tree"]["answers"]) > iterations:
            return "end"
        return "remember" if state.get("learnt") else "expand"

    graph = StateGraph(EmpiricalState, context_schema=Context)
    graph.add_node("answer", answer)
    graph.add_node("expand", expand)
    graph.add_node("compare", compare)
    graph.add_node("remember", remember)
    graph.add_edge(START, "answer")
    graph.add_conditional_edges("answer", after, {"expand": "expand", "end": END})
    graph.add_edge("expand", "compare")
    graph.add_conditional_edges(
        "compare", after, {"remember": "remember", "expand": "expand", "end": END}
    )
    graph.add_edge("remember", "expand")
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


def nearest(stored: Sequence[str], new: Sequence[str], most: int) -> list[str]:
    """At most so many of the stored, those most like any of the new ones, of equals the newest;
    in their order."""
    likeness = [max(similarity(text, each) for each in new) for text in stored]
    places = sorted(range(len(stored)), key=lambda place: (likeness[place], place))[-most:]
    return [stored[place] for place in sorted(places)]


def shortened(texts: Sequence[str]) -> list[str]:
    """One line each, within its bound; empty and repeated ones left out."""
    lines = (cut(" ".join(text.split()), EXPERIENCE_TOKENS) for text in texts)
    return list(dict.fromkeys(line for line in lines if line))


EXPERIENCES = """\
Experience from other attempts:
{experiences}"""

PROMPT = Prompt("empirical_mcts", experiences=EXPERIENCES)
