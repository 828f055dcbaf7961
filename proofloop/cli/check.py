"""``proofloop check``: what Lean says of a file, and whether it stands."""

from __future__ import annotations

import typer

from proofloop.cli import options
from proofloop.cli.output import install_progress, print_json, print_report, report_json
from proofloop.cli.source import read_source
from proofloop.core.settings import Settings
from proofloop.session import InstallProgress, check_limits, open_lean
from proofloop.tools.lean.backend import CheckRequest
from proofloop.tools.lean.report import LeanReport


@options.with_settings
def command(source: options.Source, json: options.Json = False, *, settings: Settings) -> None:
    """Check a Lean file with Lean's kernel.

    Accepted only if every declaration passes the kernel, without sorry and without axioms of its
    own. Exit code 0 accepted, 1 not accepted, 2 bad input, 3 no working Lean."""
    text, name = read_source(source)
    request = CheckRequest(
        source=text,
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
    raise typer.Exit(0 if report.accepted else 1)


async def check(
    settings: Settings, request: CheckRequest, progress: InstallProgress | None
) -> LeanReport:
    lean = open_lean(settings, progress=progress)
    try:
        return await lean.check(request)
    finally:
        await lean.aclose()
