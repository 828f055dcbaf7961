"""Self-consistency: many samples, the answer of most of them (arXiv 2203.11171).

sample -> select -> end
"""

from __future__ import annotations

from typing import Any

from langgraph.checkpoint.base import BaseCheckpointSaver
from langgraph.graph.state import CompiledStateGraph

from proofloop.graphs.answers import reader, sameness
from proofloop.graphs.attempts import AttemptsState, sample_and_select
from proofloop.graphs.context import Context
from proofloop.graphs.selectors.majority import Majority


def self_consistency_graph(
    checkpointer: BaseCheckpointSaver[Any] | None = None, *, n: int = 16
) -> CompiledStateGraph[AttemptsState, Context, AttemptsState, AttemptsState]:
    """The compiled graph."""
    return sample_and_select(
        "self_consistency",
        n,
        lambda context: Majority(answer=reader(context), same=sameness(context), seed=context.seed),
        checkpointer,
    )
