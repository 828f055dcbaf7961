"""Select, reuse, select: tournaments over summaries around a second round of fresh attempts
(Scaling Test-Time Compute for Agentic Coding, arXiv 2604.16529).

    attempt -> summarize -> select -> attempt -> summarize -> choose -> end

N independent attempts, each summarised; a recursive tournament over the summaries stops at K; N
fresh attempts read these K and start anew; a full tournament over their summaries names the one
whose solution is the answer. The paper's defaults are N=16, K=4, G=2, V=8. Its context variants
are here as ``reuse``: "select" (all attempts see the K of the tournament), "random" (each sees K
of its own drawing), "single" (each sees its own first summary).
"""

from __future__ import annotations

import asyncio
import operator
import random
from collections.abc import Sequence
from typing import Annotated, Any, Literal, TypedDict

from langgraph.checkpoint.base import BaseCheckpointSaver
from langgraph.graph import END, START, StateGraph
from langgraph.graph.state import CompiledStateGraph
from langgraph.runtime import Runtime

from proofloop.agents.comparer import ModelComparer
from proofloop.agents.llm.base import Model
from proofloop.agents.summarizer import summarize
from proofloop.core.errors import BudgetExceeded, ModelMalformed
from proofloop.core.task import Candidate, Task
from proofloop.core.trajectory import Step, Trajectory
from proofloop.graphs.context import Context, context_of
from proofloop.graphs.drafts import drafts_within_budget
from proofloop.graphs.leading import add_leading
from proofloop.graphs.selectors.rtv import RecursiveTournament
from proofloop.graphs.workspace import extract
from proofloop.tools.answers.extract import final_answer

Reuse = Literal["select", "random", "single"]
CONTEXT_TOKENS = 4000  # of the summaries that a fresh attempt reads


class RtvPdrState(TypedDict, total=False):
    """``problem`` goes in. ``whole``: no budget ended the round's attempts. ``selections`` are the
    tournaments with all their votes; until the last of them ``solution`` is the best of the first
    round, and until that the first attempt."""

    problem: str
    round: int
    whole: bool
    attempts: list[dict[str, Any]]
    summaries: list[str]
    contexts: list[str]
    selections: Annotated[list[dict[str, Any]], operator.add]
    note: str
    solution: str
    answer: str


def task_of(state: RtvPdrState) -> Task:
    return Task(id="rtv_pdr", kind="solve", informal=state["problem"])


async def summary_of(model: Model, task: Task, attempt: Candidate) -> str:
    """The rendered summary; the attempt itself where the summariser's answer cannot be read."""
    trajectory = Trajectory(task_id=task.id, steps=(Step(action=attempt.content),))
    try:
        return (await summarize(model, task.informal, trajectory)).render()
    except ModelMalformed:
        return extract([attempt.content], CONTEXT_TOKENS)


def rtv_pdr_graph(
    checkpointer: BaseCheckpointSaver[Any] | None = None,
    *,
    n: int = 16,
    k: int = 4,
    group: int = 2,
    votes: int = 8,
    reuse: Reuse = "select",
) -> CompiledStateGraph[RtvPdrState, Context, RtvPdrState, RtvPdrState]:
    """The compiled graph. ``n`` attempts a round, ``k`` summaries reused, groups of ``group``,
    ``votes`` a group. Raises ValueError for bounds that cannot be."""
    if min(n, k, votes) < 1 or group < 2:
        raise ValueError("n, k and votes must be at least 1, and group at least 2")

    async def attempt(state: RtvPdrState, runtime: Runtime[Context]) -> dict[str, Any]:
        number = state.get("round", 0)
        contexts = state.get("contexts") or [""] * n
        model = context_of(runtime).model
        found, spent = await drafts_within_budget(model, task_of(state), contexts, round=number)
        # What the budget allowed is kept before its end is told: asked again, it brought no more.
        if spent and len(found) <= (0 if state.get("whole", True) else len(state["attempts"])):
            raise spent
        return {
            "round": number + (spent is None),
            "whole": spent is None,
            "attempts": [one.model_dump(mode="json", exclude={"logprobs"}) for one in found],
            **({} if number else with_solution(found[0])),
        }

    async def summarise(state: RtvPdrState, runtime: Runtime[Context]) -> dict[str, Any]:
        model, task = context_of(runtime).model, task_of(state)
        return {
            "summaries": await asyncio.gather(
                *(summary_of(model, task, one) for one in attempts_of(state))
            )
        }

    async def tournament(
        state: RtvPdrState, runtime: Runtime[Context], keep: int
    ) -> tuple[tuple[str, ...], dict[str, Any]]:
        context = context_of(runtime)
        shown = [
            one.model_copy(update={"content": summary})
            for one, summary in zip(attempts_of(state), state["summaries"], strict=True)
        ]
        selector = RecursiveTournament(
            ModelComparer(context.judge),
            group=group,
            votes=votes,
            keep=keep,
            seed=context.seed + state["round"],
        )
        selection = await selector.select(task_of(state), shown)
        return selection.ranking, selection.model_dump(mode="json")

    async def select(state: RtvPdrState, runtime: Runtime[Context]) -> dict[str, Any]:
        written = dict(zip((one.id for one in attempts_of(state)), state["summaries"], strict=True))
        if reuse != "select":
            rng = random.Random(context_of(runtime).seed)
            return {"contexts": other_contexts(list(written.values()), reuse, n, k, rng)}
        ranking, selection = await tournament(state, runtime, k)
        if selection["partial"]:
            raise BudgetExceeded.told(selection["note"])
        best = next(one for one in attempts_of(state) if one.id == ranking[0])
        context = extract([written[name] for name in ranking[:k]], CONTEXT_TOKENS)
        return {
            "contexts": [context] * n,
            "selections": [selection],
            "note": selection["note"],
            **with_solution(best),
        }

    async def choose(state: RtvPdrState, runtime: Runtime[Context]) -> dict[str, Any]:
        ranking, selection = await tournament(state, runtime, 1)
        if selection["partial"]:
            raise BudgetExceeded.told(selection["note"])
        winner = next(one for one in attempts_of(state) if one.id == ranking[0])
        note = selection["note"] or state.get("note", "")
        return {"selections": [selection], "note": note, **with_solution(winner)}

    def after_attempts(
        state: RtvPdrState, runtime: Runtime[Context]
    ) -> Literal["attempt", "summarize"]:
        return "summarize" if state["whole"] else "attempt"

    def after_summaries(
        state: RtvPdrState, runtime: Runtime[Context]
    ) -> Literal["select", "choose"]:
        return "select" if state["round"] == 1 else "choose"

    graph = StateGraph(RtvPdrState, context_schema=Context)
    graph.add_node("select", select)
    graph.add_node("choose", choose)
    graph.add_edge(START, "attempt")
    add_leading(graph, "attempt", attempt, after_attempts, {w: w for w in ("attempt", "summarize")})
    add_leading(
        graph, "summarize", summarise, after_summaries, {w: w for w in ("select", "choose")}
    )
    graph.add_edge("select", "attempt")
    graph.add_edge("choose", END)
    return graph.compile(checkpointer=checkpointer, name="rtv_pdr")


def with_solution(chosen: Candidate) -> dict[str, Any]:
    return {"solution": chosen.content, "answer": final_answer(chosen.content)}


def attempts_of(state: RtvPdrState) -> list[Candidate]:
    return [Candidate.model_validate(item) for item in state["attempts"]]


def other_contexts(
    summaries: Sequence[str], reuse: Reuse, n: int, k: int, rng: random.Random
) -> list[str]:
    """The paper's ablations: K summaries of its own drawing for each attempt, or its own one."""
    if reuse == "single":
        return [extract([summaries[i % len(summaries)]], CONTEXT_TOKENS) for i in range(n)]
    size = min(k, len(summaries))
    return [extract(rng.sample(summaries, size), CONTEXT_TOKENS) for _ in range(n)]
