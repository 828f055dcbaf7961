"""Statements with a label: is the Lean faithful to the text? What judges are measured on.

A line has ``informal``, ``lean`` (or ``formal``), ``faithful`` (true, false, or null where the text
itself is ambiguous or wrong: no judge is asked about it), and where known ``id``, ``header``,
``kind`` (of the fault) and ``source``. Lines of ProofNet-Verified's error taxonomy are read too
(``datasets/proofnet.py``).
"""

from __future__ import annotations

from importlib.resources import as_file, files
from pathlib import Path

from pydantic import AliasChoices, ConfigDict, Field, ValidationError

from proofloop.agents.panel.vote import Pair
from proofloop.core.errors import InputError
from proofloop.core.model import Frozen
from proofloop.datasets.lines import read_objects
from proofloop.datasets.proofnet import TAXONOMY, is_taxonomy, joined


class Label(Frozen):
    model_config = ConfigDict(frozen=True, extra="ignore", populate_by_name=True)

    id: str
    informal: str = Field(min_length=1)
    lean: str = Field(min_length=1, validation_alias=AliasChoices("lean", "formal"))
    header: str = ""
    faithful: bool | None
    kind: str = ""
    source: str = ""

    @property
    def pair(self) -> Pair:
        return Pair(informal=self.informal, lean=self.lean, header=self.header)


SAMPLES = ("minif2f_rewrites", "proofnet")


def bundled(name: str) -> list[Label]:
    """One of the bundled sets; sources and licences stand beside them."""
    path = files("proofloop.datasets") / "samples" / "judge_labels" / f"{name}.jsonl"
    with as_file(path) as file:
        return read_labels(file)


def read_labels(file: str | Path) -> list[Label]:
    """The labels of a file, or of the folder of ProofNet-Verified. Raises InputError naming the
    file, the line and the field."""
    if Path(file).is_dir():
        file = Path(file) / TAXONOMY
    lines = list(read_objects(file))
    if lines and is_taxonomy(lines[0][1]):
        lines = joined(Path(file), lines)
    labels: dict[str, Label] = {}
    for number, fields in lines:
        fields.setdefault("id", str(number))
        try:
            label = Label.model_validate(fields)
        except ValidationError as error:
            first = error.errors()[0]
            field = ".".join(str(part) for part in first["loc"])
            raise InputError(first["msg"], file=file, line=number, field=field) from None
        if label.id in labels:
            raise InputError(f"id {label.id!r} occurs twice", file=file, line=number, field="id")
        labels[label.id] = label
    if not any(label.faithful is not None for label in labels.values()):
        raise InputError("holds no label", file=file)
    return list(labels.values())
