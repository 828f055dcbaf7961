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
    """Candidate ids from best to worst, with the votes that made the order.

    ``partial`` is set when a budget ended the selection early: the ranking is that of the votes
    there were. ``note`` says in one line what was unusual: no readable vote, nothing to choose.
    """

    ranking: tuple[str, ...]
    scores: dict[str, float] = Field(default_factory=dict)
    votes: tuple[dict[str, JsonValue], ...] = ()
    partial: bool = False
    note: str = ""

    @property
    def best(self) -> str | None:
        """The first of the ranking; None where there was nothing to choose from."""
        return self.ranking[0] if self.ranking else None


class Plan(Frozen):
    """What a selection or a graph will ask for at the most, known before it starts: model calls,
    one for each sample (one that brings several samples is fewer), and the tokens of their prompts
    and answers (estimated). What is asked again because it failed or cannot be read comes on top.
    ``least`` calls are made however it goes; ``usd`` is the price of those tokens in dollars, None
    where it is not known.
    """

    calls: int = 0
    tokens: int = 0
    least: int = 0
    usd: float | None = None

    def __add__(self, other: Plan) -> Plan:
        priced = [plan.usd for plan in (self, other) if plan.calls]
        known = [usd for usd in priced if usd is not None]
        return Plan(
            calls=self.calls + other.calls,
            tokens=self.tokens + other.tokens,
            least=self.least + other.least,
            usd=sum(known) if len(known) == len(priced) else None,
        )

    def __mul__(self, times: int) -> Plan:
        return Plan(
            calls=self.calls * times,
            tokens=self.tokens * times,
            least=self.least * times,
            usd=None if self.usd is None else self.usd * times,
        )

    def at_least(self, calls: int) -> Plan:
        return self.model_copy(update={"least": calls})


class Selector(Protocol):
    """Chooses among candidates. No candidates are an empty ranking, one is its own ranking."""

    def plan(self, task: Task, candidates: Sequence[Candidate]) -> Plan: ...

    async def select(self, task: Task, candidates: Sequence[Candidate]) -> Selection: ...
