"""Models by name, and settings that cannot work."""

from __future__ import annotations

import subprocess
import sys

import pytest
from pydantic import SecretStr

from proofloop.agents.llm.factory import open_model
from proofloop.core.errors import SettingsError
from support.llm import prompt
from support.openai_server import ScriptedServer


async def test_a_model_at_a_server_of_ones_own_needs_no_key() -> None:
    with ScriptedServer(["ok"]) as server:
        model = open_model("tiny", base_url=server.base_url)
        assert (await model.sample(prompt()))[0].text == "ok"
        await model.aclose()


async def test_the_environment_of_the_openai_package_is_not_read(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "sk-of-another-house")
    monkeypatch.setenv("OPENAI_BASE_URL", "http://127.0.0.1:9/v1")
    with ScriptedServer(["ok"]) as server:
        model = open_model("tiny", base_url=server.base_url)
        await model.sample(prompt())
        await model.aclose()
    assert server.calls[0].headers["authorization"] == "Bearer none"


async def test_the_proxy_of_the_environment_is_used(monkeypatch: pytest.MonkeyPatch) -> None:
    with ScriptedServer(["ok"]) as proxy:
        monkeypatch.setenv("http_proxy", proxy.base_url.removesuffix("/v1"))
        model = open_model("tiny", base_url="http://model.invalid/v1")
        await model.sample(prompt())
        await model.aclose()
    assert proxy.calls[0].path == "http://model.invalid/v1/chat/completions"


@pytest.mark.parametrize("key", [None, "", "  ", SecretStr("")])
def test_the_public_endpoint_needs_a_key(key: SecretStr | str | None) -> None:
    with pytest.raises(SettingsError) as caught:
        open_model("gpt-5-mini", api_key=key)
    assert "OPENAI_API_KEY" in str(caught.value) and "\n" not in str(caught.value)


@pytest.mark.parametrize(
    "url",
    [
        "localhost:8000",
        "ftp://host/v1",
        "http://",
        "http://me:secret@host/v1",
        "http://h/v1?key=secret",
    ],
)
def test_a_base_url_that_cannot_work_is_refused_without_showing_secrets(url: str) -> None:
    with pytest.raises(SettingsError, match="base URL") as caught:
        open_model("m", base_url=url)
    assert "secret" not in str(caught.value)


def test_a_key_with_a_line_break_is_refused_without_showing_it() -> None:
    with pytest.raises(SettingsError, match="line break") as caught:
        open_model("m", base_url="http://127.0.0.1:1/v1", api_key="sk-abc\nsk-def")
    assert "sk-" not in str(caught.value)


def test_the_protocol_and_the_recorder_load_no_http_client() -> None:
    code = (
        "import sys, proofloop.agents.llm.record, proofloop.agents.llm.structured,"
        " proofloop.agents.llm.factory;"
        "print(sorted({'openai', 'aiohttp', 'httpx2', 'pydantic_settings'} & sys.modules.keys()))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=240)
    assert done.stdout.strip() == "[]", done.stderr
