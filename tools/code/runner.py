"""Programs against tests: two sandboxes and a wire between them.

The program and the tests run in processes of their own, each in its own sandbox; what passes
between them is the text of Python literals, bounded in length. So a program cannot read the tests,
change what they compare, end their process with a good exit code or print a "passed" of its own:
it can only return values. One ``TestBench`` holds the tests of one task and tries many programs.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from pathlib import Path
from typing import Self

from proofloop.core.model import Frozen
from proofloop.tools.code import candidate as candidate_script
from proofloop.tools.code import tests as tests_script
from proofloop.tools.sandbox.bubblewrap import SandboxLimits
from proofloop.tools.sandbox.lines import LineProcess

START_SECONDS = 20.0  # a process on a busy machine
MOST_CALLS = 10_000  # of one run of the tests


class CodeLimits(Frozen):
    """Of one program: seconds of wall clock for a single call and for the whole run of the tests,
    CPU seconds and memory of its process."""

    call_seconds: float = 2.0
    run_seconds: float = 10.0
    cpu_seconds: int = 15
    memory_mb: int = 512


class TestReport(Frozen):
    """``reason`` is one line; empty when passed. ``calls``: how often the program was called."""

    __test__ = False  # pytest: no test class

    passed: bool
    reason: str = ""
    calls: int = 0


class TestBench:
    """The tests of one task. ``tests`` is Python text that defines ``check(candidate)`` or holds
    plain asserts about ``entry``; ``async with`` starts and ends its process.

    Programs may be tried one after the other; for several at a time use several benches."""

    __test__ = False

    def __init__(self, tests: str, entry: str, limits: CodeLimits | None = None) -> None:
        self._tests, self._entry = tests, entry
        self._limits = limits or CodeLimits()
        self._bench: LineProcess | None = None

    async def __aenter__(self) -> Self:
        await self._open()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._close()

    async def try_program(self, program: str) -> TestReport:
        """Whether ``program``, which defines ``entry``, passes. Raises SandboxError."""
        candidate = await start_candidate(program, self._entry, self._limits)
        if isinstance(candidate, str):
            return TestReport(passed=False, reason=candidate)
        try:
            bench = self._bench or await self._open()
            try:
                async with asyncio.timeout(self._limits.run_seconds):
                    return await self._run(bench, candidate)
            except TimeoutError:
                await self._close()
                return TestReport(passed=False, reason="out of time")
        finally:
            await candidate.end()

    async def _run(self, bench: LineProcess, candidate: LineProcess) -> TestReport:
        await bench.send({"run": True})
        for calls in range(MOST_CALLS):
            message = await bench.receive()
            if message is None:
                await self._close()
                return TestReport(passed=False, reason="the tests broke down", calls=calls)
            if "passed" in message:
                passed = message["passed"] is True
                return TestReport(passed=passed, reason=str(message["reason"]), calls=calls)
            answer = await call(candidate, str(message["args"]), self._limits.call_seconds)
            await bench.send(answer)
        await self._close()
        return TestReport(passed=False, reason="too many calls", calls=MOST_CALLS)

    async def _open(self) -> LineProcess:
        limits = SandboxLimits(memory_mb=self._limits.memory_mb)
        first = {"tests": self._tests, "entry": self._entry}
        self._bench = await LineProcess.start(Path(tests_script.__file__), first, limits)
        return self._bench

    async def _close(self) -> None:
        if self._bench is not None:
            await self._bench.end()
            self._bench = None


async def behaviour(
    program: str, entry: str, inputs: Sequence[str], limits: CodeLimits | None = None
) -> tuple[str, ...]:
    """What ``entry`` of ``program`` returns on each input (the text of a tuple of literals), as
    text, or the error it raised in angle brackets. Two programs that behave the same are the same
    answer. Raises SandboxError."""
    bounds = limits or CodeLimits()
    candidate = await start_candidate(program, entry, bounds)
    if isinstance(candidate, str):
        return tuple(f"<{candidate}>" for _ in inputs)
    found: list[str] = []
    try:
        for arguments in inputs:
            answer = await call(candidate, arguments, bounds.call_seconds)
            found.append(answer["value"] if "value" in answer else f"<{answer['error']}>")
        return tuple(found)
    finally:
        await candidate.end()


async def start_candidate(program: str, entry: str, limits: CodeLimits) -> LineProcess | str:
    """The process of a program that is ready to be called, or why there is none."""
    bounds = SandboxLimits(cpu_seconds=limits.cpu_seconds, memory_mb=limits.memory_mb)
    first = {"program": program, "entry": entry}
    process = await LineProcess.start(Path(candidate_script.__file__), first, bounds)
    try:
        async with asyncio.timeout(START_SECONDS):
            message = await process.receive()
    except BaseException as error:
        await process.end()
        if isinstance(error, TimeoutError):
            return "out of time at import"
        raise
    if message is not None and message.get("ready") is True:
        return process
    await process.end()
    return str((message or {}).get("error", "ended at import"))[:200]


async def call(candidate: LineProcess, arguments: str, seconds: float) -> dict[str, str]:
    """One call: ``value``, or ``error``. A program that is out of time is ended."""
    await candidate.send({"args": arguments})
    try:
        async with asyncio.timeout(seconds):
            message = await candidate.receive()
    except TimeoutError:
        await candidate.end()
        return {"error": "out of time"}
    if message is None:
        return {"error": "the program ended"}
    if isinstance(value := message.get("value"), str):
        return {"value": value}
    return {"error": str(message.get("error"))[:200]}
