"""The logical form of a sentence: templates whose slots are words, never Lean.

Event-based (neo-Davidsonian): "Tom eats an apple" is

    {"op": "some", "var": "x", "body": {"op": "and", "parts": [
        {"op": "is", "kind": "apple", "of": "x"},
        {"op": "event", "kind": "eat", "roles": {"agent": "tom", "patient": "x"}}]}}

A model fills the slots as JSON; what is printed of it is ours (``lean_text``), so a sentence can
assume nothing but what its templates say. The templates are those of Decompose-and-Formalise
(arXiv 2601.19605): unary predicates of entities, events with roles, and connectives.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Annotated, Any, Literal, TypeAlias

from pydantic import AfterValidator, Field, TypeAdapter, ValidationError, model_validator

from proofloop.core.errors import InputError
from proofloop.core.model import Frozen

Role = Literal[
    "agent", "patient", "recipient", "instrument", "place", "source", "goal", "time"
]  # the fields of Events.World in lean/prelude/Proofloop/Events.lean
DEEPEST = 24
_WORD = re.compile(r"[a-z0-9]+(_[a-z0-9]+)*")
_VARIABLE = re.compile(r"[a-z][0-9]?")
LONGEST_WORD = 120


def _word(text: str) -> str:
    if not _WORD.fullmatch(text) or len(text) > LONGEST_WORD:
        raise ValueError("a word is lower-case letters and digits, parts joined by _")
    if _VARIABLE.fullmatch(text):
        raise ValueError("a single letter is a variable, not a word")
    return text


def _variable(text: str) -> str:
    if not _VARIABLE.fullmatch(text):
        raise ValueError("a variable is one letter, with a digit at most")
    return text


def _term(text: str) -> str:
    return text if _VARIABLE.fullmatch(text) else _word(text)


Word = Annotated[str, AfterValidator(_word)]
Variable = Annotated[str, AfterValidator(_variable)]
Term = Annotated[str, AfterValidator(_term)]


class Is(Frozen):
    """``of`` is a ``kind``: "Rock is a turtle", "Rock is cute"."""

    op: Literal["is"] = "is"
    kind: Word
    of: Term


class Event(Frozen):
    """There is an event of this kind with these roles: "Tom eats the apple"."""

    op: Literal["event"] = "event"
    kind: Word
    roles: dict[Role, Term] = Field(min_length=1)


class Same(Frozen):
    op: Literal["same"] = "same"
    left: Term
    right: Term


class Not(Frozen):
    op: Literal["not"] = "not"
    body: Form


class And(Frozen):
    op: Literal["and"] = "and"
    parts: tuple[Form, ...] = Field(min_length=1)


class Or(Frozen):
    op: Literal["or"] = "or"
    parts: tuple[Form, ...] = Field(min_length=1)


class Either(Frozen):
    """The one or the other and not both."""

    op: Literal["either"] = "either"
    left: Form
    right: Form


class If(Frozen):
    op: Literal["if"] = "if"
    given: Form
    then: Form


class Iff(Frozen):
    op: Literal["iff"] = "iff"
    left: Form
    right: Form


class All(Frozen):
    op: Literal["all"] = "all"
    var: Variable
    body: Form


class Some(Frozen):
    op: Literal["some"] = "some"
    var: Variable
    body: Form


Form: TypeAlias = Annotated[
    Is | Event | Same | Not | And | Or | Either | If | Iff | All | Some,
    Field(discriminator="op"),
]
for _model in (Not, And, Or, Either, If, Iff, All, Some):
    _model.model_rebuild()


class Sentence(Frozen):
    """The logical form of one sentence, by its id; every variable is bound."""

    id: str
    form: Form

    @model_validator(mode="after")
    def _closed(self) -> Sentence:
        if depth(self.form) > DEEPEST:
            raise ValueError(f"nested deeper than {DEEPEST}")
        if free := sorted(free_variables(self.form)):
            raise ValueError(f"the variable {free[0]!r} is not bound")
        return self


_FORM: TypeAdapter[Form] = TypeAdapter(Form)


def read_form(value: Any) -> Form:
    """The form of a JSON value. Raises InputError naming the field."""
    try:
        form = _FORM.validate_python(value)
        return Sentence(id="_", form=form).form
    except (ValidationError, RecursionError) as error:
        if isinstance(error, RecursionError):
            raise InputError("nested too deep") from None
        first = error.errors()[0]
        raise InputError(
            first["msg"], field=".".join(str(part) for part in first["loc"]) or None
        ) from None


def parts(form: Form) -> tuple[Form, ...]:
    """What stands directly inside."""
    match form:
        case Not(body=body) | All(body=body) | Some(body=body):
            return (body,)
        case And(parts=inner) | Or(parts=inner):
            return inner
        case Either(left=left, right=right) | Iff(left=left, right=right):
            return (left, right)
        case If(given=given, then=then):
            return (given, then)
    return ()


def with_parts(form: Form, new: Sequence[Form]) -> Form:
    """The form with these directly inside, as many as ``parts`` gives."""
    match form:
        case Not() | All() | Some():
            return form.model_copy(update={"body": new[0]})
        case And() | Or():
            return form.model_copy(update={"parts": tuple(new)})
        case Either() | Iff():
            return form.model_copy(update={"left": new[0], "right": new[1]})
        case If():
            return form.model_copy(update={"given": new[0], "then": new[1]})
    return form


def substituted(form: Form, name: str, term: str) -> Form:
    """The form with another term for a name."""
    match form:
        case Is(of=own) if own == name:
            return form.model_copy(update={"of": term})
        case Event(roles=roles):
            taking = {role: term if own == name else own for role, own in roles.items()}
            return form.model_copy(update={"roles": taking})
        case Same(left=left, right=right):
            both = {
                "left": term if left == name else left,
                "right": term if right == name else right,
            }
            return form.model_copy(update=both)
        case All(var=var) | Some(var=var) if var == name:
            return form
    return with_parts(form, [substituted(part, name, term) for part in parts(form)])


def walk(form: Form) -> Iterator[Form]:
    yield form
    for inner in parts(form):
        yield from walk(inner)


def depth(form: Form) -> int:
    return 1 + max((depth(inner) for inner in parts(form)), default=0)


def terms(form: Form) -> tuple[str, ...]:
    """The terms of an atom."""
    match form:
        case Is(of=term):
            return (term,)
        case Event(roles=roles):
            return tuple(roles.values())
        case Same(left=left, right=right):
            return (left, right)
    return ()


def is_variable(term: str) -> bool:
    return bool(_VARIABLE.fullmatch(term))


def free_variables(form: Form) -> frozenset[str]:
    free = frozenset(term for term in terms(form) if is_variable(term))
    for inner in parts(form):
        free |= free_variables(inner)
    return free - {form.var} if isinstance(form, All | Some) else free
