"""Case distinctions modulo the numbers that a theorem names."""

from __future__ import annotations

import re
from collections.abc import Iterator

from proofloop.tools.lean.shape import Shape

_MODULUS = re.compile(r"(?:%|\[Z?MOD) (\d+)|(\d+) ∣")
_POWER = re.compile(r"(?<![\w^])(\d+) \^ \(?[^\W\d]")
MOST_CASES = 20
MOST_PARITIES = 4
LARGEST_MODULUS = 100  # of powers, whose residues are few

_LEMMAS = {
    "ℕ": "Nat.pow_succ, Nat.mul_mod, Nat.add_mod, Nat.dvd_iff_mod_eq_zero",
    "ℤ": "Int.pow_succ, Int.mul_emod, Int.add_emod, Int.sub_emod, Int.dvd_iff_emod_eq_zero",
}


def moduli(shape: Shape) -> list[int]:
    return sorted({int(a or b) for a, b in _MODULUS.findall(shape.text)} - {0, 1})


def residue_cases(shape: Shape) -> Iterator[str]:
    """Each variable, each small modulus: one case for each residue, then computing with it."""
    for modulus in moduli(shape):
        if modulus > MOST_CASES:
            continue
        for name in shape.of_kind("ℕ", "ℤ"):
            cases = " ∨ ".join(f"{name} % {modulus} = {value}" for value in range(modulus))
            names = " | ".join(["h"] * modulus)
            lemmas = _LEMMAS[shape.variables[name]]
            yield (
                f"have cases : {cases} := by omega\n"
                f"rcases cases with {names} <;> simp [{lemmas}, h] <;> omega"
            )


def compute_residues(shape: Shape) -> Iterator[str]:
    """The residues of terms from those of the variables that the hypotheses give."""
    if "%" in shape.text and shape.hypotheses:
        lemmas = _LEMMAS["ℤ" if "ℤ" in shape.text else "ℕ"]
        yield f"simp [{lemmas}, *]"


def parity(shape: Shape) -> Iterator[str]:
    """Even and odd as residues modulo 2, one case for each parity of the variables."""
    names = shape.of_kind("ℕ", "ℤ")
    if not shape.mentions("Even", "Odd") or not 0 < len(names) <= MOST_PARITIES:
        return
    split = {"ℕ": "Nat.mod_two_eq_zero_or_one", "ℤ": "Int.emod_two_eq"}
    cases = " <;> ".join(
        f"rcases {split[shape.variables[name]]} {name} with h{number} | h{number}"
        for number, name in enumerate(names)
    )
    lemmas = ", ".join(_LEMMAS[kind] for kind in _LEMMAS if kind in shape.variables.values())
    yield (
        "simp only [Nat.even_iff, Nat.odd_iff, Int.even_iff, Int.odd_iff] at *\n"
        f"{cases} <;> simp_all [{lemmas}] <;> omega"
    )


def power_residues(shape: Shape) -> Iterator[str]:
    """Powers of a number are periodic modulo another: found here, proved by induction."""
    for base in sorted({int(text) for text in _POWER.findall(shape.text)}):
        for modulus in moduli(shape):
            orbit = periodic_powers(base, modulus)
            if modulus > LARGEST_MODULUS or orbit is None:
                continue
            cases = " ∨ ".join(
                f"(n % {len(orbit)} = {index} ∧ {base} ^ n % {modulus} = {value})"
                for index, value in enumerate(orbit)
            )
            for name in shape.of_kind("ℕ"):
                yield (
                    f"have key : ∀ n : ℕ, {cases} := by\n"
                    "  intro n\n"
                    "  induction n with\n"
                    "  | zero => decide\n"
                    "  | succ n ih => rw [Nat.pow_succ]; omega\n"
                    f"have := key {name}\n"
                    f"generalize {base} ^ {name} = power at *\n"
                    "omega"
                )


def periodic_powers(base: int, modulus: int) -> list[int] | None:
    """The residues of base^0, base^1, ... up to the period; None if base^0 never comes again."""
    orbit = [1 % modulus]
    while (value := orbit[-1] * base % modulus) not in orbit:
        orbit.append(value)
    return orbit if value == orbit[0] else None
