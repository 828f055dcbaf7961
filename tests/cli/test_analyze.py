"""``proofloop analyze`` on files good and bad."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from cli.conftest import Proofloop
from proofloop.datasets.recorded import game24
from proofloop.graphs.stopping.conformal import Conformal
from proofloop.graphs.stopping.rules import rule_of


@pytest.fixture
def samples(tmp_path: Path) -> Path:
    """The recorded Games of 24, with a verifier that takes every third wrong answer."""
    file = tmp_path / "samples.jsonl"
    with file.open("w") as out:
        for problem in game24()[:30]:
            for number, one in enumerate(problem.candidates):
                correct = one.id in problem.right
                line = {
                    "task": problem.id,
                    "correct": correct,
                    "accepted": correct or number % 3 == 0,
                    "cost": len(one.content) / 4,
                    "method": "cot",
                }
                out.write(json.dumps(line) + "\n")
    return file


def test_a_file_of_samples_becomes_numbers_and_pictures(
    proofloop: Proofloop, samples: Path
) -> None:
    done = proofloop("analyze", str(samples), "--json", "--plots", "plots")
    assert done.returncode == 0, done.stderr
    report = json.loads(done.stdout)
    method = report["methods"]["cot"]
    assert (method["tasks"], method["samples"]) == (30, 3000)
    coverage = {int(k): one["value"] for k, one in method["coverage"].items()}
    assert list(coverage) == [1, 2, 4, 8, 16, 32, 64, 100]
    assert sorted(coverage.values()) == list(coverage.values())
    assert method["solved_at_all"] == round(coverage[100] * 30)
    assert method["law"]["a"] < 0 and method["law"]["b"] < 0
    reached = method["verified"]["accuracy"]["100"]
    assert reached["low"] < reached["value"] <= method["verified"]["ceiling"] + 1e-9
    assert report["front"] == ["cot"]
    for name in ("coverage", "verifier", "cost"):
        assert (samples.parent / "plots" / f"{name}.png").read_bytes().startswith(b"\x89PNG")
    nowhere = proofloop("analyze", str(samples), "--plots", "/proc/x/y")
    assert (nowhere.returncode, nowhere.stderr.count("\n")) == (2, 1)
    assert "/proc/x/y: no folder can be made here" in nowhere.stderr


def test_people_get_tables(process: Proofloop, samples: Path) -> None:
    done = process("analyze", str(samples))
    assert done.returncode == 0
    assert "pass@k" in done.stdout
    assert "no budget passes" in done.stdout


def test_labelled_samples_become_a_calibration_that_adaptive_takes(
    proofloop: Proofloop, tmp_path: Path
) -> None:
    lines = [
        {"task": f"t{task}", "correct": number % 5 > 0, "answer": "4" if number % 5 else "5"}
        for task in range(60)
        for number in range(8)
    ]
    (tmp_path / "s.jsonl").write_text("".join(json.dumps(line) + "\n" for line in lines))
    options = ["--calibrate", "c.json", "--looks", "4,8", "--alpha", "0.2"]
    done = proofloop("analyze", "s.jsonl", *options)
    assert done.returncode == 0, done.stderr
    assert "after 4 samples an answer needs a share of 0.750" in done.stdout
    rule = rule_of("conformal", str(tmp_path / "c.json"))
    assert rule == Conformal(least={4: 0.75, 8: 0.75}, alpha=0.2)


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (["--looks", "4,x"], "--looks is a list of numbers"),
        (["--looks", "200"], "has 100 samples; the last look wants 200 (--looks)"),
        (["--alpha", "0"], "--alpha lies between 0 and 1"),
        (["--calibrate", "no/such.json"], "No such file"),
    ],
)
def test_a_calibration_that_cannot_be_is_one_line(
    proofloop: Proofloop, samples: Path, options: list[str], words: str
) -> None:
    done = proofloop("analyze", str(samples), "--calibrate", "c.json", *options)
    assert done.returncode == 2
    assert words in done.stderr
    assert len(done.stderr.splitlines()) == 1


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "no samples"),
        ('{"task": "a", "correct": true}\n{"task": "b"}\n', ":2: field 'correct'"),
        ("not json\n", ":1:"),
        ('{"task": "a", "correct": true, "cost": -1}\n', "field 'cost'"),
    ],
)
def test_bad_files_are_one_line_with_the_place(
    proofloop: Proofloop, tmp_path: Path, text: str, words: str
) -> None:
    (tmp_path / "bad.jsonl").write_text(text)
    done = proofloop("analyze", "bad.jsonl")
    assert done.returncode == 2
    assert words in done.stderr
    assert len(done.stderr.splitlines()) == 1
