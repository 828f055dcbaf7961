"""``proofloop entail`` as users run it, killed with SIGKILL too."""

import json
from pathlib import Path

from cli.conftest import Proofloop
from cli.test_resume import bodies, start
from support.entailment import (
    FORMS,
    PROBLEM,
    TREE,
    all_are,
    asked_for,
    forms_answer,
    mend_answer,
    role_of,
    tree_answer,
)
from support.formalizing import judge_answer
from support.openai_server import Call, Hang, Item, ScriptedServer

CONTRARY = PROBLEM | {
    "id": "contrary",
    "sentences": [*PROBLEM["sentences"][:2], {"id": "s3", "text": "No reptiles are animals."}],
    "label": "False",
}
UNREAD = PROBLEM | {"id": "unread", "hypothesis": "Rock was an animal."}


def lines(*problems: dict[str, object]) -> str:
    return "".join(json.dumps(problem) + "\n" for problem in problems)


def test_problems_end_each_in_its_way_and_a_second_run_has_the_results(
    proofloop: Proofloop, tmp_path: Path
) -> None:
    (tmp_path / "p.jsonl").write_text(lines(PROBLEM, CONTRARY, UNREAD))
    done = proofloop("entail", "p.jsonl", "--out", "r", "--json")
    assert done.returncode == 1, done.stderr
    answer = json.loads(done.stdout)
    assert answer["statuses"] == {"verified": 1, "not entailed": 1, "refused": 1}
    verified, contrary, unread = answer["results"]
    assert verified["used"] == ["s3", "s2", "s1"] and verified["consistent"] is True
    assert "theorem step_hypothesis" in verified["proofs"]["hypothesis"]
    assert (contrary["how"], contrary["suspects"]) == ("negation", ["s3"])
    assert "'was'" in unread["why"]
    again = proofloop("entail", "p.jsonl", "--out", "r", "--json")
    assert json.loads(again.stdout)["results"] == answer["results"]


def test_one_problem_from_standard_input_shows_its_tree(proofloop: Proofloop) -> None:
    done = proofloop("entail", "-", stdin=lines(PROBLEM))
    assert done.returncode == 0, done.stderr
    assert "int1 <- s2, s1: proved" in done.stdout
    assert "1 problems: 1 verified" in done.stdout


def test_bad_input_is_one_line_and_exit_code_2(proofloop: Proofloop, process: Proofloop) -> None:
    for run, given, complaint in (
        (process, "{", "<stdin>:1: not JSON"),
        (
            proofloop,
            lines(PROBLEM | {"tree": TREE[:1]}),
            "field 'tree': no node is called 'hypothesis'",
        ),
        (proofloop, lines(PROBLEM, PROBLEM), "<stdin>:2: field 'id'"),
    ):
        done = run("entail", "-", stdin=given)
        assert done.returncode == 2
        assert complaint in done.stderr and done.stderr.count("\n") == 1


def test_a_killed_run_goes_on_without_asking_twice(proofloop: Proofloop, tmp_path: Path) -> None:
    """Killed while the model mends a step."""
    (tmp_path / "p.jsonl").write_text(lines(PROBLEM))
    forms = FORMS | {"s3": all_are("reptile", "plant")}
    hang = [True]

    def answer(call: Call) -> Item:
        role = role_of(call)
        if role == "mender":
            return Hang() if hang[0] else mend_answer("s3", FORMS["s3"])
        if role == "tree builder":
            return tree_answer(TREE)
        if role == "formalizer":
            return forms_answer({name: forms[name] for name in asked_for(call)})
        return judge_answer(True)

    with ScriptedServer(answer) as server:
        command = (
            "entail", "p.jsonl", "--out", "r", "--model", "m", "--base-url", server.base_url,
            "--json",
        )  # fmt: skip
        process = start(tmp_path, *command, OPENAI_API_KEY="k")
        asked = server.wait_until(lambda calls: any(role_of(c) == "mender" for c in calls))
        process.kill()
        assert asked
        hang[0] = False
        done = proofloop(*command, OPENAI_API_KEY="k")
    assert done.returncode == 0, done.stderr
    (result,) = json.loads(done.stdout)["results"]
    assert (result["status"], result["mends"]) == ("verified", 1)
    made = bodies(server.calls)
    assert len(made) == len(set(made)) + 1, "only the call that hung was made again"
