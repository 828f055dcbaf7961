"""A node of an entailment tree as one Lean theorem: its children are hypotheses, nothing else is.

theorem node (W : World) (is_turtle : W.Entity → Prop) (named_rock : W.Entity)
    (h_s1 : ∀ x : W.Entity, is_turtle x → is_cute x) ... : is_cute named_rock
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from proofloop.tools.entailment.form import (
    All,
    And,
    Either,
    Event,
    Form,
    If,
    Iff,
    Is,
    Not,
    Or,
    Same,
    Sentence,
    Some,
    is_variable,
)
from proofloop.tools.entailment.symbols import Symbol, symbol_table

HEADER = "import Proofloop\nset_option autoImplicit false\nopen Events"
TYPES = {"kind": "W.Entity → Prop", "event": "W.Event → Prop", "entity": "W.Entity"}
PREFIXES = {"kind": "is", "event": "does", "entity": "named"}


def statement(hypotheses: Sequence[Sentence], claim: Form, *, name: str = "node") -> str:
    """The theorem that the hypotheses entail the claim, without a proof."""
    binders = [*symbol_binders(hypotheses, claim), *hypothesis_binders(hypotheses)]
    lines = "\n    ".join(["(W : World)", *binders])
    return f"theorem {theorem(name)} {lines} :\n    {lean(claim)}"


def absurdity(hypotheses: Sequence[Sentence], *, name: str = "absurd") -> str:
    """The theorem that the hypotheses contradict each other."""
    binders = [*symbol_binders(hypotheses, None), *hypothesis_binders(hypotheses)]
    lines = "\n    ".join(["(W : World)", *binders])
    return f"theorem {theorem(name)} {lines} :\n    False"


def sentence_statement(form: Form, *, name: str = "sentence") -> str:
    """What one sentence says, for a judge: a theorem that claims it of any world."""
    return statement([], form, name=name)


def refutation(hypotheses: Sequence[Sentence], claim: Form | None, *, name: str) -> str:
    """The theorem that the entailment fails in some world; without a claim, that the hypotheses
    can hold together."""
    binders = [*symbol_binders(hypotheses, claim), *hypothesis_binders(hypotheses)]
    lines = "\n    ".join(["(W : World)", *binders])
    shown = "False" if claim is None else lean(claim)
    return f"theorem {theorem(name)} : ¬ ∀ {lines},\n    {shown}"


def symbols_of(hypotheses: Sequence[Sentence], claim: Form | None) -> list[Symbol]:
    """The symbols of a statement in the order in which it binds them."""
    sentences = [*hypotheses]
    if claim is not None:
        sentences.append(Sentence.model_construct(id="claim", form=claim))
    table, _ = symbol_table(sentences)
    order = list(TYPES)
    return sorted(table.values(), key=lambda symbol: (order.index(symbol.sort), symbol.word))


def symbol_binders(hypotheses: Sequence[Sentence], claim: Form | None) -> Iterable[str]:
    for symbol in symbols_of(hypotheses, claim):
        yield f"({PREFIXES[symbol.sort]}_{symbol.word} : {TYPES[symbol.sort]})"


def hypothesis_binders(hypotheses: Sequence[Sentence]) -> Iterable[str]:
    for sentence in hypotheses:
        yield f"({hypothesis_name(sentence.id)} : {lean(sentence.form)})"


def theorem(name: str) -> str:
    """A name that no declaration of the library has."""
    return f"step_{name}"


def hypothesis_name(sentence: str) -> str:
    """The Lean name of a sentence: equal only for equal ids of letters, digits and _."""
    return "h_" + re.sub(r"[^A-Za-z0-9_]", "_", sentence)


def lean(form: Form) -> str:
    """The proposition, compound parts in parentheses."""
    match form:
        case Is(kind=kind, of=term):
            return f"is_{kind} {symbol(term)}"
        case Event(kind=kind, roles=roles):
            # Variables of sentences never have two letters, so this one catches none.
            said = "".join(f" ∧ W.{role} ev {symbol(roles[role])}" for role in sorted(roles))
            return f"∃ ev : W.Event, does_{kind} ev{said}"
        case Same(left=left, right=right):
            return f"{symbol(left)} = {symbol(right)}"
        case Not(body=body):
            return f"¬ {inner(body)}"
        case And(parts=parts):
            return " ∧ ".join(inner(part) for part in parts)
        case Or(parts=parts):
            return " ∨ ".join(inner(part) for part in parts)
        case Either(left=left, right=right):
            return f"¬ ({inner(left)} ↔ {inner(right)})"
        case If(given=given, then=then):
            return f"{inner(given)} → {inner(then)}"
        case Iff(left=left, right=right):
            return f"{inner(left)} ↔ {inner(right)}"
        case All(var=var, body=body):
            return f"∀ {var} : W.Entity, {lean(body)}"
        case Some(var=var, body=body):
            return f"∃ {var} : W.Entity, {lean(body)}"


def inner(form: Form) -> str:
    text = lean(form)
    return text if isinstance(form, Is) else f"({text})"


def symbol(term: str) -> str:
    return term if is_variable(term) else f"named_{term}"
