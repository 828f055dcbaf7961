import json
from pathlib import Path

import pytest

from cli.conftest import Proofloop

HEADER = "import Proofloop\n"
FALSE = HEADER + "theorem t (n : ℕ) : n < n ^ 2\n"
GOOD = HEADER + "theorem t (a b : ℕ) (h : b ≤ a) : a - b + b = a := by sorry\n"
WARNED = HEADER + "theorem t (n m : ℕ) : n ≤ n ^ 2\n"
# The first question compiles the probes.
pytestmark = pytest.mark.timeout(300)


def test_a_false_statement_is_an_error_with_its_values(proofloop: Proofloop) -> None:
    done = proofloop("hygiene", "-", stdin=FALSE)
    assert done.returncode == 1
    assert "error" in done.stdout
    assert "false: for n = 0" in done.stdout


def test_a_good_statement_is_clean(proofloop: Proofloop, tmp_path: Path) -> None:
    (tmp_path / "good.lean").write_text(GOOD)
    done = proofloop("hygiene", "good.lean", "--json")
    (result,) = json.loads(done.stdout)["statements"]
    assert done.returncode == 0
    assert result["fault"] == ""
    assert {each["outcome"] for each in result["verdicts"]} == {"ok"}


@pytest.mark.parametrize(("flags", "code"), [((), 0), (("--strict",), 1)])
def test_warnings_fail_only_when_strict(
    proofloop: Proofloop, flags: tuple[str, ...], code: int
) -> None:
    done = proofloop("hygiene", "-", "--check", "unused", *flags, stdin=WARNED)
    assert done.returncode == code
    assert "m occurs nowhere" in done.stdout


def test_a_tasks_file_has_its_progress_on_standard_error(
    proofloop: Proofloop, tmp_path: Path
) -> None:
    tasks = [
        {"id": f"p{n}", "header": HEADER, "formal": f"theorem p{n} (n : ℕ) : n < {n}"}
        for n in range(3)
    ]
    (tmp_path / "tasks.jsonl").write_text("".join(json.dumps(task) + "\n" for task in tasks))
    done = proofloop("hygiene", "tasks.jsonl", "--check", "false")
    assert done.returncode == 1
    assert "3/3" in done.stderr
    assert [name for name in ("p0", "p1", "p2") if name in done.stdout] == ["p0", "p1", "p2"]


def test_a_statement_that_does_not_elaborate_says_why(proofloop: Proofloop) -> None:
    done = proofloop("hygiene", "-", stdin="theorem t (n : Nat) : n.foo = 2")
    assert done.returncode == 1
    assert "does not elaborate" in done.stdout


@pytest.mark.parametrize(
    ("arguments", "text", "words"),
    [
        (("--check", "lint"), GOOD, "no check 'lint'"),
        ((), "def f := 1", "no theorem"),
    ],
)
def test_bad_input_is_one_line(
    process: Proofloop, arguments: tuple[str, ...], text: str, words: str
) -> None:
    done = process("hygiene", "-", *arguments, stdin=text)
    assert done.returncode == 2
    assert words in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1
