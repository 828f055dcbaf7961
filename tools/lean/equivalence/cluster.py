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

import asyncio
from collections.abc import Callable, Hashable, Sequence

from networkx.utils import UnionFind
from pydantic import Field
from rapidfuzz import fuzz, process

from proofloop.core.model import Frozen
from proofloop.tools.lean.backend import LeanBackend
from proofloop.tools.lean.equivalence.compare import Comparer, Equivalence, Prover
from proofloop.tools.lean.equivalence.normal import Level, same_level
from proofloop.tools.lean.equivalence.scripts import shape
from proofloop.tools.lean.equivalence.subject import Subject, all_of, read_subjects

OnStep = Callable[[str, int, int], None]


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
    seconds: float = 60.0,
    alike: float | None = None,
    on_step: OnStep | None = None,
) -> Clustering:
    """Classes of theorem headers (without proofs) read after ``header``; ``seconds`` as for one
    comparison. Without ``alike`` all classes are compared, also those that can only be told apart.
    With it they are compared only in their block, if their texts are that similar (0 to 1), and
    only for whether they say the same. ``on_step`` is told what is done ("read", "compared"), how
    often by now, and how often at the most. Raises InputError for a text that is not one theorem
    header, and LeanError."""

    def told(kind: str, most: int) -> Callable[[int], None]:
        return lambda done: on_step(kind, done, most) if on_step else None

    subjects = await read_subjects(lean, header, statements, told("read", len(statements)))

    def comparer() -> Comparer:
        return Comparer(lean, header, prover=prover, seconds=seconds)

    return await _Clusters(comparer, subjects, alike, lean.workers, on_step).run()


class _Clusters:
    """What shares no normal form, and later no block, is compared at the same time."""

    def __init__(
        self,
        comparer: Callable[[], Comparer],
        subjects: Sequence[Subject],
        alike: float | None,
        workers: int,
        on_step: OnStep | None,
    ) -> None:
        self._comparer, self._subjects, self._alike = comparer, subjects, alike
        self._good = [i for i, each in enumerate(subjects) if not each.fault]
        self._classes: UnionFind[int] = UnionFind(self._good)
        self._pairs: list[tuple[int, int, Equivalence]] = []
        self._slots = asyncio.Semaphore(workers)
        self._on_step, self._most = on_step, 0

    async def run(self) -> Clustering:
        families = self._families()
        self._most = sum(len(family) - 1 for family in families)
        found = await all_of(self._leaders(family) for family in families)
        blocks: dict[Hashable, list[int]] = {}
        for i in sorted(leader for leaders in found for leader in leaders):
            blocks.setdefault(self._block(i), []).append(i)
        self._most = len(self._pairs) + sum(map(self._candidates, blocks.values()))
        await all_of(self._join(block) for block in blocks.values())
        classes = [tuple(sorted(each)) for each in self._classes.to_sets()]
        return Clustering(
            clusters=tuple(sorted(classes, key=lambda each: (-len(each), each))),
            faulty={i: each.fault for i, each in enumerate(self._subjects) if each.fault},
            pairs=tuple(sorted(self._pairs, key=lambda pair: (pair[1], pair[0]))),
            checks=sum(found.checks for _, _, found in self._pairs),
        )

    def _families(self) -> list[list[int]]:
        """Statements that a chain of shared normal forms joins."""
        joined: UnionFind[Hashable] = UnionFind()
        for i in self._good:
            joined.union(i, *self._keys(i))
        sets = [sorted(i for i in each if isinstance(i, int)) for each in joined.to_sets()]
        return sorted(sets)

    def _keys(self, i: int) -> list[tuple[Level, str]]:
        forms = self._subjects[i].forms.items()
        return [(level, form.text) for level, form in forms if not form.trivial]

    async def _leaders(self, family: Sequence[int]) -> list[int]:
        """Those that are not found the same as an earlier one of their normal form."""
        comparer = self._comparer()
        leaders: list[int] = []
        by_form: dict[tuple[Level, str], int] = {}
        for i in family:
            keys = self._keys(i)
            alike = [by_form[key] for key in keys if key in by_form]
            if not alike or not await self._joined(comparer, i, min(alike)):
                leaders.append(i)
                for key in keys:
                    by_form.setdefault(key, i)
        return leaders

    async def _join(self, block: Sequence[int]) -> None:
        comparer = self._comparer()
        earlier: list[int] = []
        for i in block:
            for j in self._nearest(i, earlier):
                if await self._joined(comparer, i, j):
                    break
            else:
                earlier.append(i)

    def _candidates(self, block: Sequence[int]) -> int:
        """How many pairs are compared if none is found the same."""
        return sum(len(self._nearest(i, block[:place])) for place, i in enumerate(block))

    async def _joined(self, comparer: Comparer, i: int, j: int) -> bool:
        compare = comparer.compare if self._alike is None else comparer.same
        async with self._slots:
            found = await compare(self._subjects[j], self._subjects[i])
        self._pairs.append((j, i, found))
        if found.verdict == "equivalent":
            self._classes.union(j, i)
        if self._on_step is not None:
            self._on_step("compared", len(self._pairs), max(self._most, len(self._pairs)))
        return found.verdict == "equivalent"

    def _same_form(self, i: int, j: int) -> bool:
        return same_level(self._subjects[i].forms, self._subjects[j].forms) is not None

    def _block(self, i: int) -> Hashable:
        return None if self._alike is None else shape(self._subjects[i])

    def _nearest(self, i: int, others: Sequence[int]) -> list[int]:
        """Those alike enough and of another normal form, the most similar first."""
        cutoff = 100 * (self._alike or 0.0)
        choices = {j: self._text(j) for j in others if not self._same_form(i, j)}
        found = process.extract(
            self._text(i), choices, scorer=fuzz.ratio, score_cutoff=cutoff, limit=None
        )
        return [j for _, _, j in found]

    def _text(self, i: int) -> str:
        return self._subjects[i].forms[Level.NOTATION].text
