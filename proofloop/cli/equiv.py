"""``proofloop equiv``: whether formal statements say the same, as proved."""

from __future__ import annotations

import json as json_module
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from proofloop.cli import options
from proofloop.cli.output import console, install_progress, print_json
from proofloop.cli.source import not_good_lean, read_source
from proofloop.core.errors import InputError
from proofloop.core.settings import Settings

if TYPE_CHECKING:
    from proofloop.session import InstallProgress
    from proofloop.tools.lean.equivalence.cluster import Clustering
    from proofloop.tools.lean.equivalence.compare import Equivalence

First = Annotated[
    str,
    typer.Argument(metavar="FILE", help="A Lean file with one statement, or JSON lines of many."),
]
Second = Annotated[
    str | None, typer.Argument(metavar="[FILE]", help="The other Lean file.", show_default=False)
]
Seconds = Annotated[
    float, typer.Option("--seconds", help="Of each direction of a comparison.", min=0.1)
]
Search = Annotated[
    bool, typer.Option("--search", help="Give open directions to the portfolio prover as well.")
]


@options.with_settings
def command(
    first: First,
    second: Second = None,
    seconds: Seconds = 60.0,
    search: Search = False,
    json: options.Json = False,
    *,
    settings: Settings,
) -> None:
    """Say whether two formal statements say the same, or sort many into classes.

    Each file holds one theorem without a proof, with what it is read after (imports, open,
    variable), which must be the same in both. Equivalent means that the kernel accepted a proof of
    each direction, and that they say the same for a reason that proves neither; different, that
    values of the variables tell them apart.

    One file of JSON lines has a theorem header in `formal` and the text before it in `header`;
    the statements are sorted into classes of the same meaning.

    Exit code 0 equivalent (or sorted), 1 different or unknown, 2 bad input, 3 no working Lean."""
    import asyncio

    with install_progress() as progress:
        if second is None:
            texts, header, names = read_many(first)
            classes = asyncio.run(sort(settings, header, texts, seconds, search, progress))
            show_classes(classes, names, json)
            return
        (header, a), (other, b) = read_one(first), read_one(second)
        if lines_of(header) != lines_of(other):
            raise InputError(
                "what stands before the theorem differs from the first file's", file=second
            )
        found = asyncio.run(
            compare(settings, header, [(first, a), (second, b)], seconds, search, progress)
        )
    if json:
        level = found.level.name.lower() if found.level is not None else None
        print_json(found.model_dump(mode="json") | {"level": level})
    else:
        show(found)
    raise typer.Exit(0 if found.verdict == "equivalent" else 1)


def read_one(source: str) -> tuple[str, str]:
    """The text before the last theorem of a file, and its header."""
    from proofloop.tools.lean.equivalence.statement import read_statement
    from proofloop.tools.lean.text import split_statement

    text, name = read_source(source)
    statement = split_statement(text, file=name)
    try:
        read_statement(statement.text)
    except InputError as error:
        raise InputError(error.message, file=name) from None
    return statement.header, statement.text


def lines_of(text: str) -> list[str]:
    """For comparing: where a line ends, a comment does."""
    return [line.rstrip() for line in text.splitlines() if line.strip()]


def read_many(source: str) -> tuple[list[str], str, list[str]]:
    """The statements of a JSON lines file, their one header, and how to call each."""
    text, name = read_source(source)
    texts: list[str] = []
    names: list[str] = []
    headers: dict[str, int] = {}
    for number, line in enumerate(text.splitlines(), 1):
        if not line.strip():
            continue
        fields = _fields(line, name, number)
        texts.append(fields["formal"])
        names.append(str(fields.get("id", number)))
        headers.setdefault(str(fields.get("header") or ""), number)
    if len(headers) > 1:
        line_number = list(headers.values())[1]
        raise InputError("another header than above", file=name, line=line_number, field="header")
    if not texts:
        raise InputError("holds no statement", file=name)
    return texts, next(iter(headers)), names


def _fields(line: str, name: str, number: int) -> dict[str, Any]:
    try:
        fields = json_module.loads(line)
    except ValueError as error:
        hint = "" if Path(name).suffix == ".jsonl" else " (give two Lean files to compare them)"
        raise InputError(f"not JSON: {error}{hint}", file=name, line=number) from None
    if not isinstance(fields, dict) or not isinstance(fields.get("formal"), str):
        raise InputError("no theorem header", file=name, line=number, field="formal")
    return fields


async def compare(
    settings: Settings,
    header: str,
    statements: Sequence[tuple[str, str]],
    seconds: float,
    search: bool,
    progress: InstallProgress | None,
) -> Equivalence:
    """``statements`` are the two with the names of their files."""
    from proofloop.session import open_lean
    from proofloop.tools.lean.equivalence.compare import Comparer
    from proofloop.tools.lean.equivalence.subject import read_subjects
    from proofloop.tools.lean.portfolio import Portfolio

    lean = open_lean(settings, progress=progress)
    try:
        await lean.start()
        prover = Portfolio(lean) if search else None
        a, b = await read_subjects(lean, header, [text for _, text in statements])
        for subject, (name, text) in zip((a, b), statements, strict=True):
            if subject.fault:
                raise not_good_lean(subject.fault[:300], f"{header}\n{text}", name)
        return await Comparer(lean, header, prover=prover, seconds=seconds).compare(a, b)
    finally:
        await lean.aclose()


async def sort(
    settings: Settings,
    header: str,
    texts: list[str],
    seconds: float,
    search: bool,
    progress: InstallProgress | None,
) -> Clustering:
    from proofloop.session import open_lean
    from proofloop.tools.lean.equivalence.cluster import cluster
    from proofloop.tools.lean.portfolio import Portfolio

    lean = open_lean(settings, progress=progress)
    try:
        await lean.start()
        prover = Portfolio(lean) if search else None
        return await cluster(lean, header, texts, prover=prover, seconds=seconds)
    finally:
        await lean.aclose()


def show(found: Equivalence) -> None:
    colour = {"equivalent": "green", "different": "red", "unknown": "yellow"}[found.verdict]
    console().print(f"[{colour}]{found.verdict}[/] ({found.checks} checks, {found.seconds:.2f} s)")
    console().print(f"  {found.note}", markup=False)
    proofs = [found.forward, found.backward, found.separation.proof if found.separation else ""]
    for proof in proofs:
        if proof:
            console().print(f"\n{proof.rstrip()}", markup=False, soft_wrap=True)


def show_classes(found: Clustering, names: list[str], json: bool) -> None:
    classes = [[names[i] for i in each] for each in found.clusters]
    faulty = {names[i]: fault for i, fault in found.faulty.items()}
    if json:
        counts = {"comparisons": found.comparisons, "checks": found.checks}
        print_json({"clusters": classes, "faulty": faulty} | counts)
        return
    for members in classes:
        console().print(" ".join(members), markup=False, soft_wrap=True)
    for name, fault in faulty.items():
        console().print(f"{name}: no good Lean: {fault}", markup=False, soft_wrap=True)
    console().print(f"{found.comparisons} comparisons, {found.checks} Lean checks")
