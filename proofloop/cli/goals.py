"""``proofloop goals``: what is left to prove after each tactic of a file."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from proofloop.cli import options
from proofloop.cli.output import console, install_progress, print_json
from proofloop.cli.source import read_source

if TYPE_CHECKING:
    from proofloop.core.settings import Settings
    from proofloop.session import InstallProgress
    from proofloop.tools.lean.goals import ProofTrace, Step

Line = Annotated[
    int | None, typer.Option("--line", help="Only this line.", min=1, show_default=False)
]


@options.with_settings
def command(
    source: options.Source, line: Line = None, json: options.Json = False, *, settings: Settings
) -> None:
    """Show what is left to prove after each tactic.

    Where a tactic failed, the goals that it failed on; at each `sorry`, the hole as a theorem of
    its own. Exit code 0 without errors in the text, 1 with errors, 2 bad input, 3 no working
    Lean."""
    import asyncio

    text, name = read_source(source)
    with install_progress() as progress:
        trace = asyncio.run(trace_file(settings, text, progress))
    shown = trace if line is None else only_line(trace, line)
    if json:
        print_json(shown.model_dump(mode="json"))
    else:
        show(shown, name)
    raise typer.Exit(1 if trace.errors else 0)


async def trace_file(settings: Settings, text: str, progress: InstallProgress | None) -> ProofTrace:
    from proofloop.session import check_limits, open_lean
    from proofloop.tools.lean.goals import trace_proof

    lean = open_lean(settings, progress=progress)
    try:
        return await trace_proof(lean, text, limits=check_limits(settings))
    finally:
        await lean.aclose()


def only_line(trace: ProofTrace, line: int) -> ProofTrace:
    """The trace with the steps that span this line, and the errors and holes that begin on it."""
    kept = [index for index, step in enumerate(trace.steps) if step.line <= line <= step.end_line]
    number = {index: new for new, index in enumerate(kept)}
    errors = [
        error.model_copy(update={"step": None if error.step is None else number.get(error.step)})
        for error in trace.errors
        if error.line == line
    ]
    return trace.model_copy(
        update={
            "steps": tuple(trace.steps[index] for index in kept),
            "errors": tuple(errors),
            "holes": tuple(hole for hole in trace.holes if hole.line == line),
        }
    )


def show(trace: ProofTrace, name: str) -> None:
    if not (trace.steps or trace.errors or trace.holes):
        say("no tactics here")
    for step in trace.steps:
        inside = "  " * step.depth
        first, *more = step.tactic.splitlines()
        say(f"{inside}{name}:{step.line}:{step.column}: {first}{' ...' if more else ''}")
        if failed(trace, step):
            continue
        goals = [goal.text for goal in trace.goals_at(step.after)]
        say("\n\n".join(goals) or "no goals", inside + "    ")
    for error in trace.errors:
        console().print(f"{name}:{error.line}:{error.column}: [red]error[/]:", end=" ")
        say(error.text)
        step_ = trace.failed_step(error)
        if step_:
            say(f"in `{step_.tactic}`, with", "  ")
        say("\n\n".join(goal.text for goal in trace.goals_at(error.goals)), "    ")
    for hole in trace.holes:
        say(f"{name}:{hole.line}:{hole.column}: sorry: {hole.statement or 'no statement'}")


def failed(trace: ProofTrace, step: Step) -> bool:
    return any(trace.failed_step(error) is step for error in trace.errors)


def say(text: str, before: str = "") -> None:
    for line in text.splitlines():
        console().print(before + line, markup=False, soft_wrap=True)
