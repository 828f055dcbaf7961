"""``proofloop evaluate`` as users run it: a killed measurement goes on without asking twice."""

import json
from pathlib import Path

from cli.conftest import Proofloop
from cli.test_resume import bodies, start
from support.openai_server import Call, Hang, Item, ScriptedServer

NAMES = ("a", "b", "c")


def test_a_killed_measurement_goes_on_without_asking_twice(
    proofloop: Proofloop, tmp_path: Path
) -> None:
    hang = [True]
    tasks = [{"id": name, "formal": f"theorem {name} : 1 + 1 = 2"} for name in NAMES]
    (tmp_path / "in.jsonl").write_text("\n".join(json.dumps(task) for task in tasks))

    def script(call: Call) -> Item:
        name = call.last.split("theorem ")[1].split()[0]
        if hang[0] and call.number >= 4:
            return Hang()
        return json.dumps({"proof": f"theorem {name} : 1 + 1 = 2 := {'rfl' if name < 'c' else ''}"})

    with ScriptedServer(script) as server:
        command = (
            "evaluate", "in.jsonl", "--out", "out", "--samples", "2", "--concurrency", "1",
            "--max-rounds", "1", "--model", "m", "--base-url", server.base_url, "--json",
        )  # fmt: skip
        process = start(tmp_path, *command, OPENAI_API_KEY="k")
        assert server.wait_until(lambda calls: len(calls) == 5)
        process.kill()
        hang[0] = False
        done = proofloop(*command, OPENAI_API_KEY="k")
    summary = json.loads(done.stdout)
    assert done.returncode == 0, done.stderr
    assert (summary["tasks"], summary["trials"], summary["proved"]) == (3, 6, 2)
    assert summary["pass_at"]["1"]["value"] == summary["pass_at"]["2"]["value"]
    assert 0.66 < summary["pass_at"]["1"]["value"] < 0.67
    assert len(bodies(server.calls)) == 7, "six tries, and the one that hung once more"


def test_tasks_without_a_statement_are_a_user_error(process: Proofloop, tmp_path: Path) -> None:
    (tmp_path / "in.jsonl").write_text(json.dumps({"id": "x", "informal": "one is one"}))
    done = process("evaluate", "in.jsonl", "--out", "out")
    assert done.returncode == 2
    assert "in.jsonl:1: field 'formal': task 'x' has no formal statement" in done.stderr
