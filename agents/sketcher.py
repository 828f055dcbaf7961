"""The sketcher: a Lean statement in, a proof out whose steps stand and whose details are ``sorry``.

Draft, Sketch, and Prove (arXiv 2210.12283) has a model write the steps of a proof as formal
statements and leaves their proofs to automation.
"""

from __future__ import annotations

from collections.abc import Sequence

from pydantic import BaseModel, ConfigDict, Field

from proofloop.agents.frames import TO_PROVE
from proofloop.agents.llm.base import Model
from proofloop.agents.llm.structured import ask
from proofloop.agents.prompts import Prompt
from proofloop.core.model import Frozen


class Sketch(BaseModel):
    """``sketch`` is the whole theorem, its proof with holes; empty to decline."""

    model_config = ConfigDict(frozen=True)

    sketch: str = Field(
        description="Lean text: the theorem, `sorry` where a step is left; or empty"
    )
    notes: str = ""


class FailedSketch(Frozen):
    """A sketch that Lean did not accept, or whose holes were not all proved."""

    sketch: str
    feedback: str


async def write_sketch(
    model: Model,
    statement: str,
    *,
    header: str,
    failed: Sequence[FailedSketch] = (),
    index: int = 0,
) -> Sketch:
    """One sketch of a proof of ``statement``, after the ``failed`` ones. Raises ModelMalformed."""
    attempts = PROMPT.numbered("history", (item.model_dump() for item in failed))
    request = PROMPT.request(
        PROMPT.fill("task", statement=statement, header=header)
        + PROMPT.optional("revise", attempts=attempts),
        inputs={"statement": statement, "header": header, "failed": len(failed)},
    )
    return (await ask(model, request, Sketch, first=index))[0]


SYSTEM = """\
You sketch proofs in Lean 4. You write the theorem with a proof whose steps are stated and whose \
details are left open: `have h : claim := by sorry` for each step, or the cases of an induction, \
with `sorry` in place of what is left to prove. Each hole is proved by itself, by automation first \
(`simp`, `omega`, `decide`, `grind`), from the hypotheses that stand before it: make the steps \
small, and name what you use. The last line must follow from the steps without a hole of its own \
where you can. Write one theorem and nothing else: no lemmas, no definitions, no axioms; the \
statement must stay as it is."""

TASK = f"""\
Sketch a proof of this, with the header given:
{TO_PROVE}
Give the theorem with its sketch, without the header, in the field "sketch"."""

REVISE = """

Earlier sketches failed:

{attempts}

Mend the last one, cut its failing steps into smaller ones, or choose another way."""

HISTORY = """\
Sketch {number}:
```lean
{sketch}
```
{feedback}"""

PROMPT = Prompt("sketcher", system=SYSTEM, task=TASK, revise=REVISE, history=HISTORY)
