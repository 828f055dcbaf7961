"""``proofloop solve``: a problem in words to an answer, by many attempts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from proofloop.cli import options
from proofloop.cli.output import console, print_json
from proofloop.cli.running import run_graph
from proofloop.cli.source import read_text_or_stdin
from proofloop.core.errors import SettingsError

if TYPE_CHECKING:
    from proofloop.core.settings import Settings

METHOD = typer.Option(
    "--method",
    help="self_consistency, best_of_n, refine, iad, particles, astar, pdr, rtv_pdr, tmas or"
    " empirical_mcts.",
)


@options.with_settings
def command(
    text: Annotated[str, typer.Argument(metavar="TEXT|-", help="The problem, or - to read it.")],
    method: Annotated[str, METHOD] = "self_consistency",
    run: options.RunFolder = None,
    json: options.Json = False,
    *,
    settings: Settings,
) -> None:
    """Solve a problem with a language model.

    Many attempts are made and one answer is chosen. The offline model solves nothing: name a model
    with --model or set a key. Exit code 0 with an answer, 1 without one."""
    problem = read_text_or_stdin(text)
    from proofloop.graphs.catalogue import GRAPHS, SOLVERS

    if method not in SOLVERS:
        raise SettingsError(f"no method {method!r} of solving; there are {', '.join(SOLVERS)}")
    state, opened = run_graph(
        settings, f"solve-{method}", GRAPHS[method], {"problem": problem}, folder=run, quiet=json
    )
    result: dict[str, Any] = {
        "answer": state.get("answer", ""),
        "solution": state.get("solution", ""),
        "method": method,
        "selection": state.get("selection"),
        "partial": state.get("partial", ""),
        "model": settings.model_name,
        "spent": opened.budget.spent().model_dump(),
        "run": str(opened.folder),
    }
    if json:
        print_json(result)
    else:
        console().print(result["solution"], markup=False, soft_wrap=True)
        console().print(f"answer: {result['answer'] or 'none'}", markup=False, soft_wrap=True)
        remarks = {"note": (result["selection"] or {}).get("note"), "partial": result["partial"]}
        for name, words in remarks.items():
            if words:
                console().print(f"{name}: {words}", markup=False, soft_wrap=True)
    raise typer.Exit(0 if result["answer"] else 1)
