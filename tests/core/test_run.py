import contextlib
import json
from pathlib import Path
from typing import Any

import pytest

from proofloop.core.budget import Limits
from proofloop.core.errors import (
    InputError,
    LeanUnavailable,
    ModelUnavailable,
    ProofloopError,
    SettingsError,
    StorageError,
)
from proofloop.core.identity import deciding, flat, shown
from proofloop.core.run import Run, spent_before
from proofloop.core.settings import Settings, load_settings

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
    with pytest.raises(InputError, match=r'something else \(informal = "x", now "y"\)'):
        Run(tmp_path, Settings(), {**ASKED, "informal": "y"}).__enter__()
    with pytest.raises(InputError, match=r"a run of formalize, not of batch; give another"):
        Run(tmp_path, Settings(), {"batch": "y"}).__enter__()


def test_a_folder_where_nothing_can_be_made_is_a_user_error() -> None:
    with pytest.raises(InputError, match="no folder can be made here"):
        Run(Path("/proc/nothing/here"), Settings(), ASKED).__enter__()


def test_a_damaged_run_file_is_named(tmp_path: Path) -> None:
    (tmp_path / "run.json").write_text("{")
    with pytest.raises(StorageError, match=r"run\.json: not a run file"):
        Run(tmp_path, Settings(), ASKED).__enter__()


def test_new_runs_get_folders_of_their_own(tmp_path: Path) -> None:
    settings = Settings(runs_dir=tmp_path)
    with Run.create(settings, "prove", {}) as one, Run.create(settings, "prove", {}) as two:
        assert one.folder != two.folder


@pytest.mark.parametrize("error", [SettingsError("a flag"), LeanUnavailable("no Lean")])
def test_a_run_that_a_user_error_ends_at_once_leaves_nothing(
    tmp_path: Path, error: ProofloopError
) -> None:
    with pytest.raises(type(error)), Run(tmp_path / "runs" / "new", Settings(), ASKED) as run:
        run.journal.append("model", error="wrong key")
        raise error
    assert not (tmp_path / "runs").exists()


def test_a_run_folder_that_was_there_or_holds_anything_stays(tmp_path: Path) -> None:
    def ended_by(error: ProofloopError, folder: Path, *kinds: str) -> bool:
        with contextlib.suppress(ProofloopError), Run(folder, Settings(), ASKED) as run:
            for kind in kinds:
                run.journal.append(kind)
            raise error
        return (folder / "run.json").exists()

    (tmp_path / "there").mkdir()
    assert ended_by(SettingsError("x"), tmp_path / "there")
    assert ended_by(SettingsError("x"), tmp_path / "answered", "model")
    assert ended_by(SettingsError("x"), tmp_path / "answered")
    assert ended_by(ModelUnavailable("try again"), tmp_path / "new")


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


MODEL = {"model": "m", "base_url": "http://a/v1"}
# By the name of the setting: what a session with another value of it finds.
DECIDING: dict[str, Any] = {
    "model": "n",
    "base_url": "http://b/v1",
    "seed": 1,
    "max_rounds": 5,
    "sampling.temperature": 0.5,
    "sampling.max_tokens": 10,
    "sampling.tool_calls": "json",
    "lean.backend": "native",
    "lean.project": "p",
    "lean.command": "lean",
    "lean.repl": "r",
    "lean.heartbeats": 1,
    "lean.allowed_axioms": ["propext"],
    "hygiene.most_values": 3,
    "search.portfolio": False,
    "search.samples": 2,
    "search.depth": 2,
    "search.expansions": 2,
    "search.tactics": 2,
    "search.length_power": 1.0,
    "search.examples": 1,
    "search.lemmas": "off",
    "search.passes": 3,
    "answers.same": "text",
    "answers.calls": ["f(1)"],
    "formalize.samples": 2,
    "formalize.critiqued": 1,
    "formalize.critiques": 1,
    "formalize.votes": 1,
    "formalize.share": 0.9,
    "formalize.judge_edits": True,
    "premises.per_prompt": 3,
    "examples.per_prompt": 2,
    "examples.tokens": 100,
    "examples.sources": ["proofnet"],
    "panel.rule": "majority",
    "panel.asking": "all",
    "panel.shuffle": False,
    "panel.quorum": 1,
    "panel.prior": 0.1,
    "panel.judges": [{"model": "j"}],
    "formalizers": [{"model": "f"}],
}
NOT_DECIDING: dict[str, Any] = {
    "runs_dir": "elsewhere",
    "cache_dir": "elsewhere",
    "sampling.timeout_seconds": 3.0,
    "sampling.concurrency": 1,
    "sampling.attempts": 1,
    "lean.workers": 1,
    "lean.memory_mb": 500,
    "lean.check_seconds": 3.0,
    "lean.prove_seconds": 3.0,
    "lean.readable": ["/opt"],
    "hygiene.prove_seconds": 3.0,
    "hygiene.statement_seconds": 1.0,
    "hygiene.search_seconds": 3.0,
    "search.at_once": 1,
    "formalize.compare_seconds": 1.0,
    "budget.tokens": 10,
    "budget.usd": 1.0,
    "budget.calls": 10,
    "budget.lean_seconds": 10.0,
    "budget.wall_seconds": 10.0,
    "prices": {"m": {"input": 1, "output": 1}},
    "api_key": "k",
}


def with_setting(name: str, value: Any) -> Settings:
    table: dict[str, Any] = {}
    *folders, last = name.split(".")
    place = table
    for folder in folders:
        place = place.setdefault(folder, {})
    place[last] = value
    return load_settings(MODEL | table)


def test_every_setting_decides_results_but_for_those_that_are_known_not_to() -> None:
    leaves = {name for name, _ in flat(Settings().model_dump(mode="json"))}
    paid = {name for name in leaves if name.endswith(".key_env")}
    assert set(DECIDING) <= leaves
    free = set(NOT_DECIDING) - {"prices"}  # which are by model
    assert free <= leaves
    assert set(deciding(Settings())) == leaves - free - paid - {"prompts.dir"} | {"prompts"}


@pytest.mark.parametrize("name", DECIDING)
def test_a_run_is_not_resumed_with_another_setting_that_decides_results(
    name: str, tmp_path: Path
) -> None:
    with Run(tmp_path, load_settings(MODEL), ASKED) as run:
        before = run.decided_by[name]
    with pytest.raises(InputError) as caught:
        Run(tmp_path, with_setting(name, DECIDING[name]), ASKED).__enter__()
    now = [1] if name in ("panel.judges", "formalizers") else DECIDING[name]
    pair = f"{name} = {shown(before)}, now {shown(now)}"
    assert f"{tmp_path}: this run began with {pair}" in str(caught.value)
    assert caught.value.exit_code == 2
    assert "\n" not in str(caught.value)
    with Run(tmp_path, load_settings(MODEL), ASKED):
        pass  # and the run is as it was


@pytest.mark.parametrize("name", NOT_DECIDING)
def test_what_decides_no_result_may_change(name: str, tmp_path: Path) -> None:
    with Run(tmp_path, load_settings(MODEL), ASKED):
        pass
    with Run(tmp_path, with_setting(name, NOT_DECIDING[name]), ASKED) as run:
        assert run.resumed


def test_templates_decide_by_their_words_and_not_by_their_place(tmp_path: Path) -> None:
    for folder, words in (("one", "be strict"), ("two", "be strict"), ("three", "be kind")):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "judge.toml").write_text(f'system = "{words}"')
    one, two, three = (
        with_setting("prompts.dir", str(tmp_path / name)) for name in ("one", "two", "three")
    )
    for first, second in ((load_settings(MODEL), one), (one, three)):
        with Run(tmp_path / f"{first.prompts.dir and 'own'}", first, ASKED):
            pass
        with pytest.raises(InputError, match="began with prompts = "):
            Run(tmp_path / f"{first.prompts.dir and 'own'}", second, ASKED).__enter__()
    with Run(tmp_path / "own", two, ASKED):
        pass


def test_a_judge_of_the_panel_is_named_by_its_number(tmp_path: Path) -> None:
    def judges(second: str) -> Settings:
        return with_setting("panel.judges", [{"model": "a"}, {"model": second}])

    with Run(tmp_path, judges("b"), ASKED):
        pass
    words = r'panel\.judges\.2\.model = "b", now "c"'
    with pytest.raises(InputError, match=words):
        Run(tmp_path, judges("c"), ASKED).__enter__()
    with Run(tmp_path, judges("c"), ASKED, free=["panel"]):
        pass  # a run that no panel decides
