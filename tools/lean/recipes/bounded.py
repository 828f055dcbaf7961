"""Search in finite boxes: bound every variable, then let the kernel decide all cases."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Iterator

from proofloop.tools.lean.recipes.squares import conjuncts
from proofloop.tools.lean.shape import Shape, split_top

BOXES = ((0, 10), (-10, 10), (0, 50), (-50, 50))
MOST_CASES = 3_000  # some seconds of the kernel's
_WORD = r"(?<![\w.]){}(?!\w)"
_NUMBER = r"(-?\d+)"
_BELOW = re.compile(r"(.+?) ([<≤]) (.+)", re.DOTALL)
_ABOVE = re.compile(r"(.+?) ([>≥]) (.+)", re.DOTALL)


def replace_name(text: str, name: str, value: str) -> str:
    return re.sub(_WORD.format(re.escape(name)), value, text)


def search(shape: Shape) -> Iterator[str]:
    """All variables over ℕ or ℤ, none above a bound that omega or grind can prove with the help of
    products and powers of what is assumed."""
    numbers, hypotheses = shape.of_kind("ℕ", "ℤ"), shape.hypotheses
    if not numbers or len(numbers) + len(hypotheses) != len(shape.outer):
        return
    if any(re.search("[∀∃]", claim) for claim in hypotheses.values()):
        return
    defined = _defined(hypotheses, numbers)
    kept = {
        name: _substituted(claim, defined.values())
        for name, claim in hypotheses.items()
        if name not in defined
    }
    free = [name for name in numbers if name not in {each for each, _ in defined.values()}]
    claim = _substituted(shape.claim, defined.values())
    for sides in _boxes(shape, free, kept):
        if math.prod(high - low + 1 for low, high in sides.values()) > MOST_CASES:
            continue
        lines = [f"subst {' '.join(defined)}"] if defined else []
        for name in free:
            lines += box(shape, name, free, kept, *sides[name])
        boxes = "".join(f"∀ {name} ∈ {_interval(shape, name, *sides[name])}, " for name in free)
        premises = "".join(f"({text}) → " for text in kept.values())
        lines.append(f"have key : {boxes}{premises}({claim}) := by decide +kernel")
        given = [f"{name} box_{name}" for name in free] + list(kept)
        yield "\n".join([*lines, f"exact key {' '.join(given)}"])


def _boxes(
    shape: Shape, free: list[str], hypotheses: dict[str, str]
) -> Iterator[dict[str, tuple[int, int]]]:
    """The sides of the boxes to try: the stated ones where every variable has them, then BOXES."""
    claims = conjuncts(hypotheses)[1].values()
    stated = {}
    for name in free:
        low, high = bounds(name, claims, 0 if shape.variables[name] == "ℕ" else None)
        if low is not None and high is not None and low <= high:
            stated[name] = (0 if shape.variables[name] == "ℕ" else low, high)
    if len(stated) == len(free):
        yield stated
    whole = any(shape.variables[name] == "ℤ" for name in free)
    for sides in BOXES:
        if sides[0] >= 0 or whole:
            yield dict.fromkeys(free, sides)


def bounds(name: str, claims: Iterable[str], low: int | None) -> tuple[int | None, int | None]:
    """The least and the greatest value that claims like ``3 < x``, ``x ≤ 9``, ``0 ≤ x`` leave."""
    high: int | None = None
    for claim in claims:
        for smaller, sign, larger in comparisons(claim):
            strict = sign == "<"
            if larger == name and re.fullmatch(_NUMBER, smaller):
                value = int(smaller) + strict
                low = value if low is None else max(low, value)
            elif smaller == name and re.fullmatch(_NUMBER, larger):
                value = int(larger) - strict
                high = value if high is None else min(high, value)
    return low, high


def comparisons(claim: str) -> Iterator[tuple[str, str, str]]:
    """``a < b`` and ``b > a`` as ``(a, "<", b)``."""
    if match := _BELOW.fullmatch(claim):
        yield match[1].strip(), match[2], match[3].strip()
    elif match := _ABOVE.fullmatch(claim):
        yield match[3].strip(), "<" if match[2] == ">" else "≤", match[1].strip()


def _defined(hypotheses: dict[str, str], numbers: tuple[str, ...]) -> dict[str, tuple[str, str]]:
    """Hypotheses ``x = term`` that eliminate a variable: name -> (x, term). One variable stays."""
    found: dict[str, tuple[str, str]] = {}
    for name, claim in hypotheses.items():
        left, equals, right = claim.partition(" = ")
        if not equals or left not in numbers or len(found) + 1 == len(numbers):
            continue
        gone = {variable for variable, _ in found.values()}
        used = {left, *gone}
        if left not in gone and not any(
            re.search(_WORD.format(re.escape(each)), right) for each in used
        ):
            found[name] = (left, right)
    return found


def _substituted(text: str, definitions: Iterable[tuple[str, str]]) -> str:
    for name, term in definitions:
        text = replace_name(text, name, f"({term})")
    return text


def _interval(shape: Shape, name: str, low: int, high: int) -> str:
    if shape.variables[name] == "ℕ":
        return f"Finset.Icc 0 {high}"
    return f"Finset.Icc ({low} : ℤ) {high}"


def box(
    shape: Shape, name: str, free: list[str], hypotheses: dict[str, str], low: int, high: int
) -> list[str]:
    """Lines that end with ``box_name : name ∈ Finset.Icc ..``."""
    lines, parts = conjuncts(hypotheses)
    close = "first | omega | grind"
    if shape.variables[name] == "ℕ":
        hints = [*lines, *_natural_hints(shape, name, free, parts), close]
        return [
            f"have box_{name} : {name} ∈ Finset.Icc 0 {high} := by",
            "  refine Finset.mem_Icc.mpr ⟨Nat.zero_le _, Nat.le_of_not_lt fun big => ?_⟩",
            *(f"  {line}" for line in hints),
        ]
    hints = [
        f"try have := mul_nonneg (sub_nonneg.mpr far) (show 0 ≤ {other} by omega)" for other in free
    ]
    proof = ["refine Std.not_lt.mp fun far => ?_", "replace far := Int.le_of_lt far"]
    indented = [f"  {line}" for line in (*proof, *lines, *hints, close)]
    return [
        f"have low_{name} : {low} ≤ {name} := by",
        *indented,
        f"have high_{name} : {name} ≤ {high} := by",
        *indented,
        f"have box_{name} : {name} ∈ Finset.Icc ({low} : ℤ) {high} := "
        f"Finset.mem_Icc.mpr ⟨low_{name}, high_{name}⟩",
    ]


def _natural_hints(
    shape: Shape, name: str, free: list[str], parts: dict[str, str]
) -> Iterator[str]:
    """Consequences of ``big : bound < name``."""
    word = _WORD.format(re.escape(name))
    for other in free:
        if other != name and shape.variables[other] == "ℕ":
            yield f"have := Nat.mul_le_mul big (Nat.le_refl {other})"
    for exponent in sorted(set(re.findall(rf"{word} \^ (\d+)", shape.text))):
        yield f"have := Nat.pow_le_pow_left big {exponent}"
    for base in sorted(set(re.findall(rf"(?<![\w.^])(\d+) \^ {word}", shape.text))):
        yield f"have := Nat.pow_le_pow_right (n := {base}) (by decide) big"
    for part, claim in parts.items():
        left, _, right = claim.rpartition(" = ")
        if right.isdecimal() and len(split_top(left, "*")) == 2 and len(split_top(left, "+")) == 1:
            for proof in (f"{part}.symm", f"((Nat.mul_comm _ _).trans {part}).symm"):
                yield f"have := Nat.le_of_dvd (n := {right}) (by decide) ⟨_, {proof}⟩"


def divisors(shape: Shape) -> Iterator[str]:
    """From ``x * y = 450``: x runs through 0 .. 450, and y is 450 / x."""
    hypotheses = shape.hypotheses
    for name, claim in hypotheses.items():
        match = re.fullmatch(r"(\S+) \* (\S+) = (\d+)", claim)
        if match is None or {match[1], match[2]} - set(shape.of_kind("ℕ")):
            continue
        if match[1] == match[2] or len(hypotheses) + 2 != len(shape.outer):
            continue
        x, y, product = match.groups()
        if int(product) > MOST_CASES:
            continue
        rest = {each: text for each, text in hypotheses.items() if each != name}
        quotient = [(y, f"{product} / {x}")]
        premises = "".join(f"({_substituted(text, quotient)}) → " for text in rest.values())
        goal = _substituted(shape.claim, quotient)
        yield "\n".join(
            [
                f"have box : {x} ∈ Finset.Icc 0 {product} := Finset.mem_Icc.mpr "
                f"⟨Nat.zero_le _, Nat.le_of_dvd (by decide) ⟨_, {name}.symm⟩⟩",
                f"have value : {y} = {product} / {x} := by",
                f"  rcases Nat.eq_zero_or_pos {x} with zero | positive",
                f"  · simp [zero] at {name}",
                f"  · exact (Nat.div_eq_of_eq_mul_right positive {name}.symm).symm",
                "subst value",
                f"have key : ∀ {x} ∈ Finset.Icc 0 {product}, {premises}({goal}) := "
                "by decide +kernel",
                f"exact key {x} box {' '.join(rest)}".rstrip(),
            ]
        )
