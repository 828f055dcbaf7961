"""Prints a statement as controlled English with LaTeX mathematics, which english.lark reads."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import groupby

from proofloop.agents.llm.offline.bounds import Bounds
from proofloop.agents.llm.offline.forms import (
    And,
    Apply,
    Arrow,
    Big,
    Binder,
    Call,
    Card,
    Cast,
    Cong,
    Divides,
    Divisors,
    Filter,
    Formula,
    Iff,
    Implies,
    Interval,
    Least,
    Neg,
    Not,
    Num,
    Op,
    Or,
    Pow,
    Pred,
    Quant,
    Rel,
    Set,
    Sort,
    Statement,
    Term,
    Truth,
    Var,
    conjuncts,
    strip_sorts,
)
from proofloop.agents.llm.offline.lean_printer import sort_of
from proofloop.agents.llm.offline.refusal import Refusal

_KINDS = {
    Sort.NAT: ("a natural number", "natural numbers"),
    Sort.INT: ("an integer", "integers"),
    Sort.RAT: ("a rational number", "rational numbers"),
}
_SETS = {Sort.NAT: r"\mathbb{N}", Sort.INT: r"\mathbb{Z}", Sort.RAT: r"\mathbb{Q}"}
_RELATIONS = {"=": "=", "≠": r"\neq", "<": "<", "≤": r"\leq", ">": ">", "≥": r"\geq"}


def english_statement(statement: Statement) -> str:
    """Raises Refusal for the few forms that the English of the fragment cannot say."""
    naturals = frozenset(b.name for b in statement.binders if b.sort is Sort.NAT)
    printer = _Printer(Bounds((), naturals).and_know(_untyped(h) for h in statement.hypotheses))
    sentences = list(_declarations(statement.binders))
    sentences += [f"Suppose that {printer.formula(h)}." for h in statement.hypotheses]
    goal = statement.goal
    if isinstance(goal, Least):
        sentences.append(printer.extreme(goal))
    else:
        sentences.append(f"Show that {printer.formula(goal)}.")
    return " ".join(sentences)


def _declarations(binders: Iterable[Binder]) -> Iterable[str]:
    for sort, group in groupby(binders, key=lambda binder: binder.sort):
        names = [f"${_name(binder.name)}$" for binder in group]
        if isinstance(sort, Arrow):
            if len(sort.arguments) != 1:
                raise Refusal("functions of several arguments")
            sets = rf"{_SETS[sort.arguments[0]]} \to {_SETS[sort.result]}"
            yield from (f"Let ${name[1:-1]} : {sets}$ be a function." for name in names)
        else:
            one, several = _KINDS[sort]
            yield f"Let {_listed(names)} be {one if len(names) == 1 else several}."


def _listed(names: list[str], last: str = "and") -> str:
    if len(names) < 3:
        return f" {last} ".join(names)
    return f"{', '.join(names[:-1])}, {last} {names[-1]}"


_DIGITS = str.maketrans("₀₁₂₃₄₅₆₇₈₉", "0123456789")


def _name(name: str) -> str:
    letter, number = name[0], name[1:].translate(_DIGITS)
    if not number:
        return name
    if not number.isdigit():
        raise Refusal(f"the name {name} has no place in the English of the fragment")
    return f"{letter}_{{{number}}}"


class _Printer:
    """Knows what is known where it prints: whether a difference in ℕ can be cut off at 0."""

    def __init__(self, bounds: Bounds) -> None:
        self.bounds = bounds

    def under(self, binder: Binder, *facts: Formula) -> _Printer:
        naturals = [binder.name] if binder.sort is Sort.NAT else []
        bounds = self.bounds.without([binder.name])
        return _Printer(bounds.and_know((_untyped(fact) for fact in facts), naturals))

    def formula(self, formula: Formula) -> str:
        match formula:
            case Truth(value):
                return "$0 = 0$" if value else "$0 = 1$"
            case Rel("=", Call("den", (one,)), Call("den", (other,))):
                return f"${self.term(one)}$ and ${self.term(other)}$ have the same denominator"
            case Rel("=", Call("den", (inner_term,)), Num(1)):
                return f"${self.term(inner_term)}$ is an integer"
            case Rel("=", left, right) if (words := self._words(left)) is not None:
                return f"{words} is equal to {self._words(right) or f'${self.term(right)}$'}"
            case Rel("=", left, right) if (words := self._words(right)) is not None:
                return f"${self.term(left)}$ is equal to {words}"
            case Rel(op, left, right):
                return f"${self.term(left)} {_RELATIONS[op]} {self.term(right)}$"
            case Divides(divisor, term):
                return rf"${self.term(divisor)} \mid {self.term(term)}$"
            case Cong(left, right, modulus):
                sides = rf"{self.term(left)} \equiv {self.term(right)}"
                return rf"${sides} \pmod{{{self.term(modulus)}}}$"
            case Pred(name, term):
                return f"${self.term(term)}$ is {name}"
            case Not(Rel() | Divides() | Cong() | Pred() as inner):
                return f"not {self.formula(inner)}"
            case Not(Quant("∃", _, _) as inner):
                return self._exists(inner, "there is no")
            case And(parts) if all(_is_plain(part) or part is parts[-1] for part in parts):
                return " and ".join(self.formula(part) for part in parts)
            case Or(parts) if all(_is_plain(p) for part in parts for p in conjuncts(part)):
                return " or ".join(self.formula(part) for part in parts)
            case Implies(premise, conclusion):
                told = _Printer(self.bounds.and_know([_untyped(premise)]))
                return f"if {self.formula(premise)}, then {told.formula(conclusion)}"
            case Iff(left, right) if _is_plain(left):
                return f"{self.formula(left)} if and only if {self.formula(right)}"
            case Quant("∀", binder, body):
                said = self.under(binder).formula(body)
                return f"for every {self._declared(binder)}, {said}"
            case Quant("∃"):
                return self._exists(formula, "there is")
            case Quant("∃!"):
                return self._exists(formula, "there is exactly one", article=False)
        raise Refusal("a statement that the English of the fragment cannot say")

    def _exists(self, quantified: Formula, opening: str, *, article: bool = True) -> str:
        assert isinstance(quantified, Quant)
        binder = quantified.binder
        declared = self._declared(binder)
        if article and opening == "there is":
            declared = f"{'an' if declared[0] in 'ai' else 'a'} {declared}"
        body = self.under(binder, quantified.body).formula(quantified.body)
        return f"{opening} {declared} such that {body}"

    def _declared(self, binder: Binder) -> str:
        if isinstance(binder.sort, Arrow):
            sort = binder.sort
            if len(sort.arguments) != 1:
                raise Refusal("functions of several arguments")
            sets = rf"{_SETS[sort.arguments[0]]} \to {_SETS[sort.result]}"
            return f"function ${binder.name} : {sets}$"
        kind = _KINDS[binder.sort][0].split(" ", 1)[1]
        return f"{kind} ${_name(binder.name)}$"

    def extreme(self, goal: Least) -> str:
        which = "smallest" if goal.kind == "least" else "largest"
        inner = self.under(goal.index, goal.condition).formula(goal.condition)
        declared = self._declared(goal.index)
        question = f"What is the {which} {declared} such that {inner}?"
        return f"{question} Show that it is ${self.term(goal.value)}$."

    def _words(self, term: Term) -> str | None:
        """Numbers that are said in words: how many there are of a kind, sums of divisors."""
        match term:
            case Card(Divisors(of, False)):
                return f"the number of positive divisors of ${self.term(of)}$"
            case Big("∑", Var(index), Divisors(of, proper), Var(body)) if index == body:
                kind = "proper" if proper else "positive"
                return f"the sum of the {kind} divisors of ${self.term(of)}$"
            case Card(Interval(low, stop)):
                kind = _KINDS[sort_of(low)][1]
                return f"the number of {kind} from ${self.term(low)}$ to ${self._last(stop)}$"
            case Card(Filter(index, Interval(low, stop), condition)):
                assert index.sort is not None
                binder = Binder(index.name, index.sort)
                inner = self.under(binder, condition)
                ends = rf"{self.term(low)} \leq {_name(index.name)} \leq {self._last(stop)}"
                kind = _KINDS[index.sort][1]
                such = f"${ends}$ and {inner.formula(condition)}"
                return f"the number of {kind} ${_name(index.name)}$ such that {such}"
        return None

    # -- terms: 1 sums, 2 products, 3 signs, 4 powers, 5 what needs no parentheses

    def term(self, term: Term, outer: int = 0) -> str:
        match term:
            case Num(value):
                return str(value)
            case Var(name):
                return _name(name)
            case Cast(inner):
                return self.term(inner, outer)
            case Neg(inner):
                return _wrap(f"-{self.term(inner, 3)}", 3, outer)
            case Op("/", left, right):
                return rf"\frac{{{self.term(left)}}}{{{self.term(right)}}}"
            case Op("//", left, right):
                return rf"\lfloor {self.term(left, 2)} / {self.term(right, 3)} \rfloor"
            case Op("%", left, right):
                text = rf"{self.term(left, 1)} \bmod {self.term(right, 1)}"
                return _wrap(text, 0, max(outer, 1))
            case Op(op, left, right):
                if op == "-" and sort_of(term) is Sort.NAT:
                    self._check_difference(term)
                own = 1 if op in "+-" else 2
                symbol = r"\cdot" if op == "*" else op
                text = f"{self.term(left, own)} {symbol} {self.term(right, own + 1)}"
                return _wrap(text, own, outer)
            case Pow(base, exponent):
                return _wrap(f"{self.term(base, 5)}^{{{self.term(exponent)}}}", 4, outer)
            case Call("abs", (inner,)):
                return rf"\lvert {self.term(inner)} \rvert"
            case Call("factorial", (inner,)):
                return f"{self.term(inner, 5)}!"
            case Call("choose", (above, below)):
                return rf"\binom{{{self.term(above)}}}{{{self.term(below)}}}"
            case Call("gcd" | "lcm" as function, arguments):
                parts = ", ".join(self.term(argument) for argument in arguments)
                return rf"\operatorname{{{function}}}({parts})"
            case Apply(function, arguments):
                parts = ", ".join(self.term(argument) for argument in arguments)
                return f"{function}({parts})"
            case Big(op, index, domain, body):
                return _wrap(self._big(op, index, domain, body), 1, outer)
        raise Refusal("a number that the English of the fragment cannot say")

    def _big(self, op: str, index: Var, domain: Set, body: Term) -> str:
        symbol = r"\sum" if op == "∑" else r"\prod"
        name = _name(index.name)
        inner = self.under(Binder(index.name, Sort.NAT))
        match domain:
            case Interval(low, stop):
                facts = (Rel("≤", low, index), Rel("<", index, stop))
                inner = self.under(Binder(index.name, Sort.NAT), *facts)
                limits = rf"_{{{name} = {self.term(low)}}}^{{{self._last(stop)}}}"
            case Divisors(of, False):
                limits = rf"_{{{name} \mid {self.term(of)}}}"
            case _:
                raise Refusal("a sum over a set that the English of the fragment cannot name")
        return f"{symbol}{limits} {inner.term(body, 2)}"

    def _last(self, stop: Term) -> str:
        match stop:
            case Num(value):
                return str(value - 1)
            case Op("+", left, Num(1)):
                return self.term(left)
        return f"{self.term(stop)} - 1"

    def _check_difference(self, term: Term) -> None:
        if not self.bounds.nonnegative(_untyped(term)):  # type: ignore[arg-type]
            raise Refusal(
                "a difference of natural numbers that Lean cuts off at 0: English has no such minus"
            )


def _wrap(text: str, own: int, outer: int) -> str:
    return f"({text})" if own < outer else text


def _is_plain(formula: Formula) -> bool:
    """Whether "and" after this formula cannot be read as a part of it."""
    return isinstance(formula, Rel | Divides | Cong | Pred) or (
        isinstance(formula, Not) and _is_plain(formula.formula)
    )


def _untyped(node: Formula | Term) -> Formula:
    """Without sorts and casts, as Bounds compares."""
    return strip_sorts(node)  # type: ignore[return-value]
