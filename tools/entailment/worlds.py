"""Finite worlds in which sentences hold: the search for them, and a world as Lean text.

A sentence is grounded over some entities into a propositional formula, whose variables are "entity
2 is a turtle" and "there is an eating of 2 by 1"; a satisfying assignment is a world. An event with
more roles is one with fewer of them, and a role that nothing is said of is nobody's. Without "the
same as" names may as well name different entities; with it, every way to identify them is tried.
A world is a guess until Lean has evaluated the sentences in it (``countermodel_proof``).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import product
from typing import Any, TypeAlias

from pydantic import JsonValue

from proofloop.core.model import Frozen
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
    Same,
    Sentence,
    Some,
    walk,
)
from proofloop.tools.entailment.lean_text import symbols_of
from proofloop.tools.entailment.sat import GaveUp, solve
from proofloop.tools.entailment.symbols import Symbol

# The fields of Events.World, in their order.
ROLES: tuple[Role, ...] = (
    "agent", "patient", "recipient", "instrument", "place", "source", "goal", "time",
)  # fmt: skip
EXTRA = 2  # unnamed entities at most
MOST_NAMES_IDENTIFIED = 4
MOST_GROUND = 40_000  # parts of the grounded formula

# True, False, a literal, or a connective with its parts.
Ground: TypeAlias = "bool | int | tuple[str, list[Any]]"


class World(Frozen):
    """Entities are numbers from 0. ``events``: of each kind, the roles of each of its events."""

    entities: int
    names: dict[str, int]
    kinds: dict[str, tuple[int, ...]]
    events: dict[str, tuple[dict[Role, int], ...]]

    def described(self) -> str:
        """In words: who is what, and what happens."""
        called = {number: name for name, number in reversed(self.names.items())}
        shown = [called.get(number, f"entity{number}") for number in range(self.entities)]
        lines = [f"entities: {', '.join(shown)}"]
        for kind, members in self.kinds.items():
            lines.append(f"{kind}: {', '.join(shown[each] for each in members) or 'none'}")
        for kind, events in self.events.items():
            said = [
                "(" + ", ".join(f"{role} {shown[who]}" for role, who in event.items()) + ")"
                for event in events
            ]
            lines.append(f"{kind}: {', '.join(said) or 'no event'}")
        return "\n".join(lines)

    def as_json(self) -> dict[str, JsonValue]:
        return self.model_dump(mode="json")


def find_world(
    hypotheses: Sequence[Sentence], claim: Form | None = None, *, extra: int = EXTRA
) -> World | None:
    """A small world in which the hypotheses hold and the claim, if there is one, does not, with at
    most ``extra`` entities more than there are names; None where none was found, which is no proof
    that there is none."""
    symbols = symbols_of(hypotheses, claim)
    asked: list[Form] = [sentence.form for sentence in hypotheses]
    if claim is not None:
        asked.append(Not(body=claim))
    names = [symbol.word for symbol in symbols if symbol.sort == "entity"]
    for named in naming(names, asked):
        least = max(1, len(set(named.values())))
        for entities in range(least, least + extra + 1):
            try:
                found = _Search(symbols, named, entities).run(asked)
            except (GaveUp, _TooLarge):
                break
            if found is not None:
                return found
    return None


def ground_size(hypotheses: Sequence[Sentence], claim: Form) -> int:
    """How large the formulas are that a search goes through: what it costs, on any machine."""
    symbols = symbols_of(hypotheses, claim)
    names = [symbol.word for symbol in symbols if symbol.sort == "entity"]
    named = {name: number for number, name in enumerate(names)}
    search = _Search(symbols, named, max(1, len(names)) + EXTRA)
    try:
        for form in (*(sentence.form for sentence in hypotheses), claim):
            search.literal(search.ground(form, {}, True))
    except _TooLarge:
        return MOST_GROUND
    return max(1, len(search.clauses))


def naming(names: Sequence[str], forms: Iterable[Form]) -> Iterator[dict[str, int]]:
    """Which entity each name names: all apart first, then, where it matters, the others."""
    yield {name: number for number, name in enumerate(names)}
    equal = any(isinstance(part, Same) for form in forms for part in walk(form))
    if not equal or len(names) > MOST_NAMES_IDENTIFIED:
        return
    for numbers in product(range(len(names)), repeat=len(names)):
        # Each entity is named first by the lowest number that is free.
        ordered = all(n <= max(numbers[:i], default=-1) + 1 for i, n in enumerate(numbers))
        if ordered and len(set(numbers)) < len(names):
            yield dict(zip(names, numbers, strict=True))


class _TooLarge(Exception):
    pass


class _Search:
    def __init__(self, symbols: Sequence[Symbol], names: Mapping[str, int], entities: int) -> None:
        self.symbols, self.names, self.entities = symbols, names, entities
        self.numbers: dict[tuple[Any, ...], int] = {}
        self.clauses: list[list[int]] = []
        self.size = 0

    def run(self, forms: Sequence[Form]) -> World | None:
        for form in forms:
            ground = self.ground(form, {}, True)
            self.clauses.append([self.literal(ground)])
        self.clauses += self.fewer_roles()
        values = solve(self.clauses)
        return None if values is None else self.world(values)

    def ground(self, form: Form, bound: Mapping[str, int], positive: bool) -> Ground:
        """The form, or its negation where it is not ``positive``, as and/or of literals."""
        self.size += 1
        if self.size > MOST_GROUND:
            raise _TooLarge
        match form:
            case Not(body=body):
                return self.ground(body, bound, not positive)
            case And(parts=parts):
                return self.join("and" if positive else "or", parts, bound, positive)
            case Or(parts=parts):
                return self.join("or" if positive else "and", parts, bound, positive)
            case If(given=given, then=then):
                return self.join(
                    "or" if positive else "and", (Not(body=given), then), bound, positive
                )
            case Iff(left=left, right=right) | Either(left=left, right=right):
                equal = positive == isinstance(form, Iff)
                pairs = [(True, equal), (False, not equal)]
                both = [
                    ("and", [self.ground(left, bound, one), self.ground(right, bound, other)])
                    for one, other in pairs
                ]
                return ("or", both)
            case All(var=var, body=body) | Some(var=var, body=body):
                op = "and" if positive == isinstance(form, All) else "or"
                return (
                    op,
                    [
                        self.ground(body, {**bound, var: entity}, positive)
                        for entity in range(self.entities)
                    ],
                )
            case Same(left=left, right=right):
                return (self.entity(left, bound) == self.entity(right, bound)) == positive
            case Is(kind=kind, of=term):
                number = self.number("kind", kind, self.entity(term, bound))
                return number if positive else -number
            case Event(kind=kind, roles=roles):
                taking = tuple((role, self.entity(roles[role], bound)) for role in sorted(roles))
                number = self.number("event", kind, taking)
                return number if positive else -number

    def join(
        self, op: str, parts: Iterable[Form], bound: Mapping[str, int], positive: bool
    ) -> Ground:
        return (op, [self.ground(part, bound, positive) for part in parts])

    def fewer_roles(self) -> Iterator[list[int]]:
        """An eating of 2 by 1 is an eating by 1."""
        events: dict[str, list[tuple[frozenset[Any], int]]] = {}
        for atom, number in self.numbers.items():
            if atom[0] == "event":
                events.setdefault(atom[1], []).append((frozenset(atom[2]), number))
        for each in events.values():
            for (one, number), (other, less) in product(each, repeat=2):
                if other < one:
                    yield [-number, less]

    def entity(self, term: str, bound: Mapping[str, int]) -> int:
        return bound[term] if term in bound else self.names[term]

    def number(self, *atom: Any) -> int:
        return self.numbers.setdefault(atom, len(self.numbers) + 1)

    def literal(self, ground: Ground) -> int:
        """A literal that implies the formula; its clauses are added (Plaisted and Greenbaum)."""
        if isinstance(ground, bool):
            new = self.number("constant", len(self.numbers))
            self.clauses.append([new if ground else -new])
            return new
        if isinstance(ground, int):
            return ground
        op, parts = ground
        inner = [self.literal(part) for part in parts]
        new = self.number("part", len(self.numbers))
        if op == "and":
            self.clauses += [[-new, part] for part in inner]
        else:
            self.clauses.append([-new, *inner])
        return new

    def world(self, values: Mapping[int, bool]) -> World:
        kinds: dict[str, list[int]] = {s.word: [] for s in self.symbols if s.sort == "kind"}
        events: dict[str, list[dict[Role, int]]] = {
            s.word: [] for s in self.symbols if s.sort == "event"
        }
        for atom, number in self.numbers.items():
            if not values.get(number):
                continue
            if atom[0] == "kind":
                kinds[atom[1]].append(atom[2])
            elif atom[0] == "event":
                events[atom[1]].append(dict(atom[2]))
        return World(
            entities=self.entities,
            names=dict(self.names),
            kinds={word: tuple(sorted(each)) for word, each in kinds.items()},
            events={word: tuple(each) for word, each in events.items()},
        )


def countermodel_script(world: World, hypotheses: Sequence[Sentence], claim: Form | None) -> str:
    """A tactic block for ``lean_text.refutation``: the world as an instance, evaluated."""
    happening = [(kind, event) for kind, events in world.events.items() for event in events]
    tables = []
    for role in ROLES:
        pairs = [
            f"({number}, {event[role]})"
            for number, (_, event) in enumerate(happening)
            if role in event
        ]
        tables.append(f"fun e x => (e.val, x.val) ∈ ([{', '.join(pairs)}] : List (Nat × Nat))")
    given = []
    for symbol in symbols_of(hypotheses, claim):
        if symbol.sort == "entity":
            given.append(f"(⟨{world.names[symbol.word]}, by decide⟩ : Fin {world.entities})")
            continue
        if symbol.sort == "kind":
            numbers = [*world.kinds[symbol.word]]
        else:
            numbers = [n for n, (kind, _) in enumerate(happening) if kind == symbol.word]
        shown = ", ".join(str(number) for number in numbers)
        given.append(f"(fun x => x.val ∈ ([{shown}] : List Nat))")
    instance = ",\n      ".join([f"Fin {world.entities}", f"Fin {len(happening)}", *tables])
    arguments = "\n    ".join([f"⟨{instance}⟩", *given])
    return "\n".join(
        [
            "intro all",
            f"have no := all\n    {arguments}",
            "revert no",
            "first",
            "| (simp [Fin.forall_fin_succ, Fin.exists_fin_succ]; done)",
            "| (dsimp only; decide +kernel)",
        ]
    )
