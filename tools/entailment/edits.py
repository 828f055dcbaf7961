"""Small changes of a sentence's form: what a slip of the pen makes of it, and what mends one."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping

from proofloop.core.model import Frozen
from proofloop.tools.entailment.form import (
    And,
    Event,
    Form,
    If,
    Is,
    Not,
    Or,
    parts,
    terms,
    walk,
    with_parts,
)
from proofloop.tools.entailment.symbols import Symbol


class Edit(Frozen):
    """``kind`` names the change, ``what`` says it in words."""

    kind: str
    what: str
    form: Form


def edits(form: Form, symbols: Mapping[str, Symbol]) -> Iterator[Edit]:
    """Every form that is one change away: a negation put in or taken away, roles swapped, a word
    exchanged for another of its sort, a condition added or dropped, an implication turned round.
    ``symbols`` are the words to choose from."""
    seen = {form.model_dump_json()}
    for change in (
        negated,
        roles_swapped,
        word_exchanged,
        condition_dropped,
        turned,
        condition_added,
    ):
        for edit in change(form, symbols):
            text = edit.form.model_dump_json()
            if text not in seen and not doubly_negated(edit.form):
                seen.add(text)
                yield edit


def doubly_negated(form: Form) -> bool:
    return any(isinstance(part, Not) and isinstance(part.body, Not) for part in walk(form))


def negated(form: Form, symbols: Mapping[str, Symbol]) -> Iterator[Edit]:
    def change(part: Form) -> Iterator[tuple[str, Form]]:
        if isinstance(part, Not):
            yield f"{shown(part.body)} no longer negated", part.body
        elif isinstance(part, Is | Event):
            yield f"{shown(part)} negated", Not(body=part)

    return everywhere("negate", form, change)


def roles_swapped(form: Form, symbols: Mapping[str, Symbol]) -> Iterator[Edit]:
    def change(part: Form) -> Iterator[tuple[str, Form]]:
        if isinstance(part, Event) and len(part.roles) == 2:
            (one, first), (other, second) = part.roles.items()
            swapped = part.model_copy(update={"roles": {one: second, other: first}})
            yield f"{one} and {other} of {part.kind} swapped", swapped

    return everywhere("swap roles", form, change)


def word_exchanged(form: Form, symbols: Mapping[str, Symbol]) -> Iterator[Edit]:
    def change(part: Form) -> Iterator[tuple[str, Form]]:
        if not isinstance(part, Is | Event):
            return
        sort = "kind" if isinstance(part, Is) else "event"
        roles = frozenset(part.roles) if isinstance(part, Event) else frozenset()
        for symbol in symbols.values():
            if symbol.sort == sort and symbol.word != part.kind and roles <= symbol.roles:
                yield (
                    f"{part.kind} exchanged for {symbol.word}",
                    part.model_copy(update={"kind": symbol.word}),
                )

    return everywhere("exchange word", form, change)


def condition_dropped(form: Form, symbols: Mapping[str, Symbol]) -> Iterator[Edit]:
    def change(part: Form) -> Iterator[tuple[str, Form]]:
        if isinstance(part, And | Or) and len(part.parts) > 1:
            for place, dropped in enumerate(part.parts):
                left = part.parts[:place] + part.parts[place + 1 :]
                rest = left[0] if len(left) == 1 else part.model_copy(update={"parts": left})
                yield f"{shown(dropped)} dropped", rest
        if isinstance(part, If):
            yield f"the condition {shown(part.given)} dropped", part.then

    return everywhere("drop condition", form, change)


def condition_added(form: Form, symbols: Mapping[str, Symbol]) -> Iterator[Edit]:
    def change(part: Form) -> Iterator[tuple[str, Form]]:
        if not isinstance(part, Is):
            return
        for symbol in symbols.values():
            if symbol.sort == "kind" and symbol.word != part.kind:
                more = Is(kind=symbol.word, of=part.of)
                yield f"{shown(more)} added to {shown(part)}", And(parts=(part, more))

    return everywhere("add condition", form, change)


def turned(form: Form, symbols: Mapping[str, Symbol]) -> Iterator[Edit]:
    def change(part: Form) -> Iterator[tuple[str, Form]]:
        if isinstance(part, If):
            yield "the implication turned round", If(given=part.then, then=part.given)

    return everywhere("turn round", form, change)


def everywhere(
    kind: str, form: Form, change: Callable[[Form], Iterable[tuple[str, Form]]]
) -> Iterator[Edit]:
    """The form with each change made at each place."""
    for what, changed in at_each_place(form, change):
        yield Edit(kind=kind, what=what, form=changed)


def at_each_place(
    form: Form, change: Callable[[Form], Iterable[tuple[str, Form]]]
) -> Iterator[tuple[str, Form]]:
    yield from change(form)
    inside = parts(form)
    for place, part in enumerate(inside):
        for what, new in at_each_place(part, change):
            yield what, with_parts(form, (*inside[:place], new, *inside[place + 1 :]))


def shown(form: Form) -> str:
    """An atom in short; of anything else its words."""
    if isinstance(form, Is | Event):
        return f"{form.kind}({', '.join(terms(form))})"
    kinds = [part.kind for part in walk(form) if isinstance(part, Is | Event)]
    return f"the part on {', '.join(kinds)}"
