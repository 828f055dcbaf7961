"""An entailment tree by unit propagation, or else by resolution, over the names that occur.

The sentences' forms become clauses (``clauses``); each clause derived from two or more is a step,
whose claim is the clause. What holds of everybody is shown of one who is not named elsewhere. For
the reader's own sentences the claims are single literals, said in a sentence that it reads back to
the same form. Where the hypothesis does not come out the tree has the root alone.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from proofloop.agents.llm.offline.refusal import Refusal
from proofloop.agents.llm.offline.sentences.clauses import (
    Clause,
    Derived,
    NotGround,
    by_units,
    ground,
    ground_all,
    resolve,
)
from proofloop.agents.llm.offline.sentences.reader import read_sentence
from proofloop.tools.entailment.edits import shown
from proofloop.tools.entailment.form import (
    All,
    And,
    Form,
    If,
    Not,
    Or,
    is_variable,
    substituted,
    terms,
    walk,
)
from proofloop.tools.entailment.problem import HYPOTHESIS

ANYONE = "anyone"
Claims = dict[str, Form]


def tree(
    forms: Mapping[str, Form], hypothesis: Form, text: str, *, read: bool = True
) -> tuple[list[dict[str, Any]], Claims]:
    """The inner nodes, the root last, and the forms of their claims; ``text`` is the hypothesis as
    it was given. Without ``read`` the claims need not be sentences that the reader understands."""
    goal, someone = instance(hypothesis)
    names = names_of([*forms.values(), hypothesis], someone)
    clauses = dict(ground_all(forms, names))
    wanted = wanted_clauses(goal, names)
    for derive in (by_units,) if read else (by_units, resolve):
        known = derive(clauses, wanted)
        goals = [each for clause in wanted if (each := implying(clause, known))]
        if (
            wanted
            and len(goals) == len(wanted)
            and (found := rooted(goals, known, text, read=read))
        ):
            return found
    return [{"id": HYPOTHESIS, "claim": text, "children": list(forms)}], {}


def instance(hypothesis: Form) -> tuple[Form, bool]:
    """The hypothesis, or what it says of anyone."""
    if isinstance(hypothesis, All):
        return substituted(hypothesis.body, hypothesis.var, ANYONE), True
    return hypothesis, False


def names_of(forms: Sequence[Form], someone: bool) -> list[str]:
    found = {
        term
        for form in forms
        for part in walk(form)
        for term in terms(part)
        if not is_variable(term)
    }
    return sorted(found | ({ANYONE} if someone else set()))


def wanted_clauses(goal: Form, names: Sequence[str]) -> list[Clause]:
    """Clauses that together imply the goal; [] for one that they cannot say."""
    try:
        return ground(goal, {}, True, names, goal=True)
    except NotGround:
        return []


def implying(clause: Clause, known: Mapping[Clause, Derived]) -> Clause | None:
    within = [each for each in known if each <= clause]
    return min(within, key=lambda each: (len(each), sorted(each)), default=None)


class _Steps:
    """The derivations of the goals as nodes by clause, what is taken before what takes it. What a
    sentence says by itself is no step."""

    def __init__(self, known: Mapping[Clause, Derived], *, read: bool) -> None:
        self.known, self.read = known, read
        self.nodes: dict[Clause, dict[str, Any]] = {}
        self.claims: Claims = {}

    def children(self, clause: Clause) -> list[str]:
        derived = self.known[clause]
        own = [derived.sentence] if derived.sentence else []
        return list(dict.fromkeys([*own, *(self.child(each) for each in derived.given)]))

    def child(self, clause: Clause) -> str:
        derived = self.known[clause]
        if derived.sentence and not derived.given:
            return derived.sentence
        if clause not in self.nodes:
            children = self.children(clause)
            name = f"int{len(self.nodes) + 1}"
            form = form_of(clause)
            claim = said(clause) if self.read else described(form)
            if self.read and read_back(claim) != form:
                raise Refusal(f"{claim!r} does not read back")
            self.nodes[clause] = {"id": name, "claim": claim, "children": children}
            self.claims[name] = form
        return str(self.nodes[clause]["id"])


def form_of(clause: Clause) -> Form:
    """If all the denied ones hold, one of the others does; of everybody where it is of anyone."""
    given = [literal.denied.form for literal in sorted(clause) if not literal.holds]
    then = [literal.form for literal in sorted(clause) if literal.holds]
    if len(clause) == 1:
        form = next(iter(clause)).form
    elif not then:
        form = Not(body=And(parts=tuple(given)))
    else:
        form = then[0] if len(then) == 1 else Or(parts=tuple(then))
        if given:
            form = If(given=given[0] if len(given) == 1 else And(parts=tuple(given)), then=form)
    if any(ANYONE in literal.terms for literal in clause):
        return All(var="x", body=substituted(form, ANYONE, "x"))
    return form


def rooted(
    goals: Sequence[Clause], known: Mapping[Clause, Derived], text: str, *, read: bool
) -> tuple[list[dict[str, Any]], Claims] | None:
    """The nodes down to the goals, and the root on top: of a single goal the root is its step.
    None where a claim cannot be said."""
    steps = _Steps(known, read=read)
    try:
        if len(goals) == 1:
            children = steps.children(goals[0])
        else:
            children = list(dict.fromkeys(steps.child(goal) for goal in goals))
    except Refusal:
        return None
    root = {"id": HYPOTHESIS, "claim": text, "children": children}
    return [*steps.nodes.values(), root], steps.claims


def described(form: Form) -> str:
    """A claim that nobody has to read back, in words near enough."""
    match form:
        case All(var=var, body=body):
            return f"for every {var}: {described(body)}"
        case If(given=given, then=then):
            return f"if {described(given)} then {described(then)}"
        case Not(body=body):
            return f"not {described(body)}"
        case And(parts=parts) | Or(parts=parts):
            return f" {form.op} ".join(described(part) for part in parts)
    return shown(form)


def read_back(claim: str) -> Form | None:
    try:
        return read_sentence(claim)
    except Refusal:
        return None


def said(clause: Clause) -> str:
    """A sentence of the fragment that says what a single literal does. Raises Refusal."""
    (literal,) = clause
    if literal.roles or literal.terms == (ANYONE,):
        raise Refusal("no sentence for this")
    name = " ".join(part.capitalize() for part in literal.terms[0].split("_"))
    head, *rest = literal.kind.split("_")
    phrase = " ".join(rest)
    if head == "do" and rest:
        verb = f"{rest[0]}s" if literal.holds else f"does not {rest[0]}"
        return " ".join([name, verb, *rest[1:]]) + "."
    if head == "have" and rest:
        return f"{name} {'has' if literal.holds else 'does not have'} {phrase}."
    if head in ("can", "will", "must") and rest:
        return f"{name} {head}{'' if literal.holds else ' not'} {phrase}."
    return f"{name} is {'' if literal.holds else 'not '}{' '.join([head, *rest])}."
