"""What the graphs that formalize have in common: their state, and the tools that look at a
statement. graphs/ending.py has the ending.

Every one of them takes a text and leaves a statement that compiles and was not rejected, or says
why there is none; then the statement is proved. They differ in who leads: in ``formalize`` the
graph does, in a fixed order; in ``atf`` the model calls the tools; in ``reform`` a critique does,
which is itself looked at; ``formalmath`` filters many samples of many models for a review by
people; ``agreement`` lets samples vote, by classes of proved equivalence.
"""

from __future__ import annotations

import operator
from collections.abc import Mapping
from typing import Annotated, Any, Literal

from langgraph.runtime import Runtime

from proofloop.agents.formalizer import Rejected
from proofloop.agents.formalizer import formalize as write_statement
from proofloop.agents.llm.base import Sampling
from proofloop.agents.panel.panel import Panel
from proofloop.agents.panel.vote import PairKind
from proofloop.core.errors import InputError, ModelMalformed, ModelUnavailable
from proofloop.core.verdict import Verdict
from proofloop.graphs.context import Context, context_of, examples_for
from proofloop.graphs.prove import ProveState, check_statement, with_sorry
from proofloop.tools.lean.feedback import feedback
from proofloop.tools.lean.premises.retrieve import premises_for
from proofloop.tools.lean.premises.suggest import with_suggestions
from proofloop.tools.lean.report import LeanReport
from proofloop.tools.lean.text import split_statement, statement_faults

# "" while it is being worked on.
Status = Literal["", "consistent", "unjudged", "refused", "exhausted", "ambiguous", "rejected"]
# The stage at which a person rejects a statement or sends it back.
REVIEWER = "reviewer"
# Where a conditional edge of a loop leads.
Step = Literal["next", "again", "give_up"]

# What the tools said of an earlier statement says nothing of a new one.
UNEXAMINED: dict[str, Any] = {"fault": "", "statement_report": {}, "verdict": {}}


class FormalizeState(ProveState, total=False):
    """``informal``, ``name`` and ``header`` go in, ``given`` where there is a formal statement.

    ``status`` is how the formalization ended, and ``why`` says more of it where there is more to
    say; ``rejected`` holds every rejected statement with the stage and the feedback; ``origin``
    says whether ``statement`` is "formalized" or "given". Where a person looks, ``to_review`` are
    the ReviewItems that they are shown and ``reviewed`` (Reviewed) those that they decided.
    ``down`` says which models of several brought nothing: the run ends without them, but not for
    good (graphs/runner.py).
    """

    informal: str
    name: str
    given: str
    notes: str
    status: Status
    why: str
    origin: Literal["formalized", "given"]
    fault: str
    statement_report: dict[str, Any]
    verdict: dict[str, Any]
    rejected: Annotated[list[dict[str, Any]], operator.add]
    to_review: list[dict[str, Any]]
    reviewed: list[dict[str, Any]]
    down: str


async def write(
    context: Context, state: FormalizeState, *, sampling: Sampling | None = None
) -> dict[str, Any]:
    """The update for the formalizer's next statement, better than all that were rejected: or that
    it declines, or an attempt that holds no statement."""
    try:
        answer = await write_statement(
            context.model,
            state["informal"],
            name=state["name"],
            header=state["header"],
            rejected=[Rejected.model_validate(item) for item in state.get("rejected", [])],
            premises=await premises_for(
                context.premises, state["informal"], context.premises_per_prompt
            ),
            examples=await examples_for(context, state["informal"]),
            sampling=sampling,
        )
    except ModelMalformed as error:
        return {**UNEXAMINED, **rejection(error.text, "answer", str(error))}
    if not answer.lean.strip():
        return {"status": "refused", "notes": answer.notes}
    return {
        "statement": without_proof(answer.lean),
        "notes": answer.notes,
        "origin": "formalized",
        **UNEXAMINED,
    }


async def compile_statement(state: FormalizeState, runtime: Runtime[Context]) -> dict[str, Any]:
    """A node: whether Lean takes the statement. What can be seen without a Lean is looked at before
    (the pre-check of ATF, arXiv 2510.06857)."""
    if faults := statement_faults(state["statement"]):
        return reject(state, "precheck", "\n".join(faults))
    report, words = await compiled(context_of(runtime), state["header"], state["statement"])
    found = {"statement_report": report.model_dump(mode="json")}
    return found if report.accepted else found | reject(state, "lean", words)


async def compiled(context: Context, header: str, statement: str) -> tuple[LeanReport, str]:
    """Lean's word on a statement without proof, and if it is not accepted what to mend."""
    report = await check_statement(context, statement, header)
    if report.accepted:
        return report, ""
    words = feedback(report, with_sorry(statement))
    return report, with_suggestions(words, report, context.premises)


async def judged(
    panel: Panel, informal: str, statement: str, header: str, *, kind: PairKind = "statement"
) -> Verdict:
    """Whether the statement says what the text says. Raises ModelUnavailable where the panel
    decides nothing and a judge of it is down: it is asked when the run goes on."""
    verdict = await panel.judge(informal, statement, header=header, kind=kind)
    silent = [vote for vote in votes_of(verdict) if vote.get("abstained") == "down"]
    if verdict.passed is None and silent:
        words = "; ".join(f"{vote['judge']}: {vote['reasons']}" for vote in silent)
        raise ModelUnavailable(f"no decision without a judge that is down ({words})")
    return verdict


def attempts(state: Mapping[str, Any]) -> int:
    """Rejections so far; each time that a person sends a statement back the count begins anew."""
    stages = [item["stage"] for item in state.get("rejected", [])]
    return stages[::-1].index(REVIEWER) if REVIEWER in stages else len(stages)


def votes_of(verdict: Verdict | None) -> tuple[dict[str, Any], ...]:
    """The judges' votes behind a verdict."""
    votes = verdict.evidence.get("votes") if verdict else None
    if not isinstance(votes, list):
        return ()
    return tuple(vote for vote in votes if isinstance(vote, dict))


def reject(state: FormalizeState, stage: str, words: str) -> dict[str, Any]:
    return rejection(state["statement"], stage, words)


def rejection(lean: str, stage: str, words: str) -> dict[str, Any]:
    """The update for a statement that a stage has rejected, with its words."""
    rejected = Rejected(lean=lean, stage=stage, feedback=words)
    return {"rejected": [rejected.model_dump()], "fault": stage}


def without_proof(lean: str) -> str:
    """The statement alone: models like to add ``:= by sorry`` and code fences."""
    text = lean.strip().removeprefix("```lean4").removeprefix("```lean").strip("` \n")
    try:
        split = split_statement(text)
    except InputError:
        return text
    return f"{split.header}\n{split.text}".strip()
