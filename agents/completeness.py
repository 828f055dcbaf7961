"""Is a solution that is still being written complete already? And the answer line of one that was
cut there (Solve-Detect-Verify, arXiv 2505.11966).
"""

from __future__ import annotations

from proofloop.agents.frames import PROBLEM, paragraphs, tagged
from proofloop.agents.llm.base import Model, Request, Sampling
from proofloop.agents.llm.yes_no import ONE_WORD, chance_of_yes
from proofloop.agents.prompts import Prompt
from proofloop.core.task import Task

ANSWER_TOKENS = 200


async def is_complete(model: Model, task: Task, so_far: str) -> bool:
    """Whether the model holds Yes for likelier than No; a word that is neither is no. Raises what
    the model raises."""
    (reply,) = await model.sample(request_of(task, so_far, "task", ONE_WORD))
    return (chance_of_yes(reply) or 0.0) > 0.5


async def concluded(model: Model, task: Task, so_far: str) -> str:
    """The solution with the answer line that it leads to."""
    sampling = Sampling(temperature=0.0, max_tokens=ANSWER_TOKENS)
    (reply,) = await model.sample(request_of(task, so_far, "conclude", sampling))
    return f"{so_far.rstrip()}\n\n{reply.text.strip()}"


def request_of(task: Task, so_far: str, part: str, sampling: Sampling) -> Request:
    return PROMPT.request(
        PROMPT.fill(part, problem=task.informal, so_far=so_far),
        inputs={"problem": task.informal, "so_far": so_far, "asked": part},
        sampling=sampling,
    )


SYSTEM = """\
You read the work on a problem while it is being written. Complete means that the final answer has \
been reached, whatever checks or second thoughts might still follow; whether it is right is not \
your question."""

TASK = paragraphs(
    PROBLEM,
    tagged("Work so far", "work", "so_far"),
    "Is the solution complete? Answer with one word, Yes or No:",
)

CONCLUDE = """\
Write one line of the form "Answer: ..." with the final answer that this work leads to, and \
nothing else."""

PROMPT = Prompt(
    "completeness",
    system=SYSTEM,
    task=TASK,
    conclude=paragraphs(PROBLEM, tagged("Work", "work", "so_far"), CONCLUDE),
)
