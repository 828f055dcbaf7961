"""Agreement by proof: samples vote for readings of the text, by classes of proved equivalence.

    sample -> compile -> judge -> cluster -> vote -> (review) -> prove -> end
       ^____________________________________|

Majority voting needs to know which samples say the same. For formal statements that can be proved:
two are of one class when the kernel has accepted a proof of each direction and there is a reason
that proves neither (docs/equivalence.md). Each class is a *reading*; a sample votes for its reading
with the judges' score as the weight, and has none if they reject it. A reading with a ``share`` of
the votes wins.

Where none wins, the disagreement itself goes back to the formalizer: the values at which two
readings differ, the hypothesis that only one has. After ``votes`` rounds of samples without a
winner the text counts as "ambiguous", and the readings stand side by side with what they say in
words and wait in the review queue; none is chosen silently. With ``review`` the graph stops until a
person has chosen among them, or has accepted the winner (graphs/ending.py); when they comment
instead, what was sampled before votes no more. ``confidence`` is the winner's votes as a share of
all samples asked for, those that fell included. Classes that could not be shown to be the same
stay apart, so it errs on the low side. (Ours.)
"""

from __future__ import annotations

from itertools import pairwise
from typing import Any, Literal

from langgraph.checkpoint.base import BaseCheckpointSaver
from langgraph.graph import START, StateGraph
from langgraph.graph.state import CompiledStateGraph
from langgraph.runtime import Runtime

from proofloop.agents.back_translator import back_translate
from proofloop.agents.formalizer import Rejected
from proofloop.agents.prompts import Prompt
from proofloop.core.errors import ModelError
from proofloop.graphs.context import Context, context_of, panel_of
from proofloop.graphs.ending import SAME_AGAIN, add_ending, sent_back
from proofloop.graphs.examining import with_findings
from proofloop.graphs.formal_samples import (
    FormalSample,
    compile_each,
    down,
    draw_samples,
    dump_samples,
    judge_each,
    read_samples,
    together,
)
from proofloop.graphs.formalizing import REVIEWER, UNEXAMINED, FormalizeState, compiled, votes_of
from proofloop.graphs.leading import add_leading
from proofloop.graphs.readings import (
    Disagreement,
    Reading,
    disagreement,
    ranked,
    sort_samples,
)
from proofloop.tools.review import ReviewItem


class AgreementState(FormalizeState, total=False):
    """``samples`` are those of all rounds. ``readings`` come by votes, the winner first, and
    ``runner_up`` is the second ({} without one); ``disagreement`` is between these two.
    ``confidence`` is there when a reading has won. ``since`` is the round in which a person spoke
    last."""

    samples: list[dict[str, Any]]
    round: int
    since: int
    readings: list[dict[str, Any]]
    runner_up: dict[str, Any]
    disagreement: dict[str, Any]
    confidence: float


async def sample(state: AgreementState, runtime: Runtime[Context]) -> dict[str, Any]:
    context, round = context_of(runtime), state.get("round", 0)
    drawn = await draw_samples(
        context,
        state,
        n=context.formalize.samples,
        round=round,
        rejected=[Rejected.model_validate(item) for item in state.get("rejected", [])],
    )
    news: dict[str, Any] = {"round": round + 1, **UNEXAMINED}
    before = read_samples(state.get("samples", []))
    if state.get("fault") == REVIEWER:
        news["since"] = round
        before = [one.dropped(REVIEWER, "before the reviewer's comment") for one in before]
    samples = [*before, *drawn]
    return news | {"samples": dump_samples(samples), "down": down(samples)}


async def compile_samples(state: AgreementState, runtime: Runtime[Context]) -> dict[str, Any]:
    samples = read_samples(state["samples"])
    found = await compile_each(context_of(runtime), state["header"], samples)
    return {"samples": dump_samples(found)}


async def judge_samples(state: AgreementState, runtime: Runtime[Context]) -> dict[str, Any]:
    panel, samples = panel_of(context_of(runtime)), read_samples(state["samples"])
    found = await judge_each(panel, state["informal"], state["header"], samples)
    return {"samples": dump_samples(found)}


async def cluster_samples(state: AgreementState, runtime: Runtime[Context]) -> dict[str, Any]:
    """Sorts the samples into readings, and looks at how the others differ from the first."""
    context, header = context_of(runtime), state["header"]
    standing = [one for one in read_samples(state["samples"]) if not one.fell]
    found = await sort_samples(context, header, standing)
    readings = ranked(found.classes, context.seed)
    apart = [
        await disagreement(context, header, found, readings[0], other) for other in readings[1:]
    ]
    for place, each in enumerate(apart, 1):
        readings[place] = readings[place].model_copy(update={"differs": each.words()})
    dumped = [one.model_dump(mode="json") for one in readings]
    return {
        "readings": dumped,
        "runner_up": dumped[1] if len(dumped) > 1 else {},
        "disagreement": (apart or [Disagreement()])[0].model_dump(mode="json"),
    }


async def vote(context: Context, state: AgreementState, *, revises: bool) -> dict[str, Any]:
    """The update for a winner, another round, or the end without one; ``revises`` tells that a
    comment on an open reading opens the rounds anew."""
    samples = [one for one in read_samples(state["samples"]) if one.fell != REVIEWER]
    readings = [Reading.model_validate(item) for item in state["readings"]]
    if (
        readings
        and readings[0].passed is not False
        and readings[0].share >= context.formalize.share
    ):
        return await won(context, state, readings[0], samples)
    last = state["round"] - state.get("since", 0) >= context.formalize.votes
    faults = objections(state, samples, readings)
    if all(one.fell == "refused" for one in samples):
        return {"status": "refused", "notes": samples[0].notes}
    open_ = [one for one in readings if one.passed is not False]
    if not last or not open_:
        return {
            "rejected": faults,
            "fault": "agreement",
            **({"status": "exhausted"} if last else {}),
        }
    told = await in_words(context, state, readings)
    items = [
        review_item(state, one, samples, revises=revises)
        for one in told
        if one.passed is not False and not sent_back(state, one.statement)
    ]
    if not items:
        return {"rejected": faults, "status": "exhausted", "why": SAME_AGAIN}
    items = await together([with_findings(context, item) for item in items])
    if context.reviews is not None:
        for item in items:
            context.reviews.add(item)
    return {
        "rejected": faults,
        "status": "ambiguous",
        "why": f"{len(open_)} readings, and no one has {context.formalize.share:.0%} of the votes",
        "readings": [one.model_dump(mode="json") for one in told],
        "to_review": [item.model_dump(mode="json") for item in items],
        "reviewed": [],
    }


async def won(
    context: Context, state: AgreementState, best: Reading, samples: list[FormalSample]
) -> dict[str, Any]:
    """The update for a reading that has won; its compile is asked again, and known."""
    report, _ = await compiled(context, state["header"], best.statement)
    sample = next(one for one in samples if one.lean == best.statement)
    assert sample.verdict is not None
    return {
        "status": "consistent" if best.passed else "unjudged",
        "statement": best.statement,
        "origin": "formalized",
        "notes": sample.notes,
        "statement_report": report.model_dump(mode="json"),
        "verdict": sample.verdict.model_dump(mode="json"),
        "confidence": best.votes / len(samples),
    }


def objections(
    state: AgreementState, samples: list[FormalSample], readings: list[Reading]
) -> list[dict[str, Any]]:
    """What this round's formalizers are told in the next: the faults of what fell, what the judges
    rejected, and how the first two readings differ."""
    new = [one for one in samples if one.round == state["round"] - 1 and one.fell and one.lean]
    faults = {one.lean: Rejected(lean=one.lean, stage=one.fell, feedback=one.words) for one in new}
    for one in readings:
        if one.passed is False:
            faults[one.statement] = Rejected(lean=one.statement, stage="judge", feedback=one.judges)
    contenders = [one for one in readings[:2] if one.passed is not False]
    if len(contenders) == 2:
        apart = Disagreement.model_validate(state["disagreement"]).words()
        for place, one in enumerate(contenders):
            words = PROMPT.fill(
                "disagreement",
                place=("first", "second")[place],
                votes=f"{one.votes:.2f}",
                share=f"{one.share:.0%}",
                other=contenders[1 - place].statement,
                differs=apart,
            )
            faults[one.statement] = Rejected(lean=one.statement, stage="agreement", feedback=words)
    return [fault.model_dump() for fault in faults.values()]


async def in_words(
    context: Context, state: AgreementState, readings: list[Reading]
) -> list[Reading]:
    """The readings with their back-translations, for people to choose by."""

    async def told(one: Reading) -> Reading:
        try:
            answer = await back_translate(context.judge, one.statement, header=state["header"])
        except ModelError:
            return one
        return one.model_copy(update={"informal": answer.value.informal if answer.value else ""})

    return await together([told(one) for one in readings])


def review_item(
    state: AgreementState, one: Reading, samples: list[FormalSample], *, revises: bool
) -> ReviewItem:
    group = [each for each in samples if each.id in one.samples]
    best = next(each for each in group if each.lean == one.statement)
    texts = dict.fromkeys(each.lean for each in group)
    return ReviewItem(
        task=state["name"],
        informal=state["informal"],
        header=state["header"],
        statement=one.statement,
        votes=votes_of(best.verdict),
        samples=len(group),
        others=tuple(text for text in texts if text != one.statement),
        translation=one.informal,
        differs=one.differs,
        revises=revises,
    )


def after_vote(
    state: AgreementState, runtime: Runtime[Context]
) -> Literal["next", "again", "review", "give_up"]:
    if state.get("status") in ("consistent", "unjudged"):
        return "next"
    if state.get("status") == "ambiguous":
        return "review"
    return "give_up" if state.get("status") else "again"


def agreement_graph(
    checkpointer: BaseCheckpointSaver[Any] | None = None,
    *,
    prove: bool = True,
    review: bool = False,
) -> CompiledStateGraph[AgreementState, Context, AgreementState, AgreementState]:
    """The compiled graph. ``prove=False`` ends with the statement, ``review`` interrupts for a
    person's word on the winner, or their choice where the text is ambiguous. Usable as a
    subgraph."""

    async def count(state: AgreementState, runtime: Runtime[Context]) -> dict[str, Any]:
        return await vote(context_of(runtime), state, revises=review)

    graph = StateGraph(AgreementState, context_schema=Context)
    last = add_ending(graph, prove=prove, review=review, revise="sample")
    graph.add_node("sample", sample)
    graph.add_node("compile", compile_samples)
    graph.add_node("judge", judge_samples)
    graph.add_node("cluster", cluster_samples)
    for node, following in pairwise((START, "sample", "compile", "judge", "cluster", "vote")):
        graph.add_edge(node, following)
    unclear = "review" if review else "give_up"
    ways = {"next": last, "again": "sample", "review": unclear, "give_up": "give_up"}
    add_leading(graph, "vote", count, after_vote, ways)
    return graph.compile(checkpointer=checkpointer, name="agreement")


DISAGREEMENT = """\
This is the {place} of two readings of the text, and the formalizers do not agree: it has {votes} \
votes ({share}). The other reading is
```lean
{other}
```
How they differ: {differs}.
Go back to the informal text and say which of them it means, or what else. If the text decides for \
this one, give it again."""

PROMPT = Prompt("agreement", disagreement=DISAGREEMENT)
