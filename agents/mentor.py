"""The mentor: two answers side by side, how good each is, what they teach, how to go on.

The judge of Empirical-MCTS (arXiv 2602.04248), one structured call: criteria of its own for this
problem with weights, 1 to 10 for either answer by each, a critique, a score for either in all,
experiences that others can reuse, and the guidance for the next attempt (the evolved meta-prompt).
"""

from __future__ import annotations

import math

from pydantic import BaseModel, ConfigDict, Field

from proofloop.agents.frames import PROBLEM, paragraphs, tagged
from proofloop.agents.llm.base import Model, Sampling
from proofloop.agents.llm.structured import ask
from proofloop.agents.prompts import Prompt
from proofloop.agents.rater import clamped
from proofloop.core.errors import ModelMalformed
from proofloop.core.task import Task


class Criterion(BaseModel):
    model_config = ConfigDict(frozen=True)

    name: str
    weight: float = Field(default=1.0, description="how much it counts")
    first: float = Field(description="1 to 10")
    second: float = Field(description="1 to 10")


class Lesson(BaseModel):
    model_config = ConfigDict(frozen=True)

    criteria: list[Criterion] = Field(
        default_factory=list, description="what a good answer to this problem has"
    )
    critique: str = Field(default="", description="what holds in either answer and what does not")
    first: float | None = Field(description="1 to 10 in all; null if you cannot tell")
    second: float | None = Field(description="1 to 10 in all; null if you cannot tell")
    experiences: list[str] = Field(
        default_factory=list, description="what other attempts can reuse, one sentence each"
    )
    guidance: str = Field(
        default="", description="instructions for the next attempt, complete in themselves"
    )

    @property
    def scores(self) -> tuple[float, float] | None:
        """Of the first and of the second, None where there is not a number for both."""
        if self.first is None or self.second is None:
            return None
        if not math.isfinite(self.first) or not math.isfinite(self.second):
            return None
        return clamped(self.first), clamped(self.second)


async def teach(
    model: Model, task: Task, first: str, second: str, *, guidance: str = "", index: int = 0
) -> Lesson | None:
    """None for an answer that cannot be read, which is an abstention. ``guidance`` is what the
    newer of the two was written under."""
    request = PROMPT.request(
        PROMPT.fill(
            "task",
            problem=task.informal,
            first=first,
            second=second,
            guidance=guidance or "(none)",
        ),
        inputs={"problem": task.informal, "candidates": [first, second], "guidance": guidance},
        sampling=Sampling(temperature=0.0),
    )
    try:
        return (await ask(model, request, Lesson, first=index))[0]
    except ModelMalformed:
        return None


SYSTEM = """\
You compare two answers to a problem, and teach how to do better. Work in this order. 1. State the \
criteria that decide for this very problem, with weights. 2. Check both answers yourself, step by \
step, and criticise them. 3. Score both, 1 to 10, by each criterion, then in all; length, \
confidence and the order in which they are shown prove nothing. 4. Write down experiences: \
insights about this kind of problem that hold whatever the answer is. 5. Write the guidance for \
the next attempt: improve the guidance so far by what you have seen, as instructions that are \
complete in themselves; do not give the answer away as certain."""

TASK = paragraphs(
    PROBLEM,
    '<answer name="first">\n{first}\n</answer>',
    '<answer name="second">\n{second}\n</answer>',
    tagged("Guidance so far", "guidance"),
)

PROMPT = Prompt("mentor", system=SYSTEM, task=TASK)
