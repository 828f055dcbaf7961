"""The tactician: a proof state in, single tactics that may bring it forward out, with scores.

Each tactic is a sample of its own; its score is the log-probability of the answer where the
endpoint tells it (GPT-f, arXiv 2009.03393, section 3), else that of its share among the samples.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

from pydantic import BaseModel, ConfigDict, Field

from proofloop.agents.llm.base import Model, Sampling
from proofloop.agents.llm.structured import Answer, ask_each
from proofloop.agents.prompts import Prompt
from proofloop.core.model import Frozen


class Move(BaseModel):
    """One tactic; empty to decline."""

    model_config = ConfigDict(frozen=True)

    tactic: str = Field(description="one Lean tactic for the first goal; or empty")


class Proposal(Frozen):
    """``score`` is a natural logarithm of a probability, at most 0."""

    tactic: str
    score: float


async def propose_tactics(
    model: Model,
    statement: str,
    goals: Sequence[str],
    *,
    header: str,
    done: Sequence[str] = (),
    n: int,
    first: int = 0,
) -> list[Proposal]:
    """Up to ``n`` different tactics for the first of ``goals``, the likeliest first; ``first`` is
    the index of the first sample. Answers that cannot be read are left out."""
    request = PROMPT.request(
        PROMPT.fill(
            "task",
            header=header,
            statement=statement,
            done="\n".join(done) or "(none)",
            goals="\n\n".join(goals),
        ),
        inputs={"statement": statement, "header": header, "goals": list(goals)},
        sampling=Sampling(logprobs=0),
    )
    return merged(await ask_each(model, request, Move, n=n, first=first))


def merged(answers: Sequence[Answer[Move]]) -> list[Proposal]:
    """Each tactic once. With log-probabilities for all, its best; else the logarithm of its share,
    earlier ones before later ones of the same share."""
    read = [(answer.value.tactic.strip(), answer) for answer in answers if answer.value]
    read = [(tactic, answer) for tactic, answer in read if tactic]
    scores = [log_probability(answer) for _, answer in read]
    found: dict[str, float] = {}
    if all(score is not None for score in scores):
        for (tactic, _), score in zip(read, scores, strict=True):
            found[tactic] = max(found.get(tactic, -math.inf), score or 0.0)
    else:
        counts: dict[str, int] = {}
        for tactic, _ in read:
            counts[tactic] = counts.get(tactic, 0) + 1
        found = {tactic: math.log(count / len(read)) for tactic, count in counts.items()}
    ranked = sorted(found.items(), key=lambda item: -item[1])
    return [Proposal(tactic=tactic, score=score) for tactic, score in ranked]


def log_probability(answer: Answer[Move]) -> float | None:
    """Of the whole answer, None where the endpoint does not tell."""
    logprobs = answer.replies[-1].logprobs
    return None if logprobs is None else min(0.0, math.fsum(each.logprob for each in logprobs))


SYSTEM = """\
You prove theorems in Lean 4 one tactic at a time. You are shown the theorem, the tactics so far \
and the goals that are left, and you answer with one tactic for the first goal: one that finishes \
it (`omega`, `grind`, `simp_all`, `exact ...`), or one that makes it simpler (`intro`, `rcases`, \
`induction`, `have ... := ...`, `rw`, `constructor`). Without Mathlib there is no `ring`, \
`linarith` or `norm_num`. No `sorry`, no axioms, no `native_decide`."""

TASK = """\
Header:
```lean
{header}
```
Theorem:
```lean
{statement}
```
Tactics so far:
```lean
{done}
```
Goals:
{goals}

Give the next tactic in the field "tactic"."""

PROMPT = Prompt("tactician", system=SYSTEM, task=TASK)
