"""What waits for a person when a command ends, and the command that shows it."""

from __future__ import annotations

import shlex
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from proofloop.cli.output import console

if TYPE_CHECKING:
    from proofloop.core.run import Run
    from proofloop.tools.review import Reviewed


def accepted(run: Run) -> list[int]:
    """How many statements a person has accepted, and of how many texts; empty where they have
    decided nothing."""
    items = items_of(run)
    wanted = [one.item.task for one in items if one.accepted]
    return [len(wanted), len(set(wanted))] if any(one.decision for one in items) else []


def items_of(run: Run) -> list[Reviewed]:
    if not run.reviews.exists():
        return []
    from proofloop.tools.review import ReviewQueue

    queue = ReviewQueue(run.reviews)
    try:
        return queue.items()
    finally:
        queue.close()


def queued(run: Run) -> dict[str, Any]:
    """For `--json`: how many statements wait in the run's queue, and the command that reviews them;
    nothing where none was ever queued."""
    if not (items := items_of(run)):
        return {}
    waiting = sum(one.waits for one in items)
    return {"waiting": waiting, "review": shlex.join(["proofloop", "review", str(run.folder)])}


def announce(result: Mapping[str, Any]) -> None:
    """The same in one line."""
    if not (count := result.get("waiting")):
        return
    wait = "statement waits" if count == 1 else "statements wait"
    console().print(
        f"{count} {wait} for a person: {result['review']}",
        markup=False, soft_wrap=True, style="yellow",
    )  # fmt: skip
