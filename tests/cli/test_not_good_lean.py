"""What a newcomer meets first: a file without the import that it needs."""

from pathlib import Path

import pytest

from cli.conftest import Proofloop

HINT = "`import Proofloop` in the first line brings"
BARE = "theorem t (n : ℕ) : Even (n + n) := by sorry"
GOOD = "import Proofloop\n\ntheorem t (n : ℕ) (h : Even n) : 2 ∣ n * n"


@pytest.mark.parametrize(
    ("command", "code", "words"),
    [
        (("check", "bare.lean"), 1, "not accepted (tier parses"),
        (("hygiene", "bare.lean", "--check", "auto_bound"), 1, "Unknown identifier `ℕ`"),
        (("prove", "bare.lean"), 2, "proofloop: bare.lean: the statement is not good Lean: line 1"),
        (("equiv", "bare.lean", "bare.lean"), 2, "proofloop: bare.lean: the statement is not good"),
    ],
)
def test_what_a_text_without_imports_lacks_is_said(
    proofloop: Proofloop, tmp_path: Path, command: tuple[str, ...], code: int, words: str
) -> None:
    (tmp_path / "bare.lean").write_text(BARE)
    done = proofloop(*command)
    said = done.stdout + done.stderr
    assert done.returncode == code, said
    assert words in said and HINT in said


def test_a_fault_of_another_kind_says_nothing_of_imports(proofloop: Proofloop) -> None:
    done = proofloop("check", "-", stdin="theorem t : 1 = 2 := rfl")
    assert done.returncode == 1 and HINT not in done.stdout


def test_equiv_compares_two_files_and_names_the_one_at_fault(
    proofloop: Proofloop, tmp_path: Path
) -> None:
    (tmp_path / "a.lean").write_text(GOOD)
    (tmp_path / "b.lean").write_text(GOOD.replace("2 ∣ n * n", "Even (n * n)"))
    (tmp_path / "c.lean").write_text(GOOD.replace("2 ∣ n", "2 ∣ m"))
    (tmp_path / "d.lean").write_text("import Proofloop\n\ntheorem d (h : 1 = 1)")
    same = proofloop("equiv", "a.lean", "b.lean", "--seconds", "60")
    assert same.returncode == 0 and same.stdout.startswith("equivalent ("), same.stderr
    for name, words in (("c.lean", "the statement is not good Lean"), ("d.lean", "no type")):
        done = proofloop("equiv", "a.lean", name)
        assert done.returncode == 2
        assert f"proofloop: {name}: " in done.stderr and words in done.stderr


def test_a_proof_without_tactics_has_no_goals_to_show(proofloop: Proofloop) -> None:
    done = proofloop("goals", "-", stdin="theorem t : 1 = 1 := rfl")
    assert (done.returncode, done.stdout) == (0, "no tactics here\n")
