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

from collections.abc import Sequence
from typing import Any

from proofloop.agents.llm.offline.conditions import claims, conditions
from proofloop.agents.llm.offline.discourse import Draft, Extreme
from proofloop.agents.llm.offline.elaborate_terms import Terms
from proofloop.agents.llm.offline.forms import (
    And,
    Apply,
    Arrow,
    Binder,
    Call,
    Cong,
    Divides,
    Formula,
    Iff,
    Implies,
    Least,
    Not,
    Num,
    Or,
    Pred,
    Quant,
    Rel,
    Sort,
    Statement,
    Term,
    Truth,
    Var,
    conjunction,
    free_names,
    walk,
)
from proofloop.agents.llm.offline.kinds import pairwise
from proofloop.agents.llm.offline.refusal import Refusal
from proofloop.agents.llm.offline.scope import Scope, Signature
from proofloop.agents.llm.offline.sorts import (
    choose_sort,
    defines,
    infer_arrow,
    needs_natural,
)
from proofloop.agents.llm.offline.syntax import (
    AskExtreme,
    AskExtremeValue,
    Bind,
    Declaration,
    Kind,
    Typing,
)


def elaborate(draft: Draft) -> Statement:
    """The statement that a draft stands for. Raises Refusal where a sort is in doubt."""
    return _Elaborator(draft).statement()


class _Elaborator(Terms):
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
            facts += self.defined(scope, *facts)
            return Statement((), (), self._extreme(goal, scope, facts))
        facts += self.defined(scope, *facts, goal)
        scope = scope.suppose(facts)
        binders = tuple(Binder(name, scope.sorts[name]) for name in scope.sorts)
        stated = self.stated(facts, scope)
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

    # -- formulas

    def formula(self, formula: Any, scope: Scope) -> Formula:
        match formula:
            case Rel(op, left, right):
                sort = self.common(scope, left, right)
                return Rel(op, self.term(left, sort, scope), self.term(right, sort, scope))
            case Divides(divisor, term):
                sort = self.integers("divisibility", scope, divisor, term)
                return Divides(self.term(divisor, sort, scope), self.term(term, sort, scope))
            case Cong(left, right, modulus):
                sort = self.integers("a congruence", scope, left, right, modulus)
                parts = [self.term(term, sort, scope) for term in (left, right, modulus)]
                return Cong(*parts)
            case Pred(name, term):
                return self._predicate(name, term, scope)
            case Typing(terms, kind, such):
                said = [claim for term in terms for claim in claims(kind, term)]
                said += [pairwise(word, terms) for word in kind.together]
                return self.formula(conjunction([*said, *such]), scope)
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
                under = scope.declare({binder.name: binder.sort})
                return Quant(quantifier, binder, self.formula(body, under))
            case Bind():
                return self._bind(formula, scope)
            case Truth():
                return formula
        raise Refusal("a statement outside of the grammar")

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
        facts += self.defined(inner, bind.body)
        body = self.formula(bind.body, inner)
        stated = self.stated(facts, inner)
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
        facts += self.defined(inner, *facts)
        sort = inner.sorts[name]
        assert isinstance(sort, Sort)
        stated = self.stated(facts, inner)
        if not stated:
            raise Refusal("a least or greatest number without conditions")
        condition = conjunction(stated)
        return Least(ask.which, Binder(name, sort), condition, self.term(value, sort, scope))

    def _extreme_value(
        self, ask: AskExtremeValue, value: Term, scope: Scope, facts: list[Formula]
    ) -> Formula:
        if self.arrows:
            raise Refusal("an extreme value over functions")
        stated = self.stated(facts, scope)
        others = list(scope.sorts)
        if isinstance(ask.term, Var):
            name = ask.term.name
            others.remove(name)
            sort = scope.sorts[name]
        else:
            name = next(n for n in ("m", "v", "t", "u", "w") if n not in others)
            sort = self.least(ask.term, scope)
            stated += [self.formula(fact, scope) for fact in self.defined(scope, ask.term)]
            stated.append(Rel("=", Var(name, sort), self.term(ask.term, sort, scope)))
        assert isinstance(sort, Sort)
        if not stated:
            raise Refusal("an extreme value without conditions")
        condition = conjunction(stated)
        for other in reversed(others):
            condition = Quant("∃", Binder(other, scope.sorts[other]), condition)
        return Least(ask.which, Binder(name, sort), condition, self.term(value, sort, scope))


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


def _parts_of(goal: Extreme) -> list[Any]:
    return [goal.ask.term] if isinstance(goal.ask, AskExtremeValue) else []
