"""A person looks: LangGraph's own interrupt with accept, edit, reject, comment.

    ask -> act -> ask -> ... -> end

``ask`` shows one statement of ``to_review`` after the other and stops the graph until it is resumed
with a ``Decision``; ``act`` does what it says. A process may be killed while the graph waits; it
goes on from the checkpoint, in any other process. ``act`` is a step of its own, so that an answer
is on the disk before anything is done about it. An edit is checked again before it counts: by the
pre-check, by Lean, by the hygiene checks, and where ``formalize.judge_edits`` asks for it by the
judges, who refuse nothing but are heard: what they reject counts when the person sends it once
more. An edit that fails is shown again with what was said of it.

The graph ends with the first statement that is accepted, since the statements are readings of one
text, or that is sent back by a comment to a formalizer (``ReviewItem.revises``; any other comment
leaves it open), or when all are rejected. With a queue (``Context.reviews``) every decision is kept
there too, and one made there, by ``proofloop review``, counts as an answer: a graph that waits goes
on with it when it is run again.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Literal, TypedDict

from langgraph.checkpoint.base import BaseCheckpointSaver
from langgraph.graph import END, START, StateGraph
from langgraph.graph.state import CompiledStateGraph
from langgraph.runtime import Runtime
from langgraph.types import interrupt
from pydantic import ValidationError

from proofloop.agents.text_judge import unanimous
from proofloop.core.errors import InputError
from proofloop.core.model import Frozen
from proofloop.graphs.context import Context, context_of, panel_of
from proofloop.graphs.examining import examined
from proofloop.graphs.formalizing import compiled, without_proof
from proofloop.graphs.leading import add_leading
from proofloop.tools.lean.lemmas import normalised
from proofloop.tools.lean.text import statement_faults
from proofloop.tools.review import Decision, Outcome, Recheck, Reviewed, ReviewItem, ReviewQueue

OUTCOMES: dict[str, Outcome] = {"accept": "accepted", "reject": "rejected"}


class ReviewRequest(Frozen):
    """What an interrupt shows: the statement with the comments so far and what was found of the
    last edit; ``rivals`` are the other readings of the text. ``place`` of ``of`` counts from 1.
    ``misread`` says why the last answer was no Decision."""

    shown: Reviewed
    place: int
    of: int
    rivals: tuple[ReviewItem, ...] = ()
    misread: str = ""


class ReviewState(TypedDict, total=False):
    """``to_review`` (ReviewItems) goes in; ``reviewed`` (Reviewed) has one for each that was
    decided. In between: ``shown`` the Reviewed under review, ``said`` the Decision about it."""

    to_review: list[dict[str, Any]]
    reviewed: list[dict[str, Any]]
    shown: dict[str, Any]
    said: dict[str, Any]
    misread: str


async def ask(state: ReviewState, runtime: Runtime[Context]) -> dict[str, Any]:
    """The next statement's Decision. What was decided in the queue meanwhile is not asked."""
    queue = context_of(runtime).reviews
    items = [ReviewItem.model_validate(item) for item in state.get("to_review", [])]
    done = {one["id"]: one for one in state.get("reviewed", [])}
    for item in items:
        found = queue.find(item.id) if queue is not None else None
        if found is not None and not found.waits:
            done.setdefault(item.id, found.model_dump(mode="json"))
    reviewed = [done[item.id] for item in items if item.id in done]
    if finished(items, reviewed):
        return {"reviewed": reviewed, "said": {}, "misread": ""}
    place, item = next((k, one) for k, one in enumerate(items, 1) if one.id not in done)
    shown = Reviewed(id=item.id, item=item)
    if state.get("shown", {}).get("id") == item.id:
        shown = Reviewed.model_validate(state["shown"])
    request = ReviewRequest(
        shown=shown,
        place=place,
        of=len(items),
        rivals=tuple(one for one in items if one.id != item.id),
        misread=state.get("misread", ""),
    )
    answer = interrupt(request.model_dump(mode="json"))
    return {"reviewed": reviewed, "shown": shown.model_dump(mode="json"), **read(answer)}


def read(answer: Any) -> dict[str, Any]:
    """An answer as an update; one that is no Decision is asked for again."""
    try:
        decision = Decision.model_validate(answer)
    except ValidationError as error:
        first = error.errors()[0]
        field = ".".join(str(part) for part in first["loc"])
        return {"said": {}, "misread": f"{field}: {first['msg']}" if field else first["msg"]}
    return {"said": decision.model_dump(mode="json"), "misread": ""}


async def act(state: ReviewState, runtime: Runtime[Context]) -> dict[str, Any]:
    """Does what was said, in the queue and in the state; doing it twice is doing it once."""
    context = context_of(runtime)
    shown = Reviewed.model_validate(state["shown"])
    queue = ReviewQueue() if context.reviews is None else context.reviews
    queue.add(shown.item)
    if context.reviews is None:
        queue.draft(shown.id, shown.recheck, comment=shown.comment)
    try:
        after = await settle(context, queue, shown.id, Decision.model_validate(state["said"]))
    except InputError:  # somebody has decided it in the queue meanwhile: that is the answer
        after = queue.get(shown.id)
        if after.decision == shown.decision:
            raise
    dumped = after.model_dump(mode="json")
    if after.waits:
        return {"shown": dumped, "said": {}}
    return {"shown": {}, "said": {}, "reviewed": [*state.get("reviewed", []), dumped]}


async def settle(
    context: Context,
    queue: ReviewQueue,
    id: str,
    decision: Decision,
    *,
    seen: Reviewed | None = None,
) -> Reviewed:
    """The item after ``decision``, which the queue then holds. It waits on after a comment that no
    formalizer waits for, and after an edit that was not passed or that the judges rejected. An edit
    takes time: it is not written over what somebody else has decided since the item was ``seen``
    (None: since now). Raises InputError then, LeanUnavailable and BudgetExceeded; an edit is kept
    as a draft."""
    if decision.action == "comment":
        return queue.comment(id, decision.comment)
    if decision.action != "edit":
        return queue.decide(id, OUTCOMES[decision.action], comment=decision.comment)
    before = queue.get(id)
    text = without_proof(decision.statement)
    queue.draft(id, Recheck(statement=text, fault="unchecked"), comment=decision.comment)
    found = await recheck(context, before.item, text)
    if found.passed and (found.consistent is not False or same_text(before.recheck, found)):
        return queue.decide(id, "edited", recheck=found, seen=seen or before)
    return queue.draft(id, found)


def same_text(before: Recheck | None, after: Recheck) -> bool:
    """Whether the judges' word on this very statement has been shown already."""
    if before is None or before.consistent is None:
        return False
    return normalised(before.statement) == normalised(after.statement)


async def recheck(context: Context, item: ReviewItem, statement: str) -> Recheck:
    """What the tools say of an edited statement of ``item``."""
    found = Recheck(statement=statement)
    if faults := statement_faults(statement):
        return found.model_copy(update={"fault": "precheck", "words": "\n".join(faults)})
    report, words = await compiled(context, item.header, statement)
    lean = {"lean": f"{report.lean.backend} {report.lean.version}"}
    if not report.accepted:
        return found.model_copy(update={"fault": "lean", "words": words, **lean})
    hygiene = await examined(context, item.header, statement)
    found = found.model_copy(update={"warnings": hygiene.warnings, **lean})
    if hygiene.faults:
        fault, words = next(iter(hygiene.faults.items()))
        return found.model_copy(update={"fault": fault, "words": words})
    if not context.formalize.judge_edits:
        return found
    panel = unanimous(panel_of(context))
    verdict = await panel.judge(item.informal, statement, header=item.header)
    votes = {"votes": verdict.evidence["votes"], "consistent": verdict.passed}
    return Recheck.model_validate(found.model_dump() | votes | {"words": verdict.feedback})


def finished(items: Sequence[ReviewItem], reviewed: Sequence[Mapping[str, Any]]) -> bool:
    found = [Reviewed.model_validate(one) for one in reviewed]
    ends = any(one.accepted or one.decision == "returned" for one in found)
    return ends or len(found) == len(items)


def after_ask(state: ReviewState, runtime: Runtime[Context]) -> Literal["act", "ask", "end"]:
    if state.get("said"):
        return "act"
    return "ask" if state.get("misread") else "end"


def review_graph(
    checkpointer: BaseCheckpointSaver[Any] | None = None,
) -> CompiledStateGraph[ReviewState, Context, ReviewState, ReviewState]:
    """The compiled graph. Usable as a subgraph; the outermost graph needs a checkpointer."""
    graph = StateGraph(ReviewState, context_schema=Context)
    graph.add_node("act", act)
    graph.add_edge(START, "ask")
    add_leading(graph, "ask", ask, after_ask, {"act": "act", "ask": "ask", "end": END})
    graph.add_edge("act", "ask")
    return graph.compile(checkpointer=checkpointer, name="review")
