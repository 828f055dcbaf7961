"""What a look at the text of a theorem header shows, without a Lean."""

from __future__ import annotations

import re
from dataclasses import dataclass

from proofloop.tools.lean.text import blank_comments

_OPENING, _CLOSING = "([{⦃⟨", ")]}⦄⟩"
_NAME = r"[^\W\d][\w'!?]*"
_BINDER = re.compile(rf"\s*((?:{_NAME}\s+)*{_NAME})\s*:(?!=)\s*(.*)", re.DOTALL)
_FORALL = re.compile(r"\s*∀\s*")
_RELATION = re.compile(r"[=≤<≥>∣≠≡∈]|\b(?:Prime|Even|Odd)\b")
_KINDS = {"Nat": "ℕ", "Int": "ℤ", "Rat": "ℚ"}


@dataclass(frozen=True)
class Shape:
    """``variables`` maps each bound name, in order, to the text of its type (``ℕ ℤ ℚ`` for the
    number types, however written): those before the colon and those of the ∀ that the claim
    starts with (``inner``). ``claim`` is what stands after the colon."""

    text: str
    claim: str
    variables: dict[str, str]
    inner: tuple[str, ...] = ()

    @property
    def naturals(self) -> tuple[str, ...]:
        return tuple(name for name, kind in self.variables.items() if kind == "ℕ")

    @property
    def outer(self) -> tuple[str, ...]:
        """The names bound before the colon: what a proof finds in its context."""
        return tuple(name for name in self.variables if name not in self.inner)

    @property
    def hypotheses(self) -> dict[str, str]:
        """Those names before the colon whose type states a relation, with that type."""
        return {
            name: self.variables[name]
            for name in self.outer
            if _RELATION.search(self.variables[name])
        }

    def of_kind(self, *kinds: str) -> tuple[str, ...]:
        """The names before the colon whose type is one of these (``"ℕ"``, ``"ℤ"``, ...)."""
        return tuple(name for name in self.outer if self.variables[name] in kinds)

    def mentions(self, *words: str) -> bool:
        return any(word in self.text for word in words)


def shape_of(statement: str) -> Shape:
    """The shape of ``theorem t (n : ℕ) : claim``. Text it cannot read gives fewer variables."""
    text = blank_comments(statement)
    variables: dict[str, str] = {}
    position = 0
    while (found := next_at_top(text, position, _OPENING + ":")) is not None:
        if text[found] == ":":
            break
        end = closing(text, found)
        variables |= _bound_by(text[found + 1 : end])
        position = end + 1
    claim = "" if found is None else text[found + 1 :].strip()
    inner = _leading_forall(claim)
    return Shape(text, claim, variables | inner, tuple(inner))


def split_top(text: str, separator: str) -> list[str]:
    """The parts of ``text`` between separators that stand outside all brackets."""
    parts, start = [], 0
    while (found := next_at_top(text, start, separator)) is not None:
        parts.append(text[start:found].strip())
        start = found + 1
    return [*parts, text[start:].strip()]


def _bound_by(binder: str) -> dict[str, str]:
    match = _BINDER.fullmatch(binder)
    if match is None:
        return {}
    kind = " ".join(match[2].split())
    return dict.fromkeys(match[1].split(), _KINDS.get(kind, kind))


def _leading_forall(claim: str) -> dict[str, str]:
    """The variables of ``∀ n m : ℕ, ∀ (k : ℤ), ...`` at the start of a claim."""
    variables: dict[str, str] = {}
    while match := _FORALL.match(claim):
        comma = next_at_top(claim, match.end(), ",")
        if comma is None:
            break
        binders = claim[match.end() : comma]
        if binders.startswith(tuple(_OPENING)):
            position = 0
            while (found := next_at_top(binders, position, _OPENING)) is not None:
                end = closing(binders, found)
                variables |= _bound_by(binders[found + 1 : end])
                position = end + 1
        else:
            variables |= _bound_by(binders)
        claim = claim[comma + 1 :]
    return variables


def next_at_top(text: str, start: int, wanted: str) -> int | None:
    """Where one of the ``wanted`` characters next stands outside all brackets."""
    depth = 0
    for index in range(start, len(text)):
        char = text[index]
        if depth == 0 and char in wanted:
            return index
        depth += (char in _OPENING) - (char in _CLOSING)
    return None


def closing(text: str, start: int) -> int:
    """Where the bracket that opens at ``start`` closes; the end of the text if it does not."""
    depth = 0
    for index in range(start, len(text)):
        depth += (text[index] in _OPENING) - (text[index] in _CLOSING)
        if depth == 0:
            return index
    return len(text)
