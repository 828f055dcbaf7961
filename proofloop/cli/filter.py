"""``proofloop filter``: formal statements of a data set without the wrong and the repeated ones."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from proofloop.cli import INTERRUPTED, options
from proofloop.cli.batch import digest
from proofloop.cli.funnel import funnel_table
from proofloop.cli.output import console, install_progress, notes, print_json

if TYPE_CHECKING:
    from proofloop.core.run import Run
    from proofloop.core.settings import Settings
    from proofloop.core.task import Task
    from proofloop.datasets.filter import Filtered, Filtration, OnFiltered
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
    out: Annotated[Path, typer.Option("--out", help="Run folder; an existing one is resumed.")],
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

    Dropped is what does not elaborate, what Lean's kernel has accepted to be false or vacuous, and
    what is proved to say the same as an earlier statement; what could not be decided is kept.
    OUT/kept.jsonl has the tasks that are left, OUT/dropped.jsonl the others with the reason and the
    proof, OUT/results.jsonl one line a statement with its warnings. The same command again takes up
    where the last one stopped. Exit code 0 when every statement came to a result, 1 when some
    failed or the budget ended first."""
    from proofloop.core.run import Run
    from proofloop.datasets.tasks import read_tasks
    from proofloop.tools.lean.hygiene.runner import chosen

    names = list(chosen(check or ()))
    tasks = read_tasks(source)[:limit]
    bounds = {"checks": names, "strict": strict, "duplicates": duplicates, "alike": alike}
    run = Run(out, settings, {"filter": digest(tasks), **bounds})
    try:
        with run, install_progress() as progress:
            import asyncio

            found = asyncio.run(filter_all(run, tasks, bounds, progress, teller(len(tasks))))
    except KeyboardInterrupt:
        notes().print("interrupted; the same command goes on")
        raise typer.Exit(INTERRUPTED) from None
    report(found, tasks, run, json)
    complete = len(found.results) == len(tasks) and all(each.final for each in found.results)
    raise typer.Exit(0 if complete and not found.note else 1)


async def filter_all(
    run: Run,
    tasks: list[Task],
    bounds: dict[str, Any],
    progress: InstallProgress | None,
    on_result: OnFiltered,
) -> Filtration:
    from proofloop.datasets.filter import filter_statements
    from proofloop.session import hygiene_limits, open_run_lean

    async with open_run_lean(run, progress=progress) as lean:
        return await filter_statements(
            tasks,
            lean,
            run.folder,
            limits=hygiene_limits(run.settings),
            seconds=run.settings.formalize.compare_seconds,
            concurrency=lean.workers,
            on_result=on_result,
            **bounds,
        )


def teller(total: int) -> OnFiltered:
    """Says one line a statement on standard error."""
    told = 0

    def tell(result: Filtered) -> None:
        nonlocal told
        told += 1
        said = result.reason.removeprefix(f"{result.status}: ")
        words = f"[{told}/{total}] {result.id}: {result.status} {said}".rstrip()
        notes().print(words, markup=False, soft_wrap=True)

    return tell


def report(found: Filtration, tasks: list[Task], run: Run, as_json: bool) -> None:
    funnel = found.funnel(len(tasks))
    warned = sum(bool(each.warnings) for each in found.results if each.status == "kept")
    summary = {
        "funnel": funnel,
        "duplicates": [each.model_dump() for each in found.duplicates],
        "pairs": found.pairs,
        "compared": found.compared,
        "kept_with_warnings": warned,
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
    console().print(f"{warned} of those kept have warnings")
    if found.note:
        console().print(f"duplicates: {found.note}", style="yellow", markup=False, soft_wrap=True)
    if summary["left"]:
        console().print(f"[yellow]{summary['left']} left: the same command tries them again[/]")
    console().print(f"run folder: {run.folder}", markup=False, soft_wrap=True)
