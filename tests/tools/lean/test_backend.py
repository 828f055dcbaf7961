"""The embedded Lean, whole: real checks, and what becomes of those that go wrong."""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import AsyncIterator

import pytest

from proofloop.core.errors import InputError
from proofloop.core.settings import load_settings
from proofloop.session import open_lean
from proofloop.tools.lean.backend import CheckLimits, CheckRequest
from proofloop.tools.lean.embedded.backend import EmbeddedLean
from proofloop.tools.lean.report import LeanReport, Tier

TRUE = "theorem t (a b : Nat) : a + b = b + a := by omega"
ENDLESS = "partial def f (n : Nat) : Nat := f (n + 1)\n#eval f 0"


def request(source: str, *, wall: float = 90.0, **more: object) -> CheckRequest:
    limits = CheckLimits(wall_seconds=wall)
    return CheckRequest.model_validate({"source": source, "limits": limits, **more})


async def test_a_proof_is_accepted(lean: EmbeddedLean) -> None:
    report = await lean.check(request(TRUE))
    assert (report.accepted, report.tier, report.reason) == (True, Tier.KERNEL, "")
    assert [(theorem.name, theorem.sorry) for theorem in report.theorems] == [("t", False)]
    assert report.lean == lean.version
    assert 0 < report.lean_seconds <= report.seconds


@pytest.mark.parametrize(
    ("source", "tier", "reason"),
    [
        ("theorem t (a b : Nat) : a + b = b + a := by sorry", Tier.ELABORATES, "rests on sorry"),
        ("axiom A : False\ntheorem t : 1 = 2 := A.elim", Tier.COMPLETE, "uses axiom A"),
        ("axiom A : False", Tier.COMPLETE, "declares the axiom A"),
        ("theorem t : 1 = 2 := by decide", Tier.PARSES, "line 1: "),
        ("theorem t : 1 = 2 := by omega", Tier.PARSES, "omega"),
        ("-- nothing\n\ntheorem t : 1 = 1 := by\n  skip", Tier.PARSES, "line 3: unsolved goals"),
        ("theorem t : 1 = := rfl", Tier.NONE, "line 1: "),
        ("theorem t : 2 ^ 10 = 1024 := by native_decide", Tier.COMPLETE, "native_decide"),
        ("import Mathlib\n" + TRUE, Tier.NONE, "line 1: unknown module Mathlib"),
        ("open Nat\nimport Std", Tier.PARSES, "line 2: invalid 'import' command"),
        ("import", Tier.NONE, "line 1: expected the name of a module"),
        ("prelude\n" + TRUE, Tier.NONE, "'prelude'"),
        ("", Tier.ELABORATES, "no declaration"),
        ("#check Nat", Tier.ELABORATES, "no declaration"),
        ("example : 1 = 2 := sorry", Tier.ELABORATES, "sorry"),
        (
            "set_option warn.sorry false\ndef f : Nat := sorry\ntheorem t : 1 = 1 := rfl",
            Tier.ELABORATES,
            "a definition rests on sorry",
        ),
    ],
)
async def test_what_is_no_proof_is_not_accepted(
    lean: EmbeddedLean, source: str, tier: Tier, reason: str
) -> None:
    report = await lean.check(request(source))
    assert (report.accepted, report.tier) == (False, tier)
    assert reason in report.reason


@pytest.mark.parametrize(
    "source",
    [
        "example (a b : Nat) : a + b = b + a := by omega",
        "def f (n : Nat) : Nat := n + 1",
        "import Std\nopen Std\ntheorem t : (∅ : HashMap Nat Nat).size = 0 := by simp",
        "/- import No -/ -- import No\nimport Lean\nimport Std\n" + TRUE,
        "theorem t (p : Prop) : p ∨ ¬ p := Classical.em p",
    ],
)
async def test_what_holds_is_accepted(lean: EmbeddedLean, source: str) -> None:
    report = await lean.check(request(source))
    assert (report.accepted, report.reason) == (True, "")


@pytest.mark.parametrize(
    ("source", "accepted", "reason"),
    [
        ("theorem t : (2 : Nat) + 2 = 4 := rfl", True, ""),
        ("theorem h : 1 = 1 := rfl\ntheorem t : (2 : Nat) + 2 = 4 := rfl", True, ""),
        ("theorem t : (2 : Nat) + 1 = 3 := rfl", False, "something else than asked"),
        ("theorem t : (2 : Int) + 2 = 4 := rfl", False, "something else than asked"),
        ("theorem u : (2 : Nat) + 2 = 4 := rfl", False, "not in the text"),
        (
            "instance : OfNat Nat 4 := ⟨2 + 2⟩\ntheorem t : (2 : Nat) + 2 = 4 := rfl",
            False,
            "something else than asked",
        ),
    ],
)
async def test_the_theorem_proved_must_be_the_theorem_asked(
    lean: EmbeddedLean, source: str, accepted: bool, reason: str
) -> None:
    report = await lean.check(request(source, statement="theorem t : (2 : Nat) + 2 = 4"))
    assert report.accepted == accepted
    assert reason in report.reason
    assert report.tier == (Tier.KERNEL if accepted else Tier.AXIOMS)


async def test_the_header_is_read_before_the_statement_and_the_source(lean: EmbeddedLean) -> None:
    header = 'import Std\nopen Nat\nvariable (n : Nat)\nnotation "two" => 2'
    statement = "theorem t : n + two = succ (succ n)"
    found = await lean.check(request(statement + " := rfl", header=header, statement=statement))
    assert (found.accepted, found.reason) == (True, "")
    repeated = f"import Std\n{statement} := rfl"
    assert (await lean.check(request(repeated, header=header, statement=statement))).accepted
    other = await lean.check(request("import Lean\n" + repeated, header=header))
    assert other.reason == "line 1: import Lean is not in the given header"


async def test_sorry_is_accepted_where_it_is_allowed(lean: EmbeddedLean) -> None:
    source = "theorem t (n : Nat) : n < n := sorry"
    report = await lean.check(request(source, allow_sorry=True))
    assert (report.accepted, report.tier) == (True, Tier.ELABORATES)
    assert report.theorems[0].sorry
    wrong = await lean.check(request("theorem t : 1 = 1 := by sorryy", allow_sorry=True))
    assert not wrong.accepted


async def test_columns_count_code_points(lean: EmbeddedLean) -> None:
    wide = "𝔸ℕ∑é" * 500
    report = await lean.check(request(f"/- {wide}\n{wide} -/ theorem t : 1 = 1 := x"))
    error = report.errors[0]
    assert (error.line, error.column) == (2, len(wide) + len(" -/ theorem t : 1 = 1 := "))
    assert (error.end_line, error.end_column) == (2, error.column + 1)


async def test_ten_megabytes_and_broken_unicode_are_input_errors(lean: EmbeddedLean) -> None:
    with pytest.raises(InputError, match="at most 1,000,000"):
        await lean.check(request("x" * 10_000_000))
    with pytest.raises(InputError, match="2: not valid Unicode"):
        await lean.check(request("-- good\n-- \ud800"))
    with pytest.raises(InputError, match="2: expected the name of a module"):
        await lean.check(request(TRUE, header="import Std\nimport"))


async def test_other_checks_go_on_while_one_hangs_or_bursts(lean: EmbeddedLean) -> None:
    bombs = [
        request(ENDLESS, wall=1),
        request(
            "#eval Id.run do\n  let mut a := #[0]\n  while true do a := a ++ a\n  return a.size"
        ),
        request("def f : Nat → Nat | 0 => 0 | n + 1 => f n + 1\n#eval f 100000000"),
    ]
    proofs = [request(f"theorem t : {n} + {n} = {2 * n} := rfl") for n in range(12)]
    *bad, good = await asyncio.gather(
        *(lean.check(bomb) for bomb in bombs),
        asyncio.gather(*(lean.check(proof) for proof in proofs)),
    )
    assert [report.accepted for report in good] == [True] * 12
    assert [report.accepted for report in bad] == [False] * 3
    assert bad[0].status == "timeout"
    assert bad[1].status in ("memory", "crashed", "timeout")


@pytest.fixture(scope="module")
async def own_lean(lean: EmbeddedLean) -> AsyncIterator[EmbeddedLean]:
    """A Lean for tests that kill it; the shared one is installed by now."""
    own = open_lean(load_settings({"lean": {"workers": 2}}), header="import Proofloop\nopen Nat")
    assert isinstance(own, EmbeddedLean)
    async with own:
        yield own


async def test_imports_named_beforehand_are_read_at_the_start(own_lean: EmbeddedLean) -> None:
    assert (await own_lean.check(request("import Proofloop\ntheorem t : 1 = 1 := rfl"))).accepted
    workers = (await own_lean.stats())["workers"]
    assert workers
    for worker in workers:
        assert (worker["imports"], worker["restarts"]) == (["Init", "Proofloop"], 0)


async def test_twenty_checks_survive_a_killed_supervisor(own_lean: EmbeddedLean) -> None:
    def proof(n: int) -> CheckRequest:
        claim = f"(List.range {n}).foldl (· + ·) 0 = {n * (n - 1) // 2 + n % 2}"
        return request(f"theorem t : {claim} := by decide +kernel")

    checks = [asyncio.create_task(own_lean.check(proof(n))) for n in range(20, 40)]
    await asyncio.sleep(0.1)
    assert own_lean.pid is not None
    os.kill(own_lean.pid, signal.SIGKILL)
    reports: list[LeanReport] = await asyncio.gather(*checks)
    assert [report.status for report in reports] == ["done"] * 20
    assert [report.accepted for report in reports] == [n % 2 == 0 for n in range(20, 40)]
