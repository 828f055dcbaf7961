"""Adaptive sampling: some samples at a time, until a rule says that more cannot pay.

    sample -> look -> sample -> ... -> end

The rules are in ``graphs/stopping``: "settled" (the majority cannot change any more), "optscale"
(arXiv 2506.22376), "self-evaluation" (arXiv 2410.02725) and conformal ones (arXiv 2507.03279). A
rule that values samples answers with the one of the highest value, the others with the answer of
most.

With pruning (``prune_after``) each sample is a step of its own, written as a stream that is given
up where its beginning looks bad (``graphs/pruning.py``):

    begin, begin, ... -> gather -> look -> begin, ... -> end

so a run that is killed goes on with those that had not ended. A sample that was given up takes up
one of the ``n``; the last is never given up when all others were.
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
from langgraph.types import Send

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
from proofloop.graphs.pruning import Begun, Pruning, begin
from proofloop.graphs.selectors.judges import polled
from proofloop.graphs.selectors.majority import classes, rank_classes
from proofloop.graphs.selectors.ranking import rank
from proofloop.graphs.stopping.rule import Sample, StoppingRule, Value
from proofloop.graphs.stopping.rules import rule_of
from proofloop.graphs.stopping.self_evaluation import annealed


class AdaptiveState(TypedDict, total=False):
    """``problem`` goes in. ``values`` are what the rule asked of each candidate; ``look`` is its
    last word; ``saved`` are the samples that were not begun, ``pruned`` those given up. ``begun``
    is the ledger of a graph that prunes."""

    problem: str
    begun: Annotated[list[Begun], operator.add]
    candidates: list[dict[str, Any]]
    values: list[float | None]
    look: dict[str, Any]
    selection: dict[str, Any]
    saved: int
    pruned: int
    solution: str
    answer: str


class BeginOrder(TypedDict):
    """One sample to begin. ``again``: the budget ended it before, and what was answered then is
    kept; ``keep``: it is not to be given up."""

    problem: str
    place: int
    again: bool
    keep: bool


def adaptive_graph(
    checkpointer: BaseCheckpointSaver[Any] | None = None,
    *,
    rule: str | StoppingRule = "settled",
    calibration: str = "",
    n: int = 16,
    width: int = 4,
    prune_after: int = 0,
    prune_below: float = 0.3,
) -> CompiledStateGraph[AdaptiveState, Context, AdaptiveState, AdaptiveState]:
    """The compiled graph: at most ``n`` samples, ``width`` at a time; ``calibration`` is the file
    of the rule "conformal". A sample whose first ``prune_after`` tokens the model trusts less than
    ``prune_below`` is given up; 0 tokens: none is. Raises ValueError for numbers that cannot
    be, SettingsError for an unknown rule, InputError for a bad file."""
    if n < 1 or width < 1:
        raise ValueError("n and width must be at least 1")
    stopping, pruning = rule_of(rule, calibration), Pruning(prune_after, prune_below)
    prunes = prune_after > 0

    def wanted_now(state: AdaptiveState, begun: int) -> int:
        """How many samples to begin together."""
        wanted = state["look"]["wanted"] if "look" in state else 0
        return max(1, min(width, (wanted or n) - len(state.get("candidates", [])), n - begun))

    async def sample(state: AdaptiveState, runtime: Runtime[Context]) -> dict[str, Any]:
        before = state.get("candidates", [])
        first, more = len(before), wanted_now(state, len(before))
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

    async def places(state: AdaptiveState) -> list[Send]:
        """The samples to begin: those that the budget ended again, else some new ones."""
        ledger = settled_ledger(state.get("begun", []))
        again = [place for place, one in ledger.items() if one["spent"]]
        fresh = range(len(ledger), len(ledger) + wanted_now(state, len(ledger)))
        alone = not state.get("candidates")
        return [
            Send(
                "begin",
                {
                    "problem": state["problem"],
                    "place": place,
                    "again": bool(again),
                    "keep": alone and place == n - 1,
                },
            )
            for place in again or fresh
        ]

    async def begin_one(state: BeginOrder, runtime: Runtime[Context]) -> dict[str, Any]:
        context, place = context_of(runtime), state["place"]
        heat = annealed(place) if stopping.needs == "confidence" else None
        patience = Pruning() if state["keep"] else pruning
        task = task_of(state["problem"])
        try:
            one = await begin(context.model, task, patience, place=place, temperature=heat)
        except BudgetExceeded as error:
            if state["again"]:  # the others' answers are kept before the end is told
                raise
            one = Begun(place=place, candidate=None, confidence=None, tokens=0, spent=str(error))
        return {"begun": [one]}

    async def gather(state: AdaptiveState, runtime: Runtime[Context]) -> dict[str, Any]:
        ledger, before = settled_ledger(state["begun"]), state.get("candidates", [])
        known = {one["id"] for one in before}
        written = [one["candidate"] for one in ledger.values() if one["candidate"]]
        new = [one for one in written if one["id"] not in known]
        pruned = sum(not one["candidate"] and not one["spent"] for one in ledger.values())
        begun = answered(context_of(runtime), new[0]["content"]) if new and not before else {}
        return {"candidates": [*before, *new], "pruned": pruned, **begun}

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
            "look": stopping.look(seen, n - state.get("pruned", 0)).model_dump(),
            "selection": selection.model_dump(mode="json"),
            "saved": n - len(candidates) - state.get("pruned", 0),
            **answered(context, best),
        }

    async def after_sample(state: AdaptiveState) -> Literal["sample", "look"]:
        drawn, known = len(state.get("candidates", [])), len(state.get("values", []))
        return "look" if drawn > known else "sample"

    async def after_gather(state: AdaptiveState) -> str | list[Send]:
        return "look" if await after_sample(state) == "look" else await places(state)

    async def after_look(state: AdaptiveState) -> str | list[Send]:
        seen = len(state["candidates"]) + state.get("pruned", 0)
        if state["look"]["stop"] or seen >= n:
            return END
        return await places(state) if prunes else "sample"

    graph = StateGraph(AdaptiveState, context_schema=Context)
    graph.add_node("look", look)
    if prunes:
        graph.add_node("begin", begin_one)
        graph.add_node("gather", gather)
        graph.add_conditional_edges(START, places, ["begin"])
        graph.add_edge("begin", "gather")
        graph.add_conditional_edges("gather", after_gather, ["begin", "look"])
        graph.add_conditional_edges("look", after_look, ["begin", END])
    else:
        graph.add_node("sample", sample)
        graph.add_edge(START, "sample")
        graph.add_conditional_edges("sample", after_sample, {w: w for w in ("sample", "look")})
        graph.add_conditional_edges("look", after_look, ["sample", END])
    return graph.compile(checkpointer=checkpointer, name="adaptive")


def settled_ledger(begun: Sequence[Begun]) -> dict[int, Begun]:
    """The last word on each place."""
    return {one["place"]: one for one in begun}


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
