"""Best of N by a score, hard or soft (Demystifying LLM-as-a-Judge: a soft choice exp(r/T)).

With a true reward the error of best-of-N falls with N; with a misspecified one there is a finite
best N and a temperature above zero: a candidate is then drawn with probability ~ exp(score / T)
instead of taking the highest. Tune T on a labelled set, and bound N.
"""

from __future__ import annotations

import math
import random
from collections.abc import Awaitable, Sequence
from dataclasses import dataclass

from pydantic import JsonValue

from proofloop.core.task import Candidate, Task
from proofloop.core.verdict import Plan, Selection
from proofloop.graphs.selectors.judges import Scorer, polled
from proofloop.graphs.selectors.ranking import rank


@dataclass(frozen=True)
class BestOfN:
    """``votes`` scores of each candidate are averaged; abstentions do not count.
    ``temperature`` 0 takes the highest mean; above it the ranking is drawn without replacement
    with weights exp(mean / T) (by Gumbel noise: adding -T log(-log u) and sorting is that draw)."""

    judge: Scorer
    votes: int = 1
    temperature: float = 0.0
    seed: int = 0

    def __post_init__(self) -> None:
        check_bounds(self.votes, self.temperature)

    def plan(self, task: Task, candidates: Sequence[Candidate]) -> Plan:
        tokens = sum(self.judge.tokens(task, [one]) for one in candidates)
        return Plan(calls=self.votes * len(candidates), tokens=self.votes * tokens)

    async def select(self, task: Task, candidates: Sequence[Candidate]) -> Selection:
        rng = random.Random(self.seed)
        asked = [(one, vote) for one in candidates for vote in range(self.votes)]
        calls: list[Awaitable[float | None]] = [
            self.judge.score(task, one, index=vote) for one, vote in asked
        ]
        answers, spent = await polled(calls)
        given: dict[str, list[float]] = {one.id: [] for one in candidates}
        ballots: list[dict[str, JsonValue]] = []
        for (one, vote), answer in zip(asked, answers, strict=True):
            score = answer if answer is not None and math.isfinite(answer) else None
            ballots.append({"candidate": one.id, "index": vote, "score": score})
            if score is not None:
                given[one.id].append(score)
        means = {name: sum(scores) / len(scores) for name, scores in given.items() if scores}
        silent = bool(candidates) and not means
        note = "no readable score: the order is drawn from the seed" if silent else ""
        drawn = {name: mean + self.noise(rng) for name, mean in means.items()}
        chosen = rank(candidates, drawn, rng, votes=ballots, spent=spent, note=note)
        return chosen.model_copy(update={"scores": means})

    def noise(self, rng: random.Random) -> float:
        if not self.temperature:
            return 0.0
        return -self.temperature * math.log(-math.log(rng.random() or 1e-300))


def check_bounds(votes: int, temperature: float) -> None:
    if votes < 1 or not temperature >= 0:
        raise ValueError("votes must be at least 1 and temperature at least 0")
