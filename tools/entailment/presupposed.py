"""What a general sentence takes for granted: that there is something that it is about.

"All cats are pets" holds where there is no cat, and so would "all cats are stones". Logic allows
that, but who says it means cats that there are (existential import; Strawson 1952). A sentence that
only holds because nothing is what it is about is vacuous: anything follows of such things.
"""

from __future__ import annotations

from collections.abc import Iterable

from proofloop.tools.entailment.form import All, And, Form, If, Sentence, Some

PREFIX = "there is what is meant by "  # no id of a sentence begins so


def presupposed(form: Form) -> Form | None:
    """That there is something of which the condition holds; None where nothing is presupposed."""
    match form:
        case All(var=var, body=If(given=given)):
            return Some(var=var, body=given)
        case All(var=var, body=body):
            inner = presupposed(body)
            return inner and Some(var=var, body=inner)
        case And(parts=parts):
            found = [each for part in parts if (each := presupposed(part))]
            return And(parts=tuple(found)) if found else None
    return None


def presuppositions(sentences: Iterable[Sentence]) -> list[Sentence]:
    """As sentences of their own, with ids of which ``about`` gives the sentence's."""
    return [
        Sentence(id=PREFIX + each.id, form=found)
        for each in sentences
        if (found := presupposed(each.form))
    ]


def about(names: Iterable[str]) -> list[str]:
    """The sentences whose presuppositions are among the names."""
    return [name.removeprefix(PREFIX) for name in names if name.startswith(PREFIX)]
