"""``proofloop solve``: a problem in words to an answer, by many attempts."""

from __future__ import annotations

import typing
from collections import Counter
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Annotated, Any

import typer

from proofloop.cli import options
from proofloop.cli.output import console, notes, print_json
from proofloop.cli.planned import in_words, show_plan
from proofloop.cli.running import run_graph
from proofloop.cli.source import read_text_or_stdin
from proofloop.core.errors import SettingsError

if TYPE_CHECKING:
    from proofloop.core.settings import Settings

METHOD = typer.Option(
    "--method",
    help="self_consistency, best_of_n, refine, iad, particles, astar, adaptive,"
    " solve_detect_verify, atom_of_thoughts, pdr, rtv_pdr, tmas or empirical_mcts.",
)

SAME = typer.Option(
    "--same",
    help="Which answers vote together: auto, math (by value), text, code (by what programs return"
    " for --call) or lean (by proved equivalence).",
)
CALL = typer.Option(
    "--call", help="A call on which programs are compared, as 'f(2, [3])'; may be repeated."
)

BROKEN_OFF = ("CancelledError", "GeneratorExit")  # on our side

OPTION = typer.Option(
    "--option",
    help="One of the method's own, as n=8; may be repeated. A wrong name lists those there are.",
)


@options.with_settings
def command(
    text: Annotated[str, typer.Argument(metavar="TEXT|-", help="The problem, or - to read it.")],
    method: Annotated[str, METHOD] = "self_consistency",
    same: Annotated[str | None, SAME] = None,
    call: Annotated[list[str] | None, CALL] = None,
    option: Annotated[list[str] | None, OPTION] = None,
    plan: options.Planned = False,
    run: options.RunFolder = None,
    json: options.Json = False,
    *,
    settings: Settings,
) -> None:
    """Solve a problem with a language model.

    Many attempts are made and one answer is chosen. The offline model solves nothing: name a model
    with --model or set a key. Exit code 0 with an answer, 1 without one."""
    problem = read_text_or_stdin(text)
    from proofloop.graphs.answers import kind_of
    from proofloop.graphs.catalogue import SOLVERS, configured
    from proofloop.planning import plan_for

    if method not in SOLVERS:
        raise SettingsError(f"no method {method!r} of solving; there are {', '.join(SOLVERS)}")
    if same or call:
        settings = with_answers(settings, method, same, call or [])
    given = pairs_of(option or [])
    graph = configured(method, given)
    planned = plan_for(settings, method, [problem], graph.keywords)
    if plan:
        show_plan(planned, json)
        return
    if not json:
        notes().print(f"  [dim]plan[/] {in_words(planned)}", soft_wrap=True)
    state, opened = run_graph(
        settings,
        f"solve-{method}",
        graph,
        {"problem": problem},
        folder=run,
        quiet=json,
        given=given,
        lean_first=kind_of(settings.answers) == "lean",
    )
    result: dict[str, Any] = {
        "answer": state.get("answer", ""),
        "solution": state.get("solution", ""),
        "method": method,
        "selection": state.get("selection"),
        "note": note_on(state),
        "failed": failures(opened.journal.entries("model")),
        "partial": state.get("partial", ""),
        "plan": planned.model_dump(),
        "model": settings.model_name,
        "spent": opened.budget.spent().model_dump(),
        "run": str(opened.folder),
    }
    if json:
        print_json(result)
    else:
        console().print(result["solution"], markup=False, soft_wrap=True)
        console().print(f"answer: {result['answer'] or 'none'}", markup=False, soft_wrap=True)
        marked = ("note", "failed", "partial") if result["note"] else ("partial",)
        for name in marked:
            if result[name]:
                console().print(f"{name}: {result[name]}", markup=False, soft_wrap=True)
    raise typer.Exit(0 if result["answer"] else 1)


def note_on(state: Mapping[str, Any]) -> str:
    """What was unusual, in one line; "" if nothing."""
    note = state.get("note") or (state.get("selection") or {}).get("note", "")
    if state.get("answer") or "solution" not in state:
        return str(note)
    none = "no answer is marked in the chosen solution (a line 'Answer: ...')"
    return "; ".join(filter(None, (none, note)))


def failures(entries: Iterable[Mapping[str, Any]]) -> str:
    """How many calls failed, by whom they were asked, and what was said last; "" if none did."""
    failed = [
        entry for entry in entries if "error" in entry and entry["error"]["type"] not in BROKEN_OFF
    ]
    if not failed:
        return ""
    roles = Counter(entry["request"]["role"] for entry in failed)
    counts = ", ".join(f"{times} of the {role}" for role, times in roles.most_common())
    return f"{counts}; the last: {failed[-1]['error']['message']}"


def pairs_of(given: list[str]) -> dict[str, str]:
    """The values of ``name=value`` texts by their names, the last of a name. Raises
    SettingsError."""
    for text in given:
        if "=" not in text:
            raise SettingsError(f"--option {text!r}: give it as name=value")
    parted = (text.split("=", 1) for text in given)
    return {name.strip(): value.strip() for name, value in parted}


def with_answers(settings: Settings, method: str, same: str | None, calls: list[str]) -> Settings:
    """The settings with these ways of comparing answers. Raises SettingsError."""
    from proofloop.core.same import AnswerSettings
    from proofloop.graphs.answers import calls_of, kind_of
    from proofloop.graphs.catalogue import VOTING

    if method not in VOTING:
        words = ", ".join(VOTING)
        raise SettingsError(f"{method} counts no votes: --same and --call are for {words}")
    kinds = typing.get_args(AnswerSettings.model_fields["same"].annotation)
    if same is not None and same not in kinds:
        raise SettingsError(f"no way {same!r} to compare answers; there are {', '.join(kinds)}")
    given = {"same": same} if same else {}
    answers = AnswerSettings.model_validate(
        settings.answers.model_dump() | given | ({"calls": calls} if calls else {})
    )
    if kind_of(answers) == "code":
        calls_of(answers.calls)
    return settings.model_copy(update={"answers": answers})
