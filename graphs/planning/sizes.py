"""How large prompts and answers are taken to be."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from proofloop.agents import rater, solver
from proofloop.agents.llm.base import Model
from proofloop.agents.llm.prices import cost
from proofloop.agents.llm.tokens import MESSAGE_FRAME, estimate_tokens
from proofloop.agents.prompts import Prompt
from proofloop.agents.summarizer import SUMMARY_TOKENS
from proofloop.core.task import Usage
from proofloop.core.verdict import Plan

if TYPE_CHECKING:
    from proofloop.core.settings import Price


@dataclass(frozen=True)
class Sizes:
    """Tokens: of the ``problem``, and what a ``solution`` and a judge's ``words`` are taken to
    have. The real ones may be larger, up to ``sampling.max_tokens``. ``asked`` names the model that
    is asked, for its price in ``prices``."""

    problem: int
    solution: int = 1000
    words: int = 200
    asked: str = ""
    prices: Mapping[str, Price] = field(default_factory=dict)

    def of(self, model: Model | None) -> Sizes:
        """The same when ``model`` is asked."""
        return self if model is None else replace(self, asked=model.name)

    def plan(self, calls: int, tokens: int, written: int) -> Plan:
        """Calls with so many tokens, of which the answers have ``written``."""
        usage = Usage(prompt_tokens=tokens - written, completion_tokens=written)
        return Plan(calls=calls, tokens=tokens, usd=cost(self.prices, self.asked, usage))

    def ask(self, prompt: Prompt, *, reads: int = 0, writes: int | None = None) -> Plan:
        """One call: all templates of the role, the problem, ``reads`` more tokens, an answer."""
        templates = sum(estimate_tokens(text) for text in prompt.parts.values())
        answer = self.words if writes is None else writes
        read = templates + 2 * MESSAGE_FRAME + self.problem + reads
        return self.plan(1, read + answer, answer)

    def solve(self, reads: int = 0) -> Plan:
        return self.ask(solver.PROMPT, reads=reads, writes=self.solution)

    def rate(self) -> Plan:
        return self.ask(rater.PROMPT, reads=self.solution)

    @property
    def summary(self) -> int:
        """Of a summary, which may be longer than a short solution."""
        return min(SUMMARY_TOKENS, max(self.solution, self.words))
