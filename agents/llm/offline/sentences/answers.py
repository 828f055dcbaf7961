"""The offline model's answers to the tree builder's and the event formalizer's questions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from pydantic import JsonValue

from proofloop.agents.llm.offline.refusal import Refusal
from proofloop.agents.llm.offline.sentences.facts import read_fact
from proofloop.agents.llm.offline.sentences.reader import read_sentence
from proofloop.agents.llm.offline.sentences.readings import Steps, chosen_readings
from proofloop.agents.llm.offline.sentences.tree import tree
from proofloop.tools.entailment.form import Form, Sentence
from proofloop.tools.entailment.problem import HYPOTHESIS
from proofloop.tools.entailment.symbols import symbol_table
from proofloop.tools.entailment.unconditional import drops_condition


def readings(text: str) -> tuple[Form, ...]:
    """By the grammar of facts where there is no capital letter, since that knows no names. Raises
    Refusal."""
    forms = read_fact(text) if text == text.lower() else (read_sentence(text),)
    found = tuple(form for form in forms if not drops_condition(text, form))
    if not found:
        raise Refusal("it would be said of everything", (0, len(text)))
    return found


def read_all(
    texts: Mapping[str, str], steps: Steps | None = None
) -> tuple[dict[str, Form], dict[str, str]]:
    """The forms of the sentences that can be read, and the reasons for the others. A sentence that
    uses a word in another way than an earlier one is not read either. Of several readings that
    is taken which goes with the ``steps``."""
    found: dict[str, Sequence[Form]] = {}
    refused: dict[str, str] = {}
    for name, text in texts.items():
        try:
            options = readings(text)
        except Refusal as refusal:
            refused[name] = refusal.describe(text)
            continue
        read = [
            Sentence(id=other, form=each)
            for other, forms in {**found, name: options}.items()
            for each in forms
        ]
        if conflicts := symbol_table(read)[1]:
            refused[name] = str(conflicts[0])
        else:
            found[name] = options
    return chosen_readings(found, steps or {}), refused


def decomposition(sentences: Mapping[str, str], hypothesis: str) -> dict[str, JsonValue]:
    found, refused = read_all({HYPOTHESIS: hypothesis, **sentences})
    if HYPOTHESIS not in found:
        return {"nodes": [], "notes": f"{HYPOTHESIS}: {refused[HYPOTHESIS]}"}
    claim = found.pop(HYPOTHESIS)
    if not found:
        return {"nodes": [], "notes": listed(refused)}
    nodes, _ = tree(found, claim, hypothesis)
    return {"nodes": list(nodes), "notes": listed(refused)}


def forms(texts: Mapping[str, str], steps: Steps | None = None) -> dict[str, JsonValue]:
    # The hypothesis first, as above: what clashes with it is left out in both.
    ordered = {name: texts[name] for name in sorted(texts, key=lambda name: name != HYPOTHESIS)}
    found, refused = read_all(ordered, steps)
    answers: list[JsonValue] = [
        {"id": name, "form": found[name].model_dump(mode="json") if name in found else None}
        for name in texts
    ]
    return {"forms": answers, "notes": listed(refused)}


def listed(refused: Mapping[str, str]) -> str:
    return "\n".join(f"{name}: {reason}" for name, reason in refused.items())
