"""The kernel's word that two statements differ at some values of their variables.

Where they do is advice (``evidence``). It is only reported after the kernel has accepted ``first at
these values, and not the second`` (or the other way round) as a theorem.
"""

from __future__ import annotations

from proofloop.core.model import Frozen
from proofloop.tools.lean.backend import CheckLimits, CheckRequest, LeanBackend
from proofloop.tools.lean.equivalence.evidence import BOOL, Evidence, is_field
from proofloop.tools.lean.equivalence.scripts import Alignment
from proofloop.tools.lean.equivalence.subject import Subject
from proofloop.tools.lean.equivalence.tree import INT, NAT, RAT, Tree
from proofloop.tools.lean.portfolio import proof_text

_TYPES = {NAT: "Nat", INT: "Int", RAT: "Rat", BOOL: "Bool"}
_SCRIPTS = (
    "constructor <;> decide +kernel",
    "constructor <;> first | decide +kernel | (simp; done) | omega | grind | (simp <;> grind)",
)


class Separation(Frozen):
    """``holds`` says which statement holds where the other fails: at ``values``, by the names of
    the first statement's variables, or as a whole (``whole``: one is a theorem, and the values, if
    there are any, refute the other). ``proof`` is the Lean text that the kernel accepted."""

    values: dict[str, str]
    holds: str
    proof: str
    whole: bool = False

    def words(self) -> str:
        place = ", ".join(f"{name} = {value}" for name, value in self.values.items())
        other = {"first": "second", "second": "first"}[self.holds]
        if self.whole:
            where = f" (at {place})" if place else ""
            return f"the {self.holds} statement is a theorem and the {other} is false{where}"
        where = f"at {place} " if place else ""
        return f"{where}the {self.holds} statement holds and the {other} does not"


async def separate(
    lean: LeanBackend,
    header: str,
    a: Subject,
    b: Subject,
    way: Alignment,
    evidence: Evidence,
    *,
    seconds: float,
) -> Separation | None:
    """That the statements differ, under this pairing, where the evidence says so."""
    functions = (as_function(a), as_function(b))
    difference = evidence.difference(way)
    if functions[0] is None or functions[1] is None or difference is None:
        return None
    place, first_holds = difference
    names = [name for name, _ in a.variables]
    at = dict(zip(names, (f"({value})" for value in place.values), strict=True))
    order = {other: name for name, other in way.items()}
    points = (
        " ".join([functions[0], *at.values()]),
        " ".join([functions[1], *(at[order[name]] for name, _ in b.variables)]),
    )
    first, second = points if first_holds else reversed(points)
    statement = f"theorem separated : ({first}) ∧ ¬ ({second})"
    limits = CheckLimits(wall_seconds=seconds, heartbeats=20_000)
    for script in _SCRIPTS if place.sure else _SCRIPTS[1:]:
        proof = proof_text(statement, "try dsimp only\n" + script)
        request = CheckRequest(source=proof, statement=statement, header=header, limits=limits)
        if (await lean.check(request)).accepted:
            values = zip(names, place.values, strict=True)
            shown = {name.partition("~")[0]: value for name, value in values}
            return Separation(values=shown, holds="first" if first_holds else "second", proof=proof)
    return None


def as_function(subject: Subject) -> str | None:
    """The statement as a Lean function from its variables to a proposition; None where a variable
    has a type without values to try, or the text could not be taken apart."""
    telescope, statement = subject.telescope, subject.statement
    kinds: list[tuple[str | None, Tree]] = list(telescope)
    variables: list[str] = []
    hypotheses: list[str] = []
    position = 0
    for binder in statement.binders:
        inside = kinds[position : position + len(binder.names)]
        position += len(binder.names)
        if len(inside) < len(binder.names):
            return None
        named = [name is not None for name, _ in inside]
        if all(named):
            for written, (_, type_) in zip(binder.names, inside, strict=True):
                kind = _TYPES.get(type_) or (is_field(type_) and binder.kind)
                if not kind or written == "_":
                    return None
                variables.append(f"({written} : {kind})")
        elif not any(named):
            hypotheses.append(binder.text)
        else:
            return None
    if len(variables) != len(subject.variables) or len(set(variables)) != len(variables):
        return None
    body = statement.body
    if hypotheses:
        body = f"∀ {' '.join(hypotheses)}, {body}"
    return f"(fun {' '.join(variables)} => ({body}))" if variables else f"({body})"
