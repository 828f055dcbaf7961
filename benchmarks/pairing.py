"""Does V1's pairing pay? Against random pairs and single scores, at equal calls.

    .venv/bin/python benchmarks/pairing.py             # a few minutes
    .venv/bin/python benchmarks/pairing.py --draws 200 --noise 1 2 3 4 5 --calls 1 2 3

Sixteen candidates at a time, drawn from the recorded answers to Game of 24 with at least one right
and one wrong among them (elsewhere no selector matters). Every method sees the same candidates and
the same kind of judge (``graphs/selectors/simulated.py``): right answers are rated 7, wrong ones
4.5, with normal noise of the standard deviation named, which two that are rated side by side
mostly share. Accuracy is the mean over draws of a puzzle and then over puzzles; differences are
paired by draw, their 95 % intervals those of the bootstrap over puzzles.
"""

from __future__ import annotations

import argparse
import asyncio
import random
from collections.abc import Callable, Sequence

from rich.console import Console
from rich.table import Table

from proofloop.core.task import Candidate, Task
from proofloop.core.verdict import Selector
from proofloop.datasets.metrics import mean, quantile
from proofloop.datasets.recorded import Recorded, game24
from proofloop.graphs.selectors.best_of_n import BestOfN
from proofloop.graphs.selectors.simulated import Right, SimulatedJudge
from proofloop.graphs.selectors.v1 import SwissPairs

N = 16
TASK = Task(id="recorded", kind="solve")
Make = Callable[[SimulatedJudge, int, int], Selector]

METHODS: dict[str, Make] = {
    "scores": lambda judge, calls, seed: BestOfN(judge, votes=calls, seed=seed),
    "random pairs": lambda judge, calls, seed: SwissPairs(
        judge, factor=calls, seed=seed, pairing="random"
    ),
    "V1": lambda judge, calls, seed: SwissPairs(judge, factor=calls, seed=seed),
}


def drawn(problem: Recorded, rng: random.Random) -> Sequence[Candidate]:
    """Candidates among which there is something to choose."""
    while True:
        some = rng.sample(problem.candidates, N)
        if 0 < sum(one.id in problem.right for one in some) < N:
            return some


def knows(problem: Recorded) -> Right:
    return lambda one: one.id in problem.right


async def accuracies(
    problems: Sequence[Recorded], noise: float, calls: int, draws: int
) -> dict[str, list[float]]:
    """By method, the share of each problem's draws whose chosen candidate is right."""
    found: dict[str, list[float]] = {name: [] for name in METHODS}
    for problem in problems:
        rng = random.Random(problem.id)
        groups = [drawn(problem, rng) for _ in range(draws)]
        for name, make in METHODS.items():
            right = 0
            for seed, group in enumerate(groups):
                judge = SimulatedJudge(knows(problem), noise=noise, seed=seed)
                best = (await make(judge, calls, seed).select(TASK, group)).best
                assert len(judge.calls) == calls * N
                right += best in problem.right
            found[name].append(right / draws)
    return found


def difference(first: Sequence[float], second: Sequence[float], rng: random.Random) -> str:
    gaps = [100 * (a - b) for a, b in zip(first, second, strict=True)]
    means = sorted(mean(rng.choices(gaps, k=len(gaps))) for _ in range(2000))
    low, high = quantile(means, 0.025), quantile(means, 0.975)
    return f"{mean(gaps):+.1f} [{low:+.1f}, {high:+.1f}]"


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--draws", type=int, default=40, help="groups of candidates a puzzle")
    parser.add_argument("--noise", type=float, nargs="+", default=[1, 2, 3, 4])
    parser.add_argument("--calls", type=int, nargs="+", default=[1, 2, 3], help="a candidate")
    args = parser.parse_args()
    problems = [one for one in game24() if 0 < len(one.right) < len(one.candidates)]
    shown = Table(
        *("noise", "calls", *METHODS, "V1 - random pairs", "V1 - scores"),
        title=f"{len(problems)} puzzles, {args.draws} draws of {N}",
    )
    for noise in args.noise:
        for calls in args.calls:
            found = asyncio.run(accuracies(problems, noise, calls, args.draws))
            rng = random.Random(0)
            shown.add_row(
                f"{noise:g}",
                f"{calls * N}",
                *(f"{100 * mean(values):.1f}" for values in found.values()),
                difference(found["V1"], found["random pairs"], rng),
                difference(found["V1"], found["scores"], rng),
            )
    Console(width=120).print(shown)


if __name__ == "__main__":
    main()
