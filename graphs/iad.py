"""Iterative Agent Decoding: review, refine, repeat (arXiv 2504.01931).

    sample -> score -> sample -> ... -> end

Each round samples K answers that have seen the best and the worst so far with their scores and the
judge's words; the best is kept only when it improved. The gain comes from the judge: with a noisy
one, rounds do not help.
"""

from __future__ import annotations

from typing import Any, Literal, TypedDict

from langgraph.checkpoint.base import BaseCheckpointSaver
from langgraph.graph import END, START, StateGraph
from langgraph.graph.state import CompiledStateGraph
from langgraph.runtime import Runtime

from proofloop.agents.llm.base import Sampling
from proofloop.agents.prompts import Prompt
from proofloop.agents.rater import ModelRater
from proofloop.agents.solver import solve
from proofloop.core.task import Candidate
from proofloop.graphs.attempts import task_of
from proofloop.graphs.context import Context, context_of
from proofloop.graphs.leading import add_leading
from proofloop.graphs.scored import Scored, scored, worth
from proofloop.tools.answers.extract import final_answer

TEMPERATURE = 0.6


class IadState(TypedDict, total=False):
    """``problem`` goes in; ``best`` and ``worst`` are those of all rounds so far."""

    problem: str
    round: int
    samples: list[dict[str, Any]]
    best: Scored
    worst: Scored
    note: str
    solution: str
    answer: str


def iad_graph(
    checkpointer: BaseCheckpointSaver[Any] | None = None,
    *,
    k: int = 4,
    rounds: int = 4,
    enough: float = 1.0,
) -> CompiledStateGraph[IadState, Context, IadState, IadState]:
    """The compiled graph: ``k`` samples a round, at most ``rounds``, ended before by a score of
    ``enough``. Raises ValueError for less than one of either."""
    if k < 1 or rounds < 1:
        raise ValueError("k and rounds must be at least 1")

    async def sample(state: IadState, runtime: Runtime[Context]) -> dict[str, Any]:
        found = await solve(
            context_of(runtime).model,
            task_of(state["problem"]),
            context=contrast(state),
            n=k,
            round=state.get("round", 0),
            sampling=Sampling(temperature=TEMPERATURE),
        )
        samples = [one.model_dump(mode="json", exclude={"logprobs"}) for one in found]
        first = found[0].content  # an answer, should the budget end before the scores
        begun = {} if "best" in state else {"solution": first, "answer": final_answer(first)}
        return {"samples": samples, "round": state.get("round", 0) + 1, **begun}

    async def score(state: IadState, runtime: Runtime[Context]) -> dict[str, Any]:
        judge = ModelRater(context_of(runtime).judge)
        candidates = [Candidate.model_validate(item) for item in state["samples"]]
        found = await scored(judge, task_of(state["problem"]), candidates)
        # The earlier comes first, so that the best so far stays unless it is beaten.
        best = max([*([state["best"]] if "best" in state else []), *found], key=worth)
        worst = min([*([state["worst"]] if "worst" in state else []), *found], key=worth)
        solution = best["content"]
        return {
            "best": best,
            "worst": worst,
            "note": "no readable score: the first sample stands" if best["score"] is None else "",
            "solution": solution,
            "answer": final_answer(solution),
        }

    def after_score(state: IadState, runtime: Runtime[Context]) -> Literal["sample", "end"]:
        done = state["round"] >= rounds or worth(state["best"]) >= enough
        return "end" if done else "sample"

    graph = StateGraph(IadState, context_schema=Context)
    graph.add_node("sample", sample)
    graph.add_edge(START, "sample")
    graph.add_edge("sample", "score")
    add_leading(graph, "score", score, after_score, {"sample": "sample", "end": END})
    return graph.compile(checkpointer=checkpointer, name="iad")


def contrast(state: IadState) -> str:
    """The best and the worst so far, for the next samples to read."""
    if "best" not in state:
        return ""
    shown = [("best", state["best"])]
    if state["worst"]["content"] != state["best"]["content"]:
        shown.append(("worst", state["worst"]))
    return "\n\n".join(
        PROMPT.fill(
            "seen",
            name=name,
            score="unknown" if one["score"] is None else f"{one['score']:.2f}",
            content=one["content"],
            words=one["words"] or "-",
        )
        for name, one in shown
    )


SEEN = """\
The {name} attempt so far (score {score} of 1):
{content}
The judge's words: {words}"""

PROMPT = Prompt("iad", seen=SEEN)
