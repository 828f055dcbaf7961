"""``proofloop hygiene``: what is wrong with formal statements before anybody proves them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from proofloop.cli import INTERRUPTED, options
from proofloop.cli.output import console, install_progress, notes, print_json
from proofloop.cli.source import missing_import, read_source, read_tasks

if TYPE_CHECKING:
    from proofloop.core.settings import Settings
    from proofloop.session import InstallProgress
    from proofloop.tools.lean.hygiene.verdict import HygieneVerdict, StatementHygiene
    from proofloop.tools.lean.text import Statement


@options.with_settings
def command(
    source: Annotated[
        str,
        typer.Argument(
            metavar="FILE|-",
            help="A Lean file with a theorem without proof, a tasks file (.jsonl), or - for Lean "
            "on standard input.",
        ),
    ],
    check: Annotated[
        list[str] | None,
        typer.Option(
            "--check",
            metavar="NAME",
            help="Only this check, may be given again: auto_bound, unused, traps, trivial, "
            "vacuous, false.",
            show_default=False,
        ),
    ] = None,
    strict: Annotated[bool, typer.Option("--strict", help="Warnings count as errors.")] = False,
    json: options.Json = False,
    *,
    settings: Settings,
) -> None:
    """Look for what is wrong with formal statements.

    Errors are proved: a statement whose negation Lean accepts ("false"), or whose hypotheses prove
    False ("vacuous"). Warnings are for a person to judge. Exit code 0 without errors, 1 with one or
    for a statement that does not elaborate, 2 bad input, 3 no working Lean."""
    from proofloop.tools.lean.hygiene.runner import chosen

    names = list(chosen(check or ()))
    statements = read_statements(source)
    try:
        with install_progress() as progress:
            import asyncio

            results = asyncio.run(examine(settings, statements, names, progress))
    except KeyboardInterrupt:
        notes().print("interrupted")
        raise typer.Exit(INTERRUPTED) from None
    if json:
        print_json({"statements": [result.model_dump(mode="json") for result in results]})
    else:
        for statement, result in zip(statements, results, strict=True):
            show(result)
            warned = {verdict.check for verdict in result.flagged("warning")}
            words = "unknown names" if "auto_bound" in warned else result.fault
            if hint := missing_import(words, statement.header):
                console().print(f"  {hint}", markup=False)
    raise typer.Exit(0 if all(clean(result, strict) for result in results) else 1)


def read_statements(source: str) -> list[Statement]:
    """The statement of a Lean text, or those of a tasks file's lines that have one."""
    from proofloop.core.errors import InputError
    from proofloop.datasets.filter import statement_of
    from proofloop.tools.lean.text import split_statement

    if not source.endswith(".jsonl"):
        text, name = read_source(source)
        return [split_statement(text, file=name)]
    tasks = [task for task in read_tasks(source) if task.formal.strip()]
    if not tasks:
        raise InputError("no task has a formal statement", file=source, field="formal")
    return [statement_of(task) for task in tasks]


async def examine(
    settings: Settings,
    statements: list[Statement],
    names: list[str],
    progress: InstallProgress | None,
) -> list[StatementHygiene]:
    from proofloop.session import hygiene_limits, open_lean
    from proofloop.tools.lean.hygiene.runner import examine_all

    lean = open_lean(settings, progress=progress)
    found: dict[int, StatementHygiene] = {}
    try:
        await lean.start()
        running = examine_all(
            lean, statements, checks=names, limits=hygiene_limits(settings), width=lean.workers
        )
        async for index, result in running:
            found[index] = result
            if len(statements) > 1:
                notes().print(f"{len(found)}/{len(statements)} {headline(result)}", markup=False)
    finally:
        await lean.aclose()
    return [found[index] for index in sorted(found)]


def clean(result: StatementHygiene, strict: bool) -> bool:
    return not (
        result.fault or result.flagged("error") or (strict and bool(result.flagged("warning")))
    )


def headline(result: StatementHygiene) -> str:
    if result.fault:
        return f"{result.name}: does not elaborate"
    errors, warnings = len(result.flagged("error")), len(result.flagged("warning"))
    return f"{result.name}: {errors} errors, {warnings} warnings"


def show(result: StatementHygiene) -> None:
    out = console()
    out.print(f"{headline(result)} ({result.seconds:.1f} s)", markup=False, soft_wrap=True)
    if result.fault:
        out.print(f"  {result.fault}", markup=False, soft_wrap=True)
    for verdict in result.verdicts:
        if verdict.outcome == "flagged":
            show_flags(verdict)
        elif verdict.outcome == "unknown":
            words = f"  unknown  {verdict.check}: {verdict.reason}"
            out.print(words, markup=False, soft_wrap=True)


def show_flags(verdict: HygieneVerdict) -> None:
    for flag in verdict.flags:
        place = ", ".join(f"{span.line}:{span.column}" for span in flag.spans)
        at = f" (at {place})" if place else ""
        words = f"  {verdict.severity:8} {verdict.check}: {flag.reason}{at}"
        console().print(words, markup=False, soft_wrap=True)
