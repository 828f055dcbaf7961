"""What an agent did, step by step."""

from __future__ import annotations

from typing import Literal

from pydantic import JsonValue

from proofloop.core.model import Frozen

Outcome = Literal["success", "failure", "incomplete"]


class Step(Frozen):
    """One step: what was thought, what was done, what came back."""

    thought: str = ""
    action: str
    observation: str = ""
    data: dict[str, JsonValue] | None = None


class Trajectory(Frozen):
    task_id: str
    steps: tuple[Step, ...] = ()
    outcome: Outcome = "incomplete"
