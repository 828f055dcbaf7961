"""Panels and prompts of the user's own, from the settings to the endpoint."""

import json
from pathlib import Path
from typing import Any

from cli.conftest import Proofloop
from proofloop.core.journal import Journal
from support.openai_server import Call, ScriptedServer

TEXT = "Show that the sum of two even natural numbers is even."
GOOD = "theorem even_sum (a b : ℕ) (ha : Even a) (hb : Even b) : Even (a + b)"
ONE_KEY, OTHER_KEY = "sk-one-0123456789", "sk-other-0123456789"


def yes(call: Call) -> str:
    return json.dumps({"consistent": True, "reasons": f"{call.body['model']} agrees"})


def no(call: Call) -> str:
    return json.dumps({"consistent": False, "reasons": "it lacks a hypothesis"})


def config(folder: Path, one: ScriptedServer, other: ScriptedServer, rule: str) -> str:
    path = folder / "panel.toml"
    path.write_text(
        f"""
        [panel]
        rule = "{rule}"
        asking = "all"
        [[panel.judges]]
        name = "own"
        [[panel.judges]]
        model = "large"
        base_url = "{one.base_url}"
        key_env = "ONE_KEY"
        accuracy = 0.9
        [[panel.judges]]
        model = "small"
        base_url = "{other.base_url}"
        key_env = "OTHER_KEY"
        rubric = "Mind the domains."
        accuracy = 0.6
        """
    )
    return str(path)


def test_judges_of_several_providers_vote_and_no_key_goes_astray(
    proofloop: Proofloop, tmp_path: Path
) -> None:
    with ScriptedServer(yes) as one, ScriptedServer(no) as other:
        path = config(tmp_path, one, other, "majority")
        done = proofloop(
            *("formalize", TEXT, "--model", "offline", "--config", path, "--run", "r", "--json"),
            ONE_KEY=ONE_KEY,
            OTHER_KEY=OTHER_KEY,
            OPENAI_API_KEY="sk-run-0123456789",
        )
    assert done.returncode == 0, done.stderr
    assert [call.headers["authorization"] for call in one.calls] == [f"Bearer {ONE_KEY}"]
    assert [call.headers["authorization"] for call in other.calls] == [f"Bearer {OTHER_KEY}"]
    assert "Mind the domains." in other.calls[0].body["messages"][0]["content"]
    journal = (tmp_path / "r" / "journal.jsonl").read_text()
    assert ONE_KEY not in journal and OTHER_KEY not in journal
    votes: dict[str, Any] = {}
    for entry in map(json.loads, journal.splitlines()):
        if entry["kind"] == "vote":
            votes[entry["vote"]["judge"]] = entry["vote"]["passed"]
    assert votes == {"own": True, "large": True, "small": False}


def test_judges_that_are_alike_are_different_samples(proofloop: Proofloop, tmp_path: Path) -> None:
    (tmp_path / "panel.toml").write_text(
        "".join(
            f'[[panel.judges]]\nname = "{name}"\ntemperature = 0.7\n' for name in ("a", "b", "c")
        )
    )
    label = {"informal": TEXT, "lean": GOOD, "faithful": True}
    (tmp_path / "labels.jsonl").write_text(json.dumps(label) + "\n")
    with ScriptedServer(lambda call: (yes if call.number else no)(call)) as server:
        done = proofloop(
            *("judge-eval", "labels.jsonl", "--config", "panel.toml", "--json"),
            *("--model", "m", "--base-url", server.base_url, "--concurrency", "1"),
        )
        assert len(server.calls) == 3
    assert done.returncode == 0, done.stderr
    counts = [one["confusion"]["true_yes"] for one in json.loads(done.stdout)["judges"]]
    assert sorted(counts) == [0, 1, 1]


def test_a_judge_whose_variable_is_not_set_is_named(proofloop: Proofloop, tmp_path: Path) -> None:
    with ScriptedServer(yes) as one, ScriptedServer(no) as other:
        path = config(tmp_path, one, other, "majority")
        done = proofloop("formalize", TEXT, "--model", "offline", "--config", path)
    assert done.returncode == 2
    assert done.stderr.strip() == "proofloop: key_env: there is no variable ONE_KEY"


def test_weights_need_a_measured_accuracy(proofloop: Proofloop, tmp_path: Path) -> None:
    with ScriptedServer(yes) as one, ScriptedServer(no) as other:
        path = config(tmp_path, one, other, "weighted")
        done = proofloop(
            *("formalize", TEXT, "--model", "offline", "--config", path),
            ONE_KEY=ONE_KEY,
            OTHER_KEY=OTHER_KEY,
        )
    assert done.returncode == 2
    assert "judge own: a weighted panel needs its accuracy" in done.stderr
    assert not one.calls


def test_prompts_of_the_users_own_reach_the_endpoint_and_the_journal(
    proofloop: Proofloop, tmp_path: Path
) -> None:
    def script(call: Call) -> str:
        if call.body["messages"][0]["content"] == "Only Lean, please.":
            return json.dumps({"lean": GOOD, "notes": ""})
        return yes(call)

    assert proofloop("prompts", "export", "mine").returncode == 0
    for path in (tmp_path / "mine").iterdir():
        path.unlink()
    (tmp_path / "mine" / "formalizer.toml").write_text('system = "Only Lean, please."')
    with ScriptedServer(script) as server:
        done = proofloop(
            *("formalize", TEXT, "--model", "tiny", "--base-url", server.base_url),
            *("--prompts", "mine", "--run", "r", "--json"),
        )
    assert done.returncode == 0, done.stderr
    listed = json.loads(proofloop("prompts", "list", "--prompts", "mine", "--json").stdout)
    assert listed["formalizer"]["replaced"] and not listed["judge"]["replaced"]
    asked = {
        entry["request"]["role"]: entry["request"]["prompt"]
        for entry in map(json.loads, (tmp_path / "r" / "journal.jsonl").read_text().splitlines())
        if entry["kind"] == "model"
    }
    assert asked == {role: listed[role]["version"] for role in ("formalizer", "judge")}


def test_a_bad_template_is_one_line_before_anything_is_paid(
    proofloop: Proofloop, process: Proofloop, tmp_path: Path
) -> None:
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "judge.toml").write_text("task = 'say {something}'")
    done = proofloop("formalize", TEXT, "--prompts", "mine")
    assert done.returncode == 2
    assert done.stderr.strip() == (
        "proofloop: mine/judge.toml: field 'task': unknown placeholder {something};"
        " there are: {header}, {informal}, {lean}"
    )
    assert process("prompts", "show", "nobody").returncode == 2
    shown = json.loads(proofloop("prompts", "show", "judge", "--json").stdout)
    assert "{informal}" in shown["templates"]["task"]


def earlier_run(folder: Path) -> None:
    """What a run leaves behind that accepted GOOD."""
    pair = {"informal": TEXT, "lean": GOOD, "header": "import Proofloop"}
    verdict = {"passed": True, "method": "m", "score": 1.0, "feedback": ""}
    journal = Journal(folder / "journal.jsonl")
    journal.append("verdict", key="1", pair=pair, verdict=verdict)
    journal.close()


def test_accepted_results_of_a_run_are_examples_of_the_next(
    proofloop: Proofloop, tmp_path: Path
) -> None:
    def script(call: Call) -> str:
        if "formalize mathematics" in call.body["messages"][0]["content"]:
            return json.dumps({"lean": "theorem t (a b : ℕ) : a + b = b + a", "notes": ""})
        return yes(call)

    earlier_run(tmp_path / "first")
    other = "The sum of two odd natural numbers commutes, as that of even numbers does."
    with ScriptedServer(script) as server:
        endpoint = ("--model", "m", "--base-url", server.base_url, "--examples", "2")
        done = proofloop("formalize", other, *endpoint, "--examples-from", "first")
        prompts = [call.body["messages"][1]["content"] for call in server.calls]
        unset = proofloop("formalize", other, *endpoint)
        own = proofloop("formalize", TEXT, *endpoint, "--examples-from", "new", "--run", "new")
        assert len(server.calls) == 2
    assert done.returncode == 0, done.stderr
    assert all(GOOD in prompt for prompt in prompts)
    assert (unset.returncode, own.returncode) == (2, 2)
    assert "examples.per_prompt needs examples.sources" in unset.stderr
    assert "a run cannot be its own source of examples" in own.stderr


def test_what_is_judged_is_no_example_of_itself(proofloop: Proofloop, tmp_path: Path) -> None:
    earlier_run(tmp_path / "first")
    label = {"informal": TEXT.upper(), "lean": GOOD, "faithful": True}
    (tmp_path / "labels.jsonl").write_text(json.dumps(label) + "\n")
    with ScriptedServer(yes) as server:
        done = proofloop(
            *("judge-eval", "labels.jsonl", "--model", "m", "--base-url", server.base_url),
            *("--examples", "2", "--examples-from", "first"),
        )
        (call,) = server.calls
    assert done.returncode == 0, done.stderr
    assert call.body["messages"][1]["content"].startswith("Informal text:")
