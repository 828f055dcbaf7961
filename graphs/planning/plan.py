"""What a run of a graph asks for at the most.

The call counts are those of the graphs' loops, and the tests compare them with real runs. Tokens
are estimated from the templates, the problem, and the lengths that answers are taken to have
(``Sizes``). Some graphs have no plan, since nothing bounds what they ask but what they find: the
holes of a sketch, the tree of an entailment, the edits of a person.
"""

from __future__ import annotations

from collections.abc import Mapping
from inspect import signature
from typing import Any

from proofloop.agents.llm.tokens import estimate_tokens
from proofloop.core.verdict import Plan
from proofloop.graphs.catalogue import GRAPHS
from proofloop.graphs.context import Context
from proofloop.graphs.planning.lean import LEAN
from proofloop.graphs.planning.sizes import Sizes
from proofloop.graphs.planning.solvers import SOLVING

WITHOUT = ("prove_sketch", "decompose", "review")


def plan_of(
    name: str,
    problem: str,
    options: Mapping[str, Any] | None = None,
    *,
    sizes: Sizes | None = None,
    context: Context | None = None,
) -> Plan | None:
    """Of the graph ``name`` on ``problem`` (of a set of statements, each) with these ``options``
    and the defaults of all others; graphs that formalize and prove are bounded by their
    ``context`` too. None for one without a plan. Raises what the graph raises for bad options."""
    if name in WITHOUT:
        return None
    known = {
        key: option.default
        for key, option in signature(GRAPHS[name]).parameters.items()
        if option.kind is option.KEYWORD_ONLY
    }
    given = sizes or Sizes(problem=estimate_tokens(problem))
    chosen = known | dict(options or {})
    if name in SOLVING:
        return SOLVING[name](given, **chosen)
    return LEAN[name](given, context or Context(), **chosen)
