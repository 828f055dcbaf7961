"""Terms: the smallest sort that each can be computed in, and the casts into a larger one."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Sequence
from typing import Any

from proofloop.agents.llm.offline.bounds import constant
from proofloop.agents.llm.offline.conditions import conditions, numeral, numeral_bound
from proofloop.agents.llm.offline.forms import (
    And,
    Apply,
    Arrow,
    Big,
    Call,
    Card,
    Cast,
    Divisors,
    Filter,
    Formula,
    Implies,
    Interval,
    Least,
    Neg,
    Num,
    Op,
    Pow,
    Pred,
    Quant,
    Rel,
    Set,
    Sort,
    Term,
    Truth,
    Var,
    children,
    conjunction,
    conjuncts,
    join,
    rebuild,
    walk,
)
from proofloop.agents.llm.offline.refusal import Refusal
from proofloop.agents.llm.offline.scope import Scope
from proofloop.agents.llm.offline.syntax import (
    Bind,
    Count,
    Declaration,
)


class Terms(ABC):
    """``arrows`` gives the sort of every function letter of the text."""

    arrows: dict[str, Arrow]

    @abstractmethod
    def formula(self, formula: Any, scope: Scope) -> Formula:
        """Sets are cut out by formulas, which are elaborated elsewhere."""

    def stated(self, facts: Sequence[Formula], scope: Scope) -> list[Formula]:
        """The facts as hypotheses, without those that the sorts say already."""
        telling = [fact for fact in facts if not self._says_natural(fact, scope)]
        found = [self.formula(fact, scope) for fact in telling]
        return [fact for fact in dict.fromkeys(found) if fact != Truth(True)]

    def _says_natural(self, fact: Formula, scope: Scope) -> bool:
        """``0 ≤ n`` of a natural number says nothing new."""
        if not isinstance(fact, Rel) or fact.op not in ("≤", "≥"):
            return False
        low, high = (fact.left, fact.right) if fact.op == "≤" else (fact.right, fact.left)
        return low == Num(0) and isinstance(high, Var) and scope.sorts.get(high.name) is Sort.NAT

    # -- terms

    def common(self, scope: Scope, *terms: Any) -> Sort:
        sort = join(*(self.least(term, scope) for term in terms))
        assert sort is not None
        return sort

    def integers(self, what: str, scope: Scope, *terms: Any) -> Sort:
        sort = self.common(scope, *terms)
        if sort is Sort.RAT:
            raise Refusal(f"{what} between numbers that may not be integers")
        return sort

    def least(self, term: Any, scope: Scope) -> Sort:
        """The smallest sort that a term can be computed in."""
        match term:
            case Num():
                return Sort.NAT
            case Var(name):
                sort = scope.sorts.get(name)
                if not isinstance(sort, Sort):
                    raise Refusal(f"{name} is a function and is used as a number")
                return sort
            case Neg(inner):
                return self._at_least_int(self.least(inner, scope))
            case Op("-", left, right):
                return self._at_least_int(self.common(scope, left, right))
            case Op("/"):
                return Sort.RAT
            case Op(_, left, right):
                return self.common(scope, left, right)
            case Pow(base):
                return self.least(base, scope)
            case Call("abs", (inner,)):
                return self._at_least_int(self.least(inner, scope))
            case Call("magnitude", (inner,)):
                return self.least(inner, scope)
            case Call():
                return Sort.NAT
            case Apply(function):
                return self.arrows[function].result
            case Big(_, index, domain, body):
                return self.least(body, self.inside_sum(index, domain, scope))
            case Card() | Count():
                return Sort.NAT
        raise Refusal("a number outside of the grammar")

    @staticmethod
    def _at_least_int(sort: Sort) -> Sort:
        return Sort.INT if sort is Sort.NAT else sort

    def inside_sum(self, index: Var, domain: Set, scope: Scope) -> Scope:
        """The scope of the body of a sum: its index is a natural number of the domain."""
        facts: list[Formula] = []
        if isinstance(domain, Interval):
            facts = [Rel("≤", domain.low, index), Rel("<", index, domain.stop)]
        elif isinstance(domain, Divisors):
            facts = [Rel("≤", Num(1), index)]
        return scope.declare({index.name: Sort.NAT}, facts)

    def term(self, term: Any, sort: Sort, scope: Scope) -> Term:
        """``term`` computed in ``sort``, which is its least sort or a larger one."""
        match term:
            case Num(value):
                return Num(value, sort)
            case Var(name):
                own = self.least(term, scope)
                return self._cast(Var(name, own), own, sort, name)
            case Neg(inner):
                if sort is Sort.NAT:
                    raise Refusal("a negative number where only a natural number can stand")
                return Neg(self.term(inner, sort, scope))
            case Op("-", left, right) if sort is Sort.NAT:
                if not scope.bounds.nonnegative(term):
                    raise Refusal("a difference that may be negative stands for a natural number")
                return Op("-", self.term(left, sort, scope), self.term(right, sort, scope))
            case Op("%" | "//" as op, left, right):
                own = self.integers("a remainder or quotient", scope, left, right)
                exact = Op(op, self.term(left, own, scope), self.term(right, own, scope))
                return self._cast(exact, own, sort, "a remainder")
            case Op("/", left, right):
                if sort is not Sort.RAT:
                    raise Refusal("a fraction where only an integer can stand")
                return Op("/", self.term(left, sort, scope), self.term(right, sort, scope))
            case Op(op, left, right):
                return Op(op, self.term(left, sort, scope), self.term(right, sort, scope))
            case Pow(base, exponent):
                return Pow(self.term(base, sort, scope), self.term(exponent, Sort.NAT, scope))
            case Call("magnitude", (inner,)):
                own = self.least(inner, scope)
                if own is Sort.NAT or scope.bounds.nonnegative(inner):
                    return self.term(inner, sort, scope)
                return self.term(Call("abs", (inner,)), sort, scope)
            case Call("abs", (inner,)):
                own = self.least(term, scope)
                return self._cast(Call("abs", (self.term(inner, own, scope),)), own, sort, "")
            case Call("den", (inner,)):
                return self._cast(
                    Call("den", (self.term(inner, Sort.RAT, scope),)), Sort.NAT, sort, ""
                )
            case Call(function, arguments):
                parts = tuple(self.term(a, Sort.NAT, scope) for a in arguments)
                return self._cast(Call(function, parts), Sort.NAT, sort, function)
            case Apply(function, arguments):
                arrow = self.arrows[function]
                if len(arguments) != len(arrow.arguments):
                    raise Refusal(f"{function} with another number of arguments")
                pairs = zip(arguments, arrow.arguments, strict=True)
                parts = tuple(self.term(a, s, scope) for a, s in pairs)
                applied = Apply(function, parts, arrow.result)
                return self._cast(applied, arrow.result, sort, function)
            case Big(op, index, domain, body):
                inside = self.inside_sum(index, domain, scope)
                exact_body = self.term(body, sort, inside)
                return Big(op, Var(index.name, Sort.NAT), self._set(domain, scope), exact_body)
            case Card(domain):
                return self._cast(Card(self._set(domain, scope)), Sort.NAT, sort, "")
            case Count(declaration):
                return self._cast(self._count(declaration, scope), Sort.NAT, sort, "")
        raise Refusal("a number outside of the grammar")

    @staticmethod
    def _cast(term: Term, own: Sort, sort: Sort, what: str) -> Term:
        if own == sort:
            return term
        if not own.within(sort):
            raise Refusal(f"{what} is in {own} and stands where only {sort} can")
        return Cast(term, sort)

    def _set(self, domain: Set, scope: Scope) -> Set:
        match domain:
            case Interval(low, stop):
                return Interval(self.term(low, Sort.NAT, scope), self.term(stop, Sort.NAT, scope))
            case Divisors(of, proper):
                return Divisors(self.term(of, Sort.NAT, scope), proper)
            case Filter(index, inner, condition):
                inside = self.inside_sum(index, inner, scope)
                computed = _decidable(self.formula(condition, inside))
                return Filter(Var(index.name, Sort.NAT), self._set(inner, scope), computed)
        raise Refusal("a set outside of the grammar")

    def _count(self, declaration: Declaration, scope: Scope) -> Card:
        """How many numbers satisfy the conditions, which must bound them by numerals."""
        name = declaration.names[0]
        facts = list(conjuncts(*conditions(declaration)))
        ends: dict[str, int] = {}
        rest: list[Formula] = []
        for fact in facts:
            end = numeral_bound(fact, name)
            if end is None:
                rest.append(fact)
            elif end[0] == "low":
                ends["low"] = max(end[1], ends.get("low", end[1]))
            else:
                ends["high"] = min(end[1], ends.get("high", end[1]))
        if declaration.kind and declaration.kind.noun == "natural":
            ends["low"] = max(0, ends.get("low", 0))
        if len(ends) < 2:
            raise Refusal("counting needs a range between two numbers")
        sort = Sort.NAT if ends["low"] >= 0 else Sort.INT
        inner = scope.declare({name: sort}, facts)
        rest += self.defined(inner, *rest)
        interval = Interval(numeral(ends["low"], sort), numeral(ends["high"] + 1, sort))
        if not rest:
            return Card(interval)
        condition = _decidable(conjunction(self.stated(rest, inner)))
        return Card(Filter(Var(name, sort), interval, condition))

    # -- denominators

    def defined(self, scope: Scope, *nodes: Any) -> list[Formula]:
        """That what the nodes divide by is not 0, which a text leaves unsaid and Lean does not
        suppose: in Lean x / 0 is 0."""
        found = (d for node in nodes for d in self._denominators(node, scope))
        return list(dict.fromkeys(Rel("≠", d, Num(0)) for d in found))

    def _denominators(self, node: Any, scope: Scope) -> Iterable[Term]:
        """What the text divides by and does not show to be different from 0."""
        if isinstance(node, Bind | Quant | Count):
            return
        if isinstance(node, And):
            scope = scope.suppose(node.parts)
        if isinstance(node, Implies):
            yield from self._denominators(node.premise, scope)
            yield from self._denominators(node.conclusion, scope.suppose([node.premise]))
            return
        if isinstance(node, Big):
            inner = self.inside_sum(node.index, node.domain, scope)
            if any(True for _ in self._denominators(node.body, inner)):
                raise Refusal("a sum of fractions whose denominators may be 0")
            return
        if isinstance(node, Op) and node.op == "/" and not self._nonzero(node.right, scope):
            yield node.right
        for child in children(node):
            yield from self._denominators(child, scope)

    def _nonzero(self, term: Any, scope: Scope) -> bool:
        value = constant(term)
        if value is not None:
            return value != 0
        if any(isinstance(part, Apply) and self._is_sequence(part) for part in walk(term)):
            return True  # a recursion that divides by earlier terms is taken as it is given
        if scope.bounds.positive(term) or Rel("≠", term, Num(0)) in scope.bounds.facts:
            return True
        match term:
            case Op("*", left, right):
                return self._nonzero(left, scope) and self._nonzero(right, scope)
            case Pow(base):
                return self._nonzero(base, scope)
            case Call("gcd", arguments):
                return any(self._nonzero(argument, scope) for argument in arguments)
        return False

    def _is_sequence(self, applied: Apply) -> bool:
        return self.arrows[applied.function].arguments == (Sort.NAT,)


def _decidable(formula: Formula) -> Formula:
    """Parities as remainders: the elements of a filtered set must be decidable."""
    for part in walk(formula):
        if isinstance(part, Quant | Least):
            raise Refusal("counting under a condition with quantifiers")

    def changed(node: Any) -> Any:
        if isinstance(node, Pred) and node.name in ("even", "odd"):
            sort = _sort_of(node.term)
            remainder = Op("%", node.term, Num(2, sort))
            return Rel("=", remainder, Num(1 if node.name == "odd" else 0, sort))
        return rebuild(node, changed)

    return changed(formula)  # type: ignore[no-any-return]


def _sort_of(term: Term) -> Sort:
    for part in walk(term):
        if isinstance(part, Num | Var | Cast) and part.sort is not None:
            return part.sort
    return Sort.NAT
