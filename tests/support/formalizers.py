"""One script for every graph that formalizes: who asks is told by the prompt."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import chain, repeat
from typing import Any

from support.formalizing import judge_answer, lean_answer, system
from support.openai_server import Call, Item, Say

METHODS = ("formalize", "atf", "reform", "formalmath", "agreement")
# What a judge says of a statement that it is shown, or of its translation.
Judging = Callable[[Call], Item]


def says(consistent: bool | None, words: str = "looked at it") -> Judging:
    return lambda call: judge_answer(consistent, words)


AGREES = says(True)


@dataclass
class Script:
    """``writes`` are the statements in their order, the last of them for ever; a text that is no
    theorem is answered as it stands. ``judge`` answers whoever decides about a statement: judges of
    panels, and the critic of reform, whose second opinion says ``faithful``."""

    writes: Sequence[str]
    judge: Judging = AGREES
    faithful: bool | None = True
    prover: Judging | None = None
    seen: dict[str, list[Call]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._next: Iterator[str] = chain(self.writes, repeat(self.writes[-1]))

    def __call__(self, call: Call) -> Item:
        role = role_of(call)
        self.seen.setdefault(role, []).append(call)
        if role == "formalizer":
            return Say([written(next(self._next)) for _ in range(call.n)])
        if role == "tool formalizer":
            return self.tool_call(call)
        if role == "translator":
            return json.dumps({"informal": f"it says {call.last}"})
        if role == "opinion":
            return json.dumps({"faithful": self.faithful, "reasons": "I read the critique"})
        if role == "critic":
            answer = self.judge(call)
            return answer.replace('"reasons"', '"comments"') if isinstance(answer, str) else answer
        if role == "prover":
            assert self.prover is not None
            return self.prover(call)
        return self.judge(call)

    def tool_call(self, call: Call) -> Item:
        """A check of the syntax, and of the meaning once the syntax has passed."""
        messages = call.body["messages"]
        passed = messages[-1]["role"] == "tool" and json.loads(messages[-1]["content"])["pass"]
        if passed:
            last = messages[-2]["tool_calls"][-1]["function"]["arguments"]
            return Say("", tools=[("consistency_check", json.loads(last))])
        text = next(self._next)
        if not text.startswith("theorem"):
            return text
        return Say("", tools=[("syntax_check", {"lean4_code": text})])

    def asked(self, *roles: str) -> int:
        return sum(len(self.seen.get(role, [])) for role in roles)


def written(text: str) -> str:
    return lean_answer(text) if text.startswith("theorem") or not text else text


ROLES = {
    "You formalize mathematics in Lean 4, with tools": "tool formalizer",
    "You formalize": "formalizer",
    "You read Lean": "translator",
    "You prove": "prover",
}


def role_of(call: Call) -> str:
    words = system(call)
    found: Any = next((role for start, role in ROLES.items() if words.startswith(start)), None)
    if found is None:
        schema = json.dumps(call.body.get("response_format", {}))
        found = "critic" if '"comments"' in schema else "judge"
        found = "opinion" if '"faithful"' in schema else found
    return str(found)
