"""``proofloop prove-set`` as users run it, over a scripted model and the real Lean."""

import json
import re
from pathlib import Path

from cli.conftest import Proofloop
from cli.test_resume import start
from support.openai_server import Call, Hang, Item, ScriptedServer

EASY = "theorem easy (n : Nat) : n + 0 = n"
LEMMA = "theorem lemma_one (f : Nat → Nat) (h : ∀ n, f (n + 1) = f n) : ∀ n, f n = f 0"
AGAIN = "theorem lemma_two (g : Nat → Nat) (h : ∀ n, g (n + 1) = g n) : ∀ n, g n = g 0"
FALSE = "theorem wrong (n : Nat) : n = n + 1"
BAD = "theorem bad (n : Nat) (h : Prme n) : n = n + 1"
PROOF = " := by\n  intro n\n  induction n with\n  | zero => rfl\n  | succ k ih => rw [h, ih]"


def asked(call: Call) -> str:
    return str(re.findall(r"theorem .*(?= := by\n  \.\.\.)", call.last)[-1])


def answer(call: Call) -> str:
    """Knows `lemma_one`, and `lemma_two` once it is shown the like."""
    statement = asked(call)
    knows = statement == LEMMA or (statement == AGAIN and "Lean accepted these" in call.last)
    return json.dumps({"proof": f"{statement}{PROOF}" if knows else f"{statement} := by simp"})


def write(folder: Path, *statements: str) -> None:
    tasks = [{"id": each.split()[1], "formal": each} for each in statements]
    (folder / "in.jsonl").write_text("".join(json.dumps(task) + "\n" for task in tasks))


def test_accepted_proofs_help_and_a_kill_loses_nothing(
    proofloop: Proofloop, tmp_path: Path
) -> None:
    hang = [True]
    write(tmp_path, LEMMA, AGAIN, FALSE, BAD)

    def script(call: Call) -> Item:
        return Hang() if hang[0] and "Lean accepted these" in call.last else answer(call)

    with ScriptedServer(script) as server:
        command = (
            "prove-set", "in.jsonl", "--out", "out", "--max-rounds", "1", "--passes", "3",
            "--model", "m", "--base-url", server.base_url, "--json",
        )  # fmt: skip
        environment = {"OPENAI_API_KEY": "k", "PROOFLOOP_SEARCH__PORTFOLIO": "false"}
        process = start(tmp_path, *command, **environment)
        assert server.wait_until(
            lambda calls: any("Lean accepted these" in call.last for call in calls)
        )
        process.kill()
        before = [asked(call) for call in server.calls if call.number < 3]
        hang[0] = False
        done = proofloop(*command, **environment)
        told = json.loads(done.stdout)
    assert done.returncode == 1, done.stderr
    assert not any(BAD in call.last for call in server.calls)  # no model can prove it
    why = {row["id"]: row["why"] for row in told["results"] if "why" in row}
    assert list(why) == ["bad"] and "Unknown identifier `Prme`" in why["bad"]
    passes = {row["id"]: row["pass"] for row in told["results"] if row["proved"]}
    assert passes == {"lemma_one": 1, "lemma_two": 2}
    assert all(row["report"]["accepted"] for row in told["results"] if row["proved"])
    # The calls that were answered before the kill were not made again.
    answered = [asked(call) for call in server.calls if "Lean accepted these" not in call.last]
    assert sorted(before) == sorted(answered)
    rows = [json.loads(line) for line in (tmp_path / "out" / "results.jsonl").open()]
    assert rows == told["results"]


def test_all_proved_is_exit_code_0_and_told_by_pass(proofloop: Proofloop, tmp_path: Path) -> None:
    write(tmp_path, EASY)
    done = proofloop("prove-set", "in.jsonl", "--out", "out")
    assert done.returncode == 0, done.stderr
    assert "1 of 1 proved" in done.stdout
    assert "automation: 1" in done.stdout
    assert "easy" in done.stderr


def test_a_task_without_a_statement_is_a_user_error(process: Proofloop, tmp_path: Path) -> None:
    (tmp_path / "in.jsonl").write_text(json.dumps({"id": "x", "informal": "one is one"}))
    done = process("prove-set", "in.jsonl", "--out", "out")
    assert done.returncode == 2
    assert "in.jsonl:1: field 'formal': task 'x' has no formal statement" in done.stderr
