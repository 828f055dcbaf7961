"""``proofloop prove-set``: many Lean statements, where accepted proofs help with those left."""

from __future__ import annotations

import json as jsonlib
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Annotated, Any

import typer

from proofloop.cli import options
from proofloop.cli.output import console, print_json
from proofloop.cli.running import run_graph
from proofloop.cli.source import read_tasks

if TYPE_CHECKING:
    from proofloop.core.settings import Settings
    from proofloop.core.task import Task


@options.with_settings
def command(
    source: Annotated[str, typer.Argument(metavar="IN.jsonl", help="One formal task a line.")],
    out: options.Out,
    passes: Annotated[
        int | None,
        typer.Option("--passes", min=1, help="Passes over what is left.", show_default="2"),
    ] = None,
    examples: Annotated[
        int | None,
        typer.Option("--examples", min=0, help="Accepted proofs in a prompt.", show_default="16"),
    ] = None,
    samples: options.Samples = None,
    limit: Annotated[int | None, typer.Option(min=1, help="Only the first N tasks.")] = None,
    json: options.Json = False,
    *,
    settings: Settings,
) -> None:
    """Prove the statements of a data set, each accepted proof an example for the others.

    Core Lean's automation comes first; then, pass by pass, the model writes proofs of what is
    left and is shown accepted proofs of the most similar statements (TheoremLlama's iterative
    proof writing). One line a task is in OUT/results.jsonl at the end; the same command again
    takes up where the last one stopped. Exit code 0 when all are proved, else 1."""
    from proofloop.core.run import write_atomically
    from proofloop.graphs.context import DEFAULT_HEADER
    from proofloop.graphs.prove_iterative import prove_iterative_graph

    tasks = read_tasks(source, limit=limit, formal=True)
    statements = [
        {"id": task.id, "statement": task.formal, "header": task.header or DEFAULT_HEADER}
        for task in tasks
    ]
    state, opened = run_graph(
        options.with_search(settings, passes=passes, examples=examples, samples=samples),
        "prove-set",
        prove_iterative_graph,
        {"statements": statements},
        folder=out,
        quiet=json,
    )
    rows = results(tasks, state.get("found", {}), state.get("unreadable", {}))
    file = out / "results.jsonl"
    lines = (jsonlib.dumps(row, ensure_ascii=False) + "\n" for row in rows)
    write_atomically(file, "".join(lines))
    proved = sum(row["proved"] for row in rows)
    if json:
        print_json(
            {
                "tasks": len(rows),
                "proved": proved,
                "passes": state.get("passes", 0),
                "partial": state.get("partial", ""),
                "results": rows,
                "model": settings.model_name,
                "spent": opened.budget.spent().model_dump(),
                "run": str(opened.folder),
            }
        )
    else:
        show(rows, state.get("partial", ""))
        console().print(f"results: {file}", markup=False, soft_wrap=True)
    raise typer.Exit(0 if proved == len(rows) else 1)


def results(
    tasks: Sequence[Task], found: Mapping[str, Mapping[str, Any]], unreadable: Mapping[str, str]
) -> list[dict[str, Any]]:
    """One row a task: ``proved``, and where it is, ``pass``, ``prover``, ``proof``, ``report``;
    ``why`` where the statement is not good Lean."""
    from proofloop.graphs.prove import not_lean

    rows = []
    for task in tasks:
        row: dict[str, Any] = {"id": task.id, "proved": task.id in found}
        if proof := found.get(task.id):
            row |= {key: proof[key] for key in ("pass", "prover", "proof")}
            row["report"] = proof["proof_report"]
        if words := not_lean(unreadable.get(task.id, "")):
            row["why"] = words
        rows.append(row)
    return rows


def show(rows: Sequence[Mapping[str, Any]], partial: str) -> None:
    proved = [row for row in rows if row["proved"]]
    console().print(f"{len(proved)} of {len(rows)} proved {partial}".rstrip(), markup=False)
    for number in sorted({row["pass"] for row in proved}):
        count = sum(row["pass"] == number for row in proved)
        console().print(f"  {f'pass {number}' if number else 'automation'}: {count}")
    left = [row["id"] for row in rows if not row["proved"] and "why" not in row]
    if left:
        console().print(f"  not proved: {', '.join(left)}", markup=False, soft_wrap=True)
    for row in rows:
        if "why" in row:
            console().print(f"  {row['id']}: {row['why']}", markup=False, soft_wrap=True)
