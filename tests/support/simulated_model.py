"""A language model whose answers are drawn by role from its seed, to see whether a graph does what
its paper says. The same request under the same index is the same answer, as with a record."""

from __future__ import annotations

import asyncio
import json
import random
from collections import Counter
from collections.abc import AsyncGenerator, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from proofloop.agents.llm.base import Chunk, Reply, Request
from proofloop.core.journal import fingerprint
from proofloop.core.task import Usage
from proofloop.graphs.context import Context

Role = Callable[[Request, random.Random], str]


@dataclass
class SimulatedModel:
    """``roles`` answer for the agents; ``calls`` counts the samples of each, ``seen`` has the
    requests, ``most_at_once`` how many calls of a role were under way together. A role that is not
    there is a mistake in the test."""

    roles: Mapping[str, Role]
    seed: int = 0
    name: str = "simulated"
    calls: Counter[str] = field(default_factory=Counter)
    seen: list[Request] = field(default_factory=list)
    at_once: Counter[str] = field(default_factory=Counter)
    most_at_once: Counter[str] = field(default_factory=Counter)

    async def sample(self, request: Request, n: int = 1, *, first: int = 0) -> list[Reply]:
        role = request.role
        self.calls[role] += n
        self.seen.append(request)
        self.at_once[role] += 1
        self.most_at_once[role] = max(self.most_at_once[role], self.at_once[role])
        await asyncio.sleep(0)  # what is asked at the same time has begun now
        self.at_once[role] -= 1
        key = fingerprint(request.model_dump(mode="json"))
        texts = [
            self.roles[request.role](request, random.Random(f"{self.seed} {index} {key}"))
            for index in range(first, first + n)
        ]
        usage = Usage(prompt_tokens=10, completion_tokens=5)
        return [
            Reply(text=text, model=self.name, usage=usage, calls=int(place == 0))
            for place, text in enumerate(texts)
        ]

    async def stream(self, request: Request, *, index: int = 0) -> AsyncGenerator[Chunk, None]:
        (reply,) = await self.sample(request, first=index)
        yield Chunk(text=reply.text, reply=reply)

    async def aclose(self) -> None:
        pass

    def context(self, **options: Any) -> Context:
        return Context(model=self, judge=self, seed=self.seed, **options)


def attempt(right: bool, rng: random.Random) -> str:
    """A solution, no two with the same words."""
    return f"try {rng.getrandbits(48)}\nAnswer: {'right' if right else 'wrong'}"


def perfect(request: Request, rng: random.Random) -> str:
    """The rater that is never wrong."""
    (shown,) = request.inputs["candidates"]  # type: ignore[misc]
    return json.dumps({"reasons": "checked", "rating": 10 if is_right(str(shown)) else 2})


def is_right(text: str) -> bool:
    return text.endswith("Answer: right")


def within(found: float, wanted: float, n: int) -> bool:
    """Whether a share of ``n`` draws is one that a chance of ``wanted`` gives but once in a
    thousand times not."""
    return abs(found - wanted) <= 3.3 * (max(wanted * (1 - wanted), 1e-9) / n) ** 0.5
