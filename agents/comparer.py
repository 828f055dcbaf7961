"""The comparer: a few solutions side by side, which one is the likeliest to be correct?

The judge of recursive tournament voting (arXiv 2604.16529): it sees anonymous candidates, prefers a
right diagnosis and concrete progress, and must not be swayed by length. An answer that cannot be
read or names nobody is an abstention.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from pydantic import BaseModel, ConfigDict, Field

from proofloop.agents.llm.base import Model, Request, Sampling
from proofloop.agents.llm.structured import ask_each
from proofloop.agents.llm.tokens import estimate_prompt
from proofloop.agents.prompts import Prompt
from proofloop.core.errors import ModelMalformed
from proofloop.core.task import Candidate, Task

ANSWER_TOKENS = 300  # of one comparison, for plans


class Choice(BaseModel):
    model_config = ConfigDict(frozen=True)

    reasons: str = Field(default="", description="what speaks for the one you choose")
    best: int | None = Field(description="its number, from 1; null if you cannot tell")


@dataclass(frozen=True)
class ModelComparer:
    """A Comparer (graphs/selectors/judges.py) that asks a language model."""

    model: Model
    temperature: float | None = None

    async def best(
        self, task: Task, shown: Sequence[Candidate], *, n: int = 1, first: int = 0
    ) -> list[int | None]:
        """The places of the best from 0, or None, as the samples ``first`` and on have them. Raises
        ModelUnavailable and BudgetExceeded."""
        try:
            answers = await ask_each(
                self.model, self.request(task, shown), Choice, n=n, first=first
            )
        except ModelMalformed:
            return [None] * n
        return [place_of(answer.value, len(shown)) for answer in answers]

    def tokens(self, task: Task, shown: Sequence[Candidate]) -> int:
        return estimate_prompt(self.request(task, shown)) + ANSWER_TOKENS

    def request(self, task: Task, shown: Sequence[Candidate]) -> Request:
        candidates = PROMPT.numbered("candidate", ({"content": one.content} for one in shown))
        return PROMPT.request(
            PROMPT.fill("task", problem=task.informal, candidates=candidates),
            inputs={"problem": task.informal, "candidates": [one.content for one in shown]},
            sampling=Sampling(temperature=self.temperature),
        )


def place_of(choice: Choice | None, shown: int) -> int | None:
    if choice is None or choice.best is None or not 1 <= choice.best <= shown:
        return None
    return choice.best - 1


SYSTEM = """\
You compare attempts at the same task and choose the one that is the likeliest to be correct. Look \
for the right diagnosis, steps that hold, concrete progress and a checked result. Length, \
confidence and style prove nothing, nor does the order in which the attempts are shown."""

TASK = """\
Task:
<task>
{problem}
</task>

{candidates}

Give your reasons in short, then the number of the best attempt (null if you cannot tell)."""

CANDIDATE = """\
<attempt number="{number}">
{content}
</attempt>"""

PROMPT = Prompt("comparer", system=SYSTEM, task=TASK, candidate=CANDIDATE)
