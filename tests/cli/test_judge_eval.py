"""judge-eval as users run it."""

import json
from pathlib import Path
from typing import Any

from cli.conftest import Proofloop
from cli.test_resume import start
from support.openai_server import Call, Fail, Hang, Item, ScriptedServer

LABELS = [
    {
        "id": f"n{n}",
        "informal": f"Text {n}.",
        "lean": f"theorem t : {n} = {n}",
        "faithful": n % 2 == 0,
    }
    for n in range(6)
]


def says(consistent: bool | None, confidence: float | None = None) -> str:
    answer = {"consistent": consistent, "reasons": "seen", "confidence": confidence}
    return json.dumps(answer)


def number(call: Call) -> int:
    return int(call.body["messages"][1]["content"].split("Text ")[1].split(".")[0])


def prepare(folder: Path, server: ScriptedServer, *models: str) -> list[str]:
    lines = "".join(json.dumps(label) + "\n" for label in LABELS)
    (folder / "labels.jsonl").write_text(lines)
    judges = "".join(f'[[panel.judges]]\nmodel = "{model}"\n' for model in models)
    prices = "".join(f'[prices."{m}"]\ninput = 1.0\noutput = 2.0\n' for m in models[:1])
    (folder / "panel.toml").write_text(judges + prices)
    return [
        *("judge-eval", "labels.jsonl", "--config", "panel.toml", "--run", "r"),
        *("--model", models[0], "--base-url", server.base_url, "--json"),
    ]


def judge(report: dict[str, Any], name: str) -> dict[str, Any]:
    return next(one for one in report["judges"] if one["name"] == name)


def test_two_judges_are_measured_and_their_panels_cost_no_call(
    proofloop: Proofloop, tmp_path: Path
) -> None:
    def script(call: Call) -> Item:
        if call.body["model"] == "kind":
            return says(True, 0.6)
        return says(number(call) % 2 == 0) if number(call) else "not JSON"

    with ScriptedServer(script) as server:
        command = prepare(tmp_path, server, "kind", "good")
        done = proofloop(*command)
        calls = len(server.calls)
        again = proofloop(*command)
        assert len(server.calls) == calls == 6 + 6 + 1  # one repair turn
    assert done.returncode == 0, done.stderr
    report = json.loads(done.stdout)
    kind, good = judge(report, "kind"), judge(report, "good")
    assert kind["metrics"]["accuracy"]["value"] == 0.5
    assert kind["metrics"]["ece"]["value"] - 0.1 < 1e-9
    assert kind["usd"] == (10 * 1.0 + 5 * 2.0) / 1e6 and good["usd"] is None
    assert good["metrics"]["accuracy"]["value"] == 1.0
    assert good["abstained"] == {"malformed": 1}
    assert {panel["rule"] for panel in report["panels"]} == {"all", "majority", "weighted"}
    assert report["missing"] == 0
    assert json.loads(again.stdout)["judges"] == report["judges"]
    with ScriptedServer([]) as nobody:
        command[command.index("--base-url") + 1] = nobody.base_url
        recorded = proofloop(*command[:2], "--votes", "r/results.jsonl", "--json")
        assert not nobody.calls
    assert recorded.returncode == 0, recorded.stderr
    assert json.loads(recorded.stdout)["panels"] == report["panels"]
    by_journal = proofloop(*command[:2], "--votes", "r/journal.jsonl", "--json")
    assert judge(json.loads(by_journal.stdout), "good")["confusion"] == good["confusion"]


def test_a_killed_measurement_goes_on_and_pays_for_nothing_twice(
    proofloop: Proofloop, tmp_path: Path
) -> None:
    hang = [True]

    def script(call: Call) -> Item:
        return Hang() if number(call) == 4 and hang[0] else says(True)

    with ScriptedServer(script) as server:
        command = [*prepare(tmp_path, server, "a", "b"), "--concurrency", "1"]
        process = start(tmp_path, *command)
        assert server.wait_until(lambda calls: len(calls) == 9)
        process.kill()
        hang[0] = False
        done = proofloop(*command)
        bodies = [json.dumps(call.body, sort_keys=True) for call in server.calls]
    assert done.returncode == 0, done.stderr
    assert len(bodies) == 12 + 1  # only the call that was never answered was made again
    assert len(set(bodies)) == 12
    assert len((tmp_path / "r" / "results.jsonl").read_text().splitlines()) == 12


def test_a_judge_that_is_down_is_missing_and_is_asked_again(
    proofloop: Proofloop, tmp_path: Path
) -> None:
    down = [True]

    def script(call: Call) -> Item:
        if call.body["model"] == "b" and down[0]:
            return Fail(500, retry_after=0)
        return says(True)

    with ScriptedServer(script) as server:
        command = prepare(tmp_path, server, "a", "b")
        config = tmp_path / "panel.toml"
        config.write_text("sampling.attempts = 1\n" + config.read_text())
        first = proofloop(*command)
        down[0] = False
        second = proofloop(*command)
        asked = [call.body["model"] for call in server.calls]
    assert first.returncode == 1
    report = json.loads(first.stdout)
    assert report["missing"] == 6
    assert judge(report, "b")["abstained"] == {"down": 6}
    assert second.returncode == 0
    assert json.loads(second.stdout)["missing"] == 0
    assert asked.count("a") == 6


def test_a_spent_budget_reports_what_there_is(proofloop: Proofloop, tmp_path: Path) -> None:
    with ScriptedServer(lambda call: says(True)) as server:
        command = [*prepare(tmp_path, server, "a"), "--concurrency", "1"]
        first = proofloop(*command, "--budget-calls", "4")
        assert len(server.calls) == 4
        second = proofloop(*command)
    assert first.returncode == 1
    assert json.loads(first.stdout)["missing"] == 2
    assert judge(json.loads(first.stdout), "a")["items"] == 4
    assert second.returncode == 0 and len(server.calls) == 6


def test_the_offline_model_on_the_bundled_sets_in_words(process: Proofloop) -> None:
    done = process("judge-eval", "minif2f_rewrites", "--limit", "12", "--model", "offline")
    assert done.returncode == 0, done.stderr
    assert "labelled statements" in done.stdout
    assert "accuracy" in done.stdout and "abstain" in done.stdout
    assert "run folder:" in done.stdout


def test_errors_are_one_line(proofloop: Proofloop, tmp_path: Path) -> None:
    missing = proofloop("judge-eval", "nowhere.jsonl")
    assert (missing.returncode, missing.stderr.strip()) == (
        2,
        "proofloop: nowhere.jsonl: No such file or directory; bundled are minif2f_rewrites and"
        " proofnet",
    )
    (tmp_path / "labels.jsonl").write_text(json.dumps(LABELS[0]) + "\n")
    (tmp_path / "votes.jsonl").write_text('{"id": "n0"}\n')
    bad = proofloop("judge-eval", "labels.jsonl", "--votes", "votes.jsonl")
    assert bad.stderr.strip() == "proofloop: votes.jsonl:1: field 'judge': Field required"
    (tmp_path / "journal.jsonl").write_text('{"seq": 1, "kind": "vote", "pair": {}}\n')
    cut = proofloop("judge-eval", "labels.jsonl", "--votes", "journal.jsonl")
    assert cut.stderr.strip() == "proofloop: journal.jsonl:1: field 'pair.informal': Field required"


def test_recorded_votes_on_labels_beyond_the_limit_are_left_out(
    proofloop: Proofloop, tmp_path: Path
) -> None:
    (tmp_path / "labels.jsonl").write_text("".join(json.dumps(one) + "\n" for one in LABELS))
    votes = [{"id": one["id"], "judge": "a", "passed": True} for one in LABELS]
    (tmp_path / "votes.jsonl").write_text("".join(json.dumps(one) + "\n" for one in votes))
    done = proofloop(
        "judge-eval", "labels.jsonl", "--votes", "votes.jsonl", "--limit", "2", "--json"
    )
    assert done.returncode == 0, done.stderr
    assert judge(json.loads(done.stdout), "a")["items"] == 2
