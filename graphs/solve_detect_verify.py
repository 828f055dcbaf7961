"""Solve-Detect-Verify: stop a solution where it is complete, check it fast, slowly in doubt
(arXiv 2505.11966).

    solve -> (conclude ->) verify -> (deliberate ->) solve -> ... -> end

*Solve* streams; at words of hesitation it is *detected* whether the solution is complete, and the
rest is then cancelled (``graphs/detect.py``). *Verify* (Flex@k) takes k fast verdicts: the number
of the first wrong step, or none; when a share of ``agreement`` of them says the same that stands,
else one slow verdict decides. An error goes back to the solver with what held before it, at most
``rounds`` times. The paper leaves the share and the rounds open.

The answer is that of the first solution without an error; else of the last. What cannot be verified
stands.
"""

from __future__ import annotations

from collections import Counter
from typing import Any, Literal, TypedDict

from langgraph.checkpoint.base import BaseCheckpointSaver
from langgraph.graph import END, START, StateGraph
from langgraph.graph.state import CompiledStateGraph
from langgraph.runtime import Runtime

from proofloop.agents.completeness import concluded, is_complete
from proofloop.agents.prompts import Prompt
from proofloop.agents.solver import solve_request
from proofloop.agents.step_verifier import StepVerdict, StepVerifier, steps_of
from proofloop.core.errors import ModelError
from proofloop.graphs.attempts import task_of
from proofloop.graphs.context import Context, context_of
from proofloop.graphs.detect import CHECK_SECONDS, read_until_complete
from proofloop.graphs.leading import add_leading
from proofloop.tools.answers.extract import final_answer


class Check(TypedDict):
    """``first_error``: 0 none, None not decided. ``how`` is "fast", "slow" or "none"; ``fast`` are
    the fast verdicts."""

    first_error: int | None
    words: str
    how: str
    fast: list[int | None]


class DetectState(TypedDict, total=False):
    """``problem`` goes in. ``checks`` has one for each solution there was; ``detected`` says where
    the last one was cut, ``feedback`` what the next is told, and ``note`` why the last one is not
    known to hold."""

    problem: str
    round: int
    detected: dict[str, Any]
    checks: list[Check]
    feedback: str
    note: str
    solution: str
    answer: str


def solve_detect_verify_graph(
    checkpointer: BaseCheckpointSaver[Any] | None = None,
    *,
    k: int = 4,
    agreement: float = 0.75,
    rounds: int = 2,
    most_checks: int = 8,
    check_seconds: float = CHECK_SECONDS,
) -> CompiledStateGraph[DetectState, Context, DetectState, DetectState]:
    """The compiled graph: ``k`` fast verdicts, at most ``rounds`` refinements, ``most_checks``
    questions in one stream, each of ``check_seconds`` at most. Raises ValueError for numbers that
    cannot be."""
    if k < 1 or rounds < 0 or not 0 < agreement <= 1:
        raise ValueError("k is at least 1, rounds at least 0, agreement above 0 and at most 1")

    async def solved(state: DetectState, runtime: Runtime[Context]) -> dict[str, Any]:
        model, task = context_of(runtime).model, task_of(state["problem"])
        number = state.get("round", 0)
        found = await read_until_complete(
            model,
            solve_request(task, context=state.get("feedback", "")),
            lambda so_far: is_complete(model, task, so_far),
            most_checks=most_checks,
            check_seconds=check_seconds,
            index=number,
        )
        return {"round": number + 1, "detected": found.model_dump()} | with_solution(found.text)

    async def conclude(state: DetectState, runtime: Runtime[Context]) -> dict[str, Any]:
        model, task = context_of(runtime).model, task_of(state["problem"])
        return with_solution(await concluded(model, task, state["solution"]))

    async def verify(state: DetectState, runtime: Runtime[Context]) -> dict[str, Any]:
        verifier = StepVerifier(context_of(runtime).judge)
        try:
            verdicts = await verifier.fast(task_of(state["problem"]), state["solution"], n=k)
        except ModelError as error:
            verdicts, words = [], str(error)
        else:
            words = "no readable verdict"
        agreed = agreed_on(verdicts, agreement)
        check: Check = {
            "first_error": agreed.first_error if agreed else None,
            "words": agreed.reasons if agreed else words,
            "how": "fast" if agreed else "none",
            "fast": [one.first_error for one in verdicts],
        }
        return with_check(state, [*state.get("checks", []), check])

    async def deliberate(state: DetectState, runtime: Runtime[Context]) -> dict[str, Any]:
        *before, last = state["checks"]
        verifier = StepVerifier(context_of(runtime).judge)
        try:
            verdict = await verifier.slow(task_of(state["problem"]), state["solution"])
        except ModelError as error:
            return with_check(state, [*before, {**last, "words": str(error)}])
        if verdict is None:
            return {}
        check: Check = {
            **last,
            "first_error": verdict.first_error,
            "words": verdict.reasons,
            "how": "slow",
        }
        return with_check(state, [*before, check])

    def after_solve(state: DetectState, runtime: Runtime[Context]) -> Literal["conclude", "verify"]:
        return "verify" if state["answer"] else "conclude"

    def after_check(state: DetectState, runtime: Runtime[Context]) -> Literal["solve", "end"]:
        wrong = state["checks"][-1]["first_error"]
        return "solve" if wrong and state["round"] <= rounds else "end"

    def after_verify(
        state: DetectState, runtime: Runtime[Context]
    ) -> Literal["deliberate", "solve", "end"]:
        return "deliberate" if state["checks"][-1]["how"] == "none" else after_check(state, runtime)

    ways = {"solve": "solve", "end": END}
    graph = StateGraph(DetectState, context_schema=Context)
    graph.add_node("conclude", conclude)
    graph.add_edge(START, "solve")
    add_leading(graph, "solve", solved, after_solve, {w: w for w in ("conclude", "verify")})
    graph.add_edge("conclude", "verify")
    add_leading(graph, "verify", verify, after_verify, ways | {"deliberate": "deliberate"})
    add_leading(graph, "deliberate", deliberate, after_check, ways)
    return graph.compile(checkpointer=checkpointer, name="solve_detect_verify")


def with_solution(text: str) -> dict[str, Any]:
    return {"solution": text, "answer": final_answer(text)}


def with_check(state: DetectState, checks: list[Check]) -> dict[str, Any]:
    """The checks, and what the solver is told of an error: the steps before it, and why the next
    does not hold."""
    wrong = checks[-1]["first_error"]
    if not wrong:
        said = "not verified: " + checks[-1]["words"] if wrong is None else ""
        return {"checks": checks, "feedback": "", "note": said}
    steps = steps_of(state["solution"])
    feedback = PROMPT.fill(
        "feedback",
        held="\n\n".join(steps[: wrong - 1]) or "(none)",
        step=steps[wrong - 1],
        words=checks[-1]["words"] or "-",
    )
    note = f"by the check step {wrong} of the solution does not hold"
    return {"checks": checks, "feedback": feedback, "note": note}


def agreed_on(verdicts: list[StepVerdict], agreement: float) -> StepVerdict | None:
    """A verdict that a share of ``agreement`` of the decided ones gives, the first of those with
    its words; None without one."""
    decided = [one for one in verdicts if one.first_error is not None]
    if not decided:
        return None
    place, times = Counter(one.first_error for one in decided).most_common(1)[0]
    if times / len(decided) < agreement:
        return None
    return next(one for one in decided if one.first_error == place)


FEEDBACK = """\
Steps that hold:
{held}

The next step does not hold:
{step}
The check says: {words}"""

PROMPT = Prompt("solve_detect_verify", feedback=FEEDBACK)
