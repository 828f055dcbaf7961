"""Filters over a data set, with the real Lean: what falls where, and that nothing good does."""

from __future__ import annotations

import asyncio
import json
from collections import Counter
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest

from proofloop.core.budget import Budget, Limits
from proofloop.core.errors import InputError
from proofloop.core.journal import Journal
from proofloop.core.task import Task
from proofloop.datasets.filter import Filtered, Filtration, filter_statements
from proofloop.datasets.jobs import finished
from proofloop.datasets.tasks import read_tasks
from proofloop.tools.lean.backend import CheckRequest, LeanBackend
from proofloop.tools.lean.record import RecordedLean
from proofloop.tools.lean.report import Tier

PLANTED = Path(__file__).parents[1] / "tools" / "lean" / "hygiene" / "planted.jsonl"
INTEGERS = "import Proofloop\nopen Nat\n"
REALS = INTEGERS + (files("proofloop.lean") / "prelude" / "ordered_field.lean").read_text("utf-8")
STATEMENTS = {
    "good": "theorem good (a b : ℕ) (ha : Even a) (hb : Even b) : Even (a + b)",
    "again": "theorem again : ∀ x y : ℕ, 2 ∣ y → 2 ∣ x → 2 ∣ x + y",
    "false": "theorem false (n : ℕ) : n < n ^ 2",
    "vacuous": "theorem vacuous (a b : ℕ) (h : a < b ∧ b < a) : a + b = 7",
    "faulty": "theorem faulty (a : ℕ) : Even a a",
    "minus": "theorem minus (a b : ℕ) (h : a - b = 0) : a ≤ b",
    "odd": "theorem odd (a b : ℕ) (ha : Odd a) (hb : Odd b) : Even (a + b)",
}
TASKS = [Task(id=name, kind="prove", formal=text) for name, text in STATEMENTS.items()]


async def run(
    lean: LeanBackend,
    folder: Path,
    tasks: list[Task] = TASKS,
    *,
    limits: Limits | None = None,
    **options: Any,
) -> Filtration:
    journal = Journal(folder / "journal.jsonl")
    recorded = RecordedLean(lean, journal, Budget(limits))
    try:
        return await filter_statements(tasks, recorded, folder, **options)
    finally:
        journal.close()


def rows(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()]


async def test_each_stage_drops_what_is_its_own(lean: LeanBackend, tmp_path: Path) -> None:
    found = await run(lean, tmp_path)
    assert {result.id: result.status for result in found.results} == {
        "good": "kept", "again": "kept", "false": "false", "vacuous": "vacuous",
        "faulty": "faulty", "minus": "kept", "odd": "kept",
    }  # fmt: skip
    assert [(each.id, each.same_as) for each in found.duplicates] == [("again", "good")]
    assert 0 < found.compared < found.pairs
    assert found.funnel(7) == {
        "in": 7, "elaborates": 6, "names_known": 6, "not_vacuous": 5, "not_false": 4, "kept": 3,
    }  # fmt: skip
    assert [task.id for task in read_tasks(tmp_path / "kept.jsonl")] == ["good", "minus", "odd"]
    assert {task.formal for task in read_tasks(tmp_path / "kept.jsonl")} <= set(STATEMENTS.values())
    dropped = {row["id"]: row for row in rows(tmp_path / "dropped.jsonl")}
    assert dropped["again"] == {"id": "again", "stage": "duplicate", "same_as": "good"}
    assert dropped["false"]["reason"].startswith("false: for n = ")
    assert "theorem hygiene_absurd" in dropped["vacuous"]["proof"]
    warned = {result.id: result.warnings for result in found.results}["minus"]
    assert "traps" in warned


async def test_a_second_run_asks_lean_nothing_again(lean: LeanBackend, tmp_path: Path) -> None:
    first = await run(lean, tmp_path)
    kept = (tmp_path / "kept.jsonl").read_text()
    seen: list[Filtered] = []
    again = await run(
        lean, tmp_path, limits=Limits(lean_seconds=0), on_result=seen.append, duplicates=False
    )
    assert (again.results, seen) == (first.results, [])
    third = await run(lean, tmp_path)
    assert third.duplicates == first.duplicates
    assert (tmp_path / "kept.jsonl").read_text() == kept


async def test_a_set_that_has_grown_pays_for_what_is_new(lean: LeanBackend, tmp_path: Path) -> None:
    first = await run(lean, tmp_path, TASKS[:4])
    before = [row for row in rows(tmp_path / "journal.jsonl") if "request" in row]
    seen: list[Filtered] = []
    changed = Task(id="false", kind="prove", formal="theorem false (n : ℕ) : n ≤ n ^ 2")
    tasks = [TASKS[4], *(changed if task.id == "false" else task for task in TASKS[:4])]
    found = await run(lean, tmp_path, tasks, on_result=seen.append)
    assert {result.id for result in seen} == {"faulty", "false"}
    assert {result.id: result.status for result in found.results} == {
        "good": "kept", "again": "kept", "false": "kept", "vacuous": "vacuous", "faulty": "faulty",
    }  # fmt: skip
    assert found.duplicates == first.duplicates
    asked = [row for row in rows(tmp_path / "journal.jsonl") if "request" in row][len(before) :]
    about = json.dumps([row["request"] for row in asked], ensure_ascii=False)
    assert "n ≤ n ^ 2" in about
    assert not {"x + y", "Even (a + b)", "a < b ∧ b < a"} & {
        text for text in ("x + y", "Even (a + b)", "a < b ∧ b < a") if text in about
    }


async def test_a_folder_of_another_set_is_refused(lean: LeanBackend, tmp_path: Path) -> None:
    await run(lean, tmp_path, TASKS[4:5], duplicates=False)
    kept = (tmp_path / "kept.jsonl").read_text()
    with pytest.raises(InputError, match="without any of these statements"):
        await run(lean, tmp_path, TASKS[:1])
    assert (tmp_path / "kept.jsonl").read_text() == kept


async def test_what_stands_before_the_theorem_belongs_to_it(
    lean: LeanBackend, tmp_path: Path
) -> None:
    text = "def half (n : ℕ) : ℕ := n / 2\n\ntheorem t (n : ℕ) : half n = n"
    (result,) = (await run(lean, tmp_path, [Task(id="t", formal=text)], checks=["unused"])).results
    assert (result.status, result.reason) == ("kept", "")


@pytest.mark.usefixtures("asked_anew")
async def test_a_spent_budget_ends_it_and_more_budget_ends_the_rest(
    lean: LeanBackend, tmp_path: Path
) -> None:
    first = await run(lean, tmp_path, limits=Limits(lean_seconds=0.01), concurrency=1)
    assert any(result.status == "partial" for result in first.results)
    assert first.duplicates == ()
    assert first.funnel(7)["kept"] <= 1
    second = await run(lean, tmp_path)
    assert second.funnel(7)["kept"] == 3


@pytest.mark.usefixtures("asked_anew")
async def test_cancelling_keeps_what_is_done(lean: LeanBackend, tmp_path: Path) -> None:
    first = asyncio.Event()
    task = asyncio.create_task(run(lean, tmp_path, on_result=lambda result: first.set()))
    await first.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    done = finished(tmp_path / "results.jsonl", Filtered)
    assert done
    again = await run(lean, tmp_path)
    assert {each.key: each for each in again.results}.items() >= done.items()


async def test_warnings_drop_when_that_is_asked(lean: LeanBackend, tmp_path: Path) -> None:
    tasks = [task for task in TASKS if task.id in ("minus", "good")]
    found = await run(lean, tmp_path, tasks, strict=True, checks=["traps"])
    assert {result.id: result.status for result in found.results} == {
        "good": "kept", "minus": "warned",
    }  # fmt: skip
    assert found.funnel(2, strict=True) == {
        "in": 2, "elaborates": 2, "names_known": 2, "not_vacuous": 2, "not_false": 2,
        "no_warning": 1, "kept": 1,
    }  # fmt: skip


BARE = "import Proofloop"
NAMES = {  # what becomes of a statement with a name that nothing declares
    "faulty": "(n : ℕ) (h : Prme n) : 2 ≤ n",  # an unknown name is no function, says Lean
    "faulty 2": "(n : ℕ) : Positve n",
    "unknown_name": "(n : ℕ) (h : n < limitt) : n ≤ limitt",
    "unknown_name 2": "(xs : List Natt) : xs ++ [] = xs",
    "kept": "(xs : List α) : xs ++ [] = xs",
    "kept 2": "(h : x₁ = y) : y = x₁",
    "kept 3": "(α : Type u) (x : α) : x = x",
}


async def test_a_misspelt_name_drops_and_a_letter_for_a_variable_does_not(
    lean: LeanBackend, tmp_path: Path
) -> None:
    tasks = [
        Task(id=name, kind="prove", formal=f"theorem t {text}", header=BARE)
        for name, text in NAMES.items()
    ]
    found = await run(lean, tmp_path, tasks, checks=["auto_bound"], duplicates=False)
    assert [result.status for result in found.results] == [name.split()[0] for name in NAMES]
    assert [list(result.warnings) for result in found.results[4:]] == [["auto_bound"]] * 2 + [[]]
    reasons = {result.id: result.reason for result in found.results}
    assert "Unknown identifier `Prme`" in reasons["faulty"]
    assert reasons["unknown_name"].endswith(": limitt")
    assert found.funnel(7)["names_known"] == 3


async def test_statements_under_other_headers_are_not_compared(
    lean: LeanBackend, tmp_path: Path
) -> None:
    text = "theorem t (a b : ℕ) : a + b = b + a"
    tasks = [
        Task(id="one", formal=text),
        Task(id="two", formal=text, header="import Proofloop\nopen Nat Int"),
        Task(id="three", formal=text, header="import Nowhere"),
    ]
    found = await run(lean, tmp_path, tasks, checks=["false", "vacuous"])
    assert [result.status for result in found.results] == ["kept", "kept", "faulty"]
    assert found.duplicates == ()


async def test_a_task_without_a_formal_statement_is_named(
    lean: LeanBackend, tmp_path: Path
) -> None:
    with pytest.raises(InputError, match="'words' has no formal statement"):
        await run(lean, tmp_path, [*TASKS, Task(id="words", informal="one is one")])
    assert not (tmp_path / "results.jsonl").exists()


@pytest.mark.slow
@pytest.mark.timeout(1800)
async def test_planted_errors_fall_and_nothing_else(lean: LeanBackend, tmp_path: Path) -> None:
    """One statement in eight: what the checks say of each is tested in hygiene/test_planted.py."""
    planted = rows(PLANTED)[::8]
    assert {row["label"] for row in planted} == {row["label"] for row in rows(PLANTED)}
    tasks = [
        Task(id=row["id"], formal=row["formal"], header=REALS if row["reals"] else INTEGERS)
        for row in planted
    ]
    found = await run(lean, tmp_path, tasks, checks=["vacuous", "false"])
    status = {result.id: result.status for result in found.results}
    wrong = {row["id"]: row["label"] for row in planted if row["label"] in ("false", "vacuous")}
    assert {name: status[name] for name in wrong} == wrong
    assert Counter(status[row["id"]] for row in planted if row["id"] not in wrong) == {
        "kept": len(planted) - len(wrong)
    }
    headers = {task.id: task.header for task in tasks}
    for result in found.results:
        if result.proof:
            request = CheckRequest(source=result.proof, header=headers[result.id])
            assert (await lean.check(request)).tier == Tier.KERNEL
