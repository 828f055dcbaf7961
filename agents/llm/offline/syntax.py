"""What english.lark is read into: kinds of numbers, declarations, and the items of a text.

Formulas here may hold what a finished form does not: ``Bind``, a quantifier over a kind of number
whose sort is still to be chosen, ``Typing`` ("x and y are integers"), ``Generic``, the "any
integer" of "the square of any integer is ...", and ``Count``, "the number of integers such that".
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

from proofloop.agents.llm.offline.forms import Arrow, Formula, Node, Term, Var

HOLE = Var("_")  # what the constraints of a kind speak of

Noun = Literal["integer", "natural", "rational", "real", "number"]
Extremum = Literal["least", "greatest"]


@dataclass(frozen=True, slots=True)
class Kind(Node):
    """``constraints`` hold of HOLE; ``together`` (distinct, coprime) of all that are named;
    ``count`` is the number word in front ("two integers"), 0 when there is none."""

    noun: Noun
    constraints: tuple[Formula, ...] = ()
    together: tuple[str, ...] = ()
    count: int = 0

    @property
    def binds(self) -> tuple[str, ...]:
        return (HOLE.name,)


@dataclass(frozen=True, slots=True)
class Declaration(Node):
    """``names`` are of ``kind`` (or functions of sort ``arrow``) and satisfy ``such``."""

    names: tuple[str, ...]
    kind: Kind | None
    such: tuple[Formula, ...] = ()
    arrow: Arrow | None = None


@dataclass(frozen=True, slots=True)
class Bind(Formula):
    quantifier: Literal["∀", "∃", "∃!"]
    declaration: Declaration
    body: Formula

    @property
    def binds(self) -> tuple[str, ...]:
        return self.declaration.names


@dataclass(frozen=True, slots=True)
class Typing(Formula):
    """``terms`` are of ``kind``: it declares variables that are new, and states of the others."""

    terms: tuple[Term, ...]
    kind: Kind
    such: tuple[Formula, ...] = ()


@dataclass(frozen=True, slots=True)
class Generic(Term):
    """Any number of this kind; ``named`` when the text itself gives it the name ("divided by an
    integer n"), else it gets one that the text does not use."""

    kind: Kind
    name: str
    named: bool = False


@dataclass(frozen=True, slots=True)
class Count(Term):
    """How many of ``declaration`` there are."""

    declaration: Declaration

    @property
    def binds(self) -> tuple[str, ...]:
        return self.declaration.names


@dataclass(frozen=True, slots=True)
class Let(Node):
    declaration: Declaration


@dataclass(frozen=True, slots=True)
class Suppose(Node):
    formula: Formula


@dataclass(frozen=True, slots=True)
class Fact(Node):
    """A sentence that states: what is to be shown, unless the text asks or shows more."""

    formula: Formula


@dataclass(frozen=True, slots=True)
class Claim(Node):
    formula: Formula


@dataclass(frozen=True, slots=True)
class AskValue(Node):
    term: Term


@dataclass(frozen=True, slots=True)
class AskAll(Node):
    """All values of the declared variable."""

    declaration: Declaration


@dataclass(frozen=True, slots=True)
class AskExtreme(Node):
    """The least or greatest number of a kind that satisfies its conditions."""

    which: Extremum
    declaration: Declaration


@dataclass(frozen=True, slots=True)
class AskExtremeValue(Node):
    """The least or greatest value that ``term`` takes under all that is supposed."""

    which: Extremum
    term: Term


Item: TypeAlias = Let | Suppose | Fact | Claim | AskValue | AskAll | AskExtreme | AskExtremeValue
