"""Short ways to make requests and clients in tests."""

from __future__ import annotations

from typing import Any

from proofloop.agents.llm.base import Message, Request, Sampling
from proofloop.agents.llm.openai_client import OpenAIModel
from proofloop.agents.llm.retry import Retry
from support.openai_server import ScriptedServer

KEY = "sk-test-0123456789abcdef"
QUICK = Retry(attempts=3, initial=0.01, longest=0.02, jitter=0.01)


def prompt(text: str = "hello", *, role: str = "tester", **sampling: Any) -> Request:
    return Request(
        role=role,
        messages=(Message(role="user", content=text),),
        sampling=Sampling(**sampling),
    )


def client(server: ScriptedServer, *, retry: Retry = QUICK, **options: Any) -> OpenAIModel:
    return OpenAIModel("tiny", base_url=server.base_url, api_key=KEY, retry=retry, **options)
