"""The rules by name."""

from __future__ import annotations

from collections.abc import Callable

from proofloop.core.errors import SettingsError
from proofloop.graphs.stopping.optscale import OptScale
from proofloop.graphs.stopping.rule import StoppingRule
from proofloop.graphs.stopping.self_evaluation import SelfEvaluation
from proofloop.graphs.stopping.settled import Settled

RULES: dict[str, Callable[[], StoppingRule]] = {
    "settled": Settled,
    "optscale": OptScale,
    "self-evaluation": SelfEvaluation,
}


def rule_of(rule: str | StoppingRule) -> StoppingRule:
    """A rule by its name, or itself. Raises SettingsError for an unknown name."""
    if not isinstance(rule, str):
        return rule
    if rule == "conformal":
        raise SettingsError(
            "the rule 'conformal' needs calibration: pass Conformal.calibrated(histories)"
        )
    if rule not in RULES:
        raise SettingsError(f"no stopping rule {rule!r}; there are {', '.join(RULES)}, conformal")
    return RULES[rule]()
