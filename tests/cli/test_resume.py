"""Killed with SIGKILL and started again: nothing is lost and nothing is asked twice."""

import json
import signal
import time
from pathlib import Path

from cli.conftest import Proofloop
from support.commands import clean_environment
from support.forked import Forked
from support.openai_server import Call, Hang, Item, ScriptedServer

GOOD = "theorem even_sum (a b : ℕ) (ha : Even a) (hb : Even b) : Even (a + b)"
ANSWERS = [
    json.dumps({"lean": "theorem even_sum (a : ℕ) : Even a a"}),
    json.dumps({"lean": "theorem even_sum (a : ℕ) : Even (a + a)"}),
    json.dumps({"consistent": False, "reasons": "one number only"}),
    json.dumps({"lean": GOOD}),
    json.dumps({"consistent": True, "reasons": "same"}),
]


def start(folder: Path, *arguments: str, **environment: str) -> Forked:
    return Forked(["-m", "proofloop", *arguments], folder, clean_environment(folder) | environment)


def bodies(calls: list[Call]) -> list[str]:
    return [json.dumps(call.body, sort_keys=True) for call in calls]


def test_a_killed_formalization_goes_on_without_asking_twice(
    process: Proofloop, tmp_path: Path
) -> None:
    hang = [True]

    def script(call: Call) -> Item:
        if call.number == 3 and hang[0]:
            return Hang()
        return ANSWERS[min(call.number, 3) if hang[0] else call.number - 1]

    with ScriptedServer(script) as server:
        command = (
            "formalize", "The sum of two even natural numbers is even.", "--name", "even_sum",
            "--model", "m", "--base-url", server.base_url, "--run", "r", "--json",
        )  # fmt: skip
        started = start(tmp_path, *command, OPENAI_API_KEY="k")
        assert server.wait_until(lambda calls: len(calls) == 4)
        started.kill()
        hang[0] = False
        done = process(*command, OPENAI_API_KEY="k")
    result = json.loads(done.stdout)
    assert done.returncode == 0, done.stderr
    assert result["status"] == "consistent"
    assert result["proved"] is True
    assert [item["stage"] for item in result["rejected"]] == ["lean", "judge"]
    # Only the call that was never answered was made again.
    asked = bodies(server.calls)
    assert len(asked) == 6
    assert asked[3] == asked[4]
    assert len(set(asked)) == 5
    entries = [json.loads(line) for line in (tmp_path / "r" / "journal.jsonl").open()]
    assert sum(entry["kind"] == "model" for entry in entries) == 5
    assert sum(entry["kind"] == "open" for entry in entries) == 2


TASKS = [
    {
        "id": f"p{number}",
        "kind": "prove",
        "formal": f"theorem p{number} : {number} + 1 = {number + 1}",
    }
    for number in range(30)
]


def test_a_killed_batch_goes_on_where_it_stopped(proofloop: Proofloop, tmp_path: Path) -> None:
    (tmp_path / "in.jsonl").write_text("".join(json.dumps(task) + "\n" for task in TASKS))
    command = ("batch", "in.jsonl", "--out", "out", "--concurrency", "2")
    process = start(tmp_path, *command)
    results = tmp_path / "out" / "results.jsonl"
    end = time.monotonic() + 240
    while not (results.exists() and results.read_text().count("\n") >= 5):
        assert time.monotonic() < end
        time.sleep(0.01)
    process.kill()
    before = results.read_text()
    whole = before[: before.rfind("\n") + 1]
    done = proofloop(*command, "--json")
    summary = json.loads(done.stdout)
    assert done.returncode == 0, done.stderr
    assert (summary["done"], summary["proved"]) == (30, 30)
    after = results.read_text()
    assert after.startswith(whole)
    ids = [json.loads(line)["id"] for line in after.splitlines()]
    assert sorted(ids) == sorted(task["id"] for task in TASKS)


def test_a_batch_of_another_input_does_not_mix_in(
    proofloop: Proofloop, process: Proofloop, tmp_path: Path
) -> None:
    (tmp_path / "a.jsonl").write_text(json.dumps(TASKS[0]))
    (tmp_path / "b.jsonl").write_text(json.dumps(TASKS[1]))
    assert proofloop("batch", "a.jsonl", "--out", "out").returncode == 0
    done = process("batch", "b.jsonl", "--out", "out")
    assert done.returncode == 2
    assert "something else" in done.stderr


def test_ctrl_c_says_how_to_go_on(tmp_path: Path) -> None:
    with ScriptedServer(lambda call: Hang()) as server:
        process = start(
            tmp_path, "formalize", "1 + 1 = 2", "--model", "m", "--base-url", server.base_url,
            "--run", "r", OPENAI_API_KEY="k",
        )  # fmt: skip
        assert server.wait_until(lambda calls: len(calls) == 1)
        process.send_signal(signal.SIGINT)
        _, said = process.communicate(timeout=240)
    assert process.returncode == 130
    assert "--run r goes on" in said
    assert json.loads((tmp_path / "r" / "run.json").read_text())["spent"]["calls"] == 1


HARD = "theorem t (f : Nat → Nat) (h : ∀ n, f (f n) = n + 1) (x y : Nat) (e : f x = f y) : x = y"
WRONG = json.dumps({"proof": f"{HARD} := by\n  exact e"})
RIGHT = json.dumps(
    {"proof": f"{HARD} := by\n  have hx := h x\n  rw [e, h y] at hx\n  omega"},
)


def test_killed_samples_go_on_without_asking_twice(proofloop: Proofloop, tmp_path: Path) -> None:
    hang = [True]
    (tmp_path / "t.lean").write_text(HARD)

    def script(call: Call) -> Item:
        # The first attempts of both samples are answered, their repairs are not.
        if call.number < 2:
            return WRONG
        return Hang() if hang[0] else RIGHT

    with ScriptedServer(script) as server:
        command = (
            "prove", "t.lean", "--method", "whole", "--samples", "2", "--model", "m",
            "--base-url", server.base_url, "--run", "r", "--json",
        )  # fmt: skip
        environment = {"OPENAI_API_KEY": "k", "PROOFLOOP_SEARCH__PORTFOLIO": "false"}
        process = start(tmp_path, *command, **environment)
        assert server.wait_until(lambda calls: len(calls) == 4)
        process.kill()
        hang[0] = False
        done = proofloop(*command, **environment)
        result = json.loads(done.stdout)
        assert done.returncode == 0, done.stderr
        assert result["proved"] is True
        again = json.loads(proofloop(*command, **environment).stdout)
    assert again["proof"] == result["proof"]
    asked = bodies(server.calls)
    assert len(asked) <= 6
    assert set(asked[4:]) <= set(asked[2:4])
