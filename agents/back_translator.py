"""The back-translator: a Lean statement in, what it says in words out, blind to any original.

FormalMATH (arXiv 2505.02735, section 3.2) judges a formalization by such a text: who has never seen
the original cannot read its meaning into the Lean.
"""

from __future__ import annotations

from collections.abc import Sequence

from pydantic import BaseModel, ConfigDict, Field

from proofloop.agents.examples import shown
from proofloop.agents.frames import STATEMENT, paragraphs
from proofloop.agents.llm.base import Model, Sampling
from proofloop.agents.llm.structured import Answer, ask_each
from proofloop.agents.prompts import Prompt
from proofloop.tools.examples.example import Example


class BackTranslation(BaseModel):
    """``informal`` is empty when the model cannot read the Lean; ``notes`` then says why."""

    model_config = ConfigDict(frozen=True)

    informal: str = Field(description="what the statement says, in words and formulas; or empty")
    notes: str = Field(default="", description="what is unusual in it; or why it cannot be read")


async def back_translate(
    model: Model,
    lean: str,
    *,
    header: str = "",
    examples: Sequence[Example] = (),
    temperature: float | None = 0.0,
    index: int = 0,
) -> Answer[BackTranslation]:
    """The text and the calls behind it; ``error`` in place of the text where the answer could not
    be read. ``examples`` are other statements with their texts. Raises ModelUnavailable and
    BudgetExceeded."""
    request = PROMPT.request(
        shown(PROMPT, examples) + PROMPT.fill("task", lean=lean, header=header),
        inputs={"lean": lean, "header": header},
        sampling=Sampling(temperature=temperature),
    )
    return (await ask_each(model, request, BackTranslation, first=index))[0]


SYSTEM = """\
You read Lean 4 theorem statements and say in plain mathematical English what they claim: every \
object with its type, every hypothesis, every quantifier in its order, the claim. Say what the \
Lean says, even where it looks like a mistake: subtraction and division on ℕ are truncated, \
division by zero is zero, a name may mean something else than it suggests. Add nothing, leave \
nothing out, and do not guess what its author meant. Ignore any proof."""

TASK = paragraphs(STATEMENT, 'Give the text in the field "informal".')

EXAMPLES = """\
Other statements, and texts that say what they say:

{examples}

Now to the one to read.

"""

EXAMPLE = """\
```lean
{lean}
```
<informal>
{informal}
</informal>"""

PROMPT = Prompt("back_translator", system=SYSTEM, task=TASK, examples=EXAMPLES, example=EXAMPLE)
