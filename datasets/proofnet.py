"""ProofNet-Verified's error taxonomy as labels (github.com/marcusm117/ProofNet-Verified).

The taxonomy says of the formalizations of ProofNet# whether they are faithful and what is wrong;
texts and Lean are in two other files of the same folder, ``proofnet-verified.jsonl`` (the numbering
and the informal texts) and ``proofnetsharp.jsonl`` (the formalizations that were examined). The
taxonomy of the older ProofNet is of statements that the repository does not hold.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from proofloop.core.errors import InputError
from proofloop.datasets.lines import read_objects

if TYPE_CHECKING:
    from proofloop.datasets.labels import Label

NUMBERS, STATEMENTS = "proofnet-verified.jsonl", "proofnetsharp.jsonl"
TAXONOMY = "error_taxonomy_proofnetsharp.jsonl"
WRONG = {"stronger", "weaker", "incomparable"}


def is_taxonomy(fields: Mapping[str, Any]) -> bool:
    return "q2_faithfulness" in fields


def joined(file: Path, lines: Sequence[tuple[int, Mapping[str, Any]]]) -> list[Label]:
    """The labels of those statements that are in the files beside it, in its order; a text that is
    itself ambiguous or wrong has none (None)."""
    from proofloop.datasets.labels import Label

    if file.name != TAXONOMY:
        raise InputError(f"labels statements that are not here; there is {TAXONOMY}", file=file)
    names = {one["index"]: one for _, one in read_objects(file.with_name(NUMBERS))}
    statements = {key(one["id"]): one for _, one in read_objects(file.with_name(STATEMENTS))}
    labels = []
    for number, fields in lines:
        try:
            problem = names.get(int(str(fields["stem"]).removeprefix("proofnet-")))
            word, kind = fields["q2_faithfulness"], fields["q4_error_type"]
        except (KeyError, ValueError) as error:
            raise InputError(
                f"not a line of the taxonomy: {error}", file=file, line=number
            ) from None
        # One problem is there twice, with one formalization.
        statement = problem and statements.pop(key(problem["name"]), None)
        if not problem or not statement:
            continue
        labels.append(
            Label(
                id=problem["name"],
                informal=statement["nl_statement"],
                lean=without_proof(statement["lean4_formalization"]),
                header=statement["lean4_src_header"].strip(),
                faithful=True if word == "faithful" else False if word in WRONG else None,
                kind="" if word == "faithful" else f"{word}: {kind}",
                source="ProofNet#, labels of ProofNet-Verified",
            )
        )
    return labels


def key(name: str) -> str:
    """Both files write "Dummit-Foote" and "|" in ways of their own."""
    return re.sub(r"[-|_]", "", name).lower()


def without_proof(lean: str) -> str:
    return re.sub(r":=\s*(by)?\s*(sorry)?\s*$", "", lean.strip()).rstrip()
