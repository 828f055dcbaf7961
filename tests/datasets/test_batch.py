"""The batch runner with the real Lean and a scripted model."""

import asyncio
import json
from functools import partial
from pathlib import Path

import pytest

from proofloop.agents.llm.record import RecordedModel
from proofloop.core.budget import Budget, Limits
from proofloop.core.errors import ModelRejected
from proofloop.core.journal import Journal
from proofloop.core.task import Task
from proofloop.datasets.batch import OnResult, Result, run_batch, tally, theorem_name
from proofloop.datasets.jobs import finished
from proofloop.graphs.context import Context
from proofloop.graphs.formalize import formalize_graph
from proofloop.tools.lean.backend import LeanBackend
from proofloop.tools.lean.portfolio import Portfolio
from proofloop.tools.review import ReviewQueue
from support.llm import client
from support.openai_server import Call, Fail, Item, ScriptedServer

TASKS = [Task(id=f"t-{number}", informal=f"{number} plus zero is {number}") for number in range(6)]


def script(call: Call) -> Item:
    system, user = (str(message["content"]) for message in call.body["messages"][:2])
    if "judge" in system:
        return json.dumps({"consistent": True, "reasons": "same"})
    number = user.split("<informal>")[1].split()[0]
    return json.dumps({"lean": f"theorem t_{number} : {number} + 0 = {number}"})


async def run(
    server: ScriptedServer,
    lean: LeanBackend,
    folder: Path,
    *,
    limits: Limits | None = None,
    tasks: list[Task] = TASKS,
    on_result: OnResult | None = None,
    reviews: ReviewQueue | None = None,
) -> list[Result]:
    journal = Journal(folder / "journal.jsonl")
    model = RecordedModel(client(server), journal, Budget(limits))
    context = Context(
        model=model,
        judge=model,
        lean=lean,
        portfolio=Portfolio(lean),
        prove_seconds=60,
        reviews=reviews,
    )
    try:
        return await run_batch(
            tasks,
            context,
            folder,
            concurrency=3,
            formalizer=partial(formalize_graph, review=reviews is not None),
            on_result=on_result,
        )
    finally:
        await model.aclose()
        journal.close()


async def test_every_task_gets_its_result_line(lean: LeanBackend, tmp_path: Path) -> None:
    with ScriptedServer(script) as server:
        results = await run(server, lean, tmp_path)
    assert [result.id for result in results] == [task.id for task in TASKS]
    counts = tally(results)
    assert all(
        counts[stage] == 6 for stage in ("done", "formalized", "compiled", "consistent", "proved")
    )
    assert server.most_at_once <= 3
    assert set(finished(tmp_path / "results.jsonl", Result)) == {task.id for task in TASKS}


async def test_a_second_run_does_only_what_is_left(lean: LeanBackend, tmp_path: Path) -> None:
    with ScriptedServer(script) as server:
        await run(server, lean, tmp_path, tasks=TASKS[:2])
        before = len(server.calls)
        seen: list[Result] = []
        await run(server, lean, tmp_path, on_result=seen.append)
    assert sorted(result.id for result in seen) == ["t-2", "t-3", "t-4", "t-5"]
    assert len(server.calls) == before + 8


async def test_a_judge_that_was_down_is_asked_again_and_nobody_else(
    lean: LeanBackend, tmp_path: Path
) -> None:
    judges = {"up": False}

    def flaky(call: Call) -> Item:
        is_judge = "judge" in str(call.body["messages"][0]["content"])
        return Fail(503) if is_judge and not judges["up"] else script(call)

    with ScriptedServer(flaky) as server:
        (result,) = await run(server, lean, tmp_path, tasks=TASKS[:1])
        assert (result.status, "no decision" in result.down, result.final) == ("down", True, False)
        assert tally([result])["down"] == 1
        failed, judges["up"] = len(server.calls), True
        (result,) = await run(server, lean, tmp_path, tasks=TASKS[:1])
        assert len(server.calls) == failed + 1
    assert (result.status, result.down, result.proved) == ("consistent", "", True)


async def test_what_waits_for_a_person_is_taken_up_again_and_not_paid_again(
    lean: LeanBackend, tmp_path: Path
) -> None:
    queue = ReviewQueue(tmp_path / "review.sqlite")
    tasks = TASKS[:2]
    with ScriptedServer(script) as server:
        results = await run(server, lean, tmp_path, tasks=tasks, reviews=queue)
        assert [result.status for result in results] == ["waiting"] * 2
        assert tally(results)["proved"] == 0
        paid = len(server.calls)
        first, second = queue.items(waiting=True)
        queue.decide(first.id, "accepted")
        results = await run(server, lean, tmp_path, tasks=tasks, reviews=queue)
        queue.decide(second.id, "rejected", comment="no")
        last = await run(server, lean, tmp_path, tasks=tasks, reviews=queue)
        assert len(server.calls) == paid
    assert sorted(result.status for result in results) == ["consistent", "waiting"]
    assert sorted(result.status for result in last) == ["consistent", "rejected"]
    assert (tally(results)["waiting"], tally(last)["proved"]) == (1, 1)


async def test_one_failing_task_does_not_stop_the_others_and_is_tried_again(
    lean: LeanBackend, tmp_path: Path
) -> None:
    broken = [True]

    def failing(call: Call) -> Item:
        return Fail(500) if broken[0] and "3 plus" in call.last else script(call)

    with ScriptedServer(failing) as server:
        results = await run(server, lean, tmp_path)
        assert [result.id for result in results if result.status == "down"] == ["t-3"]
        assert "HTTP 500" in results[3].down
        broken[0] = False
        again = await run(server, lean, tmp_path)
    assert all(result.proved for result in again)


async def test_a_spent_budget_ends_the_batch_and_more_budget_ends_the_rest(
    lean: LeanBackend, tmp_path: Path
) -> None:
    with ScriptedServer(script) as server:
        first = await run(server, lean, tmp_path, limits=Limits(calls=5))
        assert any(result.status == "partial" for result in first)
        assert len(server.calls) == 5
        second = await run(server, lean, tmp_path)
    assert all(result.proved for result in second)
    assert len(server.calls) == 12


async def test_a_wrong_key_ends_the_batch_at_once(lean: LeanBackend, tmp_path: Path) -> None:
    with (
        ScriptedServer(script, api_key="another") as server,
        pytest.raises(ModelRejected, match="wrong key"),
    ):
        await run(server, lean, tmp_path)
    assert not (tmp_path / "results.jsonl").exists()


@pytest.mark.usefixtures("asked_anew")
async def test_cancelling_keeps_what_is_done(lean: LeanBackend, tmp_path: Path) -> None:
    with ScriptedServer(script, latency=0.05) as server:
        seen: list[Result] = []
        first = asyncio.Event()

        def hear(result: Result) -> None:
            seen.append(result)
            first.set()

        task = asyncio.create_task(run(server, lean, tmp_path, on_result=hear))
        await first.wait()
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        assert set(finished(tmp_path / "results.jsonl", Result)) >= {result.id for result in seen}
        assert all(result.proved for result in await run(server, lean, tmp_path))


def test_task_ids_make_lean_names() -> None:
    assert theorem_name("imo_1964_p1") == "imo_1964_p1"
    assert theorem_name("3-x é") == "t_3_x__"
