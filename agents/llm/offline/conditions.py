"""What declarations say of the numbers that they name, as formulas."""

from __future__ import annotations

from typing import Any, Literal

from proofloop.agents.llm.offline.bounds import constant
from proofloop.agents.llm.offline.forms import (
    Formula,
    Neg,
    Num,
    Pred,
    Rel,
    Sort,
    Term,
    Var,
    conjuncts,
    substitute,
)
from proofloop.agents.llm.offline.kinds import pairwise
from proofloop.agents.llm.offline.refusal import Refusal
from proofloop.agents.llm.offline.syntax import (
    HOLE,
    Declaration,
    Kind,
)


def conditions(declaration: Declaration) -> list[Formula]:
    """What a declaration says of its names, one formula each."""
    kind = declaration.kind
    found: list[Formula] = []
    if kind:
        if kind.count and kind.count != len(declaration.names):
            raise Refusal("the number of names differs from the number announced")
        for name in declaration.names:
            found += [substitute(c, {HOLE.name: Var(name)}) for c in kind.constraints]
        for word in kind.together:
            found.append(pairwise(word, tuple(Var(name) for name in declaration.names)))
    return list(conjuncts(*found, *declaration.such))


def claims(kind: Kind, term: Term) -> list[Formula]:
    """What "is a positive integer" says of a term."""
    found: list[Any] = [substitute(c, {HOLE.name: term}) for c in kind.constraints]
    if kind.noun in ("integer", "natural"):
        found.insert(0, Pred("integer", term))
    if kind.noun == "natural":
        found.append(Rel("≤", Num(0), term))
    return found


def numeral(value: int, sort: Sort) -> Term:
    return Num(value, sort) if value >= 0 else Neg(Num(-value, sort))


def numeral_bound(fact: Any, name: str) -> tuple[Literal["low", "high"], int] | None:
    """``0 < n`` as ("low", 1), ``n ≤ 60`` as ("high", 60)."""
    if not isinstance(fact, Rel) or fact.op not in ("<", "≤", ">", "≥"):
        return None
    upward = fact.op in ("<", "≤")
    small, large = (fact.left, fact.right) if upward else (fact.right, fact.left)
    strict = fact.op in ("<", ">")
    if large == Var(name) and (value := constant(small)) is not None and value.denominator == 1:
        return "low", int(value) + strict
    if small == Var(name) and (value := constant(large)) is not None and value.denominator == 1:
        return "high", int(value) - strict
    return None
