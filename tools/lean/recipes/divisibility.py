"""Greatest common divisors of linear terms, and greatest powers that divide a number."""

from __future__ import annotations

import re
from collections.abc import Iterator

from proofloop.tools.lean.shape import Shape

_DIVIDES = re.compile(r"([^\W\d][\w'!?]*) ∣ (.+)", re.DOTALL)

_TERM = r"(\w+|\([^()]*\))"
_GCD_BOUND = re.compile(rf"Nat\.gcd {_TERM} {_TERM} ≤ (\d+)")
_GREATEST_POWER = re.compile(r"IsGreatest {\s*(\w+)[^|]*\| (\d+) \^ \1 ∣ .*} \d+")
FACTORS = (1, 2, 3)


def gcd_bound(shape: Shape) -> Iterator[str]:
    """A gcd divides every small combination of its terms, so also one that is a number."""
    if match := _GCD_BOUND.fullmatch(shape.claim):
        a, b, bound = match.groups()
        tries = [
            f"  | exact (show {i} * {x} - {y} * {j} = {bound} by omega) ▸ Nat.dvd_sub "
            f"(Nat.dvd_mul_left_of_dvd {left} {i}) (Nat.dvd_mul_right_of_dvd {right} {j})"
            for x, y, left, right in ((a, b, "h1", "h2"), (b, a, "h2", "h1"))
            for i in FACTORS
            for j in FACTORS
        ]
        yield "\n".join(
            [
                f"have h1 := Nat.gcd_dvd_left {a} {b}",
                f"have h2 := Nat.gcd_dvd_right {a} {b}",
                "refine Nat.le_of_dvd (by decide) ?_",
                "first",
                *tries,
            ]
        )


def greatest_power(shape: Shape) -> Iterator[str]:
    """The greatest n with b ^ n ∣ m: the power is a divisor and the next one is none."""
    if match := _GREATEST_POWER.fullmatch(shape.claim):
        yield (
            "refine ⟨by decide +kernel, fun n hn => Nat.le_of_not_lt fun more => ?_⟩\n"
            f"have next := Nat.dvd_trans (Nat.pow_dvd_pow {match[2]} more) hn\n"
            "revert next\n"
            "decide +kernel"
        )


def quotients(shape: Shape) -> Iterator[str]:
    """Write what is divisible as a product, then show the factor in the claim."""
    divided = [name for name, text in shape.hypotheses.items() if _DIVIDES.fullmatch(text.strip())]
    target = _DIVIDES.fullmatch(shape.claim.strip())
    if not divided or not target:
        return
    kind = "Nat" if shape.variables.get(target[1]) == "ℕ" else "Int"
    opened = "\n".join(f"obtain ⟨q{number}, rfl⟩ := {name}" for number, name in enumerate(divided))
    factor = f"{kind}.mul_left_comm _ {target[1]}"
    signs = ", ← Int.mul_sub" if kind == "Int" else ""
    lemmas = f"{kind}.pow_succ, {kind}.mul_assoc, {factor}, ← {kind}.mul_add{signs}"
    yield f"{opened}\nsimp [{lemmas}] <;> exact {kind}.dvd_mul_right _ _"
