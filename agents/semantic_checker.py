"""The semantic checker: does a piece of Lean say what the figures and the text say there?

MMFormalizer (arXiv 2601.03017), semantic checking: of (image, text, formula) it says 1 or 0, at
every node. One that cannot tell, or cannot be read, abstains: it is neither.
"""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field

from proofloop.agents.frames import PART, WHOLE, lean, paragraphs, tagged
from proofloop.agents.llm.base import Model, Sampling
from proofloop.agents.llm.structured import ask_each
from proofloop.agents.prompts import Prompt
from proofloop.core.image import Image


class Meaning(BaseModel):
    model_config = ConfigDict(frozen=True)

    reasons: str = Field(description="what differs, or why nothing does")
    consistent: bool | None = Field(description="true, false, or null when you cannot tell")


async def check_meaning(
    model: Model,
    informal: str,
    images: tuple[Image, ...],
    *,
    phrase: str,
    formula: str,
    header: str,
) -> Meaning:
    """Whether ``formula``, read after ``header``, says ``phrase`` as the problem means it."""
    text = PROMPT.fill("task", informal=informal, phrase=phrase, formula=formula, header=header)
    request = PROMPT.request(
        text,
        inputs={"informal": informal, "phrase": phrase, "formula": formula, "header": header},
        images=images,
        sampling=Sampling(temperature=0.0),
    )
    (answer,) = await ask_each(model, request, Meaning)
    if answer.error is not None:
        return Meaning(reasons=str(answer.error), consistent=None)
    return answer.get()


SYSTEM = """\
You check formalizations of problems of mathematics and physics against their figures and texts. \
You are shown the problem, one part of it in words, and the Lean 4 that is to say that part: a \
dimension, the name of a declaration, a definition, or the whole theorem. Decide whether the Lean \
says that part as the figure and the text mean it: the same objects, the same relations, the \
right dimension, nothing left out, nothing added, nothing that the figure contradicts. Say null \
only if you cannot tell."""

TASK = paragraphs(
    WHOLE,
    tagged("The Lean text before", "header"),
    f"The part in words:\n{PART}",
    f"The Lean for it:\n{lean('formula')}",
)

PROMPT = Prompt("semantic_checker", system=SYSTEM, task=TASK)
