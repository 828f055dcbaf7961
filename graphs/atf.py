"""Autoformalizer with Tool Feedback (arXiv 2510.06857): the model calls the tools itself.

    turn -> tools -> turn -> ... -> prove -> end

The formalizer has two tools: *syntax_check* (a pre-check of the text, then Lean) and
*consistency_check* (the panel of judges, refused unless this very statement has passed the syntax
check). It ends when both have passed on one statement. Where ``formalize`` runs the same checks in
a fixed order, here the model decides when to check and sees its whole work; this takes a model that
calls tools, and more turns.

Bounds, by the paper's section 3 and its code: an iteration is a failed check or an invalid call,
and there are ``max_rounds`` of them (4, as in the reported evaluation; the released script has 8);
there are twice as many turns, and twice as many uses of each tool; the prompt may have 40,960
tokens. Several calls in one turn are answered in their order. A panel that comes to no decision
ends the loop as "unjudged", where the paper takes an unreadable judge for a rejection.
"""

from __future__ import annotations

import json
import operator
from collections.abc import Mapping
from typing import Annotated, Any, Literal

from langgraph.checkpoint.base import BaseCheckpointSaver
from langgraph.graph import START, StateGraph
from langgraph.graph.state import CompiledStateGraph
from langgraph.runtime import Runtime

from proofloop.agents.llm.base import Message, ToolCall
from proofloop.agents.llm.tokens import estimate_prompt
from proofloop.agents.llm.tools import read_arguments, result, turn
from proofloop.agents.prompts import Prompt
from proofloop.agents.tool_formalizer import (
    CONSISTENCY,
    DECLINE,
    SYNTAX,
    TOOLS,
    LeanCode,
    Reason,
    next_turn,
)
from proofloop.core.errors import ModelMalformed
from proofloop.graphs.context import Context, context_of, examples_for, panel_of
from proofloop.graphs.ending import add_ending
from proofloop.graphs.formalizing import (
    UNEXAMINED,
    FormalizeState,
    attempts,
    compiled,
    judged,
    rejection,
    without_proof,
)
from proofloop.graphs.leading import add_leading
from proofloop.tools.lean.premises.retrieve import premises_for
from proofloop.tools.lean.text import statement_faults

MOST_TOKENS = 40_960


class AtfState(FormalizeState, total=False):
    """``conversation`` has the turns and the tools' results, ``turns`` counts the former, ``uses``
    the calls of each tool. ``checked`` is the statement that passed the syntax check last."""

    conversation: Annotated[list[dict[str, Any]], operator.add]
    turns: int
    uses: dict[str, int]
    checked: str


async def take_turn(state: AtfState, runtime: Runtime[Context]) -> dict[str, Any]:
    """One turn of the formalizer; one without a tool call is an invalid call."""
    context = context_of(runtime)
    request = next_turn(
        state["informal"],
        [Message.model_validate(item) for item in state.get("conversation", [])],
        name=state["name"],
        header=state["header"],
        premises=await premises_for(
            context.premises, state["informal"], context.premises_per_prompt
        ),
        examples=await examples_for(context, state["informal"]),
        checked=bool(state.get("checked")) and state["checked"] == state.get("statement"),
        rejections=len(state.get("rejected", [])),
    )
    if estimate_prompt(request) > MOST_TOKENS:
        return {
            "why": f"the conversation is longer than {MOST_TOKENS} tokens",
            "status": "exhausted",
        }
    (reply,) = await context.model.sample(request)
    said, turns = [turn(reply)], state.get("turns", 0) + 1
    found: dict[str, Any] = {"turns": turns}
    if not reply.tool_calls:
        words = PROMPT.fill("no_call")
        said.append(Message(role="user", content=words))
        found |= invalid(reply.text, words)
    return found | {"conversation": [message.model_dump() for message in said]}


async def use_tools(state: AtfState, runtime: Runtime[Context]) -> dict[str, Any]:
    """The calls of the last turn, in their order, until one of them ends the work."""
    context = context_of(runtime)
    last = Message.model_validate(state["conversation"][-1])
    now: dict[str, Any] = {**state, "rejected": []}
    said: list[Message] = []
    for call in last.tool_calls:
        before = now["rejected"]
        spent = attempts(state) + len(before) >= context.max_rounds
        if spent or now.get("status"):
            said.append(result(call, PROMPT.fill("not_run")))
            continue
        found = await answered(context, now, call)
        said.append(result(call, found.pop("words")))
        now = now | found | {"rejected": [*before, *found.get("rejected", [])]}
    news = {key: value for key, value in now.items() if value != state.get(key)}
    return news | {
        "rejected": now["rejected"],
        "conversation": [message.model_dump() for message in said],
    }


async def answered(context: Context, state: Mapping[str, Any], call: ToolCall) -> dict[str, Any]:
    """The update for one call, with the tool's ``words``."""
    uses = {**state.get("uses", {})}
    uses[call.name] = uses.get(call.name, 0) + 1
    counted = {"uses": uses}
    try:
        if call.name not in (tool.name for tool in TOOLS):
            names = ", ".join(tool.name for tool in TOOLS)
            raise ModelMalformed(f"there is no tool {call.name!r}; there are {names}")
        if uses[call.name] > 2 * context.max_rounds:
            raise ModelMalformed(f"{call.name} may be called {2 * context.max_rounds} times")
        if call.name == DECLINE.name:
            reason = read_arguments(call, Reason).reason
            return counted | {"status": "refused", "notes": reason, "words": "done"}
        statement = without_proof(read_arguments(call, LeanCode).lean4_code)
        if call.name == SYNTAX.name:
            return counted | await syntax_check(context, state, statement)
        assert call.name == CONSISTENCY.name
        if statement != state.get("checked"):
            raise ModelMalformed("syntax_check has to pass on this very statement first")
        return counted | await consistency_check(context, state, statement)
    except ModelMalformed as error:
        return counted | invalid(call.arguments, str(error)) | {"words": failure(str(error))}


async def syntax_check(
    context: Context, state: Mapping[str, Any], statement: str
) -> dict[str, Any]:
    found = {"statement": statement, "origin": "formalized", "checked": "", **UNEXAMINED}
    if faults := "\n".join(statement_faults(statement)):
        return found | rejection(statement, "precheck", faults) | {"words": failure(faults)}
    report, words = await compiled(context, state["header"], statement)
    found["statement_report"] = report.model_dump(mode="json")
    if not report.accepted:
        return found | rejection(statement, "lean", words) | {"words": failure(words)}
    return found | {"checked": statement, "words": json.dumps({"pass": True})}


async def consistency_check(
    context: Context, state: Mapping[str, Any], statement: str
) -> dict[str, Any]:
    panel = panel_of(context)
    verdict = await judged(panel, state["informal"], statement, state["header"])
    words = json.dumps({"pass": verdict.passed, "explanation": verdict.feedback})
    found: dict[str, Any] = {"verdict": verdict.model_dump(mode="json"), "words": words}
    if verdict.passed is False:
        return found | {"checked": ""} | rejection(statement, "judge", verdict.feedback)
    return found | {"status": "unjudged" if verdict.passed is None else "consistent"}


async def heed(state: AtfState, runtime: Runtime[Context]) -> dict[str, Any]:
    """A node: a person's comment is the next word of the conversation; the bounds begin anew."""
    words = PROMPT.fill("reviewed", **state["rejected"][-1])
    said = Message(role="user", content=words)
    return {
        "conversation": [said.model_dump()],
        "turns": 0,
        "uses": {},
        "checked": "",
        **UNEXAMINED,
    }


def failure(words: str) -> str:
    return json.dumps({"pass": False, "errors": words}, ensure_ascii=False)


def invalid(text: str, words: str) -> dict[str, Any]:
    return rejection(text, "call", words)


def after_turn(
    state: AtfState, runtime: Runtime[Context]
) -> Literal["tools", "again", "give_up", "next"]:
    if state.get("status"):
        return "give_up"
    last = Message.model_validate(state["conversation"][-1])
    return "tools" if last.tool_calls else after_tools(state, runtime)


def after_tools(state: AtfState, runtime: Runtime[Context]) -> Literal["again", "give_up", "next"]:
    if state.get("status") in ("consistent", "unjudged"):
        return "next"
    most = context_of(runtime).max_rounds
    spent = attempts(state) >= most or state["turns"] >= 2 * most
    return "give_up" if spent or state.get("status") else "again"


def atf_graph(
    checkpointer: BaseCheckpointSaver[Any] | None = None,
    *,
    prove: bool = True,
    review: bool = False,
) -> CompiledStateGraph[AtfState, Context, AtfState, AtfState]:
    """The compiled graph. ``prove=False`` ends with the statement, ``review`` interrupts for a
    person's word on it. Usable as a subgraph."""
    graph = StateGraph(AtfState, context_schema=Context)
    last = add_ending(graph, prove=prove, review=review, revise="heed")
    if review:
        graph.add_node("heed", heed)
        graph.add_edge("heed", "turn")
    graph.add_edge(START, "turn")
    ways = {"next": last, "again": "turn", "give_up": "give_up"}
    add_leading(graph, "turn", take_turn, after_turn, {**ways, "tools": "tools"})
    add_leading(graph, "tools", use_tools, after_tools, ways)
    return graph.compile(checkpointer=checkpointer, name="atf")


NO_CALL = "Your turn called no tool. Call syntax_check, consistency_check or decline."
NOT_RUN = "not run: the work has ended"
REVIEWED = """\
A person has read this statement and sends it back:
```lean
{lean}
```
They say: {feedback}
Revise it and begin again with syntax_check."""

PROMPT = Prompt("atf", no_call=NO_CALL, not_run=NOT_RUN, reviewed=REVIEWED)
