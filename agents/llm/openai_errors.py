"""What can go wrong at an OpenAI-protocol endpoint, as errors of ours.

Every message is one line that names the model and the server. An error body may quote the request
with its key, so the key is blotted out of everything that is passed on.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from email.utils import parsedate_to_datetime
from typing import Any

import aiohttp
import openai
from pydantic import ValidationError

from proofloop.agents.llm.base import Request
from proofloop.agents.llm.tokens import estimate_usage
from proofloop.core.errors import ModelMalformed, ModelRejected, ModelUnavailable
from proofloop.core.secrets import blot
from proofloop.core.task import Usage

LONGEST_QUOTE = 300
RETRYABLE = frozenset({408, 409, 425, 429})
HINTS = {
    401: "wrong key",
    403: "not allowed",
    404: "no such model, or no such path (most base URLs end in /v1)",
    429: "too many requests",
}
# Failures before the request had gone out: nothing was used.
UNSENT = (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError)


class Translator:
    """Errors of one model at one server. ``place`` is "MODEL at HOST"."""

    def __init__(self, place: str, secret: str) -> None:
        self.place = place
        self._secret = secret

    def clean(self, text: str) -> str:
        """One line, no key, not long."""
        line = " ".join(blot(text, [self._secret]).split())
        return line if len(line) <= LONGEST_QUOTE else line[: LONGEST_QUOTE - 1] + "…"

    def complaint(self, error: openai.APIStatusError) -> str:
        """What the server says, from whichever body it sent."""
        body: Any = error.body
        if isinstance(body, dict):
            body = body.get("message") or body.get("detail") or body.get("error") or body
        param = f" (parameter {error.param})" if error.param else ""
        return self.clean(f"{body or ''}{param}")

    def status(
        self, error: openai.APIStatusError, *, hint: str = ""
    ) -> ModelRejected | ModelUnavailable:
        code = error.status_code
        said = self.complaint(error)
        line = f"{self.place}: HTTP {code}"
        line += f", {HINTS[code]}" if code in HINTS else ""
        line += f": {said}" if said else ""
        line += f" ({hint})" if hint else ""
        out_of_credit = code == 429 and error.code == "insufficient_quota"
        if (code in RETRYABLE or code >= 500) and not out_of_credit:
            return ModelUnavailable(line, retry_after=retry_after(error.response.headers))
        return ModelRejected(line)

    def connection(self, error: openai.APIConnectionError, request: Request) -> ModelUnavailable:
        # The package's own errors do not tell a refused connection from one that was cut.
        cause = root_of(error)
        usage = None if isinstance(cause, UNSENT) else estimate_usage(request)
        what = "timed out" if isinstance(cause, TimeoutError) else "connection failed"
        why = self.clean(str(cause))
        line = f"{self.place}: {what}" + (f": {why}" if why else "")
        return ModelUnavailable(line, usage=usage)

    def timeout(self, seconds: float, request: Request) -> ModelUnavailable:
        line = f"{self.place}: no whole answer within {seconds:g} s"
        return ModelUnavailable(line, usage=estimate_usage(request))

    def streaming(self, error: openai.APIError, usage: Usage) -> ModelUnavailable:
        said = self.clean(str(error.__cause__ or error.message))
        return ModelUnavailable(f"{self.place}: failed while streaming: {said}", usage=usage)

    def broken_off(self, usage: Usage) -> ModelUnavailable:
        return ModelUnavailable(f"{self.place}: the stream broke off", usage=usage)

    def malformed(self, error: ValueError, text: str, request: Request) -> ModelMalformed:
        """An answer that is not a chat completion."""
        if isinstance(error, ValidationError):
            first = error.errors()[0]
            why = f"{'.'.join(str(part) for part in first['loc'])} {first['msg']}".strip()
        else:
            why = str(error)
        return ModelMalformed(
            f"{self.place}: not a chat completion: {self.clean(why)}",
            text=self.clean(text),
            usage=estimate_usage(request, text),
        )


def root_of(error: BaseException) -> BaseException:
    """aiohttp's error, where an error of the package was made from one."""
    while error.__cause__ is not None and not isinstance(error, aiohttp.ClientError):
        error = error.__cause__
    return error


def retry_after(headers: Mapping[str, str]) -> float | None:
    """Seconds to wait, from Retry-After as seconds or as an HTTP date."""
    value = headers.get("retry-after")
    if value is None:
        return None
    try:
        return max(0.0, float(value))
    except ValueError:
        pass
    try:
        return max(0.0, parsedate_to_datetime(value).timestamp() - time.time())
    except ValueError:
        return None
