"""``proofloop review``: a person looks at the statements that a run has queued."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from json import loads as json_of
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from proofloop.cli import INTERRUPTED, options
from proofloop.cli.output import console, notes, print_json
from proofloop.cli.source import read_source
from proofloop.core.errors import InputError, StorageError

if TYPE_CHECKING:
    from proofloop.cli.review_checker import Checker
    from proofloop.core.settings import Settings
    from proofloop.tools.review import Reviewed, ReviewQueue


Ids = list[str] | None


@options.with_settings
def command(
    run: Annotated[Path, typer.Argument(metavar="RUN", help="A run folder.")],
    everything: Annotated[bool, typer.Option("--all", help="Walk what is decided too.")] = False,
    judge: Annotated[
        bool, typer.Option("--judge", help="Have the judges look at what is edited.")
    ] = False,
    list_: Annotated[bool, typer.Option("--list", help="List the queue.")] = False,
    accept: Annotated[
        Ids, typer.Option("--accept", metavar="ID", help="Accept it; may be given again.")
    ] = None,
    reject: Annotated[
        Ids, typer.Option("--reject", metavar="ID", help="Reject it; may be given again.")
    ] = None,
    reopen: Annotated[
        Ids, typer.Option("--reopen", metavar="ID", help="Take its decision back; again too.")
    ] = None,
    send_back: Annotated[
        Ids,
        typer.Option("--return", metavar="ID", help="Back to the formalizer with --comment."),
    ] = None,
    edit: Annotated[
        tuple[str, str] | None,
        typer.Option("--edit", metavar="ID FILE", help="Edit: FILE (or -) has the new statement."),
    ] = None,
    comment: Annotated[
        str, typer.Option("--comment", help="Words to go with it.", show_default=False)
    ] = "",
    export: Annotated[
        Path | None,
        typer.Option("--export", metavar="FILE.jsonl", help="Write what was accepted as tasks."),
    ] = None,
    json: options.Json = False,
    *,
    settings: Settings,
) -> None:
    """Review the statements that a run has queued: accept, edit, reject, comment.

    Without flags it walks the queue in the terminal, a statement on a screen, a key a decision; ?
    lists the keys. Every decision is kept at once, and the same command goes on where it was left.
    An edit is checked again by Lean and the hygiene checks before it counts. ID may be the
    beginning of an id. `--export` writes what was accepted as tasks for `proofloop prove-set`.

    Exit code 0 when everything is decided, 1 when some is left or an edit did not pass, 2 bad
    input, 3 no working Lean, 130 interrupted. A decision by flags is 0 when it was made."""
    from proofloop.cli.review_checker import Checker

    queue = open_queue(run)
    bounds = settings.formalize.model_copy(
        update={"judge_edits": judge or settings.formalize.judge_edits}
    )
    settings = settings.model_copy(update={"formalize": bounds})
    decisions = [
        *((name, "accepted") for name in accept or ()),
        *((name, "rejected") for name in reject or ()),
        *((name, "returned") for name in send_back or ()),
        *((name, None) for name in reopen or ()),
    ]
    try:
        with Checker(settings, run / "review") as checker:
            if decisions or edit:
                code = decide(queue, checker, decisions, edit, comment, as_json=json)
                raise typer.Exit(code)
            if comment:
                goes_with = "--accept, --reject, --return, --edit or --reopen"
                raise InputError(f"--comment goes with {goes_with}")
            if not (list_ or json or export):
                walk(queue, checker, run, everything)
    except KeyboardInterrupt:
        notes().print("\ninterrupted; nothing is lost: the same command goes on from here")
        raise typer.Exit(INTERRUPTED) from None
    items = queue.items()
    if export:
        write(items, export)
    if json:
        print_json({"run": str(run), **counts(items), "items": [fields(one) for one in items]})
    elif list_:
        show_list(items)
    else:
        show_counts(items)
        if any(one.decision for one in items) and is_waiting(run):
            notes().print(
                "the command that made this run, given again, goes on with what is decided"
            )
    raise typer.Exit(1 if any(one.waits for one in items) else 0)


def is_waiting(run: Path) -> bool:
    """Whether the run was made to wait for decisions."""
    try:
        asked = json_of((run / "run.json").read_text(encoding="utf-8"))["asked"]
        return bool(asked.get("review") or asked.get("options", {}).get("review"))
    except (OSError, ValueError, KeyError, AttributeError):
        return False


def open_queue(run: Path) -> ReviewQueue:
    """The queue of a run folder. Raises InputError where there is none."""
    from proofloop.tools.review import ReviewQueue

    path = run / "review.sqlite"
    if not run.is_dir():
        raise InputError("no such run folder", file=run)
    if not path.exists() and is_waiting(run):
        raise InputError("nothing is queued yet: no statement has come so far", file=run)
    if not path.exists():
        words = "holds no review queue; --review makes one, and --method formalmath,"
        raise InputError(f"{words} and agreement for what is ambiguous", file=run)
    return ReviewQueue(path)


def decide(
    queue: ReviewQueue,
    checker: Checker,
    decisions: Sequence[tuple[str, Any]],
    edit: tuple[str, str] | None,
    comment: str,
    *,
    as_json: bool,
) -> int:
    """Decisions by flags, all looked up before the first is made. 1 for an edit that failed."""
    named = [(found(queue, name), outcome) for name, outcome in decisions]
    changed = found(queue, edit[0]) if edit else None
    ids = [one.id for one, _ in named] + ([changed.id] if changed else [])
    if twice := next((id for id in ids if ids.count(id) > 1), None):
        raise InputError(f"item {twice} is named twice")
    text = read_source(edit[1])[0] if edit else ""
    for one, outcome in named:
        if outcome == "returned":
            check_return(one, comment)
    after = [queue.decide(one.id, outcome, comment=comment) for one, outcome in named]
    if changed is not None:
        after.append(checker.edit(queue, changed.id, text, comment=comment))
    if as_json:
        print_json({"items": [fields(one) for one in after]})
    else:
        for one in after:
            show_after(one)
    return int(bool(changed) and after[-1].waits)


def check_return(one: Reviewed, comment: str) -> None:
    """Raises InputError where no formalizer waits, or there is nothing to tell it."""
    if not one.item.revises:
        raise InputError(f"no formalizer waits for item {one.id}; --review makes one wait")
    if not comment.strip():
        raise InputError(f"item {one.id} goes back to the formalizer with words: --comment")


def found(queue: ReviewQueue, name: str) -> Reviewed:
    """The item whose id begins so. Raises InputError for none and for several."""
    items = [one for one in queue.items() if one.id.startswith(name)] if name else []
    if len(items) != 1:
        words = f"{len(items)} items begin with {name!r}" if items else f"no item {name!r}"
        raise InputError(f"{words} in the review queue; --list shows them", file=queue.path)
    return items[0]


def walk(queue: ReviewQueue, checker: Checker, run: Path, everything: bool) -> None:
    """The walk in the terminal, if there is something to show."""
    from proofloop.cli.review_walk import Walk

    if not queue.items(waiting=not everything):
        return
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        raise InputError(
            "a review needs a terminal; without one there are --list, --json, --export FILE,"
            " --accept ID, --reject ID, --edit ID FILE, --reopen ID"
        )
    Walk(queue, checker, run / "review" / "edits", everything=everything).run()


def write(items: Sequence[Reviewed], path: Path) -> None:
    """The accepted statements as tasks, one a line; says what is left out for its edit."""
    from proofloop.core.run import write_atomically
    from proofloop.datasets.reviewed import accepted_tasks, refused

    for id, why in refused(items).items():
        notes().print(f"{id} is not exported: {why}", markup=False, style="yellow")
    tasks = accepted_tasks(items)
    if not tasks:
        raise InputError("nothing is accepted, so nothing was written", file=path)
    try:
        write_atomically(path, "".join(task.model_dump_json() + "\n" for task in tasks))
    except StorageError as error:
        raise InputError(str(error)) from None
    notes().print(f"{len(tasks)} tasks in {path}", markup=False, soft_wrap=True)


def fields(one: Reviewed) -> dict[str, Any]:
    """An item for `--json`: ``state`` is what counts, ``formal`` the statement that does."""
    from proofloop.cli.review_screen import state

    return {"id": one.id, "state": state(one), "formal": one.formal} | one.model_dump(mode="json")


def counts(items: Sequence[Reviewed]) -> dict[str, int]:
    from proofloop.cli.review_screen import state

    states = [state(one) for one in items]
    return {
        name: states.count(name)
        for name in ("accepted", "edited", "rejected", "returned", "waiting")
    }


def show_counts(items: Sequence[Reviewed]) -> None:
    shown = {name: count for name, count in counts(items).items() if count or name != "returned"}
    words = ", ".join(f"{count} {name}" for name, count in shown.items())
    console().print(f"{len(items)} in the queue: {words}")


def show_list(items: Sequence[Reviewed]) -> None:
    from rich.table import Table

    from proofloop.cli.review_screen import STATES, state, visible

    table = Table("id", "state", "task", "statement", "checks", "remarks", box=None)
    for one in items:
        colour = f"[{STATES[state(one)]}]{state(one)}[/]"
        texts = (one.item.task, " ".join(one.formal.split()), against(one), one.comment)
        table.add_row(one.id, colour, *(escaped(visible(text)) for text in texts))
    console().print(table)
    show_counts(items)


def against(one: Reviewed) -> str:
    """How much the checks say against the statement that counts."""
    edited = one.recheck if one.decision == "edited" else None
    warnings = len((edited or one.item).warnings)
    words = ["proved wrong"] if one.item.faults and not edited else []
    counted = f"{warnings} warning{'s' * (warnings > 1)}"
    return ", ".join([*words, *([counted] if warnings else [])])


def escaped(text: str) -> str:
    from rich.markup import escape

    return escape(text)


def show_after(one: Reviewed) -> None:
    from proofloop.cli.review_screen import edited, state

    console().print(f"{one.id} {state(one)}", markup=False)
    for words in one.item.faults if one.decision == "accepted" else ():
        known = f"  although it is proved: {words.splitlines()[0]}"
        console().print(known, markup=False, soft_wrap=True, style="yellow")
    if one.recheck is not None and (one.waits or one.decision == "edited"):
        console().print(edited(one.recheck))
