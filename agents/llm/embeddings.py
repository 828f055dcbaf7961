"""Vectors for texts from any server that speaks OpenAI's ``/embeddings``."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from urllib.parse import urlsplit

import openai

from proofloop.agents.llm.base import Message, Request
from proofloop.agents.llm.openai_errors import Translator
from proofloop.agents.llm.retry import Retry
from proofloop.core.errors import ModelMalformed


class EndpointEmbedder:
    """Implements Embedder. ``timeout`` (seconds) is of one call."""

    def __init__(
        self,
        name: str,
        *,
        base_url: str,
        api_key: str = "",
        retry: Retry | None = None,
        timeout: float = 60.0,
    ) -> None:
        self.name = name
        self._retry = retry or Retry()
        self._timeout = timeout
        self._errors = Translator(f"{name} at {urlsplit(base_url).netloc}", api_key)
        self._client = openai.AsyncOpenAI(
            api_key=api_key or "none",
            base_url=base_url.rstrip("/"),
            max_retries=0,
            timeout=timeout,
            http_client=openai.DefaultAioHttpClient(),
        )

    async def embed(self, texts: Sequence[str]) -> list[list[float]]:
        """One vector a text, all of one length. Raises ModelRejected, ModelUnavailable,
        ModelMalformed."""
        return await self._retry.call(lambda: self._once(list(texts)))

    async def aclose(self) -> None:
        await self._client.close()

    async def _once(self, texts: list[str]) -> list[list[float]]:
        request = Request(role="embedder", messages=(Message(role="user", content=texts[0]),))
        try:
            async with asyncio.timeout(self._timeout):
                answer = await self._client.embeddings.create(
                    model=self.name, input=texts, encoding_format="float"
                )
        except TimeoutError:
            raise self._errors.timeout(self._timeout, request) from None
        except openai.APIStatusError as error:
            raise self._errors.status(error) from None
        except openai.APIConnectionError as error:
            raise self._errors.connection(error, request) from None
        except (openai.APIError, ValueError) as error:
            words = self._errors.clean(str(error))
            raise ModelMalformed(f"{self._errors.place}: {words}") from None
        items = sorted(answer.data or [], key=lambda item: item.index)
        vectors = [list(item.embedding) for item in items]
        if len(vectors) != len(texts) or len({len(vector) for vector in vectors}) > 1:
            raise ModelMalformed(
                f"{self._errors.place}: {len(vectors)} vectors for {len(texts)} texts,"
                f" of {len({len(v) for v in vectors})} lengths"
            )
        return vectors
