"""``proofloop summarize`` on a real batch."""

from __future__ import annotations

import json
from pathlib import Path

from cli.conftest import Proofloop

TASKS = [
    {"id": "even", "informal": "Show that the sum of two even integers is even."},
    {"id": "odd one", "informal": "A text that nobody can read: ~~"},
]


def test_each_task_of_a_batch_has_its_own_summary(
    proofloop: Proofloop, process: Proofloop, tmp_path: Path
) -> None:
    (tmp_path / "t.jsonl").write_text("\n".join(map(json.dumps, TASKS)) + "\n")
    proofloop("batch", "t.jsonl", "--out", "r", "--model", "offline")
    done = proofloop("summarize", "r", "--json", "--model", "offline")
    assert done.returncode == 0, done.stderr
    found = {each["task"]: each for each in json.loads(done.stdout)["summaries"]}
    assert set(found) == {"even", "odd one"}
    assert found["even"]["summary"]["outcome"] == "success"
    assert any("kernel" in item for item in found["even"]["summary"]["progress"])
    assert found["odd one"]["summary"]["outcome"] == "failure"
    assert all(each["summary"]["extracted"] for each in found.values())
    done = proofloop("summarize", "r", "--task", "odd one", "--max-tokens", "40")
    assert done.stdout.startswith("odd one: ")
    assert "taken from the journal by rule" in done.stdout
    assert "even:" not in done.stdout
    done = process("summarize", "r", "--task", "none")
    assert (done.returncode, len(done.stderr.strip().splitlines())) == (2, 1)
    assert "no task 'none'; there are even, odd one" in done.stderr.replace(
        "odd one, even", "even, odd one"
    )
