"""Particle filtering over partial solutions, particle Gibbs, and entropic annealing.

*Particle filtering* (arXiv 2502.01618): N partial solutions grow by one step a round; a process
reward s in (0, 1) of each gives its weight s / (1 - s), by the current step alone, not
accumulated; then N are drawn again with replacement by their weights. A finished particle keeps its
weight. It ends when all are finished; the answer is that of the highest weight. What this samples
is the solver's own distribution times the product of the rewards' odds.

*Particle Gibbs*: several such sweeps; one particle of a sweep, drawn by weight, is kept as the
reference of the next, where it competes at its weight of the current step; copies of it that are
drawn as free particles are cut to that step and grow anew.

*Entropic annealing* (arXiv 2510.05825): systematic resampling, and while the effective sample size
is below half of N in the first half of the steps the weights are tempered by
T = max(1, (N / ESS)(1 - t / T_max)), so that early luck does not take all; the final choice uses
the weights as they are. With *look-ahead* one more step of each is scored, and multiplies in.
"""

from __future__ import annotations

import math
import random
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from proofloop.core.model import Frozen
from proofloop.core.task import Task
from proofloop.graphs.steps import Partial, PartialScorer, Stepper

CLIP = 1e-7  # of a reward, so that its odds are finite
NEUTRAL = 0.5  # the reward where the scorer abstains: odds of one


class Particle(Frozen):
    """``trail`` has the log-weight after each step; ``heard``: one of its rewards was readable."""

    partial: Partial = Partial()
    trail: tuple[float, ...] = ()
    heard: bool = False

    @property
    def log_weight(self) -> float:
        return self.trail[-1] if self.trail else 0.0

    def cut(self, steps: int) -> Particle:
        """As it was after so many steps."""
        if steps >= len(self.partial.steps):
            return self
        partial = Partial(steps=self.partial.steps[:steps])
        return self.model_copy(update={"partial": partial, "trail": self.trail[:steps]})


class Cloud(Frozen):
    """The particles at the end, with their normalised weights. ``best`` is that of the highest.
    ``silent``: no reward of theirs could be read."""

    particles: tuple[Particle, ...]
    weights: tuple[float, ...]
    silent: bool = False

    @property
    def best(self) -> Particle:
        return max(zip(self.particles, self.weights, strict=True), key=lambda pair: pair[1])[0]


@dataclass(frozen=True)
class ParticleFilter:
    """``n`` particles in all, shared out among ``sweeps`` (more than one is particle Gibbs);
    ``steps`` bounds a solution; ``annealed`` and ``look_ahead`` make it entropic."""

    stepper: Stepper
    scorer: PartialScorer
    n: int = 8
    steps: int = 32
    sweeps: int = 1
    resampling: Literal["multinomial", "systematic"] = "multinomial"
    annealed: bool = False
    look_ahead: bool = False

    def __post_init__(self) -> None:
        check_bounds(self.n, self.steps, self.sweeps)

    async def run(self, task: Task, rng: random.Random) -> Cloud:
        """The cloud of the last sweep. Raises what the stepper and the scorer raise."""
        reference: Particle | None = None
        for sweep in range(self.sweeps):
            cloud = await self.sweep(task, rng, reference, sweep)
            reference = rng.choices(cloud.particles, cloud.weights)[0]
        return cloud

    async def sweep(
        self, task: Task, rng: random.Random, reference: Particle | None, sweep: int
    ) -> Cloud:
        free = [Particle()] * (self.n // self.sweeps)
        for step in range(1, self.steps + 1):
            free = await self.grown(task, free, sweep)
            over = all(one.partial.done for one in free)
            if over or step == self.steps:
                break
            weights = [one.log_weight for one in free]
            if self.look_ahead:
                weights = await self.foreseen(task, free, weights, sweep)
            pool = list(free)
            if reference is not None:
                pool.append(reference)
                weights.append(reference.cut(step).log_weight)
            probabilities = softmax(weights, self.temperature(weights, step))
            drawn = resample(probabilities, len(free), rng, self.resampling)
            free = [pool[i] if pool[i] is not reference else pool[i].cut(step) for i in drawn]
        pool = [*free, *([reference] if reference is not None else [])]
        return Cloud(
            particles=tuple(pool),
            weights=tuple(softmax([one.log_weight for one in pool])),
            silent=not any(one.heard for one in pool),
        )

    async def grown(self, task: Task, particles: Sequence[Particle], sweep: int) -> list[Particle]:
        """Every particle that is not finished by one step, with its new weight."""
        live = [i for i, one in enumerate(particles) if not one.partial.done]
        longer = await self.stepper.extend(task, [particles[i].partial for i in live], index=sweep)
        rewards = await self.scorer.score(task, longer)
        grown = list(particles)
        for i, partial, reward in zip(live, longer, rewards, strict=True):
            trail = (*particles[i].trail, log_odds(reward))
            heard = particles[i].heard or reward is not None
            grown[i] = Particle(partial=partial, trail=trail, heard=heard)
        return grown

    async def foreseen(
        self, task: Task, particles: Sequence[Particle], weights: Sequence[float], sweep: int
    ) -> list[float]:
        """The log-weights with those of one more step of each added; that step is not kept."""
        ahead = await self.grown(task, particles, sweep + self.sweeps)
        return [
            weight + (after.log_weight if after is not before else 0.0)
            for weight, before, after in zip(weights, particles, ahead, strict=True)
        ]

    def temperature(self, log_weights: Sequence[float], step: int) -> float:
        left = 1 - step / self.steps
        size = effective_size(softmax(log_weights))
        if not self.annealed or left <= 0.5 or size >= 0.5 * len(log_weights):
            return 1.0
        return max(1.0, len(log_weights) / size * left)


def check_bounds(n: int, steps: int, sweeps: int) -> None:
    if min(n, steps, sweeps) < 1 or n < sweeps:
        raise ValueError("n, steps and sweeps must be at least 1, and n at least sweeps")


def log_odds(reward: float | None) -> float:
    """ln(s / (1 - s)), s clipped away from 0 and 1; a reward that is no number counts as none."""
    value = NEUTRAL if reward is None or not math.isfinite(reward) else reward
    value = min(1 - CLIP, max(CLIP, value))
    return math.log(value / (1 - value))


def softmax(log_weights: Sequence[float], temperature: float = 1.0) -> list[float]:
    highest = max(log_weights)
    weights = [math.exp((value - highest) / temperature) for value in log_weights]
    total = math.fsum(weights)
    return [weight / total for weight in weights]


def effective_size(probabilities: Sequence[float]) -> float:
    """1 / sum p^2: how many particles the weights are worth."""
    return 1 / math.fsum(p * p for p in probabilities)


def resample(
    probabilities: Sequence[float], n: int, rng: random.Random, how: str = "multinomial"
) -> list[int]:
    """``n`` places drawn by probability: independently, or at equal distances from one random
    start (systematic), where each place is drawn n p times rounded up or down."""
    places = range(len(probabilities))
    if how == "multinomial":
        return rng.choices(places, probabilities, k=n)
    drawn: list[int] = []
    start, reached = rng.random() / n, 0.0
    for place in places:
        reached += probabilities[place]
        while len(drawn) < n and start + len(drawn) / n < reached:
            drawn.append(place)
    return drawn + [len(probabilities) - 1] * (n - len(drawn))  # rounding at the very end
