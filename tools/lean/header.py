"""The header of a Lean text: ``module``, ``prelude`` and ``import`` lines, as Lean reads them.

The grammar is that of ``Lean.Parser.Module.header``: an optional ``module``, an optional
``prelude``, then imports (``[public] [meta] import [all] Module.Name``), with comments and white
space anywhere between the words. What follows, a doc comment included, is no header.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from proofloop.core.errors import InputError

_BLANKS = re.compile(r"[ \n]*")
_PART = r"(?:[^\W\d][\w'!?]*|«[^»\n]*»)"
_NAME = re.compile(rf"{_PART}(?:\.{_PART})*")
_MODIFIERS = ("public", "meta")


@dataclass(frozen=True)
class Import:
    """One ``import``: ``module`` without the «» of quoted parts, ``line`` counted from 1."""

    module: str
    line: int
    modifiers: tuple[str, ...] = ()


@dataclass(frozen=True)
class Header:
    """``body`` is the text with its header replaced by spaces, so that every line and column of
    the rest stays where it was. ``module`` and ``prelude`` say whether these words were there."""

    imports: tuple[Import, ...]
    body: str
    module: bool = False
    prelude: bool = False

    @property
    def modules(self) -> tuple[str, ...]:
        """The imported modules in the order of the text, each once."""
        return tuple(dict.fromkeys(item.module for item in self.imports))


def read_header(text: str) -> Header:
    """Split ``text`` into its header and its body. Line ends become ``\\n``, as in Lean.

    Raises InputError, with the line, for an import without a module name, an unended comment or
    a tab before the body begins."""
    scanner = _Scanner(text.removeprefix("\ufeff").replace("\r\n", "\n"))
    scanner.skip_space()
    module = scanner.take_word("module")
    prelude = scanner.take_word("prelude")
    imports = []
    while item := scanner.take_import():
        imports.append(item)
    blank = re.sub(r"[^\n]", " ", scanner.text[: scanner.position])
    return Header(tuple(imports), blank + scanner.text[scanner.position :], module, prelude)


class _Scanner:
    """A cursor that stands, between any two calls, at the end of white space and comments."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.position = 0

    def skip_space(self) -> None:
        text = self.text
        while True:
            match = _BLANKS.match(text, self.position)
            assert match is not None
            self.position = match.end()
            if text.startswith("--", self.position):
                end = text.find("\n", self.position)
                self.position = len(text) if end < 0 else end
            elif self._at_block_comment():
                self.position = self._block_comment_end()
            elif text.startswith("\t", self.position):
                raise self._error("tabs are not allowed in Lean; use spaces")
            else:
                return

    def take_word(self, *words: str) -> bool:
        """Step over these words in a row if they stand here; over none of them otherwise."""
        start = self.position
        for word in words:
            match = _NAME.match(self.text, self.position)
            if match is None or match.group() != word:
                self.position = start
                return False
            self.position = match.end()
            self.skip_space()
        return True

    def take_import(self) -> Import | None:
        start = self.position
        modifiers = tuple(word for word in _MODIFIERS if self.take_word(word))
        line = self._line()
        if not self.take_word("import"):
            self.position = start
            return None
        if self.take_word("all"):
            modifiers += ("all",)
        match = _NAME.match(self.text, self.position)
        if match is None or self.text.startswith(".", match.end()):
            raise self._error("expected the name of a module after 'import'")
        self.position = match.end()
        self.skip_space()
        return Import(re.sub("[«»]", "", match.group()), line, modifiers)

    def _at_block_comment(self) -> bool:
        # "/--" and "/-!" open doc comments, which belong to the body.
        opening = self.text[self.position : self.position + 3]
        return opening.startswith("/-") and opening not in ("/--", "/-!")

    def _block_comment_end(self) -> int:
        depth = 0
        for match in re.compile(r"/-|-/").finditer(self.text, self.position):
            depth += 1 if match.group() == "/-" else -1
            if depth == 0:
                return match.end()
        raise self._error("unended comment")

    def _line(self) -> int:
        return self.text.count("\n", 0, self.position) + 1

    def _error(self, message: str) -> InputError:
        return InputError(message, line=self._line())
