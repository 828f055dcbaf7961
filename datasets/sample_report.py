"""What a file of samples says: coverage, the verifier's ceiling, what a right answer costs.

A line of the file is one sample: ``task`` and ``correct`` (true or false), and where known
``accepted`` (by a verifier that can be wrong), ``cost`` (any one unit), ``method`` and ``answer``.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from pathlib import Path

from pydantic import Field, ValidationError

from proofloop.core.errors import InputError
from proofloop.core.model import Frozen
from proofloop.datasets.metrics import Estimate, bootstrapped, mean_pass_at_k
from proofloop.tools.analysis.cost_of_pass import (
    Attempts,
    attempts_of,
    contributions,
    cost_of_pass,
    mean_frontier,
    pareto,
)
from proofloop.tools.analysis.coverage import PowerLaw, fit, powers_of_two
from proofloop.tools.analysis.verifier import Solver, accuracy, best_budget, ceiling

LONGEST_LINE = 1_000_000


class Sample(Frozen):
    task: str
    correct: bool
    accepted: bool | None = None
    cost: float | None = Field(default=None, ge=0)
    method: str = "all"
    answer: str = ""


class Verified(Frozen):
    """Resampling until the verifier accepts: accuracy by the most samples, what no budget passes,
    and the best number of samples when an accepted wrong answer costs as much as a right one is
    worth."""

    accuracy: dict[int, Estimate]
    ceiling: float
    best_budget: int


class MethodReport(Frozen):
    """``coverage`` by k; ``law`` is None where there is too little to fit. ``cost_of_pass`` is the
    mean over the tasks of a right answer's cost, None where some task was never solved or costs
    are not known."""

    tasks: int
    samples: int
    coverage: dict[int, Estimate]
    law: PowerLaw | None = None
    verified: Verified | None = None
    mean_cost: float | None = None
    cost_of_pass: float | None = None
    solved_at_all: int = 0


class SampleReport(Frozen):
    """``front``: the methods that none beats in both cost and accuracy; ``frontier`` the mean
    lowest price of a right answer with an expert at ``expert``, and ``adds`` what each method
    saves of it. These are empty without costs."""

    methods: dict[str, MethodReport]
    front: tuple[str, ...] = ()
    expert: float | None = None
    frontier: float | None = None
    adds: dict[str, float] = Field(default_factory=dict)


def read_samples(file: Path) -> list[Sample]:
    """Raises InputError with the file, the line and the field that is wrong."""
    samples = []
    try:
        with file.open(encoding="utf-8") as lines:
            for number, line in enumerate(lines, 1):
                if line.strip():
                    samples.append(_sample(line, file, number))
    except OSError as error:
        raise InputError(error.strerror or str(error), file=file) from None
    except UnicodeDecodeError:
        raise InputError("not UTF-8", file=file) from None
    if not samples:
        raise InputError("no samples", file=file)
    return samples


def _sample(line: str, file: Path, number: int) -> Sample:
    if len(line) > LONGEST_LINE:
        raise InputError("too long", file=file, line=number)
    try:
        return Sample.model_validate_json(line)
    except ValidationError as error:
        first = error.errors()[0]
        field = ".".join(str(part) for part in first["loc"])
        raise InputError(first["msg"], file=file, line=number, field=field or None) from None


def analyze(samples: Iterable[Sample], *, expert: float | None = None) -> SampleReport:
    """``expert`` is the price of a right answer by other means; by default ten times the dearest
    attempt's."""
    by_method: dict[str, dict[str, list[Sample]]] = defaultdict(lambda: defaultdict(list))
    for sample in samples:
        by_method[sample.method][sample.task].append(sample)
    reports = {name: report_of(list(tasks.values())) for name, tasks in by_method.items()}
    priced = {
        name: {task: attempts(group) for task, group in tasks.items()}
        for name, tasks in by_method.items()
        if reports[name].mean_cost is not None
    }
    if not priced:
        return SampleReport(methods=reports)
    if expert is None:
        costs = [one.cost / one.tried for table in priced.values() for one in table.values()]
        expert = 10 * max(costs)
    points = {
        name: (reports[name].mean_cost or 0.0, reports[name].coverage[1].value) for name in priced
    }
    return SampleReport(
        methods=reports,
        front=tuple(pareto(points)),
        expert=expert,
        frontier=mean_frontier(priced, expert=expert),
        adds=contributions(priced, expert=expert),
    )


def report_of(groups: Sequence[Sequence[Sample]]) -> MethodReport:
    """The report of one method, from the samples of each task."""
    counts = [(len(group), sum(one.correct for one in group)) for group in groups]
    fewest = min(samples for samples, _ in counts)
    coverage = {k: mean_pass_at_k(counts, k) for k in powers_of_two(fewest)}
    costs = [one.cost for group in groups for one in group]
    known = [cost for cost in costs if cost is not None]
    priced = len(known) == len(costs)
    passes = [cost_of_pass(attempts(group)) for group in groups] if priced else []
    finite = passes and max(passes) < float("inf")
    return MethodReport(
        tasks=len(groups),
        samples=sum(samples for samples, _ in counts),
        coverage=coverage,
        law=law_of({k: estimate.value for k, estimate in coverage.items()}),
        verified=verified(groups),
        mean_cost=sum(known) / len(known) if priced else None,
        cost_of_pass=sum(passes) / len(passes) if finite else None,
        solved_at_all=sum(right > 0 for _, right in counts),
    )


def law_of(coverage: dict[int, float]) -> PowerLaw | None:
    """The fitted curve; None where fewer than three points rise above zero."""
    points = [(k, value) for k, value in coverage.items() if value > 0]
    return fit(points) if len(points) >= 3 else None


def verified(groups: Sequence[Sequence[Sample]]) -> Verified | None:
    """None unless every sample says whether it was accepted."""
    if any(one.accepted is None for group in groups for one in group):
        return None
    solvers = [solver_of(group) for group in groups]
    most = powers_of_two(min(len(group) for group in groups))
    return Verified(
        accuracy={k: bootstrapped([accuracy([one], k) for one in solvers]) for k in most},
        ceiling=ceiling(solvers),
        best_budget=best_budget(solvers, cost=1.0),
    )


def solver_of(group: Sequence[Sample]) -> Solver:
    right = [one for one in group if one.correct]
    wrong = [one for one in group if not one.correct]
    return Solver(
        p=len(right) / len(group),
        miss=sum(not one.accepted for one in right) / len(right) if right else 0.0,
        fooled=sum(bool(one.accepted) for one in wrong) / len(wrong) if wrong else 0.0,
    )


def attempts(group: Sequence[Sample]) -> Attempts:
    return attempts_of([one.cost or 0.0 for one in group], [one.correct for one in group])
