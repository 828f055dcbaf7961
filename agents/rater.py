"""The rater: one solution by itself, or two side by side, from 1 (wrong) to 10 (surely right).

Side by side is V1-Infer's judge (arXiv 2603.04304): rating two at once calibrates them against each
other. An answer that cannot be read is an abstention.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from pydantic import BaseModel, ConfigDict, Field

from proofloop.agents.frames import PROBLEM, paragraphs
from proofloop.agents.llm.base import Model, Request
from proofloop.agents.llm.structured import ask, ask_each
from proofloop.agents.llm.tokens import estimate_prompt
from proofloop.agents.prompts import Prompt
from proofloop.core.errors import ModelMalformed
from proofloop.core.task import Candidate, Task

ANSWER_TOKENS = 300
LOWEST, HIGHEST = 1.0, 10.0


class Rating(BaseModel):
    model_config = ConfigDict(frozen=True)

    reasons: str = ""
    rating: float | None = Field(description="1 to 10; null if you cannot tell")


class PairRating(BaseModel):
    model_config = ConfigDict(frozen=True)

    reasons: str = ""
    first: float | None = Field(description="1 to 10; null if you cannot tell")
    second: float | None = Field(description="1 to 10; null if you cannot tell")


@dataclass(frozen=True)
class ModelRater:
    """A Scorer and a PairRater (graphs/selectors/judges.py) that asks a language model. With
    ``partial`` what it sees is the beginning of a solution: a process reward."""

    model: Model
    partial: bool = False

    async def score(self, task: Task, candidate: Candidate, *, index: int = 0) -> float | None:
        """In [0, 1]. Raises ModelUnavailable and BudgetExceeded, as the others do."""
        return (await self.judgements(task, candidate, first=index))[0][0]

    async def judgements(
        self,
        task: Task,
        candidate: Candidate,
        *,
        reference: str = "",
        n: int = 1,
        first: int = 0,
    ) -> list[tuple[float | None, str]]:
        """``n`` scores with the judge's reasons, in one call where the endpoint can; with a
        ``reference``, a solution beside which the candidate is judged."""
        request = self.request(task, [candidate], reference)
        try:
            answers = await ask_each(self.model, request, Rating, n=n, first=first)
        except ModelMalformed:
            return [(None, "")] * n
        return [scored(answer.value) for answer in answers]

    async def rate(
        self, task: Task, first: Candidate, second: Candidate, *, index: int = 0
    ) -> tuple[float, float] | None:
        try:
            (answer,) = await ask(
                self.model, self.request(task, [first, second]), PairRating, first=index
            )
        except ModelMalformed:
            return None
        if answer.first is None or answer.second is None:
            return None
        return clamped(answer.first), clamped(answer.second)

    def tokens(self, task: Task, shown: Sequence[Candidate]) -> int:
        return estimate_prompt(self.request(task, shown)) + ANSWER_TOKENS

    def request(self, task: Task, shown: Sequence[Candidate], reference: str = "") -> Request:
        solutions = "\n\n".join(
            PROMPT.fill("solution", name=name, content=one.content)
            for name, one in zip(("first", "second"), shown, strict=False)
        )
        solutions += PROMPT.optional("reference", reference=reference)
        return PROMPT.request(
            PROMPT.fill("task", problem=task.informal, solutions=solutions),
            system=PROMPT.fill("system") + (PROMPT.fill("partial") if self.partial else ""),
            inputs={
                "problem": task.informal,
                "candidates": [one.content for one in shown],
                "reference": reference,
            },
        )


def scored(rating: Rating | None) -> tuple[float | None, str]:
    if rating is None or rating.rating is None:
        return None, rating.reasons if rating else ""
    return (clamped(rating.rating) - LOWEST) / (HIGHEST - LOWEST), rating.reasons


def clamped(value: float) -> float:
    return min(HIGHEST, max(LOWEST, value))


SYSTEM = """\
You rate solutions by how likely they are to be correct: 1 is certainly wrong, 10 certainly right. \
Check the steps and the final result yourself. Length, confidence, style and the order in which \
solutions are shown prove nothing. Two solutions may both be right or both wrong."""

PARTIAL = """ What you are shown is only the beginning: rate whether the steps so far are right \
and lead towards the answer; that it is unfinished counts for nothing."""

TASK = paragraphs(PROBLEM, "{solutions}", "Give your reasons in short, then the rating.")

SOLUTION = """\
<solution name="{name}">
{content}
</solution>"""

REFERENCE = """

What an editor made of it, keeping what seemed right (it may be wrong itself):
<reference>
{reference}
</reference>"""

PROMPT = Prompt(
    "rater", system=SYSTEM, partial=PARTIAL, task=TASK, solution=SOLUTION, reference=REFERENCE
)
