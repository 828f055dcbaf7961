"""What an agent did, step by step, and the compact form of it that others read."""

from __future__ import annotations

from collections.abc import Callable
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

    def render(self) -> str:
        parts = (("Thought", self.thought), ("Action", self.action), ("Result", self.observation))
        return "\n".join(f"{name}: {text}" for name, text in parts if text)


class Trajectory(Frozen):
    task_id: str
    steps: tuple[Step, ...] = ()
    outcome: Outcome = "incomplete"


class Summary(Frozen):
    """A trajectory in short (arXiv 2604.16529): what was believed, what was decided, what is
    established, how it failed, how it ended, and what another attempt can reuse. ``extracted``:
    put together from the events by rule, not written by a model."""

    hypotheses: tuple[str, ...] = ()
    decisions: tuple[str, ...] = ()
    progress: tuple[str, ...] = ()
    failures: tuple[str, ...] = ()
    lessons: tuple[str, ...] = ()
    outcome: Outcome = "incomplete"
    extracted: bool = False

    def render(self) -> str:
        lines = [f"Outcome: {self.outcome}"]
        if self.extracted and any(getattr(self, field) for field, _ in SECTIONS):
            lines.append("(taken from the journal by rule, not written by a model)")
        for field, title in SECTIONS:
            items: tuple[str, ...] = getattr(self, field)
            if items:
                lines += [f"{title}:", *(f"- {item}" for item in items)]
        return "\n".join(lines)

    def bounded(self, most: int, size: Callable[[str], int]) -> Summary:
        """The same with items left out, the last of the longest section first, until what is
        rendered has at most ``most`` by ``size``."""
        kept = {field: list(getattr(self, field)) for field, _ in SECTIONS}
        summary = self
        while size(summary.render()) > most and any(kept.values()):
            longest = max(kept, key=lambda field: sum(len(item) + 1 for item in kept[field]))
            kept[longest].pop()
            summary = self.model_copy(update={field: tuple(items) for field, items in kept.items()})
        return summary


SECTIONS = (
    ("hypotheses", "Hypotheses"),
    ("decisions", "Key decisions"),
    ("progress", "Progress"),
    ("failures", "Failure modes"),
    ("lessons", "Lessons"),
)
