"""What the phrases of english.lark that state mean: "is divisible by", "for every", "if"."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Literal, TypeAlias

from proofloop.agents.llm.offline.english_declarations import (
    Declarations,
    about,
    kind_of_set,
    with_conditions,
)
from proofloop.agents.llm.offline.forms import (
    And,
    Call,
    Card,
    Cong,
    Divides,
    Divisors,
    Formula,
    Iff,
    Implies,
    Not,
    Num,
    Op,
    Or,
    Rel,
    Term,
    Var,
    conjunction,
    conjuncts,
    free_names,
)
from proofloop.agents.llm.offline.kinds import (
    pairwise,
    square,
)
from proofloop.agents.llm.offline.math_reader import Member, Modulus, Residue
from proofloop.agents.llm.offline.refusal import Refusal
from proofloop.agents.llm.offline.sorts import defines
from proofloop.agents.llm.offline.syntax import (
    Bind,
    Declaration,
    Kind,
    Typing,
)

Property: TypeAlias = Callable[[tuple[Term, ...]], Formula]


class Formulas(Declarations):
    """Statements, and predicates as functions from their subjects to statements."""

    def facts(self, *formulas: Formula) -> list[Formula]:
        return list(formulas)

    def formula(self, formula: Formula) -> Formula:
        return formula

    def implies(self, facts: list[Formula], formula: Formula) -> Formula:
        return Implies(conjunction(facts), formula)

    def whenever(self, formula: Formula, facts: list[Formula]) -> Formula:
        return Implies(conjunction(facts), formula)

    def forall(self, *parts: Any) -> Formula:
        *declarations, formula = parts
        for declaration in reversed(declarations):
            formula = Bind("∀", declaration, formula)
        return formula  # type: ignore[no-any-return]

    def forall_after(self, formula: Formula, declaration: Declaration) -> Formula:
        """``A and B(n) for all n``: the quantifier is about what mentions its names."""
        names = frozenset(declaration.names)
        parts = list(conjuncts(formula))
        others = [part for part in parts if not names & free_names(part)]
        about_them = [part for part in parts if names & free_names(part)]
        if not about_them:
            raise Refusal(f"'for {declaration.names[0]}' after what does not mention it")
        return conjunction([*others, Bind("∀", declaration, conjunction(about_them))])

    def exists_after(
        self, formula: Formula, kind: Kind, named: Declaration, such: Any = ()
    ) -> Formula:
        return Bind("∃", Declaration(named.names, kind, named.such + such), formula)

    def exists_before(self, kind: Kind, named: Declaration, *rest: Any) -> Formula:
        *such, formula = rest
        return self.exists_after(formula, kind, named, such[0] if such else ())

    def recurrence(self, equation: Formula, condition: Formula) -> Formula:
        """``x_n = ... when n ≥ 5``: for all such n."""
        if defines(equation) is None:
            raise Refusal("'when' after something that defines no sequence")
        return Bind("∀", about(condition), equation)

    def iff(self, left: Formula, right: Formula) -> Formula:
        return Iff(left, right)

    def arrow(self, left: Formula, right: Formula) -> Formula:
        return Implies(left, right)

    def disjunction(self, *parts: Formula) -> Formula:
        return Or(parts)

    def conjunction(self, *parts: Formula) -> Formula:
        return conjunction(list(parts))

    def exists(self, declaration: Declaration) -> Formula:
        return existence("∃", declaration)

    def exists_none(self, declaration: Declaration) -> Formula:
        return Not(existence("∃", declaration))

    def exists_one(self, declaration: Declaration) -> Formula:
        return existence("∃!", declaration)

    def exists_formula(self, declaration: Declaration, formula: Formula) -> Formula:
        return Bind("∃", declaration, formula)

    def no_function(self, function: Declaration, such: Any) -> Formula:
        return Not(existence("∃", with_conditions(function, such)))

    def some_function(self, function: Declaration, such: Any) -> Formula:
        return existence("∃", with_conditions(function, such))

    def member_formula(self, member: Member) -> Formula:
        return Typing((Var(member.name),), kind_of_set(member.set))

    def holds(self, subjects: tuple[Term, ...], predicate: Property) -> Formula:
        return predicate(subjects)

    def holds_not(self, subjects: tuple[Term, ...], predicate: Property) -> Formula:
        if len(subjects) > 1:
            raise Refusal("'not' said of several numbers at once can be read in two ways")
        return Not(predicate(subjects))

    def subject(self, *terms: Term) -> tuple[Term, ...]:
        return terms

    def divides(self, divisor: Term, term: Term) -> Formula:
        return Divides(divisor, term)

    def divides_not(self, divisor: Term, term: Term) -> Formula:
        return Not(Divides(divisor, term))

    def written_as(self, left: Term, right: Term) -> Formula:
        return Rel("=", left, right)

    def equals(self, left: Term, right: Term) -> Formula:
        return Rel("=", left, right)

    def satisfies(self, term: Term, formula: Formula) -> Formula:
        return formula

    def has_divisors(self, term: Term, count: Term) -> Formula:
        return Rel("=", Card(Divisors(term)), count)

    def has_remainder(self, term: Term, remainder: Term, divisor: Term) -> Formula:
        return Rel("=", Op("%", term, divisor), remainder)

    def remainder_bare(self, remainder: Term, term: Term, divisor: Term) -> Formula:
        return Rel("=", Op("%", term, divisor), remainder)

    def division(self, term: Term, divisor: Term, quotient: Term, remainder: Term) -> Formula:
        whole = Rel("=", Op("//", term, divisor), quotient)
        return And((whole, Rel("=", Op("%", term, divisor), remainder)))

    def same_denominator(self, terms: tuple[Term, ...]) -> Formula:
        first, *others = (Call("den", (term,)) for term in terms)
        if not others:
            raise Refusal("the same denominator as what")
        return conjunction([Rel("=", first, other) for other in others])

    def negated(self, formula: Formula) -> Formula:
        return Not(formula)

    def predicate(self, predicate: Property) -> Property:
        return predicate

    def all_of(self, *predicates: Property) -> Property:
        return lambda terms: conjunction([predicate(terms) for predicate in predicates])

    def any_of(self, *predicates: Property) -> Property:
        return lambda terms: conjunction([Or(tuple(p((t,)) for p in predicates)) for t in terms])

    def distinct(self) -> Property:
        return lambda terms: pairwise("distinct", terms)

    def coprime(self) -> Property:
        return lambda terms: pairwise("coprime", terms)

    def coprime_to(self, other: Term) -> Property:
        return each(lambda t: Rel("=", Call("gcd", (t, other)), Num(1)))

    def divisible(self, divisors: tuple[Term, ...]) -> Property:
        return each(lambda t: conjunction([Divides(divisor, t) for divisor in divisors]))

    def divisible_by_one(self, *divisors: Term) -> Property:
        return each(lambda t: Or(tuple(Divides(divisor, t) for divisor in divisors)))

    def divisor(self, term: Term) -> Property:
        return each(lambda t: Divides(t, term))

    def congruent(self, congruence: Property) -> Property:
        return congruence

    def residue(self, residue: Residue) -> Property:
        return each(lambda t: Cong(t, residue.term, residue.modulus))

    def residue_of(self, term: Term, modulus: Any) -> Property:
        number = modulus.modulus if isinstance(modulus, Modulus) else modulus
        return each(lambda t: Cong(t, term, number))

    def residue_or(self, first: Term, second: Any, modulus: Any = None) -> Property:
        if isinstance(second, Residue):
            second, modulus = second.term, second.modulus
        return each(lambda t: Or((Cong(t, first, modulus), Cong(t, second, modulus))))

    def equal(self, term: Term) -> Property:
        return each(lambda t: Rel("=", t, term))

    def compared(self, comparison: Any, term: Term) -> Property:
        return each(lambda t: Rel(comparison, t, term))

    def between(self, low: Term, high: Term) -> Property:
        raise Refusal(
            "'between' leaves open whether the ends belong: say 'inclusive' or use < and ≤"
        )

    def between_inclusive(self, low: Term, high: Term) -> Property:
        return each(lambda t: And((Rel("≤", low, t), Rel("≤", t, high))))

    def inverse(self, of: Term, modulus: Term) -> Property:
        return each(lambda t: Cong(Op("*", t, of), Num(1), modulus))

    def square(self) -> Property:
        return each(square)

    def of_kind(self, kind: Kind, such: Any = ()) -> Property:
        return lambda terms: Typing(terms, kind, such)


def each(constraint: Callable[[Term], Formula]) -> Property:
    return lambda terms: conjunction([constraint(term) for term in terms])


def existence(quantifier: Literal["∃", "∃!"], declaration: Declaration) -> Formula:
    """ "There is a number n such that A": what must hold is the body, not a side condition."""
    if not declaration.such:
        raise Refusal("'there is' without saying what must hold")
    bare = Declaration(declaration.names, declaration.kind, (), declaration.arrow)
    return Bind(quantifier, bare, conjunction(declaration.such))
