"""``--plan`` of the commands that formalize and prove: nothing runs, nothing is written."""

from __future__ import annotations

import json
from pathlib import Path

from cli.conftest import Proofloop

PRICES = '[prices."my-model"]\ninput = 1.0\noutput = 2.0\n'


def test_a_batch_is_planned_over_all_its_tasks_without_a_key(
    proofloop: Proofloop, tmp_path: Path
) -> None:
    tasks = [{"id": name, "informal": "1 + 1 = 2"} for name in "abc"]
    (tmp_path / "tasks.jsonl").write_text("\n".join(map(json.dumps, tasks)), "utf-8")
    (tmp_path / "proofloop.toml").write_text(PRICES, "utf-8")
    command = ("batch", "tasks.jsonl", "--out", "run", "--plan", "--model", "my-model")
    whole = json.loads(proofloop(*command, "--json").stdout)
    one = json.loads(proofloop(*command, "--limit", "1", "--json").stdout)
    assert {name: 3 * value for name, value in one.items()} == whole
    assert (one["least"], one["calls"]) == (1, 4 * 2 + 4)
    told = proofloop(*command)
    assert told.stdout.startswith("at least 3 and at most 36 calls, about ")
    assert told.stdout.endswith(f" tokens, {whole['usd']:.2f} US dollars\n")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["proofloop.toml", "tasks.jsonl"]


def test_a_plan_is_of_what_the_options_ask(proofloop: Proofloop, tmp_path: Path) -> None:
    (tmp_path / "t.lean").write_text("theorem t : 1 + 1 = 2", "utf-8")

    def calls(*arguments: str) -> int:
        done = proofloop(*arguments, "--plan", "--json")
        assert done.returncode == 0, done.stderr
        return int(json.loads(done.stdout)["calls"])

    assert calls("prove", "t.lean", "--method", "portfolio") == 0
    assert calls("prove", "t.lean", "--samples", "3", "--max-rounds", "2") == 3 * 2
    assert calls("formalize", "1 + 1 = 2", "--no-prove", "--max-rounds", "2") == 2 * 2
    negated = ("--method", "formalmath", "--samples", "2", "--negate-with", "another")
    assert calls("formalize", "1 + 1 = 2", "--no-prove", *negated) == 2 * (1 + 2 + 4)
    done = proofloop("prove", "none.lean", "--plan")
    assert done.returncode == 2
