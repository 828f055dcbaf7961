"""The solver: a problem in, whole solutions out, each with its log-probabilities and its cost.

What earlier attempts taught comes as ``context`` (a workspace, summaries, the best so far): the
solver reads it and writes a solution of its own. ``guidance`` is how to go about this problem, for
methods that evolve the system prompt.
"""

from __future__ import annotations

from proofloop.agents.llm.base import Model, Reply, Request, Sampling
from proofloop.agents.prompts import Prompt
from proofloop.core.task import Candidate, Task


def solve_request(
    task: Task, *, context: str = "", guidance: str = "", sampling: Sampling | None = None
) -> Request:
    return PROMPT.request(
        PROMPT.fill("task", problem=task.informal) + PROMPT.optional("context", context=context),
        system=PROMPT.fill("system") + PROMPT.optional("guidance", guidance=guidance),
        inputs={"problem": task.informal, "context": context, "guidance": guidance},
        sampling=sampling,
    )


async def solve(
    model: Model,
    task: Task,
    *,
    context: str = "",
    guidance: str = "",
    n: int = 1,
    first: int = 0,
    round: int = 0,
    sampling: Sampling | None = None,
) -> list[Candidate]:
    """``n`` independent solutions with the sample indices ``first`` and on. ``context``,
    ``guidance`` and the index make the call; ``round`` only names the candidates."""
    request = solve_request(task, context=context, guidance=guidance, sampling=sampling)
    replies = await model.sample(request, n, first=first)
    return [
        candidate_of(task, reply, index=index, round=round)
        for index, reply in enumerate(replies, first)
    ]


def candidate_of(task: Task, reply: Reply, *, index: int, round: int = 0) -> Candidate:
    return Candidate(
        id=f"{task.id}/r{round}/s{index}",
        task_id=task.id,
        content=reply.text,
        author=reply.model,
        round=round,
        usage=reply.usage,
        logprobs=reply.logprobs,
    )


SYSTEM = """\
You solve problems. Think step by step, check your steps, and end with one line of the form \
"Answer: ..." that holds the final answer and nothing else."""

TASK = """\
Problem:
{problem}"""

CONTEXT = """

What is known from earlier attempts (it may be wrong; reuse what holds, avoid what failed):
<context>
{context}
</context>

Write a complete solution of your own."""

GUIDANCE = """

How to go about this problem:
{guidance}"""

PROMPT = Prompt("solver", system=SYSTEM, task=TASK, context=CONTEXT, guidance=GUIDANCE)
