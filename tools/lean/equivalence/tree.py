"""A statement as Lean elaborated it: the tree that the probe ``Tree`` answers, as tuples.

    ("var", name)             ("all", name, type, body)   ∀ over a type or a proposition
    ("field", name)           a type of the header's, an ordered field
    ("lit", type, "5")        ("imp", p, q)
    ("app", name, *args)      ("fun", name, type, body)
    ("call", head, *args)     ("pi", name, type, body)    the type of functions
    ("other", text)           sorts and strings

Every binder has a name of its own. Instances that Lean finds by itself after the header are left
out.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

Tree = tuple[Any, ...]

NAT: Tree = ("app", "Nat")
INT: Tree = ("app", "Int")
RAT: Tree = ("app", "Rat")
# The same operation on a type of its own: arguments are (types..., left, right).
BINARY = {"HAdd.hAdd": "+", "HMul.hMul": "*", "HSub.hSub": "-", "HDiv.hDiv": "/"}


def from_json(value: Any) -> Tree:
    """Lists become tuples, all the way down."""
    return tuple(from_json(item) if isinstance(item, list) else item for item in value)


def app(name: str, *args: Tree) -> Tree:
    return ("app", name, *args)


def lit(type_: Tree, number: int) -> Tree:
    return ("lit", type_, str(number))


def is_app(tree: Tree, name: str, arity: int | None = None) -> bool:
    """Whether the tree is this constant applied to ``arity`` arguments (any number if None)."""
    return tree[:2] == ("app", name) and (arity is None or len(tree) == arity + 2)


def number_of(tree: Tree) -> int | None:
    """The value of a numeral."""
    return int(tree[2]) if tree[0] == "lit" else None


def operation(op: str, type_: Tree, left: Tree, right: Tree) -> Tree:
    """``left op right`` in one type."""
    return app(op, type_, type_, type_, left, right)


def operands(tree: Tree, op: str) -> tuple[Tree, Tree] | None:
    """The two sides, if the tree is this operation within one type."""
    if is_app(tree, op, 5) and tree[2] == tree[3] == tree[4]:
        return tree[5], tree[6]
    return None


def free_variables(tree: Tree) -> set[str]:
    """The names of variables that no binder of the tree binds (each binder's name is unique)."""
    if tree[0] == "var":
        return {tree[1]}
    inside = set().union(*(free_variables(part) for part in tree if isinstance(part, tuple)), ())
    return inside - {tree[1]} if tree[0] in ("all", "fun", "pi") else inside


def substitute(tree: Tree, name: str, value: Tree) -> Tree:
    """``value`` for each free occurrence of the variable."""
    if tree == ("var", name):
        return value
    return tuple(
        substitute(part, name, value) if isinstance(part, tuple) else part for part in tree
    )


def telescope(tree: Tree) -> Iterator[tuple[str | None, Tree]]:
    """The binders a proof can introduce, in order: ``(name, type)`` of a variable, ``(None, p)``
    of a hypothesis that nothing depends on."""
    while tree[0] in ("all", "imp"):
        if tree[0] == "imp":
            yield None, tree[1]
            tree = tree[2]
        else:
            yield tree[1], tree[2]
            tree = tree[3]


def conclusion(tree: Tree) -> Tree:
    """What stands after all these binders."""
    while tree[0] in ("all", "imp"):
        tree = tree[-1]
    return tree
