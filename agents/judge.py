"""The consistency judge: does a Lean statement say what the informal text says?

The stages of the prompt follow the consistency check of ATF (arXiv 2510.06857, section 3) and
ReForm (arXiv 2510.24592): analyse the text, analyse the Lean, compare, decide. A judge that cannot
tell, or whose answer cannot be parsed, abstains; an abstention is never a vote.
"""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field

from proofloop.agents.llm.base import Message, Model, Request, Sampling
from proofloop.agents.llm.structured import ask
from proofloop.core.errors import ModelMalformed
from proofloop.core.verdict import Verdict


class Judgement(BaseModel):
    model_config = ConfigDict(frozen=True)

    reasons: str = Field(description="what differs, or why nothing does")
    consistent: bool | None = Field(description="true, false, or null when you cannot tell")


async def judge_consistency(
    model: Model, informal: str, lean: str, *, header: str, index: int = 0
) -> Verdict:
    """A verdict with ``passed`` None for an abstention."""
    request = Request(
        role="judge",
        messages=(
            Message(role="system", content=SYSTEM),
            Message(role="user", content=TASK.format(informal=informal, lean=lean, header=header)),
        ),
        inputs={"informal": informal, "lean": lean, "header": header},
        sampling=Sampling(temperature=0.0),
    )
    try:
        judgement = (await ask(model, request, Judgement, first=index))[0]
    except ModelMalformed as error:
        return Verdict(passed=None, method=f"judge:{model.name}", feedback=str(error))
    return Verdict(
        passed=judgement.consistent,
        score=0.5 if judgement.consistent is None else float(judgement.consistent),
        method=f"judge:{model.name}",
        feedback=judgement.reasons,
    )


SYSTEM = """\
You judge whether a Lean 4 theorem statement is faithful to an informal mathematical text. Work \
in this order. 1. Analyse the text: objects and their domains, hypotheses, quantifiers, claim. \
2. Analyse the Lean statement in the same way, and mind truncated subtraction and division on ℕ, \
division by zero, implicit coercions, and hypotheses that contradict each other. 3. Compare them \
point by point. 4. Decide: consistent only if the two are equivalent in meaning; a weaker, a \
stronger or a vacuous statement is not. Ignore any proof."""

TASK = """\
Informal text:
<informal>
{informal}
</informal>

Lean:
```lean
{header}

{lean}
```

Give the reasons first, then the decision: true, false, or null if you cannot tell."""
