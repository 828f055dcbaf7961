"""A* over partial solutions (A*-Decoding, arXiv 2505.13672).

A state is a partial solution. The open one with the lowest f = g + h is taken out and k
continuations of one step are sampled; h says how far from right a process reward finds it, and g
sums the *rises* of h on the way there, so that a line which lost its reward once pays for it. The
search ends when the best open solution is complete, or when its expansions are spent.

The paper leaves open the cost, k and the size of the frontier. Here h = 1 - reward, the empty
solution has h = 1, k = 4 and the frontier 32; of equal f a complete solution comes first, then the
longer one, then one drawn from the seed. Where rewards never rise along a line f never falls, and
what is found is the complete solution of the lowest f among all that the samples contain.
"""

from __future__ import annotations

import math
import random
from dataclasses import dataclass
from typing import TypeGuard

from proofloop.core.model import Frozen
from proofloop.core.task import Task
from proofloop.graphs.steps import Partial, PartialScorer, Stepper

NEUTRAL = 0.5  # the reward where the scorer abstains


class Node(Frozen):
    """A partial solution with its costs; ``draw`` orders those that are equal in all else."""

    partial: Partial = Partial()
    g: float = 0.0
    h: float = 1.0
    draw: float = 0.0

    @property
    def f(self) -> float:
        return self.g + self.h

    @property
    def order(self) -> tuple[float, bool, int, float]:
        """The lowest is taken out first."""
        return self.f, not self.partial.done, -len(self.partial.steps), self.draw

    def child(self, partial: Partial, reward: float | None, draw: float) -> Node:
        """One step longer. A reward that is no number counts as none."""
        value = reward if usable(reward) else NEUTRAL
        h = 1 - min(1.0, max(0.0, value))
        return Node(partial=partial, g=self.g + max(0.0, h - self.h), h=h, draw=draw)


class Search(Frozen):
    """A search so far: the ``frontier``, the best first; ``best`` of all that was ever reached,
    complete ones before others; how many ``expansions`` and ``rewards`` it took, and how many of
    these the scorer ``abstained`` from."""

    frontier: tuple[Node, ...] = (Node(),)
    best: Node = Node()
    expansions: int = 0
    rewards: int = 0
    abstained: int = 0

    @property
    def ended(self) -> bool:
        """Whether the best open solution is complete, or none is open."""
        return not self.frontier or self.frontier[0].partial.done


@dataclass(frozen=True)
class AStar:
    """``k`` samples an expansion; ``frontier`` bounds the open solutions, ``expansions`` the
    search, ``steps`` a solution: one that is as long and not complete is not opened."""

    stepper: Stepper
    scorer: PartialScorer
    k: int = 4
    frontier: int = 32
    expansions: int = 64
    steps: int = 16
    seed: int = 0

    def __post_init__(self) -> None:
        check_bounds(self.k, self.frontier, self.expansions, self.steps)

    def over(self, search: Search) -> bool:
        return search.ended or search.expansions >= self.expansions

    async def run(self, task: Task) -> Search:
        """The search at its end. Raises what the stepper and the scorer raise."""
        search = Search()
        while not self.over(search):
            search = await self.expanded(task, search)
        return search

    async def expanded(self, task: Task, search: Search) -> Search:
        """The best open solution replaced by its continuations, each scored once however often it
        was sampled. One that ends without another step leads nowhere."""
        node, *others = search.frontier
        longer = await self.stepper.extend(task, [node.partial] * self.k, index=0)
        fresh = [one for one in dict.fromkeys(longer) if one.steps != node.partial.steps]
        rewards = await self.scorer.score(task, fresh)
        rng = random.Random(f"{self.seed} {search.expansions}")
        children = [
            node.child(partial, reward, rng.random())
            for partial, reward in zip(fresh, rewards, strict=True)
        ]
        opened = [
            one for one in children if one.partial.done or len(one.partial.steps) < self.steps
        ]
        frontier = sorted([*others, *opened], key=lambda one: one.order)[: self.frontier]
        return Search(
            frontier=tuple(frontier),
            best=min([search.best, *children], key=lambda one: (not one.partial.done, one.order)),
            expansions=search.expansions + 1,
            rewards=search.rewards + len(fresh),
            abstained=search.abstained + sum(not usable(reward) for reward in rewards),
        )


def usable(reward: float | None) -> TypeGuard[float]:
    return reward is not None and math.isfinite(reward)


def check_bounds(k: int, frontier: int, expansions: int, steps: int) -> None:
    if min(k, frontier, expansions, steps) < 1:
        raise ValueError("k, frontier, expansions and steps must be at least 1")
