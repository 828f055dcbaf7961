"""Lean text without a Lean: what can be said of a source by reading its tokens alone.

Nothing here decides acceptance. It finds the theorem in a file, and it tells a formalizer at once
about mistakes that would otherwise cost a compile (the pre-check of ATF, arXiv 2510.06857,
section 3: required shape and bracket balance).
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

from proofloop.core.errors import InputError

PAIRS = {")": "(", "]": "[", "}": "{", "⟩": "⟨", "⌋": "⌊", "⌉": "⌈"}
_WORD = r"[A-Za-z_α-ωΑ-Ωℂ-ℿ\u2080-\u2089«»'!?.0-9]"
_THEOREM = re.compile(rf"(?<!{_WORD})(theorem|lemma)(?!{_WORD})\s+(\S+)")
_LET = re.compile(r"\b(?:let|have)\b[^;\n]*?:=")
# With one of these a statement could go on to another command, to which the proof is then put.
_COMMANDS = (
    *("axiom", "def", "abbrev", "opaque", "example", "instance", "structure", "class", "inductive"),
    *("notation", "macro", "syntax", "elab", "infix", "infixl", "infixr", "prefix", "postfix"),
    *("import", "where", "deriving", "mutual", "attribute", "initialize", "variable", "universe"),
    *("section", "namespace", "end", "export", "include", "omit", "local", "scoped"),
    *("private", "protected", "noncomputable", "partial", "termination_by", "decreasing_by"),
)
_FORBIDDEN = (*_COMMANDS, "sorry", "unsafe")
_PROOF = re.compile(r":=(?:\s*by)?(?:\s*sorry)?\s*\Z|:=\s*by\s+sorry\s*\Z")


# Several look at one text, one after the other, and many tasks run at once.
LOOKED_AT = 256


class Statement(NamedTuple):
    """A theorem asked: ``text`` is header and signature without a proof, ``header`` the Lean text
    before it, ``name`` as declared."""

    header: str
    text: str
    name: str


# What Lean reads as one piece. A quote after a word is part of the word.
_PIECE = re.compile(
    r"""(?P<line>--[^\n]*)
    | (?P<block>/-)
    | (?<![\w'!?])r(?P<hashes>\#*)"(?P<raw>.*?)(?:"(?P=hashes)|\Z)
    | "(?P<string>(?:\\.|[^"\\])*)(?:"|\Z)
    | (?<![\w'!?»])'(?P<char>\\.[^'\n]{0,4}|[^'\\\n])'
    | «(?P<name>[^»]*)""",
    re.DOTALL | re.VERBOSE,
)
_NESTED = re.compile(r"/-|-/")
_NO_PART_OF_A_NAME = re.compile(r"[^\w\s'!?.]")


@lru_cache(maxsize=LOOKED_AT)
def blank_comments(text: str) -> str:
    """The text with comments and the contents of strings turned to spaces, and what is quoted in a
    «name» to underlines, but for words; lengths and lines stay."""
    parts, position = [], 0
    while piece := _PIECE.search(text, position):
        kind = piece.lastgroup or ""
        begin = piece.start(kind)
        end = _comment_end(text, begin) if kind == "block" else piece.end(kind)
        inside = text[begin:end]
        blank = _NO_PART_OF_A_NAME.sub("_", inside) if kind == "name" else _spaces(inside)
        after = max(end, piece.end())
        parts += [text[position:begin], blank, text[end:after]]
        position = after
    return "".join([*parts, text[position:]])


def has_quotes(text: str) -> bool:
    """Whether there is a string, a character or a quoted name in it, outside of comments."""
    return re.search(r"[\"«]|(?<![\w'!?»])'", text) is not None


def _comment_end(text: str, start: int) -> int:
    depth = 0
    for mark in _NESTED.finditer(text, start):
        depth += 1 if mark.group() == "/-" else -1
        if depth == 0:
            return mark.end()
    return len(text)


def _spaces(text: str) -> str:
    return re.sub(r"[^\n]", " ", text)


def bracket_fault(text: str) -> str:
    """The first unbalanced bracket or open comment, with its line; "" when all is balanced."""
    opened = text.count("/-") - text.count("-/")
    if opened > 0 and "/-" not in blank_comments(text):
        last = text.rfind("/-")
        return f"line {text.count(chr(10), 0, last) + 1}: comment '/-' is never closed"
    stack: list[tuple[str, int]] = []
    line = 1
    for char in blank_comments(text):
        if char == "\n":
            line += 1
        elif char in PAIRS.values():
            stack.append((char, line))
        elif char in PAIRS:
            if not stack or stack[-1][0] != PAIRS[char]:
                return f"line {line}: '{char}' closes nothing"
            stack.pop()
    if stack:
        return f"line {stack[-1][1]}: '{stack[-1][0]}' is never closed"
    return ""


@lru_cache(maxsize=LOOKED_AT)
def split_statement(text: str, *, file: str | None = None) -> Statement:
    """The last theorem of a Lean text whose proof is missing or ``sorry``.

    Raises InputError when there is no theorem, or when it already has a proof.
    """
    plain = blank_comments(text)
    found = list(_THEOREM.finditer(plain))
    if not found:
        raise InputError("no theorem to prove here", file=file)
    last = found[-1]
    line = plain.count("\n", 0, last.start()) + 1
    body = plain[last.start() :].rstrip()
    signature = _PROOF.sub("", body).rstrip()
    if ":=" in _LET.sub("", _outside_brackets(signature)):
        words = f"{last.group(2)} already has a proof: leave it out, or write `sorry` for it"
        raise InputError(words, file=file, line=line)
    text_of = text[last.start() : last.start() + len(signature)]
    if last.group(1) == "lemma":
        text_of = "theorem" + text_of[len("lemma") :]
    return Statement(text[: last.start()].rstrip(), text_of, last.group(2).rstrip(":"))


def statement_faults(text: str) -> list[str]:
    """What is wrong with a formal statement before any Lean has seen it; empty when nothing is."""
    plain = blank_comments(text)
    if fault := bracket_fault(text):
        return [fault]
    faults = []
    theorems = _THEOREM.findall(plain)
    if len(theorems) != 1:
        faults.append(f"there must be exactly one theorem, there are {len(theorems)}")
    elif not plain.lstrip().startswith(("theorem", "lemma")):
        faults.append("nothing may stand before the theorem: imports and `open` are given")
    faults += [
        f"`{word}` may not be used in a statement"
        for word in _FORBIDDEN
        if re.search(rf"(?<!{_WORD}){word}(?!{_WORD})", plain)
    ]
    if theorems and ":" not in _outside_brackets(plain):
        faults.append("the theorem has no type: write `theorem name (hypotheses) : claim`")
    return faults


def _outside_brackets(plain: str) -> str:
    """The characters that stand in no bracket."""
    depth, kept = 0, []
    for char in plain:
        if char in PAIRS.values():
            depth += 1
        elif char in PAIRS:
            depth -= 1
        elif depth == 0:
            kept.append(char)
    return "".join(kept)
