"""Every method of proof killed with SIGKILL in the middle: nothing is asked or proved twice."""

import json
import re
from pathlib import Path

import pytest

from cli.conftest import Proofloop
from cli.test_resume import bodies, start
from support.openai_server import Call, Hang, Item, Say, ScriptedServer

SPLIT = "theorem t (p q : Prop) (hp : p) (hq : q) : p ∧ q"
STEPS = f"{SPLIT} := by\n  have one : p := by sorry\n  have two : q := by sorry\n"


def whole(call: Call) -> Item:
    proofs = ["⟨hq, hp⟩", "⟨hp, hp⟩", "⟨hp, hq⟩"]
    return json.dumps({"proof": f"{SPLIT} := {proofs[min(call.number, 2)]}"})


def sketch(call: Call) -> Item:
    """One sketch that fails, one with two holes, which whole proofs fill."""
    if "sketch proofs" in str(call.body["messages"][0]["content"]):
        sketches = [f"{STEPS}  exact two", f"{STEPS}  exact ⟨one, two⟩"]
        return json.dumps({"sketch": sketches[min(call.number, 1)]})
    hole = re.findall(r"theorem .*(?= := by\n  \.\.\.)", call.last)[-1]
    return json.dumps({"proof": f"{hole} := by assumption"})


def best_first(call: Call) -> Item:
    target = call.last.split("⊢ ")[1].splitlines()[0]
    tactic = {"p ∧ q": "constructor", "p": "exact hp", "q": "exact hq"}[target]
    return Say([json.dumps({"tactic": tactic})] * call.n)


@pytest.mark.parametrize(
    ("method", "script", "calls"),
    [("whole", whole, 3), ("sketch", sketch, 4), ("best-first", best_first, 3)],
)
def test_a_killed_proof_goes_on_without_asking_twice(
    proofloop: Proofloop, tmp_path: Path, method: str, script: object, calls: int
) -> None:
    hang = [True]
    (tmp_path / "t.lean").write_text(SPLIT)
    asked: list[Call] = []

    def answer(call: Call) -> Item:
        if hang[0] and len(asked) == calls - 1:
            return Hang()
        asked.append(call)
        return script(call)  # type: ignore[operator]

    with ScriptedServer(answer) as server:
        command = (
            "prove", "t.lean", "--method", method, "--run", "r", "--max-rounds", "3",
            "--model", "m", "--base-url", server.base_url, "--json",
        )  # fmt: skip
        environment = {
            "OPENAI_API_KEY": "k",
            "PROOFLOOP_SEARCH__PORTFOLIO": "false",
            "PROOFLOOP_SEARCH__AT_ONCE": "1",
            "PROOFLOOP_SEARCH__DEPTH": "0",
            "PROOFLOOP_SEARCH__TACTICS": "1",
        }
        process = start(tmp_path, *command, **environment)
        assert server.wait_until(lambda made: len(made) == calls)
        process.kill()
        hang[0] = False
        done = proofloop(*command, **environment)
    result = json.loads(done.stdout)
    assert done.returncode == 0, (done.stderr, result)
    assert result["report"]["accepted"] is True
    made = bodies(server.calls)
    assert len(made) == calls + 1, "only the call that hung was made again"
    assert len(set(made)) == calls
