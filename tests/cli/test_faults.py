"""What a user gets wrong is told in one line, with exit code 2, before anything is made."""

from __future__ import annotations

from pathlib import Path

import pytest

from cli.conftest import Proofloop

FILES = {
    "t.lean": "theorem t : 1 + 1 = 2",
    "plain.lean": "def x := 1",
    "five.lean": "-- here\ndef x := 5\ntheorem t : 1 = 1",
    "none_.lean": "-- here def x := 5\ntheorem t : 1 = 1",  # the same words, one of them a comment
    "empty.lean": "",
    "cut.jsonl": '{"id": ',
    "second.jsonl": '{"id": "a", "informal": "x", "formal": "theorem a : True"}\nnope',
}
READERS = ("prove", "check", "goals", "hygiene", "entail", "equiv", "analyze", "judge-eval")
RUNNERS = ("batch", "filter", "evaluate", "prove-set")
FAULTS = [
    *((f"{command} none.jsonl", "none.jsonl: No such file or directory") for command in READERS),
    *((f"{command} none.jsonl --out r", "none.jsonl: No such file") for command in RUNNERS),
    *((f"{command} cut.jsonl --out r", "cut.jsonl:1: not JSON: ") for command in RUNNERS),
    *((f"{command} cut.jsonl", "cut.jsonl:1: ") for command in ("hygiene", "entail", "analyze")),
    ("batch second.jsonl --out r", "second.jsonl:2: not JSON: "),
    ("check t.lean --statement none.lean", "none.lean: No such file"),
    ("prove empty.lean", "empty.lean: empty"),
    ("prove plain.lean", "plain.lean: no theorem to prove here"),
    ("prove t.lean --method x", "no method 'x' of proof; there are portfolio, "),
    ("prove t.lean --run t.lean", "t.lean: a file is there already; give a folder"),
    ("formalize x --method x", "no method 'x' of formalizing; there are formalize, "),
    ("formalize x --image none.png", "only --method mmformalize looks at images"),
    ("formalize x --config none.toml", "no settings file none.toml"),
    ("solve x --method x", "no method 'x' of solving; there are self_consistency, "),
    ("hygiene t.lean --check x", "no check 'x'; there are "),
    ("equiv five.lean none_.lean", "none_.lean: what stands before the theorem differs"),
    ("graphs x", "no graph 'x'; there are "),
    ("prompts show x", "no role 'x'; there are "),
    ("prompts export t.lean", "t.lean: a file is there already; give a folder"),
    ("summarize none", "none: no run: "),
    ("review none", "none: no such run folder"),
]


@pytest.mark.parametrize(("command", "words"), FAULTS, ids=[command for command, _ in FAULTS])
def test_a_fault_is_one_line(
    proofloop: Proofloop, tmp_path: Path, command: str, words: str
) -> None:
    for name, text in FILES.items():
        (tmp_path / name).write_text(text, "utf-8")
    done = proofloop(*command.split())
    assert (done.returncode, done.stdout) == (2, "")
    (line,) = done.stderr.splitlines()
    assert line.startswith("proofloop: ")
    assert words in line
    assert sorted(path.name for path in tmp_path.iterdir() if path.name != "runs") == sorted(FILES)
