"""What a run of a graph asks for at the most.

The call counts are those of the graphs' loops, and the tests compare them with real runs. Tokens
are estimated from the templates, the problem, and the lengths that answers are taken to have
(``Sizes``), and priced by the settings' table. Two graphs have no plan. ``decompose`` proves each
step anew whenever a form below it is mended, so that its bounds multiply to numbers that say
nothing; ``review`` asks as often as a person edits. What a person sends back to a formalizer opens
its rounds anew, and is in no plan.
"""

from __future__ import annotations

from collections.abc import Mapping
from inspect import signature
from typing import TYPE_CHECKING, Any

from proofloop.agents.llm.tokens import estimate_tokens
from proofloop.core.verdict import Plan
from proofloop.graphs.catalogue import GRAPHS
from proofloop.graphs.context import Context
from proofloop.graphs.planning.lean import LEAN
from proofloop.graphs.planning.sizes import Sizes
from proofloop.graphs.planning.solvers import SOLVING

if TYPE_CHECKING:
    from proofloop.core.settings import Price

WITHOUT = ("decompose", "review")


def plan_of(
    name: str,
    problem: str,
    options: Mapping[str, Any] | None = None,
    *,
    sizes: Sizes | None = None,
    context: Context | None = None,
    prices: Mapping[str, Price] | None = None,
) -> Plan | None:
    """Of the graph ``name`` on ``problem`` (of a set of statements, each) with these ``options``
    and the defaults of all others; ``context`` has its models, and the bounds of a graph that
    formalizes or proves. None for one without a plan. Raises what the graph raises for bad
    options."""
    if name in WITHOUT:
        return None
    known = {
        key: option.default
        for key, option in signature(GRAPHS[name]).parameters.items()
        if option.kind is option.KEYWORD_ONLY
    }
    context = context or Context()
    given = sizes or Sizes(problem=estimate_tokens(problem), prices=prices or {})
    given = given.of(context.model)
    chosen = known | dict(options or {})
    if name in SOLVING:
        return SOLVING[name](given, **chosen)
    return LEAN[name](given, context, **chosen)
