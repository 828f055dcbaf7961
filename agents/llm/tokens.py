"""A rough count of tokens, for reservations and for endpoints that report no usage.

About four bytes of UTF-8 a token, which holds within a factor of two for English, code and the
symbols of mathematics with the byte-pair vocabularies in use; four more for each message's frame.
"""

from __future__ import annotations

from proofloop.agents.llm.base import Request
from proofloop.core.task import Usage

MESSAGE_FRAME = 4
# Endpoints count an image as 85 to some 1,500 tokens, by its size and their own rules.
IMAGE_TOKENS = 1000


def estimate_tokens(text: str) -> int:
    return -(-len(text.encode("utf-8", "replace")) // 4)


def estimate_prompt(request: Request) -> int:
    texts = [message.content for message in request.messages]
    texts += [call.arguments for message in request.messages for call in message.tool_calls]
    texts += [tool.model_dump_json() for tool in request.tools]
    images = sum(len(message.images) for message in request.messages)
    return sum(estimate_tokens(text) + MESSAGE_FRAME for text in texts) + IMAGE_TOKENS * images


def estimate_usage(request: Request, answer: str = "") -> Usage:
    return Usage(
        prompt_tokens=estimate_prompt(request),
        completion_tokens=estimate_tokens(answer),
        estimated=True,
    )
