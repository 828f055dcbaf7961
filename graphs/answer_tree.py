"""A tree of whole answers, valued by comparisons of children with their parents.

The tree of Empirical-MCTS (arXiv 2602.04248). A child's local value is e^Sc / (e^Sc + e^Sp) by the
scores that a judge gave it and its parent side by side; who won is an edge between them. The
global value of every node is the Borda count of the transitive closure of all edges, in [0, 1].
Q = 10 (alpha global + (1 - alpha) local), and flows up: in reverse order of creation
Q(p) <- (1 - gamma) Q(p) + gamma Q(c). The node to expand is, of those with fewer than
``CHILDREN``, that of the highest Q + C sqrt(ln(N_parent + 1) / (N + 1e-5)).

Left open by the paper and chosen here: a node's visits N are itself and all its descendants, the
root counts as its own parent, equal scores make no edge, and equal counts share the mean of their
ranks. With scores of 1 to 10 the local value saturates: two points apart are 0.88, five 0.993.
"""

from __future__ import annotations

import math
import random
from collections.abc import Sequence

from proofloop.core.model import Frozen
from proofloop.graphs.selectors.pairwise import borda_of_closure

ALPHA, GAMMA, EXPLORATION = 0.9, 0.1, 1.4
SCALE = 10.0
CHILDREN = 2


class Answer(Frozen):
    """``guidance`` is the meta-prompt that its children are written under; ``scores`` are its own
    and its parent's, None for the root and where the judge abstained."""

    content: str
    parent: int | None = None
    guidance: str = ""
    scores: tuple[float, float] | None = None

    @property
    def local(self) -> float:
        if self.scores is None:
            return 0.5
        own, parents = self.scores
        return 1 / (1 + math.exp(parents - own))


class AnswerTree(Frozen):
    """``answers`` in the order of their creation, the root first; a node is its place there."""

    answers: tuple[Answer, ...]

    def with_child(self, child: Answer) -> AnswerTree:
        return AnswerTree(answers=(*self.answers, child))

    def children(self, node: int) -> int:
        return sum(answer.parent == node for answer in self.answers)

    def visits(self) -> list[int]:
        counts = [1] * len(self.answers)
        for node, answer in reversed(list(enumerate(self.answers))):
            if answer.parent is not None:
                counts[answer.parent] += counts[node]
        return counts

    def ranks(self) -> list[float]:
        """The global values."""
        wins: dict[tuple[str, str], float] = {}
        for node, answer in enumerate(self.answers):
            if answer.parent is None or answer.scores is None:
                continue
            own, parents = answer.scores
            if own != parents:
                pair = (node, answer.parent) if own > parents else (answer.parent, node)
                wins[str(pair[0]), str(pair[1])] = 1.0
        found = borda_of_closure([str(node) for node in range(len(self.answers))], wins)
        return list(found.values())

    def values(self, alpha: float = ALPHA) -> list[float]:
        """alpha global + (1 - alpha) local, in [0, 1]: what the best answer has most of."""
        return [
            alpha * rank + (1 - alpha) * answer.local
            for rank, answer in zip(self.ranks(), self.answers, strict=True)
        ]

    def flowed(self, values: Sequence[float], gamma: float = GAMMA) -> list[float]:
        """Q after every node has had its share of its children's."""
        found = [SCALE * value for value in values]
        for node, answer in reversed(list(enumerate(self.answers))):
            if answer.parent is not None:
                found[answer.parent] = (1 - gamma) * found[answer.parent] + gamma * found[node]
        return found

    def bounds(self, exploration: float = EXPLORATION) -> list[float]:
        """The upper confidence bound of every node."""
        visits = self.visits()
        return [
            q + exploration * math.sqrt(math.log(visits[self.parent(node)] + 1) / (own + 1e-5))
            for node, (q, own) in enumerate(zip(self.flowed(self.values()), visits, strict=True))
        ]

    def to_expand(self, rng: random.Random) -> int:
        """The open node of the highest bound, of equals one drawn from ``rng``."""
        bounds = self.bounds()
        opened = [node for node in range(len(self.answers)) if self.children(node) < CHILDREN]
        return max(opened, key=lambda node: (bounds[node], rng.random()))

    def parent(self, node: int) -> int:
        parent = self.answers[node].parent
        return node if parent is None else parent
