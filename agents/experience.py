"""The experience agent: what an attempt and the notes on it teach about the problem in detail.

TMAS (arXiv 2605.10344): low-level conclusions that others can build on, and analyses of failures.
"""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field

from proofloop.agents.frames import ATTEMPT, PROBLEM, paragraphs, tagged
from proofloop.agents.llm.base import Model
from proofloop.agents.llm.structured import ask
from proofloop.agents.prompts import Prompt
from proofloop.core.task import Task


class Experience(BaseModel):
    model_config = ConfigDict(frozen=True)

    conclusions: list[str] = Field(
        default_factory=list, description="intermediate results that hold, one sentence each"
    )
    failures: list[str] = Field(
        default_factory=list, description="what went wrong and why, one sentence each"
    )


async def extract_experience(model: Model, task: Task, solution: str, notes: str) -> Experience:
    """Raises ModelMalformed when the answer cannot be read."""
    request = PROMPT.request(
        PROMPT.fill("task", problem=task.informal, solution=solution, notes=notes),
        inputs={"problem": task.informal, "solution": solution, "notes": notes},
    )
    return (await ask(model, request, Experience))[0]


SYSTEM = """\
You extract experience from an attempt at a problem, for others who will try again. Conclusions: \
intermediate results about this problem that hold by the attempt's own reasoning and the notes of \
those who checked it, such that another attempt need not derive them again. Failures: the steps \
that did not hold, and why. One sentence each, complete without the attempt at hand; only what is \
specific to this problem, no advice that holds for any. Leave out what is doubtful."""

TASK = paragraphs(PROBLEM, ATTEMPT, tagged("Notes of those who checked it", "notes"))

PROMPT = Prompt("experience", system=SYSTEM, task=TASK)
