"""The words of a sentence as terminals of the grammar, and as words of logical forms."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

from proofloop.agents.llm.offline.refusal import Refusal
from proofloop.core.model import Frozen

RESERVED = {
    "all": "ALL", "every": "ALL", "each": "ALL", "no": "NO", "some": "SOME",
    "a": "A", "an": "A", "the": "THE", "is": "IS", "are": "ARE", "has": "HAVE", "have": "HAVE",
    "do": "DO", "does": "DO", "not": "NOT", "can": "MODAL", "will": "MODAL", "must": "MODAL",
    "if": "IF", "then": "THEN", "and": "AND", "or": "OR", "either": "EITHER",
    "neither": "NEITHER", "nor": "NOR", "both": "BOTH", "who": "WHO", "that": "WHO",
    "something": "SOMETHING", "someone": "SOMETHING", "somebody": "SOMETHING",
    "people": "PEOPLE", "things": "PEOPLE", "person": "PEOPLE",
    "they": "PRONOUN", "it": "PRONOUN", "he": "PRONOUN", "she": "PRONOUN",
    "kind": "KIND", "of": "OF", "everyone": "EVERYONE", "everything": "EVERYONE",
}  # fmt: skip
# What they do to a sentence is not in the fragment, not even inside a phrase.
REFUSED = frozenset({
    "was", "were", "be", "been", "being", "only", "unless", "never", "any", "none", "nobody",
    "nothing", "more", "most", "many", "few", "than", "everybody", "everything",
    "anyone", "anything", "which", "whose", "whom", "when", "while", "because", "but", "except",
    "also", "too", "however", "although", "otherwise", "there", "this", "these", "those", "same",
    "other", "another", "may", "might", "could", "would", "should", "did", "had",
})  # fmt: skip
# Verbs that take someone or something, as in ProofWriter.
VERBS = frozenset({
    "attack", "bring", "call", "chase", "eat", "feed", "find", "follow", "greet", "hate", "help",
    "hunt", "know", "like", "love", "meet", "need", "own", "see", "teach", "visit",
})  # fmt: skip
IRREGULAR = {"men": "man", "women": "woman", "children": "child", "teeth": "tooth",
             "feet": "foot", "mice": "mouse", "gentlemen": "gentleman", "does": "do",
             "wolves": "wolf", "lives": "live"}  # fmt: skip
POSSESSIVE = {"his": "their", "her": "their", "its": "their", "he/she": "they"}
CONTRACTED = {"doesn't": "does not", "don't": "do not", "isn't": "is not", "aren't": "are not",
              "can't": "can not", "cannot": "can not", "won't": "will not"}  # fmt: skip
_TOKEN = re.compile(r"[^\W_]+(?:[-'’.][^\W_]+)*['’]?|,|[^\w\s]")
_BACKGROUND = re.compile(r"^\s*\[BG\]\s*")
_NOT_TRUE = re.compile(r"^it is not true that\s+", re.IGNORECASE)


class Word(Frozen):
    """``kind`` is the terminal; ``start`` and ``end`` are offsets in the text."""

    text: str
    kind: str
    start: int
    end: int


def read_words(text: str) -> list[Word]:
    """The words of one sentence. Raises Refusal for what no sentence of the fragment has."""
    start = match.end() if (match := _BACKGROUND.match(text)) else 0
    words: list[Word] = []
    if match := _NOT_TRUE.match(text[start:]):
        words.append(Word(text=match[0], kind="NOT_TRUE", start=start, end=start + match.end()))
        start += match.end()
    first = True
    stop = len(text.rstrip().rstrip("."))
    for match in _TOKEN.finditer(text, start, stop):
        for word in CONTRACTED.get(match[0].lower(), match[0]).split():
            kind = kind_of(word, first)
            if kind == "REFUSED":
                raise Refusal(f"the word {word!r} is not in the fragment", match.span())
            words.append(Word(text=word, kind=kind, start=match.start(), end=match.end()))
            first = False
    return words


def kind_of(word: str, first: bool) -> str:
    lower = word.lower()
    if word == ",":
        return "COMMA"
    if not word[0].isalnum() or lower in REFUSED:
        return "REFUSED"
    if lower in RESERVED and (first or word == lower):
        return RESERVED[lower]
    if word[0].isupper() or word[0].isdigit():
        return "FIRST" if first else "NAME"
    return "VERB" if base(lower) in VERBS else "WORD"


def base(word: str) -> str:
    """Singular of a noun and infinitive of a verb, by the ending: "cities" and "city", "boxes" and
    "box", "eats" and "eat" are one word."""
    if word in IRREGULAR:
        return IRREGULAR[word]
    if len(word) <= 3 or word.endswith(("ss", "us", "is", "news")):
        return word
    if word.endswith("ies") and len(word) > 4:
        return word[:-3] + "y"
    if word.endswith(("ches", "shes", "xes", "sses", "zes")):
        return word[:-2]
    return word[:-1] if word.endswith("s") else word


def plain(word: str) -> str:
    """In the letters of logical forms: "Świątek" is swiatek."""
    return re.sub(r"[^a-z0-9]", "", unicodedata.normalize("NFKD", word.lower()))


def joined(words: Sequence[str]) -> str:
    """The word of a logical form for a phrase; articles are left out."""
    if [word.lower() for word in words][:2] == ["kind", "of"]:
        raise Refusal("'kind of' does not fit here")
    kept = [POSSESSIVE.get(word.lower(), word.lower()) for word in words]
    parts = [plain(base(word)) for word in kept if word not in ("a", "an")]
    found = "_".join(part for part in parts if part)
    if len(found) < 2:
        raise Refusal(f"{' '.join(words)!r} cannot be a word here")
    return found
