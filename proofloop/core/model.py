"""The base of every value that travels: frozen, closed, JSON-able."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict


class Frozen(BaseModel):
    """A value. Unknown fields are errors, so that a misspelt field in a file is found at once."""

    model_config = ConfigDict(frozen=True, extra="forbid")
