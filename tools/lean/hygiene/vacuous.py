"""Statements whose hypotheses contradict each other: what follows from them says nothing.

Flagged only with a proof of `False` from the hypotheses that the kernel has accepted. Values for
the variables with which all hypotheses hold show the contrary."""

from __future__ import annotations

from collections.abc import Iterator

from pydantic import JsonValue

from proofloop.tools.lean.hygiene.subject import Subject, Unreadable
from proofloop.tools.lean.hygiene.verdict import Flag, HygieneVerdict, flagged, not_flagged
from proofloop.tools.lean.recipes import instances
from proofloop.tools.lean.shape import Shape
from proofloop.tools.lean.tactics import TACTICS, Tactic, has_arguments

NAME = "vacuous"


def no_value(shape: Shape) -> Iterator[str]:
    """A variable whose type is empty."""
    if shape.outer:
        yield "first\n" + "\n".join(f"| nomatch {name}" for name in shape.outer)


ABSURD = (
    Tactic("omega", "intros; omega"),
    Tactic("grind", "intros; grind"),
    Tactic("simp_all", "intros; simp_all"),
    Tactic("simp_omega", "intros; simp_all; omega"),
    Tactic("decide", "revert {all}; decide +kernel", has_arguments),
    Tactic("subst_decide", "intros; subst_vars; revert {all}; decide +kernel", has_arguments),
    Tactic("instances", instances.at_small_points),
    Tactic("conditioned", instances.where_conditions_hold),
    Tactic("no_value", no_value),
)
# Those of the portfolio that cannot prove False, or only what stands above proves too.
NEEDLESS = {
    *("rfl", "ac_rfl", "constructor", "ext", "norm_cast", "list_sum", "magnitudes"),
    *("omega", "grind", "simp", "simp_all", "intros_omega", "intros_grind", "simp_grind"),
    *("decide", "decide_kernel", "revert_decide", "subst_decide", "instances", "instances_where"),
}
# Then the whole portfolio, as long as there are heartbeats.
ATTEMPTS = (
    *ABSURD,
    *(
        Tactic(f"all_{each.name}", each.script, each.applies)
        for each in TACTICS
        if not each.search and each.name not in NEEDLESS
    ),
)


async def check(subject: Subject) -> HygieneVerdict:
    closure = await subject.closure()
    binders = (await subject.anatomy.get()).binders
    given = any(each.origin == "header" and each.role == "hypothesis" for each in binders)
    if not closure.assumes and not given:
        return not_flagged(NAME, "ok", "nothing is assumed")
    # The search for values knows nothing of what the header assumes.
    if not given and (evidence := await satisfied(subject)):
        return not_flagged(NAME, "ok", "the hypotheses hold together for some values", evidence)
    result = await subject.prove(closure.absurdity(), ATTEMPTS)
    if result.proof is None:
        return not_flagged(NAME, "unknown", "no contradiction found, nor values that satisfy all")
    flag = Flag(
        kind="vacuous", reason=f"the hypotheses contradict each other (shown by {result.tactic})"
    )
    return flagged(
        NAME,
        flag,
        severity="error",
        evidence={"proof": result.proof, "tactic": result.tactic},
    )


async def satisfied(subject: Subject) -> dict[str, JsonValue]:
    """Values with which all hypotheses were computed to be true; {} where none were found."""
    try:
        found = await subject.instances.get()
    except Unreadable:
        return {}
    if found.witness is None or not found.witness.sure:
        return {}
    return {"values": found.shown(found.witness)}
