"""The step verifier: the first step of a solution that does not hold, fast or slow (FlexiVe, arXiv
2505.11966).

Any model stands in for the paper's trained one. Fast: a short verdict without reasoning. Slow: the
steps are gone through one by one before the verdict.
"""

from __future__ import annotations

from dataclasses import dataclass

from pydantic import BaseModel, ConfigDict, Field

from proofloop.agents.frames import PROBLEM, SOLUTION, paragraphs
from proofloop.agents.llm.base import Model, Sampling
from proofloop.agents.llm.structured import ask_each
from proofloop.agents.prompts import Prompt
from proofloop.core.task import Task

FAST_TOKENS = 256


class StepVerdict(BaseModel):
    """``first_error`` is 0 where every step holds, None where the verifier cannot tell."""

    model_config = ConfigDict(frozen=True)

    reasons: str = ""
    first_error: int | None = Field(
        description="number of the first wrong step, from 1; 0 if all hold; null if you cannot tell"
    )


@dataclass(frozen=True)
class StepVerifier:
    model: Model
    temperature: float = 0.7

    async def fast(self, task: Task, solution: str, *, n: int, first: int = 0) -> list[StepVerdict]:
        """``n`` short verdicts; those that cannot be read are left out. Raises what the model
        raises."""
        sampling = Sampling(temperature=self.temperature, max_tokens=FAST_TOKENS)
        return await self.verdicts(task, solution, "fast", sampling, n, first)

    async def slow(self, task: Task, solution: str, *, index: int = 0) -> StepVerdict | None:
        """One thorough verdict; None where it cannot be read."""
        found = await self.verdicts(task, solution, "slow", Sampling(), 1, index)
        return found[0] if found else None

    async def verdicts(
        self, task: Task, solution: str, how: str, sampling: Sampling, n: int, first: int
    ) -> list[StepVerdict]:
        shown = "\n".join(f"[{number}] {step}" for number, step in enumerate(steps_of(solution), 1))
        request = PROMPT.request(
            PROMPT.fill(how, problem=task.informal, solution=shown),
            inputs={"problem": task.informal, "solution": solution, "how": how},
            sampling=sampling,
        )
        answers = await ask_each(self.model, request, StepVerdict, n=n, first=first)
        last = len(steps_of(solution))
        found = [answer.value for answer in answers if answer.value is not None]
        return [one for one in found if one.first_error is None or 0 <= one.first_error <= last]


def steps_of(solution: str) -> list[str]:
    """The paragraphs; the lines where there is but one."""
    parts = [part.strip() for part in solution.split("\n\n") if part.strip()]
    if len(parts) > 1:
        return parts
    return [line.strip() for line in solution.splitlines() if line.strip()]


SYSTEM = """\
You check solutions. Their steps are numbered. Name the first step that does not hold: a false \
claim, a wrong calculation, or a result that does not follow. A step that only repeats or doubts \
is no error. If every step holds and the problem is answered, there is none."""

FAST = "Give the verdict at once, with one short sentence of reasons."

SLOW = """\
Go through the steps one by one: recompute every calculation, check every inference, then read the \
problem again and compare. Give the whole check as your reasons, then the verdict."""

PROMPT = Prompt(
    "step_verifier",
    system=SYSTEM,
    fast=paragraphs(PROBLEM, SOLUTION, FAST),
    slow=paragraphs(PROBLEM, SOLUTION, SLOW),
)
