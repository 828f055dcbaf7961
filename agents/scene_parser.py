"""The scene parser: figures and a text in, a scene graph out.

MMFormalizer (arXiv 2601.03017), first step: primitives with informal hypotheses about each, and
relations between them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from proofloop.agents.frames import again
from proofloop.agents.llm.base import Model
from proofloop.agents.llm.structured import ask
from proofloop.agents.prompts import Prompt
from proofloop.core.image import Image

Kind = Literal["point", "line", "curve", "angle", "region", "body", "force", "field", "other"]


class Primitive(BaseModel):
    model_config = ConfigDict(frozen=True)

    id: str = Field(description="a short name, as it is labelled in the figure where it is")
    kind: Kind
    hypothesis: str = Field(description="what it is, and what the figure says of it alone")


class Relation(BaseModel):
    model_config = ConfigDict(frozen=True)

    subject: str = Field(description="id of a primitive")
    relation: str = Field(description="such as: lies on, is parallel to, acts on, is connected to")
    object: str = Field(description="id of a primitive")


class Scene(BaseModel):
    """``primitives`` is empty when it cannot read the figures; ``notes`` then says why."""

    model_config = ConfigDict(frozen=True)

    primitives: list[Primitive]
    relations: list[Relation]
    notes: str = ""

    def faults(self) -> list[str]:
        """What makes it no graph, in words for another try."""
        counts = Counter(each.id for each in self.primitives)
        said = [f"the id {name!r} occurs {n} times" for name, n in counts.items() if n > 1]
        for each in self.relations:
            said += [
                f"the relation {each.relation!r} names {end!r}, which is no primitive"
                for end in (each.subject, each.object)
                if end not in counts
            ]
        return said

    def __str__(self) -> str:
        lines = [f"{each.id} ({each.kind}): {each.hypothesis}" for each in self.primitives]
        lines += [f"{each.subject} {each.relation} {each.object}" for each in self.relations]
        return "\n".join(lines)


async def parse_scene(
    model: Model,
    informal: str,
    images: tuple[Image, ...],
    *,
    feedback: Sequence[str] = (),
    index: int = 0,
) -> Scene:
    """Scene number ``index``, better than those that the ``feedback`` is about. Raises
    ModelMalformed."""
    request = PROMPT.request(
        PROMPT.fill("task", informal=informal)
        + PROMPT.optional("again", feedback="\n\n".join(feedback)),
        inputs={"informal": informal, "feedback": list(feedback)},
        images=images,
    )
    return (await ask(model, request, Scene, first=index))[0]


SYSTEM = """\
You read figures of mathematics and physics. You list what a figure shows as a scene graph: its \
primitives (points, lines, curves, angles, regions, bodies, forces, fields), each with a short id \
and a hypothesis in words (what it is, its label, its given measure), and the relations between \
two primitives that can be seen or that the marks in the figure state. Marks count, looks do not: \
lines that look parallel or equal are so only if a mark, a label or the text says it. List what \
bears on the problem, nothing else, and do not solve it."""

TASK = """\
The text that comes with the figure:
<informal>
{informal}
</informal>

Give the scene graph. Leave "primitives" empty only if nothing can be read, and say why in \
"notes"."""

PROMPT = Prompt("scene_parser", system=SYSTEM, task=TASK, again=again("scene graphs"))
