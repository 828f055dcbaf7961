"""The derivations in a shared packed parse forest of lark, one after another.

Lark can build every parse tree of an ambiguous text at once, but there can be exponentially many.
Here a forest gives its derivations lazily, in the order of the grammar's alternatives, so that
the first few cost no more than their own size.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from lark import Token, Tree
from lark.parsers.earley_forest import PackedNode, SymbolNode, TokenNode

Part = Token | Tree[Token]


def derivations(node: SymbolNode) -> Iterator[list[Part]]:
    """Each derivation of a symbol as what it contributes to its parent: one tree as a rule, and
    the parts themselves where the grammar inlines the symbol (``_name`` and ``?name``)."""
    for packed in node.children:
        yield from (_contribution(packed.rule, parts) for parts in _sequences(packed))


def _sequences(packed: PackedNode) -> Iterator[list[list[Part]]]:
    """What each symbol of a rule's right side, as far as it is read, contributes."""
    lefts: Iterator[list[list[Part]]] = iter([[]])
    if packed.left is not None:
        lefts = (found for child in packed.left.children for found in _sequences(child))
    for left in lefts:
        if packed.right is None:
            yield left
        elif isinstance(packed.right, TokenNode):
            yield [*left, [packed.right.token]]
        else:
            yield from ([*left, right] for right in derivations(packed.right))


def _contribution(rule: Any, parts: list[list[Part]]) -> list[Part]:
    kept = [
        part
        for symbol, found in zip(rule.expansion, parts, strict=True)
        if not (symbol.is_term and symbol.filter_out)
        for part in found
    ]
    name = str(rule.alias or rule.origin.name)
    if name.startswith("_") or (rule.options.expand1 and not rule.alias and len(kept) == 1):
        return kept
    return [Tree(name, kept)]
