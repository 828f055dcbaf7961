"""How well premises are found: recall on labelled queries, time of a query, size of the index.

    python benchmarks/premises.py [--fresh] [--misses]

The labels were written by hand from what the library has, most before the search was tried on
them. A query counts as found when one of its answers is among the first k; the answers are the
same fact under its names (Nat and Int, both directions), not its relatives.
"""

from __future__ import annotations

import argparse
import asyncio
import statistics
import tempfile
import time
from pathlib import Path

from platformdirs import user_cache_path
from rich.console import Console
from rich.table import Table

from proofloop.tools.lean.embedded.backend import EmbeddedLean
from proofloop.tools.lean.premises.index import PremiseIndex
from proofloop.tools.lean.premises.nearest import nearest
from proofloop.tools.lean.premises.store import open_index

WORDS = {
    "addition of natural numbers is commutative": "Nat.add_comm",
    "multiplication distributes over addition": "Nat.mul_add Nat.left_distrib Int.mul_add",
    "length of append": "List.length_append",
    "reverse of reverse is the list itself": "List.reverse_reverse",
    "divisibility is transitive": "Nat.dvd_trans Int.dvd_trans",
    "greatest common divisor is commutative": "Nat.gcd_comm Int.gcd_comm",
    "a number divides its product with another": "Nat.dvd_mul_left Nat.dvd_mul_right",
    "remainder is less than the divisor": "Nat.mod_lt Int.emod_lt_of_pos",
    "quotient times divisor plus remainder": "Nat.div_add_mod Nat.div_add_mod'",
    "every prime number is at least two": "Nat.Prime.two_le",
    "square is the product with itself": "Nat.pow_two Nat.pow_two'",
    "successor is not zero": "Nat.succ_ne_zero",
    "less or equal is antisymmetric": "Nat.le_antisymm Int.le_antisymm",
    "cancel addition on the left": "Nat.add_left_cancel Int.add_left_cancel",
    "map over append of lists": "List.map_append",
    "element of a filtered list": "List.mem_filter",
    "double negation": "Classical.not_not not_not",
    "excluded middle": "Classical.em",
    "contradiction by cases": "Classical.byContradiction Decidable.byContradiction",
    "maximum is commutative": "Nat.max_comm Int.max_comm",
    "absolute value of a negation": "Int.natAbs_neg",
    "power of zero exponent": "Nat.pow_zero Int.pow_zero",
    "subtracting itself gives zero": "Nat.sub_self Int.sub_self",
    "factorial of successor": "Nat.factorial_succ Nat.factorial",
}
# Written after the glossary, and never used to change it.
HELD_OUT = {
    "zero divides only zero": "Nat.zero_dvd Nat.eq_zero_of_zero_dvd Int.zero_dvd",
    "multiplication is associative": "Nat.mul_assoc Int.mul_assoc",
    "length of the reversed list": "List.length_reverse",
    "minimum is at most the left argument": "Nat.min_le_left Int.min_le_left",
    "integer negation of a sum": "Int.neg_add",
    "product of positive numbers is positive": "Nat.mul_pos Int.mul_pos",
    "strong induction": "Nat.strongRecOn",
    "taking no elements of a list": "List.take_zero",
    "sum over the range of a successor": "Finset.sum_range_succ",
    "modulus of a modulus": "Nat.mod_mod Int.emod_emod",
    "or is commutative": "Or.comm or_comm",
    "subtraction of a sum": "Nat.sub_add_eq Nat.sub_sub Int.sub_sub",
}
TYPES = {
    "a ∣ b → b ∣ c → a ∣ c": "Nat.dvd_trans Int.dvd_trans",
    "x + y = y + x": "Nat.add_comm Int.add_comm Rat.add_comm",
    "k ∣ m → k ∣ n → k ∣ m + n": "Nat.dvd_add Int.dvd_add",
    "n < n + 1": "Nat.lt_add_one Nat.lt_succ_self",
    "a * b = 0 ↔ a = 0 ∨ b = 0": "Nat.mul_eq_zero Int.mul_eq_zero",
    "(xs ++ ys).length = xs.length + ys.length": "List.length_append",
    "a ≤ b → b ≤ c → a ≤ c": "Nat.le_trans Int.le_trans",
    "(a + b) % n = (a % n + b % n) % n": "Nat.add_mod Int.add_emod",
    "¬(p ∧ q) ↔ ¬p ∨ ¬q": "Classical.not_and_iff_not_or_not Decidable.not_and_iff_not_or_not",
    "0 < a → 0 < b → 0 < a * b": "Nat.mul_pos Int.mul_pos",
    "m ^ (k + n) = m ^ k * m ^ n": "Nat.pow_add Int.pow_add",
    "¬¬p ↔ p": "Classical.not_not Decidable.not_not",
    "x ∈ a :: as ↔ x = a ∨ x ∈ as": "List.mem_cons",
    "a - b ≤ a": "Nat.sub_le",
    "gcd m n ∣ m": "Nat.gcd_dvd_left Int.gcd_dvd_left",
    "b ≠ 0 → a / b * b ≤ a": "Nat.div_mul_le_self Int.ediv_mul_le",
}
MISNAMED = {
    "Nat.add_com": "Nat.add_comm",
    "nat.mul_comm": "Nat.mul_comm",
    "Nat.dvd_transitive": "Nat.dvd_trans",
    "List.append_length": "List.length_append",
    "Nat.le.trans": "Nat.le_trans",
    "Nat.succ_neq_zero": "Nat.succ_ne_zero",
    "List.reverse_reverse_eq": "List.reverse_reverse",
    "Int.natAbs_negation": "Int.natAbs_neg",
    "Nat.gcd_commutative": "Nat.gcd_comm",
    "List.mem_filter_iff": "List.mem_filter",
    "Nat.mul_left_cancel_iff'": "Nat.mul_left_cancel_iff",
    "pow_succ_nat": "Nat.pow_succ",
}


def rank(found: list[str], answers: str) -> int | None:
    """The place of the first right answer, from 1."""
    wanted = set(answers.split())
    return next((place for place, name in enumerate(found, 1) if name in wanted), None)


def searched(index: PremiseIndex, query: str) -> list[str]:
    return [hit.premise.name for hit in index.search(query, 10)]


def named(index: PremiseIndex, query: str) -> list[str]:
    return [hit.premise.name for hit in nearest(index, query, 10)]


async def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--fresh", action="store_true", help="build the index anew, and time it")
    parser.add_argument("--misses", action="store_true", help="show what was found instead")
    options = parser.parse_args()
    cache = Path(tempfile.mkdtemp()) if options.fresh else user_cache_path("proofloop")
    start = time.perf_counter()
    async with EmbeddedLean() as lean:
        index = await open_index(lean, cache)
    opened = time.perf_counter() - start

    table = Table("queries", "number", "recall@1", "recall@5", "recall@10", "median ms")
    for title, queries, find in (
        ("English", WORDS, searched),
        ("English, held out", HELD_OUT, searched),
        ("types", TYPES, searched),
        ("wrong names", MISNAMED, named),
    ):
        ranks, times = [], []
        for query, answers in queries.items():
            absent = [name for name in answers.split() if index.get(name) is None]
            began = time.perf_counter()
            found = find(index, query)
            times.append(1000 * (time.perf_counter() - began))
            ranks.append(rank(found, answers))
            if options.misses and (ranks[-1] is None or len(absent) == len(answers.split())):
                print(f"{query}: wanted {answers} (absent: {absent}), got {found[:5]}")
        shares = (sum(1 for r in ranks if r and r <= k) / len(ranks) for k in (1, 5, 10))
        cells = (f"{share:.2f}" for share in shares)
        table.add_row(title, str(len(ranks)), *cells, f"{statistics.median(times):.1f}")
    Console().print(table)
    size = index.path.stat().st_size / 1e6
    print(f"{len(index):,} premises, {size:.1f} MB, {opened:.1f} s to open with Lean's start")


if __name__ == "__main__":
    asyncio.run(main())
