"""Reads a Lean theorem header of the fragment with lean.lark into the same forms as the text.

The sorts follow Lean's elaborator: in a tree of + - * / % ^ and relations all leaves are cast to
the largest sort among them, numerals fit in anywhere, and what nothing decides is ℕ.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, TypeAlias

from lark import Lark, Token, Transformer, UnexpectedInput
from lark.exceptions import VisitError

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
    Sort,
    Statement,
    Term,
    Truth,
    Var,
    conjunction,
    depth,
    join,
)
from proofloop.agents.llm.offline.lean_printer import sort_of
from proofloop.agents.llm.offline.refusal import Refusal

MAX_CHARACTERS = 4_000
DEEPEST = 120  # of the forms: they are walked recursively


def read_lean(text: str) -> Statement:
    """The form of a theorem header; a proof after ``:=`` is not looked at.

    Raises Refusal for what the fragment does not have."""
    if len(text) > MAX_CHARACTERS:
        raise Refusal(f"more than {MAX_CHARACTERS} characters", (MAX_CHARACTERS, len(text)))
    header = text.split(":=")[0]
    try:
        tree = _parser().parse(header)
        theorem: _Theorem = _ToSyntax().transform(tree)
        statement = _Elaborator().statement(theorem)
        if max(map(depth, (*statement.hypotheses, statement.goal))) > DEEPEST:
            raise RecursionError
        return statement
    except RecursionError:
        raise Refusal("Lean that is nested too deeply", (0, len(header))) from None
    except UnexpectedInput as error:
        start = min(error.pos_in_stream or 0, max(0, len(header) - 1))
        raise Refusal("Lean outside of the fragment", (start, start + 1)) from None
    except VisitError as error:
        if isinstance(error.orig_exc, Refusal):
            raise error.orig_exc from None
        raise


@cache
def _parser() -> Lark:
    grammar = Path(__file__).with_name("lean.lark").read_text(encoding="utf-8")
    return Lark(grammar, parser="lalr", maybe_placeholders=False)


@dataclass(frozen=True, slots=True)
class _Node:
    """An expression whose sort, or whether it is a formula, is not settled yet."""

    tag: str
    parts: tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class _Theorem:
    brackets: tuple[tuple[tuple[str, ...], Any], ...]
    goal: Any


_SORTS = {"Nat": Sort.NAT, "Int": Sort.INT, "Rat": Sort.RAT}
_Signature: TypeAlias = Sort | Arrow | None


class _ToSyntax(Transformer[Token, Any]):
    def __default__(self, data: Any, children: list[Any], meta: Any) -> Any:
        return _Node(str(data), tuple(children))

    def SORT(self, token: Token) -> Sort:  # noqa: N802 - named as in the grammar
        return _SORTS.get(str(token)) or Sort(str(token))

    def type(self, sorts: list[Sort]) -> Sort | Arrow:
        return sorts[0] if len(sorts) == 1 else Arrow(tuple(sorts[:-1]), sorts[-1])

    def bracket(self, children: list[Any]) -> tuple[tuple[str, ...], Any]:
        *names, content = children
        return tuple(str(name) for name in names), content

    def start(self, children: list[Any]) -> _Theorem:
        brackets = tuple(child for child in children if isinstance(child, tuple))
        return _Theorem(brackets, children[-1])

    def bound(self, children: list[Any]) -> tuple[tuple[str, _Signature], ...]:
        sort = children[-1] if isinstance(children[-1], Sort | Arrow) else None
        return tuple((str(name), sort) for name in children if isinstance(name, Token))

    def bound_groups(self, children: list[Any]) -> tuple[tuple[str, _Signature], ...]:
        found: list[tuple[str, _Signature]] = []
        names: list[str] = []
        for child in children:
            if isinstance(child, Token):
                names.append(str(child))
            else:
                found += [(name, child) for name in names]
                names = []
        return tuple(found)

    def ascribed(self, children: list[Any]) -> Any:
        return _Node("ascribed", tuple(children))


class _Elaborator:
    def __init__(self) -> None:
        self.scope: dict[str, Sort | Arrow] = {}

    def statement(self, theorem: _Theorem) -> Statement:
        binders: list[Binder] = []
        hypotheses: list[Formula] = []
        for names, content in theorem.brackets:
            if isinstance(content, Sort | Arrow):
                for name in names:
                    if name in self.scope:
                        raise Refusal(f"{name} is bound twice")
                    self.scope[name] = content
                    binders.append(Binder(name, content))
            else:
                hypotheses.append(self.formula(content))
        return Statement(tuple(binders), tuple(hypotheses), self.formula(theorem.goal))

    # -- formulas

    def formula(self, node: Any) -> Formula:
        if not isinstance(node, _Node):
            raise Refusal("a number where a statement is expected")
        parts = node.parts
        match node.tag:
            case "iff":
                return Iff(self.formula(parts[0]), self.formula(parts[1]))
            case "implies":
                return Implies(self.formula(parts[0]), self.formula(parts[1]))
            case "or_":
                rest = self.formula(parts[1])
                tail = rest.parts if isinstance(rest, Or) else (rest,)
                return Or((self.formula(parts[0]), *tail))
            case "and_":
                return conjunction([self.formula(parts[0]), self.formula(parts[1])])
            case "not_":
                return Not(self.formula(parts[0]))
            case "relation":
                left, right = self._together(parts[0], parts[2])
                return Rel(str(parts[1]), left, right)  # type: ignore[arg-type]
            case "divides":
                left, right = self._together(parts[0], parts[1])
                return Divides(left, right)
            case "congruent":
                sort = Sort.NAT if parts[2] == "MOD" else Sort.INT
                left, right, modulus = (self.term(p, sort) for p in (parts[0], parts[1], parts[3]))
                return Cong(left, right, modulus)
            case "member":
                term, low, high = parts
                sort = self._sort(term)
                one = Rel("≤", self.term(low, sort), self.term(term, sort))
                return And((one, Rel("≤", self.term(term, sort), self.term(high, sort))))
            case "quantified":
                return self._quantified(*parts)
            case "call":
                return self._predicate(str(parts[0]), parts[1:])
            case "name" if str(parts[0]) in ("True", "False"):
                return Truth(str(parts[0]) == "True")
        raise Refusal("a statement outside of the fragment")

    def _quantified(self, quantifier: Token, bound: Any, body: Any) -> Formula:
        kind: Any = str(quantifier)
        if isinstance(bound, _Node):  # ∀ n ≥ 3, ...
            name, symbol, other = bound.parts
            names: tuple[tuple[str, _Signature], ...] = ((str(name), None),)
            condition = _Node("relation", (_Node("name", (name,)), symbol, other))
        else:
            names, condition = bound, None
        outer = dict(self.scope)
        found = [(name, sort or self._guess(name, body, condition)) for name, sort in names]
        self.scope.update(found)
        whole = self.formula(body)
        if condition is not None:
            premise = self.formula(condition)
            whole = Implies(premise, whole) if kind == "∀" else conjunction([premise, whole])
        self.scope = outer
        if kind == "∃!" and len(found) > 1:
            raise Refusal("∃! of several variables")
        for name, sort in reversed(found):
            whole = Quant(kind, Binder(name, sort), whole)
        return whole

    def _guess(self, name: str, *nodes: Any) -> Sort:
        """The sort of a binder without one: what a function that it is given to expects, or what
        it is related to; ℕ where nothing says."""
        for node in nodes:
            found = self._expected(name, node)
            if found is not None:
                return found
        raise Refusal(f"the sort of {name} is left to Lean")

    def _expected(self, name: str, node: Any) -> Sort | None:
        if not isinstance(node, _Node):
            return None
        if node.tag == "call":
            sort = self.scope.get(str(node.parts[0]))
            if isinstance(sort, Arrow):
                for argument, expected in zip(node.parts[1:], sort.arguments, strict=False):
                    if _mentions(argument, name):
                        return expected
        for part in node.parts:
            found = self._expected(name, part)
            if found is not None:
                return found
        return None

    def _predicate(self, head: str, arguments: tuple[Any, ...]) -> Formula:
        if head in ("Even", "Odd", "Nat.Prime", "Prime") and len(arguments) == 1:
            name = head.removeprefix("Nat.").lower()
            sort = Sort.NAT if name == "prime" else self._sort(arguments[0])
            return Pred(name, self.term(arguments[0], sort))
        if head == "Nat.Coprime" and len(arguments) == 2:
            pair = tuple(self.term(a, Sort.NAT) for a in arguments)
            return Rel("=", Call("gcd", pair), Num(1, Sort.NAT))
        if head in ("IsLeast", "IsGreatest") and len(arguments) == 2:
            return self._extreme(head, *arguments)
        raise Refusal(f"{head} is not in the fragment")

    def _extreme(self, head: str, members: Any, value: Any) -> Formula:
        if not isinstance(members, _Node) or members.tag != "set_of" or len(members.parts) != 3:
            raise Refusal("a set that is not written { x : ℕ | ... }")
        name, sort, condition = members.parts
        outer = dict(self.scope)
        self.scope[str(name)] = sort
        inner = self.formula(condition)
        self.scope = outer
        kind: Any = "least" if head == "IsLeast" else "greatest"
        return Least(kind, Binder(str(name), sort), inner, self.term(value, sort))

    # -- terms

    def _together(self, *nodes: Any) -> list[Term]:
        sort = join(*(self._known(node) for node in nodes)) or Sort.NAT
        return [self.term(node, sort) for node in nodes]

    def _sort(self, node: Any) -> Sort:
        return self._known(node) or Sort.NAT

    def _known(self, node: Any) -> Sort | None:
        """The sort that an expression has by itself; None for numerals."""
        if not isinstance(node, _Node):
            raise Refusal("Lean outside of the fragment")
        parts = node.parts
        match node.tag:
            case "number" | "arrow_up":
                return None
            case "name":
                return self._sort_of_name(str(parts[0]))
            case "ascribed":
                return parts[1]  # type: ignore[no-any-return]
            case "operation":
                return join(self._known(parts[0]), self._known(parts[2]))
            case "signed":
                return self._known(parts[1])
            case "absolute":
                return self._known(parts[0])
            case "power":
                return self._known(parts[0])
            case "factorial":
                return Sort.NAT
            case "field":
                return Sort.NAT if str(parts[1]) == ".den" else Sort.INT
            case "big":
                return self._big_sort(node)
            case "call":
                return self._sort_of_call(str(parts[0]), parts[1:])
        raise Refusal("a number outside of the fragment")

    def _sort_of_name(self, name: str) -> Sort:
        base, _, field = name.rpartition(".")
        if field in ("den", "num") and base in self.scope:
            return Sort.NAT if field == "den" else Sort.INT
        sort = self.scope.get(name)
        if not isinstance(sort, Sort):
            raise Refusal(f"{name} is not a number that the statement declares")
        return sort

    def _sort_of_call(self, head: str, arguments: tuple[Any, ...]) -> Sort | None:
        sort = self.scope.get(head)
        if isinstance(sort, Arrow):
            return sort.result
        if head == "abs":
            return self._known(arguments[0])
        if head in _NATURAL or head in ("Finset.card", "List.card", "Finset.sum"):
            return Sort.NAT
        raise Refusal(f"{head} is not in the fragment")

    def _big_sort(self, node: _Node) -> Sort:
        _op, index, _sort, domain, body = _big_parts(node)
        outer = dict(self.scope)
        self.scope[index] = self._index_sort(domain, _sort)
        found = self._sort(body)
        self.scope = outer
        return found

    def term(self, node: Any, sort: Sort) -> Term:
        """``node`` elaborated in ``sort``, its own sort or a larger one."""
        own = self._known(node)
        parts = node.parts
        match node.tag:
            case "number":
                return Num(int(parts[0]), sort)
            case "arrow_up":
                return self._cast(self.term(parts[0], self._sort(parts[0])), sort)
            case "name":
                return self._cast(self._name(str(parts[0])), sort)
            case "ascribed":
                return self._cast(self.term(parts[0], parts[1]), sort)
            case "operation":
                left, right = self.term(parts[0], sort), self.term(parts[2], sort)
                op: Any = str(parts[1])
                return Op("//" if op == "/" and sort is not Sort.RAT else op, left, right)
            case "signed":
                inner = self.term(parts[1], sort)
                if str(parts[0]) == "-" and sort is Sort.NAT:
                    raise Refusal("a negative natural number")
                return Neg(inner) if str(parts[0]) == "-" else inner
            case "absolute":
                return Call("abs", (self.term(parts[0], sort),))
            case "power":
                return Pow(self.term(parts[0], sort), self.term(parts[1], Sort.NAT))
            case "factorial":
                return self._cast(Call("factorial", (self.term(parts[0], Sort.NAT),)), sort)
            case "field":
                inner = self.term(parts[0], Sort.RAT)
                return self._cast(Call(str(parts[1])[1:], (inner,)), sort)
            case "big":
                return self._big(node, sort)
            case "call":
                return self._cast_call(str(parts[0]), parts[1:], sort, own)
        raise Refusal("a number outside of the fragment")

    def _name(self, name: str) -> Term:
        base, _, field = name.rpartition(".")
        if field in ("den", "num") and self.scope.get(base) is Sort.RAT:
            return Call(field, (Var(base, Sort.RAT),))
        return Var(name, self._sort_of_name(name))

    def _cast_call(
        self, head: str, arguments: tuple[Any, ...], sort: Sort, own: Sort | None
    ) -> Term:
        arrow = self.scope.get(head)
        if isinstance(arrow, Arrow):
            if len(arguments) != len(arrow.arguments):
                raise Refusal(f"{head} with another number of arguments")
            pairs = zip(arguments, arrow.arguments, strict=True)
            given = tuple(self.term(a, s) for a, s in pairs)
            return self._cast(Apply(head, given, arrow.result), sort)
        if head == "abs":
            return self._cast(Call("abs", (self.term(arguments[0], own or sort),)), sort)
        if head == "Finset.card":
            return self._cast(Card(self._set(arguments[0])), sort)
        name, count = _NATURAL[head]
        if len(arguments) != count:
            raise Refusal(f"{head} with another number of arguments")
        return self._cast(Call(name, tuple(self.term(a, Sort.NAT) for a in arguments)), sort)

    def _cast(self, term: Term, sort: Sort) -> Term:
        own = sort_of(term)
        if own == sort:
            return term
        if not own.within(sort):
            raise Refusal(f"a number of {own} where {sort} is expected")
        return Cast(term, sort)

    # -- sums and sets

    def _big(self, node: _Node, sort: Sort) -> Term:
        op, index, declared, domain, body = _big_parts(node)
        own = self._index_sort(domain, declared)
        outer = dict(self.scope)
        self.scope[index] = own
        inner_sort = self._sort(body)
        inner = self.term(body, inner_sort)
        self.scope = outer
        whole = Big(op, Var(index, own), self._set(domain), inner)
        return self._cast(whole, sort)

    def _index_sort(self, domain: Any, declared: Sort | None) -> Sort:
        if declared is not None:
            return declared
        if isinstance(domain, _Node) and domain.tag == "call":
            head = str(domain.parts[0])
            if head in ("Finset.Icc", "Finset.Ico"):
                return join(*(self._known(part) for part in domain.parts[1:])) or Sort.NAT
            if head == "Finset.filter":
                return self._index_sort(domain.parts[2], None)
        return Sort.NAT

    def _set(self, node: Any) -> Any:
        if not isinstance(node, _Node) or node.tag != "call":
            raise Refusal("a set outside of the fragment")
        head, *arguments = node.parts
        match str(head), arguments:
            case "Finset.range", [stop]:
                return Interval(Num(0, Sort.NAT), self.term(stop, Sort.NAT))
            case "Finset.Icc" | "Finset.Ico", [low, high]:
                sort = self._index_sort(node, None)
                end = self.term(high, sort)
                stop_term = end if str(head) == "Finset.Ico" else _after(end, sort)
                return Interval(self.term(low, sort), stop_term)
            case "Nat.divisors", [number]:
                return Divisors(self.term(number, Sort.NAT))
            case "Nat.properDivisors", [number]:
                return Divisors(self.term(number, Sort.NAT), proper=True)
            case "Finset.filter", [condition, domain] if (
                isinstance(condition, _Node) and condition.tag == "lambda_"
            ):
                name, *sorts, body = condition.parts
                sort = sorts[0] if sorts else self._index_sort(domain, None)
                outer = dict(self.scope)
                self.scope[str(name)] = sort
                inner = self.formula(body)
                self.scope = outer
                return Filter(Var(str(name), sort), self._set(domain), inner)
        raise Refusal(f"{head} is not in the fragment")


_NATURAL = {
    "Nat.gcd": ("gcd", 2), "Nat.lcm": ("lcm", 2), "Nat.choose": ("choose", 2),
    "Nat.factorial": ("factorial", 1),
}  # fmt: skip


def _big_parts(node: _Node) -> tuple[Any, str, Sort | None, Any, Any]:
    op, index, *rest = node.parts
    declared = rest[0] if len(rest) == 3 else None
    return str(op), str(index), declared, rest[-2], rest[-1]


def _after(term: Term, sort: Sort) -> Term:
    match term:
        case Num(value):
            return Num(value + 1, sort)
        case Neg(Num(value)) if value > 0:
            return Neg(Num(value - 1, sort)) if value > 1 else Num(0, sort)
    if (
        isinstance(term, Op)
        and term.op == "-"
        and term.right == Num(1, sort)
        and sort is not Sort.NAT
    ):
        return term.left
    return Op("+", term, Num(1, sort))


def _mentions(node: Any, name: str) -> bool:
    if not isinstance(node, _Node):
        return str(node) == name
    return any(_mentions(part, name) for part in node.parts)
