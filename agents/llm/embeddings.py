"""Vectors for texts from any server that speaks OpenAI's ``/embeddings``."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from urllib.parse import urlsplit

import aiohttp
from pydantic import BaseModel, ValidationError

from proofloop.agents.llm.base import Message, Request
from proofloop.agents.llm.openai_errors import Translator
from proofloop.agents.llm.openai_http import Server, StatusError
from proofloop.agents.llm.retry import Retry
from proofloop.core.errors import ModelMalformed

CONNECT_SECONDS = 10.0


class _Vector(BaseModel):
    index: int
    embedding: list[float]


class _Vectors(BaseModel):
    """The body of an answer, as far as it is read."""

    data: list[_Vector]


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
        self._server = Server(base_url, api_key, connect_timeout=CONNECT_SECONDS)

    async def embed(self, texts: Sequence[str]) -> list[list[float]]:
        """One vector a text, all of one length. Raises ModelRejected, ModelUnavailable,
        ModelMalformed."""
        return await self._retry.call(lambda: self._once(list(texts)))

    async def aclose(self) -> None:
        await self._server.aclose()

    async def _once(self, texts: list[str]) -> list[list[float]]:
        request = Request(role="embedder", messages=(Message(role="user", content=texts[0]),))
        body = {"model": self.name, "input": texts, "encoding_format": "float"}
        try:
            async with asyncio.timeout(self._timeout):
                answer = await self._server.post("/embeddings", body)
        except TimeoutError:
            raise self._errors.timeout(self._timeout, request) from None
        except StatusError as error:
            raise self._errors.status(error) from None
        except aiohttp.ClientError as error:
            raise self._errors.connection(error, request) from None
        try:
            items = sorted(_Vectors.model_validate_json(answer).data, key=lambda item: item.index)
        except ValidationError as error:
            words = self._errors.clean(str(error))
            raise ModelMalformed(f"{self._errors.place}: {words}") from None
        vectors = [item.embedding for item in items]
        if len(vectors) != len(texts) or len({len(vector) for vector in vectors}) > 1:
            raise ModelMalformed(
                f"{self._errors.place}: {len(vectors)} vectors for {len(texts)} texts,"
                f" of {len({len(v) for v in vectors})} lengths"
            )
        return vectors
