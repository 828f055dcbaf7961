"""The tree builder: sentences and a hypothesis in, an entailment tree out.

Decompose-and-Formalise (arXiv 2601.19605), first step: leaves are given sentences, each inner node
is entailed by its children, the root is the hypothesis.
"""

from __future__ import annotations

from collections.abc import Sequence

from pydantic import BaseModel, ConfigDict, Field

from proofloop.agents.frames import again
from proofloop.agents.llm.base import Model
from proofloop.agents.llm.structured import ask
from proofloop.agents.prompts import Prompt
from proofloop.tools.entailment.problem import EntailmentProblem


class TreeNode(BaseModel):
    model_config = ConfigDict(frozen=True)

    id: str = Field(description="a name such as int1; the root is hypothesis")
    claim: str = Field(description="one plain sentence that follows from the children")
    children: list[str] = Field(description="ids of sentences and of other nodes")


class Decomposition(BaseModel):
    """``nodes`` is empty when it declines; ``notes`` then says why."""

    model_config = ConfigDict(frozen=True)

    nodes: list[TreeNode]
    notes: str = ""


async def build_tree(
    model: Model, problem: EntailmentProblem, *, feedback: Sequence[str] = (), index: int = 0
) -> Decomposition:
    """Tree number ``index``, better than those that the ``feedback`` is about. Raises
    ModelMalformed."""
    sentences = "\n".join(f"{each.id}: {each.text}" for each in problem.sentences)
    request = PROMPT.request(
        PROMPT.fill("task", sentences=sentences, hypothesis=problem.hypothesis)
        + PROMPT.optional("again", feedback="\n\n".join(feedback)),
        inputs={
            "sentences": dict(problem.texts),
            "hypothesis": problem.hypothesis,
            "feedback": list(feedback),
        },
    )
    return (await ask(model, request, Decomposition, first=index))[0]


SYSTEM = """\
You explain why a hypothesis follows from given sentences, as an entailment tree. Its leaves are \
the ids of given sentences. Each inner node has an id of its own, a claim in one plain sentence, \
and two or three children whose claims together entail it, with nothing else assumed. The root has \
the id "hypothesis" and claims the hypothesis. Make the steps small; use only sentences that are \
needed; use each word for one thing. There are no cycles, and every node leads to the root."""

TASK = """\
Sentences:
{sentences}

Hypothesis: {hypothesis}

Give the inner nodes, the root among them."""

PROMPT = Prompt("tree_builder", system=SYSTEM, task=TASK, again=again("trees"))
