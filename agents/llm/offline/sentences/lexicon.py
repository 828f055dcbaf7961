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
# As many of them: of which kinds nothing more is known than that they are of the noun's.
COUNTS = frozenset({
    "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "many",
    "several", "numerous", "multiple",
})  # fmt: skip
MODALS = frozenset({"can", "may", "might", "must", "could", "should"})
ADVERBS = frozenset({
    "often", "usually", "sometimes", "always", "typically", "generally", "mostly", "mainly",
    "frequently", "very", "highly", "especially", "also", "together", "once", "rapidly", "directly",
    "chemically", "physically", "slowly", "quickly", "too", "much", "away", "up", "down", "out",
    "apart",
})  # fmt: skip
RELATIVES = frozenset({"that", "which", "who"})
# They count, compare, deny, or point to what is not there: not in the fragment.
REFUSED = frozenset({
    "most", "few", "more", "less", "fewer", "only", "none", "never", "rarely", "seldom", "hardly",
    "neither", "nor", "other", "another", "them", "itself",
    "themselves", "he", "she", "his", "her", "we", "you", "both", "either", "same",
    "because", "while", "where", "whether", "but", "how", "what",
    "so", "than", "there", "not", "was", "were", "been", "had", "did", "would", "until", "unless",
    "if", "when", "then",
    "nothing", "nobody", "noone", "nowhere", "zero", "despite", "except", "excluding", "minus",
    "unlike", "versus", "although", "though", "lest", "instead", "rather",
})  # fmt: skip
ANYTHING = frozenset({"something", "someone", "somebody"})
# What happens or holds may happen, and holds often: these say less than without them.
WEAKENING = frozenset({
    "can", "may", "might", "could", "often", "usually", "sometimes", "typically", "generally",
    "mostly", "mainly", "frequently", "commonly", "normally", "occasionally", "regularly",
})  # fmt: skip
# What is done, or is so, in this way is done, or is so. Of others nobody knows: "seemingly",
# "theoretically", "formerly".
MANNER = frozenset({
    "always", "very", "also", "actually", "chemically", "clearly", "closely", "completely",
    "consistently", "constantly", "continuously", "correctly", "differently", "directly", "easily",
    "equally", "especially", "evenly", "exactly", "exceptionally", "explicitly", "extremely",
    "firmly", "fully", "genetically", "gently", "gradually", "greatly", "heavily", "highly",
    "intentionally", "loudly", "mechanically", "naturally", "necessarily", "negatively",
    "permanently", "physically", "positively", "properly", "publicly", "quickly", "quietly",
    "rapidly", "repeatedly", "safely", "significantly", "simultaneously", "slightly", "slowly",
    "specifically", "steadily", "strongly", "suddenly", "systematically", "thoroughly", "tightly",
    "tirelessly", "weakly", "widely",
})  # fmt: skip
# These make another verb, or speak of several at once: "grows" does not follow.
PARTICLES = frozenset({"away", "up", "down", "out", "apart", "together", "once", "much", "too"})
# What is done less than fully, or is not sure to be done.
UNSURE = frozenset({
    "nearly", "almost", "barely", "scarcely", "partly", "partially", "possibly", "probably",
    "apparently", "supposedly", "allegedly", "approximately", "potentially", "likely",
})  # fmt: skip
# Without an object it happens to the subject: "the sun melts ice", "ice melts" (Levin 1993, 1.1.2).
LABILE = frozenset({
    "boil", "break", "burn", "change", "close", "collapse", "condense", "contract", "cool",
    "crack", "decompose", "decrease", "develop", "dissolve", "dry", "end", "erode", "evaporate",
    "expand", "explode", "form", "freeze", "grow", "harden", "heat", "improve", "increase", "melt",
    "move", "open", "roll", "rotate", "rot", "shake", "shatter", "shrink", "soften", "spin",
    "split", "spread", "stop", "swell", "turn", "vary", "vibrate", "warm", "widen",
})  # fmt: skip
# After their object, "to" begins what they make it do, or what it is for.
INFINITIVAL = frozenset({
    "able", "adapt", "allow", "appear", "begin", "cause", "continue", "design", "enable", "evolve",
    "force", "help", "learn", "lead", "make", "need", "require", "seem", "serve", "start", "tend",
    "try", "use", "want",
})  # fmt: skip
# The same without "to": "helps animals move".
BARE = frozenset({"help", "let", "make"})
# "In" these is when, not where.
TIMES = frozenset({
    "spring", "summer", "autumn", "fall", "winter", "past", "future", "morning", "evening", "night",
    "january", "february", "march", "april", "may", "june", "july", "august", "september",
    "october", "november", "december",
})  # fmt: skip
# What an adjective says something of anyway: "green in color" is green.
DIMENSIONS = {
    "color": frozenset({
        "green", "red", "blue", "yellow", "white", "black", "brown", "orange", "purple", "pink",
        "gray", "grey",
    }),
    "temperature": frozenset({"hot", "cold", "warm", "cool"}),
    "taste": frozenset({"sour", "sweet", "bitter", "salty"}),
    "size": frozenset({"big", "small", "large", "little"}),
    "weight": frozenset({"heavy", "light"}),
    "shape": frozenset({"round", "square", "flat", "oval", "triangular", "rectangular"}),
    "texture": frozenset({"rough", "smooth", "soft", "hard"}),
    "brightness": frozenset({"bright", "dim"}),
    "speed": frozenset({"fast", "slow"}),
}  # fmt: skip
# Nouns too, but before another noun they describe it: liquid water is liquid.
DESCRIBING = DIMENSIONS["color"] | {"solid", "liquid", "male", "female", "square", "round"}
# Plurals that stand before a noun; other plurals do not.
PLURAL_MODIFIERS = frozenset({"sports", "arms", "sales", "systems", "customs", "goods"})
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
    "empty", "missing", "dead", "toy", "counterfeit", "mock", "imitation", "dummy", "virtual",
    "alleged", "supposed", "apparent", "hypothetical", "pretend", "simulated", "fictional",
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
    return word in DESCRIBING or (own and word not in RELATIVE_ADJECTIVES | COUNTS)


def adverb(word: str) -> bool:
    """Of those that say how or how often; "nearly" and its like are none of these."""
    if word in ADVERBS:
        return True
    only = not {"NOUN", "ADJ", "VERB"} & set(lemmas(word))
    return only and word.endswith("ly") and word not in UNSURE | REFUSED


def implied(word: str) -> bool:
    """Whether what is done, or is so, in this way is done, or is so."""
    return word in MANNER


def comparative(word: str) -> str | None:
    """The "large" of "larger"; None of "water"."""
    base = lemmas(word).get("ADJ", word)
    return base if word.endswith("er") and base != word else None
