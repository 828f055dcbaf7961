"""The composer: the formal children of a proposition in, the formal proposition out.

MMFormalizer (arXiv 2601.03017), axiom composition. Where the paper's lemmas are axioms, here each
inner proposition becomes a definition and the whole a theorem statement: nothing is assumed.
"""

from __future__ import annotations

from collections.abc import Sequence

from pydantic import BaseModel, ConfigDict, Field

from proofloop.agents.formalizer import Rejected
from proofloop.agents.frames import PART, REJECTED, SCENE, WHOLE, after, paragraphs, tagged
from proofloop.agents.llm.base import Model
from proofloop.agents.llm.structured import ask
from proofloop.agents.prompts import Prompt


class Composition(BaseModel):
    """``lean`` is empty when the composer declines; ``notes`` then says why."""

    model_config = ConfigDict(frozen=True)

    lean: str = Field(description="one definition, or the theorem without proof")
    notes: str = ""


async def compose(
    model: Model,
    informal: str,
    scene: str,
    phrase: str,
    children: Sequence[str],
    *,
    name: str,
    header: str,
    root: bool,
    rejected: Sequence[Rejected] = (),
) -> Composition:
    """The definition ``name`` of ``phrase`` from its ``children``, each a phrase with its Lean; of
    the ``root`` the theorem. Better than what was ``rejected``. Raises ModelMalformed."""
    history = PROMPT.numbered("history", (item.model_dump() for item in rejected))
    request = PROMPT.request(
        PROMPT.fill("task", informal=informal, header=header)
        + PROMPT.optional("scene", scene=scene)
        + PROMPT.fill("children", children="\n".join(children))
        + PROMPT.fill("root" if root else "node", name=name, phrase=phrase)
        + PROMPT.optional("again", history=history),
        inputs={
            "informal": informal,
            "name": name,
            "phrase": phrase,
            "feedback": rejected[-1].feedback if rejected else "",
        },
    )
    return (await ask(model, request, Composition))[0]


SYSTEM = """\
You compose formal Lean 4 propositions about mathematics and physics from smaller ones. You say \
exactly what the words say, with the definitions at hand, and you prove nothing. Physical \
quantities are written (m : Quantity ℝ Dim.mass); sums, equations and comparisons need equal \
dimensions, products, quotients and literal powers such as v ^ 2 have their own, numbers are of \
type ℝ, and there are no square roots: square both sides. A ratio of quantities is compared with a \
number as in a / b = (3 : ℝ). Never take magnitudes: that would go around the check of \
dimensions. Vectors and points are pairs of coordinates."""

TASK = paragraphs(WHOLE, tagged("The Lean text before what you write is fixed", "header"))

CHILDREN = """

What the proposition is made of:
{children}"""

NODE = """\
Compose this proposition as one definition `def {name} (binders) : Prop := ...` (or of another \
type where it is no proposition), using every definition above that it is made of:"""

ROOT = """\
Compose the whole as `theorem {name} (binders) : claim`, without `:=` and without a proof, using \
every definition above that it is made of. What is given are hypotheses, what is asked is the \
claim; where the text asks for a value, the claim is the value that it gives:"""

AGAIN = """

Earlier ones were rejected:

{history}

Write a better one."""

PROMPT = Prompt(
    "composer",
    system=SYSTEM,
    task=TASK,
    scene=SCENE,
    children=CHILDREN,
    node=after(f"{NODE}\n{PART}"),
    root=after(f"{ROOT}\n{PART}"),
    again=AGAIN,
    history=f"Number {{number}}:\n{REJECTED}",
)
