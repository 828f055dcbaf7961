"""How the graphs that formalize end: a person's review where one is wanted, then the proof.

    submit -> review -> reviewed -> prove -> end
                           |______-> the formalizer, or give_up

With a review an accepted statement waits for a person (graphs/reviewing.py) before anything is
proved, with what the tools hold against it (graphs/examining.py). What they reject ends the
formalization; their comment goes to the formalizer, where the method has one, and opens its rounds
anew. A statement that comes back as it was is not shown again: that ends the formalization as
"exhausted".
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

from langgraph.graph import END, StateGraph
from langgraph.runtime import Runtime

from proofloop.agents.formalizer import Rejected
from proofloop.core.verdict import Verdict
from proofloop.graphs.context import Context, context_of
from proofloop.graphs.examining import with_findings
from proofloop.graphs.formalizing import (
    REVIEWER,
    UNEXAMINED,
    FormalizeState,
    compiled,
    votes_of,
)
from proofloop.graphs.leading import add_leading
from proofloop.graphs.prove_whole import prove_whole_graph
from proofloop.graphs.reviewing import review_graph
from proofloop.tools.lean.lemmas import normalised
from proofloop.tools.review import Reviewed, ReviewItem


def add_ending(
    graph: StateGraph[Any, Context, Any, Any],
    *,
    prove: bool,
    review: bool = False,
    revise: str = "",
) -> str:
    """Adds ``give_up``, with ``review`` a person's word on what was accepted, with ``prove`` the
    proof of the statement, or else of the given one. ``revise`` names the node that a comment goes
    to. The name of the place where an accepted statement goes; a graph that has made ``to_review``
    itself goes to "review"."""
    last = END
    if prove:
        last = "prove"
        graph.add_node("given", use_given)
        graph.add_node("prove", prove_whole_graph())
        add_leading(graph, "give_up", give_up, after_giving_up, {"given": "given", "end": END})
        graph.add_edge("given", "prove")
        graph.add_edge("prove", END)
    else:
        graph.add_node("give_up", give_up)
        graph.add_edge("give_up", END)
    return add_review(graph, then=last, revise=revise) if review else last


def add_review(graph: StateGraph[Any, Context, Any, Any], *, then: str, revise: str) -> str:
    async def submit(state: FormalizeState, runtime: Runtime[Context]) -> dict[str, Any]:
        return await submitted(context_of(runtime), state, revises=bool(revise))

    add_leading(graph, "submit", submit, after_submit, {"next": "review", "give_up": "give_up"})
    graph.add_node("review", review_graph())
    graph.add_edge("review", "reviewed")
    ways = {"next": then, "again": revise or "give_up", "give_up": "give_up"}
    add_leading(graph, "reviewed", take_reviewed, after_review, ways)
    return "submit"


async def submitted(context: Context, state: FormalizeState, *, revises: bool) -> dict[str, Any]:
    """The update that puts the accepted statement before a person, with what the checks say."""
    if sent_back(state, state["statement"]):
        return {"status": "exhausted", "why": SAME_AGAIN}
    item = ReviewItem(
        task=state["name"],
        informal=state["informal"],
        header=state["header"],
        statement=state["statement"],
        votes=votes_of(Verdict.model_validate(state["verdict"])),
        revises=revises,
    )
    item = await with_findings(context, item)
    if context.reviews is not None:
        context.reviews.add(item)
    return {"to_review": [item.model_dump(mode="json")], "reviewed": []}


SAME_AGAIN = "the formalizer came back to a statement that the reviewer has sent back"


def sent_back(state: Mapping[str, Any], statement: str) -> bool:
    """Whether a person did not want this very statement."""
    return any(
        item["stage"] == REVIEWER and normalised(item["lean"]) == normalised(statement)
        for item in state.get("rejected", [])
    )


async def take_reviewed(state: FormalizeState, runtime: Runtime[Context]) -> dict[str, Any]:
    """A node after a review: the accepted statement, or the reviewer's words for the formalizer or
    for the end. What Lean says of the statement is known already."""
    found = [Reviewed.model_validate(one) for one in state.get("reviewed", [])]
    chosen = next((one for one in found if one.accepted), None)
    if chosen is None:
        return not_wanted(found)
    report, _ = await compiled(context_of(runtime), chosen.item.header, chosen.formal)
    verdict = Verdict(
        passed=True,
        score=1.0,
        method="reviewer",
        feedback=chosen.comment,
        evidence={"decision": chosen.decision, "votes": list(voted(chosen))},
    )
    return {
        "status": "consistent",
        "why": "",
        "statement": chosen.formal,
        "origin": "formalized",
        "statement_report": report.model_dump(mode="json"),
        "verdict": verdict.model_dump(mode="json"),
    }


def not_wanted(found: list[Reviewed]) -> dict[str, Any]:
    """The update where nothing was accepted."""
    objections = [
        Rejected(lean=one.item.statement, stage=REVIEWER, feedback=one.comment) for one in found
    ]
    rejected = {"rejected": [one.model_dump() for one in objections]}
    if any(one.decision == "returned" for one in found):
        return rejected | {"status": "", "why": "", "fault": REVIEWER}
    why = "; ".join(one.comment for one in found if one.comment)
    return rejected | {"status": "rejected", "why": why or "by the reviewer"}


def voted(one: Reviewed) -> tuple[dict[str, Any], ...]:
    """The judges' votes on the statement that counts."""
    return one.recheck.votes if one.decision == "edited" and one.recheck else one.item.votes


async def use_given(state: FormalizeState, runtime: Runtime[Context]) -> dict[str, Any]:
    return {"statement": state["given"], "origin": "given", **UNEXAMINED}


async def give_up(state: FormalizeState, runtime: Runtime[Context]) -> dict[str, Any]:
    return {"status": state.get("status") or "exhausted"}


def after_giving_up(state: FormalizeState, runtime: Runtime[Context]) -> Literal["given", "end"]:
    return "given" if state.get("given") else "end"


def after_submit(state: FormalizeState, runtime: Runtime[Context]) -> Literal["next", "give_up"]:
    return "give_up" if state.get("status") == "exhausted" else "next"


def after_review(
    state: FormalizeState, runtime: Runtime[Context]
) -> Literal["next", "again", "give_up"]:
    if state.get("status") == "rejected":
        return "give_up"
    return "again" if state.get("fault") == REVIEWER else "next"
