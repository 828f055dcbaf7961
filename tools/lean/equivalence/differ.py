"""Where two statements differ, in their own words: hypotheses that only one has, and their claims.

Of the pairings of variables by type the one that leaves the fewest differences is taken. The words
are for refiners and people; whether the statements say the same is decided elsewhere.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from proofloop.core.model import Frozen
from proofloop.tools.lean.equivalence.scripts import likely_alignments
from proofloop.tools.lean.equivalence.subject import Subject

MOST_CHARACTERS = 200
_WORD = re.compile(r"[^\W\d][\w'!?]*")


class Difference(Frozen):
    """What stands in one statement only, as text; ``claims`` are both claims where they differ.
    The second statement's variables have the first one's names."""

    only_first: tuple[str, ...] = ()
    only_second: tuple[str, ...] = ()
    claims: tuple[str, str] | None = None

    def words(self) -> str:
        said = []
        if self.only_first:
            said.append(f"only the first assumes {joined(self.only_first)}")
        if self.only_second:
            said.append(f"only the second assumes {joined(self.only_second)}")
        if self.claims:
            first, second = (cut(claim) for claim in self.claims)
            said.append(f"the first claims `{first}`, the second `{second}`")
        return "; ".join(said) or "they differ in nothing but their form"


def difference(a: Subject, b: Subject) -> Difference:
    """Works on the texts alone where Lean could not read the statements."""
    ways = (likely_alignments(a, b) if a.tree and b.tree else []) or [{}]
    written = {name: plain(name) for name, _ in (*a.variables, *b.variables)}
    found = [
        _difference(a, b, {written[other]: written[name] for name, other in way.items()})
        for way in ways
    ]
    return min(found, key=_size)


def _difference(a: Subject, b: Subject, names: Mapping[str, str]) -> Difference:
    first, second = parts(a, {}), parts(b, names)
    claims = (claim(a, {}), claim(b, names))
    return Difference(
        only_first=tuple(part for part in first if part not in second),
        only_second=tuple(part for part in second if part not in first),
        claims=None if claims[0] == claims[1] else claims,
    )


def parts(subject: Subject, names: Mapping[str, str]) -> list[str]:
    """The binders one by one: ``a : ℕ`` for a variable, the proposition for a hypothesis."""
    variables = {plain(name) for name, _ in subject.variables}
    found = []
    for binder in subject.statement.binders:
        _, colon, kind = binder.text.strip("()[]{}⦃⦄ ").partition(":")
        for name in binder.names:
            is_variable = name in variables or not colon
            text = f"{name} : {kind}" if is_variable else kind
            found.append(renamed(text.strip().rstrip(":").strip(), names))
    return found


def claim(subject: Subject, names: Mapping[str, str]) -> str:
    return renamed(subject.statement.body, names)


def renamed(text: str, names: Mapping[str, str]) -> str:
    """On one line, with other names."""
    text = " ".join(text.split())
    return _WORD.sub(lambda word: names.get(word[0], word[0]), text)


def plain(name: str) -> str:
    """As it was written: names bound twice are told apart by what follows a tilde."""
    return name.partition("~")[0]


def joined(texts: tuple[str, ...]) -> str:
    return ", ".join(f"`{cut(text)}`" for text in texts)


def cut(text: str) -> str:
    return text if len(text) <= MOST_CHARACTERS else text[: MOST_CHARACTERS - 1] + "…"


def _size(found: Difference) -> int:
    return len(found.only_first) + len(found.only_second) + (found.claims is not None)
