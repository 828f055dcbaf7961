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

from proofloop.tools.answers.cursor import Cursor
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


class _Reader(Cursor):
    """From the whole answer down to its smallest parts."""

    def __init__(self, tokens: list[Token]) -> None:
        super().__init__(tokens)
        self._depth = 0
        self._bars = 0

    def answer(self) -> Tree:
        items, joints = [self._relation()], []
        while joint := self.joint():
            joints.append(joint)
            items.append(self._relation())
        if self.next.kind != "end":
            raise Unreadable(f"{self.next.text} at the end")
        items = [resolved(item) for item in items]
        if len(items) == 1:
            return items[0]
        if any(item[0] == "words" for item in items):
            raise Unreadable("words among answers")
        return gathered(items, "list" if set(joints) == {","} else "set")

    def _relation(self) -> Tree:
        parts, signs = [self._union()], []
        while self.at(*_RELATIONS, "in", ":"):
            signs.append(self.take().text)
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
        while self.took("cup"):
            parts.append(self._with_unit())
        if len(parts) == 1:
            return parts[0]
        return ("union", *(as_interval(part) for part in parts))

    def _with_unit(self) -> Tree:
        money = ""
        if self.at("$", "€", "£"):
            money = self.take().text
        value = self._sum()
        if money := money or self.took("$", "€", "£"):
            return ("unit", value, unit_of(money))
        words = self._unit_words()
        if words in ("percent", "per cent"):
            return ("percent", value)
        return ("unit", value, unit_of(words)) if words else value

    def _unit_words(self) -> str:
        words: list[str] = []
        while self.next.kind == "words" and self.next.text not in ("and", "or"):
            words.append(self.take().text)
            if self.at("^"):
                self.take()
                words[-1] += f"^{self._number_in_braces()}"
            if self.at("/") and self.tokens[self.place + 1].kind == "words":
                words.append(self.take().text)
        return " ".join(words).replace(" / ", "/")

    def _number_in_braces(self) -> str:
        braced = self.took("{")
        number = self.take()
        if number.kind != "number":
            raise Unreadable("a power of a unit")
        if braced:
            self.expect("}")
        return number.text

    def _sum(self) -> Tree:
        self._depth += 1
        if self._depth > DEEPEST:
            raise Unreadable("nested too deep")
        sign = self.took("-", "+", "pm", "mp")
        value = self._product()
        if sign in ("pm", "mp"):
            value = (sign, ZERO, value)
        elif sign == "-":
            value = ("neg", value)
        while sign := self.took("-", "+", "pm", "mp"):
            other = self._product()
            value = ("+", value, ("neg", other)) if sign == "-" else (sign, value, other)
        self._depth -= 1
        return value

    def _product(self) -> Tree:
        value, slash = self._power(), False
        while True:
            if self.took("*"):
                value = ("*", value, self._power())
            elif self.took("/"):
                value, slash = ("/", value, self._power()), True
            elif self._begins():
                if slash:
                    raise Unreadable("a product after a slash")
                if self.next.kind == "number":
                    raise Unreadable("a number after a factor")
                value = ("*", value, self._power())
            else:
                return value

    def _begins(self) -> bool:
        """Whether a factor begins here."""
        if self.next.kind in ("number", "letter", "function", "constant"):
            return True
        opens = ("(", "[", "{", "{{", "frac", "binom", "lfloor", "lceil", "begin")
        return self.at(*opens) or (self.at("|") and not self._bars)

    def _power(self) -> Tree:
        self._depth += 1
        if self._depth > DEEPEST:
            raise Unreadable("nested too deep")
        if self.took("-"):
            value: Tree = ("neg", self._power())
        else:
            value = self._postfix()
            if self.took("^"):
                value = ("^", value, self._power())
        self._depth -= 1
        return value

    def _postfix(self) -> Tree:
        start = self.next
        value = self._primary()
        while True:
            if self.took("!"):
                value = ("call", "factorial", value)
            elif self.took("%"):
                value = ("percent", value)
            elif self.took("°"):
                value = ("unit", value, "°")
            elif self.took("'"):
                if value[0] != "name":
                    raise Unreadable("a prime after no name")
                value = ("name", value[1] + "'")
            elif self.took("_"):
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
        token = self.take()
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
                self.place -= 1
                return _words(self._unit_words())
        match token.text:
            case "(" | "[":
                return self._bracket(token.text)
            case "{{" | "{":
                return self._braces(token.text)
            case "|":
                self._bars += 1
                inside = self._sum()
                self.expect("|")
                self._bars -= 1
                return ("call", "abs", inside)
            case "frac":
                return ("/", self._argument(), self._argument())
            case "binom":
                return ("call", "binomial", self._argument(), self._argument())
            case "lfloor" | "lceil":
                inside = self._sum()
                self.expect(token.text.replace("l", "r", 1))
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
        first, slash, second = (*self.tokens[self.place :], *[Token("end", "")] * 3)[:3]
        if first.kind == "number" and first.spaced and slash.text == "/":
            if second.kind == "number" and first.text.isdigit() and second.text.isdigit():
                self.place += 3
                return ("+", value, ("/", ("num", first.text), ("num", second.text)))
        elif first.text == "frac":
            place, tokens = self.place, list(self.tokens)
            self.take()
            above, below = self._argument(), self._argument()
            if above[0] == below[0] == "num" and (above[1] + below[1]).isdigit():
                return ("+", value, ("/", above, below))
            self.place, self.tokens = place, tokens  # a product: read again
        return value

    def _named(self, name: str) -> Tree:
        """A letter; f, g and h before a bracket are functions."""
        if name in "fgh" and self.at("("):
            self.take()
            return ("call", name, *self._entries(")"))
        return ("name", name)

    def _argument(self) -> Tree:
        """Of a LaTeX command: braces, or one token - of a number one digit."""
        if self.took("{"):
            return self._one("}")
        token = self.next
        if token.kind == "number" and token.text.isdigit() and len(token.text) > 1:
            self.tokens[self.place] = Token("number", token.text[1:])
            return ("num", token.text[0])
        return self._primary()

    def _call(self, name: str) -> Tree:
        index: Tree | None = None
        power: Tree | None = None
        if name == "sqrt" and self.took("["):
            index = self._one("]")
        if name == "log" and self.took("_"):
            index = self._argument()
        if name != "sqrt" and self.took("^"):
            power = self._power()
            if power[0] == "neg":
                raise Unreadable("an inverse or a reciprocal")
        if opening := self.took("(", "{"):
            arguments = self._entries(")" if opening == "(" else "}")
        elif name == "sqrt":
            arguments = [self._argument() if self.next.kind != "number" else self._primary()]
        else:
            arguments = [self._power()]
            while self._begins() and self.next.kind != "function" and not self.at("("):
                arguments = [("*", arguments[0], self._power())]
        arguments = [in_radians(one) for one in arguments]
        value: Tree = ("call", name, *arguments, *([index] if index else []))
        return ("^", value, power) if power else value

    def _entries(self, closing: str) -> list[Tree]:
        """At least one, up to ``closing``, which is taken."""
        entries = [self._union()]
        while self.took(",", ";"):
            entries.append(self._union())
        self.expect(closing)
        return entries

    def _one(self, closing: str) -> Tree:
        inside = self._entries(closing)
        if len(inside) != 1:
            raise Unreadable("several values for one")
        return inside[0]

    def _bracket(self, opening: str) -> Tree:
        bars, self._bars = self._bars, 0
        entries = [self._union()]
        while self.took(",", ";"):
            entries.append(self._union())
        closing = self.expect(")", "]")
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
        whole = opening == "{{" or self.place == 1
        if self.took(closing):
            return ("set",)
        bars, self._bars = self._bars, 1
        entries = [self._union()]
        if entries[0][0] == "name" and self.took("|", ":"):
            condition = self._relation()
            self.expect(closing)
            self._bars = bars
            if condition[0] != "solutions" or condition[1] != entries[0][1]:
                raise Unreadable("a set by its condition")
            return tuple(condition[2])
        while self.took(",", ";"):
            entries.append(self._union())
        self.expect(closing)
        self._bars = bars
        if len(entries) == 1 and not whole:
            return entries[0]
        return gathered([resolved(entry) for entry in entries], "set")

    def _matrix(self) -> Tree:
        self.expect("{")
        kind = self.take().text
        if not kind.endswith("matrix"):
            raise Unreadable("an environment")
        self.expect("}")
        rows: list[list[Tree]] = [[self._union()]]
        while sign := self.took("&", "\\\\"):
            if sign == "&":
                rows[-1].append(self._union())
            elif not self.at("end"):
                rows.append([self._union()])
        self.expect("end")
        self.expect("{")
        if self.take().text != kind:
            raise Unreadable("an environment that does not end")
        self.expect("}")
        return ("matrix", *(("row", *row) for row in rows))
