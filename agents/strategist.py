"""The strategist: the high-level strategy of an attempt, named so that others can avoid it.

The guideline agent of TMAS (arXiv 2605.10344): attempts that explore are shown the strategies
tried before and asked for another.
"""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field

from proofloop.agents.frames import ATTEMPT, PROBLEM, paragraphs
from proofloop.agents.llm.base import Model
from proofloop.agents.llm.structured import ask
from proofloop.agents.prompts import Prompt
from proofloop.core.task import Task


class Strategy(BaseModel):
    model_config = ConfigDict(frozen=True)

    strategy: str = Field(description="the approach as a whole, in one sentence")


async def name_strategy(model: Model, task: Task, solution: str) -> str:
    """Raises ModelMalformed when the answer cannot be read."""
    request = PROMPT.request(
        PROMPT.fill("task", problem=task.informal, solution=solution),
        inputs={"problem": task.informal, "solution": solution},
    )
    return (await ask(model, request, Strategy))[0].strategy


SYSTEM = """\
You name the strategy of an attempt at a problem: the approach that everything else in it follows \
from (which representation, which theorem, which way of searching), in one sentence and without \
its details, so that two attempts that went the same way get the same words."""

PROMPT = Prompt("strategist", system=SYSTEM, task=paragraphs(PROBLEM, ATTEMPT))
