"""TMAS: attempts in rounds that share experience and avoid each other's strategies
(arXiv 2605.10344).

    attempt -> verify -> summarize -> learn -> attempt -> ... -> end

Each round writes N solutions at the same time. One that *exploits* reads the previous round with
its notes and the experience bank, to repair what was wrong; one that *explores* (each with
probability epsilon) reads only the strategies tried so far, to use another. M independent verdicts
score each solution by their mean, and are summarised into notes; from solution and notes come
conclusions and failures for the experience bank and a strategy for the guideline bank, both
bounded in tokens and without duplicates. It ends after the last round: the paper takes N = M = 8,
epsilon = 0.2 and up to 20 rounds.

How the answer is chosen the paper does not say: here it is that of the highest score of all
rounds, of equals the one that most attempts gave.
"""

from __future__ import annotations

import asyncio
import random
from collections.abc import Sequence
from typing import Any, Literal, TypedDict

from langgraph.checkpoint.base import BaseCheckpointSaver
from langgraph.graph import END, START, StateGraph
from langgraph.graph.state import CompiledStateGraph
from langgraph.runtime import Runtime

from proofloop.agents.experience import extract_experience
from proofloop.agents.prompts import Prompt
from proofloop.agents.rater import ModelRater
from proofloop.agents.strategist import name_strategy
from proofloop.agents.summarizer import summarize
from proofloop.core.task import Candidate
from proofloop.core.trajectory import Step, Trajectory
from proofloop.graphs.answers import reader, sameness
from proofloop.graphs.attempts import task_of
from proofloop.graphs.banks import Bank, Kind
from proofloop.graphs.context import Context, context_of
from proofloop.graphs.drafts import drafts_within_budget
from proofloop.graphs.leading import add_leading
from proofloop.graphs.scored import Scored, scored, worth
from proofloop.graphs.selectors.judges import polled
from proofloop.graphs.standings import Standing, answered, tallied
from proofloop.graphs.workspace import extract

PREVIOUS_TOKENS = 4000  # of the previous round that an exploiting attempt reads


class TmasState(TypedDict, total=False):
    """``problem`` goes in. ``ways`` are the ways ("explore" or "exploit") of a round's attempts and
    ``contexts`` what they read; ``rollouts`` and ``notes`` are the newest round's, which is
    ``whole`` unless the budget ended it. ``standings`` have the answers of all rounds."""

    problem: str
    round: int
    ways: list[str]
    contexts: list[str]
    rollouts: list[Scored]
    whole: bool
    notes: list[str]
    experience: dict[str, Any]
    guidelines: dict[str, Any]
    standings: list[Standing]
    selection: dict[str, Any]
    solution: str
    answer: str


def tmas_graph(
    checkpointer: BaseCheckpointSaver[Any] | None = None,
    *,
    n: int = 8,
    votes: int = 8,
    rounds: int = 4,
    epsilon: float = 0.2,
    experience_tokens: int = 1500,
    guideline_tokens: int = 500,
) -> CompiledStateGraph[TmasState, Context, TmasState, TmasState]:
    """The compiled graph: ``n`` attempts a round, ``votes`` verdicts each, banks of at most so many
    tokens. Raises ValueError for bounds that cannot be."""
    if min(n, votes, rounds) < 1 or not 0 <= epsilon <= 1:
        raise ValueError("n, votes and rounds must be at least 1, and epsilon in [0, 1]")
    if min(experience_tokens, guideline_tokens) < 0:
        raise ValueError("a bank holds at least 0 tokens")

    async def attempt(state: TmasState, runtime: Runtime[Context]) -> dict[str, Any]:
        context, number = context_of(runtime), state.get("round", 0)
        task, before = task_of(state["problem"]), state.get("standings", [])
        found, spent = await drafts_within_budget(
            context.model, task, state.get("contexts", [""] * n), round=number, first=number * n
        )
        # What the budget allowed is kept before its end is told: asked again, it brought no more.
        started = state.get("rollouts", []) if not state.get("whole", True) else []
        if spent and len(found) <= len(started):
            raise spent
        rollouts: list[Scored] = [
            {"content": one.content, "score": None, "words": ""} for one in found
        ]
        chosen = answered(await counted(context, before, rollouts), context.seed)
        return {"rollouts": rollouts, "whole": spent is None, **chosen}

    async def verify(state: TmasState, runtime: Runtime[Context]) -> dict[str, Any]:
        context, task = context_of(runtime), task_of(state["problem"])
        shown = [
            Candidate(id="", task_id=task.id, content=one["content"]) for one in state["rollouts"]
        ]
        rollouts = await scored(ModelRater(context.judge), task, shown, votes=votes)
        standings = await counted(context, state.get("standings", []), rollouts)
        return {
            "rollouts": rollouts,
            "round": state.get("round", 0) + 1,
            "standings": standings,
            **answered(standings, context.seed),
        }

    async def summarise(state: TmasState, runtime: Runtime[Context]) -> dict[str, Any]:
        """A solution without readable notes has the verdicts' own words."""
        model = context_of(runtime).model
        trajectories = [
            Trajectory(task_id="", steps=(Step(action=one["content"], observation=one["words"]),))
            for one in state["rollouts"]
        ]
        summaries, spent = await polled(
            [summarize(model, state["problem"], one) for one in trajectories]
        )
        if spent:
            raise spent
        pairs = zip(summaries, state["rollouts"], strict=True)
        return {"notes": [made.render() if made else one["words"] for made, one in pairs]}

    async def learn(state: TmasState, runtime: Runtime[Context]) -> dict[str, Any]:
        context, task = context_of(runtime), task_of(state["problem"])
        pairs = list(zip(state["rollouts"], state["notes"], strict=True))
        (taught, spent), (named, spent_too) = await asyncio.gather(
            polled(
                [
                    extract_experience(context.model, task, one["content"], notes)
                    for one, notes in pairs
                ]
            ),
            polled([name_strategy(context.model, task, one["content"]) for one, _ in pairs]),
        )
        if over := spent or spent_too:
            raise over
        lessons: list[tuple[Kind, str]] = []
        for each in filter(None, taught):
            lessons += [("conclusion", text) for text in each.conclusions]
            lessons += [("failure", text) for text in each.failures]
        experience = Bank.model_validate(state.get("experience", {})).learned(
            lessons, most_tokens=experience_tokens
        )
        guidelines = Bank.model_validate(state.get("guidelines", {})).learned(
            [("strategy", text) for text in named if text], most_tokens=guideline_tokens
        )
        rng = random.Random(f"{context.seed} {state['round']}")
        ways = ["explore" if rng.random() < epsilon else "exploit" for _ in range(n)]
        read = {
            "explore": exploring(guidelines),
            "exploit": exploiting(state["rollouts"], state["notes"], experience),
        }
        return {
            "experience": experience.model_dump(mode="json"),
            "guidelines": guidelines.model_dump(mode="json"),
            "ways": ways,
            "contexts": [read[way] for way in ways],
        }

    def after_attempt(state: TmasState, runtime: Runtime[Context]) -> Literal["attempt", "verify"]:
        return "verify" if state["whole"] else "attempt"

    def after_verify(state: TmasState, runtime: Runtime[Context]) -> Literal["summarize", "end"]:
        return "end" if state["round"] >= rounds else "summarize"

    graph = StateGraph(TmasState, context_schema=Context)
    graph.add_node("summarize", summarise)
    graph.add_node("learn", learn)
    graph.add_edge(START, "attempt")
    add_leading(graph, "attempt", attempt, after_attempt, {w: w for w in ("attempt", "verify")})
    add_leading(graph, "verify", verify, after_verify, {"summarize": "summarize", "end": END})
    graph.add_edge("summarize", "learn")
    graph.add_edge("learn", "attempt")
    return graph.compile(checkpointer=checkpointer, name="tmas")


async def counted(
    context: Context, before: Sequence[Standing], rollouts: Sequence[Scored]
) -> list[Standing]:
    return await tallied(before, rollouts, read=reader(context), same=sameness(context))


def exploiting(rollouts: Sequence[Scored], notes: Sequence[str], experience: Bank) -> str:
    """What an attempt that repairs reads: the round before, the best first, and the experience."""
    pairs = sorted(zip(rollouts, notes, strict=True), key=lambda pair: -worth(pair[0]))
    shown = [
        PROMPT.fill(
            "seen",
            score="unknown" if one["score"] is None else f"{one['score']:.2f}",
            notes=said or "-",
            content=one["content"],
        )
        for one, said in pairs
    ]
    attempts = extract(shown, PREVIOUS_TOKENS)
    return PROMPT.fill("exploit", attempts=attempts, experience=experience.render() or "-")


def exploring(guidelines: Bank) -> str:
    """What an attempt that looks for another strategy reads."""
    return PROMPT.fill("explore", guidelines=guidelines.render()) if guidelines.entries else ""


SEEN = """\
Attempt with score {score} of 1. Notes on it:
{notes}
The attempt:
{content}"""

EXPLOIT = """\
{attempts}

Experience of all attempts:
{experience}

Repair what was wrong in these attempts."""

EXPLORE = """\
Strategies tried before:
{guidelines}

Do not follow any of them: find a strategy of another kind."""

PROMPT = Prompt("tmas", seen=SEEN, exploit=EXPLOIT, explore=EXPLORE)
