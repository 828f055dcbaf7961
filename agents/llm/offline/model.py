"""The offline model: the default when no key is set.

It works on ``Request.inputs`` and never looks at the messages. It uses no network and no
randomness. What it does, by role:

===============  ============================  ==========================================
role             inputs                        answer (JSON)
===============  ============================  ==========================================
formalizer       informal, name, feedback      lean, header, notes
tool_formalizer  informal, name, checked,      a call of syntax_check, consistency_check or
                 rejections                    decline (as text where there are no tools)
back_translator  lean, header                  informal, notes
judge            informal, lean, header        consistent (null: it abstains), reasons
critic           informal, lean, header        consistent (null: it abstains), comments
second_opinion   informal, lean, consistent    faithful (null: it abstains), reasons
text_judge       first, second                 consistent (null: it abstains), reasons
prover           statement, header, feedback   proof (always empty), notes
sketcher         statement, header, failed     sketch (always empty), notes
tactician        statement, header, goals      tactic (always empty)
tree_builder     sentences, hypothesis         nodes (of an entailment tree), notes
event_formalizer texts, steps                  forms (null: not in the fragment), notes
event_mender     texts, forms                  form (always null), reasons
===============  ============================  ==========================================

The last three read another English, of sentences such as FOLIO's (``sentences``).

A text that the grammar cannot read is refused: ``lean`` is empty and ``notes`` says why and where.

Sample i of a text that can be read in several ways is its i-th reading, in the order in which the
grammar lists them, and starts over after the last; nearly all texts have one reading, and all
samples of them are equal.
"""

from __future__ import annotations

import json
import re
import time
from collections.abc import AsyncGenerator, Callable, Mapping
from typing import Any, TypeAlias

from pydantic import JsonValue

from proofloop.agents.llm.base import Chunk, Reply, Request, ToolCall
from proofloop.core.errors import ModelRejected
from proofloop.core.task import Usage

NAME = "offline"
Answer: TypeAlias = dict[str, JsonValue]


class OfflineModel:
    """Implements ``Model`` of agents/llm/base.py. The grammars are built at the first request."""

    @property
    def name(self) -> str:
        return NAME

    async def sample(self, request: Request, n: int = 1, *, first: int = 0) -> list[Reply]:
        """Raises ModelRejected for a role that it does not have."""
        return [self._reply(request, index) for index in range(first, first + n)]

    async def stream(self, request: Request, *, index: int = 0) -> AsyncGenerator[Chunk, None]:
        reply = self._reply(request, index)
        yield Chunk(text=reply.text, reply=reply)

    async def aclose(self) -> None:
        return None

    def _reply(self, request: Request, index: int) -> Reply:
        began = time.perf_counter()
        answer_role = _ROLES.get(request.role)
        if answer_role is None:
            raise ModelRejected(
                f"the offline model has no role {request.role!r}: it formalizes, back-translates "
                "and judges a controlled English; set a model (and a key) for anything else"
            )
        answer = answer_role(request.inputs, index)
        text = json.dumps(answer, ensure_ascii=False)
        prompt = sum(len(message.content) for message in request.messages)
        usage = Usage(
            prompt_tokens=_tokens(prompt), completion_tokens=_tokens(len(text)), estimated=True
        )
        reply = Reply(text=text, model=NAME, usage=usage, latency_s=time.perf_counter() - began)
        return as_tool_call(reply, answer, len(request.messages)) if request.tools else reply


def as_tool_call(reply: Reply, answer: Answer, number: int) -> Reply:
    """The reply whose answer names a tool, as a call of that tool."""
    arguments = json.dumps(answer["arguments"], ensure_ascii=False)
    call = ToolCall(id=f"call_{number}", name=str(answer["tool"]), arguments=arguments)
    return reply.model_copy(update={"text": "", "tool_calls": (call,)})


def _tokens(characters: int) -> int:
    return -(-characters // 4)


def _text(inputs: Mapping[str, Any], key: str) -> str:
    value = inputs.get(key)
    if not isinstance(value, str):
        raise ModelRejected(f"the offline model needs the input {key!r} as a text")
    return value


def _formalize(inputs: Mapping[str, Any], index: int) -> Answer:
    from proofloop.agents.llm.offline.judge import read_statements
    from proofloop.agents.llm.offline.lean_printer import HEADER, lean_statement
    from proofloop.agents.llm.offline.refusal import Refusal

    informal = _text(inputs, "informal")
    try:
        statements = read_statements(informal)
    except Refusal as refusal:
        return {"lean": "", "header": "", "notes": refusal.describe(informal)}
    notes = ""
    if len(statements) > 1:
        notes = f"reading {index % len(statements) + 1} of {len(statements)}"
    name = _identifier(str(inputs.get("name") or "problem"))
    lean = lean_statement(statements[index % len(statements)], name)
    return {"lean": lean, "header": HEADER, "notes": notes}


def _use_tools(inputs: Mapping[str, Any], index: int) -> Answer:
    """The reading after those that were rejected, checked by the two tools in their order."""
    rejections = inputs.get("rejections")
    written = _formalize(inputs, index + (rejections if isinstance(rejections, int) else 0))
    if not written["lean"]:
        return {"tool": "decline", "arguments": {"reason": written["notes"]}}
    tool = "consistency_check" if inputs.get("checked") else "syntax_check"
    return {"tool": tool, "arguments": {"lean4_code": written["lean"]}}


def _identifier(name: str) -> str:
    """``name`` as an identifier that Lean takes for a theorem."""
    cleaned = re.sub(r"[^A-Za-z0-9_]", "_", name)
    return cleaned if re.match(r"[A-Za-z]", cleaned) else f"t_{cleaned}"


def _back_translate(inputs: Mapping[str, Any], _index: int) -> Answer:
    from proofloop.agents.llm.offline.english_printer import english_statement
    from proofloop.agents.llm.offline.lean_reader import read_lean
    from proofloop.agents.llm.offline.refusal import Refusal

    lean = _text(inputs, "lean")
    try:
        return {"informal": english_statement(read_lean(lean)), "notes": ""}
    except Refusal as refusal:
        return {"informal": "", "notes": refusal.describe(lean)}


def _judge(inputs: Mapping[str, Any], _index: int) -> Answer:
    from proofloop.agents.llm.offline.judge import judge

    opinion = judge(_text(inputs, "informal"), _text(inputs, "lean"))
    return {"consistent": opinion.consistent, "reasons": opinion.reasons}


def _criticise(inputs: Mapping[str, Any], index: int) -> Answer:
    opinion = _judge(inputs, index)
    return {"consistent": opinion["consistent"], "comments": opinion["reasons"]}


def _second(inputs: Mapping[str, Any], index: int) -> Answer:
    own = _judge(inputs, index)
    known = own["consistent"] is not None
    faithful = own["consistent"] == inputs.get("consistent") if known else None
    return {"faithful": faithful, "reasons": own["reasons"]}


def _judge_texts(inputs: Mapping[str, Any], _index: int) -> Answer:
    from proofloop.agents.llm.offline.judge import judge_texts

    opinion = judge_texts(_text(inputs, "first"), _text(inputs, "second"))
    return {"consistent": opinion.consistent, "reasons": opinion.reasons}


def _prove(_inputs: Mapping[str, Any], _index: int) -> Answer:
    notes = "the offline model writes no proofs: it proves by the portfolio of tactics only"
    return {"proof": "", "notes": notes}


def _sketch(_inputs: Mapping[str, Any], _index: int) -> Answer:
    return {"sketch": "", "notes": "the offline model writes no sketches"}


def _propose(_inputs: Mapping[str, Any], _index: int) -> Answer:
    return {"tactic": ""}


def _build_tree(inputs: Mapping[str, Any], _index: int) -> Answer:
    from proofloop.agents.llm.offline.sentences.answers import decomposition

    return decomposition(inputs["sentences"], _text(inputs, "hypothesis"))


def _event_formalize(inputs: Mapping[str, Any], _index: int) -> Answer:
    from proofloop.agents.llm.offline.sentences.answers import forms

    return forms(inputs["texts"], inputs.get("steps"))


def _event_mend(_inputs: Mapping[str, Any], _index: int) -> Answer:
    return {"id": "", "form": None, "reasons": "the offline model mends nothing"}


_ROLES: dict[str, Callable[[Mapping[str, Any], int], Answer]] = {
    "formalizer": _formalize,
    "tool_formalizer": _use_tools,
    "back_translator": _back_translate,
    "judge": _judge,
    "critic": _criticise,
    "second_opinion": _second,
    "text_judge": _judge_texts,
    "prover": _prove,
    "sketcher": _sketch,
    "tactician": _propose,
    "tree_builder": _build_tree,
    "event_formalizer": _event_formalize,
    "event_mender": _event_mend,
    "form_judge": _judge,
}
