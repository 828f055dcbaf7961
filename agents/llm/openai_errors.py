"""What can go wrong at an OpenAI-protocol endpoint, as errors of ours.

Every message is one line that names the model and the server. An error body may quote the request
with its key, so the key is blotted out of everything that is passed on.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from email.utils import parsedate_to_datetime

import aiohttp
from pydantic import ValidationError

from proofloop.agents.llm.base import Request
from proofloop.agents.llm.openai_http import StatusError
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

    def complaint(self, error: StatusError) -> str:
        """What the server says, from whichever body it sent."""
        said = error.field("message") or error.field("detail") or error.body or ""
        param = error.field("param")
        return self.clean(f"{said} (parameter {param})" if param else str(said))

    def status(self, error: StatusError, *, hint: str = "") -> ModelRejected | ModelUnavailable:
        code = error.status
        said = self.complaint(error)
        line = f"{self.place}: HTTP {code}"
        line += f", {HINTS[code]}" if code in HINTS else ""
        line += f": {said}" if said else ""
        line += f" ({hint})" if hint else ""
        out_of_credit = code == 429 and error.field("code") == "insufficient_quota"
        if (code in RETRYABLE or code >= 500) and not out_of_credit:
            return ModelUnavailable(line, retry_after=retry_after(error.headers))
        return ModelRejected(line)

    def connection(self, error: aiohttp.ClientError, request: Request) -> ModelUnavailable:
        usage = None if isinstance(error, UNSENT) else estimate_usage(request)
        what = "timed out" if isinstance(error, TimeoutError) else "connection failed"
        why = self.clean(str(error))
        line = f"{self.place}: {what}" + (f": {why}" if why else "")
        return ModelUnavailable(line, usage=usage)

    def timeout(self, seconds: float, request: Request) -> ModelUnavailable:
        line = f"{self.place}: no whole answer within {seconds:g} s"
        return ModelUnavailable(line, usage=estimate_usage(request))

    def streaming(self, error: Exception, usage: Usage) -> ModelUnavailable:
        said = self.clean(str(error))
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
