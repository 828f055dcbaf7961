"""Satisfiability of clause sets: conflict-driven clause learning with two watched literals
(Marques-Silva and Sakallah 1999; Moskewicz et al., Chaff, 2001).

What it finds is only a guess for Lean to check, so nothing rests on it; a solver of its own keeps
a compiled dependency out for formulas of some hundred variables.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

Clause = list[int]
MOST_CONFLICTS = 4000
FADING = 1.05  # how much more a newer conflict counts


class GaveUp(Exception):
    """More conflicts than ``MOST_CONFLICTS``."""


def solve(clauses: Iterable[Iterable[int]]) -> dict[int, bool] | None:
    """Values of the variables (positive numbers; a negative one is a negation) with which every
    clause holds; None where there are none. Raises GaveUp."""
    solver = _Solver()
    for clause in clauses:
        if not solver.add(sorted(set(clause), key=lambda literal: (abs(literal), literal))):
            return None
    return solver.run()


class _Solver:
    def __init__(self) -> None:
        self.true: set[int] = set()  # literals
        self.trail: list[int] = []
        self.head = 0
        self.level: dict[int, int] = {}
        self.reason: dict[int, Clause | None] = {}
        self.starts: list[int] = []  # where on the trail each decision stands
        self.watches: defaultdict[int, list[Clause]] = defaultdict(list)
        self.activity: dict[int, float] = {}
        self.weight = 1.0

    def add(self, clause: Clause) -> bool:
        """False where the clauses contradict each other by units alone."""
        for literal in clause:
            self.activity[abs(literal)] = self.activity.get(abs(literal), 0.0) + 1 / len(clause)
        if any(-literal in clause for literal in clause):
            return True
        if len(clause) > 1:
            for literal in clause[:2]:
                self.watches[literal].append(clause)
        elif not clause or -clause[0] in self.true:
            return False
        elif clause[0] not in self.true:
            self.assign(clause[0], None)
        return True

    def run(self) -> dict[int, bool] | None:
        conflicts = 0
        while True:
            conflict = self.propagate()
            if conflict is not None:
                conflicts += 1
                if not self.starts:
                    return None
                if conflicts > MOST_CONFLICTS:
                    raise GaveUp
                self.learn(*self.analysed(conflict))
                continue
            free = [name for name in self.activity if name not in self.level]
            if not free:
                return {abs(literal): literal > 0 for literal in self.trail}
            self.starts.append(len(self.trail))
            # False first: few things are so and little happens in a small world.
            self.assign(-max(free, key=lambda name: (self.activity[name], -name)), None)

    def assign(self, literal: int, reason: Clause | None) -> None:
        self.true.add(literal)
        self.trail.append(literal)
        self.level[abs(literal)] = len(self.starts)
        self.reason[abs(literal)] = reason

    def propagate(self) -> Clause | None:
        """All units; a clause that fails, if one does."""
        while self.head < len(self.trail):
            false = -self.trail[self.head]
            self.head += 1
            watching = self.watches[false]
            kept = self.watches[false] = []
            for place, clause in enumerate(watching):
                if clause[0] == false:
                    clause[0], clause[1] = clause[1], clause[0]
                if clause[0] in self.true:
                    kept.append(clause)
                    continue
                for other in range(2, len(clause)):
                    if -clause[other] not in self.true:
                        clause[1], clause[other] = clause[other], clause[1]
                        self.watches[clause[1]].append(clause)
                        break
                else:
                    kept.append(clause)
                    if -clause[0] in self.true:
                        kept += watching[place + 1 :]
                        return clause
                    self.assign(clause[0], clause)
        return None

    def analysed(self, conflict: Clause) -> tuple[Clause, int]:
        """A clause that follows, with one literal of the present level, which is its first (the
        first unique implication point); and the highest level of the others."""
        seen: set[int] = set()
        learnt: Clause = []
        reason, place, open_ = conflict, len(self.trail), 0
        while True:
            for literal in reason:
                name = abs(literal)
                if name in seen or not self.level[name]:
                    continue
                seen.add(name)
                self.activity[name] += self.weight
                if self.level[name] == len(self.starts):
                    open_ += 1
                else:
                    learnt.append(literal)
            place -= 1
            while abs(self.trail[place]) not in seen:
                place -= 1
            open_ -= 1
            found = self.trail[place]
            if not open_:
                break
            reason = self.reason[abs(found)] or []
        self.weight *= FADING
        learnt.sort(key=lambda literal: -self.level[abs(literal)])
        return [-found, *learnt], self.level[abs(learnt[0])] if learnt else 0

    def learn(self, clause: Clause, level: int) -> None:
        back = self.starts[level]
        for literal in self.trail[back:]:
            self.true.discard(literal)
            del self.level[abs(literal)]
        del self.trail[back:], self.starts[level:]
        self.head = back
        if len(clause) > 1:
            for literal in clause[:2]:
                self.watches[literal].append(clause)
        self.assign(clause[0], clause)
