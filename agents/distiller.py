"""The distiller: drafts in, one bounded workspace out (PDR's global summary, arXiv 2510.01123).

The workspace holds agreements, contradictions, derived facts, open sub-goals and next actions; it
is written anew each round, and never longer than its bound: what the model writes beyond it is cut.
"""

from __future__ import annotations

from collections.abc import Sequence

from proofloop.agents.frames import PROBLEM, paragraphs
from proofloop.agents.llm.base import Model, Sampling
from proofloop.agents.llm.tokens import estimate_tokens
from proofloop.agents.prompts import Prompt
from proofloop.core.task import Task


async def distill(
    model: Model, task: Task, drafts: Sequence[str], *, most_tokens: int, index: int = 0
) -> str:
    """A workspace of at most ``most_tokens`` (estimated)."""
    shown = PROMPT.numbered("draft", ({"content": text} for text in drafts))
    request = PROMPT.request(
        PROMPT.fill("task", problem=task.informal, drafts=shown),
        system=PROMPT.fill("system", tokens=most_tokens),
        inputs={"problem": task.informal, "drafts": list(drafts)},
        sampling=Sampling(max_tokens=max(1, most_tokens)),
    )
    (reply,) = await model.sample(request, first=index)
    return cut(reply.text, most_tokens)


def cut(text: str, most_tokens: int) -> str:
    """The longest beginning of a text that has at most ``most_tokens``, whole lines where that
    keeps at least half of it."""
    text = text.strip()
    if estimate_tokens(text) <= most_tokens:
        return text
    kept = text.encode("utf-8", "replace")[: max(0, most_tokens) * 4].decode("utf-8", "ignore")
    line = kept.rfind("\n")
    return (kept[:line] if line > len(kept) // 2 else kept).rstrip()


SYSTEM = """\
You condense several drafts of a solution into a workspace for the next round of attempts. Write \
short notes under these headings: Agreements; Contradictions (and which side the evidence \
favours); Derived facts; Open sub-goals; Next actions. Leave out what nobody needs again. Do not \
solve the problem yourself, and do not claim a draft right because it is sure of itself. At most \
{tokens} tokens."""

TASK = paragraphs(PROBLEM, "{drafts}")

DRAFT = """\
<draft number="{number}">
{content}
</draft>"""

PROMPT = Prompt("distiller", system=SYSTEM, task=TASK, draft=DRAFT)
