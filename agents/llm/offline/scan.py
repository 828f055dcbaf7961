r"""From characters to words and mathematics: LaTeX, unicode and ASCII to one set of tokens.

Nothing is rewritten, so every token knows its characters in the text given. Mathematics is what
stands between dollars, and in running text any stretch of numbers, single letters and operators.
"""

from __future__ import annotations

import re
from collections.abc import Generator, Iterator
from dataclasses import dataclass

from proofloop.agents.llm.offline.refusal import Refusal


@dataclass(frozen=True, slots=True)
class Piece:
    """``kind`` is WORD, STOP (. ? ! ;), COMMA, EDGE (a dollar), or a terminal of math.lark."""

    kind: str
    text: str
    start: int
    end: int

    @property
    def is_math(self) -> bool:
        return self.kind not in ("WORD", "STOP", "COMMA", "EDGE")


_COMMANDS = {
    # operators
    r"\cdot": ("TIMES", "*"), r"\times": ("TIMES", "*"), r"\ast": ("TIMES", "*"),
    r"\div": ("SLASH", "/"), r"\pm": ("UNKNOWN", r"\pm"),
    # relations
    r"\le": ("REL", "≤"), r"\leq": ("REL", "≤"), r"\leqslant": ("REL", "≤"), r"\lt": ("REL", "<"),
    r"\ge": ("REL", "≥"), r"\geq": ("REL", "≥"), r"\geqslant": ("REL", "≥"), r"\gt": ("REL", ">"),
    r"\ne": ("REL", "≠"), r"\neq": ("REL", "≠"), r"\equiv": ("EQUIV", "≡"),
    r"\mid": ("DIV", "∣"), r"\nmid": ("NDIV", "∤"), r"\in": ("IN", "∈"),
    r"\pmod": ("PMOD", "mod"), r"\bmod": ("MOD", "mod"), r"\mod": ("MOD", "mod"),
    # functions
    r"\frac": ("FRAC", "/"), r"\dfrac": ("FRAC", "/"), r"\tfrac": ("FRAC", "/"),
    r"\cfrac": ("FRAC", "/"), r"\binom": ("BINOM", "C"), r"\dbinom": ("BINOM", "C"),
    r"\tbinom": ("BINOM", "C"), r"\gcd": ("NAMED", "gcd"), r"\lcm": ("NAMED", "lcm"),
    r"\sum": ("BIG", "∑"), r"\prod": ("BIG", "∏"),
    r"\vert": ("BAR", "|"), r"\lvert": ("BAR", "|"), r"\rvert": ("BAR", "|"),
    r"\dots": ("DOTS", "…"), r"\ldots": ("DOTS", "…"), r"\cdots": ("DOTS", "…"),
    r"\to": ("TO", "→"), r"\rightarrow": ("TO", "→"), r"\mapsto": ("TO", "→"),
    r"\lfloor": ("FLOOR_OPEN", "⌊"), r"\rfloor": ("FLOOR_CLOSE", "⌋"),
    r"\lbrack": ("LPAR", "("), r"\rbrack": ("RPAR", ")"), r"\%": ("PERCENT", "%"),
    # words
    r"\forall": ("WORD", "∀"), r"\exists": ("WORD", "∃"), r"\land": ("WORD", "and"),
    r"\wedge": ("WORD", "and"), r"\lor": ("WORD", "or"), r"\vee": ("WORD", "or"),
    r"\neg": ("WORD", "¬"), r"\lnot": ("WORD", "¬"), r"\implies": ("WORD", "⇒"),
    r"\Rightarrow": ("WORD", "⇒"), r"\Longrightarrow": ("WORD", "⇒"), r"\iff": ("WORD", "iff"),
    r"\Leftrightarrow": ("WORD", "iff"), r"\Longleftrightarrow": ("WORD", "iff"),
}  # fmt: skip
_INVISIBLE = frozenset(
    [
        r"\,",
        r"\;",
        r"\!",
        r"\:",
        r"\quad",
        r"\qquad",
        r"\displaystyle",
        r"\textstyle",
        r"\left",
        r"\right",
        r"\big",
        r"\Big",
        r"\bigl",
        r"\bigr",
        r"\Bigl",
        r"\Bigr",
        r"\limits",
        r"\nolimits",
        r"\nonumber",
        r"\hfill",
        r"\hspace",
        r"\vspace",
        r"\noindent",
    ]
) | {"\\ "}
_SYMBOLS = {
    "+": ("PLUS", "+"), "-": ("MINUS", "-"), "−": ("MINUS", "-"), "–": ("MINUS", "-"),
    "*": ("TIMES", "*"), "·": ("TIMES", "*"), "×": ("TIMES", "*"), "⋅": ("TIMES", "*"),
    "/": ("SLASH", "/"), "^": ("CARET", "^"), "_": ("UNDER", "_"), "%": ("PERCENT", "%"),
    "(": ("LPAR", "("), ")": ("RPAR", ")"), "[": ("LPAR", "("), "]": ("RPAR", ")"),
    "{": ("LBRACE", "{"), "}": ("RBRACE", "}"), "|": ("BAR", "|"), "!": ("BANG", "!"),
    "=": ("REL", "="), "<": ("REL", "<"), ">": ("REL", ">"), "<=": ("REL", "≤"),
    ">=": ("REL", "≥"), "!=": ("REL", "≠"), "≤": ("REL", "≤"), "≥": ("REL", "≥"),
    "≠": ("REL", "≠"), "≡": ("EQUIV", "≡"), "∣": ("DIV", "∣"), "∤": ("NDIV", "∤"),
    "∈": ("IN", "∈"), "→": ("TO", "→"), "->": ("TO", "→"), "…": ("DOTS", "…"),
    "...": ("DOTS", "…"), "∑": ("BIG", "∑"), "∏": ("BIG", "∏"), ":": ("COLON", ":"),
    "⌊": ("FLOOR_OPEN", "⌊"), "⌋": ("FLOOR_CLOSE", "⌋"),
    "∀": ("WORD", "∀"), "∃": ("WORD", "∃"), "∧": ("WORD", "and"), "∨": ("WORD", "or"),
    "¬": ("WORD", "¬"), "⇒": ("WORD", "⇒"), "=>": ("WORD", "⇒"), "⟹": ("WORD", "⇒"),
    "⇔": ("WORD", "iff"), "<=>": ("WORD", "iff"), "⟺": ("WORD", "iff"), "↔": ("WORD", "iff"),
}  # fmt: skip
_TWO_ARGUMENTS = frozenset({r"\frac", r"\dfrac", r"\tfrac", r"\cfrac", r"\binom"})
_SETS = {"N": "ℕ", "Z": "ℤ", "Q": "ℚ", "R": "ℝ", "C": "ℂ"}
_SUPERSCRIPTS = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹", "0123456789")

_TOKEN = re.compile(
    r"""
    (?P<dollar>\$\$?|\\\[|\\\]|\\\(|\\\))
  | (?P<environment>\\(?P<side>begin|end)\{[a-z]+\*?\})
  | (?P<set>\\math(?:bb|bf)\s*\{?\s*(?P<letter>[NZQRC])\s*\}?(?P<sign>\^\{?\+\}?|_\{?>\s*0\}?)?
           |[ℕℤℚℝℂ](?:⁺)?)
  | (?P<styled>\\(?:mathop|text|textbf|textit|mathrm|mathit|operatorname|mbox|mathbf|emph)\s*\{)
  | (?P<rows>\\\\|\\cr\b)
  | (?P<space>(?:\s|~|&|\{\}|[_^](?:\{\s*\})|\\[,;!:\ ])+)
  | (?P<number>\d+(?:(?:\\!)?(?:,|\{,\})(?:\\!)?\d{3}(?!\d))*(?:\.\d+)?)
  | (?P<command>\\[A-Za-z]+|\\.)
  | (?P<word>[A-Za-z]+)
  | (?P<superscript>[⁰¹²³⁴⁵⁶⁷⁸⁹]+)
  | (?P<symbol><=>|\.\.\.|<=|>=|!=|=>|->|[-+*/^_(){}\[\]|=<>≤≥≠≡∣∤∈→…∑∏⌊⌋∀∃∧∨¬⇒⟹⇔⟺↔·×⋅−–%:!])
  | (?P<stop>[.?;])
  | (?P<comma>,)
    """,
    re.VERBOSE,
)
_PROSE = re.compile(r"[A-Za-z]+(?:['’][a-z]+)?(?:-[a-z]+)*")


def scan(text: str, start: int = 0, end: int | None = None, *, math: bool = False) -> list[Piece]:
    """The pieces of ``text[start:end]``; with ``math`` as if between dollars.

    Raises Refusal at a character or a LaTeX command that the fragment does not have."""
    return list(_scan(text, start, len(text) if end is None else end, math))


def _scan(text: str, start: int, end: int, math: bool) -> Iterator[Piece]:
    position = start
    always, dollars, environments = math, False, 0
    digit_by_digit = 0  # \frac12 takes its arguments so: how many are still to come
    while position < end:
        match = _TOKEN.match(text, position, end)
        if match is None:
            raise Refusal("a character outside of the grammar", (position, position + 1))
        kind, here = match.lastgroup or "", position
        math = always or dollars or environments > 0
        position = match.end()
        value = match.group()
        if kind == "side" or match["environment"]:
            environments += 1 if match["side"] == "begin" else -1
            yield Piece("EDGE", value, here, position)
        elif kind == "dollar":
            dollars = not dollars if value.startswith("$") else value in (r"\[", r"\(")
            yield Piece("EDGE", value, here, position)
        elif match["set"]:
            letter = _SETS.get(match["letter"] or "", value[0])
            positive = "+" if match["sign"] or value.endswith("⁺") else ""
            yield Piece("SET", letter + positive, here, position)
        elif kind == "styled":
            close = _closing_brace(text, position, end)
            yield from _styled(text, position, close, math)
            position = close + 1
        elif kind == "rows":
            yield Piece("COMMA", ",", here, position)
        elif kind == "number":
            if digit_by_digit:
                position, value = here + 1, value[0]
            if _is_argument_list(text, here, value):
                position = here + value.index(",")
                value = text[here:position]
            digits = re.sub(r"\\!|[,{}]", "", value)
            yield Piece("NUMBER", digits, here, position)
        elif kind == "command":
            if value not in _INVISIBLE:
                yield _command(value, here, position)
            digit_by_digit = 2 if value in _TWO_ARGUMENTS else 0
        elif kind == "word":
            position = yield from _word(text, here, end, math)
        elif kind == "superscript":
            yield Piece("CARET", "^", here, here)
            yield Piece("NUMBER", value.translate(_SUPERSCRIPTS), here, position)
        elif kind == "symbol":
            name, spelling = _SYMBOLS[value]
            yield Piece(name, spelling, here, position)
        elif kind == "stop":
            yield Piece("STOP", value, here, position)
        elif kind == "comma":
            yield Piece("COMMA", value, here, position)
        if kind in ("number", "word"):
            digit_by_digit = max(0, digit_by_digit - 1)
        elif kind not in ("space", "command"):
            digit_by_digit = 0


def _command(value: str, start: int, end: int) -> Piece:
    if value in (r"\{", r"\}"):
        raise Refusal("sets written out are not in the grammar", (start, end))
    if value == r"\sqrt":
        raise Refusal("roots need the real numbers, which the embedded Lean lacks", (start, end))
    if value not in _COMMANDS or _COMMANDS[value][0] == "UNKNOWN":
        raise Refusal(f"the command {value} is not in the grammar", (start, end))
    kind, spelling = _COMMANDS[value]
    return Piece(kind, spelling, start, end)


def _styled(text: str, start: int, close: int, math: bool) -> Iterator[Piece]:
    """What stands in ``\\text{...}``: a function's name, a letter, or words."""
    inner = text[start:close].strip()
    if named := re.fullmatch(r"(?:\\[a-z]+\s*\{)?\s*(gcd|lcm)\s*\}?", inner, re.IGNORECASE):
        yield Piece("NAMED", named.group(1).lower(), start, close)
    elif len(inner) == 1:
        yield from _scan(text, start, close, math)
    else:
        yield from _scan(text, start, close, False)


def _word(text: str, start: int, end: int, math: bool) -> Generator[Piece, None, int]:
    """Letters: one variable each inside mathematics, words outside. Returns where it ends."""
    match = _PROSE.match(text, start, end)
    assert match is not None
    word = match.group()
    lower = word.lower()
    if lower in ("gcd", "lcm"):
        yield Piece("NAMED", lower, start, match.end())
        return match.end()
    if lower == "mod" or (math and lower in ("and", "or", "if", "for", "when")):
        yield Piece("MOD" if lower == "mod" else "WORD", lower, start, match.end())
        return match.end()
    glued = start > 0 and (text[start - 1].isdigit() or text[start - 1] in "^_)")
    letters = re.match(r"[A-Za-z]+", word)
    assert letters is not None
    if math or len(word) == 1 or (glued and len(letters.group()) <= 3):
        yield Piece("LETTER", word[0], start, start + 1)
        return start + 1
    if lower.startswith("mod-"):
        lower = "modulo"
    yield Piece("WORD", lower.replace("’", "'"), start, match.end())
    return match.end()


def _closing_brace(text: str, start: int, end: int) -> int:
    depth = 1
    for position in range(start, end):
        depth += {"{": 1, "}": -1}.get(text[position], 0)
        if depth == 0:
            return position
    raise Refusal("a brace that is never closed", (start - 1, start))


def _is_argument_list(text: str, start: int, number: str) -> bool:
    """``gcd(100,200)`` has two arguments; ``10,000`` is one number."""
    if "," not in number or "{" in number or "\\" in number:
        return False
    after = start + len(number)
    return text[max(0, start - 1)] in "([" or text[after : after + 1] in (")", "]")
