"""Worked examples from data sets and from what earlier runs accepted.

A data set is a JSONL file with ``informal``, ``lean`` (or ``formal``) and where known ``faithful``
(without it a statement is taken for faithful) and ``reasons``. A run's folder gives what its panel
decided, from the verdicts in its journal.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

from proofloop.core.errors import InputError
from proofloop.core.journal import fingerprint
from proofloop.core.jsonl import read_lines
from proofloop.datasets.labels import SAMPLES, bundled
from proofloop.datasets.lines import read_objects
from proofloop.tools.examples.example import Example


def read_examples(sources: Sequence[str | Path]) -> list[Example]:
    """From files, run folders and names of bundled sets. Raises InputError with file and line, and
    for a source without an example."""
    found: list[Example] = []
    for source in sources:
        examples = list(from_source(source))
        if not examples:
            raise InputError("holds no example", file=source)
        found += examples
    return found


def from_source(source: str | Path) -> Iterable[Example]:
    if str(source) in SAMPLES:
        return from_labels(str(source))
    path = Path(source)
    return from_run(path) if path.is_dir() else from_file(path)


def from_labels(name: str) -> Iterator[Example]:
    for label in bundled(name):
        if label.faithful is not None:
            yield Example(
                informal=label.informal,
                lean=label.lean,
                header=label.header,
                faithful=label.faithful,
                reasons="" if label.faithful else label.kind.replace("_", " "),
                source=name,
            )


def from_file(path: Path) -> Iterator[Example]:
    for number, fields in read_objects(path):
        lean = fields.get("lean") or fields.get("formal")
        for field, value in (("informal", fields.get("informal")), ("lean", lean)):
            if not isinstance(value, str) or not value.strip():
                raise InputError("must be a text", file=path, line=number, field=field)
        faithful = fields.get("faithful", True)
        if faithful is not None:
            yield Example(
                informal=fields["informal"],
                lean=str(lean),
                header=str(fields.get("header") or ""),
                faithful=bool(faithful),
                reasons=str(fields.get("reasons") or ""),
                source=path.name,
            )


def from_run(folder: Path) -> Iterator[Example]:
    """What the panel decided; of one pair its last decision."""
    journal = folder / "journal.jsonl"
    if not journal.exists():
        raise InputError("is no run: it has no journal", file=folder)
    decided: dict[str, dict[str, Any]] = {}
    translations: dict[str, str] = {}
    for entry in read_lines(journal):
        if entry["kind"] == "vote" and entry["vote"]["back_translation"]:
            translations[fingerprint(entry["pair"])] = entry["vote"]["back_translation"]
        if entry["kind"] == "verdict" and entry["verdict"]["passed"] is not None:
            decided[fingerprint(entry["pair"])] = entry
    for key, entry in decided.items():
        verdict = entry["verdict"]
        yield Example(
            **entry["pair"],
            faithful=verdict["passed"],
            reasons="" if verdict["passed"] else verdict["feedback"],
            translation=translations.get(key, ""),
            source=folder.name,
        )
