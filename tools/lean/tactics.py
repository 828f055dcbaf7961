"""Core Lean's automation as data: what to try on a goal, and when it can apply.

The order of the list is the order of the race: cheap and often successful first. Costs are the
seconds that a failing try typically takes on the embedded Lean.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from proofloop.tools.lean.shape import Shape

Applies = Callable[[Shape], bool]


def always(shape: Shape) -> bool:
    return True


def mentions(*words: str) -> Applies:
    return lambda shape: shape.mentions(*words)


def has_inner(shape: Shape) -> bool:
    return "∀" in shape.claim or "→" in shape.claim


def has_arguments(shape: Shape) -> bool:
    return bool(shape.outer)


def closed(shape: Shape) -> bool:
    return not shape.outer


def bits(shape: Shape) -> bool:
    return shape.mentions("BitVec", "UInt", "Bool", "&&&", "|||", "^^^")


@dataclass(frozen=True)
class Tactic:
    """``script`` is a tactic block. ``{n}`` in it stands for a variable over ℕ (one try for each),
    ``{all}`` for the names bound before the colon. A ``search`` tactic proposes a proof in a
    message (``Try this: ...``), which is checked in its place."""

    name: str
    script: str
    cost: float
    applies: Applies = always
    search: bool = False


@dataclass(frozen=True)
class Attempt:
    """A tactic made concrete for one theorem."""

    name: str
    script: str
    cost: float
    search: bool = False


FINISH = "first | omega | grind | simp_all"

# On the 166 problems of miniF2F that core Lean can state, `rfl`, `omega` and `grind` alone prove
# nearly all of what single tactics prove here, so they come first.
TACTICS: tuple[Tactic, ...] = (
    Tactic("rfl", "rfl", 0.01),
    Tactic("omega", "omega", 0.05),
    Tactic("grind", "grind", 0.2),
    Tactic("decide", "decide", 0.02, closed),
    Tactic("decide_kernel", "decide +kernel", 0.05, closed),
    Tactic("revert_decide", "revert {all}; decide +kernel", 0.05, has_arguments),
    Tactic("simp", "simp", 0.02),
    Tactic("simp_all", "simp_all", 0.03, has_arguments),
    Tactic("simp_arith_all", "simp_all +arith", 0.04, has_arguments),
    Tactic("subst_simp", "subst_vars; simp", 0.03, has_arguments),
    Tactic("norm_cast", "norm_cast", 0.02, mentions("↑", ": ℤ)", ": ℚ)", ": Int)", ": Rat)")),
    Tactic("ac_rfl", "ac_rfl", 0.02, mentions("+", "*", "∧", "∨", "max", "min")),
    Tactic("bv_decide", "bv_decide", 0.1, bits),
    Tactic("intros_omega", "intros; omega", 0.06, has_inner),
    Tactic("intros_decide", "intros; decide", 0.05, has_inner),
    Tactic("intros_grind", "intros; grind", 0.2, has_inner),
    Tactic("constructor", f"constructor <;> intros <;> {FINISH}", 0.4, mentions("∧", "↔")),
    Tactic("induction_simp", "induction {n} <;> simp_all", 0.1),
    Tactic("induction_omega", "induction {n} <;> simp_all <;> omega", 0.2),
    Tactic("induction_grind", "induction {n} <;> grind", 0.4),
    Tactic(
        "induction_sum",
        "induction {n} with\n"
        "| zero => simp\n"
        "| succ n ih => simp_all [List.range_succ, Nat.mul_add, Nat.add_mul] <;> grind",
        0.4,
        mentions("range", "∑", "∏", "sum"),
    ),
    Tactic("cases_grind", "cases {n} <;> grind", 0.4),
    Tactic("ext_grind", "ext <;> simp <;> grind", 0.3, mentions("List", "Array", "Set", "fun")),
    Tactic("exact?", "exact?", 0.9, search=True),
    Tactic("try?", "try?", 0.3, search=True),
    # Evaluates powers, however large: may take the worker with it.
    Tactic("simp_omega", "simp at *; omega", 0.1, has_arguments),
)


def attempts(shape: Shape, tactics: tuple[Tactic, ...] = TACTICS) -> Iterator[Attempt]:
    """The tactics that apply to a theorem of this shape, made concrete, in order."""
    for tactic in tactics:
        if not tactic.applies(shape):
            continue
        if "{n}" in tactic.script:
            for name in shape.naturals:
                script = tactic.script.replace("{n}", name)
                if name in shape.inner:
                    first = shape.inner[: shape.inner.index(name) + 1]
                    script = f"intro {' '.join(first)}\n{script}"
                yield Attempt(f"{tactic.name} {name}", script, tactic.cost, tactic.search)
        else:
            script = tactic.script.replace("{all}", " ".join(shape.outer))
            yield Attempt(tactic.name, script, tactic.cost, tactic.search)
