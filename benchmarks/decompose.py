"""What ``decompose`` verifies without a language model, and whether it finds a wrong premise.

    .venv/bin/python benchmarks/decompose.py english    # FOLIO's English
    .venv/bin/python benchmarks/decompose.py facts      # EntailmentBank's English, in two halves
    .venv/bin/python benchmarks/decompose.py formulas   # FOLIO's own formulas
    .venv/bin/python benchmarks/decompose.py planted    # one wrong premise each

``english`` and ``facts`` read the sentences by the offline model's grammars; EntailmentBank has its
trees, and the grammar was made with its problems of even number before the others were looked at.
``facts --wrong`` gives each problem the hypothesis of the next one: none of them follows.
``formulas`` takes the forms that FOLIO's authors wrote, with trees by propagation and resolution,
and compares the end with the label. ``planted`` takes those of them with several steps that are
verified (of a False hypothesis its negation) and the trees of EntailmentBank with forms by hand,
changes one sentence that the proof needs by one slip drawn from the seed (a negation, a word,
roles, a condition, a direction), keeps the claims of the tree, and asks which sentence is blamed.
Rows go to ``--out``, one line a problem; problems that are there already are not run again, so that
a run that was broken off goes on. ``--report`` only sums up what is there.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import random
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Collection, Mapping, Sequence
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path
from typing import Any, TypeAlias

from rich.console import Console

from proofloop.agents.llm.offline.model import OfflineModel
from proofloop.agents.llm.offline.refusal import Refusal
from proofloop.agents.llm.offline.sentences.answers import readings
from proofloop.agents.llm.offline.sentences.tree import tree
from proofloop.core.entailing import EntailBounds
from proofloop.core.jsonl import AppendFile, read_lines
from proofloop.datasets.entailment import sample
from proofloop.datasets.folio_formulas import bank_forms, folio_forms
from proofloop.graphs.context import Context
from proofloop.graphs.decompose import decompose_graph
from proofloop.graphs.entail_diagnosis import blamed
from proofloop.graphs.entail_missing import missing_premises
from proofloop.graphs.entail_step import verify_step
from proofloop.graphs.entailing import sentences_of
from proofloop.tools.entailment.edits import Edit, edits
from proofloop.tools.entailment.form import Form, Not, Sentence, read_form
from proofloop.tools.entailment.problem import HYPOTHESIS, EntailmentProblem, levels
from proofloop.tools.entailment.symbols import symbol_table
from proofloop.tools.entailment.worlds import find_world
from proofloop.tools.lean.embedded.backend import EmbeddedLean
from proofloop.tools.lean.portfolio import Portfolio

CONSTRUCTIONS = {
    "a comparison or choice": "more less fewer most few than same other another both either only",
    "a pronoun": "them itself themselves he she his her we you it they",
    "another conjunction": "how what where whether because while then so until unless but",
    "a negation of another kind": "not never none neither nor rarely seldom hardly",
    "a past tense": "was were been had did would",
}
SLIPS = ("negate", "exchange word", "swap roles", "drop condition", "turn round")
Formal: TypeAlias = "tuple[EntailmentProblem, dict[str, Form]]"
Rows: TypeAlias = "list[dict[str, Any]]"
console = Console(highlight=False)


async def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("what", choices=["english", "facts", "formulas", "planted"])
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--slips", type=int, default=2, help="planted in each problem")
    parser.add_argument("--wrong", action="store_true", help="facts with others' hypotheses")
    parser.add_argument("--limit", type=int, help="only the first N problems")
    parser.add_argument("--report", action="store_true", help="run nothing")
    parser.add_argument("--out", type=Path, default=Path("decompose.jsonl"))
    given = parser.parse_args()
    problems, measure = MEASURES[given.what]
    done = {line["id"] for line in read_lines(given.out)}
    out = AppendFile(given.out)
    async with opened(edits=0 if given.what == "facts" else 400) as context:
        for number, item in list(enumerate(problems()))[: 0 if given.report else given.limit]:
            name = (item[0] if isinstance(item, tuple) else item).id
            if name not in done:
                rows = await measure(context, number, item, given)
                out.append(json.dumps({"id": name, "rows": rows}, ensure_ascii=False))
    out.close()
    report(given.what, [row for line in read_lines(given.out) for row in line["rows"]])


@asynccontextmanager
async def opened(edits: int) -> AsyncIterator[Context]:
    model = OfflineModel()
    async with EmbeddedLean(workers=1) as lean:
        yield Context(
            model=model,
            judge=model,
            lean=lean,
            portfolio=Portfolio(lean),
            prove_seconds=20,
            entail=EntailBounds(rebuilds=0, edits=edits),
        )


async def english(context: Context, number: int, problem: EntailmentProblem, given: Any) -> Rows:
    return [row_of(problem, await ended(context, problem, {})) | {"set": "folio"}]


async def facts(context: Context, number: int, problem: EntailmentProblem, given: Any) -> Rows:
    if given.wrong:
        problems = sample("entailment_bank")
        other = problems[(number + 1) % len(problems)].hypothesis
        problem = problem.model_copy(update={"hypothesis": other, "label": ""})
    state = await ended(context, problem, {})
    half = "development" if number % 2 == 0 else "held out"
    steps = {} if given.wrong else await steps_of(context, problem, state)
    return [row_of(problem, state) | {"set": half} | steps]


async def steps_of(
    context: Context, problem: EntailmentProblem, state: Mapping[str, Any]
) -> dict[str, Any]:
    """Each step by itself, with the claims of its children given."""
    forms = {name: read_form(form) for name, form in state.get("forms", {}).items() if form}
    read = [n for n in problem.tree if all(each in forms for each in (n.id, *n.children))]
    proved, missing, outcomes = set(state.get("proved", {})), {}, {}
    if last := state.get("diagnosis"):
        missing[last["node"]] = [each["what"] for each in last["missing"]]
    for node in read:
        if node.id in proved:
            continue
        children = sentences_of(node.children, forms)
        step = await verify_step(context, children, forms[node.id], name=node.id, model=False)
        outcomes[node.id] = step.outcome
        if step.outcome == "proved":
            proved.add(node.id)
        elif node.id not in missing:
            bridges = await missing_premises(context, children, forms[node.id])
            missing[node.id] = [bridge.what for bridge in bridges]
    return {
        "sentences": len(problem.sentences) + len(problem.tree),
        "sentences_read": len(forms),
        "steps_read": len(read),
        "steps_proved": len(proved),
        "missing": missing,
        "blocked": blocked(problem, state, forms, proved, outcomes),
    }


def blocked(
    problem: EntailmentProblem,
    state: Mapping[str, Any],
    forms: Mapping[str, Form],
    proved: Collection[str],
    outcomes: Mapping[str, str],
) -> str:
    """What stands in the way of the first step, bottom-up, that is not proved; "" for none."""
    for node in (each for level in levels(problem.tree) for each in level):
        if node.id in proved:
            continue
        texts = problem.texts | {each.id: each.claim for each in problem.tree}
        unread = next((each for each in (*node.children, node.id) if each not in forms), None)
        if unread is None:
            return f"read, not proved: {outcomes.get(node.id, 'open')}"
        try:
            readings(texts[unread])
        except Refusal as refusal:
            return construction(refusal.reason)
        return "a word used in two ways"
    return ""


def construction(reason: str) -> str:
    """The kind of English that a refusal is about."""
    word = reason.removeprefix("the word ").split(" ")[0].strip("'")
    for what, begins in CONSTRUCTIONS.items():
        if reason.startswith("the word ") and word in begins.split():
            return what
    for part, what in (
        ("the condition", "a condition"),
        ("a list in a condition", "a condition"),
        ("'/'", "several '/'"),
        ("points to nothing", "a pronoun"),
        ("pronoun", "a pronoun"),
        ("how many", "a number as subject"),
        ("cannot be read", "a clause of another shape"),
    ):
        if part in reason:
            return what
    return "another reason"


async def formulas(context: Context, number: int, item: Formal, given: Any) -> Rows:
    problem, forms = item
    return [row_of(problem, await ended(context, problem, forms)) | {"set": "folio"}]


async def planted(context: Context, number: int, item: Formal, given: Any) -> Rows:
    problem, forms = item
    chance = random.Random(f"{given.seed} {problem.id}")
    state = await ended(context, problem, forms)
    if state["status"] != "verified":
        return []
    rows = []
    for sentence, slip in slips(problem, forms, state["used"], chance, given.slips):
        wrong = {**forms, sentence: slip.form}
        after = await ended(context, problem, wrong, state["proved"])
        rows.append(verdict(problem, sentence, slip, after, len(state["used"])))
    return rows


def several_steps() -> list[Formal]:
    entailed = [each for each in gold(negated=True) if each[0].label == "True"]
    return [each for each in [*by_hand(), *entailed] if len(each[0].tree) > 1]


def by_hand() -> list[Formal]:
    """Trees of EntailmentBank with forms written by hand."""
    problems = {problem.id: problem for problem in sample("entailment_bank")}
    return [(problems[name], forms) for name, forms in bank_forms().items()]


def gold(*, negated: bool = False) -> list[Formal]:
    """FOLIO's problems with their formulas and a tree; with ``negated`` those that are False with
    the negation, which is True."""
    problems = {problem.id: problem for problem in sample("folio")}
    found = []
    for name, forms in folio_forms().items():
        fields = problems[name].model_dump()
        leaves = {key: form for key, form in forms.items() if key != HYPOTHESIS}
        claim = forms[HYPOTHESIS]
        if negated and fields["label"] == "False":
            claim = claim.body if isinstance(claim, Not) else Not(body=claim)
            fields |= {"label": "True", "hypothesis": f"not so: {fields['hypothesis']}"}
        nodes, claims = tree(leaves, claim, fields["hypothesis"], read=False)
        problem = EntailmentProblem.model_validate(fields | {"tree": nodes})
        found.append((problem, {**leaves, HYPOTHESIS: claim, **claims}))
    return found


async def ended(
    context: Context,
    problem: EntailmentProblem,
    forms: Mapping[str, Form],
    proved: Mapping[str, Any] | None = None,
) -> dict[str, Any]:
    """``proved`` are steps of a run before, that are not proved again where they are the same."""
    given = {name: form.model_dump(mode="json") for name, form in forms.items()}
    inputs = {"problem": problem.model_dump(mode="json"), "forms": given, "proved": proved or {}}
    return dict(await decompose_graph().ainvoke(inputs, context=context))


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
    problem: EntailmentProblem, sentence: str, slip: Edit, state: Mapping[str, Any], used: int
) -> dict[str, Any]:
    """Who is blamed: the most suspect sentences, or those that contradict each other; and how often
    a guess would be right, among the ``used`` sentences and among those of the failed step."""
    contradictory = state["status"] == "contradiction"
    suspects = (
        state["used"]
        if contradictory
        else blamed(state.get("diagnosis") or {"node": "", "outcome": ""})
    )
    node = next((each for each in state["tree"] if each["id"] == state.get("failed_at")), None)
    leaves = [each for each in node["children"] if each in problem.texts] if node else []
    return {
        "id": problem.id,
        "wrong": sentence,
        "slip": slip.kind,
        "what": slip.what,
        "status": state["status"],
        "failed_at": state.get("failed_at", ""),
        "steps": len(state["tree"]),
        "at_its_step": sentence in leaves,
        "first": (1 / len(suspects)) if sentence in suspects else 0.0,
        "chance": 1 / used,
        "chance_in_step": 1 / len(leaves) if sentence in leaves else 0.0,
        "suspects": list(suspects),
        "alone": list(suspects) == [sentence],
        "among": sentence in suspects,
    }


def report(what: str, rows: Sequence[Mapping[str, Any]]) -> None:
    if what == "planted":
        report_planted(rows)
        return
    for name in dict.fromkeys(row["set"] for row in rows):
        own = [row for row in rows if row["set"] == name]
        console.print(f"{name}: {len(own)} problems")
        counts = Counter((row["label"], row["status"], row["how"]) for row in own)
        for (label, status, how), count in sorted(counts.items()):
            console.print(f"  label {label or '-':10} {status} {how}: {count}")
        several = sum(row["status"] == "verified" and row["steps"] > 1 for row in own)
        console.print(f"  verified with several steps: {several}")
        if what == "facts" and "blocked" in own[0]:
            told = ("sentences", "sentences_read", "steps", "steps_read", "steps_proved")
            sums = [f"{each} {sum(row.get(each, 0) for row in own)}" for each in told]
            missing = sum(bool(each) for row in own for each in row.get("missing", {}).values())
            console.print(f"  {', '.join(sums)}; missing premise told of {missing}")
    if what == "facts" and rows and "blocked" in rows[0]:
        for why, count in Counter(row["blocked"] for row in rows).most_common():
            console.print(f"{count:4} {why or 'nothing: every step is proved'}")


def report_planted(rows: Sequence[Mapping[str, Any]]) -> None:
    groups = {"all": rows}
    groups |= {slip: [r for r in rows if r["slip"] == slip] for slip in SLIPS}
    groups |= {
        "EntailmentBank": [row for row in rows if not row["id"].startswith("folio")],
        "FOLIO": [row for row in rows if row["id"].startswith("folio")],
    }
    for name, own in groups.items():
        if not own:
            continue
        count = len(own)
        words = [f"{name}: {count}"]
        words.append(f"not verified {sum(row['status'] != 'verified' for row in own)}")
        words.append(f"failed at its step {sum(row['at_its_step'] for row in own)}")
        words.append(f"blamed alone {sum(row['alone'] for row in own)}")
        words.append(f"among the most suspect {sum(row['among'] for row in own)}")
        words.append(f"top-1 {sum(row['first'] for row in own) / count:.2f}")
        words.append(f"chance {sum(row['chance'] for row in own) / count:.2f}")
        words.append(f"in its step {sum(row['chance_in_step'] for row in own) / count:.2f}")
        words.append(f"suspects {sum(len(row['suspects']) for row in own) / count:.2f}")
        console.print(", ".join(words))


MEASURES: dict[str, tuple[Callable[[], Sequence[Any]], Callable[..., Awaitable[Rows]]]] = {
    "english": (partial(sample, "folio"), english),
    "facts": (partial(sample, "entailment_bank"), facts),
    "formulas": (gold, formulas),
    "planted": (several_steps, planted),
}


if __name__ == "__main__":
    asyncio.run(main())
