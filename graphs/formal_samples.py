"""Many formalizations of one text, looked at together: what ``formalmath`` and ``agreement`` share.

Equal texts are compiled and judged once, and share what is found. A sample that a stage drops keeps
the stage's name and its words; nothing is forgotten on the way.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any, TypeVar

from proofloop.agents.formalizer import Formalization, Rejected, formalize_each
from proofloop.agents.llm.base import Model
from proofloop.agents.llm.structured import Answer
from proofloop.agents.panel.panel import Panel
from proofloop.core.errors import ModelUnavailable
from proofloop.core.model import Frozen
from proofloop.core.verdict import Verdict
from proofloop.graphs.context import Context, examples_for
from proofloop.graphs.formalizing import FormalizeState, compiled, judged, without_proof
from proofloop.tools.lean.lemmas import normalised
from proofloop.tools.lean.premises.retrieve import premises_for
from proofloop.tools.lean.text import statement_faults

T = TypeVar("T")


class FormalSample(Frozen):
    """One formalization of several. ``fell`` names the stage that dropped it, with its ``words``;
    "" while it is in. ``looked`` lists the stages it went through; ``proved`` tells that it was
    seen proved on the way."""

    id: str
    author: str
    lean: str = ""
    notes: str = ""
    round: int = 0
    fell: str = ""
    words: str = ""
    looked: tuple[str, ...] = ()
    verdict: Verdict | None = None
    warnings: tuple[str, ...] = ()
    proved: bool = False

    def dropped(self, stage: str, words: str) -> FormalSample:
        return self.model_copy(update={"fell": stage, "words": words})


def read_samples(items: Sequence[Mapping[str, Any]]) -> list[FormalSample]:
    return [FormalSample.model_validate(item) for item in items]


def dump_samples(samples: Sequence[FormalSample]) -> list[dict[str, Any]]:
    return [one.model_dump(mode="json") for one in samples]


async def draw_samples(
    context: Context,
    state: FormalizeState,
    *,
    n: int,
    round: int = 0,
    rejected: Sequence[Rejected] = (),
) -> list[FormalSample]:
    """``n`` samples of each formalizer, all at the same time. One that is down leaves samples that
    fell (``down``); when all are, the last one's error is raised."""
    models = context.formalizers or (context.model,)
    premises = await premises_for(context.premises, state["informal"], context.premises_per_prompt)

    async def of(place: int, model: Model) -> list[FormalSample]:
        names = [f"r{round}m{place}s{index}" for index in range(n)]
        try:
            answers = await formalize_each(
                model,
                state["informal"],
                name=state["name"],
                header=state["header"],
                n=n,
                first=round * n,
                rejected=rejected,
                premises=premises,
                examples=await examples_for(context, state["informal"]),
            )
        except ModelUnavailable as error:
            if len(models) == 1:
                raise
            return [
                FormalSample(id=name, author=model.name, round=round).dropped("down", str(error))
                for name in names
            ]
        return [
            sample_of(answer, name, model.name, round)
            for answer, name in zip(answers, names, strict=True)
        ]

    drawn = await together([of(place, model) for place, model in enumerate(models)])
    samples = [one for each in drawn for one in each]
    if all(one.fell == "down" for one in samples):
        raise ModelUnavailable(samples[-1].words)
    return samples


def down(samples: Sequence[FormalSample]) -> str:
    """Which formalizers were down, and what was heard of each; "" for none."""
    fell = {one.author: one.words for one in samples if one.fell == "down"}
    return "; ".join(f"{author}: {words}" for author, words in fell.items())


def sample_of(answer: Answer[Formalization], name: str, author: str, round: int) -> FormalSample:
    sample = FormalSample(id=name, author=author, round=round)
    if answer.error is not None:
        return sample.dropped("answer", str(answer.error))
    found = answer.get()
    sample = sample.model_copy(update={"notes": found.notes})
    if not found.lean.strip():
        return sample.dropped("refused", found.notes)
    return sample.model_copy(update={"lean": without_proof(found.lean)})


SHARED = ("fell", "words", "verdict", "warnings", "proved")  # by samples of one text
Look = Callable[[FormalSample], Awaitable[FormalSample]]


async def look_at_each(
    samples: Sequence[FormalSample], stage: str, look: Look
) -> list[FormalSample]:
    """The samples after ``look`` has seen each that is still in and that it has not seen before:
    one of each text, all at the same time. The others of that text share what is found."""
    waiting: dict[str, FormalSample] = {}
    for one in samples:
        if not one.fell and stage not in one.looked:
            waiting.setdefault(normalised(one.lean), one)
    looked = await together([look(one) for one in waiting.values()])
    found = dict(zip(waiting, looked, strict=True))

    def after(one: FormalSample) -> FormalSample:
        if one.fell or stage in one.looked:
            return one
        first = found[normalised(one.lean)]
        shared = {name: getattr(first, name) for name in SHARED}
        return one.model_copy(update=shared | {"looked": (*one.looked, stage)})

    return [after(one) for one in samples]


async def compile_each(
    context: Context, header: str, samples: Sequence[FormalSample]
) -> list[FormalSample]:
    async def look(one: FormalSample) -> FormalSample:
        if faults := statement_faults(one.lean):
            return one.dropped("precheck", "\n".join(faults))
        report, words = await compiled(context, header, one.lean)
        return one if report.accepted else one.dropped("lean", words)

    return await look_at_each(samples, "compile", look)


async def judge_each(
    panel: Panel, informal: str, header: str, samples: Sequence[FormalSample]
) -> list[FormalSample]:
    """With the panel's verdict on each; nothing is dropped for it. Raises what ``judged`` does, but
    when all have been looked at."""

    async def look(one: FormalSample) -> FormalSample:
        verdict = await judged(panel, informal, one.lean, header)
        return one.model_copy(update={"verdict": verdict})

    return await look_at_each(samples, "judge", look)


async def together(calls: Sequence[Awaitable[T]]) -> list[T]:
    """All results in the order of the calls. With an error none is broken off, since what the
    others bring is paid for; it is raised when they have ended."""
    results = await asyncio.gather(*calls, return_exceptions=True)
    for result in results:
        if isinstance(result, BaseException):
            raise result
    return [result for result in results if not isinstance(result, BaseException)]
