"""Reads a sentence of controlled English with english.lark into the items of syntax.py."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import cache
from itertools import islice, product
from pathlib import Path
from typing import Any, TypeAlias

from lark import Lark, Token, Tree, UnexpectedCharacters, UnexpectedInput, UnexpectedToken
from lark.lexer import Lexer

from proofloop.agents.llm.offline.chunk import Sentence, Unit
from proofloop.agents.llm.offline.forms import (
    And,
    Arrow,
    Big,
    Call,
    Card,
    Cong,
    Divides,
    Divisors,
    Filter,
    Formula,
    Iff,
    Implies,
    Not,
    Num,
    Op,
    Or,
    Pow,
    Rel,
    Sort,
    Term,
    Var,
    conjunction,
    free_names,
    walk,
)
from proofloop.agents.llm.offline.kinds import (
    ADJECTIVES,
    TOGETHER,
    digit,
    make_kind,
    pairwise,
    square,
)
from proofloop.agents.llm.offline.math_reader import Member, Modulus, Residue, SetName, Signature
from proofloop.agents.llm.offline.refusal import Refusal
from proofloop.agents.llm.offline.sorts import defines
from proofloop.agents.llm.offline.syntax import (
    AskAll,
    AskExtreme,
    AskExtremeValue,
    AskValue,
    Bind,
    Claim,
    Count,
    Declaration,
    Extremum,
    Fact,
    Generic,
    Item,
    Kind,
    Let,
    Suppose,
    Typing,
)

READINGS = 8  # at most so many derivations of one sentence are looked at

Property: TypeAlias = Callable[[tuple[Term, ...]], Formula]


class _Units(Lexer):
    """Gives each unit its terminal: a keyword of the grammar, or the kind of mathematics."""

    def __init__(self, lexer_conf: Any) -> None:
        self.names = {t.pattern.value: t.name for t in lexer_conf.terminals if t.pattern}

    def lex(self, data: Sequence[Unit]) -> Iterator[Token]:  # type: ignore[override]
        for index, unit in enumerate(data):
            kind = self.names.get(unit.text, "UNKNOWN") if unit.kind == "WORD" else unit.kind
            yield Token(kind, unit.text, start_pos=index, end_pos=index + 1)


@cache
def _parser() -> Lark:
    grammar = Path(__file__).with_name("english.lark").read_text(encoding="utf-8")
    return Lark(
        grammar, parser="earley", lexer=_Units, ambiguity="explicit", maybe_placeholders=False
    )


def read_sentence(sentence: Sentence) -> list[tuple[Item, ...]]:
    """Every reading of the sentence, at least one. Raises Refusal at the first unit that fits no
    continuation."""
    units = sentence.units
    try:
        tree: Tree[Token] = _parser().parse(units)  # type: ignore[arg-type, assignment]
    except UnexpectedToken as error:
        position = error.token.start_pos or 0
        raise _no_place_for(units, position) from None
    except UnexpectedCharacters as error:
        raise _no_place_for(units, error.pos_in_stream or 0) from None
    except UnexpectedInput:
        raise Refusal("the sentence ends too early", sentence.span) from None
    readings: list[tuple[Item, ...]] = []
    refusal: Refusal | None = None
    for derivation in islice(_derivations(tree), READINGS):
        try:
            items = _Reader(units).sentence(derivation)
        except Refusal as error:
            refusal = Refusal(error.reason, error.span or sentence.span)
            continue
        if items not in readings:
            readings.append(items)
    if not readings and refusal:
        raise refusal
    # "is the square of an integer" speaks of some integer, not of any.
    plain = [items for items in readings if not any(_speaks_of_any(item) for item in items)]
    return plain or readings


def _speaks_of_any(item: Any) -> bool:
    return any(isinstance(part, Generic) and not part.named for part in walk(item))


def _no_place_for(units: Sequence[Unit], position: int) -> Refusal:
    unit = units[min(position, len(units) - 1)]
    vocabulary = {terminal.pattern.value for terminal in _parser().terminals if terminal.pattern}
    known = unit.kind != "WORD" or unit.text in vocabulary
    reason = "this does not fit here" if known else f"the word '{unit.text}' is not in the grammar"
    return Refusal(reason, (unit.start, unit.end))


def _derivations(node: Tree[Token] | Token) -> Iterator[Any]:
    """The derivations that an ambiguous tree stands for, one after another."""
    if isinstance(node, Token):
        yield node
    elif node.data == "_ambig":
        for child in node.children:
            yield from _derivations(child)
    else:
        for children in product(*(tuple(islice(_derivations(c), READINGS)) for c in node.children)):
            yield Tree(node.data, list(children))


class _Reader:
    """One method a rule or alias of english.lark, each given what its children were read into."""

    def __init__(self, units: Sequence[Unit]) -> None:
        self.units = units

    def sentence(self, tree: Tree[Token]) -> tuple[Item, ...]:
        flat: list[Item] = []
        main = tree.children[0]
        assert isinstance(main, Tree)
        parts = [self.read(child) for child in main.children]
        # What comes after a question or a claim ("..., given that A") still bears on it.
        order = sorted(parts, key=lambda part: isinstance(part[-1], _MAINS) if part else False)
        for part in order:
            flat.extend(part)
        return tuple(flat)

    def read(self, node: Tree[Token] | Token) -> Any:
        if isinstance(node, Token):
            return self.units[node.start_pos or 0].math
        keep = ("NAME",) if node.data != "name" else ("NAME", "A")
        children = [
            self.read(child)
            for child in node.children
            if isinstance(child, Tree) or child.type in keep or child.type not in ("COMMA", "A")
        ]
        return getattr(self, str(node.data))(*children)

    # -- sentences: each a list of items

    def main(self, *parts: list[Item]) -> list[Item]:
        return [item for part in parts for item in part]

    def nothing(self) -> list[Item]:
        return []

    def claim(self, formula: Formula) -> list[Item]:
        return [Claim(formula)]

    def fact(self, formula: Formula) -> list[Item]:
        return [Fact(formula)]

    def suppose(self, facts: list[Formula]) -> list[Item]:
        return [Suppose(formula) for formula in facts]

    def let(self, *declarations: Declaration) -> list[Item]:
        return [Let(declaration) for declaration in declarations]

    def lets(self, *parts: list[Item]) -> list[Item]:
        return [item for part in parts for item in part]

    def let_kind(self, names: tuple[str, ...], kind: Kind, such: Any = ()) -> list[Item]:
        return [Let(Declaration(names, kind, such))]

    def let_member(self, declaration: Declaration, such: Any = ()) -> list[Item]:
        return [Let(_with(self.member(declaration), such))]

    def let_formula(self, formula: Formula) -> list[Item]:
        return [Suppose(formula)]

    def satisfying(self, kind: Kind, named: Declaration, *such: Any) -> list[Item]:
        conditions = tuple(formula for formulas in such for formula in formulas)
        return [Let(Declaration(named.names, kind, named.such + conditions))]

    def sequence_by(self, term: Term, facts: Any = None) -> list[Item]:
        return [Suppose(formula) for formula in facts]

    def multiplied(self, *parts: Any) -> list[Item]:
        *supposed, term, factor, divisor = parts
        facts = [Suppose(formula) for formulas in supposed for formula in formulas]
        return [*facts, AskValue(Op("%", Op("*", factor, term), divisor))]

    def asked_for(self, question: list[Item], *declarations: Declaration) -> list[Item]:
        return [*(Let(declaration) for declaration in declarations), *question]

    def ask_last_two(self, term: Term) -> list[Item]:
        return [AskValue(self.last_two_of(term))]

    def let_equal(self, name: str, term: Term) -> list[Item]:
        return [Suppose(Rel("=", Var(name), term))]

    def let_function(self, declaration: Declaration, such: Any = ()) -> list[Item]:
        return [Let(_with(declaration, such))]

    def let_notation(self, left: Term, right: Term) -> list[Item]:
        if left == right:  # "let n! denote the product 1 · 2 · ... · n"
            return []
        raise Refusal("a notation other than the usual one")

    # -- declarations

    def name(self, variable: Var) -> str:
        return variable.name

    def names(self, *names: str) -> tuple[str, ...]:
        return names

    def declared(self, kind: Kind, named: Declaration, such: Any = ()) -> Declaration:
        return Declaration(named.names, kind, named.such + such)

    def declared_formula(self, formula: Formula, such: Any = ()) -> Declaration:
        return _with(_about(formula), such)

    def declared_names(self, names: tuple[str, ...], such: Any = ()) -> Declaration:
        return Declaration(names, None, such)

    def declared_member(self, member: Any, such: Any = ()) -> Declaration:
        return _with(self.member(member), such)

    def in_set(self, names: tuple[str, ...], members: SetName) -> Declaration:
        return Declaration(names, _kind_of_set(members.set))

    def member(self, member: Member | Declaration) -> Declaration:
        if isinstance(member, Declaration):
            return member
        return Declaration((member.name,), _kind_of_set(member.set))

    def named(self, first: Any, second: Any = None) -> Declaration:
        """``n``, ``x and y``, ``n ≥ 4``, ``m, n > 1``, ``n ∈ ℕ``"""
        names = first if isinstance(first, tuple) else ()
        last = second if second is not None else first
        if isinstance(last, tuple):
            return Declaration(names, None)
        if isinstance(last, Member):
            return Declaration((*names, last.name), None)
        about = _about(last)
        return Declaration((*names, *about.names), None, about.such)

    def such(self, facts: Any) -> tuple[Formula, ...]:
        return tuple(facts)

    def count(self) -> int:
        return 1

    def two(self) -> int:
        return 2

    def three(self) -> int:
        return 3

    def four(self) -> int:
        return 4

    def kind(self, *parts: Any) -> Kind:
        count = next((part for part in parts if isinstance(part, int)), 0)
        *adjectives, noun = (part for part in parts if isinstance(part, str))
        return make_kind(adjectives, noun, count)

    def function_unknown(self, *names: str) -> Declaration:
        return Declaration(names, None)

    def function_sets(self, name: str, domain: Any, codomain: Any = None) -> Declaration:
        target = codomain if codomain is not None else domain
        return Declaration((name,), None, (), Arrow((_sort(domain),), _sort(target)))

    def function_signature(self, signature: Signature) -> Declaration:
        arrow = Arrow((_sort_of_set(signature.domain),), _sort_of_set(signature.codomain))
        return Declaration((signature.name,), None, (), arrow)

    def sequence_kind(self, *parts: Any) -> Declaration:
        names = tuple(part for part in parts if isinstance(part, str))
        kinds = [part for part in parts if isinstance(part, Kind)]
        arrow = Arrow((Sort.NAT,), _sort(kinds[0])) if kinds else None
        return Declaration(names, None, (), arrow)

    def function_set(self, members: Kind | SetName) -> Kind | SetName:
        return members

    def itself(self) -> None:
        return None

    # -- formulas

    def facts(self, *formulas: Formula) -> list[Formula]:
        return list(formulas)

    def formula(self, formula: Formula) -> Formula:
        return formula

    def implies(self, facts: list[Formula], formula: Formula) -> Formula:
        return Implies(_all(facts), formula)

    def whenever(self, formula: Formula, facts: list[Formula]) -> Formula:
        return Implies(_all(facts), formula)

    def forall(self, *parts: Any) -> Formula:
        *declarations, formula = parts
        for declaration in reversed(declarations):
            formula = _bind("∀", declaration, formula)
        return formula  # type: ignore[no-any-return]

    def forall_after(self, formula: Formula, declaration: Declaration) -> Formula:
        return _bind("∀", declaration, formula)

    def recurrence(self, equation: Formula, condition: Formula) -> Formula:
        """``x_n = ... when n ≥ 5``: for all such n."""
        if defines(equation) is None:
            raise Refusal("'when' after something that defines no sequence")
        return _bind("∀", _about(condition), equation)

    def iff(self, left: Formula, right: Formula) -> Formula:
        return Iff(left, right)

    def arrow(self, left: Formula, right: Formula) -> Formula:
        return Implies(left, right)

    def disjunction(self, *parts: Formula) -> Formula:
        return Or(parts)

    def conjunction(self, *parts: Formula) -> Formula:
        return _all(list(parts))

    def exists(self, declaration: Declaration) -> Formula:
        return _exists("∃", declaration)

    def exists_none(self, declaration: Declaration) -> Formula:
        return Not(_exists("∃", declaration))

    def exists_one(self, declaration: Declaration) -> Formula:
        return _exists("∃!", declaration)

    def exists_formula(self, declaration: Declaration, formula: Formula) -> Formula:
        return _bind("∃", declaration, formula)

    def no_function(self, function: Declaration, such: Any) -> Formula:
        return Not(_exists("∃", _with(function, such)))

    def some_function(self, function: Declaration, such: Any) -> Formula:
        return _exists("∃", _with(function, such))

    def member_formula(self, member: Member) -> Formula:
        return _typing((Var(member.name),), _kind_of_set(member.set))

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

    def same_denominator(self, names: tuple[str, ...]) -> Formula:
        left, right = (Call("den", (Var(name),)) for name in names)
        return Rel("=", left, right)

    def negated(self, formula: Formula) -> Formula:
        return Not(formula)

    # -- predicates: what is said of the subjects

    def predicate(self, predicate: Property) -> Property:
        return predicate

    def all_of(self, *predicates: Property) -> Property:
        return lambda terms: _all([predicate(terms) for predicate in predicates])

    def any_of(self, *predicates: Property) -> Property:
        return lambda terms: _all([Or(tuple(p((t,)) for p in predicates)) for t in terms])

    def distinct(self) -> Property:
        return lambda terms: pairwise("distinct", terms)

    def coprime(self) -> Property:
        return lambda terms: pairwise("coprime", terms)

    def coprime_to(self, other: Term) -> Property:
        return _each(lambda t: Rel("=", Call("gcd", (t, other)), Num(1)))

    def divisible(self, divisor: Term) -> Property:
        return _each(lambda t: Divides(divisor, t))

    def divisor(self, term: Term) -> Property:
        return _each(lambda t: Divides(t, term))

    def congruent(self, congruence: Property) -> Property:
        return congruence

    def residue(self, residue: Residue) -> Property:
        return _each(lambda t: Cong(t, residue.term, residue.modulus))

    def residue_of(self, term: Term, modulus: Any) -> Property:
        number = modulus.modulus if isinstance(modulus, Modulus) else modulus
        return _each(lambda t: Cong(t, term, number))

    def residue_or(self, first: Term, second: Any, modulus: Any = None) -> Property:
        if isinstance(second, Residue):
            second, modulus = second.term, second.modulus
        return _each(lambda t: Or((Cong(t, first, modulus), Cong(t, second, modulus))))

    def equal(self, term: Term) -> Property:
        return _each(lambda t: Rel("=", t, term))

    def compared(self, comparison: Any, term: Term) -> Property:
        return _each(lambda t: Rel(comparison, t, term))

    def gt(self) -> str:
        return ">"

    def lt(self) -> str:
        return "<"

    def ge(self) -> str:
        return "≥"

    def le(self) -> str:
        return "≤"

    def between(self, low: Term, high: Term) -> Property:
        raise Refusal(
            "'between' leaves open whether the ends belong: say 'inclusive' or use < and ≤"
        )

    def between_inclusive(self, low: Term, high: Term) -> Property:
        return _each(lambda t: And((Rel("≤", low, t), Rel("≤", t, high))))

    def inverse(self, of: Term, modulus: Term) -> Property:
        return _each(lambda t: Cong(Op("*", t, of), Num(1), modulus))

    def square(self) -> Property:
        return _each(square)

    def of_kind(self, kind: Kind, such: Any = ()) -> Property:
        return lambda terms: _typing(terms, kind, such)

    # -- terms

    def math(self, term: Term) -> Term:
        return term

    same = math

    def variable(self, name: str) -> Term:
        return Var(name)

    def it(self) -> Term:
        raise Refusal("'it' without a number that it stands for")

    def series(self, *terms: Term) -> tuple[Term, ...]:
        return terms

    def sum_of(self, terms: tuple[Term, ...]) -> Term:
        return _fold("+", terms)

    def product_of(self, terms: tuple[Term, ...]) -> Term:
        return _fold("*", terms)

    def distance(self, left: Term, right: Term) -> Term:
        return Call("abs", (Op("-", left, right),))

    def square_of(self, term: Term) -> Term:
        return Pow(term, Num(2))

    def cube_of(self, term: Term) -> Term:
        return Pow(term, Num(3))

    def reciprocal_of(self, term: Term) -> Term:
        return Op("/", Num(1), term)

    def absolute_of(self, term: Term) -> Term:
        return Call("abs", (term,))

    def twice(self, term: Term) -> Term:
        return Op("*", Num(2), term)

    def times(self, left: Term, right: Term) -> Term:
        return Op("*", left, right)

    def plus(self, left: Term, right: Term) -> Term:
        return Op("+", left, right)

    def minus(self, left: Term, right: Term) -> Term:
        return Op("-", left, right)

    def more_than(self, more: Term, term: Term) -> Term:
        return Op("+", term, more)

    def less_than(self, less: Term, term: Term) -> Term:
        return Op("-", term, less)

    def percent_of(self, percent: Term, term: Term) -> Term:
        if isinstance(percent, Op) and percent.op == "/" and percent.right == Num(100):
            return Op("*", percent, term)
        raise Refusal("'of' after something that is no percentage")

    def gcd_of(self, terms: tuple[Term, ...]) -> Term:
        return _fold_call("gcd", terms)

    def lcm_of(self, terms: tuple[Term, ...]) -> Term:
        return _fold_call("lcm", terms)

    def remainder_of(self, term: Term, divisor: Term) -> Term:
        return Op("%", term, divisor)

    def same_remainder(self, term: Term) -> Term:
        if isinstance(term, Op) and term.op == "%":
            return term
        raise Refusal("a remainder without a divisor")

    def residue_value(self, residue: Residue) -> Term:
        return Op("%", residue.term, residue.modulus)

    def modulo_remainder(self, divisor: Term, term: Term) -> Term:
        return Op("%", term, divisor)

    def quotient_of(self, term: Term, divisor: Term) -> Term:
        return Op("//", term, divisor)

    def digit_of(self, place: int, term: Term) -> Term:
        return digit(term, place)

    def place_units(self) -> int:
        return 0

    def place_tens(self) -> int:
        return 1

    def place_hundreds(self) -> int:
        return 2

    def last_two_of(self, term: Term) -> Term:
        return Op("%", Call("magnitude", (term,)), Num(100))

    def divisor_count(self, term: Term) -> Term:
        return Card(Divisors(term))

    def divisor_count_but(self, term: Term, first: Term, second: Term) -> Term:
        d = Var("d")
        others = And((Rel("≠", d, first), Rel("≠", d, second)))
        return Card(Filter(d, Divisors(term), others))

    def proper_sum(self, term: Term) -> Term:
        return Big("∑", Var("d"), Divisors(term, proper=True), Var("d"))

    def divisor_sum(self, term: Term) -> Term:
        return Big("∑", Var("d"), Divisors(term), Var("d"))

    def counted(self, kind: Kind, *parts: Any) -> Declaration:
        return _of_one(kind, parts)

    def count_of(self, declaration: Declaration) -> Any:
        return Count(declaration)

    def generic(self, kind: Kind) -> Any:
        return Generic(kind, "1")

    def introduced(self, kind: Kind, name: str) -> Any:
        return Generic(kind, name, named=True)

    def several(self, count: int, *words: str) -> list[Any]:
        kind = make_kind(list(words[:-1]), words[-1])
        return [Generic(kind, str(index)) for index in range(count)]

    def consecutive(self, count: int, *words: str) -> list[Any]:
        kind = make_kind(list(words[:-1]), words[-1])
        if {"prime", "composite"}.intersection(words):
            raise Refusal("consecutive primes")
        step = 2 if {"even", "odd"}.intersection(words) else 1
        first: Any = Generic(kind, "1")
        return [first, *(Op("+", first, Num(step * index)) for index in range(1, count))]

    def generic_sum(self, terms: list[Any]) -> Term:
        return _fold("+", tuple(terms))

    def generic_product(self, terms: list[Any]) -> Term:
        return _fold("*", tuple(terms))

    # -- questions

    def ask(self, term: Term) -> list[Item]:
        return [AskValue(term)]

    def ask_names(self, names: tuple[str, ...], such: Any) -> list[Item]:
        if len(names) > 1:
            raise Refusal("several unknowns asked for at once")
        return [*(Suppose(formula) for formula in such), AskValue(Var(names[0]))]

    def ask_declared(self, kind: Kind, named: Declaration, such: Any = ()) -> list[Item]:
        names = named.names
        if len(names) > 1:
            raise Refusal("several unknowns asked for at once")
        return [Let(Declaration(names, kind, named.such + such)), AskValue(Var(names[0]))]

    def ask_all(self, kind: Kind, named: Declaration, such: Any = ()) -> list[Item]:
        return [AskAll(Declaration(named.names, kind, named.such + such))]

    def ask_extreme(self, item: Item) -> list[Item]:
        return [item]

    ask_extreme_value = ask_extreme

    def extreme(self, which: Extremum, kind: Kind, *parts: Any) -> Item:
        return AskExtreme(which, _of_one(kind, parts))

    def extreme_predicate(self, which: Extremum, kind: Kind, predicate: Property) -> Item:
        return AskExtreme(which, Declaration(("n",), kind, (predicate((Var("n"),)),)))

    def extreme_value(self, which: Extremum, term: Term) -> Item:
        return AskExtremeValue(which, term)

    def least(self) -> Extremum:
        return "least"

    def greatest(self) -> Extremum:
        return "greatest"

    def ask_remainder(self, term: Term, divisor: Term) -> list[Item]:
        return [AskValue(Op("%", term, divisor))]

    def ask_count(self, kind: Kind, *parts: Any) -> list[Item]:
        return [AskValue(Count(_of_one(kind, parts)))]  # type: ignore[arg-type]

    def ask_count_predicate(self, kind: Kind, predicate: Property) -> list[Item]:
        declaration = Declaration(("n",), kind, (predicate((Var("n"),)),))
        return [AskValue(Count(declaration))]  # type: ignore[arg-type]

    def ask_divisors(self, term: Term) -> list[Item]:
        return [AskValue(Card(Divisors(term)))]

    def ask_for_value(self, name: str, facts: Any) -> list[Item]:
        formulas = facts if isinstance(facts, list) else [facts]
        return [*(Suppose(formula) for formula in formulas), AskValue(Var(name))]

    def ask_residue(self, formula: Formula, modulus: Term) -> list[Item]:
        if not isinstance(formula, Cong) or formula.modulus != modulus:
            raise Refusal("a congruence and a residue with different moduli")
        names = free_names(formula)
        if len(names) != 1:
            raise Refusal("a congruence with more than one unknown")
        return [Suppose(formula), AskValue(Op("%", Var(next(iter(names))), modulus))]


for _word in (*ADJECTIVES, *TOGETHER, "fixed"):
    setattr(_Reader, f"adj_{_word}", lambda self, word=_word: word)
for _word in ("integer", "natural", "prime", "rational", "real", "number"):
    setattr(_Reader, f"noun_{_word}", lambda self, word=_word: word)
for _word in (
    "even",
    "odd",
    "prime",
    "composite",
    "positive",
    "negative",
    "nonzero",
    "nonnegative",
):
    setattr(_Reader, _word, lambda self, word=_word: _each(ADJECTIVES[word]))

_MAINS = (Claim, Fact, AskValue, AskAll, AskExtreme, AskExtremeValue)


def _each(constraint: Callable[[Term], Formula]) -> Property:
    return lambda terms: _all([constraint(term) for term in terms])


def _all(formulas: list[Formula]) -> Formula:
    return conjunction(formulas)


def _fold(op: Any, terms: tuple[Term, ...]) -> Term:
    if len(terms) < 2:
        raise Refusal("a sum or product of one number")
    total = terms[0]
    for term in terms[1:]:
        total = Op(op, total, term)
    return total


def _fold_call(function: str, terms: tuple[Term, ...]) -> Term:
    if len(terms) < 2:
        raise Refusal(f"the {function} of one number")
    total = terms[0]
    for term in terms[1:]:
        total = Call(function, (total, term))
    return total


def _bind(quantifier: Any, declaration: Declaration, body: Formula) -> Any:
    return Bind(quantifier, declaration, body)


def _exists(quantifier: Any, declaration: Declaration) -> Any:
    """ "There is a number n such that A": what must hold is the body, not a side condition."""
    if not declaration.such:
        raise Refusal("'there is' without saying what must hold")
    bare = Declaration(declaration.names, declaration.kind, (), declaration.arrow)
    return Bind(quantifier, bare, _all(list(declaration.such)))


def _typing(terms: tuple[Term, ...], kind: Kind, such: tuple[Formula, ...] = ()) -> Any:
    return Typing(terms, kind, such)


def _with(declaration: Declaration, such: tuple[Formula, ...]) -> Declaration:
    return Declaration(
        declaration.names, declaration.kind, declaration.such + tuple(such), declaration.arrow
    )


def _about(formula: Formula) -> Declaration:
    """The variable that "for all n ≥ 3" quantifies: the only one, or the one on the left."""
    names = free_names(formula)
    first = formula.parts[0] if isinstance(formula, And) else formula
    if len(names) == 1:
        return Declaration((next(iter(names)),), None, (formula,))
    if isinstance(first, Rel) and isinstance(first.left, Var) and first is formula:
        return Declaration((first.left.name,), None, (formula,))
    raise Refusal("it is not clear which variable this introduces")


def _of_one(kind: Kind, parts: Sequence[Any]) -> Declaration:
    """A kind with one variable, named or to be found in the conditions, and its conditions."""
    names: tuple[str, ...] = ()
    such: tuple[Formula, ...] = ()
    for part in parts:
        if isinstance(part, Declaration):
            names, such = part.names, such + part.such
        else:
            such += tuple(part)
    if not names:
        free = sorted(frozenset().union(*(free_names(formula) for formula in such)))
        names = tuple(free)
    if len(names) != 1:
        raise Refusal("it is not clear which variable the conditions are about")
    return Declaration(names, kind, such)


def _kind_of_set(name: str) -> Kind:
    nouns = {"ℕ": "natural", "ℤ": "integer", "ℚ": "rational", "ℝ": "real", "ℂ": "real"}
    return make_kind(["positive"] if name.endswith("+") else [], nouns[name[0]])


def _sort_of_set(name: str) -> Sort:
    return _sort(_kind_of_set(name))


def _sort(members: Kind | SetName) -> Sort:
    """The sort of all numbers of a kind, where there is one."""
    kind = _kind_of_set(members.set) if isinstance(members, SetName) else members
    sorts = {"integer": Sort.INT, "natural": Sort.NAT, "rational": Sort.RAT}
    if kind == make_kind(["nonnegative"], "integer"):
        return Sort.NAT
    if kind.constraints or kind.noun not in sorts:
        raise Refusal("functions on this set of numbers are not in the grammar")
    return sorts[kind.noun]
