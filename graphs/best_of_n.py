"""Best of N: many samples, the one a judge scores highest, or a soft choice with a temperature.

    sample -> select -> end

With ``adapted`` each sample is scored beside a revision of itself (RevisEval, arXiv 2410.05193).
"""

from __future__ import annotations

from typing import Any

from langgraph.checkpoint.base import BaseCheckpointSaver
from langgraph.graph.state import CompiledStateGraph

from proofloop.agents.adapted_rater import AdaptedRater
from proofloop.agents.rater import ModelRater
from proofloop.graphs.attempts import AttemptsState, sample_and_select
from proofloop.graphs.context import Context
from proofloop.graphs.selectors.best_of_n import BestOfN, check_bounds


def best_of_n_graph(
    checkpointer: BaseCheckpointSaver[Any] | None = None,
    *,
    n: int = 8,
    votes: int = 1,
    temperature: float = 0.0,
    adapted: bool = False,
) -> CompiledStateGraph[AttemptsState, Context, AttemptsState, AttemptsState]:
    """The compiled graph; ``votes`` scores a sample, ``temperature`` as in the selector. Raises
    ValueError for bounds that cannot be."""
    check_bounds(votes, temperature)
    return sample_and_select(
        "best_of_n",
        n,
        lambda context: BestOfN(
            (AdaptedRater if adapted else ModelRater)(context.judge),
            votes=votes,
            temperature=temperature,
            seed=context.seed,
        ),
        checkpointer,
    )
