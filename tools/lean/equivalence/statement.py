"""A theorem header taken apart: what a comparison needs to put it inside other statements."""

from __future__ import annotations

import re
from dataclasses import dataclass

from proofloop.core.errors import InputError
from proofloop.tools.lean.shape import closing, next_at_top
from proofloop.tools.lean.text import (
    blank_comments,
    bracket_fault,
    has_quotes,
    statement_faults,
)

_OPENING = "([{⦃"
_HEAD = re.compile(r"\s*(?:theorem|lemma)\s+[^\s:(\[{⦃]+\s*")
_NAMES = re.compile(r"[(\[{⦃]\s*((?:[^\W\d][\w'!?]*\s+)*[^\W\d][\w'!?]*)\s*(?::|[)\]}⦄])")
_WORD = r"[^\W\d][\w'!?]*"
_BARE = re.compile(rf"\s*∀\s*((?:{_WORD}\s+)*{_WORD})\s*(:|[<>≤≥≠∈]|$)(.*)", re.DOTALL)


@dataclass(frozen=True)
class Binder:
    """One bracket, or the binders of one ∀ without brackets, as ``text`` that may follow ``∀``;
    ``names`` in order."""

    text: str
    names: tuple[str, ...]

    @property
    def kind(self) -> str:
        """The type as it is written, if it is."""
        return self.text.partition(":")[2].strip("()[]{}⦃⦄ ")


@dataclass(frozen=True)
class Statement:
    """``proposition`` is the statement as one closed term; ``binders`` are those before the colon
    and those of the ∀ that the claim begins with, ``body`` what remains of the claim. A text with
    strings, characters or quoted names is not taken apart: ``body`` is all of it."""

    text: str
    proposition: str
    binders: tuple[Binder, ...]
    body: str


def read_statement(text: str) -> Statement:
    """Of ``theorem t (x : ℕ) (h : 0 < x) : claim``, without proof. The proposition has every letter
    of the text: no comment, string or quoted name hides a part of it from Lean.

    Raises InputError when it is not exactly one theorem header."""
    if faults := statement_faults(text):
        raise InputError(faults[0])
    text = text.strip()
    plain = blank_comments(text)
    head = _HEAD.match(plain)
    colon = next_at_top(plain, head.end(), ":") if head else None
    if head is None or colon is None or next_at_top(plain, 0, ";") is not None:
        raise InputError("not the header of one theorem")
    places = slice(head.end(), colon), slice(colon + 1, None)
    signature, claim = (plain[place].strip() for place in places)
    if claim.startswith("=") or ":=" in claim or not claim:
        raise InputError("a statement without proof is compared: nothing may follow the claim")
    for part in (signature, claim):
        # Each stands by itself, so that brackets put around it hold it together.
        if fault := bracket_fault(part):
            raise InputError(fault)
    written = [text[place].strip() + ("\n" if "--" in text[place] else "") for place in places]
    proposition = f"∀ {written[0]}, {written[1]}" if signature else written[1]
    if has_quotes(plain):
        return Statement(text, proposition, (), proposition)
    inner, body = _leading(claim)
    return Statement(text, proposition, (*_brackets(signature), *inner), body)


def is_statement(text: str) -> bool:
    try:
        read_statement(text)
    except InputError:
        return False
    return True


def _brackets(text: str) -> tuple[Binder, ...]:
    found, position = [], 0
    while (start := next_at_top(text, position, _OPENING)) is not None:
        position = closing(text, start) + 1
        binder = text[start:position]
        names = _NAMES.match(binder)
        found.append(Binder(binder, tuple(names[1].split()) if names else ("_",)))
    return tuple(found)


def _leading(claim: str) -> tuple[tuple[Binder, ...], str]:
    """The binders of the leading ∀; ``∀ n > 0, P`` binds n and then a hypothesis."""
    binders: list[Binder] = []
    while claim.lstrip().startswith("∀"):
        comma = next_at_top(claim, 0, ",")
        if comma is None:
            break
        quantifier = claim[:comma]
        if re.match(rf"\s*∀\s*[{re.escape(_OPENING)}]", quantifier):
            binders += _brackets(quantifier)
        elif (match := _BARE.match(quantifier)) is None:
            break
        else:
            names = tuple(match[1].split())
            if match[2] in (":", ""):
                kind = f" : {match[3].strip()}" if match[2] else ""
                binders.append(Binder(f"({' '.join(names)}{kind})", names))
            else:
                binders += [Binder(f"({name})", (name,)) for name in names]
                for name in names:
                    binders.append(Binder(f"(_ : {name} {match[2]}{match[3]})", ("_",)))
        claim = claim[comma + 1 :].strip()
    return tuple(binders), claim
