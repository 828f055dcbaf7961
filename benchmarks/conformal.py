"""Does a conformal stopping rule keep its word on recorded samples?

    .venv/bin/python benchmarks/conformal.py                          # gsm8k and game24, a minute
    .venv/bin/python benchmarks/conformal.py --humaneval --samples 16 # runs its programs first

The problems are parted at random into halves again and again: on one the rule is calibrated
(``graphs/stopping/conformal.py``), on the other it stops. "covered" is how often the right answer
was in all the sets up to where it stopped, "wrong" how often it stopped with a wrong answer: the
rule promises 1 - alpha at the least and alpha at the most. "stopped" is how often it stopped
before the last sample or at it, "samples" how many it took, "right" and "all" the accuracy of its
answer and of the majority of all samples. Intervals: 95 %, the parting of problems drawn anew.
"""

from __future__ import annotations

import argparse
import itertools
import random
from collections.abc import Sequence
from pathlib import Path

from rich.console import Console
from rich.table import Table
from selection import run_humaneval

from proofloop.datasets.metrics import mean, quantile
from proofloop.datasets.recorded import Recorded, game24, gsm8k
from proofloop.graphs.stopping.conformal import Conformal, History, prediction_set
from proofloop.graphs.stopping.rule import Sample, shares


def history_of(problem: Recorded, most: int, rng: random.Random) -> History:
    """Some of a problem's samples, in an order of their own."""
    chosen = rng.sample(problem.candidates, most)
    return History(
        answers=tuple(problem.answers[one.id] for one in chosen),
        right=frozenset(problem.answers[name] for name in problem.right) - {""},
    )


def leading(samples: Sequence[Sample]) -> str:
    return next((answer for answer, _ in shares(samples)), "")


def tried(rule: Conformal, history: History, most: int) -> dict[str, float]:
    samples = [Sample(answer=answer) for answer in history.answers]
    covered, stopped, n = True, False, most
    for k, least in rule.least.items():
        kept = prediction_set(samples[:k], least)
        covered &= "" in kept or any(answer in history.right for answer in kept)
        if len(kept) == 1 and least > 0:
            stopped, n = True, k
            break
    right = leading(samples[:n]) in history.right
    return {
        "covered": covered,
        "stopped": stopped,
        "wrong": stopped and not right,
        "samples": n,
        "right": right,
        "all": leading(samples) in history.right,
    }


def parted(
    problems: Sequence[Recorded], looks: Sequence[int], alpha: float, times: int
) -> list[dict[str, float]]:
    """What the rule did on the other half, in the mean, for each parting."""
    rows = []
    for seed in range(times):
        rng = random.Random(seed)
        histories = [history_of(one, max(looks), rng) for one in problems]
        rng.shuffle(histories)
        half = len(histories) // 2
        rule = Conformal.calibrated(histories[:half], alpha=alpha, looks=looks)
        found = [tried(rule, history, max(looks)) for history in histories[half:]]
        rows.append({name: mean([one[name] for one in found]) for name in found[0]})
    return rows


def cell(rows: Sequence[dict[str, float]], name: str) -> str:
    values = [row[name] for row in rows]
    scale = 1 if name == "samples" else 100
    low, high = (scale * quantile(sorted(values), level) for level in (0.025, 0.975))
    return f"{scale * mean(values):.1f} [{low:.1f}, {high:.1f}]"


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--humaneval", action="store_true", help="run the programs too")
    parser.add_argument("--problems", type=int, help="at most so many of HumanEval")
    parser.add_argument("--samples", type=int, help="at most so many programs a problem")
    parser.add_argument("--times", type=int, default=200, help="partings")
    parser.add_argument("--alpha", type=float, nargs="+", default=[0.1, 0.6, 0.9])
    parser.add_argument("--out", type=Path, default=Path("runs/conformal"))
    args = parser.parse_args()
    sets = {"gsm8k": (gsm8k(), ((2, 3, 4), (3,))), "game24": (game24(), ((4, 8, 16), (8,)))}
    if args.humaneval:
        programs = run_humaneval(args.out, args.problems, args.samples)
        sets["HumanEval"] = (programs, ((4, 8, 16), (8,)))
    names = ("covered", "wrong", "stopped", "samples", "right", "all")
    for title, (problems, choices) in sets.items():
        shown = Table("looks", "alpha", *names, title=f"{title}, {len(problems)} problems")
        for looks, alpha in itertools.product(choices, args.alpha):
            rows = parted(problems, looks, alpha, args.times)
            shown.add_row(str(looks), f"{alpha:g}", *(cell(rows, name) for name in names))
        Console(width=150).print(shown)


if __name__ == "__main__":
    main()
