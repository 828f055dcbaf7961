"""ReForm (arXiv 2510.24592): a critique of its own leads the formalizer, and is itself checked.

    formalize -> compile -> critique -> opinion -> prove -> end
        ^___________|          ^___________|
        |__________________________________|

The paper's loop S_t = π(Q, H_t), C_t = π(Q, H_t, S_t) over a model's calls, as in its data
pipeline: the model that formalizes also critiques (another model's judgement is what ``formalize``
and ``atf`` go by), and the whole history of statements and critiques goes into each next prompt. A
second opinion, by the judge, is asked of the critique itself. A critique found wrong is written
anew, with the objection at hand; when they still differ after ``critiques`` of them, the statement
is refined with both at hand, since consistent means consistent beyond dispute. A decision that no
second opinion confirms is no acceptance ("unjudged"), but refines.

Bounds: 3 statements (the paper's), ``max_rounds`` at most, and no further when the formalizer comes
back to a statement that was rejected. Temperature 0.6 and top-p 0.95, the paper's.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Literal

from langgraph.checkpoint.base import BaseCheckpointSaver
from langgraph.graph import START, StateGraph
from langgraph.graph.state import CompiledStateGraph
from langgraph.runtime import Runtime

from proofloop.agents.critic import Critique, Disputed, critique, second_opinion
from proofloop.agents.formalizer import Rejected
from proofloop.agents.llm.base import Sampling
from proofloop.agents.prompts import Prompt
from proofloop.core.verdict import Verdict
from proofloop.graphs.context import Context, context_of
from proofloop.graphs.ending import add_ending
from proofloop.graphs.formalizing import (
    FormalizeState,
    Step,
    attempts,
    compile_statement,
    reject,
    write,
)
from proofloop.graphs.leading import add_leading
from proofloop.tools.lean.lemmas import normalised

SAMPLING = Sampling(temperature=0.6, top_p=0.95)


class ReformState(FormalizeState, total=False):
    """``critiques`` of the present statement: each a Critique's fields, with the second opinion's
    ``faithful`` and ``reasons`` once there is one."""

    critiques: list[dict[str, Any]]


async def formalize(state: ReformState, runtime: Runtime[Context]) -> dict[str, Any]:
    found = await write(context_of(runtime), state, sampling=SAMPLING)
    statement = normalised(found.get("statement", ""))
    if any(normalised(item["lean"]) == statement for item in state.get("rejected", [])):
        return found | {
            "status": "exhausted",
            "why": "no further improvement: the formalizer came back to a rejected statement",
        }
    return found | {"critiques": []}


async def criticise(state: ReformState, runtime: Runtime[Context]) -> dict[str, Any]:
    """The formalizer's own model looks at the statement."""
    disputed = [
        Disputed(
            consistent=item["consistent"], comments=item["comments"], objection=item["reasons"]
        )
        for item in state["critiques"]
    ]
    found = await critique(
        context_of(runtime).model,
        state["informal"],
        state["statement"],
        header=state["header"],
        history=[Rejected.model_validate(item) for item in state.get("rejected", [])],
        disputed=disputed,
        sampling=SAMPLING,
    )
    return {"critiques": [*state["critiques"], found.model_dump()]}


async def give_opinion(state: ReformState, runtime: Runtime[Context]) -> dict[str, Any]:
    """The judge looks at the last critique, and the two come to a decision or to another one."""
    context = context_of(runtime)
    found = Critique.model_validate(state["critiques"][-1])
    if found.consistent is None:
        return decided(state, None, found.comments)
    opinion = await second_opinion(
        context.judge, state["informal"], state["statement"], found, header=state["header"]
    )
    critiques = [*state["critiques"][:-1], found.model_dump() | opinion.model_dump()]
    now: ReformState = {**state, "critiques": critiques}
    if opinion.faithful is False:
        if len(critiques) < context.formalize.critiques:
            return {"critiques": critiques}
        words = PROMPT.fill("dispute", comments=found.comments, reasons=opinion.reasons)
        return decided(now, False, words)
    if opinion.faithful is None and found.consistent:
        return decided(now, None, opinion.reasons)
    return decided(now, found.consistent, found.comments)


def decided(state: ReformState, passed: bool | None, words: str) -> dict[str, Any]:
    """The update for what critique and second opinion have come to."""
    verdict = Verdict(
        passed=passed,
        score=0.5 if passed is None else float(passed),
        method="reform: critique and second opinion",
        feedback=words,
        evidence={"critiques": [*state["critiques"]], "votes": [*votes(state["critiques"])]},
    )
    found = {"verdict": verdict.model_dump(mode="json"), "critiques": state["critiques"]}
    if passed is False:
        return found | reject(state, "critique", words)
    return found | {"status": "unjudged" if passed is None else "consistent"}


def votes(critiques: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """The last critique and the opinion on it, as a person is shown what judges say."""
    last = critiques[-1]
    said, faithful = last["consistent"], last.get("faithful")
    seconded = None if faithful is None or said is None else said is faithful
    return [
        {"judge": "critique", "passed": said, "reasons": last["comments"]},
        {"judge": "second opinion", "passed": seconded, "reasons": last.get("reasons", "")},
    ]


def after_tool(state: ReformState, runtime: Runtime[Context]) -> Step:
    """Where to go after the formalizer, or a tool that has looked at the statement."""
    context = context_of(runtime)
    if state.get("status") in ("refused", "exhausted"):
        return "give_up"
    if not state.get("fault"):
        return "next"
    most = min(context.max_rounds, context.formalize.critiqued)
    return "again" if attempts(state) < most else "give_up"


def after_opinion(
    state: ReformState, runtime: Runtime[Context]
) -> Literal["next", "again", "give_up", "critique"]:
    return after_tool(state, runtime) if state["verdict"] else "critique"


def reform_graph(
    checkpointer: BaseCheckpointSaver[Any] | None = None,
    *,
    prove: bool = True,
    review: bool = False,
) -> CompiledStateGraph[ReformState, Context, ReformState, ReformState]:
    """The compiled graph. ``prove=False`` ends with the statement, ``review`` interrupts for a
    person's word on it. Usable as a subgraph."""
    graph = StateGraph(ReformState, context_schema=Context)
    last = add_ending(graph, prove=prove, review=review, revise="formalize")
    back = {"again": "formalize", "give_up": "give_up"}
    graph.add_edge(START, "formalize")
    add_leading(graph, "formalize", formalize, after_tool, {"next": "compile", **back})
    add_leading(graph, "compile", compile_statement, after_tool, {"next": "critique", **back})
    graph.add_node("critique", criticise)
    graph.add_edge("critique", "opinion")
    ways = {"next": last, "critique": "critique", **back}
    add_leading(graph, "opinion", give_opinion, after_opinion, ways)
    return graph.compile(checkpointer=checkpointer, name="reform")


DISPUTE = """\
A critique and a second opinion differ on this statement; one of them has a point.
Critique: {comments}
Second opinion: {reasons}"""

PROMPT = Prompt("reform", dispute=DISPUTE)
