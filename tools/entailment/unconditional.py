"""What a form says of everything there is, where its text speaks of some kind of thing.

"All cats are pets" without its condition is "everything is a pet": every step of a tree may hold
still, since the premise says more than it did. A text that means everything says so ("everything",
"nobody", "people", "there is no").
"""

from __future__ import annotations

import re

from proofloop.tools.entailment.form import (
    All,
    And,
    Event,
    Form,
    Is,
    Not,
    Or,
    Some,
    is_variable,
    terms,
)

UNCONDITIONAL = "the form says it of everything, the text only of some kind: a condition is missing"
_EVERYTHING = re.compile(
    r"\b(every ?(thing|one|body|where)|any ?(thing|one|body)|no ?(thing|one|body)|none|we|us"
    r"|people|persons?|things?|individuals?|each|there|exists?|universe|world)\b",
    re.IGNORECASE,
)


def drops_condition(text: str, form: Form) -> bool:
    """Whether the form says something of everything, without the text's meaning that."""
    return _says_of_all(form, frozenset()) and _EVERYTHING.search(text) is None


def _says_of_all(form: Form, variables: frozenset[str]) -> bool:
    """Whether an atom about nothing but ∀ ``variables``, or its negation, stands under no condition
    and in no alternative."""
    match form:
        case All(var=var, body=body):
            return _says_of_all(body, variables | {var})
        case And(parts=parts):
            return any(_says_of_all(part, variables) for part in parts)
        case Not(body=body):
            return _denies_of_all(body, variables)
        case Is() | Event():
            return _is_about(form, variables)
    return False


def _denies_of_all(form: Form, variables: frozenset[str]) -> bool:
    match form:
        case Some(var=var, body=body):
            return _denies_of_all(body, variables | {var})
        case Or(parts=parts):
            return any(_denies_of_all(part, variables) for part in parts)
        case Not(body=body):
            return _says_of_all(body, variables)
        case Is() | Event():
            return _is_about(form, variables)
    return False


def _is_about(form: Form, variables: frozenset[str]) -> bool:
    return all(is_variable(term) and term in variables for term in terms(form))
