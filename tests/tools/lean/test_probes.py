"""Probes: questions that functions in Lean answer, beside the checks."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from proofloop.core.budget import Budget, Limits
from proofloop.core.errors import InputError
from proofloop.core.journal import Journal
from proofloop.tools.lean.backend import CheckLimits, CheckRequest, ProbeAnswer, ProbeRequest
from proofloop.tools.lean.embedded.backend import EmbeddedLean
from proofloop.tools.lean.record import RecordedLean
from proofloop.tools.lean.requests import probe_answer


async def constants(
    lean: EmbeddedLean, header: str = "", **arguments: Any
) -> dict[str, dict[str, Any]]:
    answer = await lean.probe(ProbeRequest(probe="constants", header=header, arguments=arguments))
    assert (answer.status, answer.detail) == ("done", "")
    return {constant["name"]: constant for constant in answer.data["constants"]}


async def test_constants_have_a_type_a_kind_and_a_module(lean: EmbeddedLean) -> None:
    names = ["Nat.add_comm", "List.map", "Nat", "Monad", "propext", "Nat.succ", "instAddNat"]
    found = await constants(lean, names=names)
    assert found["Nat.add_comm"] == {
        "name": "Nat.add_comm",
        "kind": "theorem",
        "type": "∀ (n m : Nat), n + m = m + n",
        "module": "Init.Data.Nat.Basic",
        "doc": None,
        "deprecated": None,
    }
    kinds = {name: constant["kind"] for name, constant in found.items()}
    assert kinds == {
        "Nat.add_comm": "theorem",
        "List.map": "def",
        "Nat": "inductive",
        "Monad": "class",
        "propext": "axiom",
        "Nat.succ": "constructor",
        "instAddNat": "instance",
    }


async def test_constants_of_the_header_and_its_imports_are_in_scope(lean: EmbeddedLean) -> None:
    header = "import Proofloop\nnamespace Mine\n/-- Twice. -/\ndef twice (n : ℕ) := 2 * n"
    found = await constants(lean, header, names=["Mine.twice", "Set.Mem"])
    assert found["Mine.twice"]["doc"].strip() == "Twice."
    assert found["Mine.twice"]["type"] == "ℕ → ℕ"
    assert found["Mine.twice"]["module"] == ""
    assert found["Set.Mem"]["module"] == "Proofloop.Sets"
    assert "Mine.twice" not in await constants(lean, names=["Mine.twice"])


async def test_pages_of_constants_make_up_the_whole(lean: EmbeddedLean) -> None:
    whole = await constants(lean, modules=["Init.Core"], limit=100_000)
    paged: list[str] = []
    offset = 0
    while offset is not None:
        arguments = {"modules": ["Init.Core"], "limit": 200, "offset": offset}
        answer = await lean.probe(ProbeRequest(probe="constants", arguments=arguments))
        paged += [constant["name"] for constant in answer.data["constants"]]
        offset = answer.data["next"]
    assert paged == list(whole)
    assert len(paged) > 400
    assert {constant["module"] for constant in whole.values()} == {"Init.Core"}
    assert not [name for name in paged if "_private" in name or "._" in name]


async def test_an_unknown_probe_has_failed_and_names_those_there_are(lean: EmbeddedLean) -> None:
    answer = await lean.probe(ProbeRequest(probe="constant"))
    assert answer.status == "failed"
    assert answer.detail.startswith("there is no probe constant; there are ")
    assert "constants" in answer.detail


async def test_a_wrong_argument_is_named(lean: EmbeddedLean) -> None:
    request = ProbeRequest(probe="constants", arguments={"limit": "many"})
    answer = await lean.probe(request)
    assert (answer.status, answer.data) == ("failed", None)
    assert answer.detail.startswith("argument limit: ")


async def test_a_wrong_header_has_failed(lean: EmbeddedLean) -> None:
    answer = await lean.probe(ProbeRequest(probe="constants", header="def x : Nat := zzz"))
    assert answer.status == "failed"
    assert answer.detail.startswith("in the header: ")
    assert "zzz" in answer.detail


async def test_an_unknown_module_is_an_input_error_with_its_line(lean: EmbeddedLean) -> None:
    with pytest.raises(InputError, match="unknown module Nix") as caught:
        await lean.probe(ProbeRequest(probe="constants", header="import Std\nimport Nix"))
    assert caught.value.line == 2


async def test_a_probe_is_stopped_at_its_time_limit_and_the_next_one_works(
    lean: EmbeddedLean,
) -> None:
    slow = ProbeRequest(
        probe="constants",
        arguments={"limit": 1_000_000},
        limits=CheckLimits(wall_seconds=0.5),
    )
    answer = await lean.probe(slow)
    assert (answer.status, answer.data, answer.detail) == ("timeout", None, "0.5 s")
    assert "Nat.succ" in await constants(lean, names=["Nat.succ"])


async def test_checks_do_not_see_the_probes(lean: EmbeddedLean) -> None:
    report = await lean.check(CheckRequest(source="import ProofloopProbes\ntheorem t : True := ⟨⟩"))
    assert "unknown module ProofloopProbes" in report.reason


async def test_an_answer_that_is_no_json_has_failed() -> None:
    for data in ("", "{", "[" * 100_000):
        answer = probe_answer({"status": "done", "data": data, "wall_ms": 1})
        assert (answer.status, answer.detail) == ("failed", "the probe's answer is not JSON")


async def test_a_recorded_probe_is_made_once_and_paid_for(
    lean: EmbeddedLean, tmp_path: Path
) -> None:
    request = ProbeRequest(probe="constants", arguments={"names": ["Nat"]})
    budget = Budget(Limits(lean_seconds=1000))
    first = await RecordedLean(lean, Journal(tmp_path / "j"), budget).probe(request)
    assert budget.spent().lean_seconds == first.seconds > 0
    again = Budget(Limits(lean_seconds=1000))
    assert await RecordedLean(lean, Journal(tmp_path / "j"), again).probe(request) == first
    assert again.spent().lean_seconds == 0
    [entry] = Journal(tmp_path / "j").entries("probe")
    assert ProbeAnswer.model_validate(entry["answer"]) == first
