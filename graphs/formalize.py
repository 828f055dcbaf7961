"""Informal text to a proved Lean theorem, with the tools' feedback in the loop.

    formalize -> precheck -> compile -> judge -> prove -> end
        ^___________|___________|_________|

The loop is that of Autoformalizer with Tool Feedback (arXiv 2510.06857, section 3): each rejected
statement goes back to the formalizer with what the tool said. A statement ends the loop when it
compiles and the judge does not reject it; ``max_rounds`` bounds the attempts (the paper's curve of
success per revision flattens at 3 to 4). A judge's abstention ends the loop as "unjudged": it is
no reason to reject and none to accept. When no statement came out and the task brings a formal
statement of its own, that one is proved, and ``origin`` says so.
"""

from __future__ import annotations

import operator
from itertools import pairwise
from typing import Annotated, Any, Literal

from langgraph.checkpoint.base import BaseCheckpointSaver
from langgraph.graph import END, START, StateGraph
from langgraph.graph.state import CompiledStateGraph
from langgraph.runtime import Runtime

from proofloop.agents.formalizer import Rejected
from proofloop.agents.formalizer import formalize as write_statement
from proofloop.agents.judge import judge_consistency
from proofloop.core.errors import InputError
from proofloop.graphs.context import Context, context_of
from proofloop.graphs.prove import ProveState
from proofloop.graphs.prove_whole import prove_whole_graph
from proofloop.tools.lean.backend import CheckRequest
from proofloop.tools.lean.feedback import feedback
from proofloop.tools.lean.premises.retrieve import premises_for
from proofloop.tools.lean.premises.suggest import with_suggestions
from proofloop.tools.lean.text import split_statement, statement_faults

# What the tools said of an earlier statement says nothing of a new one.
UNEXAMINED: dict[str, Any] = {"fault": "", "statement_report": {}, "verdict": {}}

Status = Literal["consistent", "unjudged", "refused", "exhausted"]


class FormalizeState(ProveState, total=False):
    """``informal``, ``name`` and ``header`` go in, ``given`` where there is a formal statement.

    ``status`` is how the formalization ended; ``rejected`` holds every rejected statement with
    the stage and the feedback; ``origin`` says whether ``statement`` is "formalized" or "given".
    """

    informal: str
    name: str
    given: str
    notes: str
    status: Status
    origin: Literal["formalized", "given"]
    fault: str
    statement_report: dict[str, Any]
    verdict: dict[str, Any]
    rejected: Annotated[list[dict[str, Any]], operator.add]


async def formalize(state: FormalizeState, runtime: Runtime[Context]) -> dict[str, Any]:
    context = context_of(runtime)
    answer = await write_statement(
        context.model,
        state["informal"],
        name=state["name"],
        header=state["header"],
        rejected=[Rejected.model_validate(item) for item in state.get("rejected", [])],
        premises=await premises_for(
            context.premises, state["informal"], context.premises_per_prompt
        ),
    )
    if not answer.lean.strip():
        return {"status": "refused", "notes": answer.notes}
    return {
        "statement": without_proof(answer.lean),
        "notes": answer.notes,
        "origin": "formalized",
        **UNEXAMINED,
    }


async def precheck(state: FormalizeState, runtime: Runtime[Context]) -> dict[str, Any]:
    faults = statement_faults(state["statement"])
    return reject(state, "precheck", "\n".join(faults)) if faults else {}


async def compile_statement(state: FormalizeState, runtime: Runtime[Context]) -> dict[str, Any]:
    source = state["statement"] + " := by sorry"
    report = await context_of(runtime).lean.check(
        CheckRequest(
            source=source,
            header=state["header"],
            allow_sorry=True,
            limits=context_of(runtime).limits,
        )
    )
    found = {"statement_report": report.model_dump(mode="json")}
    if report.accepted:
        return found
    words = with_suggestions(feedback(report, source), report, context_of(runtime).premises)
    return found | reject(state, "lean", words)


async def judge(state: FormalizeState, runtime: Runtime[Context]) -> dict[str, Any]:
    verdict = await judge_consistency(
        context_of(runtime).judge, state["informal"], state["statement"], header=state["header"]
    )
    found: dict[str, Any] = {"verdict": verdict.model_dump(mode="json")}
    if verdict.passed is False:
        return found | reject(state, "judge", verdict.feedback)
    return found | {"status": "unjudged" if verdict.passed is None else "consistent"}


async def use_given(state: FormalizeState, runtime: Runtime[Context]) -> dict[str, Any]:
    return {"statement": state["given"], "origin": "given", **UNEXAMINED}


async def give_up(state: FormalizeState, runtime: Runtime[Context]) -> dict[str, Any]:
    return {"status": state.get("status", "exhausted")}


def reject(state: FormalizeState, stage: str, words: str) -> dict[str, Any]:
    rejected = Rejected(lean=state["statement"], stage=stage, feedback=words)
    return {"rejected": [rejected.model_dump()], "fault": stage}


def without_proof(lean: str) -> str:
    """The statement alone: models like to add ``:= by sorry`` and code fences."""
    text = lean.strip().removeprefix("```lean4").removeprefix("```lean").strip("` \n")
    try:
        split = split_statement(text)
    except InputError:
        return text
    return f"{split.header}\n{split.text}".strip()


def after_formalize(state: FormalizeState) -> Literal["next", "give_up"]:
    return "give_up" if state.get("status") == "refused" else "next"


def after_tool(
    state: FormalizeState, runtime: Runtime[Context]
) -> Literal["next", "again", "give_up"]:
    """Where to go after a tool has looked at the statement."""
    if not state.get("fault"):
        return "next"
    return "again" if len(state["rejected"]) < context_of(runtime).max_rounds else "give_up"


def after_giving_up(state: FormalizeState) -> Literal["given", "end"]:
    return "given" if state.get("given") else "end"


def formalize_graph(
    checkpointer: BaseCheckpointSaver[Any] | None = None, *, prove: bool = True
) -> CompiledStateGraph[FormalizeState, Context, FormalizeState, FormalizeState]:
    """The compiled graph. ``prove=False`` ends with the statement. Usable as a subgraph."""
    graph = StateGraph(FormalizeState, context_schema=Context)
    last = "prove" if prove else END
    graph.add_node("formalize", formalize)
    graph.add_node("precheck", precheck)
    graph.add_node("compile", compile_statement)
    graph.add_node("judge", judge)
    graph.add_node("give_up", give_up)
    graph.add_edge(START, "formalize")
    graph.add_conditional_edges(
        "formalize", after_formalize, {"next": "precheck", "give_up": "give_up"}
    )
    for tool, following in pairwise(("precheck", "compile", "judge", last)):
        graph.add_conditional_edges(
            tool,
            after_tool,
            {"next": following, "again": "formalize", "give_up": "give_up"},
        )
    if prove:
        graph.add_node("given", use_given)
        graph.add_node("prove", prove_whole_graph())
        graph.add_conditional_edges("give_up", after_giving_up, {"given": "given", "end": END})
        graph.add_edge("given", "prove")
        graph.add_edge("prove", END)
    else:
        graph.add_edge("give_up", END)
    return graph.compile(checkpointer=checkpointer, name="formalize")
