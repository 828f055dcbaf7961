"""What ``decompose`` verifies without a language model, and whether it finds a wrong premise.

    .venv/bin/python benchmarks/decompose.py english    # FOLIO's and EntailmentBank's English
    .venv/bin/python benchmarks/decompose.py formulas   # FOLIO's own formulas
    .venv/bin/python benchmarks/decompose.py planted    # one wrong premise each

``english`` reads the sentences by the offline model's grammar. ``formulas`` takes the forms that
FOLIO's authors wrote, with trees by unit propagation, and compares the end with the label.
``planted`` takes those of them that are verified, changes one sentence that the proof needs by one
slip drawn from the seed (a negation, a word, roles, a condition, a direction), keeps the claims of
the tree, and asks which sentence is blamed. Rows go to ``--out`` as JSON lines.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import random
from collections import Counter
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from rich.console import Console

from proofloop.agents.llm.offline.model import OfflineModel
from proofloop.agents.llm.offline.sentences.tree import tree
from proofloop.datasets.entailment import sample
from proofloop.datasets.folio_formulas import folio_forms
from proofloop.graphs.context import Context
from proofloop.graphs.decompose import decompose_graph
from proofloop.graphs.entail_diagnosis import blamed
from proofloop.tools.entailment.edits import Edit, edits
from proofloop.tools.entailment.form import Form, Sentence
from proofloop.tools.entailment.problem import HYPOTHESIS, EntailmentProblem
from proofloop.tools.entailment.symbols import symbol_table
from proofloop.tools.entailment.worlds import find_world
from proofloop.tools.lean.embedded.backend import EmbeddedLean
from proofloop.tools.lean.portfolio import Portfolio

SLIPS = ("negate", "exchange word", "swap roles", "drop condition", "turn round")
console = Console(highlight=False)


async def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("what", choices=["english", "formulas", "planted"])
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--slips", type=int, default=2, help="planted in each problem")
    parser.add_argument("--limit", type=int, help="only the first N problems")
    parser.add_argument("--out", type=Path, default=Path("decompose.jsonl"))
    given = parser.parse_args()
    async with opened() as context:
        with given.out.open("w", encoding="utf-8") as file:
            rows = []
            measure = {"english": english, "formulas": formulas, "planted": planted}[given.what]
            async for row in measure(context, given):
                rows.append(row)
                file.write(json.dumps(row, ensure_ascii=False) + "\n")
                file.flush()
    report(given.what, rows)


@asynccontextmanager
async def opened() -> AsyncIterator[Context]:
    model = OfflineModel()
    async with EmbeddedLean(workers=1) as lean:
        yield Context(
            model=model, judge=model, lean=lean, portfolio=Portfolio(lean), prove_seconds=20
        )


async def english(context: Context, given: Any) -> AsyncIterator[dict[str, Any]]:
    for name in ("folio", "entailment_bank"):
        for problem in sample(name)[: given.limit]:
            state = await ended(context, problem, {})
            yield row_of(problem, state) | {"set": name}


async def formulas(context: Context, given: Any) -> AsyncIterator[dict[str, Any]]:
    for problem, forms in gold(given.limit):
        yield row_of(problem, await ended(context, problem, forms)) | {"set": "folio"}


async def planted(context: Context, given: Any) -> AsyncIterator[dict[str, Any]]:
    chance = random.Random(given.seed)
    for problem, forms in gold(given.limit):
        if problem.label != "True":
            continue
        state = await ended(context, problem, forms)
        if state["status"] != "verified":
            continue
        for sentence, slip in slips(problem, forms, state["used"], chance, given.slips):
            wrong = {**forms, sentence: slip.form}
            after = await ended(context, problem, wrong)
            yield verdict(problem, sentence, slip, after)


def gold(limit: int | None) -> list[tuple[EntailmentProblem, dict[str, Form]]]:
    """FOLIO's problems with their formulas and a tree."""
    problems = {problem.id: problem for problem in sample("folio")}
    found = []
    for name, forms in list(folio_forms().items())[:limit]:
        leaves = {key: form for key, form in forms.items() if key != HYPOTHESIS}
        problem = problems[name]
        nodes, claims = tree(leaves, forms[HYPOTHESIS], problem.hypothesis, read=False)
        fields = problem.model_dump() | {"tree": nodes}
        found.append((EntailmentProblem.model_validate(fields), {**forms, **claims}))
    return found


async def ended(
    context: Context, problem: EntailmentProblem, forms: Mapping[str, Form]
) -> dict[str, Any]:
    given = {name: form.model_dump(mode="json") for name, form in forms.items()}
    inputs = {"problem": problem.model_dump(mode="json"), "forms": given}
    return dict(await decompose_graph(rebuilds=0).ainvoke(inputs, context=context))


def slips(
    problem: EntailmentProblem,
    forms: Mapping[str, Form],
    used: Sequence[str],
    chance: random.Random,
    count: int,
) -> list[tuple[str, Edit]]:
    """Slips after which a world speaks against the entailment, or none allows the sentences: the
    others leave nothing to be found."""
    table, _ = symbol_table(Sentence(id=name, form=form) for name, form in forms.items())
    choices = [
        (name, edit) for name in used for edit in edits(forms[name], table) if edit.kind in SLIPS
    ]
    kinds = sorted({edit.kind for _, edit in choices})
    found: list[tuple[str, Edit]] = []
    for _ in range(20 * count):
        if len(found) == count or not kinds:
            break
        kind = chance.choice(kinds)
        picked = chance.choice([choice for choice in choices if choice[1].kind == kind])
        if picked not in found and harmful(problem, forms, *picked):
            found.append(picked)
    return found


def harmful(problem: EntailmentProblem, forms: Mapping[str, Form], name: str, edit: Edit) -> bool:
    wrong = {**forms, name: edit.form}
    sentences = [Sentence(id=each, form=wrong[each]) for each in problem.texts]
    return find_world(sentences, forms[HYPOTHESIS]) is not None or find_world(sentences) is None


def row_of(problem: EntailmentProblem, state: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "id": problem.id,
        "label": problem.label,
        "status": state["status"],
        "how": state.get("how", ""),
        "why": state.get("why", ""),
        "steps": len(state.get("tree", [])),
        "used": state.get("used", []),
        "redundant": state.get("redundant", []),
        "consistent": state.get("evidence", {}).get("consistent"),
    }


def verdict(
    problem: EntailmentProblem, sentence: str, slip: Edit, state: Mapping[str, Any]
) -> dict[str, Any]:
    """Who is blamed: the most suspect sentences, or those that contradict each other."""
    contradictory = state["status"] == "contradiction"
    suspects = (
        state["used"]
        if contradictory
        else blamed(state.get("diagnosis") or {"node": "", "outcome": ""})
    )
    node = next((each for each in state["tree"] if each["id"] == state.get("failed_at")), None)
    return {
        "id": problem.id,
        "wrong": sentence,
        "slip": slip.kind,
        "what": slip.what,
        "status": state["status"],
        "failed_at": state.get("failed_at", ""),
        "steps": len(state["tree"]),
        "at_its_step": bool(node) and sentence in node["children"],
        "suspects": list(suspects),
        "alone": list(suspects) == [sentence],
        "among": sentence in suspects,
    }


def report(what: str, rows: Sequence[Mapping[str, Any]]) -> None:
    if what != "planted":
        for name in dict.fromkeys(row["set"] for row in rows):
            own = [row for row in rows if row["set"] == name]
            counts = Counter((row["label"], row["status"], row["how"]) for row in own)
            console.print(f"{name}: {len(own)} problems")
            for (label, status, how), count in sorted(counts.items()):
                console.print(f"  label {label or '-':10} {status} {how}: {count}")
        return
    for name in ["all", *sorted({row["slip"] for row in rows}), "several steps", "one step"]:
        own = [row for row in rows if name in ("all", row["slip"])]
        if name.endswith(("step", "steps")):
            own = [row for row in rows if (row["steps"] > 1) == (name == "several steps")]
        if not own:
            continue
        words = [f"{name}: {len(own)}"]
        words.append(f"not verified {sum(row['status'] != 'verified' for row in own)}")
        words.append(f"failed at its step {sum(row['at_its_step'] for row in own)}")
        words.append(f"blamed alone {sum(row['alone'] for row in own)}")
        words.append(f"among the most suspect {sum(row['among'] for row in own)}")
        words.append(
            f"suspects {sum(len(row['suspects']) for row in own) / len(own):.2f} on average"
        )
        console.print(", ".join(words))


if __name__ == "__main__":
    asyncio.run(main())
