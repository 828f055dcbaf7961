"""``proofloop formalize``: informal text to a Lean theorem, proved where that succeeds."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from proofloop.cli import options
from proofloop.cli.funnel import funnel_table
from proofloop.cli.output import console, print_json
from proofloop.cli.planned import show_plan
from proofloop.cli.queued import announce, queued
from proofloop.cli.running import run_graph
from proofloop.cli.source import read_text_or_stdin
from proofloop.core.image import is_remote

if TYPE_CHECKING:
    from proofloop.core.settings import Settings


# What a method found on its way.
SHOWN = ("confidence", "readings", "funnel", "scene", "chain", "failed")


@options.with_settings
def command(
    text: Annotated[str, typer.Argument(metavar="TEXT|-", help="The statement, or - for stdin.")],
    name: Annotated[str, typer.Option("--name", help="Name of the theorem.")] = "statement",
    method: options.Formalizer = "formalize",
    prove: Annotated[bool, typer.Option(help="Prove the statement too.")] = True,
    image: Annotated[
        list[str] | None,
        typer.Option(metavar="FILE", help="Figure of the text, or its https address. [repeatable]"),
    ] = None,
    samples: options.Samples = None,
    review: options.Review = False,
    negate_with: options.NegateWith = None,
    plan: options.Planned = False,
    run: options.RunFolder = None,
    json: options.Json = False,
    *,
    settings: Settings,
) -> None:
    """Formalize a statement, and prove it.

    By method `formalize`: generate, pre-check, compile, judge, refine; then prove. `proofloop
    graphs NAME` draws each method; `mmformalize` also looks at figures (`--image`).

    With `--review` the statement waits for a person before it is proved: decide with `proofloop
    review RUN`, and the same command with `--run RUN` goes on.

    Exit code 0 when a statement compiled and was judged consistent (proved or not), else 1, also
    while it waits."""
    informal = read_text_or_stdin(text)
    from proofloop.graphs.catalogue import figures, formalizer_header
    from proofloop.planning import plan_for

    graph, settings = options.formalizing(settings, method, samples, negate_with, review=review)
    inputs = {"informal": informal, "name": name, "header": formalizer_header(method)}
    images = [each if is_remote(each) else str(Path(each).absolute()) for each in image or ()]
    shown = figures(method, images, settings, where="--image")
    if plan:
        problem = f"{informal}\n{inputs['header']}"
        show_plan(plan_for(settings, method, [problem], {"prove": prove, "review": review}), json)
        return
    state, opened = run_graph(
        settings,
        method,
        lambda saver: graph(saver, prove=prove, review=review),
        inputs | shown,
        folder=run,
        given={"prove": prove} | ({"review": True} if review else {}),
        quiet=json,
    )
    result = outcome(state) | {
        "method": method,
        "model": settings.model_name,
        "spent": opened.budget.spent().model_dump(),
        "run": str(opened.folder),
        **queued(opened),
    }
    if json:
        print_json(result)
    else:
        print_outcome(result)
    raise typer.Exit(0 if result["status"] == "consistent" else 1)


def outcome(state: dict[str, Any]) -> dict[str, Any]:
    """What a user wants to know of a finished formalize graph."""
    report = state.get("proof_report") or {}
    status = "waiting" if state.get("waiting") else state.get("status") or "exhausted"
    return {
        "status": "partial" if state.get("partial") else status,
        "statement": state.get("statement", ""),
        "header": state.get("header", ""),
        "compiled": bool((state.get("statement_report") or {}).get("accepted")),
        "consistent": (state.get("verdict") or {}).get("passed"),
        "proved": bool(state.get("proof")),
        "proof": state.get("proof", ""),
        "prover": state.get("prover", ""),
        "lean": report.get("lean"),
        "rounds": len(state.get("rejected", [])) + bool(state.get("statement")),
        "rejected": state.get("rejected", []),
        "notes": state.get("notes", ""),
        "why": state.get("why", ""),
        **{key: state[key] for key in SHOWN if key in state},
        "judge": (state.get("verdict") or {}).get("feedback", ""),
        "votes": ((state.get("verdict") or {}).get("evidence") or {}).get("votes", []),
        "partial": state.get("partial", ""),
        "down": state.get("down", ""),
    }


def print_outcome(result: dict[str, Any]) -> None:
    colour = "green" if result["status"] == "consistent" else "yellow"
    console().print(f"[{colour}]{result['status']}[/]")
    notes = result["notes"] if not result["statement"] else ""
    for words in (result["partial"], result["why"], notes):
        if words:
            console().print(f"  {words}", markup=False)
    if "funnel" in result:
        console().print(
            funnel_table({stage: [n] for stage, n in result["funnel"].items()}, "statements")
        )
    if "chain" in result:
        print_chain(result["chain"])
    if result["status"] == "ambiguous":
        print_readings(result["readings"])
    if result["statement"]:
        shown = result["proof"] or result["statement"]
        console().print(f"\n{result['header']}\n\n{shown}\n", markup=False, soft_wrap=True)
        proved = f"proved by {result['prover']}" if result["proved"] else "not proved"
        console().print(proved, markup=False)
    if len(result["votes"]) > 1:
        words = {True: "yes", False: "no", None: "abstained"}
        said = ", ".join(f"{vote['judge']} {words[vote['passed']]}" for vote in result["votes"])
        console().print(f"judges: {said}", markup=False)
    if "confidence" in result:
        console().print(f"confidence {result['confidence']:.2f}", markup=False)
        print_readings(result["readings"][1:2])
    console().print(f"run folder: {result['run']}", markup=False, style="dim")
    if result["down"]:
        words = f"without {result['down']}; the same command with --run asks again"
        console().print(words, markup=False, soft_wrap=True, style="yellow")
    announce(result)


def print_chain(chain: dict[str, dict[str, Any]]) -> None:
    """The propositions that a problem is made of, each with what it is in Lean so far."""
    for name, each in chain.items():
        lean = each["lean"] if each["kind"] in ("dimension", "axiom") else ""
        what = " ".join(part for part in (each["kind"], lean) if part)
        words = f"{'  ' * each['depth']}{name} ({what}): {each['phrase']}"
        console().print(words, markup=False, soft_wrap=True)


def print_readings(readings: list[dict[str, Any]]) -> None:
    """Readings of a text, each with its votes, what it says, and how it differs."""
    for reading in readings:
        said = (
            "judges: "
            + {True: "consistent", False: "not consistent", None: "no decision"}[reading["passed"]]
        )
        console().print(f"\nreading with {reading['votes']:.2f} votes ({said})", markup=False)
        console().print(f"  {reading['statement']}", markup=False, soft_wrap=True)
        for name in ("informal", "differs"):
            if reading[name]:
                console().print(f"  {name}: {reading[name]}", markup=False, soft_wrap=True)
