"""What the sentences of english.lark mean: what they declare, suppose, claim and ask."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from lark import Token, Tree

from proofloop.agents.llm.offline.chunk import Unit
from proofloop.agents.llm.offline.english_declarations import about, with_conditions
from proofloop.agents.llm.offline.english_formulas import Formulas, Property, each
from proofloop.agents.llm.offline.english_numbers import of_one
from proofloop.agents.llm.offline.forms import (
    Card,
    Cong,
    Divisors,
    Formula,
    Op,
    Rel,
    Term,
    Var,
    free_names,
)
from proofloop.agents.llm.offline.kinds import (
    ADJECTIVES,
    NOUNS,
    TOGETHER,
)
from proofloop.agents.llm.offline.refusal import Refusal
from proofloop.agents.llm.offline.syntax import (
    AskAll,
    AskExtreme,
    AskExtremeValue,
    AskValue,
    Claim,
    Count,
    Declaration,
    Extremum,
    Fact,
    Item,
    Kind,
    Let,
    Suppose,
)

# Rules that stand for one word each.
WORDS: dict[str, Any] = {
    "nothing": [],
    "itself": None,
    "count": 1,
    "two": 2,
    "three": 3,
    "four": 4,
    "gt": ">",
    "lt": "<",
    "ge": "≥",
    "le": "≤",
    "least": "least",
    "greatest": "greatest",
    "place_units": 0,
    "place_tens": 1,
    "place_hundreds": 2,
    **{f"adj_{word}": word for word in (*ADJECTIVES, *TOGETHER, "fixed")},
    **{f"noun_{word}": word for word in NOUNS},
    **{word: each(constraint) for word, constraint in ADJECTIVES.items()},
}


class Items(Formulas):
    """Reads the parse of one sentence, bottom up, by the names of rules and aliases."""

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
        if node.data in WORDS:
            return WORDS[node.data]
        return getattr(self, node.data)(*children)

    def main(self, *parts: list[Item]) -> list[Item]:
        return [item for part in parts for item in part]

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

    def let_member(self, *parts: Any) -> list[Item]:
        return [Let(self.declared_member(*parts))]

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

    def let_formula(self, formula: Formula, kind: Kind, such: Any = ()) -> list[Item]:
        introduced = about(formula)
        return [Let(Declaration(introduced.names, kind, introduced.such + such))]

    def let_equal(self, name: str, term: Term) -> list[Item]:
        return [Suppose(Rel("=", Var(name), term))]

    def let_function(self, declaration: Declaration, such: Any = ()) -> list[Item]:
        return [Let(with_conditions(declaration, such))]

    def let_notation(self, left: Term, right: Term) -> list[Item]:
        if left == right:  # "let n! denote the product 1 · 2 · ... · n"
            return []
        raise Refusal("a notation other than the usual one")

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
        return AskExtreme(which, of_one(kind, parts))

    def extreme_of_kind(self, which: Extremum, kind: Kind) -> Item:
        return AskExtreme(which, Declaration(("n",), kind))

    def ask_count_kind(self, kind: Kind) -> list[Item]:
        return [AskValue(self.count_of_kind(kind))]

    def extreme_predicate(self, which: Extremum, kind: Kind, predicate: Property) -> Item:
        return AskExtreme(which, Declaration(("n",), kind, (predicate((Var("n"),)),)))

    def extreme_value(self, which: Extremum, term: Term) -> Item:
        return AskExtremeValue(which, term)

    def ask_remainder(self, term: Term, divisor: Term) -> list[Item]:
        return [AskValue(Op("%", term, divisor))]

    def ask_count(self, kind: Kind, *parts: Any) -> list[Item]:
        return [AskValue(Count(of_one(kind, parts)))]

    def ask_count_predicate(self, kind: Kind, predicate: Property) -> list[Item]:
        declaration = Declaration(("n",), kind, (predicate((Var("n"),)),))
        return [AskValue(Count(declaration))]

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


_MAINS = (Claim, Fact, AskValue, AskAll, AskExtreme, AskExtremeValue)
