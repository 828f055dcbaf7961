"""How far the verification of one entailment goes."""

from __future__ import annotations

from pydantic import Field

from proofloop.core.model import Frozen


class EntailBounds(Frozen):
    """Bounds of one entailment. Trees and forms that cannot be used are asked for again
    ``max_rounds`` times, which belongs to all loops."""

    repairs: int = Field(default=10, ge=0, description="mends of one step")
    rebuilds: int = Field(default=1, ge=0, description="new trees after the first")
    nodes: int = Field(default=64, ge=1, description="steps of a tree that a model may draw")
    unnamed: int = Field(
        default=2, ge=0, description="entities of a counterexample beyond those with a name"
    )
    edits: int = Field(default=400, ge=0, description="small changes looked at for one failed step")
