"""Units after a number, and words that are numbers or answers by themselves."""

from __future__ import annotations

import re
from fractions import Fraction

# Names of one unit, its dimension, and its size in the dimension's first unit. Temperatures stay
# apart: their scales have different zeros.
_TABLE = (
    ("m meter meters metre metres", "length", Fraction(1)),
    ("mm millimeter millimeters millimetre millimetres", "length", Fraction(1, 1000)),
    ("cm centimeter centimeters centimetre centimetres", "length", Fraction(1, 100)),
    ("km kilometer kilometers kilometre kilometres", "length", Fraction(1000)),
    ("in inch inches", "length", Fraction(254, 10000)),
    ("ft foot feet", "length", Fraction(3048, 10000)),
    ("yd yard yards", "length", Fraction(9144, 10000)),
    ("mi mile miles", "length", Fraction(1609344, 1000)),
    ("s sec secs second seconds", "time", Fraction(1)),
    ("min mins minute minutes", "time", Fraction(60)),
    ("h hr hrs hour hours", "time", Fraction(3600)),
    ("day days", "time", Fraction(86400)),
    ("week weeks", "time", Fraction(604800)),
    ("g gram grams", "mass", Fraction(1)),
    ("mg milligram milligrams", "mass", Fraction(1, 1000)),
    ("kg kilogram kilograms", "mass", Fraction(1000)),
    ("ml milliliter milliliters millilitre millilitres", "volume", Fraction(1, 1000)),
    ("L l liter liters litre litres", "volume", Fraction(1)),
    ("$ dollar dollars usd", "dollars", Fraction(1)),
    ("cent cents", "dollars", Fraction(1, 100)),
    ("€ euro euros eur", "euros", Fraction(1)),
    ("£ pound pounds gbp", "pounds", Fraction(1)),
    ("° degree degrees deg", "angle", Fraction(1)),
)
UNITS = {
    name: (names.split()[0], dimension, size)
    for names, dimension, size in _TABLE
    for name in names.split()
}
# Written without \text they may be variables.
LETTER_UNITS = frozenset(name for name in UNITS if len(name) == 1 and name.isalpha())

_NUMBERS = """
    zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen
    sixteen seventeen eighteen nineteen twenty
"""
NUMBER_WORDS = {word: value for value, word in enumerate(_NUMBERS.split())}
EMPTY_WORDS = frozenset(
    ("no solution", "no solutions", "no real solution", "no real solutions", "empty set")
)
REAL_WORDS = frozenset(("all real numbers", "all reals"))
# Words of which two that differ are two different answers.
CLOSED_WORDS = {"yes": "yes", "no": "no", "true": "yes", "false": "no"}


def unit_of(words: str) -> str:
    """One name for a unit: powers as ``cm^2``, quotients as ``km/h``; other words, the things
    counted, in lower case and without the s of a plural."""
    text = " ".join(words.replace(".", " ").split())
    if found := re.fullmatch(r"(?:square|sq) (.+)|cubic (.+)", text, re.IGNORECASE):
        return f"{unit_of(found[1] or found[2])}^{2 if found[1] else 3}"
    if text.lower() in ("mph", "km/h", "kmh", "kph"):
        return "mi/h" if text.lower() == "mph" else "km/h"
    if found := re.fullmatch(r"(.+?)(?: per | ?/ ?)(.+)", text):
        return f"{unit_of(found[1])}/{unit_of(found[2])}"
    if found := re.fullmatch(r"(.+?) ?\^ ?\{?([23])\}?|(.+?)([²³])", text):
        power = found[2] or {"²": "2", "³": "3"}[found[4]]
        return f"{unit_of(found[1] or found[3])}^{power}"
    for name in (text, text.lower()):
        if name in UNITS:
            return UNITS[name][0]
    lower = text.lower()
    return lower[:-1] if lower.endswith("s") and len(lower) > 3 else lower


def known(unit: str) -> tuple[str, int] | None:
    """A unit of the table and its power."""
    name, _, power = unit.partition("^")
    return (name, int(power or 1)) if name in UNITS and power in ("", "2", "3") else None


def ratio(a: str, b: str) -> Fraction | None:
    """The size of ``a`` in ``b``; None for units that are not of one known dimension."""
    one, other = known(a), known(b)
    if one is None or other is None or one[1] != other[1]:
        return None
    (_, dimension, size), (_, its, by) = UNITS[one[0]], UNITS[other[0]]
    return (size / by) ** one[1] if dimension == its else None


def ratios(unit: str) -> set[Fraction]:
    """The sizes of ``unit`` in the other units of its dimension."""
    power = unit[unit.index("^") :] if "^" in unit else ""
    found = {ratio(unit, name + power) for name, _, _ in UNITS.values()}
    return {size for size in found if size is not None}
