"""Reading a solution while it is written, and stopping it where it is complete (the *detect* of
Solve-Detect-Verify, arXiv 2505.11966).

At every word of hesitation the reader pauses and asks whether what stands before it is a complete
solution; if so the stream is closed, which drops the connection, so that nothing more is generated
or paid for.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Awaitable, Callable
from contextlib import aclosing

from proofloop.agents.llm.base import Model, Request
from proofloop.agents.llm.cut import cutting
from proofloop.core.model import Frozen

CHECK_SECONDS = 30.0

HESITATION = re.compile(
    r"\b(?:wait|hmm+|alternatively|however|on second thought|let me (?:double[- ]?check|verify"
    r"|re-?check|reconsider)|but (?:let me|maybe)|actually)\b(?=\W)",
    re.IGNORECASE,
)


class Detected(Frozen):
    """``text`` is the solution up to the hesitation where it was ``cut``, the whole of it where it
    was not; ``checks`` is how often was asked."""

    text: str
    cut: bool = False
    checks: int = 0


async def read_until_complete(
    model: Model,
    request: Request,
    complete: Callable[[str], Awaitable[bool]],
    *,
    most_checks: int = 8,
    check_seconds: float = CHECK_SECONDS,
    index: int = 0,
) -> Detected:
    """Raises what the model and ``complete`` raise. A hesitation before the first line break has
    nothing before it worth asking about. A question without an answer in ``check_seconds`` is the
    last one: the budget it waits for may be what this very stream holds."""
    text, seen, checks = "", 0, 0
    with cutting() as cut:
        async with aclosing(model.stream(request, index=index)) as chunks:
            async for chunk in chunks:
                text += chunk.text
                while checks < most_checks and (found := HESITATION.search(text, seen)):
                    seen = found.end()
                    before = text[: found.start()].rstrip()
                    if "\n" not in before:
                        continue
                    checks += 1
                    try:
                        async with asyncio.timeout(check_seconds):
                            done = await complete(before)
                    except TimeoutError:
                        most_checks = checks
                        break
                    if done:
                        cut()
                        return Detected(text=before, cut=True, checks=checks)
    return Detected(text=text, checks=checks)
