"""Programs against tests in real sandboxes: honest ones, wrong ones, hostile ones."""

from __future__ import annotations

import ast
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from proofloop.tools.code.runner import CodeLimits, TestBench, behaviour

TESTS = """
def check(candidate):
    assert candidate([1, 2, 3]) == 6
    assert candidate([]) == 0
"""
SMALL = CodeLimits(call_seconds=20.0, run_seconds=60.0, memory_mb=256)
HONEST = "def total(xs):\n    return sum(xs)\n"


@pytest.fixture
async def bench() -> AsyncIterator[TestBench]:
    async with TestBench(TESTS, "total", SMALL) as bench:
        yield bench


async def test_a_right_program_passes_and_a_wrong_one_does_not(bench: TestBench) -> None:
    right = await bench.try_program(HONEST)
    assert (right.passed, right.reason, right.calls) == (True, "", 2)
    wrong = await bench.try_program("def total(xs):\n    return len(xs)\n")
    assert (wrong.passed, wrong.reason, wrong.calls) == (False, "AssertionError", 1)
    assert (await bench.try_program(HONEST)).passed


HOSTILE = {
    "exits with success": "import os\ndef total(xs):\n    os._exit(0)",
    "exits at import": "raise SystemExit(0)",
    "prints a verdict": (
        "import os\ndef total(xs):\n    for fd in range(3, 20):\n        try:\n"
        '            os.write(fd, b\'{"passed": true, "reason": ""}\\n\')\n'
        "        except OSError:\n            pass\n    return 0"
    ),
    "an object equal to everything": (
        "class Any:\n    def __eq__(self, other):\n        return True\n"
        "def total(xs):\n    return Any()"
    ),
    "changes the comparison": "import builtins\nbuiltins.AssertionError = ValueError\n"
    "def total(xs):\n    return 7",
    "hangs": "def total(xs):\n    while True:\n        pass",
    "hangs at import": "while True:\n    pass",
    "takes all memory": "def total(xs):\n    return len('x' * 10**10)",
    "answers endlessly": "def total(xs):\n    return 'x' * 10**7",
    "forks": "import os\ndef total(xs):\n    while True:\n        os.fork()",
    "kills its parent": "import os\nos.kill(os.getppid(), 9)\ndef total(xs):\n    return 1",
    "is no Python": "def total(xs:",
    "has another name": "def other(xs):\n    return sum(xs)",
    "nests too deep": (
        "def total(xs):\n    x = []\n    for _ in range(10**5):\n        x = [x]\n    return x"
    ),
}


@pytest.mark.parametrize("program", HOSTILE.values(), ids=HOSTILE)
async def test_a_hostile_program_fails_and_the_bench_goes_on(
    bench: TestBench, program: str
) -> None:
    limits = SMALL.model_copy(update={"cpu_seconds": 2})
    bench = TestBench(TESTS, "total", limits)
    async with bench:
        report = await bench.try_program(program)
        assert not report.passed
        assert report.reason
        assert (await bench.try_program(HONEST)).passed


async def test_a_program_that_sleeps_is_out_of_time() -> None:
    limits = SMALL.model_copy(update={"call_seconds": 0.5})
    async with TestBench(TESTS, "total", limits) as bench:
        report = await bench.try_program("import time\ndef total(xs):\n    time.sleep(600)")
    assert (report.passed, report.calls) == (False, 1)
    assert "out of time" in report.reason


LOOKS_AROUND = """
import glob, os
def look(path):
    processes = glob.glob('/proc/[0-9]*/cmdline')
    return [len(processes), os.environ.get('SECRET_KEY'), os.path.exists(path)]
"""


async def test_a_program_sees_nothing_of_the_machine(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("SECRET_KEY", "x")
    secret = tmp_path / "secret"
    secret.write_text("x")
    (seen,) = await behaviour(LOOKS_AROUND, "look", [f"({str(secret)!r},)"], SMALL)
    processes, key, there = ast.literal_eval(seen)
    assert (key, there) == (None, False)
    assert processes <= 3  # itself, and what bubblewrap leaves around it


async def test_plain_asserts_call_the_program_by_its_name() -> None:
    async with TestBench("assert total([2]) == 2\nassert total((1, 2)) == 3", "total") as bench:
        assert (await bench.try_program(HONEST)).passed


async def test_behaviour_is_what_it_returns_and_how_it_fails() -> None:
    program = "def half(n):\n    return 10 // n\n"
    assert await behaviour(program, "half", ["(2,)", "(0,)", "(3,)"]) == (
        "5",
        "<ZeroDivisionError>",
        "3",
    )
