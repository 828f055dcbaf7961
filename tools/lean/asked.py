"""Two files: the theorem asked, and the text that is to prove it.

The statement's file is trusted: its imports, whatever stands before its last theorem, and that
theorem without a proof (or with ``sorry``). The proof's file is not. It is read in one of two ways:

- as a file of its own, when it has ``import`` lines or repeats the statement's file up to the
  theorem (comments and white space apart). It may import, open and declare more. What the
  statement depends on and its file defines, the proof's file has to define the same.
- otherwise after the statement's file up to its theorem, as if it stood there.

Either way the statement alone says what is asked: Lean reads it in an environment that the proof's
file never touched, and the theorem of that name has to have exactly that type.
"""

from __future__ import annotations

import re
from typing import Any

from proofloop.tools.lean.header import read_header
from proofloop.tools.lean.text import blank_comments, split_statement

_END = re.compile(r"\s*\bend(?:[ \t]+[\w.«»']+)?\s*\Z")
# What may stand between the header and the word `theorem`; it says nothing of what is asked.
_MODIFIERS = re.compile(
    r"(?:/--(?:(?!-/).)*-/\s*|@\[[^\]]*\]\s*|\b(?:private|protected|public|nonrec)\s+)+\Z",
    re.DOTALL,
)


def asked_fields(statement: str, source: str, *, file: str | None = None) -> dict[str, Any]:
    """The fields of a CheckRequest that say what is asked of ``source``, from the text of the
    statement's file. Raises InputError, with ``file``, where that holds no theorem to prove."""
    text = statement.replace("\r\n", "\n").rstrip()
    while end := _END.search(blank_comments(text)):
        text = text[: end.start()]
    found = split_statement(text, file=file)
    header = _MODIFIERS.sub("", found.header + "\n").rstrip()
    return {
        "statement": found.text,
        "header": header,
        "standalone": stands_alone(source, header),
    }


def stands_alone(source: str, header: str) -> bool:
    """Whether the proof's text is a file of its own beside the statement's ``header``."""
    given, own = read_header(header), read_header(source)
    words = _words(given.body)
    return bool(own.imports) or (bool(words) and _words(own.body)[: len(words)] == words)


def _words(text: str) -> list[str]:
    return blank_comments(text).split()
