"""The summarizer: a trajectory in, its compact structured form out.

The summaries of Scaling Test-Time Compute for Agentic Coding (arXiv 2604.16529, section 1 of its
prompts): kept are the hypotheses, key decisions, progress, failure modes and the outcome; dropped
are raw output, repeated exploration and the detail of dead ends. A trajectory longer than a piece
is summarised piece by piece, each with the summary so far, so no prompt grows beyond its bound:
the templates, the problem, one piece and one summary.
"""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field

from proofloop.agents.llm.base import Model
from proofloop.agents.llm.structured import ask
from proofloop.agents.llm.tokens import estimate_tokens
from proofloop.agents.prompts import Prompt
from proofloop.core.trajectory import Outcome, Summary, Trajectory

PIECE_TOKENS = 6000  # of trajectory in one prompt
PROBLEM_TOKENS = 6000  # of the problem; what is longer is cut in the middle
SUMMARY_TOKENS = 1000  # of a rendered summary, at the most


class Written(BaseModel):
    """What the model writes; the fields of ``Summary``."""

    model_config = ConfigDict(frozen=True)

    hypotheses: list[str] = Field(default_factory=list, description="what was believed and why")
    decisions: list[str] = Field(default_factory=list, description="the actions that mattered")
    progress: list[str] = Field(default_factory=list, description="what is established")
    failures: list[str] = Field(default_factory=list, description="what failed, and how")
    outcome: Outcome = Field(description="success, failure, or incomplete")
    lessons: list[str] = Field(default_factory=list, description="what another attempt can reuse")


async def summarize(
    model: Model,
    problem: str,
    trajectory: Trajectory,
    *,
    piece_tokens: int = PIECE_TOKENS,
    most_tokens: int = SUMMARY_TOKENS,
    index: int = 0,
) -> Summary:
    """The summary of a trajectory, rendered in at most ``most_tokens`` (estimated). Raises
    ModelMalformed when a piece's answer cannot be read."""
    summary: Summary | None = None
    problem = cut_middle(problem, PROBLEM_TOKENS)
    for piece in pieces(trajectory, piece_tokens):
        before = PROMPT.fill("so_far", summary=summary.render()) if summary else ""
        request = PROMPT.request(
            PROMPT.fill("task", problem=problem, before=before, piece=piece),
            system=PROMPT.fill("system", tokens=most_tokens),
            inputs={"problem": problem, "trajectory": piece},
        )
        (written,) = await ask(model, request, Written, first=index)
        summary = Summary.model_validate(written.model_dump()).bounded(most_tokens, estimate_tokens)
    return summary or Summary(outcome="incomplete")


def pieces(trajectory: Trajectory, most_tokens: int) -> list[str]:
    """The steps as texts, together in pieces of at most ``most_tokens``; a step that is longer by
    itself is cut in the middle, where logs are dullest."""
    found: list[str] = []
    current = ""
    for step in trajectory.steps:
        text = cut_middle(step.render(), most_tokens)
        joined = f"{current}\n\n{text}" if current else text
        if current and estimate_tokens(joined) > most_tokens:
            found.append(current)
            joined = text
        current = joined
    return [*found, current] if current else found


def cut_middle(text: str, most_tokens: int) -> str:
    if estimate_tokens(text) <= most_tokens:
        return text
    keep = max(0, (most_tokens * 4 - len(CUT)) // 2 // 4)  # characters are at most 4 bytes
    return text[:keep] + CUT + text[len(text) - keep :]


CUT = "\n[...]\n"

SYSTEM = """\
You write compact notes on an attempt at a task, for others who will try again and for judges who \
compare attempts. Keep the core hypotheses, the key decisions (with names of files, commands, \
lemmas), the progress made, how things failed, and the outcome as the evidence shows it, not as \
the attempt claims it. Drop raw output, repetition and the detail of dead ends. At most {tokens} \
tokens in all."""

TASK = """\
Task:
<task>
{problem}
</task>
{before}
<attempt>
{piece}
</attempt>"""

SO_FAR = """
Notes on the attempt so far:
<notes>
{summary}
</notes>

Rewrite them so that they cover this next part too:"""

PROMPT = Prompt("summarizer", system=SYSTEM, task=TASK, so_far=SO_FAR)
