"""What a verifier says of a candidate, and the seams of verifiers and selectors."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from pydantic import Field, JsonValue

from proofloop.core.model import Frozen
from proofloop.core.task import Candidate, Task


class Verdict(Frozen):
    """``passed`` is None when the verifier abstained: an abstention is never a vote.

    ``score`` lies in [0, 1]; ``method`` names the verifier and, where it has tiers, the tier
    reached; ``feedback`` is written for the agent that will try again; ``evidence`` is data.
    """

    passed: bool | None
    score: float = Field(default=0.0, ge=0.0, le=1.0)
    method: str
    feedback: str = ""
    evidence: dict[str, JsonValue] = Field(default_factory=dict)


class Verifier(Protocol):
    async def verify(self, task: Task, candidate: Candidate) -> Verdict: ...


class Selection(Frozen):
    """Candidate ids from best to worst, with the votes that made the order."""

    ranking: tuple[str, ...]
    scores: dict[str, float] = Field(default_factory=dict)
    votes: tuple[dict[str, JsonValue], ...] = ()


class Selector(Protocol):
    async def select(self, task: Task, candidates: Sequence[Candidate]) -> Selection: ...
