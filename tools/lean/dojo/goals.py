"""Printed tactic states, taken apart by LeanDojo's ``parse_goals``."""

from __future__ import annotations

import re
from pathlib import Path

from proofloop.core.errors import InputError
from proofloop.core.model import Frozen
from proofloop.tools.lean.dojo.package import load

_CASE = re.compile(r"case (\S+)\n")


class Hypothesis(Frozen):
    name: str
    type: str


class Goal(Frozen):
    """``case`` is its name, "" without one."""

    hypotheses: tuple[Hypothesis, ...]
    conclusion: str
    case: str = ""


def parse_state(text: str, *, cache_dir: Path | None = None) -> tuple[Goal, ...]:
    """The goals of a state as Lean prints it, in order; none for "no goals". Raises InputError for
    a text that is no state, MissingExtra without LeanDojo."""
    dojo = load(cache_dir)
    parts = [part for part in text.split("\n\n") if "⊢" in part]
    try:
        goals = dojo.parse_goals(text)
    except (AssertionError, ValueError):
        raise InputError(f"not a tactic state: {text[:60]!r}") from None
    return tuple(
        Goal(
            hypotheses=tuple(
                Hypothesis(name=item.ident, type=item.lean_type) for item in goal.assumptions
            ),
            conclusion=goal.conclusion,
            case=match[1] if (match := _CASE.match(part)) else "",
        )
        for goal, part in zip(goals, parts, strict=True)
    )
