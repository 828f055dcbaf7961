"""Panels that ask models over HTTP."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from proofloop.agents.judge import ConsistencyJudge
from proofloop.agents.llm.offline.model import OfflineModel
from proofloop.agents.llm.openai_client import OpenAIModel
from proofloop.agents.llm.record import RecordedModel
from proofloop.agents.panel.panel import Panel
from proofloop.agents.panel.rules import AllAgree, Majority
from proofloop.agents.panel.vote import Judge
from proofloop.agents.text_judge import BackTranslationJudge
from proofloop.core.budget import Budget, Limits
from proofloop.core.errors import BudgetExceeded, ModelRejected, SettingsError
from proofloop.core.journal import Journal
from proofloop.core.task import Candidate, Task
from support.llm import KEY, QUICK
from support.openai_server import Call, Fail, Hang, Item, ScriptedServer

TEXT = "Show that the sum of two even natural numbers is even."
LEAN = "theorem even_sum (a b : ℕ) (ha : Even a) (hb : Even b) : Even (a + b)"


def says(consistent: bool | None, reasons: str = "", confidence: float | None = None) -> str:
    answer = {"reasons": reasons, "consistent": consistent, "confidence": confidence}
    return json.dumps(answer)


def by_model(**answers: Item) -> Callable[[Call], Item]:
    """Each model says the same thing whenever it is asked."""
    return lambda call: answers[call.body["model"]]


@asynccontextmanager
async def judges(
    server: ScriptedServer,
    *names: str,
    journal: Journal | None = None,
    budget: Budget | None = None,
) -> AsyncIterator[list[Judge]]:
    bare = [OpenAIModel(name, base_url=server.base_url, api_key=KEY, retry=QUICK) for name in names]
    models: Sequence[Any] = bare
    if journal is not None:
        models = [RecordedModel(model, journal, budget or Budget(None)) for model in bare]
    try:
        yield [ConsistencyJudge(model) for model in models]
    finally:
        await asyncio.gather(*(model.aclose() for model in models))


def asked(server: ScriptedServer) -> list[str]:
    return [call.body["model"] for call in server.calls]


async def test_all_must_agree_and_the_first_no_ends_the_asking() -> None:
    with ScriptedServer(by_model(a=says(True), b=says(False, "b is lost"), c=says(True))) as server:
        async with judges(server, "a", "b", "c") as panel:
            verdict = await Panel(panel, shuffle=False).judge(TEXT, LEAN)
    assert (verdict.passed, verdict.score) == (False, 0.0)
    assert verdict.feedback == "b (not consistent): b is lost"
    assert asked(server) == ["a", "b"]
    assert verdict.evidence["asked"] == 2


async def test_when_everyone_is_heard_all_votes_are_in_the_verdict() -> None:
    script = by_model(a=says(True, confidence=0.8), b=says(False), c=says(None, "unclear"))
    with ScriptedServer(script) as server:
        async with judges(server, "a", "b", "c") as panel:
            verdict = await Panel(panel, asking="all", shuffle=False).judge(TEXT, LEAN)
    votes: Any = verdict.evidence["votes"]
    assert {v["judge"]: v["passed"] for v in votes} == {"a": True, "b": False, "c": None}
    assert {v["judge"]: v["score"] for v in votes} == {"a": 0.8, "b": 0.0, "c": 0.5}
    assert {v["judge"]: v["abstained"] for v in votes} == {"a": "", "b": "", "c": "cannot tell"}
    assert (verdict.passed, verdict.evidence["abstained"]) == (False, 1)
    assert all(v["calls"] == 1 and v["usage"]["prompt_tokens"] == 10 for v in votes)


async def test_a_race_breaks_off_those_whose_vote_cannot_matter() -> None:
    with ScriptedServer(by_model(a=Hang(), b=says(False), c=Hang())) as server:
        async with judges(server, "a", "b", "c") as panel:
            verdict = await Panel(panel, asking="race").judge(TEXT, LEAN)
        votes: Any = verdict.evidence["votes"]
    assert [vote["judge"] for vote in votes] == ["b"]
    assert verdict.passed is False


async def test_calls_that_a_race_breaks_off_are_closed_and_counted(tmp_path: Path) -> None:
    journal, budget = Journal(tmp_path / "journal.jsonl"), Budget(None)
    with ScriptedServer(by_model(a=Hang(), b=says(False), c=Hang())) as server:
        async with judges(server, "a", "b", "c", journal=journal, budget=budget) as three:
            await Panel(three, asking="race", journal=journal).judge(TEXT, LEAN)
            begun = len(server.calls)
            hanging = [call for call in server.calls if call.body["model"] != "b"]
            assert await server.until(lambda calls: all(call.dropped for call in hanging))
    # One that was broken off before the server had seen it counts too.
    assert begun <= budget.spent().calls <= 3
    failed = {e["model"] for e in journal.entries("model") if "error" in e}
    assert failed >= {call.body["model"] for call in hanging}
    assert [e["vote"]["judge"] for e in journal.entries("vote")] == ["b"]
    journal.close()


async def test_a_race_held_again_asks_nobody_who_was_broken_off(tmp_path: Path) -> None:
    """As a run does that was killed before its checkpoint."""
    with ScriptedServer(by_model(a=Hang(), b=says(False), c=Hang())) as server:
        for _ in range(2):
            journal = Journal(tmp_path / "journal.jsonl")
            async with judges(server, "a", "b", "c", journal=journal) as three:
                verdict = await Panel(three, asking="race", journal=journal).judge(TEXT, LEAN)
            journal.close()
            assert verdict.passed is False
            assert await server.until(lambda calls: all(call.done for call in calls))
    assert len(server.calls) <= 3
    assert len({call.body["model"] for call in server.calls}) == len(server.calls)


@pytest.mark.parametrize(
    ("trouble", "word"), [(Fail(503, retry_after=0), "down"), ("no JSON at all", "malformed")]
)
@pytest.mark.parametrize("asking", ["in order", "race", "all"])
async def test_a_judge_in_trouble_abstains_and_the_others_decide(
    trouble: Item, word: str, asking: Any
) -> None:
    with ScriptedServer(by_model(a=trouble, b=says(True), c=says(True))) as server:
        async with judges(server, "a", "b", "c") as three:
            panel = Panel(three, Majority(), asking=asking, shuffle=False)
            verdict = await panel.judge(TEXT, LEAN)
            strict = await Panel(three, AllAgree(), asking="all").judge(TEXT, LEAN)
    assert verdict.passed is True
    assert strict.passed is None
    assert f"a (abstained, {word})" in strict.feedback
    votes: Any = strict.evidence["votes"]
    assert [v["reasons"] != "" for v in votes if v["judge"] == "a"] == [True]


async def test_with_every_judge_down_the_pair_is_unjudged_and_the_verdict_says_so() -> None:
    with ScriptedServer(lambda call: Fail(500)) as server:
        async with judges(server, "a", "b") as two:
            verdict = await Panel(two, Majority(), asking="all").judge(TEXT, LEAN)
    assert (verdict.passed, verdict.score, verdict.evidence["abstained"]) == (None, 0.5, 2)
    assert verdict.feedback.count("abstained, down") == 2


async def test_a_wrong_key_is_the_users_error_and_no_abstention() -> None:
    with ScriptedServer(by_model(a=says(True), b=Fail(401, "bad key"))) as server:
        async with judges(server, "a", "b") as two:
            with pytest.raises(ModelRejected):
                await Panel(two, asking="all").judge(TEXT, LEAN)


async def test_order_and_positions_come_from_the_seed() -> None:
    with ScriptedServer(lambda call: says(True)) as server:
        async with judges(server, "a", "b", "c") as three:
            runs = {}
            for seed in (0, 0, 1, 2, 3, 4, 5, 6):
                votes = []
                for n in range(4):
                    verdict = await Panel(three, seed=seed).judge(f"{TEXT} {n}", LEAN)
                    found: Any = verdict.evidence["votes"]
                    votes += [(v["judge"], v["swapped"]) for v in found]
                assert runs.setdefault(seed, votes) == votes
    assert len({tuple(votes) for votes in runs.values()}) > 4
    firsts = {votes[0][0] for votes in runs.values()}
    assert len(firsts) > 1
    lean_first = [call.last.startswith("Lean:") for call in server.calls]
    assert 0.3 < sum(lean_first) / len(lean_first) < 0.7


async def test_votes_are_in_the_journal_once_and_nothing_is_paid_twice(tmp_path: Path) -> None:
    script = by_model(a=says(True, "same"), b=says(False, "it is weaker"))
    with ScriptedServer(script) as server:
        for _ in range(2):
            journal = Journal(tmp_path / "journal.jsonl")
            async with judges(server, "a", "b", journal=journal) as two:
                await Panel(two, asking="all", seed=3, journal=journal).judge(TEXT, LEAN)
            journal.close()
    assert len(server.calls) == 2
    entries = list(Journal(tmp_path / "journal.jsonl").entries("vote"))
    assert {e["vote"]["judge"]: e["vote"]["reasons"] for e in entries} == {
        "a": "same",
        "b": "it is weaker",
    }
    assert all(e["pair"]["lean"] == LEAN for e in entries)


@pytest.mark.parametrize("asking", ["in order", "all"])
async def test_a_spent_budget_ends_the_panel_and_keeps_the_votes(
    tmp_path: Path, asking: Any
) -> None:
    journal = Journal(tmp_path / "journal.jsonl")
    with ScriptedServer(lambda call: says(True)) as server:
        budget = Budget(Limits(calls=1))
        async with judges(server, "a", "b", journal=journal, budget=budget) as two:
            with pytest.raises(BudgetExceeded):
                await Panel(two, asking=asking, journal=journal).judge(TEXT, LEAN)
    assert len(list(journal.entries("vote"))) == 1
    journal.close()


async def test_back_translation_is_blind_to_the_original() -> None:
    def script(call: Call) -> Item:
        if len(server.calls) % 2:
            return json.dumps({"informal": "Sums of even numbers are even.", "notes": ""})
        return says(True, "the same", 0.9)

    with ScriptedServer(script) as server:
        async with judges(server, "a") as one:
            assert isinstance(one[0], ConsistencyJudge)
            judge = BackTranslationJudge(one[0].model)
            verdict = await Panel([judge], shuffle=False).judge(TEXT, LEAN)
    blind, comparison = (json.dumps(call.body["messages"]) for call in server.calls)
    assert LEAN.split(":")[0] in json.loads(blind)[1]["content"]
    assert TEXT not in json.loads(blind)[1]["content"]
    assert TEXT in json.loads(comparison)[1]["content"]
    assert "theorem" not in json.loads(comparison)[1]["content"]
    votes: Any = verdict.evidence["votes"]
    assert votes[0]["back_translation"] == "Sums of even numbers are even."
    assert (votes[0]["calls"], votes[0]["score"], verdict.passed) == (2, 0.9, True)


async def test_what_cannot_be_read_back_is_an_abstention() -> None:
    with ScriptedServer([json.dumps({"informal": "", "notes": "no such notation"})]) as server:
        async with judges(server, "a") as one:
            assert isinstance(one[0], ConsistencyJudge)
            verdict = await Panel([BackTranslationJudge(one[0].model)]).judge(TEXT, LEAN)
    votes: Any = verdict.evidence["votes"]
    assert (verdict.passed, votes[0]["abstained"]) == (None, "cannot tell")
    assert verdict.feedback == "no such notation"


async def test_the_offline_model_judges_both_ways() -> None:
    panel = Panel(
        [
            ConsistencyJudge(OfflineModel(), name="direct"),
            BackTranslationJudge(OfflineModel(), name="back"),
        ],
        asking="all",
    )
    task = Task(id="t", informal=TEXT)
    good = await panel.verify(task, Candidate(id="c", task_id="t", content=LEAN))
    assert good.passed is True
    weak = "theorem t (a : ℕ) : Even (a + a)"
    bad = await panel.verify(task, Candidate(id="c", task_id="t", content=weak))
    assert bad.passed is False
    votes: Any = bad.evidence["votes"]
    assert [vote["passed"] for vote in votes] == [False, False]


async def test_a_rubric_is_added_to_the_prompt() -> None:
    with ScriptedServer(by_model(a=says(True))) as server:
        async with judges(server, "a") as one:
            assert isinstance(one[0], ConsistencyJudge)
            judge = ConsistencyJudge(one[0].model, name="strict", rubric="Mind {empty} sets.")
            verdict = await Panel([judge]).judge(TEXT, LEAN)
    assert server.calls[0].body["messages"][0]["content"].endswith("Mind {empty} sets.")
    assert verdict.method == "judge:strict"


def test_a_panel_has_judges_and_their_names_differ() -> None:
    with pytest.raises(SettingsError, match="at least one judge"):
        Panel([])
    one = ConsistencyJudge(OfflineModel())
    with pytest.raises(SettingsError, match="two judges of the panel are called 'offline'"):
        Panel([one, one])
