"""An entailment tree by unit propagation, for what names are and do.

The sentences' forms become clauses over the names that occur; whenever a clause leaves one
possibility, that is a step: the sentence of the clause with what excluded the other possibilities
entails it. Each step's claim is said in a sentence that the reader reads back to the same form.
Where the hypothesis does not come out in this way the tree has the root alone.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import product
from typing import Any, NamedTuple

from proofloop.agents.llm.offline.refusal import Refusal
from proofloop.agents.llm.offline.sentences.reader import read_sentence
from proofloop.tools.entailment.form import (
    All,
    And,
    Either,
    Form,
    If,
    Iff,
    Is,
    Not,
    Or,
    is_variable,
    terms,
    walk,
)
from proofloop.tools.entailment.problem import HYPOTHESIS

MOST_CLAUSES = 400  # of one sentence


class Literal(NamedTuple):
    kind: str
    of: str
    holds: bool

    @property
    def denied(self) -> Literal:
        return self._replace(holds=not self.holds)

    @property
    def form(self) -> Form:
        said = Is(kind=self.kind, of=self.of)
        return said if self.holds else Not(body=said)


Clause = frozenset[Literal]


class Derived(NamedTuple):
    """A literal, the sentence that gave it, and the literals that it took for that."""

    sentence: str
    given: tuple[Literal, ...]


class NotGround(Exception):
    """The form says more than clauses about names can."""


def tree(
    forms: Mapping[str, Form], hypothesis: Form, text: str, *, read: bool = True
) -> tuple[list[dict[str, Any]], dict[str, Form]]:
    """The inner nodes, the root last, and the forms of their claims; ``text`` is the hypothesis as
    it was given. Without ``read`` the claims need not be sentences that the reader understands."""
    names = sorted(
        {
            term
            for form in (*forms.values(), hypothesis)
            for part in walk(form)
            for term in terms(part)
            if not is_variable(term)
        }
    )
    known = propagate(dict(ground_all(forms, names)))
    goals = goal_literals(hypothesis, names, known)
    nodes = steps(goals, known, read=read) if goals else None
    if nodes is None:
        return [{"id": HYPOTHESIS, "claim": text, "children": list(forms)}], {}
    shown = list(nodes.values())
    if len(goals) == 1 and isinstance(hypothesis, Is | Not):
        claims = {node["id"]: literal.form for literal, node in nodes.items()}
        *inner, root = shown
        claims.pop(root["id"])
        return [*inner, {**root, "id": HYPOTHESIS, "claim": text}], claims
    children = list(dict.fromkeys(nodes[goal]["id"] for goal in goals))
    root = {"id": HYPOTHESIS, "claim": text, "children": children}
    return [*shown, root], {node["id"]: literal.form for literal, node in nodes.items()}


def goal_literals(
    hypothesis: Form, names: list[str], known: Mapping[Literal, Derived]
) -> list[Literal]:
    """One known literal of each clause of the hypothesis; [] where a clause has none."""
    try:
        clauses = ground(hypothesis, {}, True, names)
    except NotGround:
        return []
    found = [next((each for each in sorted(clause) if each in known), None) for clause in clauses]
    goals = [each for each in found if each is not None]
    return list(dict.fromkeys(goals)) if len(goals) == len(found) else []


def steps(
    goals: list[Literal], known: Mapping[Literal, Derived], *, read: bool
) -> dict[Literal, dict[str, Any]] | None:
    """The derivations of the goals, what is taken before what takes it. What a sentence says by
    itself is no step, but for a goal. None where a claim cannot be said."""
    nodes: dict[Literal, dict[str, Any]] = {}

    def child(literal: Literal) -> str:
        sentence, given = known[literal]
        if not given and literal not in goals:
            return sentence
        if literal not in nodes:
            children = [sentence, *(child(each) for each in given)]
            claim = said(literal)
            if read and read_back(claim) != literal.form:
                raise Refusal(f"{claim!r} does not read back")
            nodes[literal] = {
                "id": f"int{len(nodes) + 1}",
                "claim": claim,
                "children": list(dict.fromkeys(children)),
            }
        return str(nodes[literal]["id"])

    try:
        for goal in goals:
            child(goal)
    except Refusal:
        return None
    return nodes


def read_back(claim: str) -> Form | None:
    try:
        return read_sentence(claim)
    except Refusal:
        return None


def said(literal: Literal) -> str:
    """A sentence of the fragment that says it."""
    name = " ".join(part.capitalize() for part in literal.of.split("_"))
    head, *rest = literal.kind.split("_")
    phrase = " ".join(rest)
    if head == "do" and rest:
        verb = f"{rest[0]}s" if literal.holds else f"does not {rest[0]}"
        return " ".join([name, verb, *rest[1:]]) + "."
    if head == "have" and rest:
        return f"{name} {'has' if literal.holds else 'does not have'} {phrase}."
    if head in ("can", "will", "must") and rest:
        return f"{name} {head}{'' if literal.holds else ' not'} {phrase}."
    return f"{name} is {'' if literal.holds else 'not '}{' '.join([head, *rest])}."


def propagate(clauses: Mapping[str, list[Clause]]) -> dict[Literal, Derived]:
    """Every literal that follows by units alone, with its first derivation."""
    known: dict[Literal, Derived] = {}
    changed = True
    while changed:
        changed = False
        for sentence, of_it in clauses.items():
            for clause in of_it:
                left = [each for each in clause if each.denied not in known]
                if len(left) == 1 and left[0] not in known:
                    given = tuple(sorted(each.denied for each in clause - set(left)))
                    known[left[0]] = Derived(sentence, given)
                    changed = True
    return known


def ground_all(forms: Mapping[str, Form], names: list[str]) -> Iterator[tuple[str, list[Clause]]]:
    for sentence, form in forms.items():
        try:
            yield sentence, ground(form, {}, True, names)
        except NotGround:
            continue


def ground(form: Form, bound: Mapping[str, str], holds: bool, names: list[str]) -> list[Clause]:
    """The clauses of the form, or of its negation, over the names. Raises NotGround."""
    match form:
        case Is(kind=kind, of=term):
            return [frozenset([Literal(kind, bound.get(term, term), holds)])]
        case Not(body=body):
            return ground(body, bound, not holds, names)
        case And(parts=parts) | Or(parts=parts):
            inner = [ground(part, bound, holds, names) for part in parts]
            return joined(inner, conjunction=isinstance(form, And) == holds)
        case If(given=given, then=then):
            return ground(Or(parts=(Not(body=given), then)), bound, holds, names)
        case Either(left=left, right=right) | Iff(left=left, right=right):
            same = isinstance(form, Iff) == holds
            first = Or(parts=(left, Not(body=right) if same else right))
            second = Or(parts=(Not(body=left), right if same else Not(body=right)))
            return ground(And(parts=(first, second)), bound, True, names)
        case All(var=var, body=body) if holds:
            inner = [ground(body, {**bound, var: name}, holds, names) for name in names]
            return joined(inner, conjunction=True)
    raise NotGround


def joined(inner: list[list[Clause]], *, conjunction: bool) -> list[Clause]:
    if conjunction:
        clauses = [clause for each in inner for clause in each]
    else:
        size = 1
        for each in inner:
            size *= len(each)
        if size > MOST_CLAUSES:
            raise NotGround
        clauses = [frozenset().union(*choice) for choice in product(*inner)]
    if len(clauses) > MOST_CLAUSES:
        raise NotGround
    return [each for each in clauses if not any(literal.denied in each for literal in each)]
