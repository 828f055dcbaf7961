"""The plans of the graphs that solve: one function a graph, by its options."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from proofloop.agents import (
    comparer,
    completeness,
    decomposer,
    distiller,
    experience,
    fuser,
    librarian,
    mentor,
    rater,
    reviewer,
    reviser,
    self_evaluator,
    step_verifier,
    strategist,
    summarizer,
)
from proofloop.agents.llm.tokens import estimate_tokens
from proofloop.core.task import Candidate, Task
from proofloop.core.verdict import Plan
from proofloop.graphs import empirical_mcts as empirical
from proofloop.graphs import steps as stepwise
from proofloop.graphs.planning.sizes import Sizes
from proofloop.graphs.rtv_pdr import CONTEXT_TOKENS
from proofloop.graphs.selectors.rtv import RecursiveTournament
from proofloop.graphs.stopping.rules import rule_of
from proofloop.graphs.tmas import PREVIOUS_TOKENS


def self_consistency(sizes: Sizes, *, n: int) -> Plan:
    return sizes.solve() * n


def best_of_n(sizes: Sizes, *, n: int, votes: int, adapted: bool, temperature: float) -> Plan:
    judged = sizes.rate() * votes
    if adapted:
        revised = sizes.ask(reviser.PROMPT, reads=sizes.solution, writes=sizes.solution)
        beside = sizes.ask(rater.PROMPT, reads=2 * sizes.solution)
        judged = (revised + beside) * votes
    return (sizes.solve() + judged) * n


def refine(
    sizes: Sizes, *, rounds: int, rated: bool, votes: int, enough: float, reviewed: bool
) -> Plan:
    said = sizes.words * (votes * rated + reviewed)
    revised = sizes.ask(reviser.PROMPT, reads=sizes.solution + said, writes=sizes.solution)
    looked = sizes.ask(reviewer.PROMPT, reads=sizes.solution) if reviewed else Plan()
    judged = sizes.rate() * votes if rated else Plan()
    return sizes.solve() + judged + (revised + looked + judged) * rounds


def iad(sizes: Sizes, *, k: int, rounds: int, enough: float) -> Plan:
    seen = 2 * (sizes.solution + sizes.words)
    return (sizes.solve(reads=seen) + sizes.rate()) * (k * rounds)


def one_step(sizes: Sizes) -> Plan:
    """A next step of a partial solution, and its reward."""
    templates = sum(estimate_tokens(text) for text in stepwise.PROMPT.parts.values())
    return sizes.solve(reads=templates + sizes.solution) + sizes.rate()


def particles(
    sizes: Sizes,
    *,
    n: int,
    steps: int,
    sweeps: int,
    entropic: bool,
    look_ahead: bool,
    continues: bool,
) -> Plan:
    grown = steps + (steps - 1) * look_ahead
    return one_step(sizes) * (sweeps * (n // sweeps) * grown)


def astar(
    sizes: Sizes, *, k: int, frontier: int, expansions: int, steps: int, continues: bool
) -> Plan:
    return one_step(sizes) * (k * expansions)


def adaptive(
    sizes: Sizes,
    *,
    rule: Any,
    calibration: str,
    n: int,
    width: int,
    prune_after: int,
    prune_below: float,
) -> Plan:
    valued = {
        "none": Plan(),
        "score": sizes.rate(),
        "confidence": sizes.ask(self_evaluator.PROMPT, reads=sizes.solution),
    }
    begun = sizes.ask(self_evaluator.PROMPT, reads=prune_after) if prune_after else Plan()
    return (sizes.solve() + begun + valued[rule_of(rule, calibration).needs]) * n


def solve_detect_verify(
    sizes: Sizes, *, k: int, agreement: float, rounds: int, most_checks: int, check_seconds: float
) -> Plan:
    streamed = sizes.solve(reads=sizes.solution + sizes.words)
    looked = sizes.ask(completeness.PROMPT, reads=sizes.solution)
    verdict = sizes.ask(step_verifier.PROMPT, reads=sizes.solution)
    slow = sizes.ask(step_verifier.PROMPT, reads=sizes.solution, writes=sizes.solution)
    return (streamed + looked * (most_checks + 1) + verdict * k + slow) * (rounds + 1)


def atom_of_thoughts(sizes: Sizes, *, steps: int) -> Plan:
    labelled = sizes.ask(decomposer.PROMPT, reads=sizes.solution, writes=sizes.solution)
    labelled *= decomposer.TRIES  # questions that depend on each other are asked for again
    contracted = sizes.ask(decomposer.CONTRACTOR, reads=2 * sizes.words, writes=sizes.words)
    fused = sizes.ask(fuser.PROMPT, reads=3 * sizes.solution, writes=sizes.solution)
    # The contracted question that wins is solved already, and is the next state's.
    return sizes.solve() + (sizes.solve() * 2 + labelled + contracted + fused) * steps


def pdr(
    sizes: Sizes, *, rounds: Sequence[int], distill: str, k: int, workspace_tokens: int
) -> Plan:
    first, *later = rounds
    total = sizes.solve() * first
    for before, now in zip(rounds, later, strict=False):
        shown = sizes.solution * before
        total += sizes.solve(reads=workspace_tokens) * now
        if distill == "summary":
            total += sizes.ask(distiller.PROMPT, reads=shown, writes=workspace_tokens)
        elif distill == "top-k":
            total += sizes.rate() * before
    return total


@dataclass(frozen=True)
class Sized:
    """In the place of a comparer: it knows what its calls would use."""

    sizes: Sizes

    async def best(
        self, task: Task, shown: Sequence[Candidate], *, n: int = 1, first: int = 0
    ) -> list[int | None]:
        raise AssertionError("a plan asks nothing")

    def tokens(self, task: Task, shown: Sequence[Candidate]) -> int:
        frame = sum(estimate_tokens(text) for text in comparer.PROMPT.parts.values())
        reads = len(shown) * (self.sizes.summary + frame)
        return self.sizes.ask(comparer.PROMPT, reads=reads).tokens


def summarised(sizes: Sizes, trajectory: int) -> Plan:
    """Notes on a trajectory of so many tokens, piece by piece."""
    pieces = max(1, -(-trajectory // summarizer.PIECE_TOKENS))
    return sizes.ask(summarizer.PROMPT, reads=trajectory, writes=sizes.summary) * pieces


def rtv_pdr(sizes: Sizes, *, n: int, k: int, group: int, votes: int, reuse: str) -> Plan:
    def tournament(keep: int) -> Plan:
        selector = RecursiveTournament(Sized(sizes), group=group, votes=votes, keep=keep)
        shown = [Candidate(id=str(place), task_id="", content="") for place in range(n)]
        plan = selector.plan(Task(id="", kind="solve", informal=""), shown)
        return sizes.plan(plan.calls, plan.tokens, plan.calls * sizes.words)

    noted = summarised(sizes, sizes.solution)
    first = (sizes.solve() + noted) * n
    second = (sizes.solve(reads=CONTEXT_TOKENS) + noted) * n
    chosen = tournament(k) if reuse == "select" else Plan()
    return first + chosen + second + tournament(1)


def tmas(
    sizes: Sizes,
    *,
    n: int,
    votes: int,
    rounds: int,
    epsilon: float,
    experience_tokens: int,
    guideline_tokens: int,
) -> Plan:
    read = PREVIOUS_TOKENS + max(experience_tokens, guideline_tokens)
    seen = sizes.solution + sizes.words * votes
    learnt = (
        summarised(sizes, seen)
        + sizes.ask(experience.PROMPT, reads=sizes.solution + sizes.summary)
        + sizes.ask(strategist.PROMPT, reads=sizes.solution)
    )
    judged = sizes.rate() * votes
    later = learnt + sizes.solve(reads=read) + judged
    return (sizes.solve() + judged) * n + later * (n * (rounds - 1))


def empirical_mcts(sizes: Sizes, *, iterations: int, fuse: int, likeness: float) -> Plan:
    experiences = empirical.READ * empirical.EXPERIENCE_TOKENS
    answered = sizes.solve(reads=experiences + sizes.words)
    taught = sizes.ask(mentor.PROMPT, reads=2 * sizes.solution + sizes.words)
    kept = sizes.ask(librarian.PROMPT, reads=experiences + sizes.words)
    last = max(0, iterations - 1)  # after the last there is nobody to remember for
    grown = sizes.solve() + (answered + taught) * iterations + kept * last
    if fuse < 2 or not iterations:
        return grown
    fused = sizes.ask(fuser.PROMPT, reads=fuse * sizes.solution, writes=sizes.solution)
    return grown + fused + taught


SOLVING: dict[str, Callable[..., Plan]] = {
    "self_consistency": self_consistency,
    "best_of_n": best_of_n,
    "refine": refine,
    "iad": iad,
    "particles": particles,
    "astar": astar,
    "adaptive": adaptive,
    "solve_detect_verify": solve_detect_verify,
    "atom_of_thoughts": atom_of_thoughts,
    "pdr": pdr,
    "rtv_pdr": rtv_pdr,
    "tmas": tmas,
    "empirical_mcts": empirical_mcts,
}
