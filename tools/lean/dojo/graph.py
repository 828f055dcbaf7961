"""The premise graph of a trace: who uses whom, what was at hand where, what is used most.

Nodes are constants (``file``, ``module``, ``position``, ``kind``, ``code``, ``theorem``: whether
its uses were traced); an edge goes from a theorem to each premise that its text names. Beside it
stands the graph of imports among files.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import networkx as nx

from proofloop.core.errors import InputError
from proofloop.tools.lean.dojo.data import Definition, Position, Trace, TracedTheorem, module_of
from proofloop.tools.lean.premises.premise import Hit
from proofloop.tools.lean.premises.retrieve import PremiseSource


class PremiseGraph:
    """Built once from a trace; ``uses`` and ``imports`` are ordinary networkx graphs."""

    def __init__(self, trace: Trace) -> None:
        self.uses: nx.DiGraph[str] = nx.DiGraph()
        self.imports: nx.DiGraph[str] = nx.DiGraph()
        self._definitions: dict[str, tuple[Definition, ...]] = {}
        for file in trace.files:
            self._definitions[file.path] = file.definitions
            self.imports.add_node(file.path)
            self.imports.add_edges_from((file.path, other) for other in file.imports)
            for item in file.definitions:
                self._add(item.name, file.path, item.start, kind=item.kind, code=item.code)
        for theorem in trace.theorems:
            self._add_theorem(theorem)

    def premises_of(self, name: str) -> list[str]:
        """What a theorem uses directly, in the order of its text."""
        return list(self.uses.successors(self._known(name)))

    def all_premises_of(self, name: str) -> set[str]:
        """What it rests on, through the theorems that were traced."""
        return set(nx.descendants(self.uses, self._known(name)))

    def users_of(self, name: str) -> list[str]:
        """Who uses it directly."""
        return list(self.uses.predecessors(self._known(name)))

    def accessible(self, file: str, position: Position) -> list[str]:
        """What could be used at a place: all that its file defines before it, and all that the
        files it imports define, directly or through others (ReProver's accessible premises,
        arXiv 2306.15626, section 4.2). Raises InputError for a file that was not traced."""
        if file not in self._definitions:
            raise InputError("is not a traced file", file=file)
        before = [item.name for item in self._definitions[file] if item.end <= position]
        imported = nx.descendants(self.imports, file)
        others = (self._definitions.get(path, ()) for path in sorted(imported))
        return before + [item.name for items in others for item in items]

    def most_used(self, k: int = 10) -> list[tuple[str, int]]:
        """The premises that most theorems use, with their number; ties by name."""
        ranked = sorted(self.uses.in_degree, key=lambda item: (-item[1], item[0]))
        return [(name, count) for name, count in ranked[:k] if count]

    def weight(self, name: str) -> float:
        """How much more readily a premise is named for being used: 1 for one that no traced
        theorem uses, and 1 more for every tenfold of users."""
        count = self.uses.in_degree(name) if name in self.uses else 0
        return 1.0 + math.log10(1 + count)

    def _add(self, name: str, file: str, position: Position | None, **facts: str) -> None:
        known = {"file": file, "module": module_of(file), "position": position, **facts}
        if name not in self.uses:
            self.uses.add_node(name, theorem=False)
        self.uses.nodes[name].update(known)

    def _add_theorem(self, theorem: TracedTheorem) -> None:
        if "file" not in self.uses.nodes.get(theorem.name, {}):
            self._add(theorem.name, theorem.file, theorem.start)
        self.uses.nodes[theorem.name]["theorem"] = True
        for use in theorem.uses:
            if use.name == theorem.name:
                continue
            if use.name not in self.uses:
                self._add(use.name, use.file, use.position)
            self.uses.add_edge(theorem.name, use.name)

    def _known(self, name: str) -> str:
        if name not in self.uses:
            raise InputError(f"{name} is not in the premise graph")
        return name


class GraphBoosted:
    """A PremiseSource whose scores are raised for premises that traced proofs use often."""

    def __init__(self, source: PremiseSource, graph: PremiseGraph) -> None:
        self._source, self._graph = source, graph

    async def search(self, text: str, k: int = 10, *, kinds: Sequence[str] = ()) -> list[Hit]:
        hits = await self._source.search(text, 4 * k, kinds=kinds)
        boosted = [
            hit.model_copy(update={"score": hit.score * self._graph.weight(hit.premise.name)})
            for hit in hits
        ]
        return sorted(boosted, key=lambda hit: (-hit.score, hit.premise.name))[:k]

    def nearest(self, name: str, k: int = 5) -> list[Hit]:
        return self._source.nearest(name, k)
