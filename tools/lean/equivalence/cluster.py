"""Many statements into classes of the same meaning, with few proofs.

Statements with the same normal form come together first: one comparison each with the first of
their class. Then each class is compared with the others by one representative, most similar first;
a class that is found the same as an earlier one joins it. Sameness is taken as transitive, so
nothing is compared twice, and k statements of m meanings cost about k + m²/2 comparisons.

For a whole data set that is too much. There the classes are put into blocks by their ``shape``, and
compared within a block only, and only where their texts look ``alike``. Blocking never merges
anything, and it misses nothing: statements of other shapes are never found the same, whatever is
tried on them. ``alike`` can miss what is said in quite other words.
"""

from __future__ import annotations

from collections.abc import Hashable, Sequence

from networkx.utils import UnionFind
from pydantic import Field
from rapidfuzz import fuzz, process

from proofloop.core.model import Frozen
from proofloop.tools.lean.backend import LeanBackend
from proofloop.tools.lean.equivalence.compare import Comparer, Equivalence, Prover
from proofloop.tools.lean.equivalence.normal import Level, same_level
from proofloop.tools.lean.equivalence.scripts import shape
from proofloop.tools.lean.equivalence.subject import Subject, read_subjects

READ_AT_ONCE = 25


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
    alike: float | None = None,
) -> Clustering:
    """Classes of theorem headers (without proofs) read after ``header``; ``seconds`` as for one
    comparison. With ``alike``, classes of another normal form are compared only in their block, if
    their texts are that similar (0 to 1); without it all are, also those that can only be told
    apart. Raises InputError for a text that is not one theorem header, and LeanError."""
    subjects: list[Subject] = []
    for start in range(0, len(statements), READ_AT_ONCE):
        subjects += await read_subjects(lean, header, statements[start : start + READ_AT_ONCE])
    comparer = Comparer(lean, header, prover=prover, seconds=seconds)
    return await _Clusters(comparer, subjects, alike).run()


class _Clusters:
    def __init__(
        self, comparer: Comparer, subjects: Sequence[Subject], alike: float | None
    ) -> None:
        self._comparer, self._subjects, self._alike = comparer, subjects, alike
        self._good = [i for i, each in enumerate(subjects) if not each.fault]
        self._classes: UnionFind[int] = UnionFind(self._good)
        self._pairs: list[tuple[int, int, Equivalence]] = []

    async def run(self) -> Clustering:
        leaders: list[int] = []
        by_form: dict[tuple[Level, str], int] = {}
        for i in self._good:
            forms = self._subjects[i].forms.items()
            keys = [(level, form.text) for level, form in forms if not form.trivial]
            alike = [by_form[key] for key in keys if key in by_form]
            if not alike or not await self._joined(i, min(alike)):
                leaders.append(i)
                for key in keys:
                    by_form.setdefault(key, i)
        blocks: dict[Hashable, list[int]] = {}
        for i in leaders:
            block = blocks.setdefault(self._block(i), [])
            for j in self._nearest(i, block):
                if not self._same_form(i, j) and await self._joined(i, j):
                    break
            else:
                block.append(i)
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

    def _block(self, i: int) -> Hashable:
        return None if self._alike is None else shape(self._subjects[i])

    def _nearest(self, i: int, others: Sequence[int]) -> list[int]:
        """Those alike enough, the most similar first."""
        cutoff = 100 * (self._alike or 0.0)
        choices = {j: self._text(j) for j in others}
        found = process.extract(
            self._text(i), choices, scorer=fuzz.ratio, score_cutoff=cutoff, limit=None
        )
        return [j for _, _, j in found]

    def _text(self, i: int) -> str:
        return self._subjects[i].forms[Level.NOTATION].text
