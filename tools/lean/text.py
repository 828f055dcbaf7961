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
_PROOF = re.compile(r":=(?:\s*by)?(?:\s*sorry)?\s*\Z|:=\s*by\s+sorry\s*\Z")


class Statement(NamedTuple):
    """A theorem asked: ``text`` is header and signature without a proof, ``header`` the Lean text
    before it, ``name`` as declared."""

    header: str
    text: str
    name: str


@lru_cache(maxsize=64)  # several look at one text, one after the other
def blank_comments(text: str) -> str:
    """The text with comments and string contents turned to spaces; lengths and lines stay."""
    out = list(text)
    position, depth, start = 0, 0, 0

    def blank(begin: int, end: int) -> None:
        for index in range(begin, min(end, len(out))):
            if out[index] != "\n":
                out[index] = " "

    while position < len(text):
        pair = text[position : position + 2]
        if depth:
            depth += {"/-": 1, "-/": -1}.get(pair, 0)
            position += 2 if pair in ("/-", "-/") else 1
            if not depth:
                blank(start, position)
        elif pair == "/-":
            depth, start, position = 1, position, position + 2
        elif pair == "--":
            end = text.find("\n", position)
            end = len(text) if end < 0 else end
            blank(position, end)
            position = end
        elif text[position] == '"':
            end = position + 1
            while end < len(text) and text[end] != '"':
                end += 2 if text[end] == "\\" else 1
            blank(position + 1, end)
            position = end + 1
        else:
            position += 1
    if depth:
        blank(start, len(text))
    return "".join(out)


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
    for word in ("axiom", "sorry", "import", "instance", "notation", "macro", "unsafe"):
        if re.search(rf"(?<!{_WORD}){word}(?!{_WORD})", plain):
            faults.append(f"`{word}` may not be used in a statement")
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
