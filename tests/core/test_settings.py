from pathlib import Path

import pytest

from proofloop.core.errors import SettingsError
from proofloop.core.settings import OFFLINE, Settings, load_settings


@pytest.fixture(autouse=True)
def bare(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """No settings of this machine reach these tests."""
    for name in ("OPENAI_API_KEY", "OPENAI_BASE_URL", "PROOFLOOP_MODEL", "PROOFLOOP_CONFIG"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    monkeypatch.chdir(tmp_path)


def test_without_a_key_the_model_is_the_offline_one() -> None:
    assert load_settings().model_name == OFFLINE


def test_flags_beat_the_environment_and_it_beats_the_file(monkeypatch: pytest.MonkeyPatch) -> None:
    Path("proofloop.toml").write_text(
        'model = "from-file"\nseed = 1\n[lean]\nworkers = 1\ncheck_seconds = 1\nheartbeats = 1\n'
    )
    monkeypatch.setenv("PROOFLOOP_LEAN__WORKERS", "2")
    monkeypatch.setenv("PROOFLOOP_LEAN__CHECK_SECONDS", "2")
    settings = load_settings({"lean": {"check_seconds": 3, "heartbeats": None}})
    assert settings.lean.check_seconds == 3
    assert settings.lean.workers == 2
    assert settings.lean.heartbeats == 1
    assert (settings.model, settings.seed) == ("from-file", 1)


@pytest.mark.parametrize("name", ["PROOFLOOP_BASE_URL", "OPENAI_BASE_URL"])
def test_a_flag_beats_either_name_of_an_endpoint_variable(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(name, "http://environment")
    assert load_settings().base_url == "http://environment"
    assert load_settings({"base_url": "http://flag"}).base_url == "http://flag"


def test_an_endpoint_without_a_model_is_an_error_that_says_so() -> None:
    with pytest.raises(SettingsError, match="no model"):
        _ = load_settings({"base_url": "http://127.0.0.1:1"}).model_name


def test_secrets_are_not_in_the_public_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "sk-secret")
    settings = load_settings()
    assert settings.secrets() == ["sk-secret"]
    assert "sk-secret" not in f"{settings} {settings.public()}"


@pytest.mark.parametrize(
    ("table", "words"),
    [
        ('modle = "x"', "modle"),
        ("[lean]\nworkers = 0", "lean.workers"),
        ("[budget]\ntokens = -1", "budget.tokens"),
        ("not toml", "proofloop.toml"),
    ],
)
def test_a_bad_setting_is_named(table: str, words: str) -> None:
    Path("proofloop.toml").write_text(table)
    with pytest.raises(SettingsError, match=words):
        load_settings()


def test_a_named_settings_file_must_be_there() -> None:
    with pytest.raises(SettingsError, match=r"no settings file absent\.toml"):
        load_settings(config="absent.toml")


def test_settings_do_not_change() -> None:
    with pytest.raises(ValueError, match="frozen"):
        Settings().seed = 3  # type: ignore[misc]
