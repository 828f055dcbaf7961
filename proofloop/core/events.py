"""A run's journal as a trajectory: each entry one step, of whatever graph made it."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any

from proofloop.core.trajectory import Outcome, Step, Trajectory

LONGEST_ENTRY = 2000  # characters of an entry of a kind that is not known here


def trajectory_of(
    entries: Iterable[Mapping[str, Any]], task: str, outcome: Outcome = "incomplete"
) -> Trajectory:
    """The steps of ``task`` in the order of the journal; entries that name no task belong to
    all."""
    steps = [step_of(entry) for entry in entries if entry.get("task", task) == task]
    found = [step for step in steps if step is not None]
    # The first opening of a run says nothing; the others, that it was broken off.
    opened = [place for place, step in enumerate(found) if kind(step) == "open"]
    kept = [step for place, step in enumerate(found) if place not in opened[:1]]
    return Trajectory(task_id=task, steps=tuple(kept), outcome=outcome)


def tasks_of(entries: Iterable[Mapping[str, Any]]) -> list[str]:
    """The tasks that entries name, in order of first appearance."""
    return list(dict.fromkeys(entry["task"] for entry in entries if "task" in entry))


def kind(step: Step) -> str:
    return str((step.data or {}).get("kind", ""))


def step_of(entry: Mapping[str, Any]) -> Step | None:
    """``data`` has the entry's kind and what tells its outcome: ``accepted``, ``passed``,
    ``error``. None for what repeats another entry."""
    match entry["kind"]:
        case "model":
            return _model(entry)
        case "lean":
            return _check(entry)
        case "probe":
            answer = entry["answer"]
            said = " ".join(f"{answer['status']} {answer.get('detail') or ''}".split())
            data = {"kind": "probe", "status": answer["status"]}
            name = entry["request"].get("probe", "")
            return Step(action=f"asked Lean: {name}", observation=said, data=data)
        case "verdict":
            verdict = entry["verdict"]
            said = {True: "agreed", False: "refused", None: "abstained"}[verdict["passed"]]
            return Step(
                action=f"the judges ({entry['rule']}) {said}",
                observation=verdict["feedback"],
                data={"kind": "verdict", "passed": verdict["passed"]},
            )
        case "vote":
            return None  # the model's call and the verdict say it
        case "embed" if "error" not in entry:
            return None
        case "open":
            return Step(action="the run was taken up again", data={"kind": "open"})
    fields = {name: value for name, value in entry.items() if name not in ("at", "key")}
    text = json.dumps(fields, ensure_ascii=False, default=str)[:LONGEST_ENTRY]
    return Step(action=str(entry["kind"]), observation=text, data={"kind": str(entry["kind"])})


def _model(entry: Mapping[str, Any]) -> Step:
    role = entry["request"]["role"]
    data: dict[str, Any] = {"kind": "model", "role": role}
    if "error" in entry:
        error = entry["error"]
        words = f"{error['type']}: {error['message']}"
        return Step(
            action=f"asked the {role}", observation=words, data=data | {"error": error["type"]}
        )
    return Step(action=f"asked the {role}", observation=entry["reply"]["text"], data=data)


def _check(entry: Mapping[str, Any]) -> Step:
    request, report = entry["request"], entry["report"]
    data = {
        "kind": "lean",
        "accepted": report["accepted"],
        "statement": bool(request.get("allow_sorry")),
        "reason": " ".join(report["reason"].split()),
        "source": request["source"],
    }
    seen = "accepted" if report["accepted"] else f"rejected: {data['reason']}"
    return Step(action=f"checked in Lean:\n{request['source']}", observation=seen, data=data)
