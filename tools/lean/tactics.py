"""Core Lean's automation as data: what to try on a goal, and when it can apply.

The order of the list is the order of the race. A failing try takes about 10 ms (``rfl``,
``decide``), 20 to 50 ms (``simp``, ``omega``), 200 to 500 ms (``grind``, inductions) or some
seconds (``bounded``, ``exact?``); what is cheap and what often succeeds comes first. Several
tactics in one check (``first | simp | ...``) would save some 10 ms each, and lose which one it was.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from proofloop.tools.lean.recipes import (
    bounded,
    cases,
    divisibility,
    instances,
    naturals,
    residues,
    roots,
    sequences,
    squares,
)
from proofloop.tools.lean.shape import Shape

Applies = Callable[[Shape], bool]
Recipe = Callable[[Shape], Iterable[str]]


def always(shape: Shape) -> bool:
    return True


def mentions(*words: str) -> Applies:
    return lambda shape: shape.mentions(*words)


def has_inner(shape: Shape) -> bool:
    return "∀" in shape.claim or "→" in shape.claim


def has_arguments(shape: Shape) -> bool:
    return bool(shape.outer)


def bounded_arguments(shape: Shape) -> bool:
    """What ``decide`` can go through after a ``revert``: ∀ below a bound or over a finite type."""
    numbers = not shape.mentions("ℝ", "ℚ", "Rat") and bool(shape.outer)
    return numbers and shape.mentions("<", "≤", ">", "≥", "∈", "Fin", "Bool", "BitVec", "Prop")


def defined_arguments(shape: Shape) -> bool:
    """Hypotheses may turn the claim into one without variables, which is not over a field: no
    order of an arbitrary one can be decided."""
    return not shape.mentions("ℝ") and any("=" in claim for claim in shape.hypotheses.values())


def closed(shape: Shape) -> bool:
    return not shape.outer


def bits(shape: Shape) -> bool:
    return shape.mentions("BitVec", "UInt", "Bool", "&&&", "|||", "^^^")


def has_sum(shape: Shape) -> bool:
    return shape.mentions("∑", "∏")


def no_sum(shape: Shape) -> bool:
    return not has_sum(shape)


@dataclass(frozen=True)
class Tactic:
    """``script`` is a tactic block, or a recipe that makes such blocks for a theorem. In a block
    ``{n}`` stands for a variable over ℕ (one try for each), ``{all}`` for the names bound before
    the colon. A ``search`` tactic proposes a proof in a message (``Try this: ...``), which is
    checked in its place."""

    name: str
    script: str | Recipe
    applies: Applies = always
    search: bool = False


@dataclass(frozen=True)
class Attempt:
    """A tactic made concrete for one theorem."""

    name: str
    script: str
    search: bool = False


FINISH = "first | omega | grind | simp_all"
SUM = "Finset.sum_range_succ, Finset.prod_range_succ, "
INDUCTION = "induction {n} with\n| zero => %s\n| succ {n} ih => %s"
LIST_SUM = INDUCTION % (
    "simp",
    "simp_all [List.range_succ, Nat.mul_add, Nat.add_mul] <;> grind",
)
LAST_TERM = "simp_all [%sNat.pow_succ] <;> grind"

# On the problems of miniF2F that core Lean can state, `rfl`, `omega` and `grind` prove about half
# of what is proved and the rest of the list the others, in the order of what each proved
# there for its time (docs/minif2f_core.md).
TACTICS: tuple[Tactic, ...] = (
    Tactic("rfl", "rfl"),
    Tactic("omega", "omega"),
    Tactic("grind", "grind"),
    # Its search for associative operations does not end among products of quantities.
    Tactic(
        "magnitudes", "(try simp at *); (try magnitudes); grind -ac", mentions("Quantity", "ℝ × ℝ")
    ),
    Tactic("decide", "decide", closed),
    Tactic("decide_kernel", "decide +kernel", closed),
    Tactic("revert_decide", "revert {all}; decide +kernel", bounded_arguments),
    Tactic("subst_decide", "subst_vars; decide +kernel", defined_arguments),
    Tactic("rewrite_decide", "simp only [*]; decide +kernel", defined_arguments),
    Tactic("simp", "simp"),
    Tactic("simp_all", "simp_all", has_arguments),
    Tactic("intros_omega", "intros; omega", has_inner),
    Tactic("intros_grind", "intros; grind", has_inner),
    Tactic("induction", INDUCTION % ("simp_all", LAST_TERM % ""), no_sum),
    Tactic("induction_sum", INDUCTION % ("simp_all", LAST_TERM % SUM), has_sum),
    Tactic("induction_cases", INDUCTION % ("simp_all", "cases {n} <;> " + LAST_TERM % ""), no_sum),
    Tactic("induction_grind", INDUCTION % ("grind", "grind [Nat.pow_succ]"), no_sum),
    Tactic("induction_sum_grind", INDUCTION % ("grind", f"grind [{SUM}Nat.pow_succ]"), has_sum),
    Tactic("instances", instances.at_small_points),
    Tactic("squares", squares.sum_of_squares),
    Tactic("residues", residues.residue_cases),
    Tactic("compute_residues", residues.compute_residues),
    Tactic("power_residues", residues.power_residues),
    Tactic("parity", residues.parity),
    Tactic("quotients", divisibility.quotients),
    Tactic("simp_grind", "simp; grind"),
    Tactic("roots", roots.cases_at_roots),
    Tactic("lower_bound", sequences.from_lower_bound),
    Tactic("progression", sequences.progressions),
    Tactic("gcd_bound", divisibility.gcd_bound),
    Tactic("greatest_power", divisibility.greatest_power),
    Tactic("split_at_zero", naturals.split_all_at_zero),
    Tactic("through_field", naturals.through_field),
    Tactic("norm_cast", "norm_cast", mentions("↑", ": ℤ)", ": ℚ)", ": Int)", ": Rat)")),
    Tactic("ac_rfl", "ac_rfl", mentions("+", "*", "∧", "∨", "max", "min")),
    Tactic("bv_decide", "bv_decide", bits),
    Tactic("constructor", f"constructor <;> intros <;> {FINISH}", mentions("∧", "↔")),
    Tactic("cases", "rcases {n} with _ | {n} <;> simp_all <;> grind"),
    Tactic("list_sum", LIST_SUM, mentions("List.range")),
    Tactic("ext", "ext <;> simp <;> grind", mentions("List", "Array", "Set", "fun")),
    Tactic("products", squares.products),
    Tactic("instances_where", instances.where_conditions_hold),
    Tactic("stated_cases", cases.stated),
    Tactic("divisors", bounded.divisors),
    Tactic("bounded", bounded.search),
    Tactic("box_cases", cases.in_box),
    # Costly, and rarely right where none of the above is.
    Tactic("exact?", "exact?", search=True),
    Tactic("try?", "try?", search=True),
    # Evaluates powers, however large: may take the worker with it.
    Tactic("simp_omega", "simp at *; omega", has_arguments),
)


def attempts(shape: Shape, tactics: Iterable[Tactic] = TACTICS) -> Iterator[Attempt]:
    """The tactics that apply to a theorem of this shape, made concrete, in order."""
    for tactic in tactics:
        if not tactic.applies(shape):
            continue
        if callable(tactic.script):
            for number, script in enumerate(tactic.script(shape), 1):
                yield Attempt(f"{tactic.name} {number}", script, tactic.search)
        elif "{n}" in tactic.script:
            for variable in shape.naturals:
                script = on_variable(tactic.script, variable, shape)
                yield Attempt(f"{tactic.name} {variable}", script, tactic.search)
        else:
            script = tactic.script.replace("{all}", " ".join(shape.outer))
            yield Attempt(tactic.name, script, tactic.search)


def on_variable(script: str, variable: str, shape: Shape) -> str:
    """The script for this variable, introduced first if it stands under the claim's ∀."""
    script = script.replace("{n}", variable)
    if variable not in shape.inner:
        return script
    names = shape.inner[: shape.inner.index(variable) + 1]
    return f"intro {' '.join(names)}\n{script}"
