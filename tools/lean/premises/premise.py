"""A premise: one constant of a Lean environment, and premises as text for a prompt."""

from __future__ import annotations

from collections.abc import Iterable

from proofloop.core.model import Frozen

LONGEST_TYPE = 300  # characters; what is longer helps no prompt
LONGEST_DOC = 160


class Premise(Frozen):
    """``kind`` is "theorem", "def", "instance", "class", ...; ``type`` is as Lean prints it;
    ``module`` where it is declared, "" for the header's own. A deprecated name says what stands
    in its place in ``deprecated``, where that is known, else "?"."""

    name: str
    kind: str
    type: str
    module: str = ""
    doc: str = ""
    deprecated: str = ""


class Hit(Frozen):
    """A premise found, the better the higher its score; scores compare within one answer only."""

    premise: Premise
    score: float


def render(premises: Iterable[Premise], *, characters: int = 3000) -> str:
    """One premise a line, as a declaration without its proof, documentation before it. Stops
    before the text would grow past ``characters``."""
    lines: list[str] = []
    left = characters
    for premise in premises:
        text = declaration(premise)
        left -= len(text) + 1
        if left < 0:
            break
        lines.append(text)
    return "\n".join(lines)


def declaration(premise: Premise) -> str:
    """The premise as Lean would read it, cut where it is long."""
    doc = premise.doc.strip().partition("\n\n")[0].replace("\n", " ")
    before = f"/-- {shortened(doc, LONGEST_DOC)} -/\n" if doc else ""
    kind = premise.kind if premise.kind in ("theorem", "axiom") else "def"
    return f"{before}{kind} {premise.name} : {shortened(premise.type, LONGEST_TYPE)}"


def shortened(text: str, length: int) -> str:
    one_line = " ".join(text.split())
    return one_line if len(one_line) <= length else one_line[: length - 4].rstrip() + " ..."
