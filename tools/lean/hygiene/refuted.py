"""Statements that are false: their negation has been proved.

A counterexample found by computing is a guess that becomes an error only when the kernel has
accepted `¬ ∀ binders, claim` from it; one that cannot be proved is a warning, "suspected"."""

from __future__ import annotations

from pydantic import JsonValue

from proofloop.tools.lean.hygiene.search import try_script
from proofloop.tools.lean.hygiene.subject import Choice, Instances, Subject, Unreadable
from proofloop.tools.lean.hygiene.verdict import Flag, HygieneVerdict, flagged, not_flagged
from proofloop.tools.lean.portfolio import proof_text
from proofloop.tools.lean.tactics import Tactic, has_arguments

NAME = "false"

# What is left of a counterexample: its hypotheses, and that the claim fails.
CLOSERS = (
    "decide",
    "omega",
    "grind",
    "(simp; done)",
    "(simp; omega)",
    "(simp; grind)",
    "decide +kernel",
    "(intros; first | omega | grind | (simp_all; done))",
)
# A statement that one of these proves is not refuted.
TRUE = (
    Tactic("omega", "intros; omega"),
    Tactic("grind", "intros; grind"),
    Tactic("simp_all", "intros; simp_all"),
    Tactic("decide", "decide"),
    Tactic("revert_decide", "revert {all}; decide +kernel", has_arguments),
)
NEGATION = (
    Tactic("decide", "decide +kernel"),
    Tactic("grind", "intro all; grind"),
    Tactic("simp", "simp"),
    Tactic("simp_grind", "simp; grind"),
    Tactic("no_largest", "intro ⟨x, all⟩; have h := all (x + 1); omega"),
    Tactic(
        "points",
        "intro all; have h := all 0; have k := all 1; have l := all 2; revert h k l all; simp",
    ),
)


async def check(subject: Subject) -> HygieneVerdict:
    closure = await subject.closure()
    found, undecided = Instances(), "neither proved nor refuted"
    try:
        found = await subject.instances.get()
    except Unreadable as failure:
        undecided += f"; {failure}"
    for choice in found.counterexamples:
        proof = await prove_by(subject, closure.negation(), counterexample_script(found, choice))
        if proof is not None:
            values = found.shown(choice)
            return refutation(proof, described(values), {"values": values})
    truth = await subject.prove(subject.statement, TRUE)
    if truth.proof is not None:
        return not_flagged(NAME, "ok", f"it is true: {truth.tactic} proves it")
    result = await subject.prove(closure.negation(), NEGATION)
    if result.proof is not None:
        return refutation(result.proof, f"{result.tactic} proves its negation", {})
    sure = next((choice for choice in found.counterexamples if choice.sure), None)
    if sure is None:
        return not_flagged(NAME, "unknown", undecided)
    values = found.shown(sure)
    reason = f"seems false {described(values)}: computed, not proved"
    return flagged(NAME, Flag(kind="suspected", reason=reason), evidence={"values": values})


def counterexample_script(found: Instances, choice: Choice) -> str:
    """Applies the statement to the values; its hypotheses and the failing claim are left."""
    given = [
        f"({value})" if value else "inferInstance" if argument.role == "instance" else "?_"
        for argument, value in zip(found.arguments, choice.values, strict=True)
    ]
    closers = "\n  | ".join(CLOSERS)
    return "\n".join(
        [
            "intro all",
            f"refine absurd (@all {' '.join(given)}) ?_" if given else "revert all",
            "all_goals try dsimp only",
            f"all_goals first\n  | {closers}",
        ]
    )


async def prove_by(subject: Subject, statement: str, script: str) -> str | None:
    """The whole proof, if the kernel accepts it."""
    limits = subject.limits.one_try
    report = await try_script(subject.lean, statement, subject.header, script, limits)
    return proof_text(statement, script) if report.accepted else None


def refutation(proof: str, how: str, evidence: dict[str, JsonValue]) -> HygieneVerdict:
    flag = Flag(kind="false", reason=f"false: {how}")
    return flagged(NAME, flag, severity="error", evidence={**evidence, "proof": proof})


def described(values: dict[str, JsonValue]) -> str:
    """Where a statement is false; one without variables is so by itself."""
    if not values:
        return "as it stands"
    return "for " + ", ".join(f"{name} = {value}" for name, value in values.items())
