"""The step checker: one step of a solution, with the steps before it, right or wrong.

The stepwise prompt of BIG-Bench Mistake (arXiv 2311.08516, section 3): the steps
before are taken as given, and the question is only whether this one follows. An answer that cannot
be read is an abstention.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from pydantic import BaseModel, ConfigDict, Field

from proofloop.agents.frames import PROBLEM, paragraphs, tagged
from proofloop.agents.llm.base import Model, Request
from proofloop.agents.llm.structured import ask
from proofloop.agents.llm.tokens import estimate_prompt
from proofloop.agents.prompts import Prompt
from proofloop.core.errors import ModelMalformed
from proofloop.core.task import Task

ANSWER_TOKENS = 200


class StepVerdict(BaseModel):
    model_config = ConfigDict(frozen=True)

    reasons: str = ""
    correct: bool | None = Field(description="true, false, or null if you cannot tell")


@dataclass(frozen=True)
class ModelStepChecker:
    """A StepChecker (graphs/first_mistake.py) that asks a language model."""

    model: Model

    async def wrong(
        self, task: Task, steps: Sequence[str], place: int, *, index: int = 0
    ) -> bool | None:
        """Raises ModelUnavailable and BudgetExceeded."""
        request = self.request(task, steps, place)
        try:
            (verdict,) = await ask(self.model, request, StepVerdict, first=index)
        except ModelMalformed:
            return None
        return None if verdict.correct is None else not verdict.correct

    def tokens(self, task: Task, steps: Sequence[str], place: int) -> int:
        """An estimate of what one such call uses."""
        return estimate_prompt(self.request(task, steps, place)) + ANSWER_TOKENS

    def request(self, task: Task, steps: Sequence[str], place: int) -> Request:
        before = "\n".join(f"{n}. {step}" for n, step in enumerate(steps[:place], 1)) or "(none)"
        return PROMPT.request(
            PROMPT.fill(
                "task",
                problem=task.informal,
                before=before,
                number=place + 1,
                step=steps[place],
            ),
            inputs={"problem": task.informal, "steps": list(steps[: place + 1])},
        )


SYSTEM = """\
You check solutions step by step. You are shown the steps so far, which you may take as right, and \
one more step: say whether it is correct, that is, true and following from the problem and the \
steps before it. A step that only plans, or says what is known, is correct unless it misleads; \
length, style and what comes later prove nothing."""

TASK = paragraphs(
    PROBLEM,
    tagged("Steps so far", "steps", "before"),
    tagged("Step {number}", "step"),
    "Give your reasons in short, then the verdict.",
)

PROMPT = Prompt("step_checker", system=SYSTEM, task=TASK)
