"""Whether two answers, as trees, are the same: True, False, or None where it cannot be told.

What takes algebra is asked of ``ask`` (``same`` two expressions, ``proportional`` two sides of
equations) and may come back None. The rules that are conventions, not mathematics:

- "x = 2" is "2"; a bare number with a unit is the number ("5 cm" is "5"), unless converting the
  unit would give the other number ("5 km", "5000": None).
- A percentage is its value ("50%" is "0.5"); against the bare number of per cent it is None.
- A list without brackets is the set, and the tuple, of its entries; two lists in different orders
  are None. A pair in round brackets is an open interval where the other side is an interval.
- Words are compared but for their case; two different ones are None, unless they are yes and no.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction
from typing import Literal

from proofloop.tools.answers.exact import exact, in_base
from proofloop.tools.answers.shapes import INF, Tree, as_interval
from proofloop.tools.answers.units import CLOSED_WORDS, LETTER_UNITS, known, ratio, ratios

Question = Literal["same", "proportional"]
Ask = Callable[[Question, Tree, Tree], bool | None]
Verdict = bool | None

MOST_PAIRS = 1000  # of entries of two sets
MANY = ("set", "list", "tuple", "row")
SPANS = ("interval", "union")


def compare(a: Tree, b: Tree, ask: Ask) -> Verdict:
    """Symmetric in ``a`` and ``b`` where ``ask`` is."""
    if a == b:
        return True
    a, b = sorted((a, b), key=repr)
    for one, other in ((a, b), (b, a)):
        if one[0] == "=" and other[0] != "=":
            return compare(one[2], other, ask) if _named(one[1], other) else None
        if one[0] == "solutions":
            return _solutions(one, other, ask)
    for one, other in ((a, b), (b, a)):
        if one[0] in ("words", "choice"):
            return _words(one, other)
        if one[0] in _SPECIAL:
            return _SPECIAL[one[0]](one, other, ask)
    if a[0] == "=":
        return _equations(a, b, ask)
    for one, other in ((a, b), (b, a)):
        if one[0] in SPANS:
            return _spans(one, other, ask)
    if a[0] in MANY or b[0] in MANY:
        return _many(a, b, ask) if a[0] in MANY and b[0] in MANY else _one_of_many(a, b, ask)
    return _expressions(a, b, ask)


def _expressions(a: Tree, b: Tree, ask: Ask) -> Verdict:
    if {a[0], b[0]} & {"rel"}:
        return None if a[:2] != b[:2] or not _all(a[2:], b[2:], ask) else True
    x, y = exact(a), exact(b)
    if x is not None and y is not None:
        return x == y
    for one, value in ((a, y), (b, x)):
        match one:
            # "5 m": five metres, or five times m.
            case ("*", number, ("name", str(letter))) if letter in LETTER_UNITS:
                if value is not None and exact(number) == value:
                    return None
    return ask("same", a, b)


def _named(left: Tree, value: Tree) -> bool:
    """Whether the left side of an equation only gives the value its name."""
    names = left[1:] if left[0] == "tuple" else (left,)
    return all(name[0] in ("name", "call") for name in names) and value[0] != "rel"


def _equations(a: Tree, b: Tree, ask: Ask) -> Verdict:
    if a[1] == b[1]:
        same = compare(a[2], b[2], ask)
        if same is not False or a[1][0] in ("name", "tuple"):
            return same
    if any(side[0] in (*MANY, *SPANS, "matrix") for one in (a, b) for side in one[1:]):
        return None
    return ask("proportional", *(("+", left, ("neg", right)) for _, left, right in (a, b)))


def _solutions(a: Tree, b: Tree, ask: Ask) -> Verdict:
    if b[0] == "solutions":
        return compare(a[2], b[2], ask) if a[1] == b[1] else None
    return compare(a[2], b, ask) if b[0] in (*SPANS, "set", "tuple") else None


def _words(a: Tree, b: Tree) -> Verdict:
    if a[0] == "choice":
        return a[1] == b[1] if b[0] in ("choice", "name") else None
    if b[0] != "words":
        return None
    said = [CLOSED_WORDS.get(one[1]) for one in (a, b)]
    return said[0] == said[1] if None not in said else None


def _percent(a: Tree, b: Tree, ask: Ask) -> Verdict:
    if b[0] == "percent":
        return compare(a[1], b[1], ask)
    if b[0] in ("unit", *MANY, *SPANS):
        return None
    share = compare(("/", a[1], ("num", "100")), b, ask)
    return None if share is False and compare(a[1], b, ask) is not False else share


def _unit(a: Tree, b: Tree, ask: Ask) -> Verdict:
    _, value, unit = a
    match b:
        case ("*", number, ("name", str(letter))) if letter in LETTER_UNITS:
            b = ("unit", number, letter)
    if b[0] == "unit":
        if unit == b[2]:
            return compare(value, b[1], ask)
        if (by := ratio(unit, b[2])) is not None:
            return compare(("*", value, ("num", str(by))), b[1], ask)
        return False if known(unit) and known(b[2]) else None
    if b[0] in ("base", "percent", *MANY, *SPANS):
        return None
    same = compare(value, b, ask)
    x, y = exact(value), exact(b)
    if same is False and unit == "°" and y is None:
        return None  # "90°" and "\\pi/2"
    if same is False and x is not None and y is not None:
        return None if y in {x * by for by in ratios(unit)} else False
    return same


def _ratio(a: Tree, b: Tree, ask: Ask) -> Verdict:
    """2:3 is 4:6, unless they may be times of day; against the quotient it is None."""
    quotient: Tree = ("/", a[1], a[2])
    if b[0] != "ratio":
        return None if b[0] in (*MANY, *SPANS) or compare(quotient, b, ask) is not False else False
    same = compare(quotient, ("/", b[1], b[2]), ask)
    clock = any(len(str(one[2][1])) == 2 and one[2][0] == "num" for one in (a, b))
    return None if same and clock else same


def _base(a: Tree, b: Tree, ask: Ask) -> Verdict:
    """By value; against its own digits, which may stand for it, None."""
    value = in_base(a[1], a[2])
    other = in_base(b[1], b[2]) if b[0] == "base" else exact(b)
    if value is None or other is None:
        return None
    return None if value != other and b == ("num", a[1]) else value == other


def _matrix(a: Tree, b: Tree, ask: Ask) -> Verdict:
    return _all(a[1:], b[1:], ask) if b[0] == "matrix" else None


_SPECIAL: dict[str, Callable[[Tree, Tree, Ask], Verdict]] = {
    "unit": _unit,
    "percent": _percent,
    "ratio": _ratio,
    "base": _base,
    "matrix": _matrix,
}


def _many(a: Tree, b: Tree, ask: Ask) -> Verdict:
    """Two collections. ``a`` and ``b`` stand in the order of their kinds: list, row, set, tuple."""
    kinds = (a[0], b[0])
    if kinds == ("list", "set") or kinds == ("set", "set"):
        return _mutual(a[1:], b[1:], ask)
    if kinds in (("list", "list"), ("list", "tuple"), ("list", "row")):
        in_order = _all(a[1:], b[1:], ask)
        return None if in_order is False and _mutual(a[1:], b[1:], ask) is not False else in_order
    return _all(a[1:], b[1:], ask) if a[0] == b[0] else False


def _one_of_many(a: Tree, b: Tree, ask: Ask) -> Verdict:
    """A single value and a collection: the set of one is its value. "0,5" may be a number."""
    one, many = (b, a) if a[0] in MANY else (a, b)
    if many[0] in ("set", "list") and len(many) == 2:
        return compare(one, many[1], ask)
    decimal = many[0] == "list" and len(many) == 3 and all(part[0] == "num" for part in many[1:])
    return None if decimal else False


def _all(a: Sequence[Tree], b: Sequence[Tree], ask: Ask) -> Verdict:
    if len(a) != len(b):
        return False
    return _every([compare(x, y, ask) for x, y in zip(a, b, strict=True)])


def _mutual(a: Sequence[Tree], b: Sequence[Tree], ask: Ask) -> Verdict:
    """Each of either side is among the other; None for more pairs than are worth their time."""
    if len(a) * len(b) > MOST_PAIRS:
        return None
    table = [[compare(x, y, ask) for y in b] for x in a]
    return _matched(table) if a else not b


def _matched(table: Sequence[Sequence[Verdict]]) -> Verdict:
    """Whether every row and every column has a True."""
    columns = zip(*table, strict=True)
    return _every([_some(line) for line in (*table, *columns)])


def _every(found: Sequence[Verdict]) -> Verdict:
    return False if False in found else None if None in found else True


def _some(found: Sequence[Verdict]) -> Verdict:
    return True if True in found else None if None in found else False


def _spans(a: Tree, b: Tree, ask: Ask) -> Verdict:
    """An interval or a union of such against anything."""
    b = as_interval(b)
    if b[0] in ("list", "set") and a[0] == "interval" and a[1:3] == ("[", "]") and len(b) > 1:
        return None  # "[1, 2]" may be a list
    if b[0] not in (*SPANS, "set"):
        return False if b[0] in MANY or exact(b) is not None else None
    merged = _merged(a), _merged(b)
    if None not in merged:
        return merged[0] == merged[1]
    parts = [one[1:] if one[0] == "union" else [one] for one in (a, b)]
    if any(part[0] != "interval" for side in parts for part in side):
        return None
    table = [[_interval(x, y, ask) for y in parts[1]] for x in parts[0]]
    same = _matched(table)
    single = len(parts[0]) == len(parts[1]) == 1
    return same if same or single else None


def _interval(a: Tree, b: Tree, ask: Ask) -> Verdict:
    return False if a[1:3] != b[1:3] else _all(a[3:], b[3:], ask)


Piece = tuple[Fraction | float, int, Fraction | float, int]


def _merged(tree: Tree) -> list[Piece] | None:
    """Disjoint pieces in order, of rational ends: each end with -1, 0 or 1, where a point just
    below, at or just above the number stands; None where an end is not rational."""
    pieces: list[Piece] = []
    for part in tree[1:] if tree[0] in ("union", "set") else [tree]:
        if part[0] in ("set", "union"):
            inside = _merged(part)
            if inside is None:
                return None
            pieces += inside
            continue
        ends = part[3:] if part[0] == "interval" else (part, part)
        low, high = (_end(end) for end in ends)
        if low is None or high is None:
            return None
        left, right = part[1:3] if part[0] == "interval" else ("[", "]")
        piece = (low, int(left == "("), high, -int(right == ")"))
        if piece[:2] <= piece[2:]:
            pieces.append(piece)
    found: list[Piece] = []
    for piece in sorted(pieces):
        if found and (found[-1][2], found[-1][3] + 1) >= piece[:2]:
            last = found.pop()
            piece = (*last[:2], *max(last[2:], piece[2:]))
        found.append(piece)
    return found


def _end(tree: Tree) -> Fraction | float | None:
    if tree in (INF, ("neg", INF)):
        return float("inf") if tree == INF else float("-inf")
    return exact(tree)
