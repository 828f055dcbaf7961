"""Programs by behaviour, in real sandboxes."""

from __future__ import annotations

from proofloop.tools.code.runner import CodeLimits
from proofloop.tools.code.same import SameBehaviour, settled

LIMITS = CodeLimits(call_seconds=20.0, memory_mb=256)


async def test_programs_that_return_the_same_are_one_class() -> None:
    programs = [
        "def total(xs):\n    return sum(xs)",
        "def total(xs):\n    return len(xs)",
        "def total(xs):\n    result = 0\n    for x in xs:\n        result += x\n    return result",
    ]
    same = SameBehaviour("total", ["([1, 2, 3],)", "([],)"], LIMITS)
    assert await same.classes(programs) == [[0, 2], [1]]


async def test_raising_on_the_same_input_is_behaviour_too() -> None:
    programs = [
        "def half(n):\n    return 10 // n",
        "def half(n):\n    return 0 if n == 0 else 10 // n",
        "def half(n):\n    if n == 0:\n        raise ZeroDivisionError\n    return int(10 / n)",
    ]
    assert await SameBehaviour("half", ["(2,)", "(0,)"], LIMITS).classes(programs) == [[0, 2], [1]]


async def test_programs_that_only_fail_agree_with_nobody() -> None:
    programs = ["def f(x):\n    return g(x)", "no Python", "def f(x):\n    return h(x)", "f = 3"]
    assert await SameBehaviour("f", ["(1,)", "(2,)"], LIMITS).classes(programs) == [
        [0],
        [1],
        [2],
        [3],
    ]
    assert await SameBehaviour("f", [], LIMITS).classes(programs[:2]) == [[0], [1]]


async def test_sets_are_the_same_in_any_order() -> None:
    words = "{'a', 'b', 'c', 'd', 'e', 'f', 'g'}"
    programs = [f"def f():\n    return {words}", f"def f():\n    return set(sorted({words}))"] * 2
    assert await SameBehaviour("f", ["()"], LIMITS).classes(programs) == [[0, 1, 2, 3]]
    assert settled("{3: {2, 1}, 1: ()}") == settled("{1: (), 3: {1, 2}}")
    assert settled("[{2, 1}]") != settled("[[1, 2]]")
    assert settled("<object at 0x1>") == "<object at 0x1>"
