"""The rules by name."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from pydantic import ValidationError

from proofloop.core.errors import InputError, SettingsError
from proofloop.graphs.stopping.conformal import Conformal
from proofloop.graphs.stopping.optscale import OptScale
from proofloop.graphs.stopping.rule import StoppingRule
from proofloop.graphs.stopping.self_evaluation import SelfEvaluation
from proofloop.graphs.stopping.settled import Settled

RULES: dict[str, Callable[[], StoppingRule]] = {
    "settled": Settled,
    "optscale": OptScale,
    "self-evaluation": SelfEvaluation,
}


def rule_of(rule: str | StoppingRule, calibration: str = "") -> StoppingRule:
    """A rule by its name, or itself; ``calibration`` is the file of a conformal one. Raises
    SettingsError for an unknown name or no file, InputError for one that cannot be read."""
    if not isinstance(rule, str):
        return rule
    if rule == "conformal":
        return conformal_of(calibration)
    if rule not in RULES:
        raise SettingsError(f"no stopping rule {rule!r}; there are {', '.join(RULES)}, conformal")
    return RULES[rule]()


def conformal_of(calibration: str) -> Conformal:
    if not calibration:
        raise SettingsError(
            "the rule 'conformal' needs a calibration=FILE, as `proofloop analyze SAMPLES.jsonl"
            " --calibrate FILE` writes it"
        )
    try:
        return Conformal.model_validate_json(Path(calibration).read_bytes())
    except OSError as error:
        raise InputError(error.strerror or "cannot be read", file=calibration) from None
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(str(part) for part in first["loc"])
        raise InputError(first["msg"], file=calibration, field=place) from None
