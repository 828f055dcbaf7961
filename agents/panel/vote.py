"""What is judged, what a judge says of it, and the seam of judges."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, Protocol

from pydantic import Field

from proofloop.agents.llm.base import Reply
from proofloop.core.errors import ModelError, ModelMalformed
from proofloop.core.model import Frozen
from proofloop.core.task import Usage

# A judge's samples: judges of one model that differ in nothing else are different samples of it.
SAMPLES = 100

PairKind = Literal["statement", "sentence"]
Abstention = Literal["", "cannot tell", "malformed", "down"]


class Pair(Frozen):
    """An informal text, and the Lean statement that should say the same. ``header`` is the Lean
    text before it. A "sentence" is plain English in event-based logic, as ``decompose`` has it."""

    informal: str
    lean: str
    header: str = ""
    kind: PairKind = Field(default="statement", exclude_if=lambda kind: kind == "statement")

    @property
    def texts(self) -> tuple[str, str]:
        return self.informal, self.lean


class Vote(Frozen):
    """``passed`` is None for an abstention, and ``abstained`` then says of which kind: the judge
    "cannot tell", its answer was "malformed" even after a repair turn, or it was "down".

    ``score`` is the judge's own probability that the two say the same; ``back_translation`` is what
    it read in the Lean, where it was asked to. ``swapped`` tells that the Lean (or what was read
    in it) was shown first. ``seconds`` are those of the calls that made the vote, as they were
    when they were paid; ``prompt`` is the version of the prompt."""

    judge: str
    model: str = ""
    passed: bool | None = None
    score: float = Field(default=0.5, ge=0.0, le=1.0)
    reasons: str = ""
    abstained: Abstention = ""
    back_translation: str = ""
    swapped: bool = False
    prompt: str = ""
    usage: Usage = Usage()
    calls: int = 0
    seconds: float = 0.0

    def paid(self, replies: Sequence[Reply]) -> Vote:
        """With what these replies cost on top."""
        return self.model_copy(
            update={
                "usage": sum((reply.usage for reply in replies), self.usage),
                "calls": self.calls + sum(reply.calls for reply in replies),
                "seconds": self.seconds + sum(reply.latency_s for reply in replies),
            }
        )


def decided(passed: bool | None, confidence: float | None) -> dict[str, object]:
    """The fields of a vote for a judge's decision and how sure it says it is of it. A judge that
    says nothing is taken to be sure; one that doubts its own decision has no opinion."""
    if passed is None:
        return {"passed": None, "score": 0.5, "abstained": "cannot tell"}
    sure = 1.0 if confidence is None else min(1.0, max(0.5, confidence))
    return {"passed": passed, "score": sure if passed else 1.0 - sure}


def failed(error: ModelError) -> dict[str, object]:
    """The fields of the vote of a judge that gave no usable answer."""
    kind = "malformed" if isinstance(error, ModelMalformed) else "down"
    return {"passed": None, "score": 0.5, "abstained": kind, "reasons": str(error)}


class Judge(Protocol):
    """A model with a rubric. ``name`` tells the judges of a panel apart."""

    @property
    def name(self) -> str: ...

    async def vote(self, pair: Pair, *, swapped: bool = False, index: int = 0) -> Vote:
        """Raises BudgetExceeded and user errors (a wrong key); a ModelError, which any judge may
        raise, is an abstention to the panel."""
        ...

    async def aclose(self) -> None: ...
