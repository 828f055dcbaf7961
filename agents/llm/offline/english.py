"""Reads a sentence of controlled English with english.lark into the items of syntax.py."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cache
from itertools import islice
from pathlib import Path
from typing import Any

from lark import Lark, Token, Tree, UnexpectedCharacters, UnexpectedInput, UnexpectedToken
from lark.lexer import Lexer

from proofloop.agents.llm.offline.chunk import Sentence, Unit
from proofloop.agents.llm.offline.earley import earley_parser
from proofloop.agents.llm.offline.english_items import Items
from proofloop.agents.llm.offline.forest import derivations
from proofloop.agents.llm.offline.forms import (
    walk,
)
from proofloop.agents.llm.offline.refusal import Refusal
from proofloop.agents.llm.offline.syntax import (
    Generic,
    Item,
)

READINGS = 8  # at most so many derivations of one sentence are looked at


class _Units(Lexer):
    """Gives each unit its terminal: a keyword of the grammar, or the kind of mathematics."""

    def __init__(self, lexer_conf: Any) -> None:
        self.names = {t.pattern.value: t.name for t in lexer_conf.terminals if t.pattern}

    def lex(self, data: Sequence[Unit]) -> Iterator[Token]:  # type: ignore[override]
        for index, unit in enumerate(data):
            kind = self.names.get(unit.text, "UNKNOWN") if unit.kind == "WORD" else unit.kind
            yield Token(kind, unit.text, start_pos=index, end_pos=index + 1)


@cache
def _parser() -> Lark:
    grammar = Path(__file__).with_name("english.lark").read_text(encoding="utf-8")
    return earley_parser(grammar, _Units)


def read_sentence(sentence: Sentence) -> list[tuple[Item, ...]]:
    """Every reading of the sentence, at least one. Raises Refusal at the first unit that fits no
    continuation."""
    units = sentence.units
    try:
        forest: Any = _parser().parse(units)
    except UnexpectedToken as error:
        position = error.token.start_pos or 0
        raise _no_place_for(units, position) from None
    except UnexpectedCharacters as error:
        raise _no_place_for(units, error.pos_in_stream or 0) from None
    except UnexpectedInput:
        raise Refusal("the sentence ends too early", sentence.span) from None
    readings: list[tuple[Item, ...]] = []
    refusal: Refusal | None = None
    for parts in islice(derivations(forest), READINGS):
        (derivation,) = parts
        assert isinstance(derivation, Tree)
        try:
            items = Items(units).sentence(derivation)
        except Refusal as error:
            refusal = Refusal(error.reason, error.span or sentence.span)
            continue
        if items not in readings:
            readings.append(items)
    if not readings and refusal:
        raise refusal
    # "is the square of an integer" speaks of some integer, not of any.
    plain = [items for items in readings if not any(_speaks_of_any(item) for item in items)]
    return plain or readings


def _speaks_of_any(item: Any) -> bool:
    return any(isinstance(part, Generic) and not part.named for part in walk(item))


def _no_place_for(units: Sequence[Unit], position: int) -> Refusal:
    unit = units[min(position, len(units) - 1)]
    vocabulary = {terminal.pattern.value for terminal in _parser().terminals if terminal.pattern}
    known = unit.kind != "WORD" or unit.text in vocabulary
    reason = "this does not fit here" if known else f"the word '{unit.text}' is not in the grammar"
    return Refusal(reason, (unit.start, unit.end))
