"""Adaptive sampling: some samples at a time, until a rule says that more cannot pay.

    sample -> look -> sample -> ... -> end

The rules are in ``graphs/stopping``: "settled" (the majority cannot change any more), "optscale"
(arXiv 2506.22376), "self-evaluation" (arXiv 2410.02725) and conformal ones (arXiv 2507.03279). A
rule that values samples answers with the one of the highest value, the others with the answer of
most.
"""

from __future__ import annotations

import asyncio
import random
from collections.abc import Sequence
from typing import Any, Literal, TypedDict

from langgraph.checkpoint.base import BaseCheckpointSaver
from langgraph.graph import END, START, StateGraph
from langgraph.graph.state import CompiledStateGraph
from langgraph.runtime import Runtime

from proofloop.agents.llm.base import Sampling
from proofloop.agents.rater import ModelRater
from proofloop.agents.self_evaluator import SelfEvaluator
from proofloop.agents.solver import solve
from proofloop.core.errors import BudgetExceeded
from proofloop.core.task import Candidate, Task
from proofloop.graphs.answers import reader, sameness
from proofloop.graphs.attempts import task_of
from proofloop.graphs.context import Context, context_of
from proofloop.graphs.drafts import samples_within_budget
from proofloop.graphs.selectors.judges import polled
from proofloop.graphs.selectors.majority import classes, rank_classes
from proofloop.graphs.selectors.ranking import rank
from proofloop.graphs.stopping.rule import Sample, StoppingRule, Value
from proofloop.graphs.stopping.rules import rule_of
from proofloop.graphs.stopping.self_evaluation import annealed


class AdaptiveState(TypedDict, total=False):
    """``problem`` goes in. ``values`` are what the rule asked of each candidate; ``look`` is its
    last word; ``saved`` are the samples that were not drawn."""

    problem: str
    candidates: list[dict[str, Any]]
    values: list[float | None]
    look: dict[str, Any]
    selection: dict[str, Any]
    saved: int
    solution: str
    answer: str


def adaptive_graph(
    checkpointer: BaseCheckpointSaver[Any] | None = None,
    *,
    rule: str | StoppingRule = "settled",
    calibration: str = "",
    n: int = 16,
    width: int = 4,
) -> CompiledStateGraph[AdaptiveState, Context, AdaptiveState, AdaptiveState]:
    """The compiled graph: at most ``n`` samples, ``width`` at a time; ``calibration`` is the file
    of the rule "conformal". Raises ValueError for less than one of either, SettingsError for an
    unknown rule, InputError for a bad file."""
    if n < 1 or width < 1:
        raise ValueError("n and width must be at least 1")
    stopping = rule_of(rule, calibration)

    async def sample(state: AdaptiveState, runtime: Runtime[Context]) -> dict[str, Any]:
        before = state.get("candidates", [])
        first = len(before)
        wanted = state["look"]["wanted"] if "look" in state else 0
        more = max(1, min(width, (wanted or n) - first, n - first))
        context, task = context_of(runtime), task_of(state["problem"])
        if stopping.needs == "confidence":
            found, spent = await annealed_samples(context, task, range(first, first + more))
        else:
            found, spent = await samples_within_budget(context.model, task, more, first=first)
        if spent and ("solution" in state or not found):
            raise spent
        begun = {} if "solution" in state else answered(context, found[0].content)
        if spent:  # an answer is kept before its end is told
            return begun
        drawn = [one.model_dump(mode="json", exclude={"logprobs"}) for one in found]
        return {"candidates": [*before, *drawn], **begun}

    async def look(state: AdaptiveState, runtime: Runtime[Context]) -> dict[str, Any]:
        context, task = context_of(runtime), task_of(state["problem"])
        candidates = [Candidate.model_validate(item) for item in state["candidates"]]
        known = state.get("values", [])
        values = [
            *known,
            *await valued(context, stopping.needs, task, candidates[len(known) :]),
        ]
        read = reader(context)
        groups = await classes(candidates, read, sameness(context))
        heads = {one.id: read(group[0].content) for group in groups for one in group}
        seen = [
            Sample(answer=heads.get(one.id, ""), value=value)
            for one, value in zip(candidates, values, strict=True)
        ]
        rng = random.Random(context.seed)
        scores = {
            one.id: value
            for one, value in zip(candidates, values, strict=True)
            if value is not None
        }
        if scores:
            selection = rank(candidates, scores, rng)
        else:
            totals = [float(len(group)) for group in groups]
            selection = rank_classes(candidates, groups, totals, read, rng)
            if stopping.needs != "none" and not selection.note:
                note = f"no readable {stopping.needs}: the answer of most"
                selection = selection.model_copy(update={"note": note})
        best = next(one.content for one in candidates if one.id == selection.best)
        return {
            "values": values,
            "look": stopping.look(seen, n).model_dump(),
            "selection": selection.model_dump(mode="json"),
            "saved": n - len(candidates),
            **answered(context, best),
        }

    def after_sample(state: AdaptiveState) -> Literal["sample", "look"]:
        drawn, known = len(state.get("candidates", [])), len(state.get("values", []))
        return "look" if drawn > known else "sample"

    def after_look(state: AdaptiveState) -> Literal["sample", "end"]:
        return "end" if state["look"]["stop"] or len(state["candidates"]) >= n else "sample"

    graph = StateGraph(AdaptiveState, context_schema=Context)
    graph.add_node("sample", sample)
    graph.add_node("look", look)
    graph.add_edge(START, "sample")
    graph.add_conditional_edges("sample", after_sample, {w: w for w in ("sample", "look")})
    graph.add_conditional_edges("look", after_look, {"sample": "sample", "end": END})
    return graph.compile(checkpointer=checkpointer, name="adaptive")


def answered(context: Context, solution: str) -> dict[str, Any]:
    return {"solution": solution, "answer": reader(context)(solution)}


async def annealed_samples(
    context: Context, task: Task, places: range
) -> tuple[list[Candidate], BudgetExceeded | None]:
    """Samples each at a temperature of its own, and the spent budget that ended some of them.
    Raises any other failure."""
    found: list[Candidate] = []
    spent: BudgetExceeded | None = None
    for outcome in await asyncio.gather(
        *(
            solve(context.model, task, first=place, sampling=Sampling(temperature=annealed(place)))
            for place in places
        ),
        return_exceptions=True,
    ):
        if isinstance(outcome, BudgetExceeded):
            spent = outcome
        elif isinstance(outcome, BaseException):
            raise outcome
        else:
            found += outcome
    return found, spent


async def valued(
    context: Context, needs: Value, task: Task, candidates: Sequence[Candidate]
) -> list[float | None]:
    """What the rule asks of each candidate, all at the same time. Raises BudgetExceeded; any other
    failure is a value that could not be told."""
    if needs == "none":
        return [None] * len(candidates)
    if needs == "score":
        calls = [ModelRater(context.judge).score(task, one) for one in candidates]
    else:
        own = SelfEvaluator(context.model)
        calls = [own.confidence(task, one.content) for one in candidates]
    values, spent = await polled(calls)
    if spent:
        raise spent
    return values
