"""Algebra on trees with sympy, in a process of its own. Run as a script; JSON lines in and out.

The first line is ``folders``, where sympy and mpmath lie; each one after it ``question`` with two
trees and CPU ``seconds``; each answer ``same``: true, false or null, and ``spent`` where time or
memory ran out, which ends the process. Trees are data:
sympy's objects are made from them by its constructors, and no text is evaluated.

Two expressions are different where their values are, at some of ``POINTS`` at which both are
defined and real. They are the same when their difference is zero by sympy's simplification, or
vanishes to 60 digits at all of these points; null where only one of them is real.
"""

from __future__ import annotations

import json
import signal
import sys
from collections.abc import Iterator
from typing import Any

MOST_BITS = 20_000  # of a power of numbers
DIGITS = 60
POINTS = 6


class TooMuch(Exception):
    pass


class OutOfTime(BaseException):
    """No Exception, since sympy catches those."""


def main() -> None:
    sys.path += json.loads(sys.stdin.readline())["folders"]
    signal.signal(signal.SIGVTALRM, give_up)
    sys.set_int_max_str_digits(0)
    import sympy  # noqa: F401  # ready before the first question's clock starts

    print(json.dumps({"ready": True}), flush=True)
    for line in sys.stdin:
        asked = json.loads(line)
        signal.setitimer(signal.ITIMER_VIRTUAL, asked["seconds"])
        verdict, spent = None, False
        try:
            decide = proportional if asked["question"] == "proportional" else same
            verdict = decide(built(asked["a"]), built(asked["b"]))
        except (OutOfTime, MemoryError):
            spent = True
        except BaseException:  # sympy raises of all kinds; what it cannot do is not decided
            pass
        finally:
            signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        print(json.dumps({"same": verdict, "spent": spent}), flush=True)
        if spent:
            return  # what was broken off in the middle may have left sympy's caches half made


def give_up(*_: object) -> None:
    raise OutOfTime


def built(tree: list[Any]) -> Any:
    """The sympy expression. Raises TooMuch for a power or factorial of numbers that is too large,
    ValueError for a tree that is no expression."""
    import sympy

    kind, *parts = tree
    match kind:
        case "num":
            return sympy.Rational(parts[0])
        case "name":
            return sympy.Symbol(parts[0])
        case "const":
            return {"pi": sympy.pi, "e": sympy.E, "i": sympy.I, "inf": sympy.oo}[parts[0]]
        case "call":
            return called(parts[0], [built(part) for part in parts[1:]])
    values = [built(part) for part in parts]
    match kind:
        case "neg":
            return -values[0]
        case "+":
            return values[0] + values[1]
        case "*":
            return values[0] * values[1]
        case "/":
            return values[0] / values[1]
        case "^":
            base, power = values
            if base.is_Rational and power.is_Rational:
                bits = max(base.p.bit_length(), base.q.bit_length(), 1)
                if abs(power) * bits > MOST_BITS:
                    raise TooMuch
            return base**power
    raise ValueError(kind)


def called(name: str, arguments: list[Any]) -> Any:
    import sympy

    if name in ("f", "g", "h"):
        return sympy.Function(name)(*arguments)
    if name in ("factorial", "binomial") and any(
        abs(one) > 1000 for one in arguments if one.is_number
    ):
        raise TooMuch
    if name == "sqrt" and len(arguments) == 2:
        return sympy.root(*arguments) if arguments[1] != 3 else sympy.real_root(*arguments)
    if name in ("max", "min", "gcd", "lcm"):
        makers = {"max": sympy.Max, "min": sympy.Min, "gcd": sympy.gcd, "lcm": sympy.lcm}
        return makers[name](*arguments) if name in ("max", "min") else makers[name](list(arguments))
    renamed = {"ln": "log", "arcsin": "asin", "arccos": "acos", "arctan": "atan", "ceil": "ceiling"}
    name = {"abs": "Abs"}.get(name, renamed.get(name, name))
    return getattr(sympy, name)(*arguments)


def same(a: Any, b: Any) -> bool | None:
    import sympy

    if any(one.has(sympy.zoo, sympy.nan) for one in (a, b)):
        return None
    if a == b:
        return True
    if sympy.oo in (abs(a), abs(b)):
        return False
    agreed = at_points(a, b)
    if agreed is False:
        return False
    difference = sympy.expand(a - b)
    return True if difference == 0 or sympy.simplify(difference) == 0 else agreed


def at_points(a: Any, b: Any) -> bool | None:
    """False where they differ; True where they agree to many digits at every point; else None."""
    import sympy

    names = sorted(a.free_symbols | b.free_symbols, key=str)
    agreed, doubt = 0, False
    for values in points(len(names)):
        x, y = (one.subs(dict(zip(names, values, strict=True))) for one in (a, b))
        numbers = [sympy.N(one, DIGITS + 20) for one in (x, y)]
        if not all(one.is_number and one.is_finite for one in numbers):
            doubt = True
            continue
        apart = abs(numbers[0] - numbers[1])
        equal = apart <= max(abs(numbers[0]), 1) * sympy.Float(10) ** -DIGITS
        if not equal and names and any(sympy.im(one) for one in numbers):
            doubt = True  # of another branch: no difference between functions of a real variable
        elif not equal:
            return False
        agreed += bool(equal)
    return True if agreed and not doubt else None


def points(size: int) -> Iterator[list[Any]]:
    """Fixed rationals of both signs, none of them special to any function."""
    import sympy

    for row in range(POINTS if size else 1):
        yield [
            sympy.Rational((row * 37 + column * 53 + 17) % 89 - 30, 23) for column in range(size)
        ]


def proportional(a: Any, b: Any) -> bool | None:
    """Whether a = 0 and b = 0 are the same equation up to a factor; two different linear ones are
    not, of others it is not known."""
    import sympy

    names = sorted(a.free_symbols | b.free_symbols, key=str)
    ratio = sympy.cancel(a / b)
    if ratio.is_number and ratio.is_finite and ratio != 0:
        return True
    if names and all(sympy.Poly(one, *names).total_degree() <= 1 for one in (a, b)):
        return False
    return None


if __name__ == "__main__":
    main()
