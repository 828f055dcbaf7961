"""Formulas as logical forms, for measuring verification apart from the reading of English: those
that FOLIO's authors wrote for each sentence, and some for EntailmentBank.

A predicate of one argument is a kind; one of two or three is an event with agent, patient and
recipient in this order. ∧ binds tighter than ∨ and ⊕, these tighter than → and ↔, as FOLIO uses
them. A formula that does not parse (some lack a parenthesis) is no form.
"""

from __future__ import annotations

import json
import re
from functools import cache
from importlib.resources import files
from typing import Any

from lark import Lark, Transformer, v_args
from lark.exceptions import LarkError

from proofloop.core.errors import InputError
from proofloop.tools.entailment.form import Form, read_form
from proofloop.tools.entailment.problem import HYPOTHESIS

GRAMMAR = r"""
?start: iff
?iff: implies | implies "↔" implies           -> iff
?implies: either | either "→" implies         -> implies
?either: conj | either "⊕" conj               -> either
       | either "∨" conj                      -> disj
?conj: unit | conj "∧" unit                   -> conj
?unit: "¬" unit                               -> negation
     | "∀" NAME unit                          -> universal
     | "∃" NAME unit                          -> existential
     | NAME "(" NAME ("," NAME)* ")"          -> atom
     | NAME "(" ROLE NAME ("," ROLE NAME)* ")" -> event
     | NAME "=" NAME                          -> same
     | "(" iff ")"
ROLE.2: /(agent|patient|recipient|instrument|place|source|goal|time):/
NAME: /[^\W_][\w’']*/
%ignore " "
"""
ROLES = ("agent", "patient", "recipient")


def folio_forms() -> dict[str, dict[str, Form]]:
    """The forms of each problem of the bundled sample whose formulas can all be read: by the
    problem's id, by sentence."""
    text = (files("proofloop.datasets") / "samples" / "entailment" / "folio.jsonl").read_text(
        "utf-8"
    )
    found: dict[str, dict[str, Form]] = {}
    for number, line in enumerate(text.splitlines(), 1):
        fields = json.loads(line)
        formulas = {f"p{place}": each for place, each in enumerate(fields["premises-FOL"], 1)}
        formulas[HYPOTHESIS] = fields["conclusion-FOL"]
        if len(formulas) != len(fields["premises"]) + 1:
            continue
        try:
            forms = {name: read_formula(formula) for name, formula in formulas.items()}
        except InputError:
            continue
        found[f"folio_{number}"] = forms
    return found


def bank_forms() -> dict[str, dict[str, Form]]:
    """Forms of some trees of EntailmentBank, written by hand: by the problem's id, by sentence and
    node. There the roles of an event are named: ``Need(agent: x, patient: y)``."""
    path = files("proofloop.datasets") / "samples" / "entailment" / "entailment_bank_formulas.jsonl"
    lines = [json.loads(line) for line in path.read_text("utf-8").splitlines()]
    return {
        line["id"]: {name: read_formula(formula) for name, formula in line["forms"].items()}
        for line in lines
    }


def read_formula(formula: str) -> Form:
    """Raises InputError for what is no formula of FOLIO's language, or has a free variable."""
    try:
        value: Any = _Values().transform(_parser().parse(formula.strip()))
    except LarkError as error:
        raise InputError(f"not a formula: {formula!r} ({type(error).__name__})") from None
    return read_form(value)


@cache
def _parser() -> Lark:
    return Lark(GRAMMAR, parser="lalr")


def word(name: str) -> str:
    """``LostToIga`` as lost_to_iga."""
    parts = re.findall(r"[A-Z]?[a-z0-9]+|[A-Z]+(?![a-z])", re.sub(r"[^A-Za-z0-9]", "", name))
    return "_".join(part.lower() for part in parts)


def term(name: str) -> str:
    return name if re.fullmatch(r"[a-z]", name) else f"the_{word(name)}"


@v_args(inline=True)
class _Values(Transformer[Any, Any]):
    def atom(self, name: Any, *arguments: Any) -> dict[str, Any]:
        terms = [term(str(each)) for each in arguments]
        if len(terms) == 1:
            return {"op": "is", "kind": f"p_{word(name)}", "of": terms[0]}
        if len(terms) > len(ROLES):
            raise LarkError("too many arguments")
        roles = dict(zip(ROLES, terms, strict=False))
        return {"op": "event", "kind": f"r_{word(name)}", "roles": roles}

    def event(self, name: Any, *taking: Any) -> dict[str, Any]:
        pairs = zip(taking[::2], taking[1::2], strict=True)
        roles = {str(role).rstrip(":"): term(str(each)) for role, each in pairs}
        return {"op": "event", "kind": f"r_{word(name)}", "roles": roles}

    def same(self, one: Any, other: Any) -> dict[str, Any]:
        return {"op": "same", "left": term(str(one)), "right": term(str(other))}

    def negation(self, body: Any) -> dict[str, Any]:
        return {"op": "not", "body": body}

    def universal(self, variable: Any, body: Any) -> dict[str, Any]:
        return {"op": "all", "var": str(variable), "body": body}

    def existential(self, variable: Any, body: Any) -> dict[str, Any]:
        return {"op": "some", "var": str(variable), "body": body}

    def conj(self, one: Any, other: Any) -> dict[str, Any]:
        return {"op": "and", "parts": [one, other]}

    def disj(self, one: Any, other: Any) -> dict[str, Any]:
        return {"op": "or", "parts": [one, other]}

    def either(self, left: Any, right: Any) -> dict[str, Any]:
        return {"op": "either", "left": left, "right": right}

    def implies(self, given: Any, then: Any) -> dict[str, Any]:
        return {"op": "if", "given": given, "then": then}

    def iff(self, left: Any, right: Any) -> dict[str, Any]:
        return {"op": "iff", "left": left, "right": right}
