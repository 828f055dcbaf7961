"""What "/" stands for in plain facts: other words for a thing, each of which makes the sentence
true by itself."""

from __future__ import annotations

from proofloop.agents.llm.offline.refusal import Refusal
from proofloop.agents.llm.offline.sentences import lexicon as lex

OPPOSITE = frozenset({"increase", "decrease", "increases", "decreases", "positive", "negative",
                      "positively", "negatively", "more", "less", "higher", "lower"})  # fmt: skip


def alternatives(words: list[str]) -> list[list[str]]:
    """Of "A / B" the sentence with either."""
    if "/" not in words:
        return [words]
    place = words.index("/")
    if words.count("/") > 1:
        return alternatives_of_many(words)
    if not 0 < place < len(words) - 1:
        raise Refusal("nothing on one side of '/'")
    one, other = words[place - 1], words[place + 1]
    if {one, other} & OPPOSITE:
        raise Refusal(f"{one!r} and {other!r} are no two words for one thing")
    before, after = place - 1, place + 2
    if words[place - 2] == other and before:
        before -= 1  # celestial object / celestial body
    if "NOUN" in lex.lemmas(one) and "NOUN" not in lex.lemmas(other) and "ADJ" in lex.lemmas(other):
        after += 1  # electricity / electrical energy
    return [
        [*words[:before], *words[before:place], *words[after:]],
        [*words[:before], *words[place + 1 : after], *words[after:]],
    ]


def alternatives_of_many(words: list[str]) -> list[list[str]]:
    """Of single words, "A / B / C"."""
    places = [place for place, word in enumerate(words) if word == "/"]
    start, stop = places[0] - 1, places[-1] + 2
    each = words[start:stop:2] if start >= 0 else []
    if places != list(range(places[0], places[-1] + 1, 2)) or stop > len(words) or not each:
        raise Refusal("several '/' belong together in ways that are not shown")
    if found := [word for word in each if word in OPPOSITE or word.isdigit()]:
        raise Refusal(f"{found[0]!r} is no other word for what stands beside it")
    return [[*words[:start], word, *words[stop:]] for word in each]
