"""Running hygiene checks: several on one statement at once, and on many statements."""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Sequence

from proofloop.core.errors import InputError
from proofloop.tools.lean.backend import LeanBackend
from proofloop.tools.lean.hygiene import auto_bound, refuted, traps, trivial, unused, vacuous
from proofloop.tools.lean.hygiene.subject import HygieneLimits, Subject, Unreadable
from proofloop.tools.lean.hygiene.verdict import HygieneVerdict, StatementHygiene, not_flagged
from proofloop.tools.lean.text import Statement

Check = Callable[[Subject], Awaitable[HygieneVerdict]]

CHECKS: dict[str, Check] = {
    auto_bound.NAME: auto_bound.check,
    unused.NAME: unused.check,
    traps.NAME: traps.check,
    trivial.NAME: trivial.check,
    vacuous.NAME: vacuous.check,
    refuted.NAME: refuted.check,
}


def chosen(names: Iterable[str]) -> dict[str, Check]:
    """The checks of these names, all of them for none. Raises InputError."""
    names = list(names)
    if unknown := [name for name in names if name not in CHECKS]:
        raise InputError(f"no check {unknown[0]!r}; there are {', '.join(CHECKS)}", field="check")
    return {name: check for name, check in CHECKS.items() if not names or name in names}


async def examine(
    lean: LeanBackend,
    statement: Statement,
    *,
    checks: Iterable[str] = (),
    limits: HygieneLimits | None = None,
) -> StatementHygiene:
    """Run the named checks (all by default) on one statement, at once; what has no answer in
    ``limits.statement_seconds`` is unknown.

    Raises InputError for a name that is no check, and LeanUnavailable."""
    running = chosen(checks)
    start = time.monotonic()
    limits = limits or HygieneLimits()
    until = asyncio.get_running_loop().time() + limits.statement_seconds
    subject = Subject(lean, statement.text, statement.header, limits)
    fault = ""
    with contextlib.suppress(TimeoutError):
        try:
            async with asyncio.timeout_at(until):
                await subject.anatomy.get()
        except Unreadable as failure:
            if not failure.elaborates:
                fault = str(failure)
    verdicts: Sequence[HygieneVerdict] = ()
    if not fault:
        verdicts = await asyncio.gather(
            *(_answer(name, check, subject, until) for name, check in running.items())
        )
    return StatementHygiene(
        name=statement.name,
        verdicts=tuple(verdicts),
        fault=fault,
        seconds=time.monotonic() - start,
    )


async def examine_all(
    lean: LeanBackend,
    statements: Sequence[Statement],
    *,
    checks: Iterable[str] = (),
    limits: HygieneLimits | None = None,
    width: int = 2,
) -> AsyncIterator[tuple[int, StatementHygiene]]:
    """Each statement's index and its verdicts, as they are ready; ``width`` statements at a
    time."""
    names = list(chosen(checks))
    slots = asyncio.Semaphore(width)

    async def one(index: int) -> tuple[int, StatementHygiene]:
        async with slots:
            return index, await examine(lean, statements[index], checks=names, limits=limits)

    tasks = [asyncio.create_task(one(index)) for index in range(len(statements))]
    try:
        for done in asyncio.as_completed(tasks):
            yield await done
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def _answer(name: str, check: Check, subject: Subject, until: float) -> HygieneVerdict:
    """``until`` is a time of the running loop."""
    try:
        async with asyncio.timeout_at(until):
            return await check(subject)
    except TimeoutError:
        reason = f"no answer in {subject.limits.statement_seconds:g} s"
        return not_flagged(name, "unknown", reason, {"out_of_time": True})
    except Unreadable as failure:
        return not_flagged(name, "unknown", str(failure))
