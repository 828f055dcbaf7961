"""The prover: a Lean statement in, a whole proof out, with Lean's words on earlier attempts."""

from __future__ import annotations

from collections.abc import Sequence

from pydantic import BaseModel, ConfigDict, Field

from proofloop.agents.frames import TO_PROVE
from proofloop.agents.llm.base import Model
from proofloop.agents.llm.structured import ask
from proofloop.agents.prompts import Prompt
from proofloop.core.model import Frozen


class Proof(BaseModel):
    """``proof`` is the whole theorem with its proof, lemmas before it allowed; empty to decline."""

    model_config = ConfigDict(frozen=True)

    proof: str = Field(description="Lean text: the theorem with its proof; or empty")
    notes: str = ""


class FailedProof(Frozen):
    """An attempt that failed; ``sample`` is the index of the sample that made it."""

    proof: str
    feedback: str
    sample: int = 0


async def write_proof(
    model: Model,
    statement: str,
    *,
    header: str,
    failed: Sequence[FailedProof] = (),
    examples: Sequence[str] = (),
    premises: str = "",
    index: int = 0,
) -> Proof:
    """One whole proof of ``statement``, after the ``failed`` ones. ``examples`` are other theorems
    with proofs that Lean accepted, ``premises`` declarations that may be of use; ``index`` is the
    sample's. Raises ModelMalformed."""
    attempts = PROMPT.numbered("history", (item.model_dump() for item in failed))
    request = PROMPT.request(
        PROMPT.optional("examples", examples="\n\n".join(examples))
        + PROMPT.fill("task", statement=statement, header=header)
        + PROMPT.optional("premises", premises=premises)
        + PROMPT.optional("revise", attempts=attempts),
        inputs={
            "statement": statement,
            "header": header,
            "feedback": failed[-1].feedback if failed else "",
        },
    )
    return (await ask(model, request, Proof, first=index))[0]


SYSTEM = """\
You prove theorems in Lean 4. Without Mathlib you have core Lean: `simp`, `omega`, `decide`, \
`grind`, `rcases`, `induction`, `exact`, `calc` and the lemmas of Init and Std; there is no \
`ring`, `linarith`, `nlinarith` or `norm_num` unless the header imports Mathlib. No `sorry`, no \
axioms, no `native_decide`: the kernel checks the proof, and the statement must stay as it is."""

TASK = f"""\
Prove this, with the header given:
{TO_PROVE}
Give the theorem with its proof, without the header, in the field "proof"."""

EXAMPLES = """\
Lean accepted these proofs of other theorems:
```lean
{examples}
```

"""

PREMISES = """

These exist and may be of use:
```lean
{premises}
```"""

REVISE = """

Earlier attempts failed:

{attempts}

Mend the last one or choose another way."""

HISTORY = """\
Attempt {number}:
```lean
{proof}
```
Lean says:
{feedback}"""

PROMPT = Prompt(
    "prover",
    system=SYSTEM,
    task=TASK,
    examples=EXAMPLES,
    premises=PREMISES,
    revise=REVISE,
    history=HISTORY,
)
