"""Reads a stretch of mathematics with math.lark into forms that have no sorts yet."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, TypeAlias

from lark import Lark, Token, Transformer, UnexpectedInput, UnexpectedToken, v_args
from lark.exceptions import VisitError
from lark.lexer import Lexer

from proofloop.agents.llm.offline.dots import understand_dots
from proofloop.agents.llm.offline.forms import (
    And,
    Apply,
    Big,
    Call,
    Cong,
    Divides,
    Divisors,
    Dots,
    Formula,
    Interval,
    Neg,
    Not,
    Num,
    Op,
    Pow,
    Rel,
    Term,
    Var,
)
from proofloop.agents.llm.offline.refusal import Refusal
from proofloop.agents.llm.offline.scan import Piece


@dataclass(frozen=True, slots=True)
class Member:
    """``n ∈ ℕ``; ``set`` is ℕ, ℤ, ℚ, ℝ, ℂ, with a + for the positive ones."""

    name: str
    set: str


@dataclass(frozen=True, slots=True)
class SetName:
    set: str


@dataclass(frozen=True, slots=True)
class Signature:
    """``f : ℕ → ℤ``"""

    name: str
    domain: str
    codomain: str


@dataclass(frozen=True, slots=True)
class Residue:
    """``7 (mod 19)``"""

    term: Term
    modulus: Term


@dataclass(frozen=True, slots=True)
class Modulus:
    """``(mod 19)``"""

    modulus: Term


Math: TypeAlias = Term | Formula | Member | SetName | Signature | Residue | Modulus


MAX_PIECES = 250  # of one stretch: what is made of it is walked recursively


class Pieces(Lexer):
    """Hands pieces that are scanned already to lark."""

    def __init__(self, lexer_conf: Any) -> None:
        pass

    def lex(self, data: Sequence[Piece]) -> Iterator[Token]:  # type: ignore[override]
        for piece in data:
            yield Token(piece.kind, piece.text, start_pos=piece.start, end_pos=piece.end)


@cache
def _parser() -> Lark:
    grammar = Path(__file__).with_name("math.lark").read_text(encoding="utf-8")
    return Lark(grammar, parser="lalr", lexer=Pieces, maybe_placeholders=False)


def read_math(pieces: Sequence[Piece]) -> Math:
    """Raises Refusal at the first piece that does not fit."""
    whole = (pieces[0].start, pieces[-1].end)
    if len(pieces) > MAX_PIECES:
        raise Refusal(f"mathematics of more than {MAX_PIECES} symbols in one piece", whole)
    try:
        tree = _parser().parse(pieces)
    except UnexpectedToken as error:
        token = error.token
        if token.type == "$END" or token.start_pos is None:
            raise Refusal("the mathematics ends too early", whole) from None
        span = (token.start_pos, token.end_pos or token.start_pos + 1)
        raise Refusal("this does not fit into the mathematics here", span) from None
    except UnexpectedInput:
        raise Refusal("mathematics outside of the grammar", whole) from None
    try:
        math: Math = _ToForm().transform(tree)
        return understand_dots(math)
    except VisitError as error:
        if isinstance(error.orig_exc, Refusal):
            raise Refusal(error.orig_exc.reason, error.orig_exc.span or whole) from None
        raise
    except Refusal as error:
        raise Refusal(error.reason, error.span or whole) from None


@v_args(inline=True)
class _ToForm(Transformer[Token, Any]):
    """One method a rule of math.lark."""

    def alone(self, form: Math) -> Math:
        return form

    def residue(self, term: Term, modulus: Term) -> Residue:
        return Residue(term, modulus)

    def modulus(self, modulus: Term) -> Modulus:
        return Modulus(modulus)

    def member(self, name: Token, _in: Token, members: Token) -> Member:
        return Member(str(name), str(members))

    def in_set(self, _in: Token, members: Token) -> SetName:
        return SetName(str(members))

    def set_name(self, members: Token) -> SetName:
        return SetName(str(members))

    def signature(self, name: Token, _c: Token, domain: Token, _t: Token, to: Token) -> Signature:
        return Signature(str(name), str(domain), str(to))

    def chain(self, first: Term, *rest: Any) -> Formula:
        parts = []
        left = first
        for symbol, right in zip(rest[::2], rest[1::2], strict=True):
            parts.append(Rel(str(symbol), left, right))  # type: ignore[arg-type]
            left = right
        return parts[0] if len(parts) == 1 else And(tuple(parts))

    def chain_of_remainder(self, left: Term, _mod: Token, right: Term, *rest: Any) -> Formula:
        return self.chain(Op("%", left, right), *rest)

    def divides(self, left: Term, _bar: Token, right: Term) -> Formula:
        return Divides(left, right)

    def not_divides(self, left: Term, _bar: Token, right: Term) -> Formula:
        return Not(Divides(left, right))

    def congruent(self, left: Term, _equiv: Token, right: Term, *modulus: Any) -> Formula:
        return Cong(left, right, modulus[-1])

    def remainder(self, left: Term, _mod: Token, right: Term) -> Term:
        return Op("%", left, right)

    def pmod(self, _mod: Token, modulus: Term, *_close: Token) -> Term:
        return modulus

    def add(self, left: Term, _sign: Token, right: Term) -> Term:
        return Op("+", left, right)

    def subtract(self, left: Term, _sign: Token, right: Term) -> Term:
        return Op("-", left, right)

    def multiply(self, left: Term, _sign: Token, right: Term) -> Term:
        return Op("*", left, right)

    def divide(self, left: Term, _sign: Token, right: Term) -> Term:
        return _Slash("/", left, right)

    def juxtapose(self, left: Term, right: Term) -> Term:
        if isinstance(left, _Slash):
            raise Refusal("a product written directly after '/' can be read in two ways")
        if isinstance(left, Num) and isinstance(right, Num):
            raise Refusal("two numbers side by side")
        return Op("*", left, right)

    def negate(self, _sign: Token, term: Term) -> Term:
        return Neg(term)

    def plus(self, _sign: Token, term: Term) -> Term:
        return term

    def power(self, base: Term, _caret: Token, exponent: Term) -> Term:
        return Pow(base, exponent)

    def big(self, op: Token, *parts: Any) -> Term:
        _under, _brace, index, _rel, low, _close, _caret, high, body = parts
        stop: Term = Op("+", high, Num(1))
        if isinstance(high, Num):
            stop = Num(high.value + 1)
        elif isinstance(high, Op) and high.op == "-" and high.right == Num(1):
            stop = high.left  # the usual 0 ... n - 1
        return Big(str(op), Var(str(index)), Interval(low, stop), body)  # type: ignore[arg-type]

    def big_divisors(self, op: Token, *parts: Any) -> Term:
        _under, _brace, index, _div, number, _close, body = parts
        return Big(str(op), Var(str(index)), Divisors(number), body)  # type: ignore[arg-type]

    def factorial(self, term: Term, _bang: Token) -> Term:
        return Call("factorial", (term,))

    def percent(self, term: Term, _percent: Token) -> Term:
        return Op("/", term, Num(100))

    def number(self, token: Token) -> Term:
        whole, _, decimals = str(token).partition(".")
        if decimals:
            return Op("/", Num(int(whole + decimals)), Num(10 ** len(decimals)))
        return Num(int(whole))

    def variable(self, token: Token) -> Term:
        return Var(str(token))

    def dots(self, _token: Token) -> Term:
        return Dots()

    def group(self, _open: Token, term: Term, _close: Token) -> Term:
        return Op(term.op, term.left, term.right) if isinstance(term, _Slash) else term

    argument = subscript = group

    def absolute(self, _open: Token, term: Term, _close: Token) -> Term:
        return Call("abs", (term,))

    def floor(self, _open: Token, term: Term, _close: Token) -> Term:
        if isinstance(term, Op) and term.op == "/":
            return Op("//", term.left, term.right)
        raise Refusal("the floor of something that is not one fraction")

    def arguments(self, *parts: Any) -> tuple[Term, ...]:
        return tuple(part for part in parts if not isinstance(part, Token))

    def apply(self, function: Token, *parts: Any) -> Term:
        argument = parts[1]
        arguments = argument if isinstance(argument, tuple) else (argument,)
        return Apply(str(function), arguments)

    def named(self, function: Token, _open: Token, arguments: Any, _close: Token) -> Term:
        if len(arguments) < 2:
            raise Refusal(f"{function} of one number")
        term: Term = arguments[0]
        for argument in arguments[1:]:
            term = Call(str(function), (term, argument))
        return term

    def fraction(self, _frac: Token, top: Term, bottom: Term) -> Term:
        return Op("/", top, bottom)

    def binomial(self, symbol: Token, *parts: Any) -> Term:
        terms = [part for part in parts if not isinstance(part, Token)]
        return Call("choose", (terms[0], terms[1]))


class _Slash(Op):
    """A quotient written with '/', until a parenthesis closes it."""
