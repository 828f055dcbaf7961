"""Normal forms of statements, on a ladder of levels.

At the level ALPHA two statements are the same when they differ in the names of bound variables
only. From STRUCTURE on a statement is a set of clauses: the variables of all leading ∀ (and of the
∃ in hypotheses), and a set of literals of which one must hold. ``H → K → C`` is the clause
``¬H, ¬K, C``, and so are its contrapositive and every order of its hypotheses; a conjunction in
the conclusion makes two clauses, one in a hypothesis two literals. Variables have no order: the
canonical text is the least over the orders that a colouring of the variables leaves open.
STRUCTURE also mirrors relations (``a > b``); NOTATION unfolds defined notions; ARITHMETIC brings
each relation between terms into the form of one polynomial, compared with 0.

A level at which a statement is trivially true says nothing about it: whoever can prove both of two
theorems finds them equivalent. Such a level is marked ``trivial`` and not to be used; so is one at
which something inside of the statement is trivially true or false, since whatever else is so reads
the same (``n * m = m * n`` and ``n + m = m + n``).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import IntEnum
from fractions import Fraction
from itertools import permutations, product
from math import factorial, prod

from proofloop.tools.lean.equivalence import polynomial as ring
from proofloop.tools.lean.equivalence.tree import (
    BINARY,
    INT,
    NAT,
    RAT,
    Tree,
    app,
    free_variables,
    is_app,
    lit,
)
from proofloop.tools.lean.equivalence.unfold import orient, unfold

MOST_CLAUSES = 24
MOST_ORDERS = 720
_INHABITED = (NAT, INT, RAT)
_LINEAR = (NAT, INT, RAT)
_RELATIONS = ("Eq", "LE.le", "LT.lt")
_PROPOSITIONS = {
    *("And", "Or", "Not", "Iff", "Exists", "ExistsUnique", "Eq", "Ne", "LT.lt", "LE.le", "GT.gt"),
    *("GE.ge", "Dvd.dvd", "Even", "Odd", "Nat.ModEq", "Int.ModEq", "Nat.Coprime", "IsLeast"),
    *("IsGreatest", "Membership.mem", "Function.Injective"),
}


class Level(IntEnum):
    """How two statements were found to say the same; a higher level is a weaker reason."""

    ALPHA = 1  # names of bound variables
    STRUCTURE = 2  # order of binders and hypotheses, currying, contraposition, mirrored relations
    NOTATION = 3  # defined notions unfolded: Even n, 2 ∣ n, n % 2 = 0, ∃ k, n = 2 * k; casts
    ARITHMETIC = 4  # ring identities, terms moved across a relation
    PARTS = 5  # hypotheses equivalent and conclusions equivalent, by a tactic too weak for either
    LOGIC = 6  # each proved from the other, or both proved: equivalent, not the same


@dataclass(frozen=True)
class Literal:
    holds: bool
    atom: Tree


@dataclass(frozen=True)
class Clause:
    variables: tuple[tuple[str, Tree], ...] = ()
    literals: frozenset[Literal] = frozenset()


@dataclass(frozen=True)
class NormalForm:
    """``order``: the variables of the largest clause in canonical order, so that two statements
    with the same ``text`` correspond variable by variable."""

    level: Level
    text: str
    trivial: bool = False
    order: tuple[str, ...] = ()


def normal_forms(statement: Tree) -> dict[Level, NormalForm]:
    """At the four levels that need no proof to be computed."""
    alpha = NormalForm(Level.ALPHA, _alpha(statement, {}))
    higher = (Level.STRUCTURE, Level.NOTATION, Level.ARITHMETIC)
    return {Level.ALPHA: alpha} | {level: _Writer(level).statement(statement) for level in higher}


def same_level(a: dict[Level, NormalForm], b: dict[Level, NormalForm]) -> Level | None:
    """The lowest level at which the forms agree and are not trivial."""
    for level, form in a.items():
        if form.text == b[level].text and not form.trivial:
            return level
    return None


def _alpha(tree: Tree, bound: dict[str, str]) -> str:
    if tree[0] == "var":
        return bound.get(tree[1], str(tree[1]))
    if tree[0] in ("all", "fun", "pi"):
        inner = bound | {tree[1]: f"#{len(bound)}"}
        return f"({tree[0]} {_alpha(tree[2], bound)} {_alpha(tree[3], inner)})"
    parts = [_alpha(part, bound) if isinstance(part, tuple) else part for part in tree]
    return "(" + " ".join(parts) + ")"


def clauses(tree: Tree, level: Level) -> list[Clause]:
    """The clauses whose conjunction the proposition is."""
    return _Clauses(level).true(tree)


class _Clauses:
    def __init__(self, level: Level) -> None:
        self._head = orient if level == Level.STRUCTURE else unfold

    def true(self, tree: Tree) -> list[Clause]:
        tree = self._head(tree)
        match tree:
            case ("imp", p, q):
                return self._either(tree, self.false(p), self.true(q))
            case ("all", name, type_, body):
                return [self._bind(name, type_, clause) for clause in self.true(body)]
            case ("app", "And", p, q):
                return self.true(p) + self.true(q)
            case ("app", "Or", p, q):
                return self._either(tree, self.true(p), self.true(q))
            case ("app", "Not", p):
                return self.false(p)
            case ("app", "Iff", p, q):
                both = self.true(("imp", p, q)) + self.true(("imp", q, p))
                return both
            case ("app", "True"):
                return []
            case ("app", "False"):
                return [Clause()]
            case ("app", "Exists", type_, ("fun", name, _, body)):
                none = ("all", name, type_, app("Not", body))
                return [Clause((), frozenset({Literal(False, none)}))]
        return [Clause((), frozenset({_linear(Literal(True, tree))}))]

    def false(self, tree: Tree) -> list[Clause]:
        tree = self._head(tree)
        match tree:
            case ("imp", p, q):
                return self.true(p) + self.false(q)
            case ("app", "And", p, q):
                return self._either(app("Not", tree), self.false(p), self.false(q))
            case ("app", "Or", p, q):
                return self.false(p) + self.false(q)
            case ("app", "Not", p):
                return self.true(p)
            case ("app", "True"):
                return [Clause()]
            case ("app", "False"):
                return []
            case ("app", "Exists", type_, ("fun", name, _, body)):
                return [self._bind(name, type_, clause) for clause in self.false(body)]
        return [Clause((), frozenset({_linear(Literal(False, tree))}))]

    def _either(self, whole: Tree, left: list[Clause], right: list[Clause]) -> list[Clause]:
        if len(left) * len(right) > MOST_CLAUSES:
            return [Clause((), frozenset({Literal(True, ("opaque", whole))}))]
        return [
            Clause(a.variables + b.variables, a.literals | b.literals)
            for a, b in product(left, right)
        ]

    def _bind(self, name: str, type_: Tree, clause: Clause) -> Clause:
        return Clause(((name, type_), *clause.variables), clause.literals)


def _linear(literal: Literal) -> Literal:
    """``a < b`` as ``¬ b ≤ a`` in the linear orders that are known."""
    atom = literal.atom
    if is_app(atom, "LT.lt", 3) and atom[2] in _LINEAR:
        return Literal(not literal.holds, app("LE.le", atom[2], atom[4], atom[3]))
    return literal


@dataclass
class _Writer:
    """Writes canonical texts; ``decided`` turns true when something is trivially true or false."""

    level: Level
    names: dict[str, str] = field(default_factory=dict)
    decided: bool = False

    def statement(self, tree: Tree) -> NormalForm:
        written = [self.clause(each) for each in clauses(tree, self.level)]
        trivial = not written or self.decided
        largest = max(written, key=lambda each: (len(each[1]), each[0]), default=("", ()))
        text = " ∧ ".join(sorted({each[0] for each in written}))
        return NormalForm(self.level, text, trivial, largest[1])

    def proposition(self, tree: Tree) -> str:
        """Of one inside a term or an atom: clauses over the variables bound outside."""
        found = clauses(tree, self.level)
        if found == [Clause((), frozenset({Literal(True, tree)}))]:
            return self.literal(Literal(True, tree))[0]
        self.decided |= not found
        return "{" + " ∧ ".join(sorted({self.clause(each)[0] for each in found})) + "}"

    def clause(self, clause: Clause) -> tuple[str, tuple[str, ...]]:
        """Its text, and its variables in canonical order."""
        self.decided |= not clause.literals
        used = set().union(*(free_variables(each.atom) for each in clause.literals), ())
        types = {
            name: type_
            for name, type_ in clause.variables
            if name in used or type_ not in _INHABITED
        }
        outer = self.names
        depth = len(outer)
        best: tuple[str, tuple[str, ...]] | None = None
        for order in self._orders(types, clause.literals):
            self.names = outer | {name: f"#{depth + i}" for i, name in enumerate(order)}
            binders = "".join(f"∀{self.term(types[name])}." for name in order)
            literals = [self.literal(each) for each in clause.literals]
            signed = set(literals)
            self.decided |= any((text, not holds) in signed for text, holds in signed)
            text = binders + "|".join(sorted(("" if h else "¬") + t for t, h in signed))
            if best is None or text < best[0]:
                best = (text, order)
        self.names = outer
        assert best is not None
        return best

    def _orders(
        self, types: dict[str, Tree], literals: frozenset[Literal]
    ) -> Iterator[tuple[str, ...]]:
        """The orders of the variables that a colouring leaves open; one if they are too many."""
        colours = self._colours(types, literals)
        groups: list[list[str]] = []
        for colour in sorted(set(colours.values())):
            groups.append([name for name in types if colours[name] == colour])
        if prod(factorial(len(group)) for group in groups) > MOST_ORDERS:
            yield tuple(name for group in groups for name in group)
            return
        for choice in product(*(permutations(group) for group in groups)):
            yield tuple(name for group in choice for name in group)

    def _colours(self, types: dict[str, Tree], literals: frozenset[Literal]) -> dict[str, str]:
        """Each variable by its type and by the literals it stands in, written with the colours of
        the other variables instead of their names; twice."""
        outer, decided = self.names, self.decided
        self.names = outer | dict.fromkeys(types, "?")
        colours = {name: self.term(type_) for name, type_ in types.items()}
        for _ in range(2):
            palette = {colour: f"?{i}" for i, colour in enumerate(sorted(set(colours.values())))}
            short = {name: palette[colour] for name, colour in colours.items()}
            if len(palette) == len(types):
                break
            refined = {}
            for name in types:
                self.names = outer | short | {name: "!" + short[name]}
                written = sorted(f"{holds}{text}" for text, holds in map(self.literal, literals))
                refined[name] = short[name] + "".join(written)
            colours = refined
        # Without their names, variables may seem to be the same.
        self.names, self.decided = outer, decided
        return colours

    def literal(self, literal: Literal) -> tuple[str, bool]:
        """Text of the atom, and whether it is claimed or denied."""
        holds, atom = literal.holds, literal.atom
        if atom[0] == "opaque":
            return _alpha(atom[1], self.names), holds
        if atom[0] in ("all", "imp") or atom[:2] in (("app", "Or"), ("app", "And")):
            return self._nested(atom), holds
        if atom[0] == "app" and atom[1] in _RELATIONS and len(atom) == 5:
            if self.level == Level.ARITHMETIC and atom[2] != ("other", "Prop"):
                return self._compared(holds, atom)
            left, right = self.term(atom[3]), self.term(atom[4])
            self.decided |= left == right
            if atom[1] == "Eq" and left > right:
                left, right = right, left
            return f"({atom[1]} {self.term(atom[2])} {left} {right})", holds
        return self._plain(atom), holds

    def _nested(self, atom: Tree) -> str:
        found = clauses(atom, self.level)
        self.decided |= not found
        return "{" + " ∧ ".join(sorted({self.clause(each)[0] for each in found})) + "}"

    def _compared(self, holds: bool, atom: Tree) -> tuple[str, bool]:
        """``left = right`` and ``left ≤ right`` as a polynomial compared with 0."""
        _, relation, type_, left, right = atom
        difference = ring.add(
            ring.polynomial(right, self.term),
            ring.scale(ring.polynomial(left, self.term), Fraction(-1)),
        )
        if ring.is_constant(difference):
            self.decided = True
            return f"({relation} 0 {ring.text_of(difference)})", holds
        if ring.leads_negative(difference):
            opposite = ring.scale(difference, Fraction(-1))
            if relation == "Eq":
                difference = opposite
            elif relation == "LE.le" and type_ in (NAT, INT):
                # ¬ 0 ≤ p is 0 ≤ -p - 1 among integers, and 0 < -p in a linear order.
                one = ring.constant(Fraction(-1))
                difference, holds = ring.add(opposite, one), not holds
            elif relation == "LE.le" and type_ == RAT:
                difference, holds, relation = opposite, not holds, "LT.lt"
        return f"({relation} {self.term(type_)} 0 {ring.text_of(difference)})", holds

    def term(self, tree: Tree) -> str:
        if tree[0] == "var":
            return self.names.get(tree[1], str(tree[1]))
        if tree[0] in ("all", "imp") or (tree[0] == "app" and tree[1] in _PROPOSITIONS):
            return self.proposition(tree)
        if self.level >= Level.NOTATION and is_app(tree, "Nat.succ", 1):
            one = app("HAdd.hAdd", NAT, NAT, NAT, tree[2], lit(NAT, 1))
            return self.term(one)
        ring_term = tree[0] == "app" and (tree[1] in BINARY or tree[1] in ("HPow.hPow", "Neg.neg"))
        if self.level == Level.ARITHMETIC and ring_term:
            found = ring.polynomial(tree, self._plain)
            if len(found) != 1 or next(iter(found)) != ((self._plain(tree), 1),):
                return ring.text_of(found)
        return self._plain(tree)

    def _plain(self, tree: Tree) -> str:
        if tree[0] == "var":
            return self.names.get(tree[1], str(tree[1]))
        if tree[0] in ("fun", "pi"):
            outer = self.names
            type_ = self.term(tree[2])
            self.names = outer | {tree[1]: f"#{len(outer)}"}
            body = self.term(tree[3])
            self.names = outer
            return f"({tree[0]} {type_} {body})"
        if tree[0] == "lit":
            return f"{tree[2]}:{self.term(tree[1])}"
        parts = [self.term(part) if isinstance(part, tuple) else str(part) for part in tree[1:]]
        return f"({tree[0]} " + " ".join(parts) + ")"
