"""The self-evaluator: would starting again give a better solution than this one?

Adaptive inference-time compute (arXiv 2410.02725) trains one token for this question; asked of a
model that was not trained for it, the probability of its "no" stands in, so a threshold on it has
to be calibrated on problems like one's own.
"""

from __future__ import annotations

from dataclasses import dataclass

from proofloop.agents.frames import PROBLEM, SOLUTION, paragraphs, tagged
from proofloop.agents.llm.base import Model
from proofloop.agents.llm.yes_no import ONE_WORD, chance_of_yes
from proofloop.agents.prompts import Prompt
from proofloop.core.task import Task


@dataclass(frozen=True)
class SelfEvaluator:
    model: Model

    async def confidence(
        self, task: Task, solution: str, *, partial: bool = False, index: int = 0
    ) -> float | None:
        """The probability, in [0, 1], that a new start would not do better; None where the answer
        is neither yes nor no. ``partial``: what is shown is the beginning of a solution. Raises
        what the model raises."""
        request = PROMPT.request(
            PROMPT.fill(
                "beginning" if partial else "task",
                problem=task.informal,
                solution=solution,
            ),
            inputs={"problem": task.informal, "solution": solution, "partial": partial},
            sampling=ONE_WORD,
        )
        (reply,) = await self.model.sample(request, first=index)
        chance = chance_of_yes(reply)
        return None if chance is None else 1.0 - chance


SYSTEM = """\
You know how well you solve problems. You are shown a problem and a solution of yours, and say \
whether starting again from nothing would give a better one. Answer with one word, Yes or No."""

TASK = paragraphs(PROBLEM, SOLUTION, "Would starting again give a better solution? Yes or No:")

BEGINNING = paragraphs(
    PROBLEM,
    tagged("Beginning of the solution", "solution"),
    "Would starting again give a better solution than going on from here? Yes or No:",
)

PROMPT = Prompt("self_evaluator", system=SYSTEM, task=TASK, beginning=BEGINNING)
