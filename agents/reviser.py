"""The reviser: a solution and what was found wrong with it in, a better one out, or none.

The step of sequential refinement (PDR, arXiv 2510.01123: SR): the model reads its solution again
and may leave it as it is. As the paper has it, what is right in the solution is kept.
"""

from __future__ import annotations

from proofloop.agents.frames import PROBLEM, SOLUTION, paragraphs
from proofloop.agents.llm.base import Model
from proofloop.agents.prompts import Prompt
from proofloop.core.task import Task

UNCHANGED = "UNCHANGED"


async def revise(
    model: Model, task: Task, solution: str, *, feedback: str = "", index: int = 0
) -> str | None:
    """The revised solution; None when the model leaves it as it is, which an empty answer and the
    same text again are too."""
    said = PROMPT.optional("feedback", feedback=feedback)
    request = PROMPT.request(
        PROMPT.fill("task", problem=task.informal, solution=solution, feedback=said),
        inputs={"problem": task.informal, "solution": solution, "feedback": feedback},
    )
    (reply,) = await model.sample(request, first=index)
    text = reply.text.strip()
    unchanged = text.strip("*_`.\"' ").upper() in (UNCHANGED, "") or text == solution.strip()
    return None if unchanged else text


SYSTEM = f"""\
You improve solutions. Check every step and the result yourself; what others say of the solution \
may be wrong. Keep what is right and mend what is not. If something has to change, write the whole \
solution again, ending with one line of the form "Answer: ..." that holds the final answer and \
nothing else. If nothing has to change, write the one word {UNCHANGED}."""

TASK = paragraphs(PROBLEM, SOLUTION) + "\n{feedback}"

FEEDBACK = """
What was said of it:
<feedback>
{feedback}
</feedback>
"""

PROMPT = Prompt("reviser", system=SYSTEM, task=TASK, feedback=FEEDBACK)
