"""Reads a sentence of the fragment (sentences.lark) into its logical form, or refuses it.

Phrases are opaque: "students who work in the library" is a student, and one who does what "works
in the library" says, but what a library is stays open. So what follows from the forms follows from
the sentences, whatever the phrases mean. What would need a guess is refused: a sentence with two
different readings, a list in which a phrase may end in two places, words that quantify or negate
inside a phrase.

"Either" excludes both. "People", "things", "someone" do not narrow down whom a sentence is about.
A plural without article ("Humans are mammals") is about all of them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import cache
from itertools import islice
from pathlib import Path
from typing import Any, cast

from lark import Lark, Token, Tree, UnexpectedInput
from lark.lexer import Lexer

from proofloop.agents.llm.offline.earley import earley_parser
from proofloop.agents.llm.offline.forest import derivations
from proofloop.agents.llm.offline.refusal import Refusal
from proofloop.agents.llm.offline.sentences.words import Word, base, joined, plain, read_words
from proofloop.tools.entailment.form import (
    All,
    And,
    Either,
    Event,
    Form,
    If,
    Is,
    Not,
    Or,
    Some,
    walk,
)

READINGS = 200
X, Y = "x", "y"
Predicate = Callable[[str], Form]
Part = Token | Tree[Token]


class _Words(Lexer):
    def __init__(self, lexer_conf: Any) -> None:
        pass

    def lex(self, data: Sequence[Word]) -> Iterator[Token]:  # type: ignore[override]
        for index, word in enumerate(data):
            yield Token(word.kind, word.text, start_pos=index, end_pos=index + 1)


@cache
def _parser() -> Lark:
    grammar = Path(__file__).with_name("sentences.lark").read_text(encoding="utf-8")
    return earley_parser(grammar, _Words, keep_all_tokens=True)


def read_sentence(text: str) -> Form:
    """Raises Refusal where the fragment has no reading of it, or two."""
    words = read_words(text)
    try:
        forest: Any = _parser().parse(words)
    except UnexpectedInput as error:
        place = getattr(getattr(error, "token", None), "start_pos", None)
        if place is None or place >= len(words):
            raise Refusal("the sentence ends too early", (0, len(text))) from None
        raise Refusal("this does not fit here", (words[place].start, words[place].end)) from None
    readings: list[Form] = []
    refusal = Refusal("no reading", (0, len(text)))
    for (derivation,) in islice(derivations(forest), READINGS):
        try:
            form = _sentence(cast("Tree[Token]", derivation))
        except Refusal as error:
            refusal = Refusal(error.reason, error.span or (0, len(text)))
            continue
        if form not in readings:
            readings.append(form)
    if not readings:
        raise refusal
    # "eats the apple" is an event with a patient before it is a phrase.
    events = [sum(isinstance(part, Event) for part in walk(form)) for form in readings]
    best = [form for form, count in zip(readings, events, strict=True) if count == max(events)]
    if len(best) > 1 or _denies_all(words, best[0]):
        raise Refusal("this can be read in several ways", (0, len(text)))
    return best[0]


def _denies_all(words: Sequence[Word], form: Form) -> bool:
    """ "All cats are not pets": none is, or not all of them are."""
    said = form.body if isinstance(form, All) else None
    said = said.then if isinstance(said, If) else said
    every = words[0].kind in ("ALL", "EVERYONE")
    return every and isinstance(said, Not) and any(word.kind == "NOT" for word in words)


def _sentence(tree: Tree[Token]) -> Form:
    found = _trees(tree)
    match str(tree.data):
        case "all_are" | "everyone":
            return _for_all(*_pair(tree))
        case "everyone_with":
            whom = _predicate(found[0]) if found[0].data == "relative" else _kind(found[0])
            return _for_all(whom, _predicate(found[1]))
        case "no_are":
            given, then = _pair(tree)
            return _for_all(given, lambda who: Not(body=then(who)))
        case "some_are":
            given, then = _pair(tree)
            parts = tuple(part for part in (given(X), then(X)) if part != ANYTHING)
            return Some(var=X, body=And(parts=parts) if len(parts) > 1 else parts[0])
        case "kind_of":
            return _for_all(_kind(found[0]), _kind(found[1]))
        case "named" | "not_named":
            _third_person(found[1])
            said = _predicate(found[1])(_name(found[0]))
            return Not(body=said) if tree.data == "not_named" else said
        case "two_named":
            return _two_named(tree)
        case "if_any":
            narrowed, about, so = _anything(found[0]), _predicate(found[1]), _predicate(found[2])
            return _for_all(lambda who: _both(narrowed(who), about(who)), so)
        case "if_named":
            who = _name(found[0])
            about, so = _predicate(found[1]), _predicate(found[-1])
            other = _name(found[2]) if len(found) == 4 else who
            return If(given=about(who), then=so(other))
    raise AssertionError(tree.data)


def _two_named(tree: Tree[Token]) -> Form:
    one, first, other, second = _trees(tree)
    for part in (first, second):
        _third_person(part)
    both = (_predicate(first)(_name(one)), _predicate(second)(_name(other)))
    joins = {part.type for part in tree.children if isinstance(part, Token)}
    said: Form = And(parts=both) if "AND" in joins else Or(parts=both)
    return Not(body=said) if "NOT_TRUE" in joins else said


ANYTHING = And(parts=(Is(kind="anything", of=X),))  # marks a subject that narrows nothing down


def _for_all(given: Predicate, then: Predicate) -> Form:
    narrowed = given(X)
    body = then(X) if narrowed == ANYTHING else If(given=narrowed, then=then(X))
    return All(var=X, body=body)


def _both(one: Form, other: Form) -> Form:
    return other if one == ANYTHING else And(parts=(one, other))


def _pair(tree: Tree[Token]) -> tuple[Predicate, Predicate]:
    """Whom a sentence is about, and what it says of them."""
    if tree.data == "everyone":
        return lambda who: ANYTHING, _predicate(_trees(tree)[-1])
    subject, said = _trees(tree)
    if subject.data == "one_word" and str(said.children[0]).lower() in ("has", "does"):
        raise Refusal(f"{_text(subject)!r} is one, or several?")
    return _subject(subject), _predicate(said)


def _subject(tree: Tree[Token]) -> Predicate:
    match str(tree.data):
        case "noun_who":
            return _restricted(tree)
        case "who":
            return _predicate(_trees(_trees(tree)[0])[0])
        case "quality_of":
            return _quality(tree)
        case "np":
            return _subject(_trees(tree)[0])
        case "noun":
            return _kind(_trees(tree)[0])
    return _kind(tree)


def _restricted(tree: Tree[Token]) -> Predicate:
    """Of "students who work in the library"."""
    noun, relative = _trees(tree)
    kind, does = _kind(noun), _predicate(_trees(relative)[0])
    return lambda who: And(parts=(kind(who), does(who)))


def _anything(tree: Tree[Token]) -> Predicate:
    return (lambda who: ANYTHING) if tree.data == "thing" else _kind(_trees(tree)[0])


def _predicate(tree: Tree[Token]) -> Predicate:
    """What a predicate, or a part of one, says of somebody."""
    parts = [part for part in _trees(tree) if part.data != "be"]
    match str(tree.data):
        case "predicate" | "marked" | "part" | "plain_item" | "more" | "be_predicate" | "have":
            return _predicate(parts[-1])
        case "item_who":
            return _restricted(tree)
        case "modal" | "event" | "relative" | "group":
            return _predicate(parts[-1])
        case "conj" | "disj":
            _told_apart(tree)
            said = [_predicate(part) for part in parts]
            join = And if tree.data == "conj" else Or
            return lambda who: join(parts=tuple(each(who) for each in said))
        case "either":
            one, other = (_predicate(part) for part in parts)
            return lambda who: Either(left=one(who), right=other(who))
        case "neither":
            denied = [_predicate(part) for part in parts]
            return lambda who: And(parts=tuple(Not(body=each(who)) for each in denied))
        case "not_item":
            inner = _predicate(parts[0])
            return lambda who: Not(body=inner(who))
        case "a_noun" | "quality":
            return _kind(tree)
        case "quality_of":
            return _quality(tree)
        case "does" | "verb_word":
            return _kind_of(["do", *_leaves(tree)])
        case "has" | "has_not" | "can" | "can_not" | "does_not":
            return _helped(tree)
        case "acts" | "acts_not":
            return _acting(tree)
    raise Refusal(f"{_text(tree)!r} cannot be read")


def _helped(tree: Tree[Token]) -> Predicate:
    """With an auxiliary verb."""
    words = _leaves(_trees(tree)[-1])
    helper = str(tree.children[0]).lower()
    if tree.data in ("has", "has_not"):
        words = ["have", *words]
    elif tree.data in ("can", "can_not"):
        words = [helper, *words]
    else:
        words = ["do", *words]
    inner = _kind_of(words)
    if str(tree.data).endswith("not"):
        return lambda who: Not(body=inner(who))
    return inner


def _acting(tree: Tree[Token]) -> Predicate:
    verb = base(next(str(part) for part in tree.children if _is(part, "VERB")).lower())
    (target,) = _trees(tree)
    (inner,) = _trees(target)

    def act(who: str) -> Form:
        if target.data != "some_object":
            return Event(kind=verb, roles={"agent": who, "patient": _name(inner)})
        done = Event(kind=verb, roles={"agent": who, "patient": Y})
        return Some(var=Y, body=And(parts=(_kind(inner)(Y), done)))

    return (lambda who: Not(body=act(who))) if tree.data == "acts_not" else act


def _told_apart(tree: Tree[Token]) -> None:
    """Refuses a list of phrases without a mark of where each begins: in "fond of health and eating
    habits" it might be anywhere."""
    parts = [part for part in _trees(tree) if part.data != "be"]
    for place, part in enumerate(parts):
        bare = _bare_words(part)
        unmarked = place + 1 < len(parts) and _bare_words(parts[place + 1]) is not None
        if bare is not None and bare > 1 and unmarked:
            raise Refusal(f"where does {_text(part)!r} end?")
        if place and bare is not None and (bare > 1 or _length(parts[place - 1]) > 1):
            raise Refusal(f"what does {_text(part)!r} belong to?")


def _length(tree: Tree[Token]) -> int:
    return len([word for word in _leaves(tree) if word not in ("a", "an")])


def _bare_words(tree: Tree[Token]) -> int | None:
    """How many words a part without article, auxiliary or subject has; None with one."""
    while tree.data in ("more", "part", "plain_item", "predicate", "be_predicate", "group"):
        if any(isinstance(child, Token) for child in tree.children):
            return None
        inner = _trees(tree)
        if len(inner) != 1:
            return None
        tree = inner[0]
    return _length(tree) if tree.data in ("quality", "does") else None


def _third_person(tree: Tree[Token]) -> None:
    """Refuses "Vampires suck" and "Events are sad": what one somebody does ends with s."""
    for part in tree.iter_subtrees():
        if part.data == "be" and str(part.children[0]).lower() == "are":
            raise Refusal("'are' says that there are several")
        if part.data == "does":
            verb = _leaves(part)[0]
            if not verb.islower() or "'" in verb or "’" in verb or base(verb) == verb:
                raise Refusal(f"is {verb!r} what somebody of that name does?")


def _name(tree: Tree[Token]) -> str:
    name = "_".join(plain(word) for word in _leaves(tree))
    if len(name) < 3 or not all(name.split("_")):
        raise Refusal(f"{_text(tree)!r} cannot be a name here")
    return name


def _kind(tree: Tree[Token]) -> Predicate:
    words = _leaves(tree)
    return _kind_of(words[1:] if len(words) > 1 and words[0] in ("a", "an", "A", "An") else words)


def _quality(tree: Tree[Token]) -> Predicate:
    """Of "young people" or "a young person"."""
    return _kind_of([next(str(part) for part in tree.children if _is(part, "WORD"))])


def _kind_of(words: list[str]) -> Predicate:
    word = joined(words)
    return lambda who: Is(kind=word, of=who)


def _trees(tree: Tree[Token]) -> list[Tree[Token]]:
    return [child for child in tree.children if isinstance(child, Tree)]


def _is(part: Part, kind: str) -> bool:
    return isinstance(part, Token) and part.type == kind


def _leaves(tree: Tree[Token]) -> list[str]:
    return [str(token) for token in tree.scan_values(lambda part: True)]


def _text(tree: Tree[Token]) -> str:
    return " ".join(_leaves(tree))
