"""Names that do not exist, and the nearest that do.

Models misremember names in a few ways: a letter or two, the namespace, the order of the parts, a
dot where there is an underscore, Lean 3's lower case. A candidate is measured by each of these,
and its best measure counts.
"""

from __future__ import annotations

import re
from functools import lru_cache

from rapidfuzz import fuzz, process
from rapidfuzz.distance import DamerauLevenshtein

from proofloop.tools.lean.premises.index import PremiseIndex
from proofloop.tools.lean.premises.premise import Hit

POOL = 60  # candidates of each cheap measure, which then meet all of them
CUTOFF = 50.0  # of a cheap measure, in percent
LEAST = 0.6  # what is less alike than this is no suggestion


def nearest(index: PremiseIndex, name: str, k: int = 5) -> list[Hit]:
    """At most ``k`` existing names like ``name``, best first, with scores in [0, 1]. A name that
    exists is its own nearest, with 1. Deprecated names stand behind what replaces them."""
    name = name.strip().strip("`'«»").removeprefix("_root_.")
    if not name:
        return []
    scored = {candidate: likeness(name, candidate) for candidate in pool(name, index)}
    found = []
    for candidate, score in scored.items():
        premise = index.get(candidate)
        if premise is None or score < LEAST:
            continue
        if premise.deprecated and candidate != name:
            score *= 0.9
        found.append(Hit(premise=premise, score=round(score, 4)))
    return sorted(found, key=lambda hit: (-hit.score, len(hit.premise.name), hit.premise.name))[:k]


def pool(name: str, index: PremiseIndex) -> set[str]:
    """What could be near: alike as a whole, alike without the namespaces, or of the same parts."""
    names = index.names()
    wholes, lasts = flattened(names)
    plain, last = flat(name), flat(name.rpartition(".")[2])
    found: set[str] = set()
    for query, choices, scorer in (
        (plain, wholes, fuzz.ratio),
        (last, lasts, fuzz.ratio),
        (plain, wholes, fuzz.token_sort_ratio),
    ):
        best = process.extract(query, choices, scorer=scorer, limit=POOL, score_cutoff=CUTOFF)
        found.update(names[place] for _, _, place in best)
    return found


@lru_cache(maxsize=4)
def flattened(names: tuple[str, ...]) -> tuple[list[str], list[str]]:
    """All names, and all without their namespaces, as ``flat`` has them."""
    return [flat(name) for name in names], [flat(name.rpartition(".")[2]) for name in names]


def likeness(name: str, candidate: str) -> float:
    """How alike two names are, in [0, 1]; 1 for equal ones only."""
    if name == candidate:
        return 1.0
    space, _, last = name.rpartition(".")
    other_space, _, other_last = candidate.rpartition(".")
    same_space = flat(space) == flat(other_space)
    whole = DamerauLevenshtein.normalized_similarity(flat(name), flat(candidate))
    inner = DamerauLevenshtein.normalized_similarity(flat(last), flat(other_last))
    parts = fuzz.token_sort_ratio(flat(name), flat(candidate)) / 100
    # Another namespace is a mistake of its own, the more so where one was named.
    moved = inner * (1.0 if same_space else 0.93 if not space else 0.88)
    return min(0.99, max(whole, moved, 0.95 * parts))


def flat(name: str) -> str:
    """The words of a name, parted by spaces: dots, underscores and case do not count."""
    return re.sub(r"[._\s]+", " ", name).strip().lower()
