"""How well equivalence by proof tells statements apart, and what it costs.

    python benchmarks/equivalence.py [--seconds 5] [--limit N] [--out FILE]

On the pairs that ``equivalence_pairs.py`` made: how many of those with the same meaning are found
equivalent, by kind; whether any of those with different meanings is (it must be none); how many of
them are separated by values; Lean checks and seconds per pair. Then clustering: candidates for one
problem in a few meanings, and the comparisons it took against those of every pair.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
from collections import defaultdict
from pathlib import Path
from statistics import median
from typing import Any

from rich.console import Console
from rich.table import Table

from proofloop.tools.lean.embedded.backend import EmbeddedLean
from proofloop.tools.lean.equivalence.cluster import cluster
from proofloop.tools.lean.equivalence.compare import Comparer, Equivalence
from proofloop.tools.lean.equivalence.subject import Subject, read_subjects

PAIRS = Path(__file__).resolve().parent.parent / "tests/tools/lean/equivalence/pairs.jsonl"
BATCH = 60

# One problem, sixteen candidates, four meanings.
MEANINGS = (
    (
        "(n : ℕ) (h : Even n) : Even (n ^ 2)",
        "(m : ℕ) (h : 2 ∣ m) : 2 ∣ m ^ 2",
        ": ∀ n : ℕ, n % 2 = 0 → n ^ 2 % 2 = 0",
        "(n : ℕ) : ¬ Even (n ^ 2) → ¬ Even n",
    ),
    (
        "(n : ℕ) (h : Odd n) : Odd (n ^ 2)",
        "(n : ℕ) : n % 2 = 1 → n ^ 2 % 2 = 1",
        "(k : ℕ) (h : ¬ Even k) : ¬ Even (k ^ 2)",
        "(n : ℕ) (h : Odd n) : Odd (n * n)",
    ),
    (
        "(n : ℤ) (h : Even n) : Even (n ^ 2)",
        "(n : ℤ) : 2 ∣ n → 2 ∣ n ^ 2",
        "(x : ℤ) (h : x % 2 = 0) : x ^ 2 % 2 = 0",
        "(n : ℤ) (h : ∃ k, n = 2 * k) : Even (n ^ 2)",
    ),
    (
        "(n : ℕ) (h : Even n) : 4 ∣ n ^ 2",
        "(m : ℕ) : 2 ∣ m → 4 ∣ m * m",
        "(n : ℕ) (h : n % 2 = 0) : n ^ 2 % 4 = 0",
        "(k : ℕ) (h : ¬ 4 ∣ k ^ 2) : ¬ Even k",
    ),
)


async def compare_all(
    lean: EmbeddedLean, pairs: list[dict[str, Any]], seconds: float
) -> list[tuple[dict[str, Any], Equivalence]]:
    results = []
    for header in dict.fromkeys(pair["header"] for pair in pairs):
        some = [pair for pair in pairs if pair["header"] == header]
        comparer = Comparer(lean, header, seconds=seconds)
        for start in range(0, len(some), BATCH):
            batch = some[start : start + BATCH]
            texts = [pair[side] for pair in batch for side in ("a", "b")]
            subjects: list[Subject] = await read_subjects(lean, header, texts)
            for i, pair in enumerate(batch):
                found = await comparer.compare(subjects[2 * i], subjects[2 * i + 1])
                results.append((pair, found))
                print(pair["id"], found.verdict, f"{found.seconds:.1f} s", file=sys.stderr)
    return results


def print_kinds(results: list[tuple[dict[str, Any], Equivalence]]) -> None:
    for same, title in ((True, "same meaning"), (False, "another meaning")):
        groups = defaultdict(list)
        for pair, found in results:
            if pair["same"] == same:
                groups[pair["kind"]].append(found)
        table = Table("kind", "pairs", "equivalent", "different", "unknown", "checks", title=title)
        everything = [found for group in groups.values() for found in group]
        for kind, group in [*sorted(groups.items()), ("all", everything)]:
            counts = [sum(each.verdict == verdict for each in group) for verdict in VERDICTS]
            checks = f"{median(each.checks for each in group):g}" if group else ""
            table.add_row(kind, str(len(group)), *map(str, counts), checks)
        Console().print(table)
        levels: dict[str, int] = defaultdict(int)
        for each in everything:
            if each.verdict == "equivalent" and each.level is not None:
                levels[each.level.name.lower()] += 1
        print("equivalent, by level:", dict(levels))
        if everything:
            print(f"seconds a pair: median {median(each.seconds for each in everything):.2f},")
            print(f"  mean {sum(each.seconds for each in everything) / len(everything):.2f}")


VERDICTS = ("equivalent", "different", "unknown")


async def print_clusters(lean: EmbeddedLean, seconds: float) -> None:
    texts = [f"theorem t {text}" for group in zip(*MEANINGS, strict=True) for text in group]
    found = await cluster(lean, "import Proofloop\nopen Nat\n", texts, seconds=seconds)
    pairs = len(texts) * (len(texts) - 1) // 2
    print(
        f"clustering: {len(texts)} statements of {len(MEANINGS)} meanings gave"
        f" {len(found.clusters)} clusters {[list(each) for each in found.clusters]}, with"
        f" {found.comparisons} comparisons of {pairs} and {found.checks} Lean checks"
    )


def print_faults(results: list[tuple[dict[str, Any], Equivalence]]) -> None:
    """What is wrong, and what is missed among the pairs of the same meaning."""
    for pair, found in results:
        wrong = found.verdict == ("different" if pair["same"] else "equivalent")
        if wrong or (pair["same"] and found.verdict != "equivalent"):
            print(
                f"{'WRONG' if wrong else 'missed'} {pair['id']} of {pair['source']}: {found.note}"
            )


async def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=10.0, help="of each direction")
    parser.add_argument("--limit", type=int, default=None, help="only every N-th pair")
    parser.add_argument("--out", type=Path, default=None, help="results as JSON lines")
    options = parser.parse_args()
    pairs = [json.loads(line) for line in PAIRS.read_text().splitlines()][:: options.limit]
    async with EmbeddedLean(workers=1) as lean:
        results = await compare_all(lean, pairs, options.seconds)
        print_kinds(results)
        print_faults(results)
        await print_clusters(lean, options.seconds)
    if options.out:
        with options.out.open("w") as file:
            for pair, found in results:
                line = {"pair": pair["id"], **found.model_dump(mode="json")}
                file.write(json.dumps(line, ensure_ascii=False) + "\n")


if __name__ == "__main__":
    asyncio.run(main())
