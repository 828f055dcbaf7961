"""Requests in the format of OpenAI's chat completions.

Servers that speak it (vLLM, llama.cpp, Ollama, gateways) differ in what they take. ``refused`` is
the set of features a server was seen to refuse; ``chat_body`` writes a request without them.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence, Set
from functools import lru_cache
from typing import Any

from proofloop.agents.llm.base import Message, Request

# Reasoning models take their own temperature only; one out of range stays an error.
_UNSUPPORTED = r"(?:unsupported|not support|n't support)"
# Feature: what a server's complaint about it says.
COMPLAINTS = {
    "temperature": rf"{_UNSUPPORTED}.*\btemperature|\btemperature\b.*{_UNSUPPORTED}",
    "top_p": rf"{_UNSUPPORTED}.*\btop_p|\btop_p\b.*{_UNSUPPORTED}",
    "stream_options": r"stream_options",
    "max_tokens": r"max_completion_tokens",
    "json_schema": r"response_format|json|schema|grammar|structured",
    "json_object": r"response_format|json",
    "logprobs": r"logprobs",
    "seed": r"\bseed\b",
    "n": r"\bn\b|choices?\b|number of completions",
}


def chat_body(
    model: str, request: Request, *, n: int, index: int, stream: bool, refused: Set[str]
) -> dict[str, Any]:
    """The body of one call for the samples ``index`` to ``index + n - 1``."""
    sampling = request.sampling
    body: dict[str, Any] = {"model": model, **_schema_fields(request, refused)}
    if request.tools:
        body["tools"] = [
            {"type": "function", "function": tool.model_dump()} for tool in request.tools
        ]
    if request.continues:
        body |= {"continue_final_message": True, "add_generation_prompt": False}
    if n > 1:
        body["n"] = n
    if stream:
        body["stream"] = True
    if stream and "stream_options" not in refused:
        body["stream_options"] = {"include_usage": True}
    if sampling.temperature is not None and "temperature" not in refused:
        body["temperature"] = sampling.temperature
    if sampling.top_p is not None and "top_p" not in refused:
        body["top_p"] = sampling.top_p
    if sampling.max_tokens is not None:
        name = "max_completion_tokens" if "max_tokens" in refused else "max_tokens"
        body[name] = sampling.max_tokens
    if sampling.stop:
        body["stop"] = list(sampling.stop)
    if sampling.seed is not None and "seed" not in refused:
        body["seed"] = sampling.seed + index
    if sampling.logprobs is not None and "logprobs" not in refused:
        body["logprobs"] = True
        body["top_logprobs"] = sampling.logprobs
    return body


def refuses_tools(body: dict[str, Any], complaint: str) -> bool:
    """Whether the server's words are about tools. They cannot be left out, like other features: a
    model that knows of no tools calls none."""
    return "tools" in body and bool(re.search(r"\btools?\b|tool_|function", complaint, re.I))


def refuses_images(body: dict[str, Any], complaint: str) -> bool:
    """Whether the server's words are about images. What is shown cannot be left out either. Some
    servers only say that the content has to be a text."""
    shown = any(isinstance(message["content"], list) for message in body["messages"])
    words = r"image|vision|multi-?modal|content.{0,40}\bstr(?:ing)?\b|content_?part"
    return shown and bool(re.search(words, complaint, re.I))


def next_refusal(body: dict[str, Any], complaint: str) -> str | None:
    """The feature of a rejected body that the server's words point at, if any."""
    if refuses_tools(body, complaint) or refuses_images(body, complaint):
        return None
    form = body.get("response_format", {}).get("type")
    used = body.keys() | {form}
    for feature, words in COMPLAINTS.items():
        if feature in used and re.search(words, complaint, re.IGNORECASE):
            return feature
    return None


def _schema_fields(request: Request, refused: Set[str]) -> dict[str, Any]:
    """The messages, and the wish for an answer of a shape in the strongest form not refused."""
    messages = [_message(message) for message in request.messages]
    if request.json_schema is None:
        return {"messages": messages}
    if "json_schema" not in refused:
        schema, strict = _closed(json.dumps(request.json_schema))
        name = re.sub(r"[^\w-]", "_", request.schema_name, flags=re.ASCII)[:64]
        form = {"name": name, "schema": schema, "strict": strict}
        return {
            "messages": messages,
            "response_format": {"type": "json_schema", "json_schema": form},
        }
    messages = [_message(message) for message in with_instruction(request)]
    if "json_object" not in refused:
        return {"messages": messages, "response_format": {"type": "json_object"}}
    return {"messages": messages}


def _message(message: Message) -> dict[str, Any]:
    fields = message.model_dump(exclude={"images"})
    if message.images:
        parts = [
            {"type": "image_url", "image_url": {"url": each.address}} for each in message.images
        ]
        fields["content"] = [{"type": "text", "text": message.content}, *parts]
    if message.tool_calls:
        fields["tool_calls"] = [
            {
                "id": call.id,
                "type": "function",
                "function": {"name": call.name, "arguments": call.arguments},
            }
            for call in message.tool_calls
        ]
    return fields


def with_instruction(request: Request) -> Sequence[Message]:
    """The messages with the schema spelt out in the last one, for servers without schemas."""
    *before, last = request.messages
    schema = json.dumps(request.json_schema, ensure_ascii=False)
    text = (
        f"{last.content}\n\nAnswer with one JSON object that matches this JSON schema,"
        f" and nothing else:\n{schema}"
    )
    return [*before, last.model_copy(update={"content": text})]


@lru_cache(maxsize=64)
def _closed(schema: str) -> tuple[dict[str, Any], bool]:
    """``closed_schema`` of a JSON text: a run has few, and asks for each many times."""
    return closed_schema(json.loads(schema))


def closed_schema(schema: dict[str, Any]) -> tuple[dict[str, Any], bool]:
    """The schema with every object closed and every property required, as strict decoding wants,
    and whether that was possible: an object with free keys stays as it is."""
    strict = True

    def close(node: Any) -> Any:
        nonlocal strict
        if isinstance(node, list):
            return [close(item) for item in node]
        if not isinstance(node, dict):
            return node
        closed = {
            key: {name: close(item) for name, item in value.items()}
            if key in ("properties", "$defs")
            else close(value)
            for key, value in node.items()
            if key not in ("default", "title")
        }
        if node.get("type") == "object" or "properties" in node:
            if "properties" not in node or node.get("additionalProperties"):
                strict = False
                return closed
            closed["additionalProperties"] = False
            closed["required"] = list(node["properties"])
        return closed

    return close(schema), strict
