"""Sequences given by a recurrence, and inductions that do not start at 0."""

from __future__ import annotations

import re
from collections.abc import Iterator

from proofloop.tools.lean.recipes.instances import universal
from proofloop.tools.lean.shape import Shape

_SEQUENCE = re.compile(r"ℕ → (ℝ|ℚ|ℤ)")
_NUMERAL = r"(?<![\w.]){} (\d+)(?!\w)"
_LOWER_BOUND = re.compile(r"(\d+) [≤<] (\w+)|(\w+) [≥>] (\d+)")


def progressions(shape: Shape) -> Iterator[str]:
    """A sequence of numbers as an arithmetic progression from its terms 1 and 2, proved by an
    induction over two terms, then used for the term that the claim names."""
    recurrences = universal(shape)
    for name in shape.outer:
        kind = _SEQUENCE.fullmatch(shape.variables[name])
        named = re.findall(_NUMERAL.format(re.escape(name)), shape.claim)
        if kind is None or not recurrences or not named:
            continue
        step = f"({name} 2 - {name} 1)"
        instances = [f"have := {each} (n + {shift})" for each in recurrences for shift in (1, 3)]
        starts = [f"try have := {each} {term}" for each in recurrences for term in (1, 2)]
        yield "\n".join(
            [
                f"have key : ∀ n : ℕ, {name} (n + 1) = {name} 1 + (n : {kind[1]}) * {step} ∧",
                f"    {name} (n + 2) = {name} 1 + ((n : {kind[1]}) + 1) * {step} := by",
                "  intro n",
                "  induction n with",
                "  | zero => grind",
                "  | succ n ih =>",
                *(f"    {line}" for line in instances),
                "    grind",
                *(f"have := key {int(term) - 1}" for term in dict.fromkeys(named) if int(term)),
                *starts,
                "grind",
            ]
        )


def from_lower_bound(shape: Shape) -> Iterator[str]:
    """Induction on a variable from the bound that a hypothesis ``4 ≤ n`` gives."""
    for hypothesis, claim in shape.hypotheses.items():
        match = _LOWER_BOUND.fullmatch(claim)
        if match and (match[2] or match[3]) in shape.of_kind("ℕ"):
            last = "simp_all [Nat.factorial_succ, Nat.pow_succ, ← Nat.add_assoc] <;> grind"
            for close in (last, "grind [Nat.pow_succ]"):
                yield "\n".join(
                    [
                        f"obtain ⟨k, rfl⟩ := Nat.exists_eq_add_of_le {hypothesis}",
                        f"clear {hypothesis}",
                        "induction k with",
                        "| zero => decide +kernel",
                        f"| succ k ih => {close}",
                    ]
                )
