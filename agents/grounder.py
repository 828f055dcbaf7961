"""The grounder: one informal proposition in, what it rests on out.

MMFormalizer (arXiv 2601.03017), recursive grounding with its adaptive termination: a proposition is
a physical quantity (it then has a dimension), or what the library has a word for, or it is made of
smaller ones.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from proofloop.agents.frames import (
    PART,
    SCENE,
    WHOLE,
    after,
    again,
    lean,
    paragraphs,
    tagged,
)
from proofloop.agents.llm.base import Model
from proofloop.agents.llm.structured import ask
from proofloop.agents.prompts import Prompt


class Child(BaseModel):
    model_config = ConfigDict(frozen=True)

    name: str = Field(description="a short name: letters, digits and _")
    phrase: str = Field(description="the smaller proposition, quantity or notion, in words")


class Grounding(BaseModel):
    """``lean`` is a term of type Dim for "dimension", the name of a declaration for "axiom";
    ``children`` are for "decompose"."""

    model_config = ConfigDict(frozen=True)

    reasons: str = ""
    decision: Literal["dimension", "axiom", "decompose"]
    lean: str = ""
    children: list[Child] = Field(default_factory=list)


async def ground(
    model: Model,
    informal: str,
    scene: str,
    path: Sequence[str],
    *,
    header: str,
    declarations: str = "",
    leaf: bool = False,
    feedback: Sequence[str] = (),
    index: int = 0,
) -> Grounding:
    """What the last proposition of ``path``, which leads there from the whole, rests on.
    ``declarations`` are what the library has that is near; a ``leaf`` must not be decomposed.
    Raises ModelMalformed."""
    *above, phrase = path
    request = PROMPT.request(
        PROMPT.fill("task", informal=informal, header=header)
        + PROMPT.optional("scene", scene=scene)
        + PROMPT.optional("declarations", declarations=declarations)
        + PROMPT.optional("path", path="\n".join(f"- {each}" for each in above))
        + PROMPT.fill("leaf" if leaf else "node" if above else "root", phrase=phrase)
        + PROMPT.optional("again", feedback="\n\n".join(feedback)),
        inputs={"informal": informal, "phrase": phrase, "feedback": list(feedback)},
    )
    return (await ask(model, request, Grounding, first=index))[0]


SYSTEM = """\
You ground informal propositions about mathematics and physics for Lean 4. Of one proposition you \
decide one of three:
- "dimension": it is nothing but a physical quantity or a number. Give in "lean" its dimension, a \
term of type Dim such as Dim.mass, Dim.force or Dim.mass * Dim.length / Dim.time ^ 2; pure numbers \
and angles have Dim.one.
- "axiom": it is a notion or a law that the library has. Give in "lean" the exact name of that \
declaration, and nothing else.
- "decompose": it is neither. Give in "children" the smaller propositions, quantities and notions \
that it is made of, two to five, each with a short name and a phrase that can be understood by \
itself. A child is smaller than its parent and never says the same; where something was named \
above, or is used in several places, give it the same words."""

TASK = paragraphs(WHOLE, tagged("The Lean text before everything", "header"))

DECLARATIONS = after(f"The library has, among others:\n{lean('declarations')}")

PATH = """

From the whole downwards:
{path}"""

ROOT = "Decompose the whole problem:"

NODE = "Ground this proposition:"

LEAF = """\
Ground this proposition. It may not be decomposed any further: decide "dimension" or "axiom"."""

PROMPT = Prompt(
    "grounder",
    system=SYSTEM,
    task=TASK,
    scene=SCENE,
    declarations=DECLARATIONS,
    path=PATH,
    root=after(f"{ROOT}\n{PART}"),
    node=after(f"{NODE}\n{PART}"),
    leaf=after(f"{LEAF}\n{PART}"),
    again=again("answers"),
)
