"""``proofloop evaluate``: how often a method of proof succeeds in k tries."""

from __future__ import annotations

import os
import time
from typing import TYPE_CHECKING, Annotated, Any

import typer

from proofloop.cli import INTERRUPTED, options
from proofloop.cli.batch import digest
from proofloop.cli.output import console, install_progress, notes, print_json, remaining
from proofloop.cli.source import read_tasks

if TYPE_CHECKING:
    from proofloop.core.run import Run
    from proofloop.core.settings import Settings
    from proofloop.core.task import Task
    from proofloop.datasets.evaluate import OnTrial, Trial


@options.with_settings
def command(
    source: Annotated[str, typer.Argument(metavar="IN.jsonl", help="One formal task a line.")],
    out: options.Out,
    method: options.Method = "whole",
    samples: Annotated[int, typer.Option("--samples", min=1, help="Tries of every task.")] = 1,
    portfolio: Annotated[
        bool, typer.Option(help="Try the portfolio before the model in every try.")
    ] = False,
    concurrency: Annotated[
        int | None, typer.Option(min=1, help="Tries at once.", show_default="2 a core")
    ] = None,
    limit: Annotated[int | None, typer.Option(min=1, help="Only the first N tasks.")] = None,
    json: options.Json = False,
    *,
    settings: Settings,
) -> None:
    """Measure a method of proof: pass@1 to pass@N.

    Every task's formal statement is tried N times, independently; pass@k is estimated without
    bias from all tries, with a bootstrap interval over the tasks. One line a try goes to
    OUT/results.jsonl; the same command again takes up where the last one stopped. Exit code 0
    when every try came to its end, 1 when some failed or the budget ended first."""
    from proofloop.core.run import Run
    from proofloop.core.settings import OFFLINE
    from proofloop.graphs.catalogue import method_graph

    method_graph(method)
    tasks = read_tasks(source, limit=limit, formal=True)
    asked = {
        "evaluate": digest(tasks),
        "method": method,
        "portfolio": portfolio,
    }
    chosen = options.with_search(settings, portfolio=portfolio or method == "portfolio")
    if chosen.model_name == OFFLINE and method in ("whole", "sketch") and not portfolio:
        words = "the offline model writes no proofs: take --portfolio, another --method, or --model"
        notes().print(words, style="yellow")
    run = Run(out, chosen, asked)
    workers = concurrency or 2 * (os.cpu_count() or 1)
    try:
        with run, install_progress() as progress:
            import asyncio

            trials = asyncio.run(run_all(run, tasks, method, samples, workers, progress))
    except KeyboardInterrupt:
        notes().print("interrupted; the same command goes on")
        raise typer.Exit(INTERRUPTED) from None
    report(trials, tasks, samples, method, run, json)
    complete = len(trials) == len(tasks) * samples and all(trial.final for trial in trials)
    raise typer.Exit(0 if complete else 1)


async def run_all(
    run: Run,
    tasks: list[Task],
    method: str,
    samples: int,
    workers: int,
    progress: Any,
) -> list[Trial]:
    from proofloop.datasets.evaluate import Trial, evaluate
    from proofloop.datasets.jobs import finished
    from proofloop.graphs.catalogue import method_graph
    from proofloop.session import open_context

    tell = teller(len(tasks) * samples, len(finished(run.results, Trial)))
    async with open_context(run, tasks=workers, progress=progress) as context:
        return await evaluate(
            tasks,
            context,
            run.folder,
            method_graph(method),
            samples=samples,
            concurrency=workers,
            on_trial=tell,
        )


def teller(total: int, told: int) -> OnTrial:
    """Says one line a try on standard error, with the time that is left at the pace so far;
    ``told`` are in."""
    before, start = told, time.monotonic()

    def tell(trial: Trial) -> None:
        nonlocal told
        told += 1
        left = remaining(start, told - before, total - told)
        words = f"[{told}/{total}{left}] {trial.id} sample {trial.sample}: {trial.status}"
        notes().print(f"{words} {trial.error}".rstrip(), markup=False, soft_wrap=True)

    return tell


def report(
    trials: list[Trial], tasks: list[Task], samples: int, method: str, run: Run, as_json: bool
) -> None:
    from proofloop.datasets.evaluate import pass_at

    estimates = pass_at(trials, seed=run.settings.seed)
    proved = {trial.id for trial in trials if trial.status == "proved"}
    unreadable = {trial.id: trial.error for trial in trials if trial.status == "unreadable"}
    summary = {
        "tasks": len(tasks),
        "samples": samples,
        "trials": len(trials),
        "method": method,
        "model": run.settings.model_name,
        "proved": len(proved),
        "pass_at": {k: estimate.model_dump() for k, estimate in estimates.items()},
        "errors": sum(trial.status == "error" for trial in trials),
        "unreadable": unreadable,
        "partial": sum(trial.status == "partial" for trial in trials),
        "spent": run.budget.spent().model_dump(),
        "run": str(run.folder),
    }
    if as_json:
        print_json(summary)
        return
    console().print(f"{len(proved)} of {len(tasks)} tasks proved in some of {len(trials)} tries")
    for name, words in unreadable.items():
        console().print(f"left out, {name}: {words}", markup=False, soft_wrap=True)
    for k, estimate in estimates.items():
        level = f"{estimate.level:.0%}"
        console().print(
            f"pass@{k:<4} {estimate.value:.3f}   {level} {estimate.low:.3f} to {estimate.high:.3f}"
        )
    if not all(trial.final for trial in trials) or len(trials) < len(tasks) * samples:
        console().print("[yellow]some tries are left: the same command goes on[/]")
    console().print(f"run folder: {run.folder}", markup=False, soft_wrap=True)
