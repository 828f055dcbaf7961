"""Reading the constants of an environment from a Lean, page by page."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from typing import Any

from proofloop.core.errors import LeanCrashed, LeanError
from proofloop.tools.lean.backend import CheckLimits, LeanBackend, ProbeRequest
from proofloop.tools.lean.premises.premise import Premise

SPAN = 2000  # constants looked at in one page, which takes a few seconds in WebAssembly
AT_ONCE = 4  # pages asked for ahead; a backend queues what it has no worker for
ATTEMPTS = 3  # of one page
LIMITS = CheckLimits(wall_seconds=120.0, heartbeats=0)

Progress = Callable[[str, float], None]


async def read_premises(
    lean: LeanBackend, imports: Sequence[str], *, progress: Progress | None = None
) -> list[Premise]:
    """All that these imports bring, in their order, without what Lean made beside declarations.
    ``progress`` hears the fraction read. Raises InputError for an unknown module, LeanError for a
    Lean that cannot say."""
    header = "\n".join(f"import {module}" for module in imports)
    say = progress or (lambda stage, done: None)
    slots = asyncio.Semaphore(AT_ONCE)
    first = await page(lean, header, 0)
    starts = range(SPAN, first["total"], SPAN)
    done = 1

    async def one(offset: int) -> dict[str, Any]:
        nonlocal done
        async with slots:
            found = await page(lean, header, offset)
        done += 1
        say("reading constants", done / (len(starts) + 1))
        return found

    async with asyncio.TaskGroup() as group:
        pages = [group.create_task(one(offset)) for offset in starts]
    rows = (row for found in (first, *(p.result() for p in pages)) for row in found["constants"])
    return [as_premise(row) for row in rows]


async def page(lean: LeanBackend, header: str, offset: int) -> dict[str, Any]:
    """One page; asked for again where Lean died or was too slow over it."""
    request = ProbeRequest(
        probe="constants",
        header=header,
        arguments={"offset": offset, "span": SPAN, "limit": SPAN},
        limits=LIMITS,
    )
    for _ in range(ATTEMPTS):
        answer = await lean.probe(request)
        if answer.status == "done":
            found: dict[str, Any] = answer.data
            return found
        if answer.status == "failed":
            raise LeanError(f"the constants cannot be read: {answer.detail}")
    raise LeanCrashed(f"the constants cannot be read: {answer.status} {answer.detail}")


def as_premise(row: dict[str, Any]) -> Premise:
    deprecated = row.get("deprecated")
    return Premise(
        name=row["name"],
        kind=row["kind"],
        type=" ".join(row["type"].split()),
        module=row["module"],
        doc=(row["doc"] or "").strip(),
        deprecated="" if deprecated is None else deprecated or "?",
    )
