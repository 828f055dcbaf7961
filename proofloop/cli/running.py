"""Running one graph in a run folder, with progress on the terminal and nothing lost on Ctrl-C."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from proofloop.cli import INTERRUPTED
from proofloop.cli.output import install_progress, notes
from proofloop.core.errors import RunError

if TYPE_CHECKING:
    from proofloop.core.run import Run
    from proofloop.core.settings import Settings
    from proofloop.graphs.runner import GraphFactory


def run_graph(
    settings: Settings,
    name: str,
    graph: GraphFactory,
    inputs: Mapping[str, Any],
    *,
    folder: Path | None,
    quiet: bool,
    given: Mapping[str, Any] | None = None,
    lean_first: bool = True,
) -> tuple[dict[str, Any], Run]:
    """The graph's last state and the run. A folder that holds this run already is taken up where
    it stopped; Ctrl-C leaves it so. ``given`` are the options that made the graph: with others it
    is another run. ``lean_first`` as in ``open_context``."""
    import asyncio

    from proofloop.api import open_run, run_in

    def show(node: str, update: Mapping[str, Any]) -> None:
        if not quiet:
            notes().print(f"  [dim]{node}[/] {news(update)}")

    asked = {**inputs, "options": dict(given)} if given else inputs
    run = open_run(settings, name, asked, folder)
    try:
        with run, install_progress() as progress:
            ran = run_in(
                run, graph, inputs, progress=progress, on_update=show, lean_first=lean_first
            )
            return asyncio.run(ran), run
    except RunError as error:
        if error.retryable:
            error.hint = f"the same command with --run {run.folder} goes on from here"
        raise
    except KeyboardInterrupt:
        words = f"interrupted; the same command with --run {run.folder} goes on from here"
        notes().print(words, soft_wrap=True)
        raise typer.Exit(INTERRUPTED) from None


def news(update: Mapping[str, Any]) -> str:
    """One line about what a node has found."""
    from rich.markup import escape

    if update.get("fault"):
        words = update["rejected"][-1]["feedback"].splitlines()
        return f"[yellow]rejected:[/] {escape(words[0] if words else '')}"
    for key in ("why", "status", "prover", "draft", "statement", "progress", "answer"):
        if update.get(key):
            return escape(str(update[key]))
    if funnel := update.get("funnel"):  # each stage is counted as far as it has come
        return f"{min(funnel.values())} of {funnel['in']} left"
    return ""
