"""``proofloop prove``: a Lean statement to a proof that the kernel accepts."""

from __future__ import annotations

from typing import Any

import typer

from proofloop.cli import options
from proofloop.cli.output import console, print_json
from proofloop.cli.running import run_graph
from proofloop.cli.source import read_source
from proofloop.tools.lean.text import split_statement


def command(
    source: options.Source,
    json: options.Json = False,
    model: options.Model = None,
    base_url: options.BaseUrl = None,
    timeout: options.Timeout = None,
    max_rounds: options.Rounds = None,
    run: options.RunFolder = None,
    seed: options.Seed = None,
    config: options.Config = None,
    budget_tokens: options.Tokens = None,
    budget_usd: options.Usd = None,
    budget_calls: options.Calls = None,
    budget_lean_seconds: options.LeanSeconds = None,
    budget_seconds: options.WallSeconds = None,
) -> None:
    """Prove the last theorem of a Lean file.

    Its proof is missing or `sorry`. Core Lean's automation is tried first, then the language
    model. Exit code 0 proved and accepted by the kernel, 1 not proved."""
    settings = options.settings_from(
        config=config,
        model=model,
        base_url=base_url,
        timeout=timeout,
        seed=seed,
        max_rounds=max_rounds,
        tokens=budget_tokens,
        usd=budget_usd,
        calls=budget_calls,
        lean_seconds=budget_lean_seconds,
        wall_seconds=budget_seconds,
    )
    text, name = read_source(source)
    asked = split_statement(text, file=name)
    from proofloop.graphs.prove import prove_graph

    state, opened = run_graph(
        settings,
        "prove",
        prove_graph,
        {"statement": asked.text, "header": asked.header},
        folder=run,
        quiet=json,
    )
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
        console().print(f"{result['proof']}\n", markup=False)
        console().print(f"[green]proved[/] by {result['prover']}")
    else:
        console().print(f"[red]not proved[/] {result['partial']}")
        console().print(f"  {len(result['tried'])} tactics tried; run folder: {result['run']}")
    raise typer.Exit(0 if result["proved"] else 1)
