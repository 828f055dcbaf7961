"""Particle filtering as a graph: partial solutions grow, are weighed and drawn again
(arXiv 2502.01618; entropic annealing of arXiv 2510.05825).

    filter -> end

All calls are journalled one by one, so a run that is killed repeats none of them. The algorithm is
``graphs/particle_filter.py``; the judge's rating of the steps so far stands for a process reward.
"""

from __future__ import annotations

import random
from typing import Any, TypedDict

from langgraph.checkpoint.base import BaseCheckpointSaver
from langgraph.graph import END, START, StateGraph
from langgraph.graph.state import CompiledStateGraph
from langgraph.runtime import Runtime

from proofloop.graphs.attempts import task_of
from proofloop.graphs.context import Context, context_of
from proofloop.graphs.particle_filter import ParticleFilter, check_bounds
from proofloop.graphs.steps import ModelRewards, ModelStepper
from proofloop.tools.answers.extract import final_answer


class ParticlesState(TypedDict, total=False):
    """``problem`` goes in; ``cloud`` has the particles at the end with their weights."""

    problem: str
    cloud: dict[str, Any]
    note: str
    solution: str
    answer: str


def particles_graph(
    checkpointer: BaseCheckpointSaver[Any] | None = None,
    *,
    n: int = 8,
    steps: int = 16,
    sweeps: int = 1,
    entropic: bool = False,
    look_ahead: bool = False,
    continues: bool = False,
) -> CompiledStateGraph[ParticlesState, Context, ParticlesState, ParticlesState]:
    """The compiled graph; ``entropic`` is systematic resampling with annealing, ``continues`` the
    way of the stepper, the rest as in ``ParticleFilter``. Raises ValueError for bounds that cannot
    be."""
    check_bounds(n, steps, sweeps)

    async def run_filter(state: ParticlesState, runtime: Runtime[Context]) -> dict[str, Any]:
        context = context_of(runtime)
        cloud = await ParticleFilter(
            ModelStepper(context.model, continues=continues),
            ModelRewards(context.judge),
            n=n,
            steps=steps,
            sweeps=sweeps,
            resampling="systematic" if entropic else "multinomial",
            annealed=entropic,
            look_ahead=look_ahead,
        ).run(task_of(state["problem"]), random.Random(context.seed))
        solution = cloud.best.partial.text
        return {
            "cloud": cloud.model_dump(mode="json"),
            "note": "no readable reward: all particles weigh the same" if cloud.silent else "",
            "solution": solution,
            "answer": final_answer(solution),
        }

    graph = StateGraph(ParticlesState, context_schema=Context)
    graph.add_node("filter", run_filter)
    graph.add_edge(START, "filter")
    graph.add_edge("filter", END)
    return graph.compile(checkpointer=checkpointer, name="particles")
