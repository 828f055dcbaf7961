"""The words of plain English facts: their parts of speech and base forms, by lemminflect.

lemminflect (NIH's SPECIALIST lexicon) is the extra ``english``; without it facts are refused.
"""

from __future__ import annotations

from functools import cache

from proofloop.agents.llm.offline.refusal import Refusal

DETERMINERS = frozenset({"a", "an", "the", "all", "every", "each", "any"})
ANAPHORIC = frozenset({"that", "those", "this", "these", "the"})
PREPOSITIONS = frozenset({
    "of", "in", "on", "at", "from", "to", "into", "with", "by", "for", "between", "through",
    "under", "over", "around", "during", "after", "before", "against", "near", "across",
    "inside", "within",
    "about", "like", "as", "onto", "along", "among", "toward", "towards", "without", "per",
})  # fmt: skip
BE = frozenset({"is", "are", "be"})
MODALS = frozenset({"can", "may", "might", "must", "could", "should"})
ADVERBS = frozenset({
    "often", "usually", "sometimes", "always", "typically", "generally", "mostly", "mainly",
    "frequently", "very", "highly", "especially", "also", "together", "once", "rapidly", "directly",
    "chemically", "physically", "slowly", "quickly", "too", "much", "away", "up", "down", "out",
})  # fmt: skip
RELATIVES = frozenset({"that", "which", "who"})
# They count, compare, deny, or point to what is not there: not in the fragment.
REFUSED = frozenset({
    "most", "many", "few", "several", "more", "less", "fewer", "only", "no", "none", "never",
    "neither", "nor", "other", "another", "them", "itself",
    "themselves", "he", "she", "his", "her", "we", "you", "one", "two", "three", "four", "both",
    "either", "same", "because", "while", "where", "whether", "but", "how", "what",
    "so", "than", "there", "not", "was", "were", "been", "had", "did", "would", "until", "unless",
    "if", "when", "then",
})  # fmt: skip
ANYTHING = frozenset({"something", "someone", "somebody"})
# What happens or holds may happen, and holds often: these say less than without them.
WEAKENING = frozenset({
    "can", "may", "might", "could", "often", "usually", "sometimes", "typically", "generally",
    "mostly", "mainly", "frequently",
})  # fmt: skip
UNCHANGED = frozenset({"put", "cut", "set", "split", "shut", "spread", "hit", "shed", "cast"})
ADJECTIVE_ENDINGS = ("able", "ible", "ic", "al", "ous", "ive", "ful", "less", "ary", "ular")
POSSESSIVES = frozenset({"its", "their"})
PRONOUNS = frozenset({"it", "they"})
IRREGULAR = {"leaves": "leaf", "mars": "mars"}
# "A large insect" is no large animal: these say something of the noun that they stand with.
RELATIVE_ADJECTIVES = frozenset({
    "large", "small", "big", "little", "tall", "short", "long", "high", "low", "heavy", "light",
    "strong", "weak", "fast", "slow", "hot", "cold", "warm", "cool", "thick", "thin", "deep",
    "shallow", "hard", "soft", "good", "bad", "rich", "poor", "old", "young", "new", "great",
    "main", "major", "important", "close", "far", "near", "bright", "dim", "rough", "smooth",
    "wide",
    "narrow", "steep", "rare", "common", "similar", "average", "different", "certain",
    "specific", "particular",
})  # fmt: skip
# "Artificial light" may be no light.
PRIVATIVE = frozenset({
    "fake", "artificial", "former", "false", "imaginary", "potential", "possible", "extinct",
    "empty", "missing", "dead",
})  # fmt: skip


@cache
def lemmas(word: str) -> dict[str, str]:
    """The base form of a word by part of speech (NOUN, VERB, ADJ, ADV); an unknown word may be a
    noun or an adjective. Raises Refusal without the extra."""
    try:
        from lemminflect import getAllLemmas
    except ImportError:
        raise Refusal("plain facts need the extra proofloop[english]") from None
    found = {part: forms[0] for part, forms in getAllLemmas(word).items() if part != "AUX"}
    if word in IRREGULAR:
        found["NOUN"] = IRREGULAR[word]
    return found or {"NOUN": word, "ADJ": word}


def noun(word: str) -> str | None:
    """The singular of what can be a noun; of what is a verb's -ing form the verb."""
    known = lemmas(word)
    if "NOUN" in known:
        return known["NOUN"]
    return word if word.endswith("ing") and "VERB" in known else None


def verb(word: str) -> str | None:
    return lemmas(word).get("VERB") if word not in PREPOSITIONS else None


def finite(word: str) -> str | None:
    """The infinitive of "eats" and "eat"; None for "eating" and for "eaten"."""
    base = verb(word)
    if base is None or word.endswith("ing"):
        return None
    return base if word in (base, "has", "does") or word.endswith("s") else None


def participle(word: str) -> str | None:
    """The infinitive of "eaten"."""
    base = verb(word)
    if base is None or word.endswith(("ing", "s")) or (word == base and word not in UNCHANGED):
        return None
    return base


def gerund(word: str) -> bool:
    return word.endswith("ing") and "VERB" in lemmas(word)


def adjective(word: str) -> bool:
    return "ADJ" in lemmas(word)


def describes(word: str) -> bool:
    """Whether before a noun it says something of its own, as "solar" does and "plant" does not."""
    known = lemmas(word)
    own = "ADJ" in known and ("NOUN" not in known or word.endswith(ADJECTIVE_ENDINGS))
    return own and word not in RELATIVE_ADJECTIVES


def comparative(word: str) -> bool:
    """Of "larger", but not "water"."""
    return word.endswith("er") and lemmas(word).get("ADJ", word) != word
