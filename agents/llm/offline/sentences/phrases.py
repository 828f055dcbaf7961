"""Noun phrases and what is said of them: the shallow syntax of plain English facts.

Each function takes words and gives the first analysis that covers them all, or None. A list is
read before a relative clause, that before a preposition; "of" belongs to the noun before it, any
other preposition to the verb where there is one.
"""

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
    of which it would be true too: "may grow" of what grows."""

    kind: str = ""
    subject: Role = "agent"
    slots: tuple[tuple[Role, Phrase], ...] = ()
    quality: str = ""
    isa: Phrase | None = None
    stronger: tuple[str, ...] = ()
    parts: tuple[Saying, ...] = ()
    join: Literal["and", "or"] = "and"
    negated: bool = False


Words = Sequence[str]


def name(*words: str) -> str:
    parts = [plain(part) for word in words for part in word.split("_")]
    return "_".join(part for part in parts if part)


def phrase(words: Words) -> Phrase | None:
    """A list, or one phrase; "cycles of day and night" is no list, "day and night" is."""
    firsts = [place for place, word in enumerate(words) if word in lex.PREPOSITIONS]
    if firsts and not set(words[: firsts[0]]) & {"and", "or"} and (whole := simple(words)):
        return whole
    joins: tuple[Literal["and"], Literal["or"]] = ("and", "or")
    for join in joins:
        if join in words:
            inner = [simple(part) for part in split_list(words, join)]
            found = [part for part in inner if part is not None]
            if len(found) == len(inner) > 1:
                return Phrase(parts=tuple(found), join=join, plural=True)
    return simple(words)


def split_list(words: Words, join: str) -> list[list[str]]:
    parts: list[list[str]] = [[]]
    for word in words:
        if word in (join, ","):
            parts.append([])
        else:
            parts[-1].append(word)
    return [part for part in parts if part]


def simple(words: Words) -> Phrase | None:
    """A phrase that is no list, with what follows its noun."""
    words = list(words)
    kind = words[1:] if words and words[0] in ("a", "an", "the") else words
    if len(kind) > 2 and kind[1] == "of" and noun_of(kind[0]) in KIND_NOUNS:
        return simple(kind[2:])
    for place, word in enumerate(words[1:-1], 1):
        before = words[place - 1]
        if word in lex.RELATIVES and before not in lex.PREPOSITIONS:
            head, said = simple(words[:place]), saying(words[place + 1 :])
        elif word in lex.PREPOSITIONS:
            head = base(words[:place])
            inner = None if infinitive(words[place:]) else phrase(words[place + 1 :])
            if head is not None and inner is not None:
                relation = name(head.head, word) if word == "of" else name("be", word)
                further: tuple[tuple[str, Phrase], ...] = ()
                if inner.determiner in lex.ANAPHORIC - {"the"}:  # what follows it is not its own
                    further, inner = inner.relations, inner.model_copy(update={"relations": ()})
                relations = (*head.relations, (relation, inner), *further)
                return head.model_copy(update={"relations": relations})
            return None
        elif (lex.participle(word) or lex.gerund(word)) and words[place + 1] in lex.PREPOSITIONS:
            head, said = base(words[:place]), saying(["is", *words[place:]])
        else:
            continue
        if head is not None and said is not None:
            return head.model_copy(update={"clauses": (*head.clauses, said)})
    return base(words)


def base(words: Words) -> Phrase | None:
    """A noun with what stands before it."""
    words = list(words)
    determiner = ""
    if words and words[0] in lex.DETERMINERS | lex.ANAPHORIC | lex.POSSESSIVES | {"some"}:
        determiner, *words = words
    if len(words) == 1 and words[0] in lex.PRONOUNS:
        return Phrase(words=("it",), determiner="it", plural=words[0] == "they")
    if not words:
        return None
    if words[0] in lex.ANYTHING:
        return anything(words, determiner)
    if "'s" in words[1:-1]:
        place = words.index("'s")
        owner, owned = base(words[:place]), base(words[place + 1 :])
        if owner is None or owned is None:
            return None
        of = (name(owned.head, "of"), owner)
        return owned.model_copy(update={"relations": (*owned.relations, of)})
    first, *rest = words
    only_verb = not {"NOUN", "ADJ"} & set(lex.lemmas(first))
    if rest and lex.gerund(first) and (only_verb or rest[0] in lex.DETERMINERS):
        return doing(words)
    *before, last = words
    if before and lex.gerund(last) and "NOUN" not in lex.lemmas(last) and lex.noun(before[-1]):
        inner = base(before)
        return inner and Phrase(words=(last,), relations=((name(last, "by"), inner),))
    if any(not modifier(word) for word in before) or (head := noun_of(last)) is None:
        return None
    mods = tuple(lex.lemmas(word).get("NOUN", word) for word in before)
    return Phrase(words=(*mods, head), determiner=determiner, plural=head != last)


def doing(words: Words) -> Phrase | None:
    """ "Following orders"."""
    first, *rest = words
    inner = phrase(rest) if rest and lex.gerund(first) else None
    return inner and Phrase(words=(first,), relations=((name(first, "of"), inner),))


def infinitive(words: Words) -> bool:
    return (
        words[0] == "to" and len(words) > 1 and (words[1] == "be" or lex.verb(words[1]) == words[1])
    )


def anything(words: list[str], determiner: str) -> Phrase | None:
    """ "Something", "something else", "something rigid"."""
    else_ = words[1:2] == ["else"]
    rest = words[2 if else_ else 1 :]
    if any(not lex.adjective(word) for word in rest):
        return None
    head = "something_else" if else_ else "something"
    return Phrase(words=(*rest, head), determiner=determiner)


def closed(word: str) -> bool:
    """Whether it is none of the words that can stand in a noun's place."""
    return (
        not plain(word)
        or word in lex.REFUSED | lex.PREPOSITIONS | lex.BE | lex.MODALS | lex.ADVERBS
        or word in lex.DETERMINERS | lex.ANAPHORIC | {"and", "or", "will", "has", "have", "some"}
    )


def modifier(word: str) -> bool:
    if closed(word):
        return False
    return bool({"NOUN", "ADJ"} & set(lex.lemmas(word))) or lex.verb(word) is not None


def noun_of(word: str) -> str | None:
    return None if closed(word) or not word[0].isalpha() else lex.noun(word)


def clause(words: Words) -> tuple[Phrase, Saying] | None:
    """Whom a sentence is about, and what it says: the verb is where a form of "be", a modal or a
    word that can be nothing else stands, before a word that could be a noun too."""
    words = list(words)
    found: list[tuple[int, int, Phrase, Saying]] = []
    for place in range(1, len(words)):
        if (rank := verb_rank(words[place])) is None or (said := saying(words[place:])) is None:
            continue
        for subject in (phrase(words[:place]), doing(words[:place])):
            if subject is not None:
                # Numbers that do not agree are a slip, but the last thing to be thought of.
                slip = 0 if agree(subject, words[place]) else 10
                found.append((rank + slip, place, subject, said))
    best = min(found, key=lambda each: each[:2], default=None)
    return None if best is None else best[2:]


def verb_rank(word: str) -> int | None:
    if word in lex.BE | lex.MODALS | {"will", "do", "does", "has", "have"}:
        return 0
    if word in lex.ADVERBS:
        return 2
    if lex.finite(word) is None or closed(word):
        return None
    return 2 if {"NOUN", "ADJ"} & set(lex.lemmas(word)) else 1


def agree(subject: Phrase, word: str) -> bool:
    if word in lex.MODALS | lex.ADVERBS | {"will"}:
        return True
    if subject.parts:
        return True
    singular = word in ("is", "does", "has") or (word not in lex.BE and word.endswith("s"))
    return singular != subject.plural


def saying(words: Words) -> Saying | None:
    words = list(words)
    for place, word in enumerate(words[1:-1], 1):
        if word in ("and", "or") and verb_rank(words[place + 1]) in (0, 1):
            left, right = saying(words[:place]), saying(words[place + 1 :])
            if left is not None and right is not None:
                return Saying(parts=(left, right), join="and" if word == "and" else "or")
    if len(words) < 1:
        return None
    first, *rest = words
    if first in ("do", "does") and rest[:1] == ["not"]:
        inner = saying(rest[1:])
        return inner and inner.model_copy(update={"negated": not inner.negated})
    if first == "will":
        return denied(saying(rest[1:])) if rest[:1] == ["not"] else saying(rest)
    if first in lex.ADVERBS | lex.MODALS:
        return (
            marked(first, saying(rest))
            if rest[:1] != ["not"]
            else denied(saying([first, *rest[1:]]))
        )
    if first in lex.BE:
        return being(rest)
    infinitive = "have" if first in ("has", "have") else lex.finite(first)
    return None if infinitive is None or closed_verb(first) else event(infinitive, rest, "agent")


def closed_verb(word: str) -> bool:
    return word not in ("has", "have") and closed(word)


def denied(inner: Saying | None) -> Saying | None:
    return inner and inner.model_copy(update={"negated": not inner.negated})


def marked(word: str, inner: Saying | None) -> Saying | None:
    """ "Often" and "can" make another event or quality of it."""
    if inner is None or inner.parts:
        return None
    plain, isa = inner.kind or inner.quality, inner.isa
    if isa is not None:
        if isa.relations or isa.clauses or isa.parts:
            return None
        inner, plain = Saying(negated=inner.negated), name(*isa.words)
    stronger = (plain, *inner.stronger) if word in lex.WEAKENING and not inner.negated else ()
    field = "kind" if inner.kind else "quality"
    return inner.model_copy(update={field: name(word, plain), "stronger": stronger})


def being(words: list[str]) -> Saying | None:
    if not words:
        return None
    first, *rest = words
    if first == "not":
        return denied(being(rest))
    if first in lex.ADVERBS:
        return marked(first, being(rest))
    graded = words[:2] if first in ("more", "less") else [first]
    if words[len(graded) :][:1] == ["than"] and (len(graded) > 1 or lex.comparative(first)):
        inner = phrase(words[len(graded) + 1 :])
        return (
            None
            if inner is None
            else Saying(kind=name(*graded, "than"), slots=(("patient", inner),))
        )
    if first in lex.PREPOSITIONS:
        thing = phrase(rest)
        return (
            None if thing is None else Saying(kind=name("be", first), slots=(("patient", thing),))
        )
    done = lex.participle(first)
    if (
        done
        and not ("NOUN" in lex.lemmas(first) and rest[:1] == ["of"])
        and not (rest and modifier(rest[0]) and noun_of(rest[-1]))
    ):
        return event(done, rest, "patient")
    if lex.gerund(first) and "NOUN" not in lex.lemmas(first):
        return event(lex.lemmas(first)["VERB"], rest, "agent")
    last = words[-1]
    qualities = all(lex.adjective(word) or word in lex.ADVERBS for word in words)
    if qualities and (len(words) == 1 or not noun_of(last)):
        return Saying(quality=name(*words))
    if lex.adjective(first) and len(rest) > 1 and rest[0] in lex.PREPOSITIONS - {"of"}:
        return related(name(first, rest[0]), phrase(rest[1:]))
    kind = phrase(words)
    return None if kind is None else Saying(isa=kind)


def related(kind: str, to: Phrase | None) -> Saying | None:
    return None if to is None else Saying(kind=kind, slots=(("patient", to),))


def event(kind: str, words: list[str], subject: Role) -> Saying | None:
    """What takes part in it: an object, then prepositions; "to do" something is part of what kind
    of event it is."""
    taken: set[Role] = {subject}
    slots: list[tuple[Role, Phrase]] = []
    rest = list(words)
    while rest and rest[-1] in lex.ADVERBS:
        kind = name(kind, rest.pop())
    while rest and rest[0] in lex.ADVERBS:
        kind = name(kind, rest.pop(0))
    if len(rest) == 1 and lex.adjective(rest[0]) and "NOUN" not in lex.lemmas(rest[0]):
        return Saying(kind=name(kind, *rest), subject=subject)  # becomes hot
    for place in range(len(rest)):
        if infinitive(rest[place:]) and not (noun_of(rest[place + 1]) and place + 2 == len(rest)):
            kind = name(kind, *(lex.lemmas(each).get("NOUN", each) for each in rest[place:]))
            rest = rest[:place]
            break
    pieces = segments(rest)
    if pieces and not pieces[0][0]:
        role: Role = "patient" if subject == "agent" else "goal"
        kind, role = (name(kind, "as"), "goal") if subject == "patient" else (kind, role)
        inner = phrase(pieces.pop(0)[1])
        if inner is None:
            return None
        slots.append((role, inner))
        taken.add(role)
    for preposition, part in pieces:
        inner = phrase(part)
        own: Role = (
            "agent"
            if preposition == "by" and subject == "patient"
            else ROLE_OF.get(preposition, "place")
        )
        if preposition not in ROLE_OF and own != "agent":
            kind = name(kind, preposition)
        if inner is None or own in taken:
            return None
        slots.append((own, inner))
        taken.add(own)
    return Saying(kind=kind, subject=subject, slots=tuple(slots))


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
