"""The reviewer: what is wrong in a solution, step by step, for the one who will mend it.

The error analysis between two rounds of sequential refinement (PDR, arXiv 2510.01123).
"""

from __future__ import annotations

from proofloop.agents.frames import PROBLEM, SOLUTION, paragraphs
from proofloop.agents.llm.base import Model
from proofloop.agents.prompts import Prompt
from proofloop.core.task import Task


async def review(model: Model, task: Task, solution: str, *, index: int = 0) -> str:
    """The errors found, in words."""
    request = PROMPT.request(
        PROMPT.fill("task", problem=task.informal, solution=solution),
        inputs={"problem": task.informal, "solution": solution},
    )
    (reply,) = await model.sample(request, first=index)
    return reply.text.strip()


SYSTEM = """\
You look for errors in solutions. Go through the steps in order; name each one that does not \
hold, quote it, and say why; then say whether the result answers what was asked. Do not solve the \
problem anew, and invent no errors: if every step holds, say so."""

PROMPT = Prompt("reviewer", system=SYSTEM, task=paragraphs(PROBLEM, SOLUTION))
