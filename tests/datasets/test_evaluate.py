"""Methods of proof measured with the real Lean and a scripted model."""

import json

import pytest

from proofloop.core.budget import Limits
from proofloop.core.task import Task
from proofloop.datasets.evaluate import Trial, evaluate, pass_at
from proofloop.datasets.metrics import pass_at_k
from proofloop.graphs.prove_whole import prove_whole_graph
from support.openai_server import Call, Item, ScriptedServer
from support.proving import Prover

TASKS = [
    Task(
        id=f"t{number}",
        formal=f"theorem t{number} : {number} + 1 = {number + 1}",
        header="open Nat",
    )
    for number in range(3)
]


def script(call: Call) -> Item:
    """Proves t1 in every sample, t2 in every other one, t0 never; seeds tell the samples apart."""
    number = int(call.last.split("theorem t")[1].split()[0])
    right = number == 1 or (number == 2 and call.body["seed"] % 2 == 0)
    proof = f"theorem t{number} : {number} + 1 = {number + 1} := {'rfl' if right else 'by omega_'}"
    return json.dumps({"proof": proof})


async def measure(
    prover: Prover, server: ScriptedServer, *, samples: int, limits: Limits | None = None
) -> list[Trial]:
    async with prover.context(server, limits=limits, max_rounds=1, seed=0) as context:
        return await evaluate(
            TASKS, context, prover.folder, prove_whole_graph, samples=samples, concurrency=2
        )


async def test_every_sample_of_every_task_is_tried(prover: Prover) -> None:
    with ScriptedServer(script) as server:
        trials = await measure(prover, server, samples=4)
    assert len(server.calls) == len(trials) == 12
    proved = {(trial.id, trial.sample) for trial in trials if trial.status == "proved"}
    assert proved == {("t1", 0), ("t1", 1), ("t1", 2), ("t1", 3), ("t2", 0), ("t2", 2)}
    estimates = pass_at(trials)
    for k in range(1, 5):
        expected = (pass_at_k(4, 0, k) + pass_at_k(4, 4, k) + pass_at_k(4, 2, k)) / 3
        assert estimates[k].value == pytest.approx(expected)


async def test_a_second_run_tries_only_what_is_left_and_more_samples(prover: Prover) -> None:
    with ScriptedServer(script) as server:
        first = await measure(prover, server, samples=2, limits=Limits(calls=4))
        assert len(server.calls) == 4
        assert any(trial.status == "partial" for trial in first)
        second = await measure(prover, server, samples=2)
        assert len(server.calls) == 6
        await measure(prover, server, samples=3)
        assert len(server.calls) == 9
    assert all(trial.final for trial in second)


async def test_a_statement_that_is_not_good_lean_is_left_out_and_no_model_asked(
    prover: Prover,
) -> None:
    bad = Task(id="bad", formal="theorem bad (n : Nat) (h : Prme n) : n = n", header="open Nat")
    with ScriptedServer(script) as server:
        async with prover.context(server, max_rounds=1) as context:
            trials = await evaluate(
                [bad, TASKS[1]],
                context,
                prover.folder,
                prove_whole_graph,
                samples=1,
                concurrency=2,
            )
    assert [trial.status for trial in trials] == ["unreadable", "proved"]
    assert "Function expected at Prme" in trials[0].error
    assert len(server.calls) == 1 and pass_at(trials)[1].value == 1


async def test_an_unfinished_task_is_not_counted() -> None:
    def trial(task: str, sample: int, status: str) -> Trial:
        return Trial(id=task, sample=sample, status=status)

    trials = [
        trial("a", 0, "proved"), trial("a", 1, "failed"),
        trial("b", 0, "failed"), trial("b", 1, "partial"),
    ]  # fmt: skip
    assert pass_at(trials)[1].value == 0.5
    assert pass_at([]) == {}
