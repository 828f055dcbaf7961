"""How far the search for a proof goes."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from proofloop.core.model import Frozen


class SearchBounds(Frozen):
    """Bounds of the search for one proof; a method heeds those that concern it."""

    portfolio: bool = Field(default=True, description="core Lean's automation before the model")
    samples: int = Field(default=1, ge=1, description="independent proofs asked of the model")
    at_once: int = Field(default=4, ge=1, description="samples or sub-goals under way at a time")
    depth: int = Field(default=1, ge=0, description="how often a hole may be sketched again")
    holes: int = Field(default=16, ge=1, description="steps that one sketch may leave open")
    expansions: int = Field(
        default=64, ge=1, le=900, description="proof states expanded best first"
    )
    tactics: int = Field(default=8, ge=1, description="tactics asked for one proof state")
    length_power: float = Field(
        default=0.5, ge=0, le=1, description="a path's score is its sum over length to this power"
    )
    examples: int = Field(default=16, ge=0, description="accepted proofs shown as examples")
    lemmas: Literal["run", "user", "off"] = Field(
        default="run", description="proved statements are kept for the run, for the user, or not"
    )
    passes: int = Field(default=2, ge=1, description="passes over a set of statements")
