"""``proofloop entail``: do some sentences entail another? By trees that Lean verifies."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated, Any

import typer

from proofloop.cli import INTERRUPTED, options
from proofloop.cli.output import console, install_progress, notes, print_json

if TYPE_CHECKING:
    from proofloop.core.run import Run
    from proofloop.core.settings import Settings
    from proofloop.datasets.entail import EntailResult
    from proofloop.tools.entailment.problem import EntailmentProblem


@options.with_settings
def command(
    source: Annotated[
        str,
        typer.Argument(metavar="FILE.jsonl|-", help="One problem a line; - is standard input."),
    ],
    out: options.RunFolder = None,
    repairs: Annotated[
        int | None, typer.Option(min=0, help="Mends of one step (10).", show_default=False)
    ] = None,
    rebuilds: Annotated[
        int | None, typer.Option(min=0, help="New trees after the first (1).", show_default=False)
    ] = None,
    nodes: Annotated[
        int | None, typer.Option(min=1, help="Steps of a model's tree (64).", show_default=False)
    ] = None,
    unnamed: Annotated[
        int | None,
        typer.Option(
            min=0,
            help="Entities of a counterexample beyond those with a name (2).",
            show_default=False,
        ),
    ] = None,
    edits: Annotated[
        int | None,
        typer.Option(
            min=0,
            help="Small changes looked at for one failed step (400).",
            show_default=False,
        ),
    ] = None,
    concurrency: Annotated[int, typer.Option(min=1, help="Problems at once.")] = 2,
    limit: Annotated[int | None, typer.Option(min=1, help="Only the first N problems.")] = None,
    json: options.Json = False,
    *,
    settings: Settings,
) -> None:
    """Verify that sentences entail a hypothesis, step by step, or find the step that fails.

    A problem has `sentences` (each `id` and `text`), a `hypothesis`, and perhaps a `tree`; lines of
    FOLIO and EntailmentBank are read too. Each problem ends verified, not entailed (a countermodel
    or the negation is proved), contradiction, failed at a step with its diagnosis, refused (not
    understood), partial, or down (a model or judge gave no answer). Results go to the run folder,
    one line a problem as it is done; the same command with --out again takes up where the last one
    stopped. Exit code 0 when all are verified, else 1."""
    from proofloop.cli.source import read_source
    from proofloop.core.run import Run
    from proofloop.datasets.entailment import parse_problems

    problems = parse_problems(*read_source(source))[:limit]
    settings = options.with_entail(
        settings, repairs=repairs, rebuilds=rebuilds, nodes=nodes, unnamed=unnamed, edits=edits
    )
    asked = {
        "entail": digest(problems),
        **settings.entail.model_dump(),
    }
    run = Run(out, settings, asked) if out else Run.create(settings, "entail", asked)
    try:
        with run, install_progress() as progress:
            import asyncio

            results = asyncio.run(run_all(run, problems, concurrency, progress, json))
    except KeyboardInterrupt:
        notes().print(f"interrupted; the same command with --out {run.folder} goes on from here")
        raise typer.Exit(INTERRUPTED) from None
    report(results, run, settings.model_name, json)
    raise typer.Exit(0 if all(each.status == "verified" for each in results) else 1)


async def run_all(
    run: Run,
    problems: Sequence[EntailmentProblem],
    concurrency: int,
    progress: Any,
    quiet: bool,
) -> list[EntailResult]:
    from proofloop.datasets.entail import EntailResult, run_entailments
    from proofloop.datasets.jobs import finished
    from proofloop.session import open_context

    done = finished(run.results, EntailResult)
    if all(problem.id in done for problem in problems):
        return [done[problem.id] for problem in problems]
    count = len(done)

    def show(result: EntailResult) -> None:
        nonlocal count
        count += 1
        if not quiet:
            words = f"[{count}/{len(problems)}] {describe(result)}"
            notes().print(words, markup=False, soft_wrap=True)

    async with open_context(run, tasks=concurrency, progress=progress) as context:
        return await run_entailments(
            problems,
            context,
            run.folder,
            concurrency=concurrency,
            on_result=show,
        )


def report(results: Sequence[EntailResult], run: Run, model: str, as_json: bool) -> None:
    from proofloop.datasets.entail import tally

    counts = tally(results)
    if as_json:
        print_json(
            {
                "problems": len(results),
                "statuses": counts,
                "results": [result.model_dump(mode="json") for result in results],
                "model": model,
                "spent": run.budget.spent().model_dump(),
                "run": str(run.folder),
            }
        )
        return
    if len(results) == 1:
        show_one(results[0])
    shown = ", ".join(f"{count} {status}" for status, count in counts.items())
    console().print(f"{len(results)} problems: {shown}", markup=False)
    console().print(f"results: {run.results}", markup=False, soft_wrap=True)


def show_one(result: EntailResult) -> None:
    """The tree with each step's word, and what failed."""
    for node in result.tree:
        mark = "proved" if node.id in result.proofs else "open"
        console().print(f"  {node.id} <- {', '.join(node.children)}: {mark}", markup=False)
        console().print(f"      {node.claim}", markup=False, soft_wrap=True)
    if result.redundant and result.status == "verified":
        console().print(f"  not needed: {', '.join(result.redundant)}", markup=False)
    for line in (result.world, result.diagnosis):
        if line:
            console().print(line, markup=False, soft_wrap=True)


def describe(result: EntailResult) -> str:
    words = f"{result.id}: {result.status}"
    if result.failed_at and result.status != "verified":
        blamed = f", suspects {', '.join(result.suspects)}" if result.suspects else ""
        words += f" at {result.failed_at}{blamed}"
    why = result.why.splitlines()[0] if result.why else ""
    return f"{words} ({why})" if why else words


def digest(problems: Sequence[EntailmentProblem]) -> str:
    """Identifies the problems, so that a folder is not resumed with others."""
    text = "\n".join(problem.model_dump_json() for problem in problems)
    return hashlib.sha256(text.encode()).hexdigest()
