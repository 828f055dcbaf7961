"""From the text of an answer to a tree: a parser of its own, that evaluates nothing.

Of the libraries, sympy's ``parse_expr`` evaluates Python (and Math-Verify calls it on plain text),
and the parsers of LaTeX that do not, know nothing of sets, intervals, units and words. A tree is a
tuple whose first entry is its kind:

    num "3/4", name "x", const "pi" | "e" | "i" | "inf", neg a, + a b, * a b, / a b, ^ a b,
    call f a..., set a..., list a..., tuple a..., row a..., interval "[" ")" a b, union a b...,
    = a b, rel op a b, solutions "x" set, ratio a b, percent a, unit a "cm", base "101" a,
    matrix (row ...)..., words "no", choice "A"

A list has no brackets. Where a text has two readings ("1/2x", "(1,000)") it is ``Unreadable``.
"""

from __future__ import annotations

import re

from proofloop.tools.answers.shapes import (
    INF,
    REALS,
    ZERO,
    Tree,
    as_interval,
    gathered,
    in_radians,
    inequality,
    resolved,
)
from proofloop.tools.answers.tokens import Token, Unreadable, tokens_of
from proofloop.tools.answers.units import EMPTY_WORDS, NUMBER_WORDS, REAL_WORDS, unit_of

DEEPEST = 40
_RELATIONS = ("=", "<", ">", "<=", ">=", "!=")
_CHOICE = re.compile(r"(?:\\text(?:bf)?\{)?\(([A-J])\)\}?(?:[ .:]+[\w\\$].*)?", re.DOTALL)


def read(text: str) -> Tree:
    """Raises Unreadable."""
    if found := _CHOICE.fullmatch(text.strip()):
        return ("choice", found[1])
    tokens = tokens_of(text)
    *inside, _ = tokens
    if inside and all(token.kind == "words" for token in inside):
        return _words(" ".join(token.text for token in inside))
    return _Reader(tokens).answer()


def _words(text: str) -> Tree:
    known = " ".join(text.lower().split()).rstrip(".")
    if known in NUMBER_WORDS:
        return ("num", str(NUMBER_WORDS[known]))
    if known in EMPTY_WORDS:
        return ("set",)
    return REALS if known in REAL_WORDS else ("words", known)


class _Reader:
    def __init__(self, tokens: list[Token]) -> None:
        self._tokens = tokens
        self._at = 0
        self._depth = 0
        self._bars = 0

    # The stream of tokens.

    @property
    def _next(self) -> Token:
        return self._tokens[self._at]

    def _take(self) -> Token:
        token = self._tokens[self._at]
        self._at = min(self._at + 1, len(self._tokens) - 1)
        return token

    def _is(self, *signs: str) -> bool:
        return self._next.kind in ("sign", "command") and self._next.text in signs

    def _took(self, *signs: str) -> str:
        """The sign, which is taken; "" where another one stands."""
        return self._take().text if self._is(*signs) else ""

    def _expect(self, *signs: str) -> str:
        if not self._is(*signs):
            raise Unreadable(f"{signs[0]} expected")
        return self._take().text

    def _joins(self) -> str:
        """ "," or the word that joins two answers."""
        if self._is(",", ";"):
            self._take()
            sign = ","
        elif self._next.kind == "words" and self._next.text in ("and", "or"):
            return self._take().text
        else:
            return ""
        word = self._next.kind == "words" and self._next.text in ("and", "or")
        return self._take().text if word else sign

    # From the whole answer down to its smallest parts.

    def answer(self) -> Tree:
        items, joints = [self._relation()], []
        while joint := self._joins():
            joints.append(joint)
            items.append(self._relation())
        if self._next.kind != "end":
            raise Unreadable(f"{self._next.text} at the end")
        items = [resolved(item) for item in items]
        if len(items) == 1:
            return items[0]
        if any(item[0] == "words" for item in items):
            raise Unreadable("words among answers")
        return gathered(items, "list" if set(joints) == {","} else "set")

    def _relation(self) -> Tree:
        parts, signs = [self._union()], []
        while self._is(*_RELATIONS, "in", ":"):
            signs.append(self._take().text)
            parts.append(self._union())
        match signs:
            case []:
                return parts[0]
            case [":"]:
                return ("ratio", *parts)
            case ["in"] if parts[0][0] == "name":
                return ("solutions", parts[0][1], parts[1])
            case [*equal] if set(equal) == {"="}:
                return ("=", parts[0], parts[-1])
        return inequality(parts, signs)

    def _union(self) -> Tree:
        parts = [self._with_unit()]
        while self._took("cup"):
            parts.append(self._with_unit())
        if len(parts) == 1:
            return parts[0]
        return ("union", *(as_interval(part) for part in parts))

    def _with_unit(self) -> Tree:
        money = ""
        if self._is("$", "€", "£"):
            money = self._take().text
        value = self._sum()
        if money := money or self._took("$", "€", "£"):
            return ("unit", value, unit_of(money))
        words = self._unit_words()
        if words in ("percent", "per cent"):
            return ("percent", value)
        return ("unit", value, unit_of(words)) if words else value

    def _unit_words(self) -> str:
        words: list[str] = []
        while self._next.kind == "words" and self._next.text not in ("and", "or"):
            words.append(self._take().text)
            if self._is("^"):
                self._take()
                words[-1] += f"^{self._number_in_braces()}"
            if self._is("/") and self._tokens[self._at + 1].kind == "words":
                words.append(self._take().text)
        return " ".join(words).replace(" / ", "/")

    def _number_in_braces(self) -> str:
        braced = self._took("{")
        number = self._take()
        if number.kind != "number":
            raise Unreadable("a power of a unit")
        if braced:
            self._expect("}")
        return number.text

    def _sum(self) -> Tree:
        self._depth += 1
        if self._depth > DEEPEST:
            raise Unreadable("nested too deep")
        sign = self._took("-", "+", "pm", "mp")
        value = self._product()
        if sign in ("pm", "mp"):
            value = (sign, ZERO, value)
        elif sign == "-":
            value = ("neg", value)
        while sign := self._took("-", "+", "pm", "mp"):
            other = self._product()
            value = ("+", value, ("neg", other)) if sign == "-" else (sign, value, other)
        self._depth -= 1
        return value

    def _product(self) -> Tree:
        value, slash = self._power(), False
        while True:
            if self._took("*"):
                value = ("*", value, self._power())
            elif self._took("/"):
                value, slash = ("/", value, self._power()), True
            elif self._begins():
                if slash:
                    raise Unreadable("a product after a slash")
                if self._next.kind == "number":
                    raise Unreadable("a number after a factor")
                value = ("*", value, self._power())
            else:
                return value

    def _begins(self) -> bool:
        """Whether a factor begins here."""
        if self._next.kind in ("number", "letter", "function", "constant"):
            return True
        opens = ("(", "[", "{", "{{", "frac", "binom", "lfloor", "lceil", "begin")
        return self._is(*opens) or (self._is("|") and not self._bars)

    def _power(self) -> Tree:
        self._depth += 1
        if self._depth > DEEPEST:
            raise Unreadable("nested too deep")
        if self._took("-"):
            value: Tree = ("neg", self._power())
        else:
            value = self._postfix()
            if self._took("^"):
                value = ("^", value, self._power())
        self._depth -= 1
        return value

    def _postfix(self) -> Tree:
        start = self._next
        value = self._primary()
        while True:
            if self._took("!"):
                value = ("call", "factorial", value)
            elif self._took("%"):
                value = ("percent", value)
            elif self._took("°"):
                value = ("unit", value, "°")
            elif self._took("'"):
                if value[0] != "name":
                    raise Unreadable("a prime after no name")
                value = ("name", value[1] + "'")
            elif self._took("_"):
                under = self._argument()
                if value[0] == "name" and under[0] in ("num", "name"):
                    value = ("name", f"{value[1]}_{under[1]}")
                elif start.kind == "number" and start.text.isdigit():
                    value = ("base", start.text, under)
                else:
                    raise Unreadable("an index after no name")
            else:
                return value

    def _primary(self) -> Tree:
        token = self._take()
        match token.kind:
            case "number":
                return self._number(token.text)
            case "letter":
                return ("const", token.text) if token.text in "ei" else self._named(token.text)
            case "constant":
                return ("const", token.text)
            case "function":
                return self._call(token.text)
            case "words" if token.text in NUMBER_WORDS:
                return ("num", str(NUMBER_WORDS[token.text]))
            case "words" if token.text not in ("and", "or"):
                self._at -= 1
                return _words(self._unit_words())
        match token.text:
            case "(" | "[":
                return self._bracket(token.text)
            case "{{" | "{":
                return self._braces(token.text)
            case "|":
                self._bars += 1
                inside = self._sum()
                self._expect("|")
                self._bars -= 1
                return ("call", "abs", inside)
            case "frac":
                return ("/", self._argument(), self._argument())
            case "binom":
                return ("call", "binomial", self._argument(), self._argument())
            case "lfloor" | "lceil":
                inside = self._sum()
                self._expect(token.text.replace("l", "r", 1))
                return ("call", "floor" if token.text == "lfloor" else "ceil", inside)
            case "emptyset":
                return ("set",)
            case "reals":
                return REALS
            case "begin":
                return self._matrix()
        raise Unreadable(f"{token.text or 'nothing'} where a value should be")

    def _number(self, text: str) -> Tree:
        """A number, or a mixed one: "1 1/2", "1\\frac{1}{2}"."""
        value: Tree = ("num", text)
        if not text.isdigit():
            return value
        first, slash, second = (*self._tokens[self._at :], *[Token("end", "")] * 3)[:3]
        if first.kind == "number" and first.spaced and slash.text == "/":
            if second.kind == "number" and first.text.isdigit() and second.text.isdigit():
                self._at += 3
                return ("+", value, ("/", ("num", first.text), ("num", second.text)))
        elif first.text == "frac":
            place = self._at
            self._take()
            above, below = self._argument(), self._argument()
            if above[0] == below[0] == "num" and (above[1] + below[1]).isdigit():
                return ("+", value, ("/", above, below))
            self._at = place
        return value

    def _named(self, name: str) -> Tree:
        """A letter; f, g and h before a bracket are functions."""
        if name in "fgh" and self._is("("):
            self._take()
            return ("call", name, *self._entries(")"))
        return ("name", name)

    def _argument(self) -> Tree:
        """Of a LaTeX command: braces, or one token - of a number one digit."""
        if self._took("{"):
            return self._one("}")
        token = self._next
        if token.kind == "number" and token.text.isdigit() and len(token.text) > 1:
            self._tokens[self._at] = Token("number", token.text[1:])
            return ("num", token.text[0])
        return self._primary()

    def _call(self, name: str) -> Tree:
        index: Tree | None = None
        power: Tree | None = None
        if name == "sqrt" and self._took("["):
            index = self._one("]")
        if name == "log" and self._took("_"):
            index = self._argument()
        if name != "sqrt" and self._took("^"):
            power = self._power()
            if power[0] == "neg":
                raise Unreadable("an inverse or a reciprocal")
        if opening := self._took("(", "{"):
            arguments = self._entries(")" if opening == "(" else "}")
        elif name == "sqrt":
            arguments = [self._argument() if self._next.kind != "number" else self._primary()]
        else:
            arguments = [self._power()]
            while self._begins() and self._next.kind != "function" and not self._is("("):
                arguments = [("*", arguments[0], self._power())]
        arguments = [in_radians(one) for one in arguments]
        value: Tree = ("call", name, *arguments, *([index] if index else []))
        return ("^", value, power) if power else value

    def _entries(self, closing: str) -> list[Tree]:
        """At least one, up to ``closing``, which is taken."""
        entries = [self._union()]
        while self._took(",", ";"):
            entries.append(self._union())
        self._expect(closing)
        return entries

    def _one(self, closing: str) -> Tree:
        inside = self._entries(closing)
        if len(inside) != 1:
            raise Unreadable("several values for one")
        return inside[0]

    def _bracket(self, opening: str) -> Tree:
        bars, self._bars = self._bars, 0
        entries = [self._union()]
        while self._took(",", ";"):
            entries.append(self._union())
        closing = self._expect(")", "]")
        self._bars = bars
        entries = [resolved(entry) for entry in entries] if len(entries) > 1 else entries
        matching = opening + closing in ("()", "[]")
        if len(entries) == 1 and matching:
            return entries[0]
        endless = any(entry in (INF, ("neg", INF)) for entry in entries)
        if len(entries) == 2 and (opening == "[" or not matching or endless):
            return ("interval", opening, closing, *entries)
        if not matching:
            raise Unreadable("brackets that do not match")
        return ("tuple" if opening == "(" else "row", *entries)

    def _braces(self, opening: str) -> Tree:
        closing = "}}" if opening == "{{" else "}"
        whole = opening == "{{" or self._at == 1
        if self._took(closing):
            return ("set",)
        bars, self._bars = self._bars, 1
        entries = [self._union()]
        if entries[0][0] == "name" and self._took("|", ":"):
            condition = self._relation()
            self._expect(closing)
            self._bars = bars
            if condition[0] != "solutions" or condition[1] != entries[0][1]:
                raise Unreadable("a set by its condition")
            return tuple(condition[2])
        while self._took(",", ";"):
            entries.append(self._union())
        self._expect(closing)
        self._bars = bars
        if len(entries) == 1 and not whole:
            return entries[0]
        return gathered([resolved(entry) for entry in entries], "set")

    def _matrix(self) -> Tree:
        self._expect("{")
        kind = self._take().text
        if not kind.endswith("matrix"):
            raise Unreadable("an environment")
        self._expect("}")
        rows: list[list[Tree]] = [[self._union()]]
        while sign := self._took("&", "\\\\"):
            if sign == "&":
                rows[-1].append(self._union())
            elif not self._is("end"):
                rows.append([self._union()])
        self._expect("end")
        self._expect("{")
        if self._take().text != kind:
            raise Unreadable("an environment that does not end")
        self._expect("}")
        return ("matrix", *(("row", *row) for row in rows))
