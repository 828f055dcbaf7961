"""Prints statements as Lean 4, with every cast written out and no type left to a default."""

from __future__ import annotations

from collections.abc import Iterable

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
)

HEADER = "import Proofloop\nopen Nat"

# Precedences of Lean's notations.
_TOP, _IFF, _ARROW, _OR, _AND, _NOT, _REL, _SUM, _PRODUCT, _NEG, _POW, _APPLY, _ATOM = (
    0,
    20,
    25,
    30,
    35,
    40,
    50,
    65,
    70,
    75,
    76,
    1023,
    1024,
)
_SUBSCRIPTS = str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")


def lean_statement(statement: Statement, name: str) -> str:
    """``theorem NAME (binders) (hypotheses) : goal``, without a proof."""
    binders = "".join(f" {text}" for text in _binders(statement.binders))
    hypotheses = "".join(
        f" (h{str(index).translate(_SUBSCRIPTS)} : {formula_text(hypothesis)})"
        for index, hypothesis in enumerate(statement.hypotheses)
    )
    return f"theorem {name}{binders}{hypotheses} : {formula_text(statement.goal)}"


def _binders(binders: Iterable[Binder]) -> list[str]:
    """Neighbours of one sort share a bracket."""
    groups: list[tuple[list[str], Sort | Arrow]] = []
    for binder in binders:
        if groups and groups[-1][1] == binder.sort:
            groups[-1][0].append(binder.name)
        else:
            groups.append(([binder.name], binder.sort))
    return [f"({' '.join(names)} : {sort_text(sort)})" for names, sort in groups]


def sort_text(sort: Sort | Arrow) -> str:
    if isinstance(sort, Arrow):
        return " → ".join([*sort.arguments, sort.result])
    return str(sort)


def _wrap(text: str, own: int, outer: int) -> str:
    return f"({text})" if own < outer else text


def formula_text(formula: Formula, outer: int = _TOP) -> str:
    match formula:
        case Truth(value):
            return str(value)
        case Rel(op, left, right):
            typed = _shows_sort(left) or _shows_sort(right)
            return _wrap(f"{_side(left, typed)} {op} {_side(right, True)}", _REL, outer)
        case Divides(divisor, term):
            sides = f"{_side(divisor, _shows_sort(divisor))} ∣ {_side(term, _shows_sort(term))}"
            return _wrap(sides, _REL, outer)
        case Cong(left, right, modulus):
            notation = "MOD" if sort_of(left) is Sort.NAT else "ZMOD"
            parts = [term_text(part, _REL + 1) for part in (left, right)]
            text = f"{parts[0]} ≡ {parts[1]} [{notation} {term_text(modulus)}]"
            return _wrap(text, _REL, outer)
        case Pred(name, term):
            function = {"even": "Even", "odd": "Odd", "prime": "Nat.Prime"}[name]
            inner = term_text(term, _ATOM)
            if name != "prime" and not _shows_sort(term):
                inner = _ascribed(term)
            return _wrap(f"{function} {inner}", _APPLY, outer)
        case Not(inner_formula):
            return _wrap(f"¬{formula_text(inner_formula, _APPLY)}", _NOT, outer)
        case And(parts):
            return _joined(" ∧ ", parts, _AND, outer)
        case Or(parts):
            return _joined(" ∨ ", parts, _OR, outer)
        case Implies(premise, conclusion):
            text = f"{formula_text(premise, _ARROW + 1)} → {formula_text(conclusion, _ARROW)}"
            return _wrap(text, _ARROW, outer)
        case Iff(one, other):
            text = f"{formula_text(one, _IFF + 1)} ↔ {formula_text(other, _IFF + 1)}"
            return _wrap(text, _IFF, outer)
        case Quant(quantifier, binder, body):
            bound = f"{quantifier} {binder.name} : {sort_text(binder.sort)}, "
            return _wrap(bound + formula_text(body), _TOP, outer)
        case Least(kind, index, condition, value):
            name = "IsLeast" if kind == "least" else "IsGreatest"
            members = f"{{ {index.name} : {sort_text(index.sort)} | {formula_text(condition)} }}"
            return _wrap(f"{name} {members} {term_text(value, _ATOM)}", _APPLY, outer)
    raise TypeError(f"not an elaborated formula: {formula}")


def _joined(symbol: str, parts: Iterable[Formula], own: int, outer: int) -> str:
    """∧ and ∨ bind to the right; a quantifier in the middle would swallow what follows."""
    *first, last = parts
    texts = [formula_text(part, own + 1) for part in first]
    texts.append(formula_text(last, own + 1 if isinstance(last, And | Or) else own))
    if first and any(isinstance(part, Quant) for part in first):
        texts = [
            f"({formula_text(part)})" if isinstance(part, Quant) else formula_text(part, own + 1)
            for part in parts
        ]
    if isinstance(last, Quant):
        texts[-1] = formula_text(last)
    return _wrap(symbol.join(texts), own, outer)


def _side(term: Term, typed: bool) -> str:
    """One side of a relation; where neither side shows its sort the first numeral does."""
    sort = sort_of(term)
    if typed or sort is Sort.NAT:
        return term_text(term, _REL + 1)
    return _annotated(term, _REL + 1, sort)


def _shows_sort(term: Term) -> bool:
    """Whether Lean's elaborator sees the sort of a term without being told."""
    match term:
        case Num():
            return False
        case Neg(inner) | Pow(inner):
            return _shows_sort(inner)
        case Op(_, left, right):
            return _shows_sort(left) or _shows_sort(right)
        case Call("abs", (inner,)):
            return _shows_sort(inner)
    return True


def sort_of(term: Term) -> Sort:
    """The sort of an elaborated term."""
    match term:
        case Num(_, sort) | Var(_, sort) | Apply(_, _, sort) if sort is not None:
            return sort
        case Cast(_, sort):
            return sort
        case Neg(inner) | Pow(inner) | Call("abs", (inner,)):
            return sort_of(inner)
        case Op(_, left, _):
            return sort_of(left)
        case Big(_, _, _, body):
            return sort_of(body)
        case Call("num"):
            return Sort.INT
    return Sort.NAT


def term_text(term: Term, outer: int = _TOP) -> str:
    match term:
        case Num(value):
            return str(value)
        case Var(name):
            return name
        case Cast(inner, sort):
            return f"({term_text(inner)} : {sort})"
        case Neg(inner):
            return _wrap(f"-{term_text(inner, _NEG)}", _NEG, outer)
        case Op(op, left, right):
            own = _SUM if op in "+-" else _PRODUCT
            symbol = "/" if op == "//" else op
            text = f"{term_text(left, own)} {symbol} {term_text(right, own + 1)}"
            return _wrap(text, own, outer)
        case Pow(base, exponent):
            text = f"{term_text(base, _POW)} ^ {term_text(exponent, _POW - 1)}"
            return _wrap(text, _POW - 1, outer)
        case Call("abs", (inner,)):
            return _wrap(f"abs {term_text(inner, _ATOM)}", _APPLY, outer)
        case Call("den" | "num" as field, (inner,)):
            return f"{term_text(inner, _ATOM)}.{field}"
        case Call(function, arguments):
            parts = " ".join(term_text(argument, _ATOM) for argument in arguments)
            return _wrap(f"Nat.{function} {parts}", _APPLY, outer)
        case Apply(function, arguments):
            parts = " ".join(term_text(argument, _ATOM) for argument in arguments)
            return _wrap(f"{function} {parts}", _APPLY, outer)
        case Big(op, index, domain, body):
            inner_text = (
                term_text(body, _PRODUCT) if _shows_sort(body) else _annotated(body, _PRODUCT)
            )
            text = f"{op} {index.name} ∈ {set_text(domain)}, {inner_text}"
            return _wrap(text, _TOP, outer) if outer <= _REL else f"({text})"
        case Card(domain):
            return _wrap(f"Finset.card {set_text(domain, _ATOM)}", _APPLY, outer)
    raise TypeError(f"not an elaborated term: {term}")


def set_text(domain: Set, outer: int = _APPLY) -> str:
    match domain:
        case Interval(low, stop):
            if low == Num(0, Sort.NAT):
                return _wrap(f"Finset.range {term_text(stop, _ATOM)}", _APPLY, outer)
            first = term_text(low, _ATOM) if _shows_sort(low) else _ascribed(low)
            return _wrap(f"Finset.Icc {first} {term_text(_before(stop), _ATOM)}", _APPLY, outer)
        case Divisors(of, proper):
            function = "Nat.properDivisors" if proper else "Nat.divisors"
            return _wrap(f"{function} {term_text(of, _ATOM)}", _APPLY, outer)
        case Filter(index, inner, condition):
            bound = f"fun {index.name} : {index.sort} => {formula_text(condition)}"
            return _wrap(f"Finset.filter ({bound}) {set_text(inner, _ATOM)}", _APPLY, outer)
    raise TypeError(f"not an elaborated set: {domain}")


def _before(stop: Term) -> Term:
    """The last element of an interval that ends before ``stop``."""
    match stop:
        case Num(value, sort):
            return Num(value - 1, sort) if value > 0 else Neg(Num(1 - value, sort))
        case Neg(Num(value, sort)):
            return Neg(Num(value + 1, sort))
        case Op("+", left, Num(1)):
            return left
    return Op("-", stop, Num(1, sort_of(stop)))


def _ascribed(term: Term) -> str:
    return f"({term_text(term)} : {sort_of(term)})"


def _annotated(term: Term, outer: int, sort: Sort | None = None) -> str:
    """``term`` with its first numeral ascribed to its sort."""
    sort = sort or sort_of(term)

    def mark(node: Term) -> Term:
        match node:
            case Num():
                return Cast(node, sort)
            case Neg(inner):
                return Neg(mark(inner))
            case Pow(base, exponent):
                return Pow(mark(base), exponent)
            case Op(op, left, right):
                return Op(op, mark(left), right)
            case Call("abs", (inner,)):
                return Call("abs", (mark(inner),))
        return node

    return term_text(mark(term), outer)
