"""What graphs run with: passed as LangGraph's run-scoped context, never kept in a state."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

from langgraph.runtime import Runtime

from proofloop.agents.examples import ExampleSource
from proofloop.agents.judge import ConsistencyJudge
from proofloop.agents.llm.base import Model
from proofloop.agents.panel.panel import Panel
from proofloop.core.entailing import EntailBounds
from proofloop.core.errors import SettingsError
from proofloop.core.formalizing import FormalizeBounds
from proofloop.core.same import AnswerSettings
from proofloop.core.search import SearchBounds
from proofloop.tools.answers.algebra import Algebra
from proofloop.tools.examples.example import Example
from proofloop.tools.lean.backend import CheckLimits, LeanBackend
from proofloop.tools.lean.hygiene.subject import HygieneLimits
from proofloop.tools.lean.lemmas import LemmaStore
from proofloop.tools.lean.portfolio import Portfolio
from proofloop.tools.lean.premises.embed import Embedder
from proofloop.tools.lean.premises.retrieve import PremiseSource
from proofloop.tools.review import ReviewQueue

# Without the option a misspelt name in a statement becomes a variable of its own.
DEFAULT_HEADER = "import Proofloop\nset_option autoImplicit false\nopen Nat"


# LangGraph's tools pass an empty table, of which LangGraph makes a Context with nothing in it.
_ABSENT: Any = None


@dataclass(frozen=True)
class Context:
    """The model that formalizes and proves, the one that judges, the Lean that decides, the
    portfolio that proves without a model, the statements proved before, and the premises that
    prompts and feedback may name. ``formalizers`` are the models of the methods that ask several;
    empty is ``model`` alone. ``negator`` proves negations (graphs/negate.py), None is
    ``model``. ``panel`` judges formalizations; None is a panel of one, the judge (``panel_of``).
    ``embedder`` tells which experiences are near, None: by words. ``reviews`` is where statements
    wait for a person; None keeps none. ``algebra`` compares answers; None is a process of its own
    for each comparison of many."""

    model: Model = _ABSENT
    judge: Model = _ABSENT
    formalizers: tuple[Model, ...] = ()
    negator: Model | None = None
    panel: Panel | None = None
    lean: LeanBackend = _ABSENT
    portfolio: Portfolio = _ABSENT
    max_rounds: int = 4
    limits: CheckLimits = field(default_factory=CheckLimits)
    prove_seconds: float = 60.0
    search: SearchBounds = field(default_factory=SearchBounds)
    answers: AnswerSettings = field(default_factory=AnswerSettings)
    formalize: FormalizeBounds = field(default_factory=FormalizeBounds)
    entail: EntailBounds = field(default_factory=EntailBounds)
    hygiene: HygieneLimits = field(default_factory=HygieneLimits)
    lemmas: LemmaStore | None = None
    premises: PremiseSource | None = None
    reviews: ReviewQueue | None = None
    premises_per_prompt: int = 0
    examples: ExampleSource | None = None
    embedder: Embedder | None = None
    algebra: Algebra | None = None
    seed: int = 0

    def without_portfolio(self) -> Context:
        search = self.search.model_copy(update={"portfolio": False})
        return replace(self, search=search)


_default: Callable[[], Context] | None = None


def set_default_context(make: Callable[[], Context]) -> None:
    """What a graph runs with when its caller passes no context, as the LangGraph tools do."""
    global _default
    _default = make


def context_of(runtime: Runtime[Context]) -> Context:
    """The run's context. Raises SettingsError when there is none and no default."""
    context: Context | None = runtime.context
    if context is not None and context.model is not _ABSENT:
        return context
    if _default is None:
        raise SettingsError(
            "a graph needs its context: graph.ainvoke(inputs, context=Context(...))"
        )
    return _default()


def panel_of(context: Context) -> Panel:
    """Who judges whether a formalization keeps the meaning."""
    return context.panel or Panel(
        [ConsistencyJudge(context.judge, examples=context.examples)], shuffle=False
    )


async def examples_for(context: Context, informal: str) -> list[Example]:
    """What a formalizer is shown beside this text."""
    return [] if context.examples is None else await context.examples.for_formalizer(informal)
