"""``proofloop check``: what Lean says of a file, and whether it stands."""

from __future__ import annotations

from typing import Annotated

import typer

from proofloop.cli import options
from proofloop.cli.output import (
    console,
    install_progress,
    print_json,
    print_report,
    report_json,
)
from proofloop.cli.source import missing_import, read_source
from proofloop.core.settings import Settings
from proofloop.session import InstallProgress, check_limits, open_lean
from proofloop.tools.lean.asked import asked_fields
from proofloop.tools.lean.backend import CheckRequest
from proofloop.tools.lean.report import LeanReport

Statement = Annotated[
    str | None,
    typer.Option(
        "--statement",
        metavar="FILE",
        help="A file whose last theorem, without a proof, has to be proved.",
        show_default=False,
    ),
]
AutoImplicit = Annotated[
    bool,
    typer.Option(
        "--auto-implicit",
        help="Names that nothing binds in the statement are variables, not errors.",
    ),
]


@options.with_settings
def command(
    source: options.Source,
    statement: Statement = None,
    auto_implicit: AutoImplicit = False,
    json: options.Json = False,
    *,
    settings: Settings,
) -> None:
    """Check a Lean file with Lean's kernel.

    Accepted only if every declaration passes the kernel, without sorry and without axioms of its
    own.

    With --statement the file has to prove the last theorem of that other file: same name, same
    type, nothing it depends on defined otherwise. A file with imports of its own, or one that
    repeats the statement's up to the theorem, is read as it stands; any other is read after the
    statement's file up to the theorem.

    Exit code 0 accepted, 1 not accepted, 2 bad input, 3 no working Lean."""
    text, name = read_source(source)
    asked = {}
    if statement is not None:
        text_asked, name_asked = read_source(statement)
        asked = asked_fields(text_asked, text, file=name_asked)
    request = CheckRequest(
        source=text,
        **asked,
        auto_implicit=auto_implicit,
        allowed_axioms=settings.lean.allowed_axioms,
        limits=check_limits(settings),
    )
    with install_progress() as progress:
        import asyncio

        report = asyncio.run(check(settings, request, progress))
    if json:
        print_json(report_json(report))
    else:
        print_report(report, name)
        if hint := missing_import(report.reason, request.header + text):
            console().print(f"  {hint}", markup=False)
    raise typer.Exit(0 if report.accepted else 1)


async def check(
    settings: Settings, request: CheckRequest, progress: InstallProgress | None
) -> LeanReport:
    lean = open_lean(settings, progress=progress)
    try:
        return await lean.check(request)
    finally:
        await lean.aclose()
