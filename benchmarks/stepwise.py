"""Step by step or whole, and what it costs: simulated solvers and process rewards of known quality.

    .venv/bin/python benchmarks/stepwise.py

A problem takes six steps, each right with a chance p whatever came before; a solution is right when
all its steps are. The process reward of a beginning is 0.75 where all is right so far and 0.35
where not, with normal noise. Printed for each method: the share of problems solved, with the 95 %
interval, and the steps written and rewards asked for a problem, which are what it costs.
"""

from __future__ import annotations

import argparse
import asyncio
import random
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

from rich.console import Console
from rich.table import Table
from scipy.stats import binomtest

from proofloop.core.task import Task
from proofloop.graphs.a_star_search import AStar
from proofloop.graphs.particle_filter import ParticleFilter
from proofloop.graphs.steps import Partial

TASK = Task(id="simulated", kind="solve")
STEPS = 6


@dataclass
class Solver:
    """``written``: steps so far."""

    p: float
    rng: random.Random
    written: int = 0

    async def extend(self, task: Task, partials: Sequence[Partial], *, index: int) -> list[Partial]:
        self.written += len(partials)
        return [
            Partial(steps=(*one.steps, self.step()), done=len(one.steps) + 1 == STEPS)
            for one in partials
        ]

    def step(self) -> str:
        """No two are the same text."""
        return f"{'right' if self.rng.random() < self.p else 'wrong'} {self.rng.getrandbits(40)}"


@dataclass
class Rewards:
    """``asked``: rewards so far."""

    noise: float
    rng: random.Random
    asked: int = 0

    async def score(self, task: Task, partials: Sequence[Partial]) -> list[float | None]:
        self.asked += len(partials)
        return [(0.75 if right(one) else 0.35) + self.rng.gauss(0, self.noise) for one in partials]


def right(partial: Partial) -> bool:
    return all(step.startswith("right") for step in partial.steps)


Method = Callable[[Solver, Rewards, int], Awaitable[Partial]]


def best_of(n: int) -> Method:
    async def run(solver: Solver, rewards: Rewards, seed: int) -> Partial:
        whole = [Partial()] * n
        for _ in range(STEPS):
            whole = await solver.extend(TASK, whole, index=0)
        scores = await rewards.score(TASK, whole)
        return max(zip(whole, scores, strict=True), key=lambda pair: pair[1] or 0.0)[0]

    return run


def particles(n: int) -> Method:
    async def run(solver: Solver, rewards: Rewards, seed: int) -> Partial:
        search = ParticleFilter(solver, rewards, n=n, steps=STEPS)
        return (await search.run(TASK, random.Random(seed))).best.partial

    return run


def astar(k: int) -> Method:
    async def run(solver: Solver, rewards: Rewards, seed: int) -> Partial:
        return (await AStar(solver, rewards, k=k, seed=seed).run(TASK)).best.partial

    return run


METHODS: dict[str, Method] = {
    "best of 16": best_of(16),
    "best of 64": best_of(64),
    "particles, 8": particles(8),
    "particles, 16": particles(16),
    "A*, k = 4": astar(4),
    "A*, k = 6": astar(6),
}


async def measured(method: Method, p: float, noise: float, problems: int) -> tuple[int, int, int]:
    """Problems solved, steps written, rewards asked."""
    solved = written = asked = 0
    for seed in range(problems):
        solver = Solver(p, random.Random(f"{seed} solver"))
        rewards = Rewards(noise, random.Random(f"{seed} rewards"))
        best = await method(solver, rewards, seed)
        solved += best.done and right(best)
        written += solver.written
        asked += rewards.asked
    return solved, written, asked


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--problems", type=int, default=1000)
    problems = parser.parse_args().problems
    for p in (0.5, 0.7):
        for noise in (0.05, 0.15, 0.25):
            table = Table(title=f"p = {p}, noise {noise}")
            for name in ("method", "solved", "steps", "rewards"):
                table.add_column(name)
            for name, method in METHODS.items():
                solved, written, asked = asyncio.run(measured(method, p, noise, problems))
                low, high = binomtest(solved, problems).proportion_ci(method="wilson")
                share = f"{100 * solved / problems:.0f} [{100 * low:.0f}, {100 * high:.0f}]"
                table.add_row(name, share, f"{written / problems:.0f}", f"{asked / problems:.0f}")
            Console().print(table)


if __name__ == "__main__":
    main()
