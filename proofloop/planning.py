"""What a run with these settings would ask for, told before it begins: without a model, a Lean or a
run folder."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from proofloop.core.settings import Settings
from proofloop.panels import make_panel, other_settings
from proofloop.prompts import open_prompts

if TYPE_CHECKING:
    from proofloop.agents.llm.base import Chunk, Reply, Request
    from proofloop.core.verdict import Plan
    from proofloop.graphs.context import Context


@dataclass(frozen=True)
class Unasked:
    """In the place of a model: it has its name, for its price."""

    name: str

    async def sample(self, request: Request, n: int = 1, *, first: int = 0) -> list[Reply]:
        raise AssertionError("a plan asks nothing")

    def stream(self, request: Request, *, index: int = 0) -> AsyncGenerator[Chunk, None]:
        raise AssertionError("a plan asks nothing")

    async def aclose(self) -> None:
        pass


def plan_for(
    settings: Settings,
    graph: str,
    problems: Iterable[str],
    options: Mapping[str, Any] | None = None,
) -> Plan:
    """Of the graph on each of these problems, together. Raises SettingsError for what these
    settings cannot be run with, and ValueError for a graph without a plan."""
    from proofloop.core.verdict import Plan
    from proofloop.graphs.planning.plan import plan_of

    total = Plan()
    with open_prompts(settings):
        context = planning_context(settings)
        for problem in problems:
            plan = plan_of(graph, problem, options, context=context, prices=settings.prices)
            if plan is None:
                raise ValueError(f"{graph} has no plan")
            total += plan
    return total


def planning_context(settings: Settings) -> Context:
    """The bounds that a run of these settings has, and the names of its models."""
    from proofloop.agents.examples import ExampleSource
    from proofloop.graphs.context import Context
    from proofloop.tools.examples.store import ExampleStore

    def named(chosen: Settings) -> Unasked:
        return Unasked(chosen.model_name)

    own, shown = named(settings), settings.examples
    return Context(
        model=own,
        judge=own,
        formalizers=tuple(named(other_settings(settings, one)) for one in settings.formalizers),
        negator=named(other_settings(settings, settings.negation_prover)),
        panel=make_panel(settings, None, own, named),
        max_rounds=settings.max_rounds,
        search=settings.search,
        formalize=settings.formalize,
        premises_per_prompt=settings.premises.per_prompt,
        examples=ExampleSource(ExampleStore([]), shown.per_prompt, shown.tokens)
        if shown.per_prompt
        else None,
    )
