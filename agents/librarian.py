"""The librarian: how new experiences go into what is stored.

The memory agent of Empirical-MCTS (arXiv 2602.04248): the stored entries nearest to the new ones
and these are shown, and operations come back that add, modify, merge or delete. The paper has them
as a tool call; here they are an answer of that shape, which any endpoint can give.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from proofloop.agents.llm.base import Model
from proofloop.agents.llm.structured import ask
from proofloop.agents.prompts import Prompt
from proofloop.core.errors import ModelMalformed

TRIES = 3


class Operation(BaseModel):
    """``add`` has a text; ``modify`` one stored entry and its new text; ``merge`` several and the
    text that stands for them; ``delete`` some and no text."""

    model_config = ConfigDict(frozen=True)

    op: Literal["add", "modify", "merge", "delete"]
    entries: list[int] = Field(default_factory=list, description="numbers of stored entries")
    text: str = ""


class Operations(BaseModel):
    model_config = ConfigDict(frozen=True)

    operations: list[Operation]


async def file_experiences(
    model: Model, stored: Sequence[str], new: Sequence[str], *, index: int = 0
) -> list[Operation]:
    """The operations, by the numbers of ``stored`` from 1. After three answers that cannot be read
    all new ones are added."""
    request = PROMPT.request(
        PROMPT.fill(
            "task",
            stored="\n".join(f"{n}. {text}" for n, text in enumerate(stored, 1)) or "(none)",
            new="\n".join(f"- {text}" for text in new),
        ),
        inputs={"stored": list(stored), "new": list(new)},
    )
    for attempt in range(TRIES):
        try:
            (answer,) = await ask(model, request, Operations, first=TRIES * index + attempt)
        except ModelMalformed:
            continue
        return answer.operations
    return [Operation(op="add", text=text) for text in new]


def filed(stored: Sequence[str], operations: Sequence[Operation]) -> list[str]:
    """What is stored after these operations, none of which sees what another has changed. Numbers
    that name nothing and texts that are missing make an operation none; what is there word for
    word is not added."""
    kept: list[str | None] = list(stored)
    added: list[str] = []
    for each in operations:
        places = [number - 1 for number in each.entries if 1 <= number <= len(stored)]
        text = each.text.strip()
        if each.op == "add" and text:
            added.append(text)
        elif each.op == "delete":
            for place in places:
                kept[place] = None
        elif each.op in ("modify", "merge") and places and text:
            for place in places[1:]:
                kept[place] = None
            kept[places[0]] = text
    return list(dict.fromkeys([*(text for text in kept if text), *added]))


SYSTEM = """\
You keep a store of experiences with problems, each one sentence. Given new ones, say how they go \
in: add what is new; modify a stored entry that a new one corrects or sharpens; merge entries that \
say the same; delete what has turned out wrong. An experience that is stored already needs no \
operation. Keep every insight, and keep entries short."""

TASK = """\
Stored:
{stored}

New:
{new}"""

PROMPT = Prompt("librarian", system=SYSTEM, task=TASK)
