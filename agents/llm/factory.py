"""Models by name: the offline one, or one behind an OpenAI-protocol server."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from pydantic import SecretStr

from proofloop.agents.llm.base import Model
from proofloop.core.errors import SettingsError

if TYPE_CHECKING:
    from proofloop.agents.llm.embeddings import EndpointEmbedder

OFFLINE = "offline"
PUBLIC_URL = "https://api.openai.com/v1"


def open_model(
    name: str,
    *,
    base_url: str | None = None,
    api_key: SecretStr | str | None = None,
    timeout: float = 600.0,
    concurrency: int = 32,
    attempts: int = 6,
) -> Model:
    """The model called ``name``; ``timeout`` is of one call, in seconds, ``attempts`` how often it
    is tried. Raises SettingsError for a URL or a key that cannot work."""
    if name == OFFLINE:
        from proofloop.agents.llm.offline.model import OfflineModel

        return OfflineModel()
    url = checked_url(base_url or PUBLIC_URL)
    key = checked_key(api_key)
    if not key and urlsplit(url).netloc == urlsplit(PUBLIC_URL).netloc:
        raise SettingsError(
            f"{name} needs an API key: set OPENAI_API_KEY, or OPENAI_BASE_URL for a server of your"
            f" own, or use --model {OFFLINE}"
        )
    # Imported late: the openai package takes half a second to load.
    from proofloop.agents.llm.openai_client import OpenAIModel
    from proofloop.agents.llm.retry import Retry

    return OpenAIModel(
        name,
        base_url=url,
        api_key=key,
        retry=Retry(attempts=attempts),
        concurrency=concurrency,
        timeout=timeout,
    )


def open_embedder(
    name: str,
    *,
    base_url: str | None = None,
    api_key: SecretStr | str | None = None,
    attempts: int = 6,
) -> EndpointEmbedder:
    """The embedding model called ``name``. Raises SettingsError as ``open_model`` does."""
    from proofloop.agents.llm.embeddings import EndpointEmbedder
    from proofloop.agents.llm.retry import Retry

    url = checked_url(base_url or PUBLIC_URL)
    return EndpointEmbedder(
        name, base_url=url, api_key=checked_key(api_key), retry=Retry(attempts=attempts)
    )


def checked_url(url: str) -> str:
    """The base URL of a server, which may carry no secret since it is shown and recorded."""
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise SettingsError(f"the base URL must look like http://HOST:PORT/v1, not {url!r}")
    if parts.username or parts.password or parts.query or parts.fragment:
        raise SettingsError(
            "the base URL may hold no user, password or query: give the key as OPENAI_API_KEY"
        )
    return url


def checked_key(key: SecretStr | str | None) -> str:
    """The key without white space around it; a bad one is named without being shown."""
    text = (key.get_secret_value() if isinstance(key, SecretStr) else key or "").strip()
    if not all("!" <= character <= "~" for character in text):
        raise SettingsError(
            "the API key holds characters that no key has: was it pasted with a line break?"
        )
    return text
