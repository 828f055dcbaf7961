"""Partial solutions, one step at a time: what the step-wise methods extend and score.

A *stepper* writes the next step of a partial solution. ``ModelStepper`` has two ways: to let the
endpoint go on with the assistant's own message up to a blank line, which needs a server that
continues a prefix (vLLM's ``continue_final_message``), or, with any endpoint, to show the steps so
far and ask for one more. The choice is the caller's, since the two sample differently.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from proofloop.agents.llm.base import Message, Model, Request, Sampling
from proofloop.agents.prompts import Prompt
from proofloop.agents.rater import ModelRater
from proofloop.agents.solver import PROMPT as SOLVER
from proofloop.core.model import Frozen
from proofloop.core.task import Candidate, Task
from proofloop.graphs.selectors.judges import polled
from proofloop.tools.answers.extract import final_answer

SEPARATOR = "\n\n"
STEP_TOKENS = 512


class Partial(Frozen):
    """Steps so far; ``done`` when the last one gives the answer or the model ended there."""

    steps: tuple[str, ...] = ()
    done: bool = False

    @property
    def text(self) -> str:
        return SEPARATOR.join(self.steps)

    def extended(self, step: str) -> Partial:
        """With one more step; an empty one ends it, and so does one with the answer."""
        step = step.strip()
        if not step:
            return self.model_copy(update={"done": True})
        return Partial(steps=(*self.steps, step), done=bool(final_answer(step)))


class Stepper(Protocol):
    """Samples the next step of each partial solution, all at the same time. ``index`` tells the
    samples of equal partials apart."""

    async def extend(
        self, task: Task, partials: Sequence[Partial], *, index: int
    ) -> list[Partial]: ...


class PartialScorer(Protocol):
    """A process reward in [0, 1] of each partial solution; None is an abstention."""

    async def score(self, task: Task, partials: Sequence[Partial]) -> list[float | None]: ...


@dataclass(frozen=True)
class ModelStepper:
    """``continues`` chooses between the two ways above."""

    model: Model
    continues: bool = False
    temperature: float = 0.8

    async def extend(self, task: Task, partials: Sequence[Partial], *, index: int) -> list[Partial]:
        """Equal partials are one request with several samples. Raises what the model raises."""
        extended: dict[int, Partial] = {}
        places: dict[Partial, list[int]] = {}
        for place, partial in enumerate(partials):
            places.setdefault(partial, []).append(place)
        for partial, equal in places.items():
            first = index * len(partials)
            replies = await self.model.sample(self.request(task, partial), len(equal), first=first)
            for place, reply in zip(equal, replies, strict=True):
                extended[place] = partial.extended(reply.text)
        return [extended[place] for place in range(len(partials))]

    def request(self, task: Task, partial: Partial) -> Request:
        text = SOLVER.fill("task", problem=task.informal)
        then: list[Message] = []
        if not self.continues:
            steps = "\n".join(f"{n}. {step}" for n, step in enumerate(partial.steps, 1)) or "(none)"
            text += PROMPT.fill("so_far", steps=steps)
        elif partial.steps:
            then = [Message(role="assistant", content=partial.text + SEPARATOR)]
        return PROMPT.request(
            text,
            system=SOLVER.fill("system") + PROMPT.fill("apart" if self.continues else "one_step"),
            then=then,
            inputs={"problem": task.informal, "steps": list(partial.steps)},
            sampling=Sampling(
                temperature=self.temperature, max_tokens=STEP_TOKENS, stop=(SEPARATOR,)
            ),
            continues=self.continues and bool(partial.steps),
        )


@dataclass(frozen=True)
class ModelRewards:
    """Process rewards by a language model's rating of each partial solution, at the same time."""

    model: Model

    async def score(self, task: Task, partials: Sequence[Partial]) -> list[float | None]:
        """Raises BudgetExceeded; any other failure is an abstention."""
        rater = ModelRater(self.model, partial=True)
        shown = [Candidate(id="", task_id=task.id, content=one.text) for one in partials]
        rewards, spent = await polled([rater.score(task, one) for one in shown])
        if spent:
            raise spent
        return rewards


APART = " Put a blank line between steps and none inside a step."
ONE_STEP = (
    " You are given the steps so far. Write the next step alone, in one paragraph; when the"
    " solution is complete, write the answer line."
)
SO_FAR = """

Steps so far:
{steps}

Next step:"""

PROMPT = Prompt("stepper", apart=APART, one_step=ONE_STEP, so_far=SO_FAR)
