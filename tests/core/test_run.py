import json
from pathlib import Path

import pytest

from proofloop.core.budget import Limits
from proofloop.core.errors import InputError, StorageError
from proofloop.core.run import Run, spent_before
from proofloop.core.settings import Settings

ASKED = {"graph": "formalize", "informal": "x"}


def test_a_run_folder_tells_what_was_asked_and_spent(tmp_path: Path) -> None:
    with Run(tmp_path / "run", Settings(), ASKED) as run:
        run.journal.append("model", spent={"tokens": 12, "calls": 1, "usd": 0.5})
    content = json.loads((tmp_path / "run" / "run.json").read_text())
    assert content["asked"] == ASKED
    assert content["settings"]["seed"] == 0


def test_what_earlier_sessions_spent_counts_also_after_a_kill(tmp_path: Path) -> None:
    settings = Settings(budget=Limits(tokens=100))
    first = Run(tmp_path / "run", settings, ASKED).__enter__()
    first.journal.append("model", spent={"tokens": 60, "calls": 1})
    first._lock.release()  # as the system does for a killed process
    with Run(tmp_path / "run", settings, ASKED) as second:
        assert second.resumed
        assert second.budget.spent().tokens == 60
        assert second.budget.left("tokens") == 40


def test_one_process_at_a_time_holds_a_folder(tmp_path: Path) -> None:
    with (
        Run(tmp_path, Settings(), ASKED),
        pytest.raises(InputError, match="another process"),
        Run(tmp_path, Settings(), ASKED),
    ):
        pass


def test_a_folder_is_not_resumed_with_something_else(tmp_path: Path) -> None:
    with Run(tmp_path, Settings(), ASKED):
        pass
    with pytest.raises(InputError, match="something else"):
        Run(tmp_path, Settings(), {**ASKED, "informal": "y"}).__enter__()


def test_a_damaged_run_file_is_named(tmp_path: Path) -> None:
    (tmp_path / "run.json").write_text("{")
    with pytest.raises(StorageError, match=r"run\.json: not a run file"):
        Run(tmp_path, Settings(), ASKED).__enter__()


def test_new_runs_get_folders_of_their_own(tmp_path: Path) -> None:
    settings = Settings(runs_dir=tmp_path)
    with Run.create(settings, "prove", {}) as one, Run.create(settings, "prove", {}) as two:
        assert one.folder != two.folder


def test_wall_time_is_summed_over_sessions() -> None:
    entries = [
        {"kind": "open", "at": 0.0},
        {"kind": "model", "at": 5.0, "spent": {"tokens": 1, "unpriced_calls": 1}},
        {"kind": "open", "at": 100.0},
        {"kind": "lean", "at": 102.0, "spent": {"lean_seconds": 0.5}},
    ]
    spent = spent_before(entries)
    assert spent.wall_seconds == 7
    assert (spent.tokens, spent.unpriced_calls, spent.lean_seconds) == (1, 1, 0.5)
