"""Methods of formalizing from the command line: killed with SIGKILL and taken up again, counted,
and run with the offline model."""

import json
from pathlib import Path
from typing import Any

import pytest

from cli.conftest import Proofloop
from cli.test_resume import bodies, start
from proofloop.tools.review import ReviewQueue
from support.formalizing import GOOD, WEAK, WRONG_TYPE, judge_answer, lean_answer
from support.openai_server import Call, Hang, Item, Say, ScriptedServer

TEXT = "The sum of two even natural numbers is even."


def tool(name: str, lean: str) -> Say:
    return Say("", tools=[(name, {"lean4_code": lean})])


def critique(consistent: bool) -> str:
    return json.dumps({"consistent": consistent, "comments": "one number only"})


FAITHFUL = json.dumps({"faithful": True, "reasons": "so it is"})
# The false one of the texts is searched for a proof that there is not.
PATIENT = {"PROOFLOOP_LEAN__PROVE_SECONDS": "20"}
TRANSLATION = json.dumps({"informal": "it is even"})
# By method: the answers in their order, those of one node's parallel calls alike.
SCRIPTS: dict[str, list[Item]] = {
    "atf": [
        tool("syntax_check", WRONG_TYPE),
        tool("syntax_check", GOOD),
        tool("consistency_check", GOOD),
        judge_answer(True),
    ],
    "reform": [
        lean_answer(WEAK),
        critique(False),
        FAITHFUL,
        lean_answer(GOOD),
        critique(True),
        FAITHFUL,
    ],
    "formalmath": [
        Say([lean_answer(GOOD), lean_answer(WRONG_TYPE)]),
        TRANSLATION,
        judge_answer(True),
    ],
    "agreement": [Say([lean_answer(GOOD), lean_answer(GOOD)]), judge_answer(True)],
}  # fmt: skip


@pytest.mark.timeout(600)
@pytest.mark.parametrize("method", SCRIPTS)
def test_a_killed_formalization_goes_on_without_asking_twice(
    proofloop: Proofloop, tmp_path: Path, method: str
) -> None:
    answers, hang = SCRIPTS[method], [True]
    last = len(answers) - 1

    def script(call: Call) -> Item:
        if not hang[0]:
            return answers[last]
        return Hang() if call.number == last else answers[call.number]

    with ScriptedServer(script) as server:
        command = (
            "formalize", TEXT, "--name", "even_sum", "--method", method, "--samples", "2",
            "--no-prove", "--model", "m", "--base-url", server.base_url, "--run", "r", "--json",
        )  # fmt: skip
        process = start(tmp_path, *command, OPENAI_API_KEY="k")
        assert server.wait_until(lambda calls: len(calls) == last + 1)
        process.kill()
        hang[0] = False
        done = proofloop(*command, OPENAI_API_KEY="k")
    result = json.loads(done.stdout)
    assert done.returncode == 0, done.stderr
    assert (result["status"], result["statement"]) == ("consistent", GOOD)
    # Only the call that was never answered was made again.
    asked = bodies(server.calls)
    assert len(asked) == last + 2
    assert asked[last] == asked[last + 1]
    if method == "formalmath":
        assert result["funnel"] == {
            "in": 2, "compiled": 1, "consistent": 1, "not_refuted": 1, "to_review": 1,
        }  # fmt: skip
        assert len(ReviewQueue(tmp_path / "r" / "review.sqlite")) == 1


def write_tasks(folder: Path) -> None:
    texts = {
        "even": "Show that the sum of two even integers is even.",
        "product": "Show that 2 divides n * (n + 1) for any natural number n.",
        "false": "Show that n ^ 2 is even for any natural number n.",
        "unread": "Every compact Hausdorff space is normal.",
    }
    lines = [json.dumps({"id": name, "informal": text}) for name, text in texts.items()]
    (folder / "in.jsonl").write_text("\n".join(lines))


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_a_batch_prints_the_funnel_of_all_its_texts(proofloop: Proofloop, tmp_path: Path) -> None:
    write_tasks(tmp_path)
    command = ("batch", "in.jsonl", "--out", "out", "--method", "formalmath", "--samples", "2")
    done = proofloop(*command, "--json", **PATIENT)
    assert done.returncode == 0, done.stderr
    summary = json.loads(done.stdout)
    assert summary["funnel"] == {
        "statements": {
            "in": 8, "compiled": 6, "consistent": 6, "not_refuted": 4, "to_review": 2,
        },
        "texts": {"in": 4, "compiled": 3, "consistent": 3, "not_refuted": 2, "to_review": 2},
    }  # fmt: skip
    assert (summary["consistent"], summary["refused"], summary["proved"]) == (2, 1, 2)
    again = proofloop(*command)
    rows = [line for line in again.stdout.splitlines() if "not refuted" in line]
    assert [cell.strip() for cell in rows[0].split("│")[2:6]] == ["4", "50.0", "2", "50.0"]
    queue = ReviewQueue(tmp_path / "out" / "review.sqlite")
    assert {one.item.task for one in queue.items()} == {"even", "product"}
    queue.decide(queue.items()[0].id, "accepted")
    summary = json.loads(proofloop(*command, "--json").stdout)
    assert (summary["funnel"]["statements"]["accepted"], summary["waiting"]) == (1, 1)


@pytest.mark.slow
@pytest.mark.timeout(600)
@pytest.mark.parametrize("method", ["atf", "reform", "agreement"])
def test_the_offline_model_goes_through_every_method(
    proofloop: Proofloop, tmp_path: Path, method: str
) -> None:
    write_tasks(tmp_path)
    command = ("batch", "in.jsonl", "--out", "out", "--method", method, "--json")
    done = proofloop(*command, **PATIENT)
    assert done.returncode == 0, done.stderr
    summary = json.loads(done.stdout)
    assert (summary["consistent"], summary["refused"], summary["proved"]) == (3, 1, 2)
    results: list[dict[str, Any]] = [
        json.loads(line) for line in (tmp_path / "out" / "results.jsonl").read_text().splitlines()
    ]
    assert all(
        one["confidence"] == 1.0 for one in results if method == "agreement" and one["proof"]
    )


@pytest.mark.timeout(300)
def test_a_review_is_announced_and_the_same_command_goes_on_with_its_decision(
    proofloop: Proofloop, tmp_path: Path
) -> None:
    command = ("formalize", TEXT, "--review", "--no-prove", "--run", "a run", "--json")
    first = proofloop(*command)
    result = json.loads(first.stdout)
    assert (first.returncode, result["status"], result["waiting"]) == (1, "waiting", 1)
    assert result["review"] == "proofloop review 'a run'"
    queue = ReviewQueue(tmp_path / "a run" / "review.sqlite")
    (item,) = queue.items()
    queue.decide(item.id, "accepted")
    done = proofloop(*command[:-1])
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("consistent")
    other = proofloop(*(word for word in command if word != "--review"))
    assert (other.returncode, "something else" in other.stderr) == (2, True)


def test_an_unknown_method_is_named(proofloop: Proofloop) -> None:
    done = proofloop("formalize", TEXT, "--method", "magic")
    assert done.returncode == 2
    assert "no method 'magic' of formalizing; there are formalize, atf" in done.stderr
