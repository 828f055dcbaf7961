"""Natural variables: all split at zero together, or carried into a field and back."""

from __future__ import annotations

import re
from collections.abc import Iterator

from proofloop.tools.lean.shape import Shape


def split_all_at_zero(shape: Shape) -> Iterator[str]:
    names = shape.of_kind("ℕ")
    if len(names) in (2, 3):
        splits = " <;> ".join(f"rcases {name} with _ | {name}" for name in names)
        yield f"{splits} <;> simp_all [Nat.choose_succ_succ] <;> grind"


def through_field(shape: Shape) -> Iterator[str]:
    """An equation ``x = 42`` over ℕ from hypotheses about its cast into a field."""
    claim = re.fullmatch(r"(\S+) = (\d+)", shape.claim)
    fields = [field for field in ("ℚ", "ℝ") if re.search(rf": {field}\)", shape.text)]
    if claim is None or claim[1] not in shape.of_kind("ℕ"):
        return
    for field in fields:
        yield f"have cast : ({claim[1]} : {field}) = {claim[2]} := by grind\nexact_mod_cast cast"
