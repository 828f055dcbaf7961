import json
from pathlib import Path

from cli.conftest import Proofloop

PROOF = """theorem t (p q : Prop) (hp : p) (hq : q) : p ∧ q := by
  constructor
  · exact hp
  · exact hp
"""


def test_the_goals_after_each_tactic_are_shown(proofloop: Proofloop, tmp_path: Path) -> None:
    (tmp_path / "f.lean").write_text(PROOF, encoding="utf-8")
    done = proofloop("goals", "f.lean")
    assert done.returncode == 1
    assert "f.lean:2:2: constructor\n    case left\n    p q : Prop" in done.stdout
    assert "f.lean:3:4: exact hp\n    no goals\n" in done.stdout
    assert "f.lean:4:4: error: Type mismatch" in done.stdout
    assert "  in `exact hp`, with\n    case right\n" in done.stdout


def test_one_line_as_json(proofloop: Proofloop) -> None:
    done = proofloop("goals", "-", "--line", "3", "--json", stdin=PROOF)
    result = json.loads(done.stdout)
    assert [step["tactic"] for step in result["steps"]] == ["exact hp"]
    assert result["errors"] == []
    assert done.returncode == 1  # the file has an error all the same


def test_a_hole_is_shown_as_a_theorem(proofloop: Proofloop) -> None:
    done = proofloop("goals", "-", stdin="theorem t (n : Nat) : n = n := by\n  sorry\n")
    assert done.returncode == 0
    assert "<stdin>:2:2: sorry: theorem hole_1 (n : Nat) : n = n\n" in done.stdout


def test_a_file_that_is_not_there_is_bad_input(process: Proofloop) -> None:
    done = process("goals", "nothing.lean")
    assert done.returncode == 2
    assert done.stderr.count("\n") == 1
