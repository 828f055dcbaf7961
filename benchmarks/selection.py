"""Which selector to pick: accuracy against the number of samples, on recorded samples.

    .venv/bin/python benchmarks/selection.py                # game24 and gsm8k, seconds
    .venv/bin/python benchmarks/selection.py --humaneval    # runs 16,400 programs in the sandbox
    .venv/bin/python benchmarks/selection.py --judges       # selectors that ask a simulated judge
    .venv/bin/python benchmarks/selection.py --mistakes     # locating the first wrong step

For each N the candidates of a problem are N of its recorded samples, drawn without putting back,
again and again; accuracy is the mean over problems and draws, the interval that of the bootstrap
over problems. "one" is a single sample, "any" a perfect selector (coverage). Selectors that need a
judge get a simulated one of the accuracy and the biases named. What has run of HumanEval is kept
in the folder ``--out`` and not run again.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import random
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path

from rich.console import Console
from rich.progress import track
from rich.table import Table

from proofloop.core.task import Candidate, Task
from proofloop.core.verdict import Selector
from proofloop.datasets.metrics import Estimate, mean, pass_at_k, quantile
from proofloop.datasets.mistakes import bbmistake, located
from proofloop.datasets.recorded import Programs, Recorded, game24, gsm8k, humaneval
from proofloop.graphs.first_mistake import SimulatedChecker, first_mistake
from proofloop.graphs.selectors.best_of_n import BestOfN
from proofloop.graphs.selectors.majority import Majority
from proofloop.graphs.selectors.rtv import RecursiveTournament
from proofloop.graphs.selectors.shortest import ShortestFirst
from proofloop.graphs.selectors.simulated import SimulatedJudge
from proofloop.graphs.selectors.v1 import SwissPairs
from proofloop.tools.answers.algebra import Algebra
from proofloop.tools.answers.same import SameAnswers
from proofloop.tools.code.runner import TestBench, behaviour
from proofloop.tools.code.same import key_of

TASK = Task(id="recorded", kind="solve")
SIZES = (1, 2, 4, 8, 16, 32, 64)
Make = Callable[[Recorded, int], Selector]


def by_content(problem: Recorded) -> Callable[[str], str]:
    """The answer of a candidate's text, as the data set reads it."""
    known = {one.content: problem.answers[one.id] for one in problem.candidates}
    return lambda text: known[text]


PLAIN: dict[str, Make] = {
    "majority": lambda problem, seed: Majority(answer=by_content(problem), seed=seed),
    "shortest": lambda problem, seed: ShortestFirst(m=1, answer=by_content(problem)),
    "short-3": lambda problem, seed: ShortestFirst(m=3, answer=by_content(problem)),
}


def judge(problem: Recorded, seed: int, bias: dict[str, float]) -> SimulatedJudge:
    return SimulatedJudge(right=lambda one: one.id in problem.right, seed=seed, **bias)


def judged(accuracy: float, **bias: float) -> dict[str, Make]:
    """The judge-based selectors, with a judge of this kind."""
    kind = {"accuracy": accuracy, **bias}
    return {
        "scores x3": lambda p, s: BestOfN(judge(p, s, kind), votes=3, seed=s),
        "pairs x3": lambda p, s: SwissPairs(judge(p, s, kind), pairing="random", seed=s),
        "V1 x3": lambda p, s: SwissPairs(judge(p, s, kind), seed=s),
        "RTV V=4": lambda p, s: RecursiveTournament(judge(p, s, kind), votes=4, seed=s),
    }


JUDGES: dict[str, dict[str, Make]] = {
    "judge 0.75": judged(0.75),
    "first place 0.5": judged(0.75, first_place=0.5),
    "longest 0.5": judged(0.75, longest=0.5),
}


async def accuracies(
    problems: Sequence[Recorded], make: Make, size: int, draws: int, rng: random.Random
) -> list[float]:
    """For each problem with enough samples, how often the chosen one is right."""
    found = []
    for problem in problems:
        if len(problem.candidates) < size:
            continue
        right = 0
        for draw in range(draws):
            chosen = rng.sample(problem.candidates, size)
            best = (await make(problem, draw).select(TASK, chosen)).best
            right += best in problem.right
        found.append(right / draws)
    return found


def interval(values: Sequence[float], rng: random.Random) -> str:
    """Mean with the 95 % bootstrap interval over problems, in per cent."""
    if not values:
        return "-"
    means = sorted(mean(rng.choices(values, k=len(values))) for _ in range(500))
    low, high = quantile(means, 0.025), quantile(means, 0.975)
    return f"{100 * mean(values):.1f} [{100 * low:.0f}, {100 * high:.0f}]"


async def table(
    title: str, problems: Sequence[Recorded], makes: dict[str, Make], draws: int, console: Console
) -> None:
    most = max(len(problem.candidates) for problem in problems)
    sizes = [size for size in SIZES if size <= most]
    shown = Table("selector", *(f"N={size}" for size in sizes), title=title)
    rows: dict[str, Callable[[int, random.Random], Awaitable[list[float]]]] = {}
    for name, make in makes.items():
        rows[name] = lambda size, rng, make=make: accuracies(problems, make, size, draws, rng)
    rows["any"] = lambda size, rng: covered(problems, size)
    for name, row in rows.items():
        cells = []
        for size in sizes:
            rng = random.Random(size)
            cells.append(interval(await row(size, rng), rng))
        shown.add_row(name, *cells)
    console.print(shown)


async def covered(problems: Sequence[Recorded], size: int) -> list[float]:
    return [
        pass_at_k(len(one.candidates), len(one.right), size)
        for one in problems
        if len(one.candidates) >= size
    ]


# Simulated step checkers: accuracy and biases, and votes on each step.
CHECKERS: dict[str, tuple[dict[str, float], int]] = {
    "accuracy 0.99": ({"accuracy": 0.99}, 1),
    "accuracy 0.9": ({"accuracy": 0.9}, 1),
    "accuracy 0.9, 3 votes": ({"accuracy": 0.9}, 3),
    "accuracy 0.9, 5 votes": ({"accuracy": 0.9}, 5),
    "accuracy 0.75": ({"accuracy": 0.75}, 1),
    "accuracy 0.75, 9 votes": ({"accuracy": 0.75}, 9),
    "0.9, lenient 0.3": ({"accuracy": 0.9, "lenient": 0.3}, 1),
    "0.9, lenient 0.3, 5 votes": ({"accuracy": 0.9, "lenient": 0.3}, 5),
    "0.9, severe 0.1": ({"accuracy": 0.9, "severe": 0.1}, 1),
    "0.9, severe 0.1, 5 votes": ({"accuracy": 0.9, "severe": 0.1}, 5),
}


async def mistakes(console: Console) -> None:
    """How well step checkers of set quality locate the first wrong step."""
    traces = bbmistake()
    shown = Table(
        *("checker", "location", "of wrong", "within 1", "of right", "any mistake", "calls"),
        title=f"BIG-Bench Mistake, {len(traces)} traces",
    )
    for name, (kind, votes) in CHECKERS.items():
        places, calls = [], 0
        for trace in traces:
            checker = SimulatedChecker(trace.wrong, **kind)
            found = await first_mistake(checker, trace.task, trace.steps, votes=votes)
            places.append(found.place)
            calls += found.calls
        report = located(traces, places)
        parts = report.location, report.found, report.near, report.cleared, report.detection
        shown.add_row(name, *map(percent, parts), f"{calls / len(traces):.1f}")
    console.print(shown)


def percent(estimate: Estimate | None) -> str:
    if estimate is None:
        return "-"
    return f"{100 * estimate.value:.1f} [{100 * estimate.low:.0f}, {100 * estimate.high:.0f}]"


def run_humaneval(folder: Path, most: int | None, samples: int | None = None) -> list[Recorded]:
    """Every distinct program once, of the first ``samples`` of a problem: does it pass, and what
    does it return on the inputs?"""
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / "humaneval.jsonl"
    done = {}
    if file.exists():
        done = {entry["id"]: entry for entry in map(json.loads, file.read_text().splitlines())}
    problems = [
        one.model_copy(update={"programs": one.programs[:samples]})
        for one in list(humaneval())[:most]
    ]
    for problem in track(problems, "HumanEval"):
        if problem.id not in done:
            done[problem.id] = asyncio.run(run_problem(problem))
            with file.open("a") as out:
                out.write(json.dumps(done[problem.id]) + "\n")
    return [recorded(problem, done[problem.id]) for problem in problems]


async def run_problem(problem: Programs) -> dict[str, object]:
    distinct = list(dict.fromkeys(problem.programs))
    waiting = list(enumerate(distinct))
    passed: dict[int, bool] = {}
    behaved: dict[int, str] = {}

    async def work() -> None:
        async with TestBench(problem.tests, problem.entry) as bench:
            while waiting:
                number, program = waiting.pop()
                passed[number] = (await bench.try_program(program)).passed
                seen = await behaviour(program, problem.entry, problem.inputs)
                behaved[number] = json.dumps(seen)[:5000]

    await asyncio.gather(*(work() for _ in range(os.cpu_count() or 1)))
    places = {program: number for number, program in enumerate(distinct)}
    order = [places[program] for program in problem.programs]
    return {
        "id": problem.id,
        "passed": [passed[number] for number in order],
        "behaviour": [behaved[number] for number in order],
    }


def by_value(problems: Sequence[Recorded]) -> list[Recorded]:
    """With answers of the same value as one text."""

    async def one(problem: Recorded, same: SameAnswers) -> Recorded:
        texts = sorted({text for text in problem.answers.values() if text})
        heads = {
            texts[place]: texts[members[0]]
            for members in await same.classes(texts)
            for place in members
        }
        answers = {name: heads.get(text, "") for name, text in problem.answers.items()}
        return problem.model_copy(update={"answers": answers})

    async def all_of_them() -> list[Recorded]:
        async with Algebra() as algebra:
            same = SameAnswers(algebra=algebra)
            return [await one(problem, same) for problem in track(problems, "answers by value")]

    return asyncio.run(all_of_them())


def voted(behaviour: str) -> str:
    """The vote of a program: none where it failed on every input."""
    try:
        return key_of(json.loads(behaviour))
    except ValueError:  # too long to be kept whole
        return behaviour


def recorded(problem: Programs, outcome: dict[str, object]) -> Recorded:
    candidates = [
        Candidate(id=f"{problem.id}/{i}", task_id=problem.id, content=program)
        for i, program in enumerate(problem.programs)
    ]
    passed, behaved = outcome["passed"], outcome["behaviour"]
    assert isinstance(passed, list) and isinstance(behaved, list)
    return Recorded(
        id=problem.id,
        candidates=tuple(candidates),
        answers={one.id: voted(text) for one, text in zip(candidates, behaved, strict=True)},
        right=frozenset(one.id for one, ok in zip(candidates, passed, strict=True) if ok),
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--humaneval", action="store_true", help="run the programs too")
    parser.add_argument("--problems", type=int, help="at most so many of HumanEval")
    parser.add_argument("--draws", type=int, default=20, help="subsets a problem and size")
    parser.add_argument("--judges", action="store_true", help="with simulated judges (slower)")
    parser.add_argument("--mistakes", action="store_true", help="only BIG-Bench Mistake")
    parser.add_argument("--out", type=Path, default=Path("runs/selection"))
    args = parser.parse_args()
    console = Console(width=140)
    if args.mistakes:
        asyncio.run(mistakes(console))
        return
    sets = {
        "game24, 100 puzzles": game24(),
        "gsm8k, four models": gsm8k(),
        "gsm8k, answers by value": by_value(gsm8k()),
    }
    if args.humaneval:
        sets["HumanEval, by behaviour"] = run_humaneval(args.out, args.problems)
    for name, problems in sets.items():
        asyncio.run(table(name, problems, PLAIN, args.draws, console))
    if args.judges:
        problems = sets["game24, 100 puzzles"]
        for name, makes in JUDGES.items():
            asyncio.run(table(f"game24, {name}", problems, makes, 5, console))


if __name__ == "__main__":
    main()
