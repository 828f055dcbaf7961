"""``proofloop solve`` against a scripted endpoint."""

from __future__ import annotations

import json

from cli.conftest import Proofloop
from support.openai_server import Call, Fail, Item, Say, ScriptedServer

ENDPOINT = {"OPENAI_API_KEY": "sk-test", "PROOFLOOP_MODEL": "tiny"}
PROGRAMS = [
    f"```python\ndef f(n):\n    return {body}\n```"
    for body in ("n", "2 * n", "n", "n + n", "n * 2")
]


def test_votes_are_counted_by_value(proofloop: Proofloop) -> None:
    texts = ["Answer: 7", "Answer: 0.5", "Answer: 7", r"Answer: \frac{1}{2}", "Answer: 50%"]
    texts += ["no idea"] * 11
    with ScriptedServer(lambda call: Say(texts[: call.n])) as server:
        done = proofloop("solve", "?", "--base-url", server.base_url, "--json", **ENDPOINT)
        assert done.returncode == 0, done.stderr
        by_value = json.loads(done.stdout)
        assert by_value["answer"] == "0.5"
        assert by_value["selection"]["votes"][0]["weight"] == 3
        done = proofloop(
            "solve", "?", "--base-url", server.base_url, "--same", "text", "--json", **ENDPOINT
        )
        assert json.loads(done.stdout)["answer"] == "7"


def test_programs_vote_by_what_they_return(process: Proofloop) -> None:
    texts = PROGRAMS + ["no program"] * 11
    with ScriptedServer(lambda call: Say(texts[: call.n])) as server:
        done = process(
            "solve", "?", "--base-url", server.base_url, "--call", "f(3)", "--json", **ENDPOINT
        )
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["answer"] == "def f(n):\n    return 2 * n"


def test_what_cannot_be_compared_is_said_before_a_token_is_spent(proofloop: Proofloop) -> None:
    for arguments, words in (
        (("--same", "numbers"), "no way 'numbers' to compare answers"),
        (("--same", "code"), "give --call"),
        (("--call", "f(x)"), "no call with literal arguments"),
        (("--method", "pdr", "--same", "math"), "pdr counts no votes"),
        (("--method", "astar", "--option", "k"), "give it as name=value"),
        (("--method", "astar", "--option", "q=1"), "no option 'q'; it has k=4"),
    ):
        done = proofloop("solve", "?", *arguments, **ENDPOINT)
        assert done.returncode == 2
        assert words in done.stderr
        assert len(done.stderr.strip().splitlines()) == 1


def test_a_plan_is_told_before_anything_is_asked(proofloop: Proofloop) -> None:
    texts = ["Answer: 7"] * 16
    with ScriptedServer(lambda call: Say(texts[: call.n])) as server:
        command = ("solve", "?", "--option", "n=5", "--base-url", server.base_url)
        told = proofloop(*command, "--plan", **ENDPOINT)
        assert (told.returncode, server.calls) == (0, [])
        assert told.stdout.startswith("at most 5 calls, about ")
        done = proofloop(*command, **ENDPOINT)
        assert f"plan {told.stdout.strip()}" in done.stderr
    assert sum(call.n for call in server.calls) == 5


def test_a_judge_that_is_down_is_told_with_its_own_word(proofloop: Proofloop) -> None:
    def script(call: Call) -> Item:
        if "You rate" in str(call.body["messages"][0]["content"]):
            return Fail(503, "the judge has a day off")
        return Say(["Answer: 7"] * call.n)

    with ScriptedServer(script) as server:
        done = proofloop(
            "solve", "?", "--method", "best_of_n", "--option", "n=2",
            "--base-url", server.base_url, PROOFLOOP_SAMPLING__ATTEMPTS="1", **ENDPOINT,
        )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert "a model call failed, each is made again" in done.stderr
    *_, answer, note, failed = done.stdout.strip().splitlines()
    assert answer == "answer: 7"
    assert note == "note: no readable score: the order is drawn from the seed"
    assert failed.startswith("failed: 1 of the rater; the last: ")
    assert "the judge has a day off" in failed


def test_an_option_of_the_method_is_part_of_the_run(proofloop: Proofloop) -> None:
    def script(call: Call) -> str:
        continued = call.body.get("continue_final_message")
        return "Answer: 4" if continued else "2 and 2" if call.n == 2 else '{"rating": 7}'

    with ScriptedServer(script) as server:
        command = (
            "solve", "2 + 2?", "--method", "astar", "--base-url", server.base_url, "--run", "r",
            "--json",
        )  # fmt: skip
        chosen = ("--option", "k=2", "--option", "continues=true")
        done = proofloop(*command, *chosen, **ENDPOINT)
        assert done.returncode == 0, done.stderr
        assert json.loads(done.stdout)["solution"] == "2 and 2\n\nAnswer: 4"
        other = proofloop(*command, *chosen[:2], "--option", "k=3", **ENDPOINT)
        seed = proofloop(*command, *chosen, "--seed", "1", **ENDPOINT)
    assert (other.returncode, seed.returncode) == (2, 2)
    assert 'a run of something else (options.k = "2", now "3"; options.continues' in other.stderr
    assert "r: this run began with seed = 0, now 1; give what it began with" in seed.stderr
    assert len(seed.stderr.strip().splitlines()) == 1
