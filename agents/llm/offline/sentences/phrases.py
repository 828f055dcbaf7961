"""Noun phrases and what is said of them: the shallow syntax of plain English facts.

Each function takes words and gives the first analysis that covers them all, or None. A list is
read before a relative clause, that before a preposition; "of" belongs to the noun before it, any
other preposition to the verb where there is one.
"""

from __future__ import annotations

from typing import Literal

from proofloop.agents.llm.offline.sentences import lexicon as lex
from proofloop.agents.llm.offline.sentences.parts import (
    KIND_NOUNS,
    ROLE_OF,
    Phrase,
    Saying,
    Words,
    agree,
    closed_verb,
    infinitive,
    modifier,
    name,
    noun_of,
    role_of,
    segments,
    split_list,
    verb_rank,
)
from proofloop.tools.entailment.form import Role


def phrase(words: Words) -> Phrase | None:
    """A list, or one phrase: "cycles of day and night" is no list, "day and night" is, and so is
    "the wall of a house and the roof of a barn", each part with a preposition of its own."""
    if listed := parallel(words):
        return listed
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


def parallel(words: Words) -> Phrase | None:
    parts = split_list(words, "and")
    own = all(lex.PREPOSITIONS & set(part[1:]) for part in parts)
    if len(parts) < 2 or not own or lex.RELATIVES & set(words):
        return None
    found = [simple(part) for part in parts]
    inner = tuple(part for part in found if part is not None)
    return Phrase(parts=inner, plural=True) if len(inner) == len(found) else None


def simple(words: Words) -> Phrase | None:
    """A phrase that is no list, with what follows its noun."""
    words = list(words)
    kind = words[1:] if words and words[0] in ("a", "an", "the", "one") else words
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
        elif word == "being" and place + 2 < len(words) and lex.participle(words[place + 1]):
            head, said = base(words[:place]), saying(["is", *words[place + 1 :]])
        elif narrowing(word, words[place + 1]):
            head, said = base(words[:place]), saying(["is", *words[place:]])
        else:
            continue
        if head is not None and said is not None:
            return head.model_copy(update={"clauses": (*head.clauses, said)})
    return base(words)


def narrowing(word: str, following: str) -> bool:
    """Whether a participle after a noun says which: "formed by erosion", "reaching a town"."""
    if following in lex.PREPOSITIONS | lex.PARTICLES:
        return lex.participle(word) is not None or lex.gerund(word)
    return following in lex.DETERMINERS and lex.gerund(word)


def base(words: Words) -> Phrase | None:
    """A noun with what stands before it; "two" and its like stay with the noun."""
    words = list(words)
    determiner = ""
    if words and words[0] in lex.DETERMINERS | lex.ANAPHORIC | lex.POSSESSIVES | {"some", "no"}:
        determiner, *words = words
    counted = words[:1] if len(words) > 1 and words[0] in lex.COUNTS else []
    if counted:
        determiner, words = determiner or "count", words[1:]
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
    mods = (*counted, *mods)
    return Phrase(words=(*mods, head), determiner=determiner, plural=head != last)


def doing(words: Words) -> Phrase | None:
    """ "Following orders"."""
    first, *rest = words
    inner = phrase(rest) if rest and lex.gerund(first) else None
    return inner and Phrase(words=(first,), relations=((name(first, "of"), inner),))


def anything(words: list[str], determiner: str) -> Phrase | None:
    """ "Something", "something else", "something rigid"."""
    else_ = words[1:2] == ["else"]
    rest = words[2 if else_ else 1 :]
    if any(not lex.adjective(word) for word in rest):
        return None
    head = "something_else" if else_ else "something"
    return Phrase(words=(*rest, head), determiner=determiner)


def clause(words: Words) -> tuple[Phrase, Saying] | None:
    """Whom a sentence is about, and what it says: the verb is where a form of "be", a modal or a
    word that can be nothing else stands, before a word that could be a noun too."""
    words = list(words)
    found: list[tuple[int, int, Phrase, Saying]] = []
    for place in range(1, len(words)):
        rank = 0 if words[place : place + 2] == ["used", "to"] else verb_rank(words[place])
        if rank is None or (said := saying(words[place:])) is None:
            continue
        for subject in (phrase(words[:place]), doing(words[:place])):
            if subject is not None:
                # Numbers that do not agree are a slip, but the last thing to be thought of.
                slip = 0 if agree(subject, words[place]) else 10
                found.append((rank + slip, place, subject, said))
    best = min(found, key=lambda each: each[:2], default=None)
    return None if best is None else best[2:]


def saying(words: Words) -> Saying | None:
    words = list(words)
    if not words:
        return None
    for place, word in enumerate(words[1:-1], 1):
        if word in ("and", "or") and verb_follows(words[place + 1 :]):
            left, right = saying(words[:place]), saying(words[place + 1 :])
            if left is not None and right is not None:
                return Saying(parts=(left, right), join="and" if word == "and" else "or")
    first, *rest = words
    if first in ("do", "does") and rest[:1] == ["not"]:
        return denied(saying(rest[1:]))
    if first == "will":
        return denied(saying(rest[1:])) if rest[:1] == ["not"] else saying(rest)
    if [first, *rest[:1]] == ["used", "to"]:
        return marked("used_to", saying(rest[1:]))
    if rest[:1] == ["not"] and first in ("can", "could"):  # "may not" leaves it open
        return denied(saying([first, *rest[1:]]))
    if first == "also":
        return saying(rest)
    if first in lex.MODALS or lex.adverb(first):
        return marked(first, saying(rest))
    if first in lex.BE:
        return being(rest)
    verb = "have" if first in ("has", "have") else lex.finite(first)
    return None if verb is None or closed_verb(first) else event(verb, rest, "agent")


def verb_follows(words: list[str]) -> bool:
    """After "and": a word that is a verb beyond doubt, or as a noun would be a plural, which does
    not stand before another noun ("and leaves scratches")."""
    rank = verb_rank(words[0])
    noun_next = len(words) > 1 and (words[1] in lex.DETERMINERS or noun_of(words[1]) is not None)
    return rank in (0, 1) or (rank == 2 and words[0].endswith("s") and noun_next)


def denied(inner: Saying | None) -> Saying | None:
    return inner and inner.model_copy(update={"negated": not inner.negated})


def marked(word: str, inner: Saying | None) -> Saying | None:
    """ "Often" and "can" make another event or quality of it. What is "often not" so is not what
    is not often so."""
    if inner is None or inner.parts or inner.negated:
        return None
    plain, isa = inner.kind or inner.quality, inner.isa
    if isa is not None:
        if isa.relations or isa.clauses or isa.parts:
            return None
        inner, plain = Saying(), name(*isa.words)
    stronger = (plain, *inner.stronger) if word in lex.WEAKENING else ()
    weaker = (plain, *inner.weaker) if lex.implied(word) and not inner.stronger else ()
    field = "kind" if inner.kind else "quality"
    new = {field: name(word, plain), "stronger": stronger, "weaker": weaker}
    return inner.model_copy(update=new)


def being(words: list[str]) -> Saying | None:
    if not words:
        return None
    first, *rest = words
    if first == "not":
        return denied(being(rest))
    if first == "also":
        return being(rest)
    if lex.adverb(first):
        return marked(first, being(rest))
    if words[:2] == ["able", "to"]:
        return marked("can", saying(words[2:]))
    if compared := comparison(words):
        return compared
    if first in lex.PREPOSITIONS:
        return related(name("be", first), phrase(rest))
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
    if len(words) == 3 and rest[0] == "in" and first in lex.DIMENSIONS.get(last, ()):
        return Saying(quality=name(first))
    qualities = all(lex.adjective(word) or lex.adverb(word) for word in words)
    if qualities and (len(words) == 1 or not noun_of(last)):
        return Saying(quality=name(*words))
    if lex.adjective(first) and len(rest) > 1 and rest[0] in lex.PREPOSITIONS - {"of"}:
        return related(name(first, rest[0]), phrase(rest[1:]))
    kind = phrase(words)
    return None if kind is None else Saying(isa=kind)


def comparison(words: list[str]) -> Saying | None:
    """ "Denser than" is "more dense than", and what is less dense than a thing that thing is more
    dense than."""
    if "than" not in words[1:3]:
        return None
    place = words.index("than")
    inner, graded = phrase(words[place + 1 :]), words[:place]
    word = lex.comparative(graded[0]) if place == 1 else graded[1]
    if inner is None or word is None or (place == 2 and graded[0] not in ("more", "less")):
        return None
    kind = name("more", word, "than")
    if graded[0] == "less":
        return Saying(kind=kind, subject="patient", slots=(("agent", inner),))
    return Saying(kind=kind, slots=(("patient", inner),))


def related(kind: str, to: Phrase | None) -> Saying | None:
    return None if to is None else Saying(kind=kind, slots=(("patient", to),))


def event(verb: str, words: list[str], subject: Role) -> Saying | None:
    """What takes part in it: an object, then prepositions, then what it is for; with the adverbs
    that say how."""
    how: list[str] = []
    rest = list(words)
    while rest and lex.adverb(rest[-1]):
        how.append(rest.pop())
    while rest and lex.adverb(rest[0]):
        how.append(rest.pop(0))
    said = happening(verb, rest, subject)
    for word in how:
        said = said if word == "also" else marked(word, said)
    return said


def happening(verb: str, rest: list[str], subject: Role) -> Saying | None:
    if len(rest) == 1 and lex.adjective(rest[0]) and "NOUN" not in lex.lemmas(rest[0]):
        return Saying(kind=name(verb, *rest), subject=subject)  # becomes hot
    aim: list[str] = []
    for place in range(len(rest)):
        if infinitive(rest[place:], verb):
            rest, aim = rest[:place], rest[place + 1 :]
            break
        if verb in lex.BARE and doing_begins(rest, place):
            rest, aim = rest[:place], rest[place:]
            break
    pieces = segments(rest)
    if not (pieces and not pieces[0][0]) and subject == "agent" and verb in lex.LABILE:
        subject = "patient"
    if not aim and (found := next((each for each in pieces if means_to(each)), None)):
        pieces.remove(found)
        gerund, *things = found[1]
        aim = [lex.lemmas(gerund)["VERB"], *things]
    said = taking_part(verb, pieces, subject)
    return aimed(said, aim) if said and aim else said


def doing_begins(words: list[str], place: int) -> bool:
    """Whether a verb without "to" begins here, after a phrase or nothing: "move" of "animals move",
    "remove" of "remove waste"; what can be a noun too, only at the end of a plural."""
    if lex.verb(word := words[place]) != word:
        return False
    only_verb = not {"NOUN", "ADJ"} & set(lex.lemmas(word))
    after = phrase(words[:place]) if place else None
    if only_verb:
        return not place or after is not None
    return place == len(words) - 1 and after is not None and after.plural


def means_to(piece: tuple[str, list[str]]) -> bool:
    """What is used "for cutting wood" is used to cut wood."""
    preposition, words = piece
    if preposition != "for" or len(words) < 2 or not lex.gerund(words[0]):
        return False
    only_verb = "NOUN" not in lex.lemmas(words[0]) and words[1] not in ("and", "or", ",")
    return only_verb or words[1] in lex.DETERMINERS


def taking_part(verb: str, pieces: list[tuple[str, list[str]]], subject: Role) -> Saying | None:
    """A preposition whose role is taken, or that stands after a noun whose role is, belongs to the
    noun before it ("lives in a house in a town")."""
    kind, slots = verb, dict[Role, list[str]]()
    for preposition, part in pieces:
        own = role_of(preposition, part, subject)
        if own == subject or own in slots:
            if not slots:
                return None
            slots[list(slots)[-1]] += [preposition, *part]
            continue
        slots[own] = list(part)
        if not preposition and subject == "patient":
            kind = name(kind, "as")
        elif preposition and preposition not in ROLE_OF and own != "agent":
            kind = name(kind, preposition)
    found = [(own, phrase(part)) for own, part in slots.items()]
    known = tuple((own, inner) for own, inner in found if inner is not None)
    return Saying(kind=kind, subject=subject, slots=known) if len(known) == len(found) else None


def aimed(said: Saying, words: list[str]) -> Saying | None:
    """With what it is for, or makes somebody do: the kind of event has both verbs, and what is done
    to is its goal. What is used "to cut and dry wood" is used to cut it, and to dry it."""
    if words[1:2] == ["and"] and len(words) > 2 and lex.verb(words[2]) == words[2]:
        both = [aimed(said, [verb, *words[3:]]) for verb in (words[0], words[2])]
        first, second = both
        if first is None or second is None or first.slots != second.slots:
            return None
        kind = name(first.kind, "and", words[2])
        return first.model_copy(update={"kind": kind, "weaker": (first.kind, second.kind)})
    aim = saying(words)
    if aim is None or aim.parts or aim.isa or aim.negated:
        return None
    passive = words[0] == "be" and aim.kind and aim.subject == "patient"
    kind = name(said.kind, "to", "be" if passive else "", aim.kind or f"be_{aim.quality}")
    slots = {("goal" if role == "patient" else role): inner for role, inner in aim.slots}
    if set(slots) & {said.subject, *(role for role, _ in said.slots)}:
        return None
    return said.model_copy(update={"kind": kind, "slots": (*said.slots, *slots.items())})
