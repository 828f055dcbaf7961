"""Sums and products written out with dots: what stands in the gap, where it is beyond doubt.

``1 + 3 + 5 + ... + 99`` and ``11^1 + 11^2 + ... + 11^9``: the terms differ from one to the next
only in numbers, each of which stays the same or grows by a fixed step. ``1 + 3 + ... + (2n - 1)``:
the last term, with 1, 2, ... for its variable, gives the first ones.
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from typing import Any, Literal, TypeVar

from proofloop.agents.llm.offline.evaluate import Undefined, value_of
from proofloop.agents.llm.offline.forms import (
    Big,
    Call,
    Dots,
    Interval,
    Num,
    Op,
    Term,
    Var,
    children,
    free_names,
    rebuild,
    substitute,
    walk,
)
from proofloop.agents.llm.offline.refusal import Refusal

T = TypeVar("T")
_INDEX = Var("k")
_BIG: dict[str, Literal["∑", "∏"]] = {"+": "∑", "*": "∏"}


def understand_dots(math: T) -> T:
    """``math`` with its dots understood. Raises Refusal where they leave room for doubt."""
    if isinstance(math, Dots) or not hasattr(math, "__dataclass_fields__"):
        return math
    found: T = _understand(math)
    return found


def _understand(node: Any) -> Any:
    if not any(isinstance(part, Dots) for part in walk(node)):
        return node
    if isinstance(node, Op) and node.op in _BIG:
        terms = list(_flatten(node, node.op))
        if Dots() in terms:
            return _written_out(terms, node.op)
    if any(isinstance(child, Dots) for child in children(node)):
        raise Refusal("dots that do not stand for the middle of a sum or product")
    return rebuild(node, _understand)


def _flatten(term: Term, op: str) -> Iterator[Term]:
    if isinstance(term, Op) and term.op == op:
        yield from _flatten(term.left, op)
        yield from _flatten(term.right, op)
    else:
        yield term


def _written_out(terms: list[Term], op: str) -> Term:
    gap = terms.index(Dots())
    before, after = terms[:gap], terms[gap + 1 :]
    if len(before) < 2 or not after or Dots() in after:
        raise Refusal("dots need two terms before them and one after")
    names = free_names(after[-1]) - free_names(before[0])
    if len(names) == 1:
        return _to_a_variable(before, after, next(iter(names)), op)
    return _to_a_number(before, after, op)


def _to_a_variable(before: list[Term], after: list[Term], name: str, op: str) -> Term:
    body = substitute(after[-1], {name: _INDEX})
    try:
        fits = all(value_of(body, {"k": k}) == value_of(t, {}) for k, t in enumerate(before, 1))
        for back, term in enumerate(reversed(after)):
            fits &= all(
                value_of(term, {name: n}) == value_of(body, {"k": n - back}) for n in SAMPLES
            )
    except Undefined:
        fits = False
    if not fits:
        raise Refusal("dots between terms that follow no pattern the grammar knows")
    if op == "*" and body == _INDEX:
        return Call("factorial", (Var(name),))
    return Big(_BIG[op], _INDEX, Interval(Num(1), Op("+", Var(name), Num(1))), body)


SAMPLES = (7, 12, 31)  # values of the last index at which the stated last terms are compared


def _to_a_number(before: list[Term], after: list[Term], op: str) -> Term:
    ramps = sorted(set(_ramps(before[0], before[1])))
    if not ramps:
        raise Refusal("dots between terms that do not change")
    base, steady = ramps[0][0], all(step == 1 for _, step in ramps)

    def at(k: Term | int) -> Term:
        found: Term = _at(before[0], before[1], k, base if steady else 0)
        return found

    low = base if steady else 0
    last = _position(before[0], before[1], after[-1], low if steady else 0)
    stated = [(at(low + k), t) for k, t in enumerate(before)]
    stated += [(at(last - k), t) for k, t in enumerate(reversed(after))]
    if any(expected != term for expected, term in stated):
        raise Refusal("dots between terms that follow no arithmetic pattern")
    if last - low < len(before) + len(after) - 1:
        raise Refusal("dots with nothing left to stand for")
    body = at(_INDEX)
    return Big(_BIG[op], _INDEX, Interval(Num(low), Num(last + 1)), body)


def _ramps(first: Term, second: Term) -> Iterator[tuple[int, int]]:
    """(start, step) of every number that changes between two neighbouring terms."""
    if isinstance(first, Num) and isinstance(second, Num):
        if first != second:
            if second.value < first.value:
                raise Refusal("dots between terms that go down")
            yield first.value, second.value - first.value
        return
    below, beside = list(children(first)), list(children(second))
    if type(first) is not type(second) or len(below) != len(beside):
        raise Refusal("dots between terms of different shapes")
    if not below and first != second:
        raise Refusal("dots between terms of different shapes")
    for left, right in zip(below, beside, strict=True):
        yield from _ramps(left, right)  # type: ignore[arg-type]


def _at(first: Any, second: Any, k: Term | int, base: int) -> Any:
    """The term at index ``k``: a number with start s and step d becomes d k + (s - d base)."""
    if isinstance(first, Num):
        if first == second:
            return first
        step = second.value - first.value
        shift = first.value - step * base
        if isinstance(k, int):
            return Num(step * k + shift)
        scaled = k if step == 1 else Op("*", Num(step), k)
        return scaled if shift == 0 else Op("+", scaled, Num(shift))
    beside = iter(list(children(second)))
    return rebuild(first, lambda child: _at(child, next(beside), k, base))


def _position(first: Any, second: Any, last: Any, base: int) -> int:
    """The index of the last term, read off the first number that changes."""
    if isinstance(first, Num):
        if first != second and isinstance(last, Num):
            steps = Fraction(last.value - first.value, second.value - first.value)
            if steps.denominator == 1:
                return base + int(steps)
        return -1
    if type(first) is not type(last):
        return -1
    parts = zip(children(first), children(second), children(last), strict=False)
    return max((_position(*part, base) for part in parts), default=-1)
