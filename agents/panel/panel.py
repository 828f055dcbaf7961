"""A panel asks its judges and counts their votes by its rule.

Whom it asks first is drawn from the seed, for each pair anew, and so is which of the two texts a
judge sees first: neither a place in a list nor a place in a prompt should decide. Three ways to
ask: ``in order``, one after another until the rest cannot change the decision (ATF's short-circuit,
arXiv 2510.06857); ``race``, all at once, the rest broken off as soon as it is decided; ``all``,
everyone heard, as FormalMATH does (arXiv 2505.02735) and as measuring judges needs.
"""

from __future__ import annotations

import asyncio
import random
from collections.abc import Coroutine, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from proofloop.agents.llm.gate import Gate
from proofloop.agents.panel.rules import AllAgree, Decision, Rule, settled
from proofloop.agents.panel.vote import Judge, Pair, PairKind, Vote, failed
from proofloop.core.errors import ModelError, SettingsError
from proofloop.core.journal import Journal, fingerprint
from proofloop.core.task import Candidate, Task
from proofloop.core.verdict import Verdict

Asking = Literal["in order", "race", "all"]


@dataclass(frozen=True)
class Panel:
    """A Verifier. ``shuffle`` draws order and positions from ``seed``; without it judges are asked
    as they are listed and see the informal text first. Votes and
    verdicts go to ``journal``, if there is one.
    Raises SettingsError for no judges and for two of the same name."""

    judges: Sequence[Judge]
    rule: Rule = field(default_factory=AllAgree)
    asking: Asking = "in order"
    shuffle: bool = True
    seed: int = 0
    journal: Journal | None = None

    def __post_init__(self) -> None:
        names = [judge.name for judge in self.judges]
        if not names:
            raise SettingsError("a panel needs at least one judge")
        if twice := next((name for name in names if names.count(name) > 1), None):
            raise SettingsError(f"two judges of the panel are called {twice!r}")
        for name in names:
            self.rule.favours(name)  # a rule that lacks something says so before a call is paid

    async def verify(self, task: Task, candidate: Candidate) -> Verdict:
        return await self.judge(task.informal, candidate.content, header=task.header)

    async def judge(
        self,
        informal: str,
        lean: str,
        *,
        header: str = "",
        kind: PairKind = "statement",
        index: int = 0,
    ) -> Verdict:
        """The panel's decision, with every vote in ``evidence["votes"]`` in the order in which they
        came; ``passed`` is None where the votes decide nothing. Raises BudgetExceeded, and user
        errors such as a wrong key; what was voted before that is in the journal."""
        pair = Pair(informal=informal, lean=lean, header=header, kind=kind)
        votes = await self.votes(pair, index=index)
        decision = self.rule.decide(votes, [judge.name for judge in self.judges])
        verdict = Verdict(
            passed=decision.passed,
            score=decision.score,
            method=self.method,
            feedback=feedback(decision, votes),
            evidence={
                "rule": self.rule.name,
                "asked": len(votes),
                "abstained": sum(vote.passed is None for vote in votes),
                "votes": [vote.model_dump(mode="json") for vote in votes],
            },
        )
        said = verdict.model_dump(mode="json", exclude={"evidence"})
        self._record("verdict", {"pair": pair.model_dump(), "verdict": said, "index": index})
        return verdict

    @property
    def method(self) -> str:
        if len(self.judges) == 1:
            return f"judge:{self.judges[0].name}"
        return f"panel:{self.rule.name}({', '.join(judge.name for judge in self.judges)})"

    async def votes(self, pair: Pair, *, index: int = 0) -> list[Vote]:
        """What was said, in the order in which it came, until it was decided."""
        judges = list(self.judges)
        if self.shuffle:
            random.Random(f"{self.seed} {index} {fingerprint(pair.model_dump())}").shuffle(judges)
        if self.asking == "in order":
            return await self._one_by_one(judges, pair, index)
        return await self._at_once(judges, pair, index)

    async def aclose(self) -> None:
        """Closes the judges' models."""
        for judge in self.judges:
            await judge.aclose()

    async def _one_by_one(self, judges: Sequence[Judge], pair: Pair, index: int) -> list[Vote]:
        votes: list[Vote] = []
        for place, judge in enumerate(judges, 1):
            votes.append(await self.heard(judge, pair, index))
            if settled(self.rule, votes, [other.name for other in judges[place:]]):
                break
        return votes

    async def _at_once(self, judges: Sequence[Judge], pair: Pair, index: int) -> list[Vote]:
        """All judges at the same time. With an error none is broken off, since the others' answers
        are paid for; it is raised when they are in."""
        gate = Gate() if self.asking == "race" else None

        def hear(judge: Judge) -> Coroutine[Any, Any, Vote]:
            heard = self.heard(judge, pair, index)
            return gate.lane(heard) if gate else heard

        names = {asyncio.create_task(hear(judge)): judge.name for judge in judges}
        running = set(names)
        votes: list[Vote] = []
        errors: list[BaseException] = []
        try:
            while running:
                if gate:
                    gate.expect(len(running))
                ended, running = await asyncio.wait(running, return_when=asyncio.FIRST_COMPLETED)
                for task in sorted(ended, key=list(names).index):
                    if (error := task.exception()) is not None:
                        errors.append(error)
                    else:
                        votes.append(task.result())
                waiting = [name for task, name in names.items() if task in running]
                if self.asking == "race" and not errors and settled(self.rule, votes, waiting):
                    break
        finally:
            for task in running:
                task.cancel()
            await asyncio.gather(*running, return_exceptions=True)
        if errors:
            raise errors[0]
        return votes

    async def heard(self, judge: Judge, pair: Pair, index: int = 0) -> Vote:
        """One judge's vote, recorded; a judge in trouble abstains."""
        swapped = self.shuffle and self._drawn(judge.name, pair, index).random() < 0.5
        try:
            vote = await judge.vote(pair, swapped=swapped, index=index)
        except ModelError as error:
            vote = Vote.model_validate({"judge": judge.name, "swapped": swapped} | failed(error))
        said = {"pair": pair.model_dump(), "vote": vote.model_dump(mode="json"), "index": index}
        self._record("vote", said)
        return vote

    def _drawn(self, name: str, pair: Pair, index: int) -> random.Random:
        return random.Random(f"{self.seed} {index} {name} {fingerprint(pair.model_dump())}")

    def _record(self, kind: str, said: dict[str, Any]) -> None:
        """Once: a run that goes on finds its calls in the journal and votes as before."""
        if self.journal is None:
            return
        key = fingerprint(said)
        if self.journal.find(kind, key) is None:
            self.journal.append(kind, key=key, rule=self.rule.name, **said)


def feedback(decision: Decision, votes: Sequence[Vote]) -> str:
    """For who tries again: what those said who decided it; where nothing was decided, what
    everyone said. With several judges each paragraph has its judge's name."""
    shown = [vote for vote in votes if vote.passed is decision.passed] or list(votes)
    if decision.passed is None:
        shown = list(votes)
    if len(votes) == 1:
        return shown[0].reasons
    return "\n\n".join(f"{vote.judge} ({word(vote)}): {vote.reasons}" for vote in shown)


def word(vote: Vote) -> str:
    if vote.passed is None:
        return f"abstained, {vote.abstained}"
    return "consistent" if vote.passed else "not consistent"
