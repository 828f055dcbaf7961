"""The symbol table of a problem: one symbol a word, the same in every sentence.

The consistent bindings of Decompose-and-Formalise (arXiv 2601.19605, theta-substitution): an
entity, a kind and an event kind are each one word, of one type, everywhere. An event kind may show
fewer roles in one sentence than in another ("eats" and "eats a mouse", "is eaten"), but not others;
where, when, with and from what it happens may be said of any event.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Literal

from proofloop.core.model import Frozen
from proofloop.tools.entailment.form import (
    Event,
    Form,
    Is,
    Role,
    Sentence,
    is_variable,
    terms,
    walk,
)

ADJUNCTS = frozenset({"instrument", "place", "source", "time"})
Sort = Literal["entity", "kind", "event"]
SORTS: dict[Sort, str] = {
    "entity": "the name of an entity",
    "kind": "a kind of entity",
    "event": "a kind of event",
}


class Symbol(Frozen):
    """``roles``: of an event kind, those it is used with, in any sentence. ``sentence`` is where
    the word was met first."""

    word: str
    sort: Sort
    sentence: str
    roles: frozenset[Role] = frozenset()


class Conflict(Frozen):
    """A word that two sentences use differently."""

    word: str
    first: str
    second: str
    why: str

    def __str__(self) -> str:
        return f"{self.word!r} is bound differently in {self.first} and {self.second}: {self.why}"


def bindings(sentence: Sentence) -> Iterable[Symbol]:
    """What the words of a sentence are in it."""
    for form in walk(sentence.form):
        match form:
            case Is(kind=kind):
                yield Symbol(word=kind, sort="kind", sentence=sentence.id)
            case Event(kind=kind, roles=roles):
                yield Symbol(word=kind, sort="event", sentence=sentence.id, roles=frozenset(roles))
        for term in terms(form):
            if not is_variable(term):
                yield Symbol(word=term, sort="entity", sentence=sentence.id)


def symbol_table(sentences: Iterable[Sentence]) -> tuple[dict[str, Symbol], list[Conflict]]:
    """The symbols of all sentences by their words, and every conflict between two uses."""
    table: dict[str, Symbol] = {}
    seen: dict[str, list[Symbol]] = {}
    conflicts: list[Conflict] = []
    for sentence in sentences:
        for symbol in bindings(sentence):
            found = next(
                (each for old in seen.get(symbol.word, []) if (each := clash(old, symbol))), None
            )
            if found is not None:
                if not any(same_pair(found, old) for old in conflicts):
                    conflicts.append(found)
                continue
            seen.setdefault(symbol.word, []).append(symbol)
            known = table.get(symbol.word, symbol)
            roles = known.roles | symbol.roles
            table[symbol.word] = known.model_copy(update={"roles": roles})
    return table, conflicts


def same_pair(one: Conflict, other: Conflict) -> bool:
    return (one.word, one.first, one.second) == (other.word, other.first, other.second)


def clash(old: Symbol, new: Symbol) -> Conflict | None:
    why = ""
    if old.sort != new.sort:
        why = f"{SORTS[old.sort]} and {SORTS[new.sort]}"
    elif not compatible(old.roles - ADJUNCTS, new.roles - ADJUNCTS):
        why = f"with the roles {listed(old.roles)} and {listed(new.roles)}"
    if not why:
        return None
    return Conflict(word=old.word, first=old.sentence, second=new.sentence, why=why)


def compatible(one: frozenset[str], other: frozenset[str]) -> bool:
    """Of two sets of arguments one has all of the other's, but for the agent that a passive leaves
    out."""
    if "patient" in one & other:
        one, other = one - {"agent"}, other - {"agent"}
    return one <= other or other <= one


def listed(roles: Iterable[str]) -> str:
    return ", ".join(sorted(roles))


def words(form: Form) -> frozenset[str]:
    """The words of a form, variables left out."""
    return frozenset(symbol.word for symbol in bindings(Sentence.model_construct(id="", form=form)))


def described(table: Mapping[str, Symbol]) -> str:
    """The table for a prompt, one symbol a line."""
    lines = []
    for symbol in table.values():
        roles = f" with roles {listed(symbol.roles)}" if symbol.roles else ""
        lines.append(f"{symbol.word}: {SORTS[symbol.sort]}{roles}")
    return "\n".join(lines) or "(empty)"
