"""What people have accepted in a review queue, as tasks to prove."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from proofloop.core.task import Task
from proofloop.tools.review import Reviewed


def accepted_tasks(items: Iterable[Reviewed]) -> list[Task]:
    """One task for each accepted statement, under the id of its text; a second reading of a text
    gets a number. ``extra["review"]`` has the item and the reviewer's words."""
    tasks: dict[str, Task] = {}
    for one in items:
        if not one.accepted:
            continue
        name, count = one.item.task, 2
        while name in tasks:
            name, count = f"{one.item.task}_{count}", count + 1
        tasks[name] = Task(
            id=name,
            kind="prove",
            informal=one.item.informal,
            formal=one.formal,
            header=one.item.header,
            extra={"review": {"id": one.id, "decision": one.decision, "comment": one.comment}},
        )
    return list(tasks.values())


def refused(items: Sequence[Reviewed]) -> dict[str, str]:
    """The items with an edit that has not passed, so that none of it is exported, and why."""
    return {
        one.id: f"its edit has not passed ({one.recheck.fault if one.recheck else 'unchecked'})"
        for one in items
        if one.waits and (one.decision == "edited" or (one.recheck and not one.recheck.passed))
    }
