"""A process that makes five recorded calls, says after each that it is answered, and waits for a
line on standard input before the next: for tests that kill it.

    python five_calls.py BASE_URL JOURNAL
"""

from __future__ import annotations

import asyncio
import sys

from proofloop.agents.llm.base import Message, Request
from proofloop.agents.llm.factory import open_model
from proofloop.agents.llm.record import RecordedModel
from proofloop.core.budget import Budget
from proofloop.core.journal import Journal


async def main(base_url: str, path: str) -> None:
    model = RecordedModel(open_model("tiny", base_url=base_url), Journal(path), Budget())
    for number in range(5):
        message = Message(role="user", content=f"question {number}")
        (reply,) = await model.sample(Request(role="tester", messages=(message,)))
        print(reply.text, flush=True)
        await asyncio.to_thread(sys.stdin.readline)
    await model.aclose()


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
