"""One rewriting step at the head of a proposition: other words for the same.

``orient`` (level STRUCTURE) chooses among relations that are each other's mirror or negation by
definition; ``unfold`` (level NOTATION) replaces defined notions and notations by their meaning.
Both keep the meaning for every value of the variables; the proofs that the comparison asks of the
kernel would show it if one did not.
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import count

from proofloop.tools.lean.equivalence.tree import (
    INT,
    NAT,
    RAT,
    Tree,
    app,
    free_variables,
    is_app,
    lit,
    number_of,
    operands,
    operation,
    substitute,
)

_MIRRORED = {"GT.gt": "LT.lt", "GE.ge": "LE.le"}
_INTERVALS = {  # whether the lower and the upper end belong to it
    "Icc": ("LE.le", "LE.le"),
    "Ico": ("LE.le", "LT.lt"),
    "Ioc": ("LT.lt", "LE.le"),
    "Ioo": ("LT.lt", "LT.lt"),
}
Rule = Callable[[Tree], Tree]
_fresh = count()


def orient(tree: Tree) -> Tree:
    if tree[0] != "app":
        return tree
    name = tree[1]
    if name in _MIRRORED and len(tree) == 5:
        return app(_MIRRORED[name], tree[2], tree[4], tree[3])
    if name == "Ne" and len(tree) == 5:
        return app("Not", app("Eq", *tree[2:]))
    return tree


def unfold(tree: Tree) -> Tree:
    """Until nothing changes at the head."""
    while True:
        step = _step(orient(tree))
        if step == tree:
            return tree
        tree = step


def _step(tree: Tree) -> Tree:
    if tree[0] != "app":
        return tree
    rule = _RULES.get((tree[1], len(tree) - 2))
    return rule(tree) if rule is not None else tree


def _even(tree: Tree) -> Tree:
    _, _, type_, n = tree
    return app("Dvd.dvd", type_, lit(type_, 2), n) if type_ in (NAT, INT) else tree


def _odd(tree: Tree) -> Tree:
    _, _, type_, n = tree
    even = app("Dvd.dvd", type_, lit(type_, 2), n)
    return app("Not", even) if type_ in (NAT, INT) else tree


def _equality(tree: Tree) -> Tree:
    """``n % k = 0`` is ``k ∣ n``, ``n % 2 = 1`` its opposite, for k = 2; casts are cancelled."""
    _, _, type_, left, right = tree
    if type_ in (INT, RAT) and (pair := _naturals(left, right)):
        return app("Eq", NAT, *pair)
    for side, other in ((left, right), (right, left)):
        modulo = operands(side, "HMod.hMod")
        if modulo is None or type_ not in (NAT, INT):
            continue
        n, k = modulo
        if number_of(other) == 0:
            return app("Dvd.dvd", type_, k, n)
        if number_of(k) == 2 and number_of(other) == 1:
            return app("Not", app("Dvd.dvd", type_, k, n))
    return tree


def _order(tree: Tree) -> Tree:
    _, name, type_, left, right = tree
    if type_ in (INT, RAT) and (pair := _naturals(left, right)):
        return app(name, NAT, *pair)
    return tree


def _divides(tree: Tree) -> Tree:
    _, name, type_, left, right = tree
    if type_ == INT and (pair := _naturals(left, right)):
        return app(name, NAT, *pair)
    return tree


def _exists(tree: Tree) -> Tree:
    """``∃ k, n = c * k`` is ``c ∣ n``; ``∃ k, n = k + k`` is ``2 ∣ n``."""
    type_, body = tree[2], tree[3]
    if type_ not in (NAT, INT) or body[0] != "fun" or not is_app(body[3], "Eq", 3):
        return tree
    k = ("var", body[1])
    for n, multiple in ((body[3][3], body[3][4]), (body[3][4], body[3][3])):
        if product := operands(multiple, "HMul.hMul"):
            factors = [factor for factor in product if factor != k]
            if len(factors) == 1 and body[1] not in free_variables(n) | free_variables(factors[0]):
                return app("Dvd.dvd", type_, factors[0], n)
        twice = operands(multiple, "HAdd.hAdd") == (k, k)
        if twice and body[1] not in free_variables(n):
            return app("Dvd.dvd", type_, lit(type_, 2), n)
        odd = operands(multiple, "HAdd.hAdd")
        if odd and number_of(odd[1]) == 1 and body[1] not in free_variables(n):
            factors = list(operands(odd[0], "HMul.hMul") or ())
            if k in factors and any(number_of(factor) == 2 for factor in factors):
                return app("Not", app("Dvd.dvd", type_, lit(type_, 2), n))
    return tree


def _congruent(type_: Tree) -> Rule:
    def rule(tree: Tree) -> Tree:
        n, a, b = tree[2:]
        return app(
            "Eq", type_, operation("HMod.hMod", type_, a, n), operation("HMod.hMod", type_, b, n)
        )

    return rule


def _coprime(tree: Tree) -> Tree:
    return app("Eq", NAT, app("Nat.gcd", tree[2], tree[3]), lit(NAT, 1))


def _member(tree: Tree) -> Tree:
    _, _, type_, _, container, x = tree
    if is_app(container, "setOf", 2):
        return _apply(container[3], x)
    if is_app(container, "Finset.range", 1):
        return app("LT.lt", type_, x, container[2])
    last = container[1].rpartition(".")[2] if container[0] == "app" else ""
    if last in _INTERVALS and len(container) >= 4:
        lower, upper = _INTERVALS[last]
        low, high = container[-2:]
        return app("And", app(lower, type_, low, x), app(upper, type_, x, high))
    return tree


def _extreme(relation: str) -> Rule:
    """``IsLeast s a``: a is in s, and below all of s."""

    def rule(tree: Tree) -> Tree:
        type_, container, a = tree[2:]
        b = _new()
        among = [app("Membership.mem", type_, app("Set", type_), container, x) for x in (a, b)]
        pair = (a, b) if relation == "least" else (b, a)
        return app(
            "And", among[0], ("all", b[1], type_, ("imp", among[1], app("LE.le", type_, *pair)))
        )

    return rule


def _injective(tree: Tree) -> Tree:
    source, target, f = tree[2:]
    a, b = _new(), _new()
    same = app("Eq", target, _apply(f, a), _apply(f, b))
    equal = app("Eq", source, a, b)
    return ("all", a[1], source, ("all", b[1], source, ("imp", same, equal)))


def _exists_unique(tree: Tree) -> Tree:
    type_, p = tree[2:]
    x, y = _new(), _new()
    only = ("all", y[1], type_, ("imp", _apply(p, y), app("Eq", type_, y, x)))
    return app("Exists", type_, ("fun", x[1], type_, app("And", _apply(p, x), only)))


def _new() -> Tree:
    return ("var", f"~{next(_fresh)}")  # no binder of a text and no variable has such a name


def _apply(f: Tree, x: Tree) -> Tree:
    return substitute(_renewed(f[3]), f[1], x) if f[0] == "fun" else ("call", f, x)


def _renewed(tree: Tree) -> Tree:
    """With other binders: what is put in twice may come to stand inside of itself."""
    if tree[0] in ("all", "fun", "pi"):
        binder, name, type_, body = tree
        new = _new()
        return (binder, new[1], _renewed(type_), _renewed(substitute(body, name, new)))
    return tuple(_renewed(part) if isinstance(part, tuple) else part for part in tree)


def _naturals(left: Tree, right: Tree) -> tuple[Tree, Tree] | None:
    """Both sides over ℕ, if they are casts of natural numbers (not only numerals)."""
    pair = (_natural(left), _natural(right))
    if pair[0] is None or pair[1] is None:
        return None
    casts = any(tree[0] != "lit" for tree in (left, right))
    return (pair[0], pair[1]) if casts else None


def _natural(tree: Tree) -> Tree | None:
    if tree[0] == "lit":
        return lit(NAT, int(tree[2]))
    if is_app(tree, "Nat.cast", 2):
        inside: Tree = tree[3]
        return inside
    for op in ("HAdd.hAdd", "HMul.hMul"):
        if pair := operands(tree, op):
            left, right = _natural(pair[0]), _natural(pair[1])
            return operation(op, NAT, left, right) if left and right else None
    if is_app(tree, "HPow.hPow", 5) and tree[3] == NAT and (base := _natural(tree[5])):
        return operation("HPow.hPow", NAT, base, tree[6])
    if tree[0] == "app" and (pair := operands(tree, "HMod.hMod")) and tree[2] == INT:
        left, right = _natural(pair[0]), _natural(pair[1])
        return operation("HMod.hMod", NAT, left, right) if left and right else None
    return None


_RULES: dict[tuple[str, int], Rule] = {
    ("Even", 2): _even,
    ("Odd", 2): _odd,
    ("Eq", 3): _equality,
    ("LE.le", 3): _order,
    ("LT.lt", 3): _order,
    ("Dvd.dvd", 3): _divides,
    ("Exists", 2): _exists,
    ("Nat.ModEq", 3): _congruent(NAT),
    ("Int.ModEq", 3): _congruent(INT),
    ("Nat.Coprime", 2): _coprime,
    ("Membership.mem", 4): _member,
    ("IsLeast", 3): _extreme("least"),
    ("IsGreatest", 3): _extreme("greatest"),
    ("Function.Injective", 3): _injective,
    ("ExistsUnique", 2): _exists_unique,
}
