"""Reading LeanDojo's benchmark (arXiv 2306.15626): ``corpus.jsonl`` and the splits' JSON files.

A folder of it holds ``corpus.jsonl`` (one source file a line: its path, imports and premises) and
``random/`` and ``novel_premises/`` with ``train.json``, ``val.json`` and ``test.json``, each a list
of theorems with their traced tactics. Nothing but Python is needed.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from proofloop.core.errors import InputError
from proofloop.tools.lean.dojo.data import (
    Definition,
    Position,
    Trace,
    TracedFile,
    TracedTactic,
    TracedTheorem,
    Use,
)

Row = TypeVar("Row", bound=BaseModel)


class _Row(BaseModel):
    model_config = ConfigDict(extra="ignore")


class _Provenance(_Row):
    full_name: str
    def_path: str = ""
    def_pos: Position | None = None


class _Tactic(_Row):
    tactic: str
    annotated_tactic: tuple[str, list[_Provenance]] = ("", [])
    state_before: str
    state_after: str


class _Theorem(_Row):
    full_name: str
    file_path: str
    start: Position
    end: Position
    url: str = ""
    commit: str = ""
    theorem_statement: str | None = None
    traced_tactics: list[_Tactic] = Field(default_factory=list)


class _Premise(_Row):
    full_name: str
    kind: str
    code: str
    start: Position
    end: Position


class _File(_Row):
    path: str
    imports: list[str]
    premises: list[_Premise]


def read_benchmark(folder: str | Path, split: str = "random", part: str = "test") -> Trace:
    """The corpus and one part of one split. Raises InputError naming the file and the place."""
    folder = Path(folder)
    files = read_corpus(folder / "corpus.jsonl")
    return Trace(files=files, theorems=read_theorems(folder / split / f"{part}.json"))


def read_corpus(path: str | Path) -> tuple[TracedFile, ...]:
    """The files of a ``corpus.jsonl``. Raises InputError."""
    files = []
    for number, line in enumerate(_text(path).splitlines(), 1):
        if not line.strip():
            continue
        row = _validated(_File, _parsed(line, path, number), path, line=number)
        definitions = tuple(
            Definition(name=p.full_name, kind=p.kind, code=p.code, start=p.start, end=p.end)
            for p in row.premises
        )
        files.append(TracedFile(path=row.path, imports=tuple(row.imports), definitions=definitions))
    return tuple(files)


def read_theorems(path: str | Path) -> tuple[TracedTheorem, ...]:
    """The theorems of a ``train.json``, ``val.json`` or ``test.json``. Raises InputError."""
    rows = _parsed(_text(path), path, None)
    if not isinstance(rows, list):
        raise InputError("not a JSON list of theorems", file=path)
    return tuple(
        _theorem(_validated(_Theorem, row, path, field=f"[{place}]"))
        for place, row in enumerate(rows)
    )


def _theorem(row: _Theorem) -> TracedTheorem:
    tactics = tuple(
        TracedTactic(
            tactic=tactic.tactic,
            state_before=tactic.state_before,
            state_after=tactic.state_after,
            annotated=tactic.annotated_tactic[0],
            uses=tuple(
                Use(name=use.full_name, file=use.def_path, position=use.def_pos)
                for use in tactic.annotated_tactic[1]
            ),
        )
        for tactic in row.traced_tactics
    )
    return TracedTheorem(
        name=row.full_name,
        file=row.file_path,
        start=row.start,
        end=row.end,
        statement=bare_statement(row.theorem_statement or ""),
        tactics=tactics,
        uses=tuple(dict.fromkeys(use for tactic in tactics for use in tactic.uses)),
        url=row.url,
        commit=row.commit,
    )


def bare_statement(source: str) -> str:
    """A theorem's source up to its proof, without the ``:=``."""
    return source.strip().removesuffix(":=").strip()


def _text(path: str | Path) -> str:
    try:
        return Path(path).read_text(encoding="utf-8")
    except OSError as error:
        raise InputError(error.strerror or str(error), file=path) from None
    except UnicodeDecodeError:
        raise InputError("not UTF-8 text", file=path) from None


def _parsed(text: str, path: str | Path, line: int | None) -> Any:
    try:
        return json.loads(text)
    except ValueError as error:
        raise InputError(f"not JSON: {error}", file=path, line=line) from None


def _validated(
    kind: type[Row], row: Any, path: str | Path, *, line: int | None = None, field: str = ""
) -> Row:
    try:
        return kind.model_validate(row)
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join([field, *(str(part) for part in first["loc"])]).strip(".")
        raise InputError(first["msg"], file=path, line=line, field=place) from None
