"""``proofloop filter``: formal statements of a data set without the wrong and the repeated ones."""

from __future__ import annotations

import time
from collections import Counter
from typing import TYPE_CHECKING, Annotated, Any

import typer

from proofloop.cli import INTERRUPTED, options
from proofloop.cli.funnel import funnel_table
from proofloop.cli.output import console, install_progress, notes, print_json, remaining
from proofloop.cli.source import read_tasks

if TYPE_CHECKING:
    from proofloop.core.run import Run
    from proofloop.core.settings import Settings
    from proofloop.core.task import Task
    from proofloop.datasets.filter import Filtered, Filtration
    from proofloop.session import InstallProgress

Check = Annotated[
    list[str] | None,
    typer.Option(
        "--check",
        metavar="NAME",
        help="Only this check, may be given again; names as for `proofloop hygiene`.",
        show_default=False,
    ),
]


@options.with_settings
def command(
    source: Annotated[str, typer.Argument(metavar="IN.jsonl", help="One formal task a line.")],
    out: options.Out,
    check: Check = None,
    strict: Annotated[
        bool, typer.Option("--strict", help="Warnings drop a statement too.")
    ] = False,
    duplicates: Annotated[
        bool, typer.Option(help="Drop statements proved to say what an earlier one says.")
    ] = True,
    alike: Annotated[
        float, typer.Option(min=0, max=1, help="Texts less similar than this are not compared.")
    ] = 0.85,
    limit: Annotated[int | None, typer.Option(min=1, help="Only the first N tasks.")] = None,
    json: options.Json = False,
    *,
    settings: Settings,
) -> None:
    """Filter the formal statements of a JSONL file.

    Dropped is what does not elaborate, or only with a misspelt name as a variable, what Lean's
    kernel has accepted to be false or vacuous, and what is proved to say the same as an earlier
    statement; what could not be decided is kept.
    OUT/kept.jsonl has the tasks that are left, OUT/dropped.jsonl the others with the reason and the
    proof, OUT/results.jsonl one line a statement with its warnings. The same command again takes up
    where the last one stopped, and goes on with what is new where IN.jsonl has grown or changed.
    Exit code 0 when every statement came to a result, 1 when some
    failed or the budget ended first."""
    from proofloop.core.run import Run
    from proofloop.tools.lean.hygiene.runner import chosen

    names = list(chosen(check or ()))
    tasks = read_tasks(source, limit=limit, formal=True)
    bounds = {"checks": names, "strict": strict, "duplicates": duplicates, "alike": alike}
    # What the set holds may change from one session to the next: results go by statement.
    run = Run(out, settings, {"filter": "statements", **bounds})
    try:
        with run, install_progress() as progress:
            import asyncio

            found = asyncio.run(filter_all(run, tasks, bounds, progress))
    except KeyboardInterrupt:
        notes().print("interrupted; the same command goes on")
        raise typer.Exit(INTERRUPTED) from None
    report(found, tasks, run, strict, json)
    complete = len(found.results) == len(tasks) and all(each.final for each in found.results)
    raise typer.Exit(0 if complete and not found.note else 1)


async def filter_all(
    run: Run,
    tasks: list[Task],
    bounds: dict[str, Any],
    progress: InstallProgress | None,
) -> Filtration:
    from proofloop.datasets.filter import filter_statements, looked_at
    from proofloop.session import hygiene_limits, open_run_lean

    teller = Teller(len(tasks), len(looked_at(tasks, run.folder)))
    async with open_run_lean(run, progress=progress) as lean:
        return await filter_statements(
            tasks,
            lean,
            run.folder,
            limits=hygiene_limits(run.settings),
            concurrency=lean.workers,
            on_result=teller.result,
            on_step=teller.step,
            **bounds,
        )


class Teller:
    """Says one line a statement on standard error, and every few seconds how far the search for
    duplicates is, with the time that is left at the pace so far. ``done`` of the ``total``
    statements have been looked at before."""

    EVERY = 3.0  # seconds

    def __init__(self, total: int, done: int) -> None:
        self.total, self.done, self.before = total, done, done
        self.start = time.monotonic()
        self.stage, self.stage_start, self.said = "", self.start, 0.0

    def result(self, result: Filtered) -> None:
        self.done += 1
        left = remaining(self.start, self.done - self.before, self.total - self.done)
        said = result.reason.removeprefix(f"{result.status}: ")
        if result.status == "kept" and result.warnings:
            said = f"with warnings ({', '.join(result.warnings)})"
        words = f"[{self.done}/{self.total}{left}] {result.id}: {result.status} {said}"
        notes().print(words.rstrip(), markup=False, soft_wrap=True)

    def step(self, kind: str, done: int, most: int) -> None:
        now = time.monotonic()
        # Each header has its own; a comparison that finds two the same may make others needless.
        if kind != self.stage or done == 1:
            self.stage, self.stage_start = kind, now
        if now - self.said < self.EVERY:
            return
        self.said = now
        left = remaining(self.stage_start, done, most - done)
        what = "statements read" if kind == "read" else "pairs at the most compared"
        notes().print(f"duplicates: {done} of {most} {what}{left}", markup=False, soft_wrap=True)


def report(found: Filtration, tasks: list[Task], run: Run, strict: bool, as_json: bool) -> None:
    funnel = found.funnel(len(tasks), strict=strict)
    kept = [each for each in found.results if each.status == "kept"]
    warnings = Counter(check for each in kept for check in each.warnings)
    warned = sum(bool(each.warnings) for each in kept)
    summary = {
        "funnel": funnel,
        "duplicates": [each.model_dump() for each in found.duplicates],
        "pairs": found.pairs,
        "compared": found.compared,
        "unread": list(found.unread),
        "kept_with_warnings": warned,
        "warnings": dict(warnings),
        "errors": sum(each.status == "error" for each in found.results),
        "left": len(tasks) - sum(each.final for each in found.results),
        "note": found.note,
        "spent": run.budget.spent().model_dump(),
        "run": str(run.folder),
    }
    if as_json:
        print_json(summary)
        return
    console().print(funnel_table({stage: [n] for stage, n in funnel.items()}, "statements"))
    for each in found.duplicates:
        console().print(f"{each.id} says the same as {each.same_as}", markup=False)
    if found.pairs:
        console().print(f"{found.compared} of {found.pairs} pairs were compared by proof")
    if found.unread:
        words = f"{len(found.unread)} kept that could be compared with no other: "
        console().print(words + ", ".join(found.unread), markup=False, soft_wrap=True)
    by_check = ", ".join(f"{check} {count}" for check, count in warnings.items())
    words = f"{warned} of those kept have warnings" + (f": {by_check}" if by_check else "")
    console().print(words, markup=False, soft_wrap=True)
    if found.note:
        console().print(f"duplicates: {found.note}", style="yellow", markup=False, soft_wrap=True)
    if summary["left"]:
        console().print(f"[yellow]{summary['left']} left: the same command tries them again[/]")
    console().print(f"run folder: {run.folder}", markup=False, soft_wrap=True)
