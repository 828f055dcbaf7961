"""From the sentences of a text to one draft: what is declared, supposed and to be shown."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from itertools import islice, product
from typing import Any

from proofloop.agents.llm.offline.choices import split_problem
from proofloop.agents.llm.offline.chunk import Sentence, read_answer, read_sentences
from proofloop.agents.llm.offline.english import READINGS, read_sentence
from proofloop.agents.llm.offline.forms import (
    Dots,
    Formula,
    Iff,
    Implies,
    Rel,
    Term,
    Var,
    conjunction,
    conjuncts,
    free_names,
    rebuild,
    walk,
)
from proofloop.agents.llm.offline.math_reader import (
    Math,
    Member,
    Modulus,
    Residue,
    SetName,
    Signature,
)
from proofloop.agents.llm.offline.refusal import Refusal
from proofloop.agents.llm.offline.syntax import (
    AskAll,
    AskExtreme,
    AskExtremeValue,
    AskValue,
    Bind,
    Claim,
    Declaration,
    Fact,
    Generic,
    Item,
    Kind,
    Let,
    Suppose,
    Typing,
)

MAX_CHARACTERS = 4_000
MAX_UNITS = 80  # of one sentence: parsing takes time that grows faster than the length


@dataclass(frozen=True, slots=True)
class Extreme:
    """The goal "``value`` is the least (or greatest) ..."; it is elaborated into a ``Least``."""

    ask: AskExtreme | AskExtremeValue
    value: Term


@dataclass(frozen=True, slots=True)
class Draft:
    declarations: tuple[Declaration, ...]
    hypotheses: tuple[Formula, ...]
    goal: Formula | Extreme


def read_text(text: str) -> list[Draft]:
    """The readings of an informal problem, at least one and nearly always exactly one.

    Raises Refusal, with the span of the first part that cannot be read."""
    if len(text) > MAX_CHARACTERS:
        raise Refusal(f"more than {MAX_CHARACTERS} characters", (MAX_CHARACTERS, len(text)))
    problem = split_problem(text)
    sentences = read_sentences(problem.body)
    if not sentences:
        raise Refusal("the text says nothing", (0, len(text)))
    for sentence in sentences:
        if len(sentence.units) > MAX_UNITS:
            raise Refusal(f"a sentence of more than {MAX_UNITS} words", sentence.span)
    answer = read_answer(text, problem.answer) if problem.answer else None
    readings = [read_sentence(sentence) for sentence in sentences]
    return [
        _draft([item for items in combination for item in items], answer, sentences)
        for combination in islice(product(*readings), READINGS)
    ]


def _draft(items: list[Item], answer: Math | None, sentences: list[Sentence]) -> Draft:
    items, main = _split_main(items, sentences)
    declarations: list[Declaration] = []
    hypotheses: list[Formula] = []
    for item in items:
        if isinstance(item, Let):
            declarations.append(item.declaration)
        elif isinstance(item, Suppose | Fact):
            _suppose(item.formula, declarations, hypotheses)
    goal: Any
    match main:
        case Claim(formula) | Fact(formula):
            if answer is not None:
                raise Refusal("an answer to a text that asks nothing", sentences[-1].span)
            goal = _peel(formula, declarations, hypotheses)
        case AskValue(term):
            goal = Rel("=", term, _value(answer, sentences))
        case AskAll(declaration):
            goal = _all_values(declaration, _value(answer, sentences))
        case AskExtreme() | AskExtremeValue():
            goal = Extreme(main, _value(answer, sentences))
    return _name_generics(Draft(tuple(declarations), tuple(hypotheses), goal))


def _split_main(items: list[Item], sentences: list[Sentence]) -> tuple[list[Item], Item]:
    """Everything else, and the one item that asks or claims; a text of plain statements claims
    its last one."""
    plain = all(isinstance(item, Let | Suppose | Fact) for item in items)
    side = (Let, Suppose) if plain else (Let, Suppose, Fact)
    mains = [item for item in items if not isinstance(item, side)]
    mains = mains[-1:] if plain else mains
    if len(mains) != 1:
        reason = "more than one question or claim" if mains else "nothing is asked or claimed"
        raise Refusal(reason, sentences[-1].span)
    index = max(i for i, item in enumerate(items) if item is mains[0])
    if any(isinstance(item, Fact) for item in items[index + 1 :]):
        raise Refusal("a statement after the question", sentences[-1].span)
    return items[:index] + items[index + 1 :], mains[0]


def _suppose(formula: Formula, declarations: list[Declaration], hypotheses: list[Formula]) -> None:
    """Files a supposition: "x and y are integers" declares them, the rest is a hypothesis."""
    for part in conjuncts(formula):
        declaration = _declares(part, declarations)
        if declaration is not None:
            declarations.append(declaration)
        else:
            hypotheses.append(part)


def _declares(formula: Any, declarations: list[Declaration]) -> Declaration | None:
    if not isinstance(formula, Typing):
        return None
    names = tuple(term.name for term in formula.terms if isinstance(term, Var))
    if len(names) < len(formula.terms) or _kinds(names, declarations):
        return None
    return Declaration(names, formula.kind, formula.such)


def _kinds(names: Iterable[str], declarations: list[Declaration]) -> list[Kind]:
    return [d.kind for d in declarations for name in names if d.kind and name in d.names]


def _peel(formula: Any, declarations: list[Declaration], hypotheses: list[Formula]) -> Formula:
    """Moves the outer "for all" and "if" of a claim before the colon."""
    while True:
        if isinstance(formula, Bind) and formula.quantifier == "∀":
            declarations.append(formula.declaration)
            formula = formula.body
        elif isinstance(formula, Implies):
            _suppose(formula.premise, declarations, hypotheses)
            formula = formula.conclusion
        else:
            return formula  # type: ignore[no-any-return]


def _value(answer: Math | None, sentences: list[Sentence]) -> Term:
    if answer is None:
        reason = "the text asks and states no answer ('Show that it is ...' is missing)"
        raise Refusal(reason, sentences[-1].span)
    if isinstance(answer, Member | Modulus | Residue | SetName | Signature | Rel):
        raise Refusal("an answer that is not one number", sentences[-1].span)
    return answer  # type: ignore[return-value]


def _all_values(declaration: Declaration, value: Term) -> Any:
    """ "Find all integers n such that A": for every integer n, A if and only if n = value."""
    if len(declaration.names) != 1 or not declaration.such:
        raise Refusal("all values of something without conditions")
    conditions = conjunction(list(declaration.such))
    name = declaration.names[0]
    return Bind("∀", replace(declaration, such=()), Iff(conditions, Rel("=", Var(name), value)))


def _name_generics(draft: Draft) -> Draft:
    """Gives each "any integer" a name that the text does not use, and declares it."""
    goal: Any = draft.goal
    if isinstance(goal, Extreme):
        goal = goal.ask.term if isinstance(goal.ask, AskExtremeValue) else Dots()
    parts: list[Any] = [*draft.hypotheses, goal]
    generics = dict.fromkeys(g for part in parts for g in walk(part) if isinstance(g, Generic))
    if not generics:
        return draft
    if any(not g.named and g not in walk(goal) for g in generics):
        raise Refusal("'any' in a supposition")
    taken = frozenset().union(*map(free_names, parts), *(d.names for d in draft.declarations))
    fresh = (name for name in "nmkabcrst" if name not in taken)
    names = {generic: generic.name if generic.named else next(fresh) for generic in generics}
    declarations = [Declaration((names[generic],), generic.kind) for generic in generics]

    def named(node: Any) -> Any:
        return Var(names[node]) if isinstance(node, Generic) else rebuild(node, named)

    hypotheses = tuple(named(hypothesis) for hypothesis in draft.hypotheses)
    return Draft((*draft.declarations, *declarations), hypotheses, named(draft.goal))
