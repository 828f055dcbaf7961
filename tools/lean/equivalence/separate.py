"""Values of the variables at which one statement holds and the other fails.

Both statements are evaluated by Lean at small values and at those next to the numerals in them.
What is found is only reported after the kernel has accepted ``first at these values, and not the
second`` (or the other way round) as a theorem.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from proofloop.core.model import Frozen
from proofloop.tools.lean.backend import CheckLimits, CheckRequest, LeanBackend
from proofloop.tools.lean.equivalence.scripts import Alignment
from proofloop.tools.lean.equivalence.subject import Subject
from proofloop.tools.lean.equivalence.tree import INT, NAT, RAT, Tree
from proofloop.tools.lean.portfolio import proof_text

MOST_POINTS = 4000
_TYPES = {NAT: "Nat", INT: "Int", RAT: "Rat", ("app", "Bool"): "Bool"}
_LARGEST_NUMERAL = 5000
_FOUND = re.compile(r"SEPARATE (true|false) (.*)")
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
    lean: LeanBackend, header: str, a: Subject, b: Subject, way: Alignment, *, seconds: float
) -> Separation | None:
    """The smallest values found that tell the statements apart under this pairing."""
    functions = (as_function(a), as_function(b))
    if functions[0] is None or functions[1] is None:
        return None
    names = [name for name, _ in a.variables]
    order = {other: name for name, other in way.items()}
    arguments = [f"v{names.index(order[name])}" for name, _ in b.variables]
    limits = CheckLimits(wall_seconds=seconds, heartbeats=20_000)
    sides = (
        _decided(functions[0], [f"v{i}" for i in range(len(names))]),
        _decided(functions[1], arguments),
    )
    program = _search(a, sides, a.statement.proposition + " " + b.statement.proposition)
    found = await _run(lean, header, program, limits)
    if found is None:
        return None
    first_holds, values = found
    at = dict(zip((f"v{i}" for i in range(len(names))), (f"({v})" for v in values), strict=True))
    points = (
        " ".join([functions[0], *at.values()]),
        " ".join([functions[1], *(at[argument] for argument in arguments)]),
    )
    first, second = points if first_holds else reversed(points)
    statement = f"theorem separated : ({first}) ∧ ¬ ({second})"
    for script in _SCRIPTS:
        proof = proof_text(statement, "try dsimp only\n" + script)
        request = CheckRequest(source=proof, statement=statement, header=header, limits=limits)
        if (await lean.check(request)).accepted:
            shown = {name.partition("~")[0]: v for name, v in zip(names, values, strict=True)}
            return Separation(values=shown, holds="first" if first_holds else "second", proof=proof)
    return None


async def counterexample(
    lean: LeanBackend, header: str, subject: Subject, *, seconds: float
) -> list[str] | None:
    """Values of the variables, in order, at which the statement evaluates to false: advice for a
    proof of its negation."""
    function = as_function(subject)
    if function is None:
        return None
    names = [f"v{i}" for i in range(len(subject.variables))]
    program = _search(subject, ("true", _decided(function, names)), subject.statement.proposition)
    limits = CheckLimits(wall_seconds=seconds, heartbeats=20_000)
    found = await _run(lean, header, program, limits)
    return None if found is None else found[1]


async def _run(
    lean: LeanBackend, header: str, program: str, limits: CheckLimits
) -> tuple[bool, list[str]] | None:
    report = await lean.check(CheckRequest(source=program, header=header, limits=limits))
    for message in report.messages:
        if match := _FOUND.search(message.text):
            return match[1] == "true", match[2].split()
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
                if type_ not in _TYPES or written == "_":
                    return None
                variables.append(f"({written} : {_TYPES[type_]})")
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


def _search(subject: Subject, sides: tuple[str, str], text: str) -> str:
    """A program that prints the first values of the subject's variables at which the two sides,
    Boolean terms in ``v0``, ``v1``, ..., differ; ``text`` holds the numerals to try."""
    names = [f"v{i}" for i in range(len(subject.variables))]
    types = [_TYPES[type_] for _, type_ in subject.variables]
    each = max(2, int(MOST_POINTS ** (1 / len(names)))) if names else 1
    numerals = _numerals(text)
    lines = ["def separatingPoint : Option (Bool × String) := Id.run do"]
    indent = "  "
    for name, type_ in zip(names, types, strict=True):
        values = ", ".join(list(_values(type_, numerals))[:each])
        lines.append(f"{indent}for {name} in ([{values}] : List {type_}) do")
        indent += "  "
    point = ' ++ " " ++ '.join(f"toString {name}" for name in names) or '""'
    lines += [
        f"{indent}let p : Bool := {sides[0]}",
        f"{indent}let q : Bool := {sides[1]}",
        f"{indent}if p != q then return some (p, {point})",
        "  return none",
        "#eval match separatingPoint with",
        '  | some (p, point) => IO.println s!"SEPARATE {p} {point}"',
        '  | none => IO.println "NONE"',
    ]
    return "\n".join(lines) + "\n"


def _decided(function: str, arguments: list[str]) -> str:
    """``decide`` of the function's body, inside its binders, where it finds its instance."""
    if not arguments:
        return f"decide {function}"
    head, _, body = function[1:-1].partition(" => ")
    return f"({head} => decide {body}) {' '.join(arguments)}"


def _numerals(text: str) -> list[int]:
    found = {int(digits) for digits in re.findall(r"(?<![\w.])\d+", text)}
    return sorted(number for number in found if 1 < number <= _LARGEST_NUMERAL)


def _values(type_: str, numerals: list[int]) -> Iterator[str]:
    """Small values first, then those at the numerals, then larger ones; each once."""
    if type_ == "Bool":
        yield from ("true", "false")
        return
    close = [value for number in numerals for value in (number, number - 1, number + 1)]
    line = [*range(6), *close, *range(6, 60)]
    if type_ == "Nat":
        yield from dict.fromkeys(map(str, line))
        return
    signed = [value for number in line for value in (number, -number)]
    if type_ == "Rat":
        halves = ["(1/2)", "(-1/2)", "(3/2)", "(1/3)", "(5/2)"]
        yield from dict.fromkeys([*map(str, signed[:8]), *halves, *map(str, signed[8:])])
        return
    yield from dict.fromkeys(map(str, signed))
