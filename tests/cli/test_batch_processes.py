"""``proofloop batch --processes``: whole processes, each with a Lean of its own."""

from __future__ import annotations

import json
from pathlib import Path

from cli.conftest import Proofloop


def test_a_batch_in_two_processes(process: Proofloop, tmp_path: Path) -> None:
    tasks = [
        {"id": "even", "informal": "Show that the sum of two even natural numbers is even."},
        {"id": "prime", "informal": "Show that 7 is prime."},
        {"id": "given", "formal": "theorem t : 2 + 2 = 4"},
    ]
    source = tmp_path / "tasks.jsonl"
    source.write_text("".join(json.dumps(task) + "\n" for task in tasks))
    asked = ("batch", str(source), "--out", str(tmp_path / "run"), "--processes", "2", "--json")
    done = process(*asked, "--model", "offline", "--timeout", "10")
    summary = json.loads(done.stdout)
    assert done.returncode == 0, done.stderr
    assert (summary["tasks"], summary["formalized"], summary["proved"]) == (3, 2, 3)
    lines = (tmp_path / "run" / "results.jsonl").read_text().splitlines()
    assert {json.loads(line)["id"] for line in lines} == {"even", "prime", "given"}
