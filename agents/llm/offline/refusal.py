"""What the grammar says when it cannot read something."""

from __future__ import annotations

import re

Span = tuple[int, int]


class Refusal(Exception):
    """``reason`` says why; ``span`` the characters of the text that could not be read (start
    inclusive, end exclusive), None when the text as a whole is the matter; ``letter`` the variable
    that is the matter, for those who know only that."""

    def __init__(self, reason: str, span: Span | None = None, *, letter: str = "") -> None:
        super().__init__(reason)
        self.reason = reason
        self.span = span
        self.letter = letter

    def located(self, text: str) -> Refusal:
        """With a span of ``text``: where its letter stands first, or else the whole of it."""
        if self.span is not None:
            return self
        letter = re.escape(self.letter[:1])
        found = re.search(rf"(?<![A-Za-z\\]){letter}(?![A-Za-z])", text) if letter else None
        return Refusal(self.reason, found.span() if found else (0, len(text.rstrip())))

    def describe(self, text: str) -> str:
        """One line: the reason and the part of ``text`` it is about."""
        if self.span is None:
            return f"cannot read: {self.reason}"
        start, end = self.span
        part = " ".join(text[start:end].split())
        return f"cannot read: {self.reason} at characters {start}-{end}: '{part}'"
