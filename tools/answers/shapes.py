"""Trees of answers, and what a parser makes of the parts: inequalities, ±, lists of values."""

from __future__ import annotations

from typing import Any

from proofloop.tools.answers.tokens import Unreadable

Tree = tuple[Any, ...]

ZERO: Tree = ("num", "0")
INF: Tree = ("const", "inf")
REALS: Tree = ("interval", "(", ")", ("neg", INF), INF)
COLLECTIONS = ("set", "list", "tuple", "row", "interval", "union", "solutions", "ratio")
NO_PARTS = ("unit", "percent", "words", "choice", "base")  # of a computation
_TURNED = {"<": ">", ">": "<", "<=": ">=", ">=": "<="}


def inequality(parts: list[Tree], signs: list[str]) -> Tree:
    """The interval of the one variable where there is one, else the relation."""
    if len(parts) == 2:
        (left, right), (sign,) = parts, signs
        if right[0] == "name" and left[0] != "name" and sign in _TURNED:
            left, right, sign = right, left, _TURNED[sign]
        if left[0] != "name" or sign not in (*_TURNED, "!="):
            if sign in (">", ">="):
                left, right, sign = right, left, _TURNED[sign]
            return ("rel", sign, left, right)
        low, high = ("(", ("neg", INF)), (")", INF)
        if sign == "!=":
            halves = (("interval", "(", ")", low[1], right), ("interval", "(", ")", right, INF))
            return ("solutions", left[1], ("union", *halves))
        if sign.startswith("<"):
            high = ("]" if "=" in sign else ")", right)
        else:
            low = ("[" if "=" in sign else "(", right)
        return ("solutions", left[1], ("interval", low[0], high[0], low[1], high[1]))
    if len(parts) == 3 and parts[1][0] == "name":
        low_end, (_, name), high_end = parts
        if all(sign in (">", ">=") for sign in signs):
            low_end, high_end = high_end, low_end
            signs = [_TURNED[sign] for sign in reversed(signs)]
        if all(sign in ("<", "<=") for sign in signs):
            opening, closing = "[" if "=" in signs[0] else "(", "]" if "=" in signs[1] else ")"
            return ("solutions", name, ("interval", opening, closing, low_end, high_end))
    raise Unreadable("a chain of relations")


def as_interval(tree: Tree) -> Tree:
    """A pair in round brackets as the open interval."""
    return ("interval", "(", ")", *tree[1:]) if tree[0] == "tuple" and len(tree) == 3 else tree


def in_radians(tree: Tree) -> Tree:
    if tree[0] == "unit" and tree[2] == "°":
        return ("/", ("*", tree[1], ("const", "pi")), ("num", "180"))
    return tree


def gathered(items: list[Tree], kind: str) -> Tree:
    """Values of one variable ("x = 1 or x = 2", "x = 1, 2") are the set of its values."""
    first = items[0]
    if first[0] == "=" and first[1][0] == "name":
        rest = [item[2] if item[0] == "=" and item[1] == first[1] else item for item in items]
        if all(item[0] != "=" for item in rest[1:]):
            return ("=", first[1], ("set", first[2], *rest[1:]))
        if all(item[0] == "=" and item[1][0] == "name" for item in items):
            kind = "set"  # of equations, in any order
    flat = [part for item in items for part in (item[1:] if item[0] == "set" else [item])]
    return (kind, *flat)


def resolved(tree: Tree) -> Tree:
    """With ± and ∓ as the set of both values. Raises Unreadable for a unit or a percentage inside a
    computation."""
    if tree[0] == "=":
        return ("=", tree[1], resolved(tree[2]))
    if holds(tree, ("pm", "mp")):
        return ("set", *(signed(tree, upper) for upper in (True, False)))
    inside = tree[1:] if tree[0] not in ("unit", "percent") else tree[1][1:]
    if tree[0] not in COLLECTIONS and holds(("", *inside), NO_PARTS):
        raise Unreadable("a unit or a word inside a computation")
    return tree


def holds(tree: Tree, kinds: tuple[str, ...]) -> bool:
    return tree[0] in kinds or any(
        isinstance(part, tuple) and holds(part, kinds) for part in tree[1:]
    )


def signed(tree: Tree, upper: bool) -> Tree:
    parts = [signed(part, upper) if isinstance(part, tuple) else part for part in tree[1:]]
    if tree[0] not in ("pm", "mp"):
        return (tree[0], *parts)
    left, right = parts
    return ("+", left, right if upper == (tree[0] == "pm") else ("neg", right))
