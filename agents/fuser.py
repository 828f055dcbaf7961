"""The fuser: several solutions in, one out that keeps what holds of each (arXiv 2409.15254).

It writes a solution of its own instead of choosing, so it can be right where every candidate is
wrong in some part; and wrong where one was right.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from proofloop.agents.frames import PROBLEM, paragraphs
from proofloop.agents.llm.base import Model, Request
from proofloop.agents.llm.tokens import estimate_prompt
from proofloop.agents.prompts import Prompt
from proofloop.core.errors import ModelMalformed
from proofloop.core.task import Candidate, Task

ANSWER_TOKENS = 1000  # of one fusion, for plans


@dataclass(frozen=True)
class ModelFuser:
    """A Fuser (graphs/selectors/fusion.py) that asks a language model."""

    model: Model

    async def fuse(self, task: Task, shown: Sequence[Candidate], *, index: int = 0) -> Candidate:
        """The fused solution, with those it was made from as its parents. Raises ModelMalformed
        for an empty answer, and what the model raises."""
        (reply,) = await self.model.sample(self.request(task, shown), first=index)
        if not reply.text.strip():
            raise ModelMalformed(f"{reply.model}: an empty fusion", text=reply.text)
        return Candidate(
            id=f"{task.id}/fused/s{index}",
            task_id=task.id,
            content=reply.text.strip(),
            author=reply.model,
            usage=reply.usage,
            parents=tuple(one.id for one in shown),
        )

    def tokens(self, task: Task, shown: Sequence[Candidate]) -> int:
        return estimate_prompt(self.request(task, shown)) + ANSWER_TOKENS

    def request(self, task: Task, shown: Sequence[Candidate]) -> Request:
        solutions = PROMPT.numbered("solution", ({"content": one.content} for one in shown))
        return PROMPT.request(
            PROMPT.fill("task", problem=task.informal, solutions=solutions),
            inputs={"problem": task.informal, "candidates": [one.content for one in shown]},
        )


SYSTEM = """\
You are shown a problem and several solutions, some of them wrong. Judge each step by itself: how \
many solutions share it proves nothing. Write one solution that keeps what holds and mends what \
does not, and end with one line of the form "Answer: ..." that holds the final answer and nothing \
else."""

TASK = paragraphs(PROBLEM, "{solutions}", "Write the one solution.")

SOLUTION = """\
<solution number="{number}">
{content}
</solution>"""

PROMPT = Prompt("fuser", system=SYSTEM, task=TASK, solution=SOLUTION)
