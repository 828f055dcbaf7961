"""From pairwise wins to a ranking: Bradley-Terry strengths, and Borda counts of the closure.

*Bradley-Terry* (1952): P(i beats j) = s_i / (s_i + s_j), fitted by Hunter's minorise-maximise steps
(2004). A prior of half a win in both directions against an average player keeps the strengths
finite where somebody won everything and connects pairs that never met.

*Borda of the closure* (Empirical-MCTS, arXiv 2602.04248): who beat somebody who beat a third also
beats the third; each candidate's count is how many it beats so less how many beat it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import networkx as nx

PRIOR = 0.5
ROUNDS = 200
CLOSE = 1e-9

Wins = Mapping[tuple[str, str], float]


def bradley_terry(names: Sequence[str], wins: Wins) -> dict[str, float]:
    """Strengths with mean 1. ``wins[i, j]`` is how often i beat j; a tie is half for each."""
    strength = dict.fromkeys(names, 1.0)
    won = {name: PRIOR + sum(wins.get((name, other), 0.0) for other in names) for name in names}
    for _ in range(ROUNDS):
        fresh = {}
        for i in names:
            expected = 2 * PRIOR / (strength[i] + 1.0)
            for j in names:
                games = wins.get((i, j), 0.0) + wins.get((j, i), 0.0) if i != j else 0.0
                if games:
                    expected += games / (strength[i] + strength[j])
            fresh[i] = won[i] / expected
        mean = sum(fresh.values()) / len(fresh) if fresh else 1.0
        fresh = {name: value / mean for name, value in fresh.items()}
        moved = max((abs(fresh[name] - strength[name]) for name in names), default=0.0)
        strength = fresh
        if moved < CLOSE:
            break
    return strength


def borda_of_closure(names: Sequence[str], wins: Wins) -> dict[str, float]:
    """In [0, 1]: 1 - (rank - 1) / (N - 1), the rank by beaten less beaten-by in the closure; equal
    counts share the mean of their ranks."""
    graph = nx.DiGraph()
    graph.add_nodes_from(names)
    for (i, j), times in wins.items():
        if times > wins.get((j, i), 0.0):
            graph.add_edge(i, j)
    closure = nx.transitive_closure(graph, reflexive=False)
    count = {
        name: sum(other != name for other in closure.successors(name))
        - sum(other != name for other in closure.predecessors(name))
        for name in names
    }
    if len(names) < 2:
        return dict.fromkeys(names, 1.0)
    ranks = {
        name: sum(count[other] > count[name] for other in names)
        + (sum(count[other] == count[name] for other in names) - 1) / 2
        for name in names
    }
    return {name: 1 - rank / (len(names) - 1) for name, rank in ranks.items()}
