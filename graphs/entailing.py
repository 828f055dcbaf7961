"""What the parts of the graph ``decompose`` share: its state, and how it is read."""

from __future__ import annotations

import operator
from collections.abc import Mapping, Sequence
from typing import Annotated, Any, Literal, TypedDict

from proofloop.graphs.entail_step import Step
from proofloop.tools.entailment.form import Form, Sentence, read_form
from proofloop.tools.entailment.problem import HYPOTHESIS, EntailmentProblem, Node
from proofloop.tools.entailment.symbols import described, symbol_table

EntailStatus = Literal["verified", "not entailed", "contradiction", "failed", "refused"]


class DecomposeState(TypedDict, total=False):
    """``problem`` goes in, the fields of an EntailmentProblem.

    ``tree`` is the present tree, ``forms`` the logical forms of sentences and nodes by id (None for
    a sentence that could not be said), ``judged`` what the judges said of them; ``proved`` and
    ``failing`` are the Steps of nodes by id, ``diagnosis`` is of the node that failed last. At the
    end: ``status``, ``why`` in words, ``failed_at``, ``used`` (the sentences that the hypothesis
    rests on), ``redundant`` (the others), ``how`` it is not entailed.
    """

    problem: dict[str, Any]
    tree: list[dict[str, Any]]
    rebuilds: int
    trees: int
    asked: int
    notes: str
    forms: dict[str, dict[str, Any] | None]
    judged: dict[str, dict[str, Any]]
    proved: dict[str, dict[str, Any]]
    failing: dict[str, dict[str, Any]]
    repairs: dict[str, int]
    given_up: list[str]
    diagnosis: dict[str, Any]
    fault: str
    rejected: Annotated[list[dict[str, Any]], operator.add]
    status: EntailStatus
    why: str
    how: str
    failed_at: str
    used: list[str]
    redundant: list[str]
    evidence: dict[str, Any]


def problem_of(state: DecomposeState) -> EntailmentProblem:
    return EntailmentProblem.model_validate(state["problem"])


def tree_of(state: DecomposeState) -> tuple[Node, ...]:
    return tuple(Node.model_validate(item) for item in state.get("tree", []))


def texts_of(state: DecomposeState) -> dict[str, str]:
    """The texts of all sentences and nodes by id."""
    problem = problem_of(state)
    texts = problem.texts | {node.id: node.claim for node in tree_of(state)}
    return texts | {HYPOTHESIS: problem.hypothesis}


def forms_of(state: DecomposeState) -> dict[str, Form]:
    """The forms there are, in the order of sentences and nodes."""
    known = state.get("forms", {})
    return {name: read_form(known[name]) for name in texts_of(state) if known.get(name)}


def sentences_of(names: Sequence[str], forms: Mapping[str, Form]) -> list[Sentence]:
    return [Sentence(id=name, form=forms[name]) for name in names if name in forms]


def unread(state: DecomposeState) -> list[str]:
    """The given sentences that no form could be given to."""
    forms = state.get("forms", {})
    return [name for name in problem_of(state).texts if not forms.get(name)]


def symbols_in_use(forms: Mapping[str, Form]) -> str:
    table, _ = symbol_table(sentences_of(list(forms), forms))
    return described(table)


def proofs_of(state: DecomposeState) -> dict[str, Step]:
    return {name: Step.model_validate(item) for name, item in state.get("proved", {}).items()}


def rejection(stage: str, at: str, words: str) -> dict[str, Any]:
    """The update for something that did not do; ``stage`` is what looked at it."""
    return {"fault": stage, "rejected": [{"stage": stage, "at": at, "feedback": words}]}


def feedback_of(state: DecomposeState, *stages: str, at: str | None = None) -> list[str]:
    """What was said so far by some stages, about one thing or everything; once each."""
    said = [
        item["feedback"]
        for item in state.get("rejected", [])
        if item["stage"] in stages and at in (None, item["at"])
    ]
    return list(dict.fromkeys(said))


def rests_on(
    state: DecomposeState, proved: Mapping[str, Step], name: str = HYPOTHESIS
) -> list[str]:
    """The given sentences that the proof of a node needs, through the proofs of its children."""
    found: dict[str, None] = {}
    for child in proved[name].used:
        inner = rests_on(state, proved, child) if child in proved else [child]
        found |= dict.fromkeys(inner)
    return list(found)
