"""The shortcut in the Earley parser changes no reading."""

from collections.abc import Iterator
from typing import Any

import pytest
from lark import Lark, Token
from lark.lexer import Lexer

from proofloop.agents.llm.offline.earley import earley_parser
from proofloop.agents.llm.offline.forest import derivations

# Ambiguous, recursive on both sides, with rules that may be empty.
GRAMMAR = """
start: some? list
list: list sep list | item
sep: | "c"
item: "a" more | "a" "b" -> pair | some
some: "b"
more: | "b" more
%declare A B C
"""


class Letters(Lexer):
    def __init__(self, lexer_conf: Any) -> None:
        pass

    def lex(self, data: str) -> Iterator[Token]:  # type: ignore[override]
        for place, letter in enumerate(data):
            yield Token(letter.upper(), letter, start_pos=place, end_pos=place + 1)


@pytest.mark.parametrize("text", ["a", "ab", "bab", "abcab", "aab", "bbca"])
def test_all_derivations_are_found_in_the_same_order(text: str) -> None:
    plain = Lark(
        GRAMMAR, parser="earley", lexer=Letters, ambiguity="forest", maybe_placeholders=False
    )
    quick = earley_parser(GRAMMAR, Letters)
    wanted, found = (list(derivations(each.parse(text))) for each in (plain, quick))  # type: ignore[arg-type]
    assert found == wanted
    assert len(wanted) > (len(text) > 1)
