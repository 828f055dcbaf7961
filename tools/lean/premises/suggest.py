"""Names that Lean does not know, and what exists instead, as words of feedback."""

from __future__ import annotations

import re

from proofloop.tools.lean.premises.premise import declaration
from proofloop.tools.lean.premises.retrieve import PremiseSource
from proofloop.tools.lean.report import LeanReport

MOST_NAMES = 3
EACH = 3
# Newer Lean quotes by back-ticks, older by apostrophes, which names may hold.
UNKNOWN = re.compile(
    r"(?:[Uu]nknown (?:identifier|constant)|[Tt]he environment does not contain) "
    r"(?:`(?P<new>[^`\n]+)`|'(?P<old>\S+)'(?!\w))"
)


def unknown_names(report: LeanReport) -> tuple[str, ...]:
    """The names that Lean's errors call unknown, in their order. A name without a dot or an
    underscore is mostly a variable that is missing, so it is left out."""
    found = (
        match["new"] or match["old"]
        for error in report.errors
        for match in UNKNOWN.finditer(error.text)
    )
    return tuple(dict.fromkeys(name for name in found if "." in name or "_" in name))


def with_suggestions(words: str, report: LeanReport, source: PremiseSource | None) -> str:
    """Feedback, and after it for each unknown name the nearest that exist; as it was without a
    source or an unknown name."""
    if source is None:
        return words
    parts = [words]
    for name in unknown_names(report)[:MOST_NAMES]:
        hits = source.nearest(name, EACH)
        if hits:
            listed = "\n".join(f"  {declaration(hit.premise)}" for hit in hits)
            parts.append(f"{name} does not exist. The nearest names that do:\n{listed}")
    return "\n\n".join(parts)
