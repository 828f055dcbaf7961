"""The suite that each backend has to pass: the same verdicts of the same texts."""

from __future__ import annotations

import asyncio
import importlib.util
import sys
import time
from collections.abc import AsyncIterator
from pathlib import Path
from types import ModuleType

import pytest

from proofloop.core.errors import InputError
from proofloop.tools.lean.backend import CheckLimits, CheckRequest, LeanBackend, ProbeRequest
from proofloop.tools.lean.report import Tier
from support.shared_lean import SharedLean


def beside(name: str) -> ModuleType:
    """A module of this folder, which is no package."""
    spec = importlib.util.spec_from_file_location(
        f"conformance_{name}", Path(__file__).with_name(f"{name}.py")
    )
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


backends, cases = beside("backends"), beside("cases")

# A backend may have to compile its servers first.
pytestmark = [pytest.mark.timeout(900), pytest.mark.slow]
ENDLESS = "partial def f (n : Nat) : Nat := f (n + 1)\n#eval f 0"
TRUE = "theorem t (a b : Nat) : a + b = b + a := by omega"


@pytest.fixture(scope="module", params=["embedded", *backends.FACTORIES])
async def backend(
    request: pytest.FixtureRequest, cache_dir: Path, shared_lean: SharedLean
) -> AsyncIterator[LeanBackend]:
    if request.param == "embedded":
        yield shared_lean
    else:
        async with backends.FACTORIES[request.param](cache_dir) as lean:
            yield lean


def request(source: str, *, wall: float = 90.0, **more: object) -> CheckRequest:
    limits = CheckLimits(wall_seconds=wall)
    return CheckRequest.model_validate({"source": source, "limits": limits, **more})


@pytest.mark.parametrize("case", cases.honest(), ids=lambda case: case.name)
async def test_honest_texts_are_accepted(backend: LeanBackend, case: cases.Case) -> None:
    report = await backend.check(request(case.source, statement=case.statement, header=case.header))
    assert (report.accepted, report.reason) == (True, "")
    assert report.tier == Tier.KERNEL or Tier.KERNEL in report.unavailable
    assert report.lean == backend.version


@pytest.mark.parametrize("case", cases.refused(), ids=lambda case: case.name)
async def test_what_is_no_proof_is_refused_by_its_tier(
    backend: LeanBackend, case: cases.Case
) -> None:
    report = await backend.check(request(case.source, statement=case.statement, header=case.header))
    assert not report.accepted
    assert report.failed_tier == case.failed, report.reason
    assert case.reason in report.reason
    assert report.tier < case.failed


async def test_axioms_can_be_allowed_by_the_user(backend: LeanBackend) -> None:
    source = "axiom A : False\ntheorem t : 1 = 2 := A.elim"
    allowed = ("A", "Classical.choice", "Quot.sound", "propext")
    report = await backend.check(request(source, allowed_axioms=allowed))
    assert report.accepted
    assert report.theorems[0].axioms == ("A",)


async def test_statements_without_proof_can_be_allowed(backend: LeanBackend) -> None:
    source = "theorem t (n : Nat) : n < n := sorry"
    report = await backend.check(request(source, allow_sorry=True))
    assert (report.accepted, report.tier) == (True, Tier.ELABORATES)


async def test_a_file_of_its_own_proves_the_statement_of_another(backend: LeanBackend) -> None:
    header = "def double (n : Nat) := n + n"
    statement = "theorem t (n : Nat) : double n = n + n"
    good = f"{header}\n{statement} := rfl"
    asked = {"statement": statement, "header": header, "standalone": True}
    assert (await backend.check(request(good, **asked))).reason == ""
    other = f"def double (n : Nat) := n + n + 0\n{statement} := rfl"
    report = await backend.check(request(other, **asked))
    assert (report.accepted, report.failed_tier) == (False, Tier.STATEMENT)
    assert "double" in report.reason


async def test_a_name_that_nothing_binds_is_an_error_of_the_statement(backend: LeanBackend) -> None:
    asked = {"statement": "theorem t : n + 0 = n"}
    source = "theorem t {n : Nat} : n + 0 = n := rfl"
    report = await backend.check(request(source, **asked))
    assert (report.accepted, report.failed_tier) == (False, Tier.STATEMENT)


async def test_messages_have_their_places_in_code_points(backend: LeanBackend) -> None:
    wide = "𝔸ℕ∑é" * 100
    report = await backend.check(
        request(f"/- {wide}\n{wide} -/ theorem t : 1 = 1 := x\n#eval 1 + 1")
    )
    error = report.errors[0]
    assert (error.line, error.column) == (2, len(wide) + len(" -/ theorem t : 1 = 1 := "))
    assert (error.end_line, error.end_column) == (2, error.column + 1)
    assert [m.text for m in report.messages if m.severity == "info"] == ["2"]
    assert report.place is not None
    assert (report.place.line, report.place.declaration) == (2, "t")


async def test_windows_line_ends_do_not_move_anything(backend: LeanBackend) -> None:
    report = await backend.check(request("-- a\r\n\r\ntheorem t : 1 = 1 := x"))
    assert (report.errors[0].line, report.errors[0].column) == (3, 21)


async def test_broken_unicode_is_an_input_error(backend: LeanBackend) -> None:
    with pytest.raises(InputError, match="2: not valid Unicode"):
        await backend.check(request("-- good\n-- \ud800"))


async def test_no_text_leaves_anything_to_the_next(backend: LeanBackend) -> None:
    await asyncio.gather(*(backend.check(request("def left : Nat := 1")) for _ in range(3)))
    report = await backend.check(request("theorem t : left = 1 := rfl"))
    assert report.failed_tier == Tier.ELABORATES


async def test_many_checks_at_a_time_have_each_their_own_verdict(backend: LeanBackend) -> None:
    async def one(n: int) -> bool:
        source = f"theorem t{n} : {n} + {n} = {2 * n + n % 2} := by decide"
        report = await backend.check(request(source))
        assert report.accepted == (report.reason == "")
        return report.accepted

    verdicts = await asyncio.gather(*(one(n) for n in range(16)))
    assert verdicts == [n % 2 == 0 for n in range(16)]


async def test_heartbeats_stop_an_elaborator(backend: LeanBackend) -> None:
    slow = "theorem t : (List.range 300000).length = 300000 := by decide"
    limits = CheckLimits(wall_seconds=90, heartbeats=500)
    report = await backend.check(CheckRequest(source=slow, limits=limits))
    assert (report.status, report.failed_tier) == ("done", Tier.ELABORATES)
    assert "maximum" in report.reason


async def test_a_hang_is_stopped_at_its_time_and_the_next_check_works(backend: LeanBackend) -> None:
    report = await backend.check(request(ENDLESS, wall=0.5))
    assert (report.status, report.accepted, report.tier) == ("timeout", False, Tier.NONE)
    assert report.reason == "stopped at the time limit: 0.5 s"
    assert (await backend.check(request(TRUE))).accepted


async def test_a_cancelled_check_makes_room_for_the_next(backend: LeanBackend) -> None:
    checks = [asyncio.create_task(backend.check(request(ENDLESS, wall=600))) for _ in range(3)]
    await asyncio.sleep(1)
    for check in checks:
        check.cancel()
    start = time.monotonic()
    assert (await backend.check(request(TRUE))).accepted
    assert time.monotonic() - start < 500
    assert all(check.cancelled() for check in checks)


async def test_a_stack_overflow_costs_one_verdict(backend: LeanBackend) -> None:
    deep = "def f : Nat → Nat | 0 => 0 | n + 1 => f n + 1\n#eval f 100000000"
    report, good = await asyncio.gather(backend.check(request(deep)), backend.check(request(TRUE)))
    assert not report.accepted
    assert good.accepted


async def test_probes_answer(backend: LeanBackend) -> None:
    header = "def mine (n : Nat) : Nat := n"
    names = ["Nat.add_comm", "mine"]
    asked = ProbeRequest(probe="constants", header=header, arguments={"names": names})
    answer = await backend.probe(asked)
    assert (answer.status, answer.detail) == ("done", "")
    found = {constant["name"]: constant["type"] for constant in answer.data["constants"]}
    assert found == {"Nat.add_comm": "∀ (n m : Nat), n + m = m + n", "mine": "Nat → Nat"}


async def test_a_probe_that_there_is_not_has_failed(backend: LeanBackend) -> None:
    answer = await backend.probe(ProbeRequest(probe="nope"))
    assert answer.status == "failed"
    assert "nope" in answer.detail


async def test_a_probe_of_a_missing_module_is_an_input_error(backend: LeanBackend) -> None:
    with pytest.raises(InputError, match=r"unknown module No\.Such"):
        await backend.probe(ProbeRequest(probe="constants", header="import No.Such"))
