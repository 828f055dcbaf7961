"""Invariants over random statements of the fragment."""

from __future__ import annotations

from fractions import Fraction

from hypothesis import given, settings
from hypothesis import strategies as st

from proofloop.agents.llm.offline.bounds import Bounds
from proofloop.agents.llm.offline.evaluate import Undefined, holds, value_of
from proofloop.agents.llm.offline.forms import (
    And,
    Binder,
    Call,
    Cast,
    Cong,
    Divides,
    Formula,
    Iff,
    Implies,
    Neg,
    Not,
    Num,
    Op,
    Or,
    Pow,
    Pred,
    Quant,
    Rel,
    Sort,
    Statement,
    Term,
    Var,
    conjunction,
    free_names,
    strip_sorts,
)
from proofloop.agents.llm.offline.judge import compare
from proofloop.agents.llm.offline.lean_printer import lean_statement
from proofloop.agents.llm.offline.lean_reader import read_lean
from proofloop.agents.llm.offline.normal import normal_formula

BINDERS = (
    Binder("a", Sort.NAT),
    Binder("b", Sort.NAT),
    Binder("x", Sort.INT),
    Binder("y", Sort.INT),
    Binder("q", Sort.RAT),
)
WITHIN = {Sort.NAT: "ab", Sort.INT: "xy", Sort.RAT: "q"}


def terms(sort: Sort) -> st.SearchStrategy[Term]:
    names = [Var(name, sort) for name in WITHIN[sort]]
    leaves: list[st.SearchStrategy[Term]] = [
        st.sampled_from(names),
        st.integers(0, 9).map(lambda value: Num(value, sort)),
    ]
    smaller = [s for s in Sort if s.within(sort) and s is not sort]
    leaves += [st.sampled_from([Cast(Var(n, s), sort) for n in WITHIN[s]]) for s in smaller]
    if sort is Sort.NAT:
        leaves.append(st.just(Call("gcd", (Var("a", sort), Var("b", sort)))))

    def larger(inner: st.SearchStrategy[Term]) -> st.SearchStrategy[Term]:
        operations = ["+", "*"] if sort is Sort.NAT else ["+", "-", "*"]
        operations += ["/"] if sort is Sort.RAT else ["%", "//"]
        found: list[st.SearchStrategy[Term]] = [
            st.builds(Op, st.sampled_from(operations), inner, inner),
            st.builds(Pow, inner, st.integers(0, 3).map(lambda value: Num(value, Sort.NAT))),
        ]
        if sort is not Sort.NAT:
            found += [inner.map(Neg), inner.map(lambda term: Call("abs", (term,)))]
        return st.one_of(found)

    return st.recursive(st.one_of(leaves), larger, max_leaves=5)


def atoms() -> st.SearchStrategy[Formula]:
    def of(sort: Sort) -> st.SearchStrategy[Formula]:
        pair = st.tuples(terms(sort), terms(sort))
        found: list[st.SearchStrategy[Formula]] = [
            st.builds(
                lambda op, sides: Rel(op, *sides),
                st.sampled_from(["=", "≠", "<", "≤", ">", "≥"]),
                pair,
            )
        ]
        if sort is not Sort.RAT:
            found.append(pair.map(lambda sides: Divides(*sides)))
            found.append(st.builds(Cong, terms(sort), terms(sort), terms(sort)))
            found.append(st.builds(Pred, st.sampled_from(["even", "odd"]), terms(sort)))
        return st.one_of(found)

    return st.one_of([of(sort) for sort in Sort])


def formulas() -> st.SearchStrategy[Formula]:
    def larger(inner: st.SearchStrategy[Formula]) -> st.SearchStrategy[Formula]:
        several = st.lists(inner, min_size=2, max_size=3)
        return st.one_of(
            inner.map(Not),
            several.map(conjunction),
            several.map(lambda parts: Or(tuple(parts))),
            st.builds(Implies, inner, inner),
            st.builds(Iff, inner, inner),
        )

    return st.recursive(atoms(), larger, max_leaves=4)


def flat(formula: Formula) -> Formula:
    """As the reader gives it: a disjunction ends in no disjunction."""
    match formula:
        case Or(parts):
            inner = [flat(part) for part in parts]
            last = inner[-1]
            return Or((*inner[:-1], *last.parts) if isinstance(last, Or) else tuple(inner))
        case And(parts):
            return conjunction([flat(part) for part in parts])
        case Not(part):
            return Not(flat(part))
        case Implies(one, other):
            return Implies(flat(one), flat(other))
        case Iff(one, other):
            return Iff(flat(one), flat(other))
    return formula


VALUES = st.fixed_dictionaries(
    {
        "a": st.integers(0, 6),
        "b": st.integers(0, 6),
        "x": st.integers(-6, 6),
        "y": st.integers(-6, 6),
        "q": st.fractions(-3, 3, max_denominator=4),
    }
)


@settings(deadline=None, max_examples=200)
@given(formulas())
def test_printed_lean_is_read_back_as_the_same_form(goal: Formula) -> None:
    statement = Statement(BINDERS, (), flat(goal))
    assert read_lean(lean_statement(statement, "t")) == statement


@settings(deadline=None, max_examples=200)
@given(formulas(), VALUES)
def test_normal_form_is_stable_and_keeps_the_truth(
    formula: Formula, values: dict[str, int | Fraction]
) -> None:
    normal = normal_formula(formula)
    assert normal_formula(normal) == normal
    try:
        pair = holds(formula, values), holds(normal, values)
    except Undefined:
        return
    assert pair[0] == pair[1]


@settings(deadline=None, max_examples=60)
@given(st.lists(atoms(), max_size=2), formulas())
def test_statement_is_consistent_with_itself_in_other_words(
    hypotheses: list[Formula], goal: Formula
) -> None:
    one = Statement(BINDERS, tuple(hypotheses), goal)
    other = Statement(BINDERS[::-1], (conjunction(hypotheses),) if hypotheses else (), goal)
    assert compare(one, other).consistent is True


@settings(deadline=None, max_examples=200)
@given(terms(Sort.INT), st.lists(atoms(), max_size=3), VALUES)
def test_bounds_hold_wherever_the_facts_do(
    term: Term, facts: list[Formula], values: dict[str, int | Fraction]
) -> None:
    known = Bounds((), frozenset("ab")).and_know(strip_sorts(fact) for fact in facts)
    try:
        if not all(holds(fact, values) for fact in facts):
            return
        value = value_of(term, values)
    except Undefined:
        return
    if known.nonnegative(strip_sorts(term)):
        assert value >= 0
    if known.positive(strip_sorts(term)):
        assert value > 0


def test_bound_names_are_not_free() -> None:
    inner = Rel("<", Var("x", Sort.INT), Var("y", Sort.INT))
    assert free_names(Quant("∃", Binder("x", Sort.INT), inner)) == {"y"}
