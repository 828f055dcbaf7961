"""How large prompts and answers are taken to be."""

from __future__ import annotations

from dataclasses import dataclass

from proofloop.agents import rater, solver
from proofloop.agents.llm.tokens import MESSAGE_FRAME, estimate_tokens
from proofloop.agents.prompts import Prompt
from proofloop.agents.summarizer import SUMMARY_TOKENS
from proofloop.core.verdict import Plan


@dataclass(frozen=True)
class Sizes:
    """Tokens: of the ``problem``, and what a ``solution`` and a judge's ``words`` are taken to
    have. The real ones may be larger, up to ``sampling.max_tokens``."""

    problem: int
    solution: int = 1000
    words: int = 200

    def ask(self, prompt: Prompt, *, reads: int = 0, writes: int | None = None) -> Plan:
        """One call: all templates of the role, the problem, ``reads`` more tokens, an answer."""
        templates = sum(estimate_tokens(text) for text in prompt.parts.values())
        answer = self.words if writes is None else writes
        return Plan(calls=1, tokens=templates + 2 * MESSAGE_FRAME + self.problem + reads + answer)

    def solve(self, reads: int = 0) -> Plan:
        return self.ask(solver.PROMPT, reads=reads, writes=self.solution)

    def rate(self) -> Plan:
        return self.ask(rater.PROMPT, reads=self.solution)

    @property
    def summary(self) -> int:
        """Of a summary, which may be longer than a short solution."""
        return min(SUMMARY_TOKENS, max(self.solution, self.words))
