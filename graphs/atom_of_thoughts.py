"""Atom of Thoughts: a problem contracted step by step into a simpler one (arXiv 2502.12018).

    solve -> steps -> decompose -> contract -> judge -> solve -> ... -> end

A state is one self-contained question and nothing else (the Markov property). It is answered
directly and in steps; the steps are labelled as sub-questions with their dependences, a directed
acyclic graph; the independent ones' answers become known conditions and the rest is contracted
into the next question, which is answered directly. A fusing model sees the three answers (direct,
steps, contracted) and the first that agrees with it wins. When that is the contracted one and the
dependences went deeper than one step, it goes on from there, for at most ``steps`` states; the
released code takes one.

A decomposition that is no acyclic graph, even after its repairs, is rejected: ``note`` says why,
and the judge chooses between the two answers there are.
"""

from __future__ import annotations

from typing import Any, Literal, TypedDict

from langgraph.checkpoint.base import BaseCheckpointSaver
from langgraph.graph import END, START, StateGraph
from langgraph.graph.state import CompiledStateGraph
from langgraph.runtime import Runtime

from proofloop.agents.decomposer import Decomposition, contract, decompose
from proofloop.agents.fuser import ModelFuser
from proofloop.agents.llm.base import Model
from proofloop.agents.solver import solve
from proofloop.core.errors import BudgetExceeded, ModelError
from proofloop.core.task import Candidate, Task
from proofloop.graphs.answers import reader, sameness
from proofloop.graphs.attempts import task_of
from proofloop.graphs.context import Context, context_of
from proofloop.graphs.leading import add_leading
from proofloop.graphs.selectors.fusion import Fusion

STEPWISE = "Solve it in small steps, and state the result of each."
ORDER = ("direct", "steps", "contracted")  # the first of those that agree wins


class AtomsState(TypedDict, total=False):
    """``problem`` goes in. ``question`` is the state; ``answers`` are those of this state by their
    ways; ``depth`` is how many states there were, ``left`` how many more the first graph allows."""

    problem: str
    question: str
    depth: int
    left: int
    answers: dict[str, str]
    decomposition: dict[str, Any]
    contracted: str
    selection: dict[str, Any]
    note: str
    solution: str
    answer: str


def atom_of_thoughts_graph(
    checkpointer: BaseCheckpointSaver[Any] | None = None,
    *,
    steps: int = 3,
) -> CompiledStateGraph[AtomsState, Context, AtomsState, AtomsState]:
    """The compiled graph: at most ``steps`` states. Raises ValueError for less than one."""
    if steps < 1:
        raise ValueError("steps must be at least 1")

    async def answered(state: AtomsState, runtime: Runtime[Context]) -> dict[str, Any]:
        task = question_of(state)
        # The contracted question that won is answered already.
        direct = state.get("answers", {}).get("contracted", "")
        direct = direct or await one_solution(context_of(runtime).model, task)
        solution = state.get("solution") or direct
        return {
            "question": task.informal,
            "depth": state.get("depth", 0) + 1,
            "answers": {"direct": direct},
            "contracted": "",
            "note": "",
            "solution": solution,
            "answer": reader(context_of(runtime))(solution),
        }

    async def in_steps(state: AtomsState, runtime: Runtime[Context]) -> dict[str, Any]:
        task = task_of(f"{question_of(state).informal}\n\n{STEPWISE}")
        solution = await one_solution(context_of(runtime).model, task)
        return {"answers": state["answers"] | {"steps": solution}}

    async def labelled(state: AtomsState, runtime: Runtime[Context]) -> dict[str, Any]:
        try:
            made = await decompose(
                context_of(runtime).model, question_of(state), state["answers"]["steps"]
            )
        except ModelError as error:
            return {"decomposition": {}, "note": str(error)}
        left = state.get("left", min(steps, made.depth))
        return {"decomposition": made.model_dump(), "left": left - 1}

    async def contracted(state: AtomsState, runtime: Runtime[Context]) -> dict[str, Any]:
        model, task = context_of(runtime).model, question_of(state)
        known, open_ones = Decomposition.model_validate(state["decomposition"]).parted()
        try:
            question = await contract(model, task, known, open_ones)
            solution = await one_solution(model, task_of(question))
        except ModelError as error:
            return {"note": f"no contraction: {error}"}
        return {"contracted": question, "answers": state["answers"] | {"contracted": solution}}

    async def judged(state: AtomsState, runtime: Runtime[Context]) -> dict[str, Any]:
        shown = [
            Candidate(id=way, task_id="problem", content=state["answers"][way])
            for way in ORDER
            if way in state["answers"]
        ]
        context = context_of(runtime)
        fusion = Fusion(ModelFuser(context.judge), answer=reader(context), same=sameness(context))
        selection = await fusion.select(question_of(state), shown)
        if selection.partial:
            raise BudgetExceeded.told(selection.note)
        best = selection.best or ORDER[0]
        return {
            "selection": selection.model_dump(mode="json"),
            "question": state["contracted"] if best == "contracted" else state["question"],
            "note": state["note"] or selection.note,
            "solution": state["answers"][best],
            "answer": reader(context)(state["answers"][best]),
        }

    def after_labels(state: AtomsState, runtime: Runtime[Context]) -> Literal["contract", "judge"]:
        made = state["decomposition"]
        return "contract" if any(one["depends"] for one in made.get("questions", ())) else "judge"

    def after_judge(state: AtomsState, runtime: Runtime[Context]) -> Literal["solve", "end"]:
        goes_on = state["selection"]["ranking"][:1] == ["contracted"] and state["left"] > 0
        return "solve" if goes_on and state["depth"] < steps else "end"

    ways = {"solve": "solve", "end": END}
    graph = StateGraph(AtomsState, context_schema=Context)
    graph.add_node("solve", answered)
    graph.add_node("steps", in_steps)
    graph.add_node("contract", contracted)
    graph.add_edge(START, "solve")
    graph.add_edge("solve", "steps")
    graph.add_edge("steps", "decompose")
    add_leading(graph, "decompose", labelled, after_labels, {w: w for w in ("contract", "judge")})
    graph.add_edge("contract", "judge")
    add_leading(graph, "judge", judged, after_judge, ways)
    return graph.compile(checkpointer=checkpointer, name="atom_of_thoughts")


def question_of(state: AtomsState) -> Task:
    return task_of(state.get("question") or state["problem"])


async def one_solution(model: Model, task: Task) -> str:
    return (await solve(model, task))[0].content
