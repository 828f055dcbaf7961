"""The checks on statements that formalizers might have written: planted faults and good ones."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import AsyncIterator
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest

from proofloop.tools.lean.backend import CheckRequest
from proofloop.tools.lean.embedded.backend import EmbeddedLean
from proofloop.tools.lean.hygiene.runner import examine_all
from proofloop.tools.lean.hygiene.subject import HygieneLimits
from proofloop.tools.lean.hygiene.verdict import StatementHygiene
from proofloop.tools.lean.report import Tier
from proofloop.tools.lean.text import Statement

FOLDER = Path(__file__).parent
INTEGERS = "import Proofloop\nopen Nat\n"
REALS = "import Proofloop\nopen Nat\n" + (
    files("proofloop.lean") / "prelude" / "ordered_field.lean"
).read_text("utf-8")
# Every search for what is not there goes on to the end of its bounds, and an error needs a proof:
# none of those that were found here has used half of these heartbeats.
NOTHING_TO_FIND = HygieneLimits(prove_seconds=1, prove_heartbeats=2_600, search_milliseconds=500)

Row = dict[str, Any]
Looked = list[tuple[Row, StatementHygiene]]


def planted() -> list[Row]:
    lines = (FOLDER / "planted.jsonl").read_text("utf-8").splitlines()
    return [json.loads(line) for line in lines]


def header_of(row: Row) -> str:
    return REALS if row["reals"] else INTEGERS


@pytest.fixture(scope="module")
async def looked(lean: EmbeddedLean) -> AsyncIterator[Looked]:
    """Every planted statement with what all checks say of it."""
    looked: Looked = []
    for limits, labels in (
        (HygieneLimits(), {"false", "vacuous", "trivial"}),
        (NOTHING_TO_FIND, {"good", "trap", "unused"}),
    ):
        rows = [row for row in planted() if row["label"] in labels]
        statements = [Statement(header_of(row), row["formal"], row["id"]) for row in rows]
        async for index, result in examine_all(lean, statements, limits=limits):
            looked.append((rows[index], result))
    assert len(looked) == len(planted())
    yield looked


def errors(result: StatementHygiene) -> set[str]:
    return {verdict.check for verdict in result.flagged("error")}


def kinds(result: StatementHygiene) -> set[str]:
    return {flag.kind for verdict in result.verdicts for flag in verdict.flags}


def test_the_set_is_large_enough() -> None:
    labels = Counter(row["label"] for row in planted())
    assert labels["good"] >= 40
    assert labels.total() - labels["good"] >= 40


@pytest.mark.slow
@pytest.mark.timeout(900)
async def test_all_statements_elaborate(looked: Looked) -> None:
    assert [(row["id"], result.fault) for row, result in looked if result.fault] == []


@pytest.mark.slow
@pytest.mark.timeout(900)
@pytest.mark.parametrize("label", ["false", "vacuous"])
async def test_every_planted_error_is_found(looked: Looked, label: str) -> None:
    rows = [(row["id"], errors(result)) for row, result in looked if row["label"] == label]
    assert [name for name, found in rows if label not in found] == []


@pytest.mark.slow
@pytest.mark.timeout(900)
async def test_no_good_statement_has_an_error(looked: Looked) -> None:
    good = [(row["id"], errors(result)) for row, result in looked if row["label"] == "good"]
    assert [(name, found) for name, found in good if found] == []


@pytest.mark.slow
@pytest.mark.timeout(900)
async def test_only_what_is_wrong_has_an_error(looked: Looked) -> None:
    for row, result in looked:
        if row["label"] not in ("false", "vacuous"):
            assert errors(result) == set(), row["id"]


@pytest.mark.slow
@pytest.mark.timeout(900)
async def test_planted_traps_are_named(looked: Looked) -> None:
    missed = [
        (row["id"], kinds(result))
        for row, result in looked
        if row["label"] == "trap" and not kinds(result).issuperset(row["kinds"])
    ]
    assert missed == []


@pytest.mark.slow
@pytest.mark.timeout(900)
@pytest.mark.parametrize("label", ["trivial", "unused"])
async def test_planted_warnings_are_given(looked: Looked, label: str) -> None:
    def named(result: StatementHygiene) -> set[str]:
        return {verdict.check for verdict in result.flagged("warning")}

    rows = [(row["id"], named(result)) for row, result in looked if row["label"] == label]
    assert [name for name, found in rows if label not in found] == []


@pytest.mark.slow
@pytest.mark.timeout(900)
async def test_every_error_has_a_proof_that_the_kernel_accepts(
    lean: EmbeddedLean, looked: Looked
) -> None:
    for row, result in looked:
        for verdict in result.flagged("error"):
            proof = verdict.evidence["proof"]
            assert isinstance(proof, str)
            report = await lean.check(CheckRequest(source=proof, header=header_of(row)))
            assert report.tier == Tier.KERNEL, row["id"]


@pytest.mark.slow
@pytest.mark.timeout(900)
async def test_the_numbers(looked: Looked, capsys: pytest.CaptureFixture[str]) -> None:
    """Printed for people: by label, how many statements have which flags."""
    with capsys.disabled():
        for label, count in Counter(row["label"] for row, _ in looked).items():
            results = [result for row, result in looked if row["label"] == label]
            shown = Counter(kind for result in results for kind in sorted(kinds(result)))
            print(f"\n{label:8} {count:3}: {dict(shown.most_common())}", end="")
    assert looked
