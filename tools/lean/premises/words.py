"""Names, types and English as the same words, so that one query finds all three.

``Nat.dvd_mul_left``, ``a ∣ b * a`` and "divides a product" have ``dvd`` and ``mul`` in common.
Names are cut at dots, underscores and humps; symbols are read as the words that Lean's naming
convention has for them; English is brought to those words by a glossary, which serves queries.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

SYMBOLS = {
    "∣": "dvd", "∤": "not dvd", "≤": "le", "<=": "le", "≥": "ge le", ">=": "ge le",
    "<": "lt", ">": "gt lt", "+": "add", "-": "sub", "*": "mul", "/": "div", "%": "mod",
    "^": "pow", "=": "eq", "≠": "ne", "↔": "iff", "<->": "iff", "→": "imp", "->": "imp",
    "∧": "and", "/\\": "and", "∨": "or", "\\/": "or", "¬": "not", "∀": "forall", "∃": "exists",
    "∃!": "exists unique", "∈": "mem", "∉": "not mem", "∪": "union", "∩": "inter",
    "⊆": "subset", "∅": "empty", "++": "append", "::": "cons", "∘": "comp", "∑": "sum",
    "∏": "prod", "&&": "and", "||": "or", "&&&": "and", "|||": "or", "^^^": "xor",
    "<<<": "shift left", ">>>": "shift right", "==": "beq", "!=": "bne", "~": "perm",
    "<+": "sublist", "<+:": "prefix", "<:+": "suffix", "<:+:": "infix", "⁻¹": "inv",
    "²": "pow 2", "×": "prod", "⊕": "sum", "≡": "mod eq", "√": "sqrt", "⌊": "floor",
    "⌈": "ceil", "↑": "cast", "ℕ": "nat", "ℤ": "int", "ℚ": "rat", "ℝ": "real", "∖": "sdiff",
    "•": "smul", "<$>": "map", ">>=": "bind", "[]": "nil", "|>.": "", ":=": "", "=>": "",
}  # fmt: skip
_SYMBOL = "|".join(re.escape(symbol) for symbol in sorted(SYMBOLS, key=len, reverse=True))
_PIECE = re.compile(
    rf"(?P<symbol>{_SYMBOL})|[₀-₉]+|(?P<word>[^\W_₀-₉]+)|(?P<other>[^\s\w.,:;()\[\]{{}}'\"])"
)
_HUMP = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+|[^A-Za-z\d]")

# English, as far as it is not what names say anyway; the values are words of names.
GLOSSARY = {
    "dvd": "divides divide divisible divisibility multiple",
    "comm": "commutative commutativity commute commutes commuting",
    "assoc": "associative associativity associates",
    "distrib": "distributive distributivity distributes",
    "trans": "transitive transitivity",
    "symm": "symmetric symmetry",
    "refl": "reflexive reflexivity",
    "antisymm": "antisymmetric antisymmetry",
    "total": "totality comparable",
    "inj": "injective injectivity",
    "add": "addition adding plus sum",
    "sub": "subtraction subtracting minus difference",
    "mul": "multiplication multiplying multiply product times",
    "div": "division dividing quotient divided",
    "mod": "remainder modulo modulus residue",
    "pow": "power powers exponent exponentiation",
    "pow 2 sq": "square squares squared",
    "neg": "negation negative negated opposite",
    "lt": "less smaller below greater larger bigger strictly",
    "le": "bounded atmost monotone monotonic",
    "eq": "equal equals equality same identity",
    "ne": "different unequal distinct",
    "zero": "0 nonzero",
    "one": "1",
    "pos": "positive positivity",
    "succ": "successor",
    "pred": "predecessor",
    "nat": "natural naturals",
    "int": "integer integers",
    "rat": "rational rationals",
    "bool": "boolean booleans",
    "mem": "element elements member membership contains contained belongs",
    "nil": "empty",
    "append": "concatenation concatenating concatenate appending",
    "length": "len",
    "get": "index indexing lookup",
    "cons": "prepend prepending",
    "cancel": "cancellation cancelling cancels",
    "imp": "implies implication if",
    "iff": "equivalent equivalence",
    "and": "conjunction both",
    "or": "disjunction either",
    "exists": "exist existence some",
    "forall": "universal",
    "perm": "permutation permutations permuted",
    "max": "maximum",
    "min": "minimum",
    "inter": "intersection",
    "left": "lefthand",
    "right": "righthand",
    "self": "itself idempotent",
    "induction rec": "induct inductive",
    "fold": "folding foldl foldr",
    "cast": "casting coercion coerced embedding",
    "by contra": "contradiction",
    "contrapositive mt": "contraposition",
    "choose": "binomial",
}
# What several words say together.
PHRASES = {
    "greatest common divisor": "gcd",
    "least common multiple": "lcm",
    "less or equal": "le",
    "less than or equal to": "le",
    "at most": "le",
    "at least": "le",
    "double negation": "not not",
    "excluded middle": "em",
    "absolute value": "abs",
    "relatively prime": "coprime",
}
SYNONYMS: dict[str, list[str]] = {}
for _names, _english in GLOSSARY.items():
    for _word in _english.split():
        SYNONYMS.setdefault(_word, []).extend(_names.split())

_STOP = """the of a an is are be for any all every in on to that with by has have show prove lemma
theorem about then than when where which this it its at from as let we if number numbers value
values some given two"""
STOP_WORDS = frozenset(_STOP.split())


def name_words(name: str) -> list[str]:
    """``List.getElem?_append`` as list, get, elem, append."""
    parts = re.findall(r"[^\W_₀-₉]+", name)
    return [hump.lower() for part in parts for hump in _HUMP.findall(part)]


def type_words(text: str) -> list[str]:
    """The words of a printed type or of any text that mixes words and symbols. Single letters
    are variables: they say nothing. A symbol without a word is itself."""
    return [word for word in _pieces(text) if len(word) > 1 or not word.isalpha()]


def query_words(text: str) -> list[str]:
    """The words of a query: as a type's, with the glossary's in the place of English ones."""
    english = f" {' '.join(text.lower().split())} "
    for phrase, names in PHRASES.items():
        if phrase in english:
            # Without its capitals a text has no humps either: English has none.
            english = text = english.replace(f" {phrase} ", f" {names} ")
    found: list[str] = []
    for word in type_words(text):
        if word not in STOP_WORDS:
            found += SYNONYMS.get(word) or [word]
    return list(dict.fromkeys(found))


def _pieces(text: str) -> Iterator[str]:
    for match in _PIECE.finditer(text):
        if match["word"]:
            yield from (hump.lower() for hump in _HUMP.findall(match["word"]))
        elif match["symbol"]:
            yield from SYMBOLS[match["symbol"]].split()
        elif match["other"]:
            yield match["other"]
