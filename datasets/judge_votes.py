"""Asking judges about labelled statements, and reading votes that were given before.

One vote a line goes to ``results.jsonl`` of the run folder as soon as it is in. What a judge in
trouble did not say ("error") and what the budget ended ("partial") is asked again by the next run;
all else is not paid for twice.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from pydantic import BaseModel, Field, ValidationError

from proofloop.agents.llm.prices import cost
from proofloop.agents.panel.panel import Panel
from proofloop.agents.panel.vote import Abstention, Judge, Pair, Vote
from proofloop.core.errors import BudgetExceeded, InputError
from proofloop.datasets.jobs import JobResult, run_jobs
from proofloop.datasets.labels import Label
from proofloop.datasets.lines import read_objects
from proofloop.graphs.checkpoints import Checkpoints

if TYPE_CHECKING:  # the settings are slow to import, and only their type is needed
    from proofloop.core.settings import Price


class VoteLine(JobResult):
    """One judge's vote on one labelled statement. ``status`` is "voted", "abstained", "error" (the
    judge was down) or "partial"; ``usd`` is None where the price is not known."""

    status: str = "voted"
    id: str
    judge: str
    passed: bool | None = None
    score: float = Field(default=0.5, ge=0, le=1)
    abstained: Abstention = ""
    reasons: str = ""
    seconds: float = 0.0
    tokens: int = 0
    calls: int = 0
    usd: float | None = None

    @property
    def key(self) -> str:
        return f"{self.id}\t{self.judge}"


class VoteEntry(BaseModel):
    """What a run's journal holds of a vote."""

    pair: Pair
    vote: Vote


OnVote = Callable[[VoteLine], None]


async def collect_votes(
    labels: Sequence[Label],
    panel: Panel,
    folder: Path,
    prices: Mapping[str, Price],
    *,
    concurrency: int,
    on_vote: OnVote | None = None,
) -> list[VoteLine]:
    """Every judge's vote on every label that says something, asked apart from the others'. Raises
    what ends all of them alike, such as a wrong key."""
    jobs = {
        f"{label.id}\t{judge.name}": partial(ask, label, judge, panel, prices)
        for label in labels
        if label.faithful is not None
        for judge in panel.judges
    }
    return await run_jobs(jobs, VoteLine, folder, concurrency=concurrency, on_result=on_vote)


async def ask(
    label: Label, judge: Judge, panel: Panel, prices: Mapping[str, Price], _: Checkpoints
) -> VoteLine:
    try:
        vote = await panel.heard(judge, label.pair)
    except BudgetExceeded as error:
        return VoteLine(id=label.id, judge=judge.name, status="partial", reasons=str(error))
    return line_of(label.id, vote, prices)


def line_of(label: str, vote: Vote, prices: Mapping[str, Price]) -> VoteLine:
    status = "voted" if vote.passed is not None else "abstained"
    return VoteLine(
        id=label,
        judge=vote.judge,
        status="error" if vote.abstained == "down" else status,
        passed=vote.passed,
        score=vote.score,
        abstained=vote.abstained,
        reasons=vote.reasons,
        seconds=vote.seconds,
        tokens=vote.usage.total,
        calls=vote.calls,
        usd=cost(prices, vote.model, vote.usage),
    )


def read_votes(file: Path, labels: Sequence[Label]) -> list[VoteLine]:
    """Recorded votes: lines with ``id``, ``judge`` and ``passed``, and what else a run writes to
    its results; or a run's journal, whose votes are matched by the texts they are of, and by the
    header where a label has one. The last vote of a judge on a statement counts. Raises InputError
    with the line."""
    known = {label.id: label for label in labels}
    by_texts: dict[tuple[str, str], list[Label]] = {}
    for label in labels:
        by_texts.setdefault(label.pair.texts, []).append(label)
    votes: dict[str, VoteLine] = {}
    for number, fields in read_objects(file):
        try:
            if "kind" in fields:
                if fields["kind"] != "vote":
                    continue
                entry = VoteEntry.model_validate(fields)
                header = entry.pair.header
                same = [
                    label.id
                    for label in by_texts.get(entry.pair.texts, ())
                    if label.header.strip() in ("", header.strip())
                ]
                lines = [line_of(label, entry.vote, {}) for label in same]
            else:
                lines = [scored(VoteLine.model_validate(fields), fields)]
        except ValidationError as error:
            first = error.errors()[0]
            field = ".".join(str(part) for part in first["loc"])
            raise InputError(first["msg"], file=file, line=number, field=field) from None
        for line in lines:
            if line.id not in known:
                words = f"no label has the id {line.id!r}"
                raise InputError(words, file=file, line=number, field="id")
            votes[line.key] = line
    if not votes:
        raise InputError("holds no vote on these labels", file=file)
    return list(votes.values())


def scored(line: VoteLine, fields: Mapping[str, object]) -> VoteLine:
    """A vote told without a score is a sure one."""
    if "score" in fields or line.passed is None:
        return line
    return line.model_copy(update={"score": float(line.passed)})
