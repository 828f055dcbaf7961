"""Entailment problems: FOLIO, EntailmentBank, and files of one's own.

A line of a file has the fields of ``EntailmentProblem``, or is one of the two data sets' lines:
FOLIO's ``premises``, ``conclusion`` and ``label`` (arXiv 2209.00840), or EntailmentBank's
``sentences`` (or ``meta.triples``), ``hypothesis`` and ``proof`` (arXiv 2104.08661), whose proof
becomes the tree. Every hypothesis of EntailmentBank is entailed by its sentences, its authors say.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from importlib.resources import as_file, files
from pathlib import Path
from typing import Any, Literal

from pydantic import ValidationError

from proofloop.core.errors import InputError
from proofloop.datasets.lines import objects_in
from proofloop.tools.entailment.problem import HYPOTHESIS, EntailmentProblem, tree_faults

SampleName = Literal["folio", "entailment_bank"]


def sample(name: SampleName) -> list[EntailmentProblem]:
    """A bundled sample: FOLIO's validation split (204 problems), or the development split of
    EntailmentBank's task 1 (187)."""
    with as_file(files("proofloop.datasets") / "samples" / "entailment" / f"{name}.jsonl") as path:
        return read_problems(path)


def read_problems(path: str | Path) -> list[EntailmentProblem]:
    """The problems of a file. Raises InputError naming file, line and field."""
    try:
        text = Path(path).read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(getattr(error, "strerror", None) or str(error), file=path) from None
    return parse_problems(text, path)


def parse_problems(text: str, name: str | Path) -> list[EntailmentProblem]:
    """The problems of a text, one JSON object a line."""
    problems: dict[str, EntailmentProblem] = {}
    for number, fields in objects_in(text.split("\n"), name):
        problem = problem_of(fields, name, number)
        if problem.id in problems:
            raise InputError(f"id {problem.id!r} occurs twice", file=name, line=number, field="id")
        problems[problem.id] = problem
    if not problems:
        raise InputError("holds no problem", file=name)
    return list(problems.values())


def problem_of(fields: Mapping[str, Any], name: str | Path, number: int) -> EntailmentProblem:
    try:
        problem = EntailmentProblem.model_validate(normal_fields(fields, number))
    except (KeyError, TypeError, AttributeError):
        raise InputError("the line has no known shape", file=name, line=number) from None
    except ValidationError as error:
        first = error.errors()[0]
        field = ".".join(str(part) for part in first["loc"]) or None
        words = first["msg"].removeprefix("Value error, ")
        raise InputError(words, file=name, line=number, field=field) from None
    if problem.tree and (faults := tree_faults(problem, problem.tree)):
        raise InputError(faults[0], file=name, line=number, field="tree")
    return problem


def normal_fields(fields: Mapping[str, Any], number: int) -> dict[str, Any]:
    """The fields of an ``EntailmentProblem`` from one of the known shapes."""
    if "conclusion" in fields:
        return {
            "id": fields.get("id", f"folio_{number}"),
            "sentences": [
                {"id": f"p{place}", "text": text.strip()}
                for place, text in enumerate(fields["premises"], 1)
            ],
            "hypothesis": fields["conclusion"].strip(),
            "label": fields.get("label", ""),
            "source": "FOLIO",
        }
    if "proof" in fields:
        texts = fields["sentences"] if "sentences" in fields else fields["meta"]["triples"]
        return {
            "id": fields["id"],
            "sentences": [{"id": key, "text": text.strip()} for key, text in texts.items()],
            "hypothesis": fields["hypothesis"].strip(),
            "label": "True",
            "tree": tree_of(fields["proof"], fields["hypothesis"].strip()),
            "source": "EntailmentBank",
        }
    return {"id": str(number), **fields}


def tree_of(proof: str, hypothesis: str) -> list[dict[str, Any]]:
    """EntailmentBank's notation, ``sent1 & sent2 -> int1: a claim; int1 & sent3 -> hypothesis;``"""
    nodes = []
    for step in re.split(r";\s*(?=sent\d|int\d|$)", proof.strip()):
        if not step.strip():
            continue
        children, _, concluded = step.partition("->")
        name, _, claim = concluded.strip().partition(":")
        nodes.append(
            {
                "id": name.strip(),
                "claim": hypothesis if name.strip() == HYPOTHESIS else claim.strip(),
                "children": [child.strip() for child in children.split("&")],
            }
        )
    return nodes
