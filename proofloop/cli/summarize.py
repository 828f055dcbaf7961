"""``proofloop summarize``: what a run believed, decided, established, and how it failed."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from proofloop.cli import options
from proofloop.cli.output import console, print_json

if TYPE_CHECKING:
    from proofloop.core.settings import Settings
    from proofloop.summaries import RunSummary

Folder = Annotated[Path, typer.Argument(metavar="RUN", help="The folder of a run.")]
Tasks = Annotated[list[str] | None, typer.Option("--task", help="Only this task; may be repeated.")]
Tokens = Annotated[int, typer.Option("--max-tokens", help="Of each summary.", min=20)]
Into = Annotated[
    Path | None,
    typer.Option("--run", help="Run folder of the summarizer's own calls.", show_default=False),
]


@options.with_settings
def command(
    folder: Folder,
    task: Tasks = None,
    max_tokens: Tokens = 1000,
    run: Into = None,
    json: options.Json = False,
    *,
    settings: Settings,
) -> None:
    """Summarise a run: hypotheses, key decisions, progress, failure modes, outcome.

    One summary for each task of the run, from its journal. A language model reads the trajectory in
    pieces; the offline model cannot, so with it the summary is taken from the events by rule, and
    says so."""
    from proofloop.summaries import summarize_run

    found = summarize_run(
        folder, tasks=task or (), most_tokens=max_tokens, settings=settings, into=run
    )
    if json:
        summaries = [each.model_dump(mode="json") for each in found]
        print_json({"run": str(folder), "model": settings.model_name, "summaries": summaries})
        return
    for each in found:
        show(each)


def show(each: RunSummary) -> None:
    title = f"{each.task or 'the run'}: {each.steps} steps, {each.tokens} tokens of summary"
    console().print(title, style="bold", markup=False, soft_wrap=True)
    if each.note:
        console().print(each.note, style="yellow", markup=False, soft_wrap=True)
    console().print(each.summary.render() + "\n", markup=False, soft_wrap=True)
