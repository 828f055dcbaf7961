from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from proofloop.tools.lean.report import STANDARD_AXIOMS, LeanReport, LeanVersion, Place, Tier
from proofloop.tools.lean.verdict import report_from_answer

LEAN = LeanVersion(version="4", backend="test")
GOOD = {
    "status": "done",
    "messages": [],
    "parse_errors": 0,
    "declarations": [{"name": "t", "kind": "theorem"}],
    "examples": 0,
    "kernel": {
        "ok": True,
        "error": "",
        "declarations": 1,
        "theorems": [{"name": "t", "axioms": ["propext"], "sorry": False}],
    },
    "statement": {"found": True, "matches": True, "error": ""},
    "elab_ms": 20,
    "kernel_ms": 5,
    "wall_ms": 30,
}


def message(severity: str = "error", text: str = "bad", line: int = 3, kind: str = "") -> Any:
    return {"severity": severity, "line": line, "column": 2, "text": text, "kind": kind}


def kernel(**changes: Any) -> dict[str, Any]:
    return {"kernel": {**GOOD["kernel"], **changes}}  # type: ignore[dict-item]


def theorem(*axioms: str, sorry: bool = False) -> dict[str, Any]:
    return kernel(theorems=[{"name": "t", "axioms": list(axioms), "sorry": sorry}])


def report(*, asked: bool = True, allow_sorry: bool = False, **changes: Any) -> LeanReport:
    answer = {**GOOD, **changes}
    return report_from_answer(answer, LEAN, statement=asked, allow_sorry=allow_sorry)


def test_a_good_answer_is_accepted() -> None:
    found = report()
    assert (found.accepted, found.tier, found.reason) == (True, Tier.KERNEL, "")
    assert (found.seconds, found.lean_seconds) == (0.03, 0.025)
    assert found.theorems[0].axioms == ("propext",)


@pytest.mark.parametrize(
    ("changes", "tier", "failed", "reason"),
    [
        ({"status": "timeout"}, Tier.NONE, Tier.KERNEL, "stopped at the time limit"),
        (
            {"status": "memory", "detail": "1.9 GB"},
            Tier.NONE,
            Tier.KERNEL,
            "memory limit: 1.9 GB",
        ),
        ({"status": "crashed"}, Tier.NONE, Tier.KERNEL, "crashed"),
        ({"status": "timeout", "elab_ms": 0}, Tier.NONE, Tier.ELABORATES, "time limit"),
        ({"status": "cancelled"}, Tier.NONE, Tier.KERNEL, "cancelled"),
        ({"parse_errors": 1, "messages": [message()]}, Tier.NONE, Tier.PARSES, "line 3: bad"),
        (
            {"messages": [message("warning"), message()]},
            Tier.PARSES,
            Tier.ELABORATES,
            "line 3: bad",
        ),
        (
            {"messages": [message(text="unsolved\n  goals")]},
            Tier.PARSES,
            Tier.ELABORATES,
            "line 3: unsolved goals",
        ),
        (theorem("sorryAx"), Tier.ELABORATES, Tier.COMPLETE, "theorem t rests on sorry"),
        (theorem(sorry=True), Tier.ELABORATES, Tier.COMPLETE, "theorem t rests on sorry"),
        (
            {"messages": [message("warning", "declaration uses `sorry`", 1, "hasSorry")]},
            Tier.ELABORATES,
            Tier.COMPLETE,
            "line 1: declaration uses `sorry`",
        ),
        (
            {"declarations": [], **kernel(declarations=0, theorems=[])},
            Tier.ELABORATES,
            Tier.STATEMENT,
            "no declaration to accept",
        ),
        (theorem("foo"), Tier.COMPLETE, Tier.AXIOMS, "theorem t uses axiom foo"),
        (theorem("Lean.ofReduceBool"), Tier.COMPLETE, Tier.AXIOMS, "uses axiom Lean.ofReduceBool"),
        (
            {"declarations": [{"name": "A", "kind": "axiom"}, {"name": "t", "kind": "theorem"}]},
            Tier.COMPLETE,
            Tier.AXIOMS,
            "declares the axiom A",
        ),
        (
            kernel(axioms=["propext", "foo"]),
            Tier.COMPLETE,
            Tier.AXIOMS,
            "a definition uses axiom foo",
        ),
        (kernel(axioms=["sorryAx"]), Tier.ELABORATES, Tier.COMPLETE, "a definition rests on sorry"),
        (
            kernel(ok=False, error="type mismatch"),
            Tier.COMPLETE,
            Tier.KERNEL,
            "kernel: type mismatch",
        ),
        (
            kernel(ok=False, error="unknown declaration 't._nativeDecide_1'"),
            Tier.COMPLETE,
            Tier.AXIOMS,
            "native_decide is not accepted",
        ),
        ({"kernel": None}, Tier.COMPLETE, Tier.KERNEL, "kernel: not re-checked"),
        (
            kernel(declarations=0, theorems=[]),
            Tier.COMPLETE,
            Tier.KERNEL,
            "no declaration reached the kernel",
        ),
        ({"statement": None}, Tier.AXIOMS, Tier.STATEMENT, "not compared"),
        ({"statement": {"found": False}}, Tier.AXIOMS, Tier.STATEMENT, "not in the text"),
        ({"statement": {"found": True}}, Tier.AXIOMS, Tier.STATEMENT, "something else than asked"),
        (
            {"statement": {"error": "unknown ℝ"}},
            Tier.AXIOMS,
            Tier.STATEMENT,
            "not good Lean: unknown ℝ",
        ),
        ({"examples": 2}, Tier.STATEMENT, Tier.KERNEL, "2 examples could not be re-checked"),
    ],
)
def test_the_first_thing_that_fails_names_the_tier_and_the_reason(
    changes: dict[str, Any], tier: Tier, failed: Tier, reason: str
) -> None:
    found = report(**changes)
    assert (found.accepted, found.tier, found.failed_tier) == (False, tier, failed)
    assert reason in found.reason


def test_the_place_is_that_of_the_message_or_of_the_declaration() -> None:
    at_message = report(messages=[message() | {"declaration": "t"}])
    assert at_message.place == Place(line=3, column=2, declaration="t")
    declared = [{"name": "t", "kind": "theorem", "line": 7, "column": 0}]
    at_theorem = report(declarations=declared, **theorem("foo"))
    assert at_theorem.place == Place(line=7, column=0, declaration="t")
    assert report(**theorem("foo")).place == Place(declaration="t")
    assert report().place is None


def test_the_allow_list_is_what_the_caller_makes_it() -> None:
    def allowing(*axioms: str, **changes: Any) -> LeanReport:
        answer = {**GOOD, **changes}
        return report_from_answer(answer, LEAN, statement=True, allowed_axioms=axioms)

    declared = {"declarations": [{"name": "foo", "kind": "axiom"}], **theorem("foo")}
    assert allowing("propext", "foo", **declared).accepted
    assert not allowing("propext", **declared).accepted
    assert not allowing("Classical.choice").accepted  # the theorem uses propext
    library = kernel(theorems=[{"name": "t", "axioms": [], "sorry": False, "library": True}])
    assert allowing(*STANDARD_AXIOMS, **library).accepted
    narrowed = allowing("propext", **library)
    assert narrowed.failed_tier == Tier.AXIOMS
    assert "may rest on Classical.choice" in narrowed.reason


def test_a_refused_declaration_that_mentions_the_compilers_axioms_fails_for_them() -> None:
    refused = {"name": "t", "axioms": ["Lean.ofReduceBool"]}
    found = report(**kernel(ok=False, error="unknown constant", refused=refused))
    assert (found.tier, found.failed_tier) == (Tier.COMPLETE, Tier.AXIOMS)
    assert found.place == Place(declaration="t")


def test_sorry_is_allowed_only_where_it_is_asked_for_and_excuses_nothing_else() -> None:
    found = report(allow_sorry=True, **theorem("sorryAx", sorry=True))
    assert (found.accepted, found.tier) == (True, Tier.ELABORATES)
    assert not report(allow_sorry=True, **theorem("sorryAx", "foo")).accepted
    assert not report(allow_sorry=True, **theorem("sorryAx"), messages=[message()]).accepted
    assert not report(allow_sorry=True, **theorem("sorryAx"), statement={"found": True}).accepted
    assert not report(allow_sorry=True, **kernel(ok=False)).accepted


def test_the_statement_counts_only_when_one_was_asked_for() -> None:
    assert report(asked=False, statement=None).accepted
    assert not report(asked=True, statement=None).accepted


def test_a_reason_is_one_line_of_bounded_length() -> None:
    found = report(messages=[message(text="x\ny " * 1000)])
    assert "\n" not in found.reason
    assert len(found.reason) == 300


FLAWS: list[dict[str, Any]] = [
    {"status": "timeout"},
    {"parse_errors": 1},
    {"messages": [message()]},
    {"messages": [message("warning", kind="hasSorry")]},
    theorem("sorryAx"),
    theorem("foo"),
    kernel(ok=False),
    {"kernel": None},
    {"statement": None},
    {"statement": {"found": True, "matches": False}},
    {"examples": 1},
    {"declarations": [{"name": "A", "kind": "axiom"}]},
]


@given(st.lists(st.sampled_from(FLAWS), max_size=4), st.booleans())
def test_accepted_means_no_flaw_at_all(flaws: list[dict[str, Any]], allow_sorry: bool) -> None:
    changes: dict[str, Any] = {}
    for flaw in flaws:
        changes |= flaw
    found = report(allow_sorry=allow_sorry, **changes)
    if flaws and not allow_sorry:
        assert not found.accepted
    if found.accepted:
        assert found.status == "done"
        assert not found.errors
        allowed = STANDARD_AXIOMS | ({"sorryAx"} if allow_sorry else set())
        assert all(set(each.axioms) <= allowed for each in found.theorems)
    assert found.accepted == (found.reason == "")
