"""How votes become one decision: all must agree, the majority, or the weight of the evidence.

An abstention is never a vote, for no rule. A decision is True, False, or None where the votes
decide nothing; None is neither a reason to accept nor one to reject.

- ``AllAgree``: False as soon as one says no, True when every judge has said yes (ATF, arXiv
  2510.06857, section 3; FormalMATH, arXiv 2505.02735, section 3.2). ATF counts an unreadable
  answer as a no; here it leaves the pair undecided.
- ``Majority``: more than half of the votes, if at least ``quorum`` judges voted; a tie decides
  nothing.
- ``Weighted``: naive Bayes over what is known of each judge. A yes of a judge with sensitivity s
  and specificity t is worth log(s / (1 - t)), a no log((1 - s) / t), and the prior its own
  log-odds; the score is the posterior probability. With s = t this is the classical weighting by
  log-odds of accuracy (Nitzan and Paroush 1982), best among all rules where judges err
  independently of each other.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from proofloop.agents.panel.vote import Vote
from proofloop.core.errors import SettingsError
from proofloop.core.model import Frozen

# Nobody is believed without limit: a judge measured on few labels may have made no error there.
SUREST = 0.99


@dataclass(frozen=True)
class Decision:
    """``score`` is in [0, 1]: how likely the two say the same, as the rule sees it."""

    passed: bool | None
    score: float


class Rule(Protocol):
    @property
    def name(self) -> str: ...

    def decide(self, votes: Sequence[Vote], judges: Sequence[str]) -> Decision:
        """``judges`` are the names of all on the panel, whether they have been heard or not."""
        ...

    def favours(self, judge: str) -> bool:
        """Which vote of this judge speaks for the pair: True but for a judge known to be wrong more
        often than right."""
        ...


@dataclass(frozen=True)
class AllAgree:
    """The score is that of the judge least convinced."""

    name: str = "all"

    def decide(self, votes: Sequence[Vote], judges: Sequence[str]) -> Decision:
        score = min((vote.score for vote in votes), default=0.5)
        if any(vote.passed is False for vote in votes):
            return Decision(False, score)
        agreed = sum(vote.passed is True for vote in votes) == len(judges) > 0
        return Decision(True if agreed else None, score if agreed else min(score, 0.5))

    def favours(self, judge: str) -> bool:
        return True


@dataclass(frozen=True)
class Majority:
    """``quorum`` None: half of the judges, rounded up. The score is the mean of the votes'."""

    quorum: int | None = None
    name: str = "majority"

    def decide(self, votes: Sequence[Vote], judges: Sequence[str]) -> Decision:
        cast = [vote for vote in votes if vote.passed is not None]
        score = math.fsum(vote.score for vote in cast) / len(cast) if cast else 0.5
        needed = -(-len(judges) // 2) if self.quorum is None else self.quorum
        ayes = sum(vote.passed is True for vote in cast)
        if not cast or len(cast) < needed or 2 * ayes == len(cast):
            return Decision(None, score)
        return Decision(2 * ayes > len(cast), score)

    def favours(self, judge: str) -> bool:
        return True


class Reliability(Frozen):
    """P(yes | the two say the same) and P(no | they do not), as measured."""

    sensitivity: float
    specificity: float

    @classmethod
    def of_accuracy(cls, accuracy: float) -> Reliability:
        return cls(sensitivity=accuracy, specificity=accuracy)

    def evidence(self, passed: bool) -> float:
        """The log-likelihood ratio of a vote."""
        s, t = (min(SUREST, max(1 - SUREST, p)) for p in (self.sensitivity, self.specificity))
        return math.log(s / (1 - t)) if passed else math.log((1 - s) / t)


@dataclass(frozen=True)
class Weighted:
    """``prior`` is the share of pairs that say the same, before anyone has voted. Raises
    SettingsError when it meets a judge that was never measured."""

    reliability: Mapping[str, Reliability] = field(default_factory=dict)
    prior: float = 0.5
    quorum: int = 1
    name: str = "weighted"

    def decide(self, votes: Sequence[Vote], judges: Sequence[str]) -> Decision:
        prior = min(SUREST, max(1 - SUREST, self.prior))
        total = math.log(prior / (1 - prior))
        cast = 0
        for vote in votes:
            if vote.passed is not None:
                cast += 1
                total += self.measured(vote.judge).evidence(vote.passed)
        score = 1 / (1 + math.exp(-total))
        if cast < max(1, self.quorum) or math.isclose(total, 0.0, abs_tol=1e-9):
            return Decision(None, score)
        return Decision(total > 0, score)

    def favours(self, judge: str) -> bool:
        measured = self.measured(judge)
        return measured.evidence(True) >= measured.evidence(False)

    def measured(self, judge: str) -> Reliability:
        if judge not in self.reliability:
            raise SettingsError(
                f"judge {judge}: a weighted panel needs its accuracy, or its sensitivity and"
                " specificity, as proofloop judge-eval measures them"
            )
        return self.reliability[judge]


def settled(rule: Rule, votes: Sequence[Vote], waiting: Sequence[str]) -> bool:
    """Whether nothing that the ``waiting`` can say changes the decision. The rules are monotone, so
    that it is enough to look at the best, the worst and the silent ending."""
    judges = [*(vote.judge for vote in votes), *waiting]

    def ending(words: Mapping[str, bool | None]) -> bool | None:
        imagined = [Vote(judge=name, passed=words[name]) for name in waiting]
        return rule.decide([*votes, *imagined], judges).passed

    best = {name: rule.favours(name) for name in waiting}
    worst = {name: not favour for name, favour in best.items()}
    silent = dict.fromkeys(waiting)
    return ending(best) == ending(worst) == ending(silent)
