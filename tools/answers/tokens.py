"""The words of a mathematical answer, plain text and LaTeX alike.

Layout (``\\left``, ``\\,``, ``\\displaystyle``, dollars) is dropped, signs of Unicode become those
of ASCII, and ``\\text{...}`` becomes words. Digits grouped by commas are one number outside of
brackets ("1,000"), and two entries inside ("{1,234}"); where both make sense ("(1,000)") the text
is ``Unreadable``: nothing is guessed.
"""

from __future__ import annotations

import re
from typing import Literal, NamedTuple

LONGEST = 1000  # characters
MOST_TOKENS = 400

Kind = Literal["number", "letter", "function", "constant", "words", "command", "sign", "end"]


class Unreadable(Exception):
    """The text is no mathematics that is read here, or has more than one meaning."""


class Token(NamedTuple):
    """``spaced``: white space stands before it."""

    kind: Kind
    text: str
    spaced: bool = False


_FUNCTIONS = """
    sqrt sin cos tan cot sec csc arcsin arccos arctan sinh cosh tanh ln log exp abs floor ceil
    gcd lcm max min
"""
FUNCTIONS = frozenset(_FUNCTIONS.split())
CONSTANTS = {"pi": "pi", "infty": "inf", "infinity": "inf", "inf": "inf", "oo": "inf"}
_COMMANDS = """
    frac binom lfloor rfloor lceil rceil in cup cap pm mp emptyset reals
"""
COMMANDS = frozenset(_COMMANDS.split())
RENAMED = {
    "dfrac": "frac", "tfrac": "frac", "cfrac": "frac", "dbinom": "binom", "tbinom": "binom",
    "varnothing": "emptyset", "lvert": "|", "rvert": "|", "vert": "|", "mid": "|",
    "cdot": "*", "times": "*", "div": "/", "le": "<=", "leq": "<=", "leqslant": "<=",
    "ge": ">=", "geq": ">=", "geqslant": ">=", "ne": "!=", "neq": "!=", "lt": "<", "gt": ">",
    "lbrace": "{{", "rbrace": "}}", "circ": "°", "degree": "°", "lbrack": "[", "rbrack": "]",
}  # fmt: skip
_SIGNS = str.maketrans(
    {
        "−": "-", "–": "-", "—": "-", "×": "*", "·": "*", "⋅": "*", "÷": "/", "⁄": "/", "∕": "/",
        "≤": "<=", "≥": ">=", "≠": "!=", "±": r"\pm ", "∓": r"\mp ", "π": r"\pi ", "∞": r"\infty ",
        "√": r"\sqrt ", "∪": r"\cup ", "∩": r"\cap ", "∈": r"\in ", "∅": r"\emptyset ",
        "ℝ": r"\reals ", "\u00a0": " ", "\u202f": " ", "\u2009": " ", "º": "°",
    }
)  # fmt: skip
_RAISED = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁻", "0123456789-")
_VULGAR = {"½": "1/2", "⅓": "1/3", "⅔": "2/3", "¼": "1/4", "¾": "3/4", "⅕": "1/5", "⅛": "1/8"}

_LAYOUT = re.compile(
    r"\\(?:left|right|displaystyle|textstyle|limits|[bB]ig+[lr]?)(?![A-Za-z])\.?"
    r"|\\[!;:]|\\q?quad(?![A-Za-z])|\\mathstrut|~|(?<!\\)\$"
)
_TEXT = r"\\(?:text|mathrm|textrm|textbf|mathbf|mbox|textit|mathit|operatorname)\s*\{([^{}]*)\}"
_TOKEN = re.compile(
    r"(?P<space>\s+|\\,|\\ )"
    rf"|(?P<words>{_TEXT})"
    r"|(?P<number>\d{1,3}(?:\{,\}\d{3})+(?!\d)(?:\.\d+)?"
    r"|\d{1,3}(?:(?:\\,|\\? )\d{3})+(?![\d,/])(?:\.\d+)?"
    r"|\d{1,3}(?:,\d{3})+(?![\d,])(?:\.\d+)?|(?:\d+(?:\.\d+)?|\.\d+)(?:[eE][+-]?\d{1,4}(?![\w.]))?)"
    r"|\\(?P<command>[A-Za-z]+)|(?P<escaped>\\[{}%$])"
    r"|(?P<plain>[A-Za-z]+)"
    r"|(?P<sign><=|>=|!=|\*\*|[-+*/^_!=<>(){}\[\],;:|%°&'$€£]|\\\\)"
)


def tokens_of(text: str) -> list[Token]:
    """Raises Unreadable."""
    if len(text) > LONGEST:
        raise Unreadable("too long")
    return list(_Tokens(_plain(text)).run())


def _plain(text: str) -> str:
    text = re.sub(r"(\d)([½⅓⅔¼¾⅕⅛])", r"\1 \2", text)
    for sign, fraction in _VULGAR.items():
        text = text.replace(sign, fraction)
    text = re.sub("[⁰¹²³⁴⁵⁶⁷⁸⁹⁻]+", lambda found: f"^{{{found[0].translate(_RAISED)}}}", text)
    text = (
        text.translate(_SIGNS).replace(r"\mathbb{R}", r"\reals ").replace(r"\mathbb R", r"\reals ")
    )
    text = re.sub(r"\^\s*(?:\\circ|\{\s*\\circ\s*\}|°)", "°", text)
    # A dollar sign before a digit, of which there is no second, is money.
    if re.match(r"\s*\\?\$\s*[\d.]", text) and text.replace(r"\$", "$").count("$") == 1:
        text = text.replace(r"\$", "$").replace("$", r"\$ ")
    return _LAYOUT.sub(" ", text)


class _Tokens:
    def __init__(self, text: str) -> None:
        self._text = text
        self._found: list[Token] = []
        self._open: list[bool] = []  # whether each open bracket can hold several entries
        self._spaced = False

    def run(self) -> list[Token]:
        place = 0
        while place < len(self._text):
            match = _TOKEN.match(self._text, place)
            if match is None or len(self._found) > MOST_TOKENS:
                raise Unreadable("no mathematics")
            place = self._take(match)
        return [*self._found, Token("end", "", self._spaced)]

    def _add(self, kind: Kind, text: str) -> None:
        self._found.append(Token(kind, text, self._spaced))
        self._spaced = False

    def _take(self, match: re.Match[str]) -> int:
        """Where the next token begins."""
        kind, text = match.lastgroup, match[0]
        if match["space"]:
            self._spaced = True
        elif match["words"] is not None:
            self._words(re.search(_TEXT, text)[1])  # type: ignore[index]
        elif kind == "number":
            return self._number(match)
        elif match["command"]:
            self._command(match["command"])
        elif match["escaped"]:
            self._sign({"{": "{{", "}": "}}", "%": "%", "$": "$"}[text[1]])
        elif match["plain"]:
            self._letters(text)
        else:
            self._sign({"**": "^"}.get(text, text))
        return match.end()

    def _number(self, match: re.Match[str]) -> int:
        text, end = match[0], match.end()
        if "," in text and "{" not in text and any(self._open):
            if re.search(r",0", text):
                raise Unreadable("a number with grouped digits, or several numbers?")
            text = text.split(",")[0]
            end = match.start() + len(text)
        self._add("number", re.sub(r"\{,\}|\\?[, ]", "", text))
        return end

    def _sign(self, text: str) -> None:
        if text in ("(", "[", "{{", "{"):
            before = self._found[-1] if self._found else None
            argument = before is not None and (
                before.kind in ("command", "function") or before.text in ("^", "_", "}")
            )
            self._open.append(text != "{" or not argument)
        elif text in (")", "]", "}}", "}") and self._open:
            self._open.pop()
        self._add("sign", text)

    def _command(self, name: str) -> None:
        name = RENAMED.get(name, name)
        if name in FUNCTIONS:
            self._add("function", name)
        elif name in CONSTANTS:
            self._add("constant", CONSTANTS[name])
        elif not name.isalpha():
            self._sign(name)
        elif name in COMMANDS or name in ("begin", "end"):
            self._add("command", name)
        elif name in GREEK:
            self._add("letter", name)
        else:
            raise Unreadable(f"\\{name}")

    def _words(self, text: str) -> None:
        """What stands in ``\\text``: words, unless it is a number or a letter in brackets."""
        inside = text.strip()
        if re.fullmatch(r"[A-Za-z][\w .'²³^/-]*", inside):
            self._add("words", " ".join(inside.split()))
        elif inside:
            self._found += tokens_of(inside)[:-1]

    def _letters(self, text: str) -> None:
        """A run of letters: a function, a constant, a product of single letters, or a word."""
        spaced, after = self._spaced, self._found[-1].kind if self._found else ""
        if text in FUNCTIONS:
            self._add("function", text)
        elif text in CONSTANTS:
            self._add("constant", CONSTANTS[text])
        elif (name := re.match(r"sqrt|pi|sin|cos|tan|log|ln", text)) and len(text) <= len(
            name[0]
        ) + 2:
            self._letters(name[0])
            self._letters(text[name.end() :])
        elif (
            len(text) > 3
            or text.lower() in SHORT_WORDS
            or (len(text) > 1 and spaced and after == "number")
        ):
            self._add("words", text)
        else:
            for letter in text:
                self._add("letter", letter)


# Words of two and three letters that are not products.
_SHORT_WORDS = """
    and or is no yes not all km cm mm kg mg ft in mi hr min sec lb oz ml cents day days the
    men one two six ten per mph sq
"""
SHORT_WORDS = frozenset(_SHORT_WORDS.split())
_GREEK = """
    alpha beta gamma delta epsilon varepsilon zeta eta theta kappa lambda mu nu xi rho sigma
    tau phi varphi chi psi omega Delta Gamma Sigma Omega Phi Psi ell
"""
GREEK = frozenset(_GREEK.split())
