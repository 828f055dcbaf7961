"""What the grammar says when it cannot read something."""

from __future__ import annotations

Span = tuple[int, int]


class Refusal(Exception):
    """``reason`` says why; ``span`` the characters of the text that could not be read (start
    inclusive, end exclusive), None when the text as a whole is the matter."""

    def __init__(self, reason: str, span: Span | None = None) -> None:
        super().__init__(reason)
        self.reason = reason
        self.span = span

    def describe(self, text: str) -> str:
        """One line: the reason and the part of ``text`` it is about."""
        if self.span is None:
            return f"cannot read: {self.reason}"
        start, end = self.span
        part = " ".join(text[start:end].split())
        return f"cannot read: {self.reason} at characters {start}-{end}: '{part}'"
