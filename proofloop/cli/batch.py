"""``proofloop batch``: a data set of tasks, formalized and proved."""

from __future__ import annotations

import hashlib
import os
from collections import Counter
from functools import partial
from typing import TYPE_CHECKING, Annotated, Any

import typer

from proofloop.cli import INTERRUPTED, options
from proofloop.cli.output import console, install_progress, notes, print_json
from proofloop.cli.planned import show_plan
from proofloop.cli.queued import accepted, announce, queued
from proofloop.cli.source import read_tasks

if TYPE_CHECKING:
    from proofloop.core.run import Run
    from proofloop.core.settings import Settings
    from proofloop.core.task import Task
    from proofloop.datasets.batch import OnResult, Result
    from proofloop.graphs.runner import GraphFactory

COLUMNS = ("done", "formalized", "compiled", "consistent", "proved", "refused", "errors")


@options.with_settings
def command(
    source: Annotated[str, typer.Argument(metavar="IN.jsonl", help="One task a line.")],
    out: options.Out,
    concurrency: Annotated[
        int | None, typer.Option(min=1, help="Tasks at once.", show_default="2 a core")
    ] = None,
    processes: options.Processes = 1,
    limit: Annotated[int | None, typer.Option(min=1, help="Only the first N tasks.")] = None,
    method: options.Formalizer = "formalize",
    samples: options.Samples = None,
    review: options.Review = False,
    negate_with: options.NegateWith = None,
    plan: options.Planned = False,
    json: options.Json = False,
    *,
    settings: Settings,
) -> None:
    """Formalize and prove every task of a JSONL file.

    Results go to OUT/results.jsonl, one line a task as it is done; the same command again takes
    up where the last one stopped. With `--review` each statement waits for a person before it is
    proved: decide with `proofloop review OUT`, and the same command goes on with what is decided.

    Exit code 0 when every task came to a result, 1 when some failed, lack a model's or a judge's
    answer or wait for a person, or the budget ended first."""
    from proofloop.core.run import Run
    from proofloop.graphs.catalogue import figures, formalizer_header
    from proofloop.planning import plan_for

    graph, settings = options.formalizing(settings, method, samples, negate_with, review=review)
    header = formalizer_header(method)
    tasks = read_tasks(source, limit=limit)
    for task in tasks:
        figures(method, task.images, settings, where=f"task {task.id} of {source}")
    if plan:
        problems = (f"{task.informal}\n{task.header or header}" for task in tasks)
        show_plan(plan_for(settings, method, problems, {"prove": True, "review": review}), json)
        return
    asked: dict[str, Any] = {"batch": digest(tasks)}
    if method != "formalize":
        asked["method"] = method
    if review:
        asked["review"] = True
    workers = concurrency or 2 * (os.cpu_count() or 1)
    run = Run(out, settings, asked)
    table = Table(len(tasks))
    try:
        with run, table, install_progress() as progress:
            import asyncio

            formalizer = partial(graph, review=review)
            results = asyncio.run(
                run_all(run, tasks, formalizer, header, workers, processes, progress, table.add)
            )
    except KeyboardInterrupt:
        notes().print(f"interrupted after {table.counts['done']} tasks; the same command goes on")
        raise typer.Exit(INTERRUPTED) from None
    report(results, len(tasks), run, settings.model_name, json)
    complete = len(results) == len(tasks) and all(result.final for result in results)
    raise typer.Exit(0 if complete else 1)


async def run_all(
    run: Run,
    tasks: list[Task],
    graph: GraphFactory,
    header: str,
    workers: int,
    processes: int,
    progress: Any,
    on_result: OnResult,
) -> list[Result]:
    from proofloop.datasets.batch import Result, batch_jobs, groups_of, run_batch
    from proofloop.datasets.jobs import finished
    from proofloop.session import open_context

    done = finished(run.results, Result)
    for result in done.values():
        on_result(result)
    if all(task.id in done for task in tasks):
        return [done[task.id] for task in tasks]
    if processes > 1:
        from proofloop.processes import run_jobs_in_processes

        return await run_jobs_in_processes(
            run,
            partial(batch_jobs, tasks, graph, header),
            groups_of(tasks),
            Result,
            processes=processes,
            concurrency=workers,
            on_result=on_result,
            progress=progress,
        )
    async with open_context(run, tasks=workers, progress=progress) as context:
        return await run_batch(
            tasks,
            context,
            run.folder,
            concurrency=workers,
            formalizer=graph,
            header=header,
            on_result=on_result,
        )


def report(results: list[Result], asked: int, run: Run, model: str, as_json: bool) -> None:
    from proofloop.cli.funnel import funnel_table
    from proofloop.datasets.batch import funnels, tally

    counts = tally(results)
    funnel = funnels(results)
    if funnel and (decided := accepted(run)):
        funnel["accepted"] = decided
    summary: dict[str, Any] = {
        "tasks": asked,
        **{name: counts[name] for name in (*COLUMNS, "partial", "down")},
        "proved_formalized": counts["proved_formalized"],
        "proved_given": counts["proved_given"],
        "model": model,
        "spent": run.budget.spent().model_dump(),
        "run": str(run.folder),
        **queued(run),
    }
    if funnel:
        summary["funnel"] = {
            name: {stage: numbers[place] for stage, numbers in funnel.items()}
            for place, name in enumerate(("statements", "texts"))
        }
    if as_json:
        print_json(summary)
        return
    console().print(
        f"{counts['done']} of {asked} tasks: {counts['formalized']} formalized,"
        f" {counts['compiled']} compiled, {counts['consistent']} judged consistent"
    )
    console().print(
        f"[green]{counts['proved']} proved[/] by the kernel's word:"
        f" {counts['proved_formalized']} from the formalization,"
        f" {counts['proved_given']} from the given formal statement"
    )
    if funnel:
        console().print(funnel_table(funnel, "statements", "texts"))
    if counts["refused"]:
        console().print(f"{counts['refused']} texts the formalizer ({model}) declined")
    if spent := next((result.error for result in results if result.status == "partial"), ""):
        console().print(spent, style="yellow", markup=False)
    if counts["down"]:
        words = next(result.down for result in results if result.down)
        console().print(
            f"texts without the answer of a model or judge that was down: {counts['down']}; the"
            f" same command asks it again ({words})",
            markup=False, soft_wrap=True, style="yellow",
        )  # fmt: skip
    if counts["waiting"]:
        wait = "text waits" if counts["waiting"] == 1 else "texts wait"
        words = f"{wait} for a person; the same command goes on with what is decided"
        console().print(f"[yellow]{counts['waiting']} {words}[/]", soft_wrap=True)
    if counts["errors"] or counts["partial"] or len(results) < asked:
        console().print(
            f"[yellow]{counts['errors']} failed, {asked - len(results) + counts['partial']} left:"
            " the same command tries them again[/]"
        )
    console().print(f"run folder: {run.folder}", markup=False, soft_wrap=True)
    announce(summary)


def digest(tasks: list[Task]) -> str:
    """Identifies the data set, so that a folder is not resumed with another one."""
    text = "\n".join(task.model_dump_json() for task in tasks)
    return hashlib.sha256(text.encode()).hexdigest()


class Table:
    """The live table; on anything but a terminal, one line a task."""

    def __init__(self, total: int) -> None:
        self.total = total
        self.counts: Counter[str] = Counter()
        self.last: list[Result] = []
        self._live: Any = None

    def __enter__(self) -> Table:
        if notes().is_terminal:
            from rich.live import Live

            self._live = Live(self.render(), console=notes(), refresh_per_second=4)
            self._live.start()
        return self

    def __exit__(self, *_: object) -> None:
        if self._live:
            self._live.update(self.render())
            self._live.stop()

    def add(self, result: Result) -> None:
        from proofloop.datasets.batch import tally

        self.counts += tally([result])
        self.last = [*self.last, result][-8:]
        if self._live:
            self._live.update(self.render())
        else:
            notes().print(
                f"[{self.counts['done']}/{self.total}] {describe(result)}", soft_wrap=True
            )

    def render(self) -> Any:
        from rich.console import Group
        from rich.table import Table as RichTable

        table = RichTable(*COLUMNS, title=f"{self.counts['done']} of {self.total} tasks")
        table.add_row(*(str(self.counts[name]) for name in COLUMNS))
        return Group(table, *(describe(result) for result in self.last))


def describe(result: Result) -> str:
    from rich.markup import escape

    proved = f"[green]proved[/] ({result.prover})" if result.proved else "not proved"
    what = {"given": "given statement", "refused": "declined"}.get(result.status, result.status)
    fault = result.error or result.down or result.why
    error = f" [red]{escape(fault)}[/]" if fault else ""
    return f"{escape(result.id)}: {what}, {proved}, {result.seconds:.1f} s{error}"
