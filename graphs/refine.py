"""Sequential refinement: one answer, improved round by round (SR of PDR, arXiv 2510.01123).

    draft -> rate -> (review ->) revise -> rate -> ... -> end

s_{t+1} = M(x, s_t, C_t) with one solution a round: each revision sees the version before it and
what was said of it: the rater's reasons, and with ``reviewed`` the paper's error analysis. It ends
when the model leaves the solution as it is, when the rater is satisfied, or after the last round.
Every version is kept. The answer is the best by the rater, the later of equals, so that a round
that spoils a solution costs nothing; without a rater, or where it never gave a score, it is the
last, as in the paper.
"""

from __future__ import annotations

from typing import Any, Literal, TypedDict

from langgraph.checkpoint.base import BaseCheckpointSaver
from langgraph.graph import END, START, StateGraph
from langgraph.graph.state import CompiledStateGraph
from langgraph.runtime import Runtime

from proofloop.agents.rater import ModelRater
from proofloop.agents.reviewer import review
from proofloop.agents.reviser import revise
from proofloop.agents.solver import solve
from proofloop.core.task import Candidate
from proofloop.graphs.attempts import task_of
from proofloop.graphs.context import Context, context_of
from proofloop.graphs.leading import add_leading
from proofloop.graphs.scored import Scored, scored, worth
from proofloop.tools.answers.extract import final_answer


class RefineState(TypedDict, total=False):
    """``problem`` goes in. ``versions`` are all there were, the draft first; ``stopped`` is
    "unchanged" or "satisfied" where one of them ended it before the last round."""

    problem: str
    versions: list[Scored]
    review: str
    stopped: str
    note: str
    solution: str
    answer: str


def refine_graph(
    checkpointer: BaseCheckpointSaver[Any] | None = None,
    *,
    rounds: int = 4,
    rated: bool = True,
    votes: int = 1,
    enough: float = 1.0,
    reviewed: bool = False,
) -> CompiledStateGraph[RefineState, Context, RefineState, RefineState]:
    """The compiled graph: at most ``rounds`` revisions. ``rated``: each version gets the mean of
    ``votes`` scores, and one of ``enough`` ends it. Raises ValueError for no votes or negative
    rounds."""
    if rounds < 0 or votes < 1:
        raise ValueError("rounds must be at least 0 and votes at least 1")

    async def draft(state: RefineState, runtime: Runtime[Context]) -> dict[str, Any]:
        (first,) = await solve(context_of(runtime).model, task_of(state["problem"]))
        return with_versions([{"content": first.content, "score": None, "words": ""}])

    async def rate(state: RefineState, runtime: Runtime[Context]) -> dict[str, Any]:
        *before, last = state["versions"]
        shown = [Candidate(id="", task_id="", content=last["content"])]
        judge = ModelRater(context_of(runtime).judge)
        rating = await scored(judge, task_of(state["problem"]), shown, votes=votes)
        satisfied = {"stopped": "satisfied"} if worth(rating[0]) >= enough else {}
        silent = all(one["score"] is None for one in (*before, *rating))
        note = "no readable score: the last version stands" if silent else ""
        return with_versions([*before, *rating]) | satisfied | {"note": note}

    async def look(state: RefineState, runtime: Runtime[Context]) -> dict[str, Any]:
        number, last = len(state["versions"]) - 1, state["versions"][-1]["content"]
        model = context_of(runtime).model
        return {"review": await review(model, task_of(state["problem"]), last, index=number)}

    async def improve(state: RefineState, runtime: Runtime[Context]) -> dict[str, Any]:
        versions = state["versions"]
        said = [versions[-1]["words"], state.get("review", "")]
        # The round is the index: a solution that comes back is revised anew, not in a circle.
        better = await revise(
            context_of(runtime).model,
            task_of(state["problem"]),
            versions[-1]["content"],
            feedback="\n\n".join(filter(None, said)),
            index=len(versions) - 1,
        )
        if better is None:
            return {"stopped": "unchanged"}
        return with_versions([*versions, {"content": better, "score": None, "words": ""}])

    def after_version(state: RefineState, runtime: Runtime[Context]) -> Literal["more", "end"]:
        return "end" if state.get("stopped") or len(state["versions"]) > rounds else "more"

    def after_revise(
        state: RefineState, runtime: Runtime[Context]
    ) -> Literal["rate", "more", "end"]:
        return "rate" if rated and not state.get("stopped") else after_version(state, runtime)

    ways = {"more": "review" if reviewed else "revise", "end": END}
    graph = StateGraph(RefineState, context_schema=Context)
    graph.add_edge(START, "draft")
    if reviewed:
        graph.add_node("review", look)
        graph.add_edge("review", "revise")
    if rated:
        graph.add_node("draft", draft)
        graph.add_edge("draft", "rate")
        add_leading(graph, "rate", rate, after_version, ways)
    else:
        add_leading(graph, "draft", draft, after_version, ways)
    add_leading(graph, "revise", improve, after_revise, ways | {"rate": "rate"} if rated else ways)
    return graph.compile(checkpointer=checkpointer, name="refine")


def with_versions(versions: list[Scored]) -> dict[str, Any]:
    """The versions, and the answer of the best of them."""
    places = range(len(versions))
    best = versions[max(places, key=lambda place: (worth(versions[place]), place))]["content"]
    return {"versions": versions, "solution": best, "answer": final_answer(best)}
