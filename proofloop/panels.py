"""From settings to the panel that judges formalizations, and its models."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable
from typing import TYPE_CHECKING

from proofloop.core.errors import SettingsError
from proofloop.core.settings import JudgeSettings, OtherModel, Settings

if TYPE_CHECKING:
    from proofloop.agents.examples import ExampleSource
    from proofloop.agents.llm.base import Model
    from proofloop.agents.panel.panel import Panel
    from proofloop.agents.panel.rules import Reliability, Rule
    from proofloop.agents.panel.vote import Judge
    from proofloop.core.journal import Journal

OpenModel = Callable[[Settings], "Model"]


def make_panel(
    settings: Settings,
    journal: Journal | None,
    own: Model,
    open_model: OpenModel,
    examples: ExampleSource | None = None,
) -> Panel:
    """The panel of these settings; with no judges listed, ``own``, the run's model, is the only
    one. ``open_model`` opens the model of settings with another model, URL and key; judges of one
    model at one place share it. Closed by the panel's ``aclose``."""
    from proofloop.agents.judge import ConsistencyJudge
    from proofloop.agents.panel.panel import Panel

    chosen = settings.panel
    if not chosen.judges:
        return Panel([ConsistencyJudge(own, examples=examples)], shuffle=False, journal=journal)
    models: dict[tuple[str, str | None, str | None], Model] = {}
    judges: list[Judge] = []
    alike: Counter[tuple[object, ...]] = Counter()
    for judge in named(settings):
        place = other_settings(settings, judge)
        key = (place.model_name, place.base_url, judge.key_env)
        if judge.model is None and judge.base_url is None and judge.key_env is None:
            models[key] = own
        elif key not in models:
            models[key] = open_model(place)
        same = (*key, judge.rubric, judge.temperature)
        judges.append(make_judge(judge, models[key], examples, sample=alike[same]))
        alike[same] += 1
    return Panel(
        judges,
        make_rule(settings),
        asking=chosen.asking,
        shuffle=chosen.shuffle,
        seed=settings.seed,
        journal=journal,
    )


def named(settings: Settings) -> list[JudgeSettings]:
    """The judges listed, those without a name called after their models."""
    return [
        judge
        if judge.name
        else judge.model_copy(update={"name": other_settings(settings, judge).model_name})
        for judge in settings.panel.judges
    ]


def make_judge(
    chosen: JudgeSettings, model: Model, examples: ExampleSource | None, *, sample: int = 0
) -> Judge:
    from proofloop.agents.judge import ConsistencyJudge
    from proofloop.agents.text_judge import BackTranslationJudge

    kind = BackTranslationJudge if chosen.method == "back-translation" else ConsistencyJudge
    own = (model, chosen.name, chosen.rubric, chosen.temperature)
    return kind(*own, examples, sample=sample)


def make_rule(settings: Settings) -> Rule:
    from proofloop.agents.panel.rules import AllAgree, Majority, Weighted

    chosen = settings.panel
    if chosen.rule == "all":
        return AllAgree()
    if chosen.rule == "majority":
        return Majority(chosen.quorum)
    known = {judge.name: reliability(judge) for judge in named(settings)}
    return Weighted(
        {name: found for name, found in known.items() if found is not None},
        chosen.prior,
        chosen.quorum or 1,
    )


def reliability(judge: JudgeSettings) -> Reliability | None:
    from proofloop.agents.panel.rules import Reliability

    if judge.sensitivity is not None and judge.specificity is not None:
        return Reliability(sensitivity=judge.sensitivity, specificity=judge.specificity)
    return None if judge.accuracy is None else Reliability.of_accuracy(judge.accuracy)


def other_settings(settings: Settings, other: OtherModel) -> Settings:
    """The settings with another model, URL and key. The run's key goes to no other server: one
    with a URL of its own has a key only if it names the variable."""
    changes: dict[str, object] = {}
    if other.model is not None:
        changes["model"] = other.model
    if other.base_url is not None:
        changes |= {"base_url": other.base_url, "api_key": None}
    if other.key_env is not None:
        if not os.environ.get(other.key_env):
            raise SettingsError(f"key_env: there is no variable {other.key_env}")
        changes["api_key"] = other.key
    return settings.model_copy(update=changes)
