"""Proof scripts for ``(first statement) → (second statement)``: what is tried, in which order.

Scripts name what they introduce ``b0``, ``b1``, ...: the binders of the second statement in order.
An alignment says which of them each variable of the first statement stands for.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import permutations, product

from proofloop.tools.lean.equivalence.normal import Level, same_level
from proofloop.tools.lean.equivalence.subject import Subject
from proofloop.tools.lean.equivalence.tree import Tree

Alignment = dict[str, str]  # variable of the first statement -> variable of the second

MOST_ALIGNMENTS = 6
# Tactics of the level PARTS, weakest first.
TACTICS = ("omega", "grind")
_NOTIONS = "Even, Odd, Nat.ModEq, Int.ModEq, Nat.Coprime, Function.Injective, IsLeast, IsGreatest"


def implication(a: Subject, b: Subject, name: str) -> str:
    """The theorem header that says that the first statement implies the second."""
    return f"theorem {name} : ({a.statement.proposition}) → ({b.statement.proposition})"


def same_form(a: Subject, b: Subject, alignment: Alignment) -> Iterator[str]:
    """For statements with the same normal form: any proof of the implication will do."""
    names, application = _introduced(b), _applied(a, b, alignment, "by assumption")
    yield "exact fun h => h"
    yield f"intro h {names}\nexact {application}"
    hypotheses = [f"b{i}" for i, (name, _) in enumerate(b.telescope) if name is None]
    witnesses = " ".join(_witness(hypothesis) for hypothesis in hypotheses[:4])
    closing = _applied(
        a, b, alignment, f"by first | assumption | omega {witnesses} | grind | simp_all"
    )
    last = f"first | exact c | omega {_witness('c')} | grind | simp_all"
    yield f"intro h {names}\nhave c := {closing}\n{last}"
    values = [f"b{_position(b, alignment.get(name, ''))}" for name, _ in a.variables]
    if values and "b-1" not in values and _hypotheses_last(a):
        head = f"intro h {names}\nhave c := h {' '.join(values)}\nclear h\n"
        yield head + "first | grind | omega | simp_all"
    yield f"intro h {names}\ngrind"
    yield f"intro h {names}\nsimp only [{_NOTIONS}] at *\nfirst | grind | omega"
    yield f"intro h {names}\nsimp_all"
    yield f"intro h {names}\nfirst | omega | grind [{_NOTIONS}]"


def by_parts(a: Subject, b: Subject, alignment: Alignment, tactic: str) -> str:
    """Every hypothesis of the first from those of the second, the conclusion of the second from
    that of the first alone: what is proved part by part says the same part by part."""
    hypotheses = [f"b{i}" for i, (name, _) in enumerate(b.telescope) if name is None]
    inner = f"by clear h; {tactic}"
    return (
        f"intro h {_introduced(b)}\n"
        f"have c := {_applied(a, b, alignment, inner)}\n"
        f"clear h {' '.join(hypotheses)}\n{tactic}"
    )


def pointwise(a: Subject, b: Subject, alignment: Alignment, tactic: str) -> str:
    """The second statement at some values from the first at the same values."""
    inner = f"by clear h; {tactic}"
    applied = _applied(a, b, alignment, inner)
    return f"intro h {_introduced(b)}\nhave c := {applied}\nclear h\n{tactic}"


def alone(subject: Subject, tactic: str) -> str:
    """The statement itself, by the tactic alone."""
    names = _introduced(subject)
    return f"intro {names}\n{tactic}" if names else tactic


def part_alone(subject: Subject, tactic: str) -> tuple[str, list[str]]:
    """The conclusion without the hypotheses, or a contradiction of these: proofs of the statement
    too, where the tactic may lose its way among all of it."""
    names = _introduced(subject)
    hypotheses = [f"b{i}" for i, (name, _) in enumerate(subject.telescope) if name is None]
    statement = f"theorem alone : {subject.statement.proposition}"
    if not hypotheses:
        return statement, []
    cleared = f"intro {names}\nclear {' '.join(hypotheses)}\n{tactic}"
    return statement, [cleared, f"intro {names}\nexfalso\n{tactic}"]


def refutation(subject: Subject, values: Sequence[str]) -> str:
    """Of the whole statement, by its failure at these values of its variables."""
    left = iter(values)
    arguments = [
        "(by decide +kernel)" if name is None else f"({next(left)})"
        for name, _ in subject.telescope
    ]
    return f"intro h\nhave c := {' '.join(['@h', *arguments])}\nrevert c\ndecide +kernel"


def alignments(a: Subject, b: Subject) -> list[Alignment] | None:
    """The ways to pair the variables of two statements by type, likely ones first; none when the
    types do not pair up, None when there are too many ways."""
    pairs = [(_kinds(a), _kinds(b))]
    groups_a, groups_b = pairs[0]
    if {kind: len(names) for kind, names in groups_a.items()} != {
        kind: len(names) for kind, names in groups_b.items()
    }:
        return []
    by_kind = [
        [dict(zip(names, order, strict=True)) for order in permutations(groups_b[kind])]
        if len(names) <= 4
        else None
        for kind, names in groups_a.items()
    ]
    if any(ways is None for ways in by_kind):
        return None
    found = [
        {name: other for way in choice for name, other in way.items()}
        for choice in product(*(ways for ways in by_kind if ways is not None))
    ]
    if len(found) > MOST_ALIGNMENTS:
        return None
    return sorted(found, key=lambda way: -sum(_written(x) == _written(y) for x, y in way.items()))


def shape(subject: Subject) -> tuple[tuple[int, ...], tuple[tuple[str, int], ...]]:
    """How many hypotheses and conclusions there are, and variables of each type. Statements of
    other normal forms and of other shapes are never found equivalent: their parts or their
    variables do not pair up."""
    kinds = sorted((str(kind), len(names)) for kind, names in _kinds(subject).items())
    return tuple(subject.parts), tuple(kinds)


def likely_alignments(a: Subject, b: Subject) -> list[Alignment]:
    """Those of ``alignments``; by name and by order where they are too many."""
    ways = alignments(a, b)
    if ways is not None:
        return ways
    groups_a, groups_b = _kinds(a), _kinds(b)
    by_order: Alignment = {}
    by_name: Alignment = {}
    for kind, names in groups_a.items():
        others = groups_b[kind]
        by_order |= dict(zip(names, others, strict=True))
        written = {_written(other): other for other in others}
        by_name |= {name: written[_written(name)] for name in names if _written(name) in written}
    full = len(by_name) == len(by_order) and len(set(by_name.values())) == len(by_name)
    return [by_name, by_order] if full and by_name != by_order else [by_order]


def form_alignment(a: Subject, b: Subject) -> Alignment:
    """How the variables correspond when the normal forms agree."""
    level = same_level(a.forms, b.forms)
    if level is None:
        return {}
    if level == Level.ALPHA:
        names = ([name for name, _ in each.variables] for each in (a, b))
        return dict(zip(*names, strict=True))
    orders = (a.forms[level].order, b.forms[level].order)
    found = dict(zip(*orders, strict=True))
    # A variable that the canonical clause does not hold is of no matter: any of its type will do.
    left = [name for name, _ in b.variables if name not in found.values()]
    for name, type_ in a.variables:
        if name not in found:
            match = [other for other in left if dict(b.variables)[other] == type_]
            if match:
                found[name] = match[0]
                left.remove(match[0])
    return found


def _kinds(subject: Subject) -> dict[Tree, list[str]]:
    groups: dict[Tree, list[str]] = {}
    for name, type_ in subject.variables:
        groups.setdefault(_anonymous(type_), []).append(name)
    return groups


def _anonymous(tree: Tree) -> Tree:
    """A type without the names of the binders in it."""
    if tree[0] == "pi":
        return ("pi", "", *(_anonymous(part) for part in tree[2:]))
    return tree


def _written(name: str) -> str:
    return name.partition("~")[0]


def _introduced(subject: Subject) -> str:
    return " ".join(f"b{i}" for i in range(len(subject.telescope)))


def _position(subject: Subject, name: str) -> int:
    names = [each for each, _ in subject.telescope]
    return names.index(name) if name in names else -1


def _applied(a: Subject, b: Subject, alignment: Alignment, proof: str) -> str:
    """The first statement at the second one's variables, each hypothesis by ``proof``."""
    arguments = []
    for name, _ in a.telescope:
        position = _position(b, alignment.get(name, "")) if name is not None else -1
        if name is None:
            arguments.append(f"({proof})")
        else:
            arguments.append(f"b{position}" if position >= 0 else "_")
    return " ".join(["@h", *arguments]) if arguments else "h"


def _witness(hypothesis: str) -> str:
    """The other notion of divisibility from this one: with the same witness."""
    return f"| (rcases {hypothesis} with ⟨k, hk⟩; exact ⟨k, by omega⟩)"


def _hypotheses_last(subject: Subject) -> bool:
    named = [name is not None for name, _ in subject.telescope]
    return named == sorted(named, reverse=True)
