"""Logical forms in short, problems made of them, and a model that answers from them."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

from proofloop.core.entailing import EntailBounds
from proofloop.graphs.decompose import decompose_graph
from proofloop.tools.entailment.form import Sentence, read_form
from support.formalizing import judge_answer
from support.openai_server import Call, Item, ScriptedServer
from support.proving import Prover


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


YES = judge_answer(True)


class Script:
    """Answers by role: ``trees`` and ``mends`` in their order, forms by id (a list is used up),
    ``judge`` for every form. ``asked`` are the roles in the order in which they were asked, with
    what the formalizer was asked for."""

    def __init__(
        self,
        *,
        trees: list[Item] | None = None,
        forms: Mapping[str, Any] | None = None,
        mends: list[Item] | None = None,
        judge: Item | Callable[[Call], Item] = YES,
    ) -> None:
        self.trees = list(trees or [tree_answer(TREE)])
        self.forms: dict[str, Any] = {**FORMS, **(forms or {})}
        self.mends = list(mends or [])
        self.judge = judge
        self.asked: list[str] = []
        self.sentences: list[list[str]] = []

    def __call__(self, call: Call) -> Item:
        role = role_of(call)
        self.asked.append(role)
        if role == "tree builder":
            return self.trees.pop(0)
        if role == "formalizer":
            self.sentences.append(asked_for(call))
            return forms_answer({name: self.form(name) for name in asked_for(call)})
        if role == "mender":
            return self.mends.pop(0)
        if role == "prover":
            return json.dumps({"proof": ""})
        return self.judge(call) if callable(self.judge) else self.judge

    def form(self, name: str) -> Any:
        found = self.forms[name]
        return found.pop(0) if isinstance(found, list) else found


async def run(
    prover: Prover, script: Script, problem: dict[str, Any] = PROBLEM, **options: Any
) -> dict[str, Any]:
    bounds = {
        name: options.pop(name) for name in ("repairs", "rebuilds", "nodes") if name in options
    }
    with ScriptedServer(script) as server:
        return await prover(
            decompose_graph,
            server,
            inputs={"problem": problem},
            tactics=("grind",),
            entail=EntailBounds(**bounds),
            **options,
        )


def feedback(state: dict[str, Any], stage: str) -> list[str]:
    return [item["feedback"] for item in state.get("rejected", []) if item["stage"] == stage]
