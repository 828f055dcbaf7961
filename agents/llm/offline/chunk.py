"""Groups the pieces of a text into sentences of words and parsed stretches of mathematics."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from proofloop.agents.llm.offline.forms import And, Cong, Divides, Dots, Not, Num, Rel, Var
from proofloop.agents.llm.offline.math_reader import (
    Math,
    Member,
    Modulus,
    Residue,
    SetName,
    Signature,
    read_math,
)
from proofloop.agents.llm.offline.refusal import Refusal, Span
from proofloop.agents.llm.offline.scan import Piece, scan

_SUBSCRIPTS = str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")


@dataclass(frozen=True, slots=True)
class Unit:
    """A terminal of english.lark: a word, a comma, or mathematics with its form in ``math``."""

    kind: str
    text: str
    start: int
    end: int
    math: Math | None = None


@dataclass(frozen=True, slots=True)
class Sentence:
    units: tuple[Unit, ...]
    stop: str

    @property
    def span(self) -> Span:
        return self.units[0].start, self.units[-1].end


_OPENERS = frozenset({"then", "find", "what", "show", "prove", "suppose", "determine", "let", "if"})


def read_sentences(text: str) -> list[Sentence]:
    """Raises Refusal where the mathematics or the characters cannot be read."""
    pieces = scan(text)
    functions = _function_names(text)
    sentences: list[Sentence] = []
    units: list[Unit] = []
    for run in _runs(pieces):
        first = run[0]
        if first.kind == "STOP":
            if units:
                sentences.append(Sentence(tuple(units), first.text))
            units = []
        elif first.kind == "COMMA":
            after_and = units and units[-1].text == "and"
            if units and units[-1].kind != "COMMA" and not after_and:
                units.append(Unit("COMMA", ",", first.start, first.end))
        elif first.kind == "WORD":
            if first.text in _OPENERS and units and text[first.start].isupper():
                sentences.append(Sentence(tuple(units), ""))  # the full stop was forgotten
                units = []
            units.append(Unit("WORD", first.text, first.start, first.end))
        else:
            units.append(_mathematics(run, functions))
    if units:
        sentences.append(Sentence(tuple(units), ""))
    return sentences


def read_answer(text: str, span: Span) -> Math:
    """The form of a stated answer, which may stand without dollars."""
    pieces = [p for p in scan(text, *span, math=True) if p.kind != "EDGE"]
    if not pieces:
        raise Refusal("the answer is empty", span)
    return read_math(_prepare(pieces, _function_names(text)))


def _runs(pieces: Sequence[Piece]) -> Iterable[list[Piece]]:
    """Single words and marks, and maximal stretches of mathematics. A comma inside parentheses
    belongs to the mathematics; any other ends the stretch."""
    run: list[Piece] = []
    depth = 0
    for index, piece in enumerate(pieces):
        inside = depth > 0 and piece.kind == "COMMA"
        if piece.kind == "COLON" and not run:
            continue  # the colon of "Solve for x:" says nothing
        if piece.is_math or inside:
            opens_remark = piece.kind == "LPAR" and index + 1 < len(pieces) and (
                pieces[index + 1].kind == "WORD"
            )  # fmt: skip
            if opens_remark:
                raise Refusal("a remark in parentheses", (piece.start, piece.end))
            depth += {"LPAR": 1, "LBRACE": 1, "RPAR": -1, "RBRACE": -1}.get(piece.kind, 0)
            run.append(piece)
            continue
        if run:
            yield run
            run, depth = [], 0
        if piece.kind != "EDGE":
            yield [piece]
    if run:
        yield run


def _mathematics(run: list[Piece], functions: frozenset[str]) -> Unit:
    start, end = run[0].start, run[-1].end
    text = " ".join(piece.text for piece in run)
    if len(run) == 1 and run[0].kind == "LETTER" and run[0].text in ("a", "A"):
        return Unit("A", run[0].text, start, end, Var(run[0].text))
    math = read_math(_prepare(run, functions))
    return Unit(_terminal(math), text, start, end, math)


def _terminal(math: Math) -> str:
    match math:
        case Num():
            return "NUMERAL"
        case Var():
            return "NAME"
        case Member():
            return "MEMBER"
        case Residue():
            return "RESIDUE"
        case Modulus():
            return "MODULUS"
        case Signature():
            return "SIGNATURE"
        case SetName():
            return "SETNAME"
        case Dots():
            return "DOTS"
    return "FORMULA" if isinstance(math, Rel | Divides | Cong | Not | And) else "TERM"


_SEQUENCE = re.compile(r"([A-Za-z])_\{?[^}0-9]*[a-z]")
_DEFINITION = re.compile(r"(?<![A-Za-z\\])([A-Za-z])\s*\(\s*(?:[a-z]|-?\d+)\s*\)\s*(?:=|:=)")
_NAMED_FUNCTION = re.compile(r"\b(?:functions?|sequences?)\s+\$?\s*([A-Za-z])(?![A-Za-z])")
_USUAL = re.compile(r"(?<![A-Za-z\\])([fghFGH])\s*\(")


def _function_names(text: str) -> frozenset[str]:
    """Letters that the text uses as functions or sequences: ``f(x) = ``, ``function $f$``,
    ``u_n``. Only these are applied; any other letter before a parenthesis is a factor."""
    patterns = (_SEQUENCE, _DEFINITION, _NAMED_FUNCTION, _USUAL)
    return frozenset(match.group(1) for p in patterns for match in p.finditer(text))


def _prepare(run: list[Piece], functions: frozenset[str]) -> list[Piece]:
    """Settles what a single piece cannot know: functions, ``x_1``, absolute values, (mod n)."""
    bars = sum(piece.kind == "BAR" for piece in run)
    opened = False
    out: list[Piece] = []
    index = 0
    while index < len(run):
        piece, rest = run[index], run[index + 1 : index + 3]
        following = rest[0].kind if rest else ""
        index += 1
        if piece.kind == "COLON" and index == len(run):
            continue  # "Solve for x:" and "such that:" end in a colon
        if piece.kind == "BAR":
            if bars == 1:
                piece = Piece("DIV", "∣", piece.start, piece.end)
            else:
                opened = not opened
                name = "BAR_OPEN" if opened else "BAR_CLOSE"
                piece = Piece(name, "|", piece.start, piece.end)
        elif piece.kind == "LPAR" and following == "MOD":
            piece = Piece("LPAR_MOD", "(mod", piece.start, rest[0].end)
            index += 1
        elif piece.kind == "LETTER":
            if piece.text == "C" and following == "UNDER" and _is_choose(run, index):
                piece = Piece("CHOOSE", "C", piece.start, piece.end)
            elif (
                piece.text in functions
                and following in ("UNDER", "LPAR", "COLON")
                and (index < len(run) - 1 or following != "COLON")
            ):
                piece = Piece("FUNC", piece.text, piece.start, piece.end)
            elif following == "UNDER":
                piece, index = _subscripted(run, index - 1)
        out.append(piece)
    return out


def _is_choose(run: list[Piece], index: int) -> bool:
    """``C_n^k`` and ``C_{n}^{k}`` are binomial coefficients."""
    after = [piece.kind for piece in run[index : index + 5]]
    return after[2:3] == ["CARET"] or after[4:5] == ["CARET"]


def _subscripted(run: list[Piece], index: int) -> tuple[Piece, int]:
    """``x_1`` or ``x_{12}``: a variable whose name has a number."""
    letter = run[index]
    after = run[index + 2 : index + 5]
    if after and after[0].kind == "LBRACE":
        number, used = (after[1], 5) if len(after) > 2 and after[2].kind == "RBRACE" else (None, 0)
    else:
        number, used = (after[0], 3) if after else (None, 0)
    if number is None or number.kind != "NUMBER":
        raise Refusal("a subscript that is not a number", (letter.start, run[index + 1].end))
    name = letter.text + number.text.translate(_SUBSCRIPTS)
    return Piece("LETTER", name, letter.start, number.end), index + used
