"""The chain of propositions of MMFormalizer (arXiv 2601.03017): what a problem is made of, down to
physical dimensions and words of the library, and what each part is called in Lean.

A directed graph without cycles: a proposition that two others need is there once. Values only;
``graphs/mmformalize.py`` lets models and Lean fill it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Literal

from proofloop.agents.formalizer import Rejected
from proofloop.core.model import Frozen
from proofloop.tools.lean.text import blank_comments, bracket_fault

ROOT = "whole"
Kind = Literal["open", "inner", "dimension", "axiom"]
Chain = dict[str, "Proposition"]


class Proposition(Frozen):
    """``kind`` is "open" until it is grounded; ``lean`` is then the term of its dimension, the name
    of its declaration, or once it is composed its definition (of the root the theorem).
    ``consistent`` is the semantic checker's word on that, None where it abstained. ``rejected`` are
    the attempts that failed at the step it is at."""

    id: str
    phrase: str
    depth: int = 0
    kind: Kind = "open"
    children: tuple[str, ...] = ()
    lean: str = ""
    done: bool = False
    consistent: bool | None = None
    reasons: str = ""
    rejected: tuple[Rejected, ...] = ()

    @property
    def is_root(self) -> bool:
        return self.id == ROOT

    @property
    def words(self) -> str:
        """The Lean in the form in which a person or a model is shown it."""
        if self.kind == "dimension":
            return f"a quantity: Quantity ℝ ({self.lean})"
        return self.lean

    def failing(self, attempt: Rejected) -> Proposition:
        return self.model_copy(update={"rejected": (*self.rejected, attempt)})


def read_chain(value: Mapping[str, Any]) -> Chain:
    return {name: Proposition.model_validate(each) for name, each in value.items()}


def dump_chain(chain: Chain) -> dict[str, Any]:
    return {name: each.model_dump(mode="json") for name, each in chain.items()}


def open_nodes(chain: Chain) -> list[Proposition]:
    """Those to ground next: of the least depth."""
    waiting = [each for each in chain.values() if each.kind == "open"]
    least = min((each.depth for each in waiting), default=0)
    return [each for each in waiting if each.depth == least]


def composable(chain: Chain) -> list[Proposition]:
    """Those to compose next: their children are done."""
    return [
        each
        for each in chain.values()
        if not each.done and all(chain[child].done for child in each.children)
    ]


def path_to(chain: Chain, name: str) -> list[str]:
    """The phrases from the root's to that of ``name``, along its first parents."""
    parents = {child: each.id for each in reversed(list(chain.values())) for child in each.children}
    names = [name]
    while names[-1] in parents:
        names.append(parents[names[-1]])
    return [chain[each].phrase for each in reversed(names)]


def below(chain: Chain, name: str) -> list[Proposition]:
    """Everything that ``name`` is made of, each after what it is made of itself."""
    found: Chain = {}

    def visit(each: str) -> None:
        for child in chain[each].children:
            if child not in found:
                visit(child)
                found[child] = chain[child]

    visit(name)
    return list(found.values())


def definitions(chain: Chain, name: str) -> str:
    """The Lean text of what ``name`` is made of."""
    return "\n\n".join(each.lean for each in below(chain, name) if each.kind == "inner")


def height(chain: Chain) -> int:
    return max(each.depth for each in chain.values())


def grow(
    chain: Chain, parent: Proposition, children: Iterable[tuple[str, str]], *, most: int
) -> tuple[Chain, str]:
    """The chain with ``parent`` decomposed into ``children`` (name, phrase), and "" or what is
    wrong with that. What is there already is shared, unless ``parent`` is a part of it."""
    known = {same_words(each.phrase): each.id for each in chain.values()}
    above = {each.id for each in chain.values() if parent.id in names_below(chain, each.id)}
    grown, own = dict(chain), []
    for name, phrase in children:
        found = known.get(same_words(phrase))
        if found == parent.id or found in above:
            return (
                chain,
                f"the part {phrase!r} is what it is a part of: that goes round in a circle",
            )
        if not phrase.strip():
            return chain, "a part has no words"
        if found is None:
            found = fresh(name, grown)
            grown[found] = Proposition(id=found, phrase=phrase, depth=parent.depth + 1)
            known[same_words(phrase)] = found
        own.append(found)
    if len(grown) > most:
        return (
            chain,
            f"that makes {len(grown)} propositions, and there may be {most}: use fewer parts",
        )
    if not own:
        return chain, "it is decomposed into nothing"
    children_ = tuple(dict.fromkeys(own))
    grown[parent.id] = parent.model_copy(
        update={"kind": "inner", "children": children_, "rejected": ()}
    )
    return grown, ""


def names_below(chain: Chain, name: str) -> set[str]:
    return {each.id for each in below(chain, name)}


def same_words(phrase: str) -> str:
    return " ".join(re.findall(r"\w+|[^\w\s]", phrase.lower())).rstrip(" .")


def fresh(name: str, taken: Mapping[str, object]) -> str:
    """A name for Lean that is not taken yet."""
    kept = re.sub(r"\W+", "_", name, flags=re.ASCII).strip("_") or "part"
    kept = kept if kept[0].isalpha() else f"part_{kept}"
    names: Iterator[str] = (kept if n == 1 else f"{kept}_{n}" for n in range(1, len(taken) + 2))
    return next(each for each in names if each not in taken)


# A definition of a chain is believed to say what stands in it, so it may hold nothing that changes
# what other words mean, assumes, or runs.
DEFINES = re.compile(r"(?:noncomputable\s+)?(?:def|abbrev|structure|inductive)\s+(\S+)")
FORBIDDEN = re.compile(
    r"(?<!\w)(?:axiom|sorry|admit|by|import|instance|attribute|set_option|variable|universe"
    r"|theorem|lemma|example|opaque|unsafe|extern|implemented_by|native_decide|partial|mutual"
    r"|deriving|initialize|run_\w+|declare_\w+|register_\w+|simproc|local|scoped|private|open|export|namespace|section|end"
    r"|notation|infix|infixl|infixr|prefix|postfix|macro|macro_rules|syntax|elab|elab_rules)(?!\w)"
)
COMMANDS = re.compile(r"(?<![\w.])(?:def|abbrev|structure|inductive|class)(?![\w.])")


def definition_faults(text: str, name: str) -> list[str]:
    """What is wrong with the text of a definition before any Lean has seen it."""
    if fault := bracket_fault(text):
        return [fault]
    plain = blank_comments(text).strip()
    found = DEFINES.match(plain)
    if found is None or found[1].rstrip(":") != name:
        return [f"it has to be one definition: `def {name} (binders) : Prop := ...`"]
    said = []
    if len(COMMANDS.findall(plain)) != 1:
        said.append("it has to be one definition, and nothing else")
    words = [*dict.fromkeys(FORBIDDEN.findall(plain)), *(s for s in ("@[", "#") if s in plain)]
    return said + [f"`{word}` may not be used in a definition" for word in words]


def unused(chain: Chain, node: Proposition, text: str, named: Mapping[str, str]) -> list[str]:
    """The composed children that the text does not name; ``named`` has their names in Lean."""
    plain = blank_comments(text)
    return [
        f"it does not use {named[child]}, of which it is made"
        for child in node.children
        if chain[child].kind == "inner"
        and not re.search(rf"(?<![\w.]){re.escape(named[child])}(?!\w)", plain)
    ]
