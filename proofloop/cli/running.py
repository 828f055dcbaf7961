"""Running one graph in a run folder, with progress on the terminal and nothing lost on Ctrl-C."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from proofloop.cli import INTERRUPTED
from proofloop.cli.output import install_progress, notes

if TYPE_CHECKING:
    from langgraph.graph.state import CompiledStateGraph

    from proofloop.core.run import Run
    from proofloop.core.settings import Settings

GraphFactory = Callable[..., "CompiledStateGraph[Any, Any, Any, Any]"]


def run_graph(
    settings: Settings,
    name: str,
    graph: GraphFactory,
    inputs: Mapping[str, Any],
    *,
    folder: Path | None,
    quiet: bool,
) -> tuple[dict[str, Any], Run]:
    """The graph's last state and the run. A folder that holds this run already is taken up where
    it stopped; Ctrl-C leaves it so."""
    from proofloop.core.run import Run

    asked = {"graph": name, **inputs}
    run = Run(folder, settings, asked) if folder else Run.create(settings, name, asked)
    try:
        with run, install_progress() as progress:
            import asyncio

            state = asyncio.run(_run(run, graph, inputs, progress, quiet))
            return state, run
    except KeyboardInterrupt:
        notes().print(f"interrupted; the same command with --run {run.folder} goes on from here")
        raise typer.Exit(INTERRUPTED) from None


async def _run(
    run: Run,
    graph: GraphFactory,
    inputs: Mapping[str, Any],
    progress: Callable[[str, float], None] | None,
    quiet: bool,
) -> dict[str, Any]:
    from proofloop.graphs.runner import run_resumable
    from proofloop.session import open_context

    def show(node: str, update: Mapping[str, Any]) -> None:
        if not quiet:
            notes().print(f"  [dim]{node}[/] {_news(update)}")

    async with open_context(run, progress=progress) as context:
        return await run_resumable(
            graph, inputs, context, run.checkpoints, thread="main", on_update=show
        )


def _news(update: Mapping[str, Any]) -> str:
    """One line about what a node has found."""
    from rich.markup import escape

    if update.get("partial"):
        return f"[yellow]{escape(str(update['partial']))}[/]"
    if update.get("fault"):
        words = update["rejected"][-1]["feedback"].splitlines()
        return f"[yellow]rejected:[/] {escape(words[0] if words else '')}"
    for key in ("status", "prover", "draft", "statement"):
        if update.get(key):
            return escape(str(update[key]))
    return ""
