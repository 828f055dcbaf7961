import json
from pathlib import Path

import pytest

from cli.conftest import Proofloop

GOOD = "theorem t (a b : Nat) : a + b = b + a := by omega\n"


def test_a_good_proof_is_accepted(started: Proofloop) -> None:
    done = started("check", "-", "--json", stdin=GOOD)
    result = json.loads(done.stdout)
    assert done.returncode == 0
    assert result["accepted"] is True
    assert result["tier"] == "kernel"
    assert result["reason"] == ""
    assert result["theorems"][0]["name"] == "t"
    assert result["theorems"][0]["sorry"] is False
    assert result["lean"]["version"].startswith("4.28")
    assert result["lean"]["backend"].startswith("embedded")
    assert result["seconds"] > 0


@pytest.mark.parametrize(
    ("source", "tier", "words"),
    [
        ("theorem t : 1 = 2 := by sorry", "elaborates", "sorry"),
        ("axiom a : 1 = 2\ntheorem t : 1 = 2 := a", "complete", "axiom a"),
        ("theorem t : 1 = 2 := by decide", "parses", "line 1"),
        ("theorem t : 1 = := rfl", "none", "line 1"),
    ],
)
def test_what_does_not_stand_is_not_accepted_and_says_why(
    proofloop: Proofloop, source: str, tier: str, words: str
) -> None:
    done = proofloop("check", "-", "--json", stdin=source)
    result = json.loads(done.stdout)
    assert done.returncode == 1
    assert result["accepted"] is False
    assert result["tier"] == tier
    assert words in result["reason"]


def test_messages_have_their_place(proofloop: Proofloop, tmp_path: Path) -> None:
    (tmp_path / "f.lean").write_text("theorem ok : 1 = 1 := rfl\n\ntheorem t : 1 = 2 := rfl\n")
    done = proofloop("check", "f.lean")
    assert done.returncode == 1
    assert "f.lean:3:" in done.stdout
    assert "not accepted" in done.stdout


@pytest.mark.parametrize(
    ("stdin", "words"),
    [
        (b"", "<stdin>: empty"),
        (b" \n\t\n", "<stdin>: empty"),
        (b"theorem t : 1 = 1 := rfl\n\xff\xfe", "<stdin>:2: not UTF-8"),
        (b"-- " + b"x" * 10_000_000, "<stdin>: longer than 1,000,000 bytes"),
        (b"theorem t\0", "NUL byte"),
    ],
)
def test_bad_input_is_one_line_and_exit_code_2(
    proofloop: Proofloop, stdin: bytes, words: str
) -> None:
    done = proofloop("check", "-", "--json", stdin=stdin)
    assert done.returncode == 2
    assert words in json.loads(done.stdout)["error"]
    assert done.stderr.count("\n") == 1
    assert words in done.stderr


def test_a_missing_file_is_a_user_error(proofloop: Proofloop) -> None:
    done = proofloop("check", "absent.lean")
    assert (done.returncode, done.stderr) == (
        2,
        "proofloop: absent.lean: No such file or directory\n",
    )


def test_without_node_there_is_no_lean_and_exit_code_3(process: Proofloop) -> None:
    done = process("check", "-", stdin=GOOD, PROOFLOOP_NODE="/nowhere/node")
    assert done.returncode == 3
    assert done.stderr.count("\n") == 1
    assert "/nowhere/node" in done.stderr


def test_a_cache_folder_that_cannot_be_written_is_named(process: Proofloop, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    done = process("check", "-", stdin=GOOD, PROOFLOOP_CACHE_DIR=str(tmp_path / "file" / "cache"))
    assert done.returncode == 1
    assert "cannot write" in done.stderr.splitlines()[-1]


def test_an_endless_check_ends_at_its_timeout(proofloop: Proofloop) -> None:
    endless = "partial def f (n : Nat) : Nat := f (n + 1)\n#eval f 0\ntheorem t : 1 = 1 := rfl\n"
    done = proofloop("check", "-", "--json", "--timeout", "2", stdin=endless)
    assert done.returncode == 1
    assert json.loads(done.stdout)["status"] == "timeout"


def test_a_file_has_to_prove_the_statement_of_another(proofloop: Proofloop, tmp_path: Path) -> None:
    (tmp_path / "asked.lean").write_text("theorem t (a b : Nat) : a + b = b + a := by sorry\n")
    (tmp_path / "good.lean").write_text(GOOD)
    (tmp_path / "other.lean").write_text("theorem t (a b : Nat) : b + a = b + a := rfl\n")
    assert proofloop("check", "good.lean", "--statement", "asked.lean").returncode == 0
    done = proofloop("check", "other.lean", "--statement", "asked.lean", "--json")
    result = json.loads(done.stdout)
    assert done.returncode == 1
    assert (result["tier"], result["failed_tier"]) == ("axioms", "statement")
    assert result["place"] == {"line": 1, "column": 8, "declaration": "t"}
    assert result["unavailable"] == []
    done = proofloop("check", "good.lean", "--statement", "good.lean")
    assert done.returncode == 2
    assert "good.lean:1: t already has a proof" in done.stderr
