"""``proofloop filter`` as users run it, killed on the way."""

import json
import time
from pathlib import Path

import pytest

from cli.conftest import Proofloop
from cli.test_resume import start

TASKS = [
    {"id": f"s{number}", "formal": f"theorem s{number} (n : ℕ) (h : {number} < n) : {number} ≤ n"}
    for number in (1, 2, 3)
] + [
    {"id": "twice", "formal": "theorem twice (k : ℕ) : k > 3 → 3 ≤ k"},
    {"id": "wrong", "formal": "theorem wrong (n : ℕ) : n < 100"},
]


@pytest.mark.timeout(600)
def test_a_killed_filter_goes_on_where_it_stopped(proofloop: Proofloop, tmp_path: Path) -> None:
    (tmp_path / "in.jsonl").write_text("".join(json.dumps(task) + "\n" for task in TASKS))
    command = ("filter", "in.jsonl", "--out", "out", "--check", "vacuous", "--check", "false")
    process = start(tmp_path, *command)
    results = tmp_path / "out" / "results.jsonl"
    end = time.monotonic() + 240
    while not (results.exists() and results.read_text().count("\n") >= 2):
        assert time.monotonic() < end
        time.sleep(0.01)
    process.kill()
    before = results.read_text()
    whole = before[: before.rfind("\n") + 1]
    done = proofloop(*command, "--json")
    assert done.returncode == 0, done.stderr
    summary = json.loads(done.stdout)
    assert summary["funnel"] == {
        "in": 5, "elaborates": 5, "names_known": 5, "not_vacuous": 5, "not_false": 4, "kept": 3,
    }  # fmt: skip
    assert summary["duplicates"] == [{"id": "twice", "same_as": "s3"}]
    after = results.read_text()
    assert after.startswith(whole)
    assert len(after.splitlines()) == len(TASKS)
    shown = proofloop(*command)
    assert "twice says the same as s3" in shown.stdout
    row = next(line for line in shown.stdout.splitlines() if "not false" in line)
    assert [cell.strip() for cell in row.split("│")[2:4]] == ["4", "80.0"]


def test_a_file_without_statements_and_an_unknown_check_are_named(
    proofloop: Proofloop, process: Proofloop, tmp_path: Path
) -> None:
    (tmp_path / "words.jsonl").write_text('{"id": "w", "informal": "one is one"}\n')
    done = process("filter", "words.jsonl", "--out", "out")
    assert (done.returncode, "words.jsonl:1: field 'formal': task 'w' has" in done.stderr) == (
        2,
        True,
    )
    done = proofloop("filter", "words.jsonl", "--out", "out2", "--check", "taste")
    assert (done.returncode, "no check 'taste'" in done.stderr) == (2, True)
