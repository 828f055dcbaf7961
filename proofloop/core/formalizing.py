"""How far the formalization of one text goes."""

from __future__ import annotations

from pydantic import Field

from proofloop.core.model import Frozen


class FormalizeBounds(Frozen):
    """Bounds of one formalization; a method heeds those that concern it. The attempts of a loop
    are bounded by ``max_rounds``, which belongs to all loops."""

    samples: int = Field(default=4, ge=1, description="statements asked of each formalizer")
    critiqued: int = Field(
        default=3, ge=1, description="statements that reform critiques, max_rounds at most"
    )
    critiques: int = Field(default=2, ge=1, description="critiques of one statement")
    votes: int = Field(default=2, ge=1, description="rounds of samples that agreement takes")
    share: float = Field(
        default=0.6, gt=0.5, le=1, description="of the votes, with which a reading wins"
    )
    negations: int = Field(
        default=0,
        ge=0,
        description="proofs of its negation asked of a model, of what a person is to see",
    )
    judge_edits: bool = Field(
        default=False, description="whether the judges are asked about what a reviewer edits"
    )
    depth: int = Field(default=6, ge=1, description="of the chain of mmformalize")
    nodes: int = Field(default=35, ge=2, description="propositions in the chain of mmformalize")
    node_attempts: int = Field(
        default=3, ge=1, description="at grounding, and at composing, a proposition of the chain"
    )
    image_mb: float = Field(default=10.0, gt=0, description="size of an image that is sent")
    compare_seconds: float = Field(
        default=60.0, gt=0, description="each direction of a comparison of two statements"
    )

    @property
    def image_bytes(self) -> int:
        return int(self.image_mb * 1_000_000)
