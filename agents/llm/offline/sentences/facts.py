"""Plain English facts, as in EntailmentBank, in every reading of theirs.

"A plant needs water" is about all plants. Of an object it is not said whether it is about some of
it or about any of it ("a plant needs water", "a prism refracts light"): both are readings, the
weaker one first; under a negation only that one is ("a cell has no nucleus"). A noun that "that" or
"the" takes up again is the same thing. "A / B" are two words for it, each of which makes a true
sentence; so are both. Nothing else is guessed: a sentence with another word of quantity, a pronoun,
or a "that" that points to nothing is refused.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cache, partial
from itertools import product

from pydantic import ValidationError

from proofloop.agents.llm.offline.refusal import Refusal
from proofloop.agents.llm.offline.sentences import lexicon as lex
from proofloop.agents.llm.offline.sentences.alternatives import alternatives
from proofloop.agents.llm.offline.sentences.parts import Phrase, Saying, name, verb_rank
from proofloop.agents.llm.offline.sentences.phrases import (
    being,
    clause,
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
NAMELESS = ("something", "something_else")
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
        self.denying = False  # inside a negation an object is any of its kind anyway
        self.known: list[tuple[str, str]] = []  # heads and their variables, for "that"

    def fresh(self) -> str:
        self.variables += 1
        number = self.variables - 1
        return f"{'xyzuvw'[number % 6]}{number // 6 or ''}"

    def any_of_it(self) -> bool:
        if self.denying:
            return False
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
        if words[0] in lex.PREPOSITIONS and "," in words:
            place = words.index(",")  # "In spring, birds sing"
            words = [*words[place + 1 :], *words[:place]]
        if there := existing(words):
            return self.there(there)
        for place, word in enumerate(words):
            if word == "and" and clauses(words[:place], words[place + 1 :]):
                both = [words[:place], words[place + 1 :]]
                return joined(And, [self.alone(each) for each in both])
        return self.alone(words)

    def alone(self, words: list[str]) -> Form:
        """A single clause, in which nothing outside is taken up."""
        known = len(self.known)
        subject, said = clause_of(words)
        form = self.about(subject, lambda who: self.says(said, who))
        del self.known[known:]
        return form

    def there(self, what: Phrase) -> Form:
        _, variables, conditions = self.referent(what)
        form = some_of(variables, joined(And, conditions))
        return negated(form, what.determiner == "no")

    def conditional(self, words: list[str]) -> Form:
        """What is spoken of in the condition is anything of that kind."""
        for place, word in enumerate(words):
            if word not in (",", "then"):
                continue
            then = word == "," and words[place + 1 : place + 2] == ["then"]
            condition, result = words[:place], words[place + 1 + then :]
            if (existing(condition) or clause(condition)) and clause(result):
                return self.depending(condition, result)
        raise Refusal("the condition cannot be read")

    def depending(self, condition: list[str], result: list[str]) -> Form:
        subject, said = clause_of(result)
        if there := existing(condition):
            _, variables, conditions = self.referent(there)
        else:
            variables, conditions = self.spoken_of(*clause_of(condition))
        so = self.object_(subject, lambda who: self.says(said, who))
        return closed(variables, If(given=joined(And, conditions), then=so))

    def spoken_of(self, subject: Phrase, said: Saying) -> tuple[list[str], list[Form]]:
        if subject.parts or said.parts or subject.determiner in ("some", "no"):
            raise Refusal("a list in a condition")
        who, variables, conditions = self.referent(subject)
        anything = all(inner.words and nameless(inner) for _, inner in said.slots)
        if said.negated and not anything:  # "has no leaf" is not "there is a leaf that it has not"
            return variables, [*conditions, self.says(said, who)]
        slots: list[tuple[str, str]] = []
        for role, inner in said.slots:
            if inner.parts or inner.determiner == "no":
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

        def everything(of: Phrase) -> bool:
            if of.determiner == "count":
                raise Refusal(f"how many {of.head} are meant is not in the fragment")
            return of.determiner != "some"

        return self.quantified(subject, body, everything)

    def object_(self, inner: Phrase, body: Body) -> Form:
        """Some of its kind, or all: the two readings."""

        def everything(of: Phrase) -> bool:
            # "The mass of wood and of iron": of any one thing that is both it would say too little.
            of_several = any(inner.parts for _, inner in of.relations)
            only_some = of_several or of.determiner in ("some", "count", "no")
            return not only_some and self.any_of_it()

        return self.quantified(inner, body, everything)

    def quantified(self, of: Phrase, body: Body, everything: Callable[[Phrase], bool]) -> Form:
        if of.parts:
            join = And if of.join == "and" else Or
            return join(parts=tuple(self.quantified(part, body, everything) for part in of.parts))
        known, denying = len(self.known), self.denying
        all_of_it = not self.taken_up(of) and everything(of)
        who, variables, conditions = self.referent(of)
        self.denying = denying or of.determiner == "no"
        said = body(who)
        self.denying = denying
        del self.known[known:]  # what is said later is said outside of this
        if of.determiner == "no":
            return Not(body=some_of(variables, joined(And, [*conditions, said])))
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
        denying = self.denying
        self.denying = denying or said.negated
        form = self.affirmed(said, who)
        self.denying = denying
        return negated(form, said.negated)

    def affirmed(self, said: Saying, who: str) -> Form:
        if said.parts:
            join = And if said.join == "and" else Or
            return join(parts=tuple(self.says(part, who) for part in said.parts))
        if said.isa is not None:
            return self.is_(said.isa, who)
        if said.quality:
            return worded(said, said.quality, lambda kind: Is(kind=kind, of=who))
        return self.happens(said, {said.subject: who}, list(said.slots))

    def happens(self, said: Saying, roles: dict[str, str], slots: list[tuple[str, Phrase]]) -> Form:
        if not slots:
            return worded(said, said.kind, lambda kind: Event(kind=kind, roles=roles))  # type: ignore[arg-type]
        (role, inner), *rest = slots
        return self.object_(inner, lambda other: self.happens(said, {**roles, role: other}, rest))


def worded(said: Saying, kind: str, atom: Callable[[str], Form]) -> Form:
    """By its own word, or one that says more, and by those that say less."""
    form = joined(Or, [atom(each) for each in (kind, *said.stronger)])
    return joined(And, [form, *(atom(each) for each in said.weaker)])


class _Weak(_Meaning):
    """The reading of what only narrows a thing down: some of it is enough."""

    def __init__(self, outer: _Meaning) -> None:
        super().__init__(())
        self.outer, self.known = outer, outer.known

    def fresh(self) -> str:
        return self.outer.fresh()


def existing(words: list[str]) -> Phrase | None:
    """What there is, of "there is a crack in the wall"."""
    if words[:1] != ["there"] or words[1:2] not in (["is"], ["are"]):
        return None
    found = phrase(words[2:])
    if found is None or found.parts:
        raise Refusal(f"{' '.join(words[2:])!r} cannot be read")
    return found


def clauses(one: list[str], other: list[str]) -> bool:
    """Whether each is a clause, the second with a verb that can be nothing else."""
    sure = any(verb_rank(word) in (0, 1) for word in other[1:])
    return sure and clause(one) is not None and clause(other) is not None


def clause_of(words: list[str]) -> tuple[Phrase, Saying]:
    if found := clause(words):
        return found
    unknown = [word for word in words if word in lex.REFUSED]
    if unknown:
        raise Refusal(f"the word {unknown[0]!r} is not in the fragment")
    raise Refusal(f"{' '.join(words)!r} cannot be read")


def nameless(of: Phrase) -> bool:
    return of.head in NAMELESS


def kinds(words: tuple[str, ...], who: str) -> list[Form]:
    """What something called so is. An adjective is true of it by itself unless it only compares
    within the kind; a noun before a noun makes a kind of the latter."""
    if words[-1] in NAMELESS:
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
