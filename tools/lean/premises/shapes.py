"""The shape of a type: its hypotheses and its conclusion, with variables counted, not named.

``∀ {a b c : ℕ}, a ∣ b → b ∣ c → a ∣ c`` and the query ``x ∣ y → y ∣ z → x ∣ z`` have the same
shapes. Each shape becomes one word of the index, rare and so of great weight. Text alone is looked
at: what Lean prints otherwise (``Nat.succ n`` for ``n.succ``) is another shape.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence

from proofloop.tools.lean.premises.words import SYMBOLS

_SYMBOL = "|".join(re.escape(symbol) for symbol in sorted(SYMBOLS, key=len, reverse=True))
_TOKEN = re.compile(rf"[\w?][\w.'?!]*|{_SYMBOL}|\S")
_BINDERS = re.compile(r"^∀\s+(?P<binders>[^,]*),\s*")
_VARIABLE = re.compile(r"\?[\w']+|_|[^\W\d_][\d₀-₉'_]*|[a-z]s'?|h[₀-₉\d]*\w?")
RELATIONS = ("↔", "=", "≠", "≤", "<", "≥", ">", "∣", "∈", "⊆", "≡")
SYMMETRIC = frozenset({"=", "↔", "≠"})
_OPEN, _CLOSED = "([{⟨", ")]}⟩"

Tokens = list[str]


def shape_words(text: str) -> list[str]:
    """Words for the whole, each hypothesis, the conclusion, and the two sides of its relation."""
    bound, tokens = telescope(text)
    parts = split_at(tokens, ("→",))
    if not any(parts):
        return []
    hypotheses, conclusion = parts[:-1], parts[-1]
    found = [word("w", canonical([*tokens], bound))] if hypotheses else []
    found += [word("p", shape(part, bound)) for part in parts]
    found.append(word("c", shape(conclusion, bound)))
    relation, sides = sides_of(conclusion)
    if relation:
        found += [word("s", canonical(side, bound)) for side in sides if len(side) > 1]
    return list(dict.fromkeys(found))


def telescope(text: str) -> tuple[frozenset[str], Tokens]:
    """The names bound at the front, and the tokens of what follows."""
    bound: set[str] = set()
    text = text.strip()
    while match := _BINDERS.match(text):
        groups = re.split(r"[(){}\[\]⦃⦄]", match["binders"])
        for group in groups:
            bound.update(group.partition(":")[0].split())
        text = text[match.end() :]
    return frozenset(bound), _TOKEN.findall(text)


def shape(tokens: Tokens, bound: frozenset[str]) -> str:
    """The canonical form; of both orders of a symmetric relation the same."""
    relation, sides = sides_of(tokens)
    if relation in SYMMETRIC:
        left, right = sides
        return min(canonical([*a, relation, *b], bound) for a, b in ((left, right), (right, left)))
    return canonical(tokens, bound)


def canonical(tokens: Sequence[str], bound: frozenset[str]) -> str:
    """The tokens with each variable replaced by the number of its first use."""
    numbers: dict[str, int] = {}
    out = []
    for token in tokens:
        head, dot, field = token.partition(".")
        if head in bound or _VARIABLE.fullmatch(head):
            number = numbers.setdefault(head, len(numbers))
            token = f"{number}{dot}{field}"
        out.append(token)
    return " ".join(out)


def sides_of(tokens: Tokens) -> tuple[str, list[Tokens]]:
    """The relation at the top and what stands on either side; "" where there is none."""
    for relation in RELATIONS:
        sides = split_at(tokens, (relation,))
        if len(sides) == 2 and all(sides):
            return relation, sides
    return "", [tokens]


def split_at(tokens: Tokens, separators: Sequence[str]) -> list[Tokens]:
    """The tokens between separators that stand outside of all brackets."""
    parts: list[Tokens] = [[]]
    depth = 0
    for token in tokens:
        depth += (token in _OPEN) - (token in _CLOSED)
        if depth == 0 and token in separators:
            parts.append([])
        else:
            parts[-1].append(token)
    return [unwrapped(part) for part in parts]


def unwrapped(tokens: Tokens) -> Tokens:
    """Without the parentheses around the whole, if there are some."""
    depth = 0
    for place, token in enumerate(tokens):
        depth += (token in _OPEN) - (token in _CLOSED)
        if depth == 0:
            around = place > 0 and place == len(tokens) - 1 and tokens[0] == "("
            return tokens[1:-1] if around else tokens
    return tokens


def word(kind: str, shape: str) -> str:
    return f"{kind}{hashlib.sha256(shape.encode()).hexdigest()[:12]}q"
