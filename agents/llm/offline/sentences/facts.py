"""Plain English facts, as in EntailmentBank, in every reading of theirs.

"A plant needs water" is about all plants. Of an object it is not said whether it is about some of
it or about any of it ("a plant needs water", "a prism refracts light"): both are readings, the
weaker one first. A noun that "that" or "the" takes up again is the same thing. "A / B" are two
words for it, each of which makes a true sentence; so are both. Nothing else is guessed: a sentence
with another word of quantity, a pronoun, or a "that" that points to nothing is refused.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cache, partial
from itertools import product

from pydantic import ValidationError

from proofloop.agents.llm.offline.refusal import Refusal
from proofloop.agents.llm.offline.sentences import lexicon as lex
from proofloop.agents.llm.offline.sentences.phrases import (
    Phrase,
    Saying,
    being,
    clause,
    name,
    phrase,
)
from proofloop.core.errors import InputError
from proofloop.tools.entailment.form import (
    All,
    And,
    Event,
    Form,
    If,
    Iff,
    Is,
    Not,
    Or,
    Some,
    read_form,
)

MOST_OPEN = 3  # objects whose reading is left open; of the others the weaker is taken
LONGEST = 32  # words
OPPOSITE = frozenset({"increase", "decrease", "increases", "decreases", "positive", "negative",
                      "positively", "negatively", "more", "less", "higher", "lower"})  # fmt: skip
_TOKEN = re.compile(r"'s\b|[^\W_]+(?:[-&][^\W_]+)*|[^\w\s]")
Body = Callable[[str], Form]


@cache
def read_fact(text: str) -> tuple[Form, ...]:
    """The readings, the weakest first. Raises Refusal."""
    plain = text.lower().replace("’", "'").replace("cannot", "can not")
    words = _TOKEN.findall(plain)
    if "and" in words:
        words = [word for word in words if word != "both"]
    while words and words[-1] in (".", ";", "?"):
        words.pop()
    if not 2 < len(words) <= LONGEST:
        raise Refusal("it is too short or too long", (0, len(text)))
    try:
        variants = [list(_read(variant)) for variant in alternatives(words)]
        readings = [joined(And, each) for each in zip(*variants, strict=False)]
        found = [read_form(form.model_dump()) for form in readings]
    except (InputError, ValidationError) as error:
        raise Refusal(str(error).splitlines()[-1], (0, len(text))) from None
    return tuple(distinct(found))


def alternatives(words: list[str]) -> list[list[str]]:
    """Of "A / B" the sentence with either."""
    if "/" not in words:
        return [words]
    place = words.index("/")
    if words.count("/") > 1 or not 0 < place < len(words) - 1:
        raise Refusal("several '/' belong together in ways that are not shown")
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


def _read(words: list[str]) -> Iterator[Form]:
    first = _Meaning(())
    yield first.sentence(words)
    for choice in list(product((False, True), repeat=min(first.asked, MOST_OPEN)))[1:]:
        yield _Meaning(choice).sentence(words)


def distinct(forms: Iterable[Form]) -> list[Form]:
    return list({form.model_dump_json(): form for form in forms}.values())


def joined(join: type[And] | type[Or], parts: Sequence[Form]) -> Form:
    flat = distinct(parts)
    return flat[0] if len(flat) == 1 else join(parts=tuple(flat))


class _Meaning:
    """``choice``: of each open object in turn whether any of it is meant."""

    def __init__(self, choice: Sequence[bool]) -> None:
        self.choice = choice
        self.asked = 0
        self.variables = 0
        self.known: list[tuple[str, str]] = []  # heads and their variables, for "that"

    def fresh(self) -> str:
        self.variables += 1
        number = self.variables - 1
        return f"{'xyzuvw'[number % 6]}{number // 6 or ''}"

    def any_of_it(self) -> bool:
        self.asked += 1
        return self.asked <= len(self.choice) and self.choice[self.asked - 1]

    def sentence(self, words: list[str]) -> Form:
        if words[0] in ("if", "when", "whenever", "as"):
            return self.conditional(words[1:])
        if "means" in words[1:-1] and not {"if", "when"} & set(words):
            place = words.index("means")
            return self.meaning(words[:place], words[place + 1 :])
        for place, word in enumerate(words):
            if word in ("when", "if") and place:
                return self.depending(words[place + 1 :], words[:place])
        subject, said = clause_of(words)
        return self.about(subject, lambda who: self.says(said, who))

    def conditional(self, words: list[str]) -> Form:
        """What is spoken of in the condition is anything of that kind."""
        for place, word in enumerate(words):
            after = place + 1 + (words[place + 1 : place + 2] == ["then"])
            if word not in (",", "then") or clause(words[:place]) is None:
                continue
            if clause(words[after if word == "," else place + 1 :]) is None:
                continue
            return self.depending(words[:place], words[after if word == "," else place + 1 :])
        raise Refusal("the condition cannot be read")

    def depending(self, condition: list[str], result: list[str]) -> Form:
        given, (subject, said) = clause_of(condition), clause_of(result)
        variables, conditions = self.spoken_of(*given)
        so = self.object_(subject, lambda who: self.says(said, who))
        return closed(variables, If(given=joined(And, conditions), then=so))

    def spoken_of(self, subject: Phrase, said: Saying) -> tuple[list[str], list[Form]]:
        if subject.parts or said.parts or subject.determiner == "some":
            raise Refusal("a list in a condition")
        who, variables, conditions = self.referent(subject)
        slots: list[tuple[str, str]] = []
        for role, inner in said.slots:
            if inner.parts:
                raise Refusal("a list in a condition")
            term, more, of_it = self.referent(inner)
            slots.append((role, term))
            variables, conditions = variables + more, conditions + of_it
        if said.slots:
            happens = self.happens(said, {said.subject: who, **dict(slots)}, [])
            return variables, [*conditions, negated(happens, said.negated)]
        return variables, [*conditions, self.says(said, who)]

    def meaning(self, one: list[str], other: list[str]) -> Form:
        return All(
            var=(who := self.fresh()),
            body=Iff(left=self.side(one, who), right=self.side(other, who)),
        )

    def side(self, words: list[str], who: str) -> Form:
        if found := phrase(words):
            return self.is_(found, who)
        if said := being(words):
            return self.says(said, who)
        raise Refusal(f"{' '.join(words)!r} cannot be read")

    def about(self, subject: Phrase, body: Body) -> Form:
        """The subject: all of its kind, or some where it says so."""
        return self.quantified(subject, body, lambda: subject.determiner != "some")

    def object_(self, inner: Phrase, body: Body) -> Form:
        """Some of its kind, or all: the two readings."""
        return self.quantified(inner, body, lambda: inner.determiner != "some" and self.any_of_it())

    def quantified(self, of: Phrase, body: Body, everything: Callable[[], bool]) -> Form:
        if of.parts:
            join = And if of.join == "and" else Or
            return join(parts=tuple(self.quantified(part, body, everything) for part in of.parts))
        known = len(self.known)
        all_of_it = not self.taken_up(of) and everything()
        who, variables, conditions = self.referent(of)
        said = body(who)
        del self.known[known:]  # what is said later is said outside of this
        if all_of_it:
            given = joined(And, conditions) if conditions else None
            return closed(variables, If(given=given, then=said) if given else said)
        return some_of(variables, joined(And, [*conditions, said]))

    def taken_up(self, inner: Phrase) -> str | None:
        if inner.determiner == "it":
            return self.only_one()
        if inner.determiner in lex.ANAPHORIC and not inner.relations:
            for head, variable in reversed(self.known):
                if head == name(*inner.words) or (
                    len(inner.words) == 1 and head.endswith(f"_{inner.head}")
                ):
                    return variable
        return None

    def only_one(self) -> str:
        if len(self.known) != 1:
            raise Refusal("what does a pronoun here stand for?")
        return self.known[0][1]

    def referent(self, of: Phrase) -> tuple[str, list[str], list[Form]]:
        """A variable for it, the variables that are new, and what it has to be."""
        if variable := self.taken_up(of):
            return variable, [], []
        if of.determiner in lex.ANAPHORIC - {"the"}:
            raise Refusal(f"'{of.determiner} {' '.join(of.words)}' points to nothing")
        who = self.fresh()
        variables, conditions = [who], kinds(of.words, who)
        if of.determiner in lex.POSSESSIVES:
            conditions.append(related(name(of.head, "of"), who, self.only_one()))
        self.known.append((name(*of.words), who))
        for relation, inner in of.relations:
            if inner.parts:
                conditions.append(_Weak(self).object_(inner, partial(related, relation, who)))
                continue
            other, more, of_it = self.referent(inner)
            variables += more
            conditions += [*of_it, related(relation, who, other)]
        for said in of.clauses:
            conditions.append(_Weak(self).says(said, who))
        return who, variables, conditions

    def is_(self, of: Phrase, who: str) -> Form:
        """That somebody is such a thing."""
        if of.parts:
            join = And if of.join == "and" else Or
            return join(parts=tuple(self.is_(part, who) for part in of.parts))
        parts = kinds(of.words, who)
        for relation, inner in of.relations:
            parts.append(self.object_(inner, partial(related, relation, who)))
        parts += [self.says(said, who) for said in of.clauses]
        return joined(And, parts)

    def says(self, said: Saying, who: str) -> Form:
        if said.parts:
            join = And if said.join == "and" else Or
            form: Form = join(parts=tuple(self.says(part, who) for part in said.parts))
        elif said.isa is not None:
            form = self.is_(said.isa, who)
        elif said.quality:
            form = joined(Or, [Is(kind=each, of=who) for each in (said.quality, *said.stronger)])
        else:
            form = self.happens(said, {said.subject: who}, list(said.slots))
        return negated(form, said.negated)

    def happens(self, said: Saying, roles: dict[str, str], slots: list[tuple[str, Phrase]]) -> Form:
        if not slots:
            each = [Event(kind=kind, roles=roles) for kind in (said.kind, *said.stronger)]  # type: ignore[arg-type]
            return joined(Or, each)
        (role, inner), *rest = slots
        return self.object_(inner, lambda other: self.happens(said, {**roles, role: other}, rest))


class _Weak(_Meaning):
    """The reading of what only narrows a thing down: some of it is enough."""

    def __init__(self, outer: _Meaning) -> None:
        super().__init__(())
        self.outer, self.known = outer, outer.known

    def fresh(self) -> str:
        return self.outer.fresh()


def clause_of(words: list[str]) -> tuple[Phrase, Saying]:
    if found := clause(words):
        return found
    unknown = [word for word in words if word in lex.REFUSED]
    if unknown:
        raise Refusal(f"the word {unknown[0]!r} is not in the fragment")
    raise Refusal(f"{' '.join(words)!r} cannot be read")


def kinds(words: tuple[str, ...], who: str) -> list[Form]:
    """What something called so is. An adjective is true of it by itself unless it only compares
    within the kind; a noun before a noun makes a kind of the latter."""
    if words[-1] in ("something", "something_else"):
        return [Is(kind=word, of=who) for word in words[:-1]]
    found: list[Form] = []
    for place, word in enumerate(words):
        rest = words[place:]
        if len(rest) > 1 and word in lex.PRIVATIVE:
            return [*found, Is(kind=name(*rest), of=who)]
        kind = name(word) if len(rest) > 1 and lex.describes(word) else name(*rest)
        found.append(Is(kind=kind, of=who))
    return found


def related(relation: str, who: str, other: str) -> Form:
    return Event(kind=relation, roles={"agent": who, "patient": other})


def negated(form: Form, denied: bool) -> Form:
    return Not(body=form) if denied else form


def closed(variables: Sequence[str], body: Form) -> Form:
    for variable in reversed(variables):
        body = All(var=variable, body=body)
    return body


def some_of(variables: Sequence[str], body: Form) -> Form:
    for variable in reversed(variables):
        body = Some(var=variable, body=body)
    return body
