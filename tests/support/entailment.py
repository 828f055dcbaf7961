"""Logical forms in short, and problems made of them."""

from __future__ import annotations

import json
from typing import Any

from proofloop.tools.entailment.form import Sentence, read_form
from support.openai_server import Call


def is_(kind: str, of: str) -> dict[str, Any]:
    return {"op": "is", "kind": kind, "of": of}


def no(body: dict[str, Any]) -> dict[str, Any]:
    return {"op": "not", "body": body}


def event(kind: str, **roles: str) -> dict[str, Any]:
    return {"op": "event", "kind": kind, "roles": roles}


def all_are(one: str, other: str) -> dict[str, Any]:
    body = {"op": "if", "given": is_(one, "x"), "then": is_(other, "x")}
    return {"op": "all", "var": "x", "body": body}


def none_are(one: str, other: str) -> dict[str, Any]:
    body = {"op": "if", "given": is_(one, "x"), "then": no(is_(other, "x"))}
    return {"op": "all", "var": "x", "body": body}


EATS = event("eat", agent="tom", patient="apple1")


def sentences(**forms: dict[str, Any]) -> list[Sentence]:
    return [Sentence(id=name, form=read_form(form)) for name, form in forms.items()]


# Rock is a turtle; turtles are reptiles; reptiles are animals: Rock is an animal.
TEXTS = {
    "s1": "Rock is a turtle.",
    "s2": "All turtles are reptiles.",
    "s3": "All reptiles are animals.",
}
FORMS: dict[str, dict[str, Any]] = {
    "s1": is_("turtle", "rock"),
    "s2": all_are("turtle", "reptile"),
    "s3": all_are("reptile", "animal"),
    "int1": is_("reptile", "rock"),
    "hypothesis": is_("animal", "rock"),
}
PROBLEM: dict[str, Any] = {
    "id": "rock",
    "sentences": [{"id": name, "text": text} for name, text in TEXTS.items()],
    "hypothesis": "Rock is an animal.",
}
TREE = [
    {"id": "int1", "claim": "Rock is a reptile.", "children": ["s1", "s2"]},
    {"id": "hypothesis", "claim": "Rock is an animal.", "children": ["int1", "s3"]},
]


def role_of(call: Call) -> str:
    """Which agent asks, by its system prompt."""
    system = str(call.body["messages"][0]["content"])
    for role, words in {
        "mender": "could not be verified",
        "tree builder": "as an entailment tree",
        "formalizer": "You write the logical form",
        "judge": "You judge whether",
        "prover": "You prove theorems",
    }.items():
        if words in system:
            return role
    raise AssertionError(system)


def tree_answer(nodes: list[dict[str, Any]]) -> str:
    return json.dumps({"nodes": nodes})


def forms_answer(forms: dict[str, Any]) -> str:
    return json.dumps({"forms": [{"id": name, "form": form} for name, form in forms.items()]})


def asked_for(call: Call) -> list[str]:
    """The ids of the sentences that the formalizer is asked for."""
    block = call.last.split("Sentences:\n")[1].split("\n\n")[0]
    return [line.partition(":")[0] for line in block.splitlines()]


def mend_answer(name: str, form: dict[str, Any] | None, reasons: str = "") -> str:
    return json.dumps({"id": name, "form": form, "reasons": reasons})
