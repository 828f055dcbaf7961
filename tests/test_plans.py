"""Plans against the worst runs there are: everything is asked as often as the bounds allow."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Any

import pytest

from proofloop.agents.llm.record import RecordedModel
from proofloop.core.budget import Budget
from proofloop.core.formalizing import FormalizeBounds
from proofloop.core.journal import Journal
from proofloop.core.search import SearchBounds
from proofloop.core.settings import load_settings
from proofloop.graphs.catalogue import GRAPHS
from proofloop.graphs.context import DEFAULT_HEADER, Context
from proofloop.graphs.planning.plan import plan_of
from proofloop.graphs.runner import run_resumable
from proofloop.planning import plan_for
from proofloop.tools.lean.embedded.backend import EmbeddedLean
from proofloop.tools.lean.hygiene.subject import HygieneLimits
from proofloop.tools.lean.portfolio import Portfolio
from proofloop.tools.lean.record import RecordedLean
from support.formalizing import INPUTS, TEXT, judge_answer, lean_answer, system
from support.llm import client
from support.openai_server import Call, Item, Say, ScriptedServer

GIVEN = "theorem even_sum (a b : ℕ) : Even (a + b)"
ASKED = "theorem t (p : Nat → Prop) : p 0"
STEPS = "have h : p {0} := by sorry\n  have k : p {0} → p 0 := by sorry\n  exact k h"
# Nothing that automation proves or refutes in no time.
OPEN = "theorem even_sum (f : ℕ → ℕ) : f (f {0}) = f 0"


def endless(statement: str = "theorem even_sum (a : ℕ) : a = {0}", *, passes: bool) -> Script:
    """Ever other answers, none of which does; the judges say ``passes`` of each statement."""
    numbers = count(3)

    def each(call: Call, make: Callable[[int], str]) -> Item:
        return Say([make(next(numbers)) for _ in range(call.n)])

    def answer(call: Call) -> Item:
        said, schema = system(call), json.dumps(call.body.get("response_format", ""))
        if "tools" in call.body:
            passed = call.last.startswith('{"pass": true')
            number = last_number(call) if passed else next(numbers)
            tool = "consistency_check" if passed else "syntax_check"
            return Say("", tools=[(tool, {"lean4_code": statement.format(number)})])
        if "You formalize" in said:
            return each(call, lambda number: lean_answer(statement.format(number)))
        if "You read Lean" in said:
            return each(call, lambda number: json.dumps({"informal": f"{TEXT} ({number})"}))
        if '"comments"' in schema:
            return each(call, lambda n: json.dumps({"consistent": True, "comments": f"{n}"}))
        if '"faithful"' in schema:
            return each(call, lambda n: json.dumps({"faithful": False, "reasons": f"{n}"}))
        if "You sketch" in said:
            steps = STEPS.format(next(numbers))
            return json.dumps({"sketch": f"{ASKED} := by\n  {steps}"})
        if "one tactic at a time" in said:
            return each(call, lambda n: json.dumps({"tactic": f"have h{n} : {n} = {n} := rfl"}))
        if "You prove" in said:
            return each(call, lambda n: json.dumps({"proof": f"theorem wrong : {n} = {n} := rfl"}))
        return judge_answer(passes)

    return answer


def last_number(call: Call) -> str:
    return re.findall(r"a = (\d+)", json.dumps(call.body["messages"]))[-1]


Script = Callable[[Call], Item]


@dataclass(frozen=True)
class Worst:
    script: Script
    inputs: dict[str, Any]
    bounds: dict[str, Any] = field(default_factory=dict)
    search: dict[str, Any] = field(default_factory=dict)


FORMALIZED = INPUTS | {"given": GIVEN}
PROVED = {"statement": ASKED, "header": DEFAULT_HEADER}
HURRIED = {"compare_seconds": 0.05}
WORST: dict[str, Worst] = {
    "formalize": Worst(endless(passes=False), FORMALIZED),
    "atf": Worst(endless(passes=False), FORMALIZED),
    "reform": Worst(endless(passes=False), FORMALIZED, {"critiqued": 2, "critiques": 2}),
    "formalmath": Worst(
        endless(OPEN, passes=True), FORMALIZED, {"samples": 2, "negations": 2, **HURRIED}
    ),
    "agreement": Worst(endless(passes=True), FORMALIZED, {"samples": 2, "votes": 2, **HURRIED}),
    "prove_whole": Worst(endless(passes=False), PROVED),
    "prove_sketch": Worst(endless(passes=False), PROVED, search={"depth": 0, "holes": 2}),
    "prove_best_first": Worst(
        endless(passes=False), PROVED, search={"expansions": 3, "tactics": 2}
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", WORST)
async def test_the_worst_run_asks_just_what_was_planned(
    name: str, lean: EmbeddedLean, tmp_path: Path
) -> None:
    worst = WORST[name]
    with ScriptedServer(worst.script) as server:
        journal, budget = Journal(tmp_path / "journal.jsonl"), Budget()
        model = RecordedModel(client(server), journal, budget)
        recorded = RecordedLean(lean, journal, budget)
        context = Context(
            model=model,
            judge=model,
            lean=recorded,
            portfolio=Portfolio(recorded, tactics=[]),
            max_rounds=2,
            search=SearchBounds(portfolio=False, samples=2, **worst.search),
            formalize=FormalizeBounds(**worst.bounds),
            # Of a search that is cut at once nothing comes, however warm the Lean is.
            hygiene=HygieneLimits(prove_heartbeats=1, prove_seconds=0.1, search_milliseconds=1),
        )
        state = await run_resumable(
            GRAPHS[name], worst.inputs, context, tmp_path / "checkpoints.sqlite", thread="main"
        )
        await model.aclose()
        journal.close()
    plan = plan_of(name, TEXT, context=context)
    assert plan and sum(call.n for call in server.calls) == plan.calls
    assert "proof" not in state
    assert budget.spent().tokens <= plan.tokens


def test_a_plan_is_priced_by_who_is_asked() -> None:
    """One call of the formalizer a round, one of each judge, at the prices of each."""
    prices = {name: {"input": 0.0, "output": 1e6} for name in ("own", "first")}
    judges = [{"model": "first"}, {"model": "second"}]
    known = {"model": "own", "max_rounds": 2, "panel": {"judges": judges}}
    unknown = load_settings(known | {"prices": prices})
    assert plan_for(unknown, "formalize", [TEXT], {"prove": False}).usd is None
    free = prices | {"second": {"input": 0.0, "output": 0.0}}
    settings = load_settings(known | {"prices": free})
    plan = plan_for(settings, "formalize", [TEXT, TEXT], {"prove": False})
    assert (plan.least, plan.calls) == (2, 2 * 2 * 3)
    assert plan.usd == pytest.approx(2 * 2 * (1000 + 200))  # a statement, and one judge's words
