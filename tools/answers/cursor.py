"""A place in the tokens of an answer, and what a parser asks of it."""

from __future__ import annotations

from proofloop.tools.answers.tokens import Token, Unreadable


class Cursor:
    """``place`` is that of the next token; the last token is the end, which is never passed."""

    def __init__(self, tokens: list[Token]) -> None:
        self.tokens = tokens
        self.place = 0

    @property
    def next(self) -> Token:
        return self.tokens[self.place]

    def take(self) -> Token:
        token = self.tokens[self.place]
        self.place = min(self.place + 1, len(self.tokens) - 1)
        return token

    def at(self, *signs: str) -> bool:
        """Whether one of these signs or commands is next."""
        return self.next.kind in ("sign", "command") and self.next.text in signs

    def took(self, *signs: str) -> str:
        """The sign, which is taken; "" where another one stands."""
        return self.take().text if self.at(*signs) else ""

    def expect(self, *signs: str) -> str:
        """The sign, which is taken. Raises Unreadable where another one stands."""
        if not self.at(*signs):
            raise Unreadable(f"{signs[0]} expected")
        return self.take().text

    def joint(self) -> str:
        """ "," or the word that joins two answers, which is taken; "" where neither stands."""
        sign = "," if self.took(",", ";") else ""
        if self.next.kind == "words" and self.next.text in ("and", "or"):
            return self.take().text
        return sign
