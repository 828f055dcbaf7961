"""Chooses sorts and makes every change of sort explicit.

How kinds of numbers become Lean types:

- natural numbers (0 included), and integers that are said to be positive, non-negative, prime or
  of so many digits, live in ℕ, with what was said as a hypothesis; other integers live in ℤ.
- An integer that is used where Lean needs a natural number (an exponent, a factorial, an index)
  lives in ℕ when the text bounds it from below by 0 or more; otherwise the text is refused.
- A difference, a negative number or an absolute value is computed in ℤ, with casts; in ℕ only
  where the stated bounds show that it cannot be negative. "/" is computed in ℚ. "remainder" and
  "quotient" are Lean's ``%`` and ``/`` on ℕ or ℤ.
- Letters that nothing declares are integers when they occur in a divisibility, a congruence or a
  remainder. Otherwise the text is refused: they might be real.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Literal

from proofloop.agents.llm.offline.bounds import Bounds, constant
from proofloop.agents.llm.offline.discourse import Draft, Extreme
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
    children,
    conjunction,
    conjuncts,
    free_names,
    join,
    rebuild,
    substitute,
    walk,
)
from proofloop.agents.llm.offline.kinds import pairwise
from proofloop.agents.llm.offline.refusal import Refusal
from proofloop.agents.llm.offline.sorts import (
    choose_sort,
    defines,
    infer_arrow,
    needs_natural,
)
from proofloop.agents.llm.offline.syntax import (
    HOLE,
    AskExtreme,
    AskExtremeValue,
    Bind,
    Count,
    Declaration,
    Kind,
    Typing,
)

Signature = Sort | Arrow


@dataclass(frozen=True, slots=True)
class Scope:
    """Sorts of the names in sight, and what is known about them."""

    sorts: dict[str, Signature] = field(default_factory=dict)
    bounds: Bounds = field(default_factory=Bounds)

    def declare(self, names: dict[str, Signature], facts: Iterable[Formula] = ()) -> Scope:
        naturals = [name for name, sort in names.items() if sort is Sort.NAT]
        bounds = self.bounds.without(names).and_know(facts, naturals)
        return Scope({**self.sorts, **names}, bounds)

    def suppose(self, facts: Iterable[Formula]) -> Scope:
        return replace(self, bounds=self.bounds.and_know(facts))


def elaborate(draft: Draft) -> Statement:
    """The statement that a draft stands for. Raises Refusal where a sort is in doubt."""
    return _Elaborator(draft).statement()


class _Elaborator:
    def __init__(self, draft: Draft) -> None:
        self.draft = draft
        self.kinds: dict[str, Kind | None] = {}
        self.such: list[Formula] = []
        declared: dict[str, Arrow] = {}
        mentioned = _mentioned(draft)
        for declaration in draft.declarations:
            if not mentioned.intersection(declaration.names):
                continue  # "for each positive integer n, let n! denote ..."
            for name in declaration.names:
                known = self.kinds.get(name)
                if known and declaration.kind and known != declaration.kind:
                    raise Refusal(f"{name} is said to be of two kinds")
                self.kinds[name] = known or declaration.kind
                if declaration.arrow:
                    declared[name] = declaration.arrow
            self.such += conditions(declaration)
        goal = draft.goal
        goals: list[Any] = [goal] if not isinstance(goal, Extreme) else _parts_of(goal)
        self.nodes: list[Any] = [*self.such, *draft.hypotheses, *goals]
        functions = dict.fromkeys(
            part.function for node in self.nodes for part in walk(node) if isinstance(part, Apply)
        )
        self.arrows = {f: infer_arrow(f, self.nodes, declared.get(f)) for f in functions}

    def statement(self) -> Statement:
        hypotheses = [self._closed(formula) for formula in self.draft.hypotheses]
        facts = [*self.such, *hypotheses]
        names = self._names([*facts, *self.nodes[len(facts) :]])
        scope = Scope().suppose(facts)
        scope = self._declare(scope, names, self.kinds, [*facts, *self.nodes[len(facts) :]])
        goal = self.draft.goal
        if isinstance(goal, Extreme):
            return Statement((), (), self._extreme(goal, scope, facts))
        present = [d for node in (*hypotheses, goal) for d in self._denominators(node, scope)]
        facts += list(dict.fromkeys(Rel("≠", d, Num(0)) for d in present))
        scope = scope.suppose(facts)
        binders = tuple(Binder(name, scope.sorts[name]) for name in scope.sorts)
        stated = self._stated(facts, scope)
        return Statement(binders, tuple(stated), self.formula(goal, scope))

    # -- names and what is known of them

    def _closed(self, formula: Formula) -> Formula:
        """``f(x) = ...`` holds for every x, when x is a letter of this equation only."""
        found = defines(formula)
        if found is None or found[0] not in self.arrows:
            return formula
        names = tuple(name for name in found[1] if name not in self.kinds)
        if len(names) != len(found[1]):
            return formula
        body: Any = formula
        arrow = self.arrows[found[0]]
        for name, sort in zip(names, arrow.arguments, strict=True):
            body = Bind("∀", Declaration((name,), _KIND[sort]), body)
        return body  # type: ignore[no-any-return]

    def _names(self, nodes: Sequence[Any]) -> list[str]:
        """Declared names that occur, in the order of declaration, then those that are not."""
        used = frozenset().union(*(free_names(node) for node in nodes))
        undeclared = [
            part.name
            for node in nodes
            for part in walk(node)
            if isinstance(part, Var) and part.name in used and part.name not in self.kinds
        ]
        order = [*self.kinds, *undeclared, *self.arrows]
        return [name for name in dict.fromkeys(order) if name in used]

    def _declare(
        self, scope: Scope, names: Sequence[str], kinds: dict[str, Any], nodes: list[Any]
    ) -> Scope:
        sorts: dict[str, Signature] = {}
        for name in names:
            if name in self.arrows:
                sorts[name] = self.arrows[name]
            else:
                kind = kinds.get(name)
                sorts[name] = choose_sort(name, kind, nodes, scope.bounds, self.arrows)
        naturals = [name for name, sort in sorts.items() if sort is Sort.NAT]
        return Scope({**scope.sorts, **sorts}, scope.bounds.and_know((), naturals))

    def _stated(self, facts: Sequence[Formula], scope: Scope) -> list[Formula]:
        """The facts as hypotheses, without those that the sorts say already."""
        found = [self.formula(fact, scope) for fact in facts]
        return [fact for fact in dict.fromkeys(found) if fact != Truth(True)]

    # -- formulas

    def formula(self, formula: Any, scope: Scope) -> Formula:
        match formula:
            case Rel(op, left, right):
                if op in ("≤", "<", "≥", ">") and self._says_natural(formula, scope):
                    return Truth(True)
                sort = self._common(scope, left, right)
                return Rel(op, self.term(left, sort, scope), self.term(right, sort, scope))
            case Divides(divisor, term):
                sort = self._integers("divisibility", scope, divisor, term)
                return Divides(self.term(divisor, sort, scope), self.term(term, sort, scope))
            case Cong(left, right, modulus):
                sort = self._integers("a congruence", scope, left, right, modulus)
                parts = [self.term(term, sort, scope) for term in (left, right, modulus)]
                return Cong(*parts)
            case Pred(name, term):
                return self._predicate(name, term, scope)
            case Typing(terms, kind, such):
                claims: list[Any] = [c for t in terms for c in _claims(kind, t)]
                claims += [pairwise(word, terms) for word in kind.together]
                return self.formula(conjunction([*claims, *such]), scope)
            case Not(inner):
                return Not(self.formula(inner, scope))
            case And(parts):
                known = scope.suppose(parts)
                found = [self.formula(part, known) for part in parts]
                kept = [part for part in found if part != Truth(True)]
                return conjunction(kept) if kept else Truth(True)
            case Or(parts):
                return Or(tuple(self.formula(part, scope) for part in parts))
            case Implies(premise, conclusion):
                known = scope.suppose([premise])
                return Implies(self.formula(premise, scope), self.formula(conclusion, known))
            case Iff(left, right):
                return Iff(self.formula(left, scope), self.formula(right, scope))
            case Quant(quantifier, binder, body):
                inner = scope.declare({binder.name: binder.sort})
                return Quant(quantifier, binder, self.formula(body, inner))
            case Bind():
                return self._bind(formula, scope)
            case Truth():
                return formula
        raise Refusal("a statement outside of the grammar")

    def _says_natural(self, fact: Rel, scope: Scope) -> bool:
        """``0 ≤ n`` of a natural number says nothing new."""
        low, high = (fact.left, fact.right) if fact.op in ("≤", "<") else (fact.right, fact.left)
        return (
            low == Num(0)
            and fact.op in ("≤", "≥")
            and isinstance(high, Var)
            and scope.sorts.get(high.name) is Sort.NAT
        )

    def _predicate(self, name: str, term: Any, scope: Scope) -> Formula:
        sort = self.least(term, scope)
        if name == "integer":
            if sort is not Sort.RAT:
                return Truth(True)
            return Rel("=", Call("den", (self.term(term, sort, scope),)), Num(1, Sort.NAT))
        if sort is Sort.RAT:
            raise Refusal(f"'{name}' is said of a number that may not be an integer")
        if name == "prime":
            sort = Sort.NAT
        return Pred(name, self.term(term, sort, scope))

    def _bind(self, bind: Bind, scope: Scope) -> Formula:
        declaration = bind.declaration
        facts = conditions(declaration)
        inner = Scope(
            {k: v for k, v in scope.sorts.items() if k not in declaration.names},
            scope.bounds.without(declaration.names).and_know(facts),
        )
        kinds = dict.fromkeys(declaration.names, declaration.kind)
        if declaration.arrow:
            self.arrows |= dict.fromkeys(declaration.names, declaration.arrow)
        inner = self._declare(inner, declaration.names, kinds, [*facts, bind.body])
        if bind.quantifier == "∀":
            facts += [Rel("≠", d, Num(0)) for d in self._denominators(bind.body, inner)]
        body = self.formula(bind.body, inner)
        stated = self._stated(facts, inner)
        if bind.quantifier == "∀":
            whole = Implies(conjunction(stated), body) if stated else body
        else:
            whole = conjunction([*stated, body])
        if bind.quantifier == "∃!" and len(declaration.names) > 1:
            raise Refusal("exactly one of several numbers")
        for name in reversed(declaration.names):
            whole = Quant(bind.quantifier, Binder(name, inner.sorts[name]), whole)
        return whole

    def _extreme(self, goal: Extreme, scope: Scope, facts: list[Formula]) -> Formula:
        if isinstance(goal.ask, AskExtreme):
            if facts:
                raise Refusal("a least or greatest number under further suppositions")
            return self._extreme_number(goal.ask, goal.value, scope)
        return self._extreme_value(goal.ask, goal.value, scope, facts)

    def _extreme_number(self, ask: AskExtreme, value: Term, scope: Scope) -> Formula:
        declaration = ask.declaration
        name = declaration.names[0]
        facts = conditions(declaration)
        kind = declaration.kind
        natural = name in needs_natural(facts, self.arrows)
        if ask.which == "greatest" and natural and kind and kind.noun == "integer":
            # Where the condition makes sense for natural numbers only, so does the greatest one.
            kind = Kind("natural", kind.constraints)
        inner = self._declare(scope.suppose(facts), [name], {name: kind}, facts)
        sort = inner.sorts[name]
        assert isinstance(sort, Sort)
        condition = conjunction(self._stated(facts, inner))
        return Least(ask.which, Binder(name, sort), condition, self.term(value, sort, scope))

    def _extreme_value(
        self, ask: AskExtremeValue, value: Term, scope: Scope, facts: list[Formula]
    ) -> Formula:
        if self.arrows:
            raise Refusal("an extreme value over functions")
        stated = self._stated(facts, scope)
        others = list(scope.sorts)
        if isinstance(ask.term, Var):
            name = ask.term.name
            others.remove(name)
            sort = scope.sorts[name]
        else:
            name = next(n for n in ("m", "v", "t", "u", "w") if n not in others)
            sort = self.least(ask.term, scope)
            missing = list(self._denominators(ask.term, scope))
            stated += [self.formula(Rel("≠", d, Num(0)), scope) for d in missing]
            stated.append(Rel("=", Var(name, sort), self.term(ask.term, sort, scope)))
        assert isinstance(sort, Sort)
        if not stated:
            raise Refusal("an extreme value without conditions")
        condition = conjunction(stated)
        for other in reversed(others):
            condition = Quant("∃", Binder(other, scope.sorts[other]), condition)
        return Least(ask.which, Binder(name, sort), condition, self.term(value, sort, scope))

    # -- terms

    def _common(self, scope: Scope, *terms: Any) -> Sort:
        sort = join(*(self.least(term, scope) for term in terms))
        assert sort is not None
        return sort

    def _integers(self, what: str, scope: Scope, *terms: Any) -> Sort:
        sort = self._common(scope, *terms)
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
                return self._at_least_int(self._common(scope, left, right))
            case Op("/"):
                return Sort.RAT
            case Op(_, left, right):
                return self._common(scope, left, right)
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
                return self.least(body, self._inside(index, domain, scope))
            case Card() | Count():
                return Sort.NAT
        raise Refusal("a number outside of the grammar")

    @staticmethod
    def _at_least_int(sort: Sort) -> Sort:
        return Sort.INT if sort is Sort.NAT else sort

    def _inside(self, index: Var, domain: Set, scope: Scope) -> Scope:
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
                own = self._integers("a remainder or quotient", scope, left, right)
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
                inside = self._inside(index, domain, scope)
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
                inside = self._inside(index, inner, scope)
                computed = _decidable(self.formula(condition, inside))
                return Filter(Var(index.name, Sort.NAT), self._set(inner, scope), computed)

    def _count(self, declaration: Declaration, scope: Scope) -> Card:
        """How many numbers satisfy the conditions, which must bound them by numerals."""
        name = declaration.names[0]
        facts = list(conjuncts(*conditions(declaration)))
        ends: dict[str, int] = {}
        rest: list[Formula] = []
        for fact in facts:
            end = _numeral_bound(fact, name)
            if end is None:
                rest.append(fact)
            elif end[0] == "low":
                ends["low"] = max(end[1], ends.get("low", end[1]))
            else:
                ends["high"] = min(end[1], ends.get("high", end[1]))
        if declaration.kind and declaration.kind.noun == "natural":
            ends["low"] = max(0, ends.get("low", 0))
        if len(ends) < 2 or not rest:
            raise Refusal("counting needs a range between two numbers and a condition")
        sort = Sort.NAT if ends["low"] >= 0 else Sort.INT
        inner = scope.declare({name: sort}, facts)
        condition = _decidable(conjunction(self._stated(rest, inner)))
        interval = Interval(_numeral(ends["low"], sort), _numeral(ends["high"] + 1, sort))
        return Card(Filter(Var(name, sort), interval, condition))

    # -- denominators

    def _denominators(self, node: Any, scope: Scope) -> Iterable[Term]:
        """What the text divides by and does not show to be different from 0."""
        if isinstance(node, Bind | Quant | Count):
            return
        if isinstance(node, Implies):
            yield from self._denominators(node.premise, scope)
            yield from self._denominators(node.conclusion, scope.suppose([node.premise]))
            return
        if isinstance(node, Big):
            inner = self._inside(node.index, node.domain, scope)
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
        if scope.bounds.at_least(term, 1) or Rel("≠", term, Num(0)) in scope.bounds.facts:
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


def _mentioned(draft: Draft) -> frozenset[str]:
    """Names that the text says more of than their kind."""
    nodes: list[Any] = [*draft.hypotheses]
    nodes += [formula for declaration in draft.declarations for formula in declaration.such]
    goal = draft.goal
    if not isinstance(goal, Extreme):
        nodes.append(goal)
    elif isinstance(goal.ask, AskExtremeValue):
        nodes.append(goal.ask.term)
    return frozenset().union(*(free_names(node) for node in nodes))


_KIND: dict[Sort, Kind] = {
    Sort.NAT: Kind("natural"), Sort.INT: Kind("integer"), Sort.RAT: Kind("rational"),
}  # fmt: skip


def conditions(declaration: Declaration) -> list[Formula]:
    """What a declaration says of its names, one formula each."""
    kind = declaration.kind
    found: list[Formula] = []
    if kind:
        if kind.count and kind.count != len(declaration.names):
            raise Refusal("the number of names differs from the number announced")
        for name in declaration.names:
            found += [substitute(c, {HOLE.name: Var(name)}) for c in kind.constraints]  # type: ignore
        for word in kind.together:
            found.append(pairwise(word, tuple(Var(name) for name in declaration.names)))
    return list(conjuncts(*found, *declaration.such))


def _claims(kind: Kind, term: Term) -> list[Formula]:
    """What "is a positive integer" says of a term."""
    found: list[Any] = [substitute(c, {HOLE.name: term}) for c in kind.constraints]
    if kind.noun in ("integer", "natural"):
        found.insert(0, Pred("integer", term))
    if kind.noun == "natural":
        found.append(Rel("≤", Num(0), term))
    return found


def _parts_of(goal: Extreme) -> list[Any]:
    return [goal.ask.term] if isinstance(goal.ask, AskExtremeValue) else []


def _numeral(value: int, sort: Sort) -> Term:
    return Num(value, sort) if value >= 0 else Neg(Num(-value, sort))


def _numeral_bound(fact: Any, name: str) -> tuple[Literal["low", "high"], int] | None:
    """``0 < n`` as ("low", 1), ``n ≤ 60`` as ("high", 60)."""
    if not isinstance(fact, Rel) or fact.op not in ("<", "≤", ">", "≥"):
        return None
    upward = fact.op in ("<", "≤")
    small, large = (fact.left, fact.right) if upward else (fact.right, fact.left)
    strict = fact.op in ("<", ">")
    if large == Var(name) and (value := constant(small)) is not None and value.denominator == 1:
        return "low", int(value) + strict
    if small == Var(name) and (value := constant(large)) is not None and value.denominator == 1:
        return "high", int(value) - strict
    return None


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
