"""All commands, gathered."""

from __future__ import annotations

import inspect
from typing import Annotated

import typer

import proofloop
from proofloop.cli import (
    analyze,
    batch,
    check,
    doctor,
    entail,
    equiv,
    evaluate,
    filter,
    formalize,
    goals,
    graphs,
    hygiene,
    judge_eval,
    lean,
    prompts,
    prove,
    prove_set,
    review,
    solve,
    summarize,
)

app = typer.Typer(
    name="proofloop",
    help="Informal mathematics to kernel-checked Lean 4, by graphs that generate, verify, refine.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def show_version(value: bool) -> None:
    if value:
        print(proofloop.__version__)
        raise typer.Exit


@app.callback()
def root(
    version: Annotated[
        bool, typer.Option("--version", callback=show_version, is_eager=True, help="Print it.")
    ] = False,
) -> None:
    pass


def flowing(text: str | None) -> str:
    """A docstring's paragraphs without the line breaks that the source needs."""
    paragraphs = inspect.cleandoc(text or "").split("\n\n")
    return "\n\n".join(" ".join(paragraph.split()) for paragraph in paragraphs)


for name, module in (
    ("formalize", formalize),
    ("prove", prove),
    ("prove-set", prove_set),
    ("solve", solve),
    ("check", check),
    ("goals", goals),
    ("review", review),
    ("hygiene", hygiene),
    ("equiv", equiv),
    ("entail", entail),
    ("batch", batch),
    ("filter", filter),
    ("evaluate", evaluate),
    ("analyze", analyze),
    ("summarize", summarize),
    ("judge-eval", judge_eval),
    ("graphs", graphs),
    ("doctor", doctor),
):
    app.command(name, help=flowing(module.command.__doc__))(module.command)
app.add_typer(lean.app, name="lean")
app.add_typer(prompts.app, name="prompts")
