"""Many statements into classes of the same meaning, with few proofs.

Statements with the same normal form come together first: one comparison each with the first of
their class. Then each class is compared with the others by one representative, most similar first;
a class that is found the same as an earlier one joins it. Sameness is taken as transitive, so
nothing is compared twice, and k statements of m meanings cost about k + m²/2 comparisons. For a
whole data set that is too much: there only classes that look ``alike`` are compared.
"""

from __future__ import annotations

from collections.abc import Sequence

from networkx.utils import UnionFind
from pydantic import Field
from rapidfuzz import fuzz

from proofloop.core.model import Frozen
from proofloop.tools.lean.backend import LeanBackend
from proofloop.tools.lean.equivalence.compare import Comparer, Equivalence, Prover
from proofloop.tools.lean.equivalence.normal import Level, same_level
from proofloop.tools.lean.equivalence.subject import Subject, read_subjects

READ_AT_ONCE = 50


class Clustering(Frozen):
    """``clusters``: positions of the statements, each class in order, classes by size and then by
    first member. ``faulty`` are those that are no good Lean, with the reason; they are in no
    class. ``pairs`` are the comparisons made, ``comparisons`` how many, ``checks`` the Lean checks
    they took."""

    clusters: tuple[tuple[int, ...], ...]
    faulty: dict[int, str] = Field(default_factory=dict)
    pairs: tuple[tuple[int, int, Equivalence], ...] = ()
    checks: int = 0

    @property
    def comparisons(self) -> int:
        return len(self.pairs)


async def cluster(
    lean: LeanBackend,
    header: str,
    statements: Sequence[str],
    *,
    prover: Prover | None = None,
    seconds: float = 10.0,
    alike: float = 0.0,
) -> Clustering:
    """Classes of theorem headers (without proofs) read after ``header``; ``seconds`` as for one
    comparison. Classes of another normal form whose texts are less than ``alike`` (0 to 1: similar)
    are not compared and stay apart. Raises InputError for a text that is not one theorem header,
    and LeanError."""
    subjects: list[Subject] = []
    for start in range(0, len(statements), READ_AT_ONCE):
        subjects += await read_subjects(lean, header, statements[start : start + READ_AT_ONCE])
    comparer = Comparer(lean, header, prover=prover, seconds=seconds)
    return await _Clusters(comparer, subjects, alike).run()


class _Clusters:
    def __init__(self, comparer: Comparer, subjects: Sequence[Subject], alike: float) -> None:
        self._comparer, self._subjects, self._alike = comparer, subjects, alike
        self._good = [i for i, each in enumerate(subjects) if not each.fault]
        self._classes: UnionFind[int] = UnionFind(self._good)
        self._pairs: list[tuple[int, int, Equivalence]] = []

    async def run(self) -> Clustering:
        leaders: list[int] = []
        for i in self._good:
            alike = [j for j in leaders if self._same_form(i, j)]
            if not alike or not await self._joined(i, alike[0]):
                leaders.append(i)
        kept: list[int] = []
        for i in leaders:
            for j in self._nearest(i, kept):
                if not self._same_form(i, j) and await self._joined(i, j):
                    break
            else:
                kept.append(i)
        classes = [tuple(sorted(each)) for each in self._classes.to_sets()]
        return Clustering(
            clusters=tuple(sorted(classes, key=lambda each: (-len(each), each))),
            faulty={i: each.fault for i, each in enumerate(self._subjects) if each.fault},
            pairs=tuple(self._pairs),
            checks=sum(found.checks for _, _, found in self._pairs),
        )

    async def _joined(self, i: int, j: int) -> bool:
        found = await self._comparer.compare(self._subjects[j], self._subjects[i])
        self._pairs.append((j, i, found))
        if found.verdict == "equivalent":
            self._classes.union(j, i)
        return found.verdict == "equivalent"

    def _same_form(self, i: int, j: int) -> bool:
        return same_level(self._subjects[i].forms, self._subjects[j].forms) is not None

    def _nearest(self, i: int, others: Sequence[int]) -> list[int]:
        """Those alike enough, the most similar first."""
        similar = {j: self._similarity(i, j) for j in others}
        return sorted((j for j in others if similar[j] >= self._alike), key=lambda j: -similar[j])

    def _similarity(self, i: int, j: int) -> float:
        a, b = (self._subjects[each].forms[Level.NOTATION].text for each in (i, j))
        return float(fuzz.ratio(a, b)) / 100
