"""FormalMATH's pipeline (arXiv 2505.02735): many formalizations, filtered for a review by people.

    sample -> compile -> judge -> refute -> negate -> queue -> (review) -> prove -> end

1. Every formalizer (``formalizers``) writes ``samples`` statements. 2. Lean drops what does not
compile. 3. Every judge of the panel says in words what the Lean says and compares that with the
text; what is not found consistent by all of them is dropped. 4. What can be refuted is dropped:
the kernel has accepted the negation, found by a search for counterexamples and core Lean's
automation (docs/hygiene.md); then, with ``negations`` and for what is not known to be true, by a
model (graphs/negate.py). 5. The rest waits in the review queue for a person: the graph
goes on with the most frequent statement, or with ``review`` stops until a person has decided
(graphs/reviewing.py). Each stage is a step of the checkpoints, so that a run can be taken up at any
of them.

The paper asks a model alone for negations. Ours are: statements with contradictory hypotheses are
dropped too, since their negation cannot be proved; and what is proved to say the same is reviewed
once. A judge's abstention
is no agreement, so it drops a statement as well, as "undecided".
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from itertools import pairwise
from typing import Any

from langgraph.checkpoint.base import BaseCheckpointSaver
from langgraph.graph import START, StateGraph
from langgraph.graph.state import CompiledStateGraph
from langgraph.runtime import Runtime

from proofloop.agents.formalizer import Rejected
from proofloop.agents.text_judge import unanimous
from proofloop.graphs.context import Context, context_of, panel_of
from proofloop.graphs.ending import add_ending
from proofloop.graphs.examining import examined, negated
from proofloop.graphs.formal_samples import (
    FormalSample,
    compile_each,
    down,
    draw_samples,
    dump_samples,
    judge_each,
    look_at_each,
    read_samples,
)
from proofloop.graphs.formalizing import FormalizeState, Step, compiled, votes_of
from proofloop.graphs.leading import add_leading
from proofloop.graphs.readings import sort_samples
from proofloop.tools.review import ReviewItem

# What is left after each stage, and the stages at which samples fall before it.
FUNNEL = {
    "in": (),
    "compiled": ("down", "answer", "refused", "precheck", "lean"),
    "consistent": ("judge", "undecided"),
    "not_refuted": ("false", "vacuous"),
    "not_negated": ("negated",),
}


class FormalMathState(FormalizeState, total=False):
    """``samples`` with the stage at which each fell; ``funnel`` counts what each stage left, and
    at last what went ``to_review``; ``queued`` are the ids of these in the review queue."""

    samples: list[dict[str, Any]]
    funnel: dict[str, int]
    queued: list[str]


async def sample(state: FormalMathState, runtime: Runtime[Context]) -> dict[str, Any]:
    context = context_of(runtime)
    drawn = await draw_samples(context, state, n=context.formalize.samples)
    return update(drawn) | {"down": down(drawn)}


async def compile_samples(state: FormalMathState, runtime: Runtime[Context]) -> dict[str, Any]:
    samples = read_samples(state["samples"])
    return update(await compile_each(context_of(runtime), state["header"], samples))


async def judge_samples(state: FormalMathState, runtime: Runtime[Context]) -> dict[str, Any]:
    panel = unanimous(panel_of(context_of(runtime)))
    samples = read_samples(state["samples"])
    judged = await judge_each(panel, state["informal"], state["header"], samples)
    return update([kept(one) for one in judged])


async def refute_samples(state: FormalMathState, runtime: Runtime[Context]) -> dict[str, Any]:
    context = context_of(runtime)

    async def look(one: FormalSample) -> FormalSample:
        found = await examined(context, state["header"], one.lean)
        one = one.model_copy(update={"warnings": found.warnings, "proved": found.proved})
        return next((one.dropped(*fault) for fault in found.faults.items()), one)

    return update(await look_at_each(read_samples(state["samples"]), "refute", look))


async def negate_samples(state: FormalMathState, runtime: Runtime[Context]) -> dict[str, Any]:
    context = context_of(runtime)
    samples = read_samples(state["samples"])
    if not context.formalize.negations:
        return {}

    async def look(one: FormalSample) -> FormalSample:
        if one.proved:
            return one
        words = await negated(context, state["header"], one.lean)
        return one.dropped("negated", words) if words else one

    return update(await look_at_each(samples, "negate", look))


async def queue(state: FormalMathState, runtime: Runtime[Context]) -> dict[str, Any]:
    """What is left waits for a person, each meaning once; the most frequent one goes on."""
    context, samples = context_of(runtime), read_samples(state["samples"])
    standing = [one for one in samples if not one.fell]
    found = await sort_samples(context, state["header"], standing)
    classes = sorted(found.classes, key=len, reverse=True)
    items = [review_item(state, group) for group in classes]
    if context.reviews is not None:
        for item in items:
            context.reviews.add(item)
    news = {
        "funnel": funnel(samples) | {"to_review": len(items)},
        "queued": [item.id for item in items],
        "to_review": [item.model_dump(mode="json") for item in items],
        "rejected": [rejected.model_dump() for rejected in fallen(samples)],
    }
    if not items:
        return news | ending(samples)
    best = classes[0][0]
    assert best.verdict is not None
    report, _ = await compiled(context, state["header"], best.lean)
    return news | {
        "status": "consistent",
        "statement": best.lean,
        "origin": "formalized",
        "notes": best.notes,
        "statement_report": report.model_dump(mode="json"),
        "verdict": best.verdict.model_dump(mode="json"),
    }


def update(samples: Sequence[FormalSample]) -> dict[str, Any]:
    return {"samples": dump_samples(samples), "funnel": funnel(samples)}


def kept(one: FormalSample) -> FormalSample:
    if one.fell or one.verdict is None or one.verdict.passed is True:
        return one
    stage = "judge" if one.verdict.passed is False else "undecided"
    return one.dropped(stage, one.verdict.feedback)


def funnel(samples: Sequence[FormalSample]) -> dict[str, int]:
    """How many samples each stage left, as far as they have come; the model's stage of negations
    where there is one."""
    fell = Counter(one.fell for one in samples)
    left, counts = len(samples), {}
    skipped = not any("negate" in one.looked for one in samples)
    for stage, falls in FUNNEL.items():
        if stage == "not_negated" and skipped:
            continue
        left -= sum(fell[each] for each in falls)
        counts[stage] = left
    return counts


def review_item(state: FormalMathState, group: Sequence[FormalSample]) -> ReviewItem:
    best = group[0]
    texts = dict.fromkeys(one.lean for one in group)
    return ReviewItem(
        task=state["name"],
        informal=state["informal"],
        header=state["header"],
        statement=best.lean,
        votes=votes_of(best.verdict),
        warnings=best.warnings,
        samples=len(group),
        others=tuple(text for text in texts if text != best.lean),
    )


def fallen(samples: Sequence[FormalSample]) -> list[Rejected]:
    """Every text that was dropped, once."""
    dropped: dict[str, Rejected] = {}
    for one in samples:
        if one.fell and one.lean:
            rejected = Rejected(lean=one.lean, stage=one.fell, feedback=one.words)
            dropped.setdefault(one.lean, rejected)
    return list(dropped.values())


def ending(samples: Sequence[FormalSample]) -> dict[str, Any]:
    """The update where nothing was left."""
    fell = Counter(one.fell for one in samples)
    if fell["refused"] == len(samples):
        return {"status": "refused", "notes": samples[0].notes}
    why = ", ".join(f"{count} at {stage}" for stage, count in fell.most_common())
    return {
        "status": "unjudged" if fell["undecided"] else "exhausted",
        "why": f"no statement was left of {len(samples)}: they fell {why}",
    }


def after_queue(state: FormalMathState, runtime: Runtime[Context]) -> Step:
    return "next" if state.get("queued") else "give_up"


def formalmath_graph(
    checkpointer: BaseCheckpointSaver[Any] | None = None,
    *,
    prove: bool = True,
    review: bool = False,
) -> CompiledStateGraph[FormalMathState, Context, FormalMathState, FormalMathState]:
    """The compiled graph. ``prove=False`` ends with the queue, ``review`` interrupts for a person's
    decision on what is in it. Usable as a subgraph."""
    graph = StateGraph(FormalMathState, context_schema=Context)
    last = add_ending(graph, prove=prove, review=review)
    graph.add_node("sample", sample)
    graph.add_node("compile", compile_samples)
    graph.add_node("judge", judge_samples)
    graph.add_node("refute", refute_samples)
    graph.add_node("negate", negate_samples)
    stages = ("sample", "compile", "judge", "refute", "negate", "queue")
    for node, following in pairwise((START, *stages)):
        graph.add_edge(node, following)
    ways = {"next": "review" if review else last, "give_up": "give_up"}
    add_leading(graph, "queue", queue, after_queue, ways)
    return graph.compile(checkpointer=checkpointer, name="formalmath")
