"""What is known where a formula stands: the sorts of the names in sight, and facts."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import TypeAlias

from proofloop.agents.llm.offline.bounds import Bounds
from proofloop.agents.llm.offline.forms import (
    Arrow,
    Formula,
    Sort,
)

Signature: TypeAlias = Sort | Arrow


@dataclass(frozen=True, slots=True)
class Scope:
    """Sorts of the names in sight, and what is known about them."""

    sorts: dict[str, Signature] = field(default_factory=dict)
    bounds: Bounds = field(default_factory=Bounds)

    def declare(self, names: dict[str, Signature], facts: Iterable[Formula] = ()) -> Scope:
        naturals = [name for name, sort in names.items() if sort is Sort.NAT]
        bounds = self.bounds.without(names).and_know(facts, naturals)
        return Scope({**self.sorts, **names}, bounds)

    def suppose(self, facts: Iterable[Formula]) -> Scope:
        return replace(self, bounds=self.bounds.and_know(facts))
