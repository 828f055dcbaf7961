"""The formalizer with tools of its own: it decides when to check and what to mend.

The workflow prompt and the two tools of Autoformalizer with Tool Feedback (arXiv 2510.06857,
section 3). A third tool is ours: to decline, where the paper's formalizer can only fail.
"""

from __future__ import annotations

from collections.abc import Sequence

from pydantic import BaseModel, ConfigDict, Field

from proofloop.agents.examples import shown
from proofloop.agents.formalizer import PROMPT as FORMALIZER
from proofloop.agents.frames import FAITHFUL, PREMISES, TEXT_AND_HEADER, paragraphs
from proofloop.agents.llm.base import Message, Request, Sampling
from proofloop.agents.llm.tools import tool_spec
from proofloop.agents.prompts import Prompt
from proofloop.tools.examples.example import Example

TEMPERATURE = 0.6


class LeanCode(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    lean4_code: str = Field(description="theorem NAME (binders) : claim, without proof")


class Reason(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    reason: str


SYNTAX = tool_spec("syntax_check", "Whether Lean 4 takes the statement; its errors.", LeanCode)
CONSISTENCY = tool_spec(
    "consistency_check",
    "Whether the statement says what the informal text says. Only for a statement that passed"
    " syntax_check.",
    LeanCode,
)
DECLINE = tool_spec(
    "decline", "Ends the work: the text cannot be stated with these imports.", Reason
)
TOOLS = (SYNTAX, CONSISTENCY, DECLINE)


def next_turn(
    informal: str,
    conversation: Sequence[Message],
    *,
    name: str,
    header: str,
    premises: str = "",
    examples: Sequence[Example] = (),
    checked: bool = False,
    rejections: int = 0,
) -> Request:
    """The request for the formalizer's next turn after ``conversation``, in which ``checked`` tells
    whether the last statement passed the syntax check."""
    return PROMPT.request(
        shown(FORMALIZER, examples)
        + PROMPT.fill("task", informal=informal, name=name, header=header)
        + PROMPT.optional("premises", premises=premises),
        then=conversation,
        inputs={
            "informal": informal,
            "name": name,
            "header": header,
            "checked": checked,
            "rejections": rejections,
        },
        sampling=Sampling(temperature=TEMPERATURE),
        tools=TOOLS,
    )


WORKFLOW = """\
Work like this. 1. Write a statement and call syntax_check on it. 2. If it fails, mend what the \
errors say and call syntax_check again; do so after any revision. 3. When it passes, call \
consistency_check on the same statement. 4. If that fails, go back to the informal text, revise, \
and begin again with syntax_check. You are done when both have passed on the same statement. Call \
decline only if the text cannot be stated with these imports."""

WRITE = "Write `theorem {name} (binders) : claim` without `:=` and without a proof."

PROMPT = Prompt(
    "tool_formalizer",
    system=paragraphs(
        f"You formalize mathematics in Lean 4, with tools at hand. {FAITHFUL}", WORKFLOW
    ),
    task=paragraphs(TEXT_AND_HEADER, WRITE),
    premises=PREMISES,
)
