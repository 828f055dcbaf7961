"""``proofloop prove``: a Lean statement to a proof that the kernel accepts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import typer

from proofloop.cli import options
from proofloop.cli.output import console, print_json
from proofloop.cli.planned import show_plan
from proofloop.cli.running import run_graph
from proofloop.cli.source import not_good_lean, read_source
from proofloop.tools.lean.text import split_statement

if TYPE_CHECKING:
    from proofloop.core.settings import Settings


@options.with_settings
def command(
    source: options.Source,
    method: options.Method = "whole",
    samples: options.Samples = None,
    plan: options.Planned = False,
    run: options.RunFolder = None,
    json: options.Json = False,
    *,
    settings: Settings,
) -> None:
    """Prove the last theorem of a Lean file.

    Its proof is missing or `sorry`. Core Lean's automation is tried first, then the language
    model: by method `whole` it writes whole proofs, each sample repaired from Lean's diagnostics;
    by `sketch` it states the steps, and each is proved by itself; by `best-first` it proposes
    tactics, and the most promising proof state goes first.
    Exit code 0 proved and accepted by the kernel, 1 not proved, 2 bad input, such as a statement
    that is not good Lean."""
    text, name = read_source(source)
    asked = split_statement(text, file=name)
    from proofloop.graphs.catalogue import method_graph, name_and_options
    from proofloop.planning import plan_for

    settings = options.with_search(settings, samples=samples)
    graph = method_graph(method)
    if plan:
        name, own = name_and_options(graph)
        show_plan(plan_for(settings, name, [f"{asked.header}\n{asked.text}"], own), json)
        return
    state, opened = run_graph(
        settings,
        f"prove-{method}",
        graph,
        {"statement": asked.text, "header": asked.header},
        folder=run,
        quiet=json,
    )
    if unreadable := state.get("unreadable"):
        raise not_good_lean(unreadable, text, name)
    result: dict[str, Any] = {
        "proved": bool(state.get("proof")),
        "statement": asked.text,
        "header": asked.header,
        "proof": state.get("proof", ""),
        "prover": state.get("prover", ""),
        "report": state.get("proof_report"),
        "attempts": state.get("proof_attempts", []),
        "tried": state.get("tried", []),
        "partial": state.get("partial", ""),
        "model": settings.model_name,
        "spent": opened.budget.spent().model_dump(),
        "run": str(opened.folder),
    }
    if json:
        print_json(result)
    elif result["proved"]:
        console().print(f"{result['proof']}\n", markup=False, soft_wrap=True)
        console().print(f"[green]proved[/] by {result['prover']}")
    else:
        console().print(f"[red]not proved[/] {result['partial']}")
        console().print(f"  {len(result['tried'])} tactics tried; run folder: {result['run']}")
    raise typer.Exit(0 if result["proved"] else 1)
