"""Forms as clauses over the names that occur, and what follows from clauses."""

from __future__ import annotations

import heapq
from collections.abc import Iterator, Mapping, Sequence
from itertools import product
from typing import NamedTuple

from proofloop.tools.entailment.form import (
    All,
    And,
    Either,
    Event,
    Form,
    If,
    Iff,
    Is,
    Not,
    Or,
    Role,
    Some,
)

MOST_CLAUSES = 400  # of one sentence
WIDEST = 4  # literals of a clause that resolution keeps
MOST_KEPT = 400  # clauses of one resolution


class Literal(NamedTuple):
    """``roles`` of an event; with none it is a kind, ``terms`` has the one entity."""

    kind: str
    terms: tuple[str, ...]
    roles: tuple[Role, ...]
    holds: bool

    @property
    def denied(self) -> Literal:
        return self._replace(holds=not self.holds)

    @property
    def form(self) -> Form:
        said: Form = (
            Event(kind=self.kind, roles=dict(zip(self.roles, self.terms, strict=True)))
            if self.roles
            else Is(kind=self.kind, of=self.terms[0])
        )
        return said if self.holds else Not(body=said)


Clause = frozenset[Literal]


class Derived(NamedTuple):
    """A clause, the sentence that gave it ("" for a resolvent), and the clauses it took."""

    clause: Clause
    sentence: str
    given: tuple[Clause, ...]


class NotGround(Exception):
    """The form says more than clauses about names can."""


def ground_all(
    forms: Mapping[str, Form], names: Sequence[str]
) -> Iterator[tuple[str, list[Clause]]]:
    """The clauses of each sentence that has some."""
    for sentence, form in forms.items():
        try:
            yield sentence, ground(form, {}, True, names)
        except NotGround:
            continue


def ground(
    form: Form, bound: Mapping[str, str], holds: bool, names: Sequence[str], *, goal: bool = False
) -> list[Clause]:
    """The clauses of the form, or of its negation, over the names; of a ``goal`` such as imply it,
    with a name for "some". Raises NotGround."""

    def inner(part: Form, held: bool = holds) -> list[Clause]:
        return ground(part, bound, held, names, goal=goal)

    match form:
        case Is(kind=kind, of=term):
            return [frozenset([Literal(kind, (bound.get(term, term),), (), holds)])]
        case Event(kind=kind, roles=roles):
            taking = tuple(sorted(roles))
            terms = tuple(bound.get(roles[role], roles[role]) for role in taking)
            return [frozenset([Literal(kind, terms, taking, holds)])]
        case Not(body=body):
            return inner(body, not holds)
        case And(parts=parts) | Or(parts=parts):
            together = isinstance(form, And) == holds
            return joined([inner(part) for part in parts], conjunction=together)
        case If(given=given, then=then):
            return inner(Or(parts=(Not(body=given), then)))
        case Either(left=left, right=right) | Iff(left=left, right=right):
            same = isinstance(form, Iff) == holds
            first = Or(parts=(left, Not(body=right) if same else right))
            second = Or(parts=(Not(body=left), right if same else Not(body=right)))
            return inner(And(parts=(first, second)), True)
        case All(var=var, body=body) | Some(var=var, body=body):
            everybody = isinstance(form, All) == holds
            # Of those who are not named "all" says nothing that is known, and "some" may be one.
            if everybody != goal:
                each = [
                    ground(body, {**bound, var: name}, holds, names, goal=goal) for name in names
                ]
                return joined(each, conjunction=everybody)
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
    return [each for each in clauses if not tautology(each)]


def tautology(clause: Clause) -> bool:
    return any(literal.denied in clause for literal in clause)


def by_units(
    clauses: Mapping[str, Sequence[Clause]], wanted: Sequence[Clause]
) -> dict[Clause, Derived]:
    """Every literal that follows by units alone, with its first derivation."""
    known: dict[Clause, Derived] = {}
    changed = True
    while changed:
        changed = False
        for sentence, of_it in clauses.items():
            for clause in of_it:
                left = [each for each in clause if frozenset([each.denied]) not in known]
                unit = frozenset(left)
                if len(left) == 1 and unit not in known:
                    given = tuple(frozenset([each.denied]) for each in sorted(clause - unit))
                    known[unit] = Derived(unit, sentence, given)
                    changed = True
    return known


def resolve(
    clauses: Mapping[str, Sequence[Clause]], wanted: Sequence[Clause]
) -> dict[Clause, Derived]:
    """What follows by resolution, the shortest clauses first, within ``WIDEST`` and ``MOST_KEPT``,
    until it implies all that is wanted; subsumed clauses are not gone on with (Robinson 1965; the
    given-clause loop of Otter)."""
    waiting: list[tuple[int, int, Derived]] = []
    seen: set[Clause] = set()

    def wait(found: Derived) -> None:
        if found.clause not in seen:
            seen.add(found.clause)
            heapq.heappush(waiting, (len(found.clause), len(seen), found))

    for sentence, of_it in clauses.items():
        for clause in of_it:
            wait(Derived(clause, sentence, ()))
    known: dict[Clause, Derived] = {}
    by_literal: dict[Literal, list[Clause]] = {}
    left = set(wanted)
    while waiting and left and len(known) < MOST_KEPT:
        *_, found = heapq.heappop(waiting)
        chosen = found.clause
        if any(other <= chosen for other in known):
            continue
        known[chosen] = found
        left -= {each for each in left if chosen <= each}
        for literal in sorted(chosen):
            by_literal.setdefault(literal, []).append(chosen)
            for other in by_literal.get(literal.denied, []):
                resolvent = (chosen - {literal}) | (other - {literal.denied})
                if resolvent and len(resolvent) <= WIDEST and not tautology(resolvent):
                    wait(Derived(resolvent, "", (chosen, other)))
    return known
