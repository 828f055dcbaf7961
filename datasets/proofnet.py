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
from typing import Any

from proofloop.core.errors import InputError
from proofloop.datasets.lines import read_objects

NUMBERS, STATEMENTS = "proofnet-verified.jsonl", "proofnetsharp.jsonl"
TAXONOMY = "error_taxonomy_proofnetsharp.jsonl"
WRONG = {"stronger", "weaker", "incomparable"}


def is_taxonomy(fields: Mapping[str, Any]) -> bool:
    return "q2_faithfulness" in fields


def joined(
    file: Path, lines: Sequence[tuple[int, Mapping[str, Any]]]
) -> list[tuple[int, dict[str, Any]]]:
    """The fields of the labels (``datasets/labels.py``) whose statements are in the files beside
    this one, in its order; a text that is itself ambiguous or wrong has none (None)."""
    if file.name != TAXONOMY:
        raise InputError(f"labels statements that are not here; there is {TAXONOMY}", file=file)
    names = {one.get("index"): one for _, one in read_objects(file.with_name(NUMBERS))}
    statements = {
        key(str(one.get("id"))): one for _, one in read_objects(file.with_name(STATEMENTS))
    }
    labels = []
    for number, fields in lines:
        try:
            problem = names.get(int(str(fields["stem"]).removeprefix("proofnet-")))
            # One problem is there twice, with one formalization.
            statement = problem and statements.pop(key(problem["name"]), None)
            if problem and statement:
                labels.append((number, label_of(problem["name"], statement, fields)))
        except (KeyError, ValueError) as error:
            raise InputError(
                f"not as in ProofNet-Verified: {error}", file=file, line=number
            ) from None
    return labels


def label_of(name: str, statement: Mapping[str, Any], fields: Mapping[str, Any]) -> dict[str, Any]:
    word = fields["q2_faithfulness"]
    return {
        "id": name,
        "informal": statement["nl_statement"],
        "lean": without_proof(statement["lean4_formalization"]),
        "header": statement["lean4_src_header"].strip(),
        "faithful": True if word == "faithful" else False if word in WRONG else None,
        "kind": "" if word == "faithful" else f"{word}: {fields['q4_error_type']}",
        "source": "ProofNet#, labels of ProofNet-Verified",
    }


def key(name: str) -> str:
    """Both files write "Dummit-Foote" and "|" in ways of their own."""
    return re.sub(r"[-|_]", "", name).lower()


def without_proof(lean: str) -> str:
    return re.sub(r":=\s*(by)?\s*(sorry)?\s*$", "", lean.strip()).rstrip()
