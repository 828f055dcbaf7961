import json
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from cli.conftest import Proofloop
from support.commands import clean_environment
from support.openai_server import Hang, ScriptedServer

COMMANDS = ["formalize", "prove", "check", "batch", "evaluate", "graphs", "doctor", "lean"]


def test_help_lists_the_commands(started: Proofloop) -> None:
    done = started("--help")
    assert done.returncode == 0
    for command in COMMANDS:
        assert command in done.stdout


@pytest.mark.parametrize(
    "command", ["formalize", "prove", "check", "batch", "evaluate", "graphs", "doctor"]
)
def test_every_command_has_help_and_json(proofloop: Proofloop, command: str) -> None:
    done = proofloop(command, "--help")
    assert done.returncode == 0
    assert "--json" in done.stdout


@pytest.mark.parametrize("command", ["formalize", "prove", "check", "batch", "evaluate", "doctor"])
def test_settings_are_options_of_every_command(proofloop: Proofloop, command: str) -> None:
    said = proofloop(command, "--help").stdout
    for option in ("--model", "--timeout", "--budget-tokens", "--budget-seconds", "--config"):
        assert option in said


def test_a_setting_out_of_its_range_is_a_user_error(proofloop: Proofloop) -> None:
    done = proofloop("check", "-", "--timeout", "-1", stdin="theorem t : 1 = 1 := rfl")
    assert done.returncode == 2
    assert "--timeout" in done.stderr


def test_formalize_reads_standard_input(proofloop: Proofloop) -> None:
    done = proofloop("formalize", "-", "--json", "--no-prove", stdin="Show that 7 is prime.")
    result = json.loads(done.stdout)
    assert done.returncode == 0, done.stderr
    assert "Nat.Prime 7" in result["statement"]
    assert result["proved"] is False


def test_an_unknown_option_is_a_user_error(proofloop: Proofloop) -> None:
    assert proofloop("check", "--nonsense").returncode == 2


def test_graphs_are_listed_and_drawn(proofloop: Proofloop, process: Proofloop) -> None:
    listed = json.loads(proofloop("graphs", "--json").stdout)
    assert {"formalize", "prove_whole"} <= set(listed)
    drawn = proofloop("graphs", "formalize")
    assert "graph TD" in drawn.stdout
    assert "compile" in drawn.stdout
    assert process("graphs", "absent").returncode == 2


def test_ctrl_c_while_a_command_is_imported_is_quiet(tmp_path: Path) -> None:
    with subprocess.Popen(
        [sys.executable, "-X", "importtime", "-m", "proofloop", "check", "-"],
        cwd=tmp_path, env=clean_environment(tmp_path), stdin=subprocess.PIPE,
        stderr=subprocess.PIPE, text=True,
    ) as process:  # fmt: skip
        assert process.stderr is not None
        # Long before the commands are there.
        assert any(line.split("|")[-1].strip() == "typer.main" for line in process.stderr)
        process.send_signal(signal.SIGINT)
        said = [line for line in process.stderr if not line.startswith("import time")]
    assert (process.returncode, said) == (130, ["proofloop: interrupted\n"])


def test_prove_finds_a_proof_that_check_accepts(proofloop: Proofloop, tmp_path: Path) -> None:
    source = "import Proofloop\n\ntheorem t (n : ℕ) (h : 2 ∣ n) : 2 ∣ n * n := by sorry\n"
    done = proofloop("prove", "-", "--json", stdin=source)
    result = json.loads(done.stdout)
    assert done.returncode == 0, done.stderr
    assert result["proved"] is True
    whole = f"{result['header']}\n\n{result['proof']}\n"
    assert proofloop("check", "-", stdin=whole).returncode == 0


def test_prove_says_what_it_could_not_prove(proofloop: Proofloop) -> None:
    done = proofloop("prove", "-", "--json", "--timeout", "5", stdin="theorem t : 1 = 2")
    assert done.returncode == 1
    result = json.loads(done.stdout)
    assert result["proved"] is False
    assert result["tried"]


def test_formalize_offline_from_text_to_kernel(proofloop: Proofloop, tmp_path: Path) -> None:
    text = "Show that for any natural number n, 2 divides n * (n + 1)."
    done = proofloop("formalize", text, "--json", "--run", "r")
    result = json.loads(done.stdout)
    assert done.returncode == 0, done.stderr
    assert result["status"] == "consistent"
    assert result["model"] == "offline"
    assert result["proved"] is True
    assert (tmp_path / "r" / "journal.jsonl").exists()
    again = json.loads(proofloop("formalize", text, "--json", "--run", "r").stdout)
    assert again["proof"] == result["proof"]


def test_formalize_offline_refuses_with_the_reason(proofloop: Proofloop) -> None:
    done = proofloop("formalize", "Every cat is a topological space.", "--json")
    result = json.loads(done.stdout)
    assert done.returncode == 1
    assert result["status"] == "refused"
    assert result["notes"]


def test_a_wrong_key_is_one_line_without_the_key(proofloop: Proofloop, tmp_path: Path) -> None:
    with ScriptedServer(["never"], api_key="sk-right") as server:
        done = proofloop(
            "formalize", "1 + 1 = 2", "--model", "m", "--base-url", server.base_url,
            OPENAI_API_KEY="sk-wrong-123",
        )  # fmt: skip
    assert done.returncode == 2
    assert done.stderr.count("\n") == 1
    assert "wrong key" in done.stderr
    assert not (tmp_path / "runs").exists()
    assert "sk-wrong-123" not in done.stderr


def test_an_unknown_model_is_one_line(proofloop: Proofloop) -> None:
    done = proofloop("formalize", "1 + 1 = 2", "--model", "no-such-model")
    assert done.returncode == 2
    assert "no-such-model" in done.stderr
    assert done.stderr.count("\n") == 1


def test_a_server_that_hangs_ends_at_the_timeout(proofloop: Proofloop) -> None:
    with ScriptedServer(lambda call: Hang()) as server:
        done = proofloop(
            "formalize", "1 + 1 = 2", "--model", "m", "--base-url", server.base_url,
            "--timeout", "0.5", OPENAI_API_KEY="k", PROOFLOOP_SAMPLING__ATTEMPTS="2",
        )  # fmt: skip
    assert done.returncode == 1
    told, error, how = done.stderr.splitlines()
    assert told.startswith("a model call failed, each is made again")
    assert error.endswith("no whole answer within 0.5 s")
    assert how.startswith("the same command with --run ")
    assert len(server.calls) == 2


def test_a_run_folder_of_something_else_is_refused(
    proofloop: Proofloop, process: Proofloop
) -> None:
    assert proofloop("prove", "-", "--run", "r", stdin="theorem t : 1 = 1").returncode == 0
    done = process("prove", "-", "--run", "r", stdin="theorem t : 2 = 2")
    assert done.returncode == 2
    assert "something else" in done.stderr


def test_doctor_says_what_works(proofloop: Proofloop) -> None:
    done = proofloop("doctor", "--json")
    findings = {item["name"]: item for item in json.loads(done.stdout)}
    assert done.returncode == 0, done.stdout
    assert findings["lean"]["ok"] is True
    assert "offline" in findings["model"]["found"]


def test_doctor_names_the_command_that_mends(process: Proofloop, tmp_path: Path) -> None:
    done = process("doctor", "--json", PROOFLOOP_CACHE_DIR=str(tmp_path / "empty"))
    findings = {item["name"]: item for item in json.loads(done.stdout)}
    assert done.returncode == 3
    assert findings["lean"]["mend"] == "proofloop lean install"


def test_an_unknown_method_of_proof_is_a_user_error(proofloop: Proofloop) -> None:
    done = proofloop("prove", "-", "--method", "magic", stdin="theorem t : 1 = 1")
    assert done.returncode == 2
    assert "portfolio, whole" in done.stderr


def test_the_portfolio_alone_asks_no_model(proofloop: Proofloop) -> None:
    with ScriptedServer([]) as server:
        done = proofloop(
            "prove", "-", "--method", "portfolio", "--json", "--model", "m",
            "--base-url", server.base_url, "--timeout", "5", stdin="theorem t : 1 = 2",
        )  # fmt: skip
    assert done.returncode == 1, done.stderr
    assert server.calls == []
