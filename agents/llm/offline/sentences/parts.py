"""What the shallow syntax of plain facts is made of: phrases, what is said, and the words that can
stand in their places."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from proofloop.agents.llm.offline.sentences import lexicon as lex
from proofloop.agents.llm.offline.sentences.words import plain
from proofloop.core.model import Frozen
from proofloop.tools.entailment.form import Role

ROLE_OF: dict[str, Role] = {
    "in": "place", "inside": "place", "within": "place", "from": "source", "to": "goal",
    "into": "goal", "with": "instrument", "for": "recipient", "during": "time",
}  # fmt: skip
KIND_NOUNS = ("kind", "type", "sort", "example")


class Phrase(Frozen):
    """``words`` are the modifiers and the head, in their base forms; of a list only ``parts``."""

    words: tuple[str, ...] = ()
    determiner: str = ""
    plural: bool = False
    relations: tuple[tuple[str, Phrase], ...] = ()
    clauses: tuple[Saying, ...] = ()
    parts: tuple[Phrase, ...] = ()
    join: Literal["and", "or"] = "and"

    @property
    def head(self) -> str:
        return self.words[-1]


class Saying(Frozen):
    """An event (``kind``) in which the subject is the ``subject`` and others have the ``slots``, a
    ``quality``, what it is (``isa``), or several (``parts``). ``stronger`` are kinds or qualities
    of which it would be true too: "may grow" of what grows; ``weaker`` those that are true with it:
    "grow" of what grows quickly."""

    kind: str = ""
    subject: Role = "agent"
    slots: tuple[tuple[Role, Phrase], ...] = ()
    quality: str = ""
    isa: Phrase | None = None
    stronger: tuple[str, ...] = ()
    weaker: tuple[str, ...] = ()
    parts: tuple[Saying, ...] = ()
    join: Literal["and", "or"] = "and"
    negated: bool = False


Words = Sequence[str]


def name(*words: str) -> str:
    parts = [plain(part) for word in words for part in word.split("_")]
    return "_".join(part for part in parts if part)


def infinitive(words: Words, verb: str = "") -> bool:
    """Whether "to" with what follows it is what somebody does; what can be a noun too, only after a
    verb that takes such ("causes tissue to swell", but "changes ice to water")."""
    if len(words) < 2 or words[0] != "to":
        return False
    does = words[1] == "be" or lex.verb(words[1]) == words[1]
    if not does:
        return False
    only_verb = "NOUN" not in lex.lemmas(words[1]) or (words[2:3] and words[2] in lex.DETERMINERS)
    return bool(only_verb) or verb in lex.INFINITIVAL


def closed(word: str) -> bool:
    """Whether it is none of the words that can stand in a noun's place."""
    return (
        not plain(word)
        or word in lex.REFUSED | lex.PREPOSITIONS | lex.BE | lex.MODALS | lex.ADVERBS | lex.COUNTS
        or word in lex.DETERMINERS | lex.ANAPHORIC
        or word in ("and", "or", "will", "has", "have", "some", "no")
    )


def modifier(word: str) -> bool:
    """What can stand before a noun: no plural, and no verb but its participles."""
    if closed(word):
        return False
    known = lex.lemmas(word)
    if "ADJ" in known or word in lex.PLURAL_MODIFIERS:
        return True
    if "NOUN" in known and not (word.endswith("s") and known["NOUN"] != word):
        return True
    return lex.participle(word) is not None or lex.gerund(word)


def noun_of(word: str) -> str | None:
    return None if closed(word) or not word[0].isalpha() else lex.noun(word)


def verb_rank(word: str) -> int | None:
    if word in lex.BE | lex.MODALS | {"will", "do", "does", "has", "have"}:
        return 0
    if lex.adverb(word):
        return 2
    if lex.finite(word) is None or closed(word):
        return None
    return 2 if {"NOUN", "ADJ"} & set(lex.lemmas(word)) else 1


def agree(subject: Phrase, word: str) -> bool:
    if word in lex.MODALS | {"will", "used"} or lex.adverb(word):
        return True
    if subject.parts:
        return True
    singular = word in ("is", "does", "has") or (word not in lex.BE and word.endswith("s"))
    return singular != subject.plural


def closed_verb(word: str) -> bool:
    return word not in ("has", "have") and closed(word)


def segments(words: list[str]) -> list[tuple[str, list[str]]]:
    """Cut at the prepositions, but not at an "of" after a noun; the first piece may have none."""
    pieces: list[tuple[str, list[str]]] = []
    for place, word in enumerate(words):
        starts = word in lex.PREPOSITIONS and not (word == "of" and place and pieces)
        if starts:
            pieces.append((word, []))
        elif not pieces:
            pieces.append(("", [word]))
        else:
            pieces[-1][1].append(word)
    return pieces


def role_of(preposition: str, words: list[str], subject: Role) -> Role:
    if not preposition:
        return "patient" if subject == "agent" else "goal"
    if preposition == "by" and subject == "patient":
        return "agent"
    if preposition == "in" and words[-1:] and words[-1] in lex.TIMES:
        return "time"
    return ROLE_OF.get(preposition, "place")


def split_list(words: Words, join: str) -> list[list[str]]:
    parts: list[list[str]] = [[]]
    for word in words:
        if word in (join, ","):
            parts.append([])
        else:
            parts[-1].append(word)
    return [part for part in parts if part]
