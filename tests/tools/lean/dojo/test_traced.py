"""Traces made by LeanDojo's extractor and read by LeanDojo's classes, as our values and tasks."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest

from proofloop.core.errors import InputError
from proofloop.datasets.leandojo import load_traced, tasks_of
from proofloop.tools.lean.backend import CheckRequest
from proofloop.tools.lean.dojo.benchmark import read_benchmark
from proofloop.tools.lean.dojo.data import Trace, TracedTheorem
from proofloop.tools.lean.dojo.goals import Goal, Hypothesis, parse_state
from proofloop.tools.lean.dojo.graph import PremiseGraph
from proofloop.tools.lean.dojo.traced import read_traced, traced_paths
from proofloop.tools.lean.embedded.backend import EmbeddedLean
from support.dojo_trace import write_benchmark


@pytest.fixture(scope="module")
def trace(traced: Path) -> Trace:
    return read_traced(traced)


def theorem(trace: Trace, name: str, file: str = "Example.lean") -> TracedTheorem:
    return next(item for item in trace.theorems if (item.name, item.file) == (name, file))


def test_every_tactic_comes_with_the_goals_around_it(trace: Trace) -> None:
    first, last = theorem(trace, "Example.double_add").tactics
    assert first.tactic == "rw [double_eq, double_eq, double_eq]"
    assert first.state_before == "m n : Nat\n⊢ double (m + n) = double m + double n"
    assert first.state_after == last.state_before
    assert first.annotated.count("<a>double_eq</a>") == 3
    assert last.state_after == "no goals"


def test_statement_proof_and_context_are_parted(trace: Trace) -> None:
    found = theorem(trace, "Example.double_le")
    assert found.statement == "theorem double_le {m n : Nat} (h : m ≤ n) : double m ≤ double n"
    assert found.proof.startswith("by\n  cases h with")
    assert found.context.rstrip().endswith("-- by distributivity")


def test_premises_are_named_in_full_with_the_place_that_defines_them(trace: Trace) -> None:
    uses = {use.name: use for use in theorem(trace, "Example.double_add").uses}
    assert (uses["Example.double_eq"].file, uses["Example.double_eq"].position) == (
        "Example.lean",
        (5, 9),
    )
    assert uses["Nat.mul_add"].file.startswith(".lake/packages/lean4/src/lean/Init/")


def test_a_proof_by_a_term_has_no_tactics(trace: Trace) -> None:
    found = theorem(trace, "Example.double_zero", "Example/Double.lean")
    assert (found.tactics, found.proof) == ((), "")


async def test_tasks_from_a_trace_are_theorems_that_lean_accepts_with_their_proofs(
    traced: Path, trace: Trace, lean: EmbeddedLean
) -> None:
    tasks = {task.id: task for task in load_traced(traced)}
    assert set(tasks) == {
        "Example.lean:Example.double_eq",
        "Example/Double.lean:Example.double_eq",
        "Example.double_zero",
        "Example.double_add",
        "Example.double_le",
    }
    for name in ("Example.double_add", "Example.double_le"):
        task = tasks[name]
        report = await lean.check(
            CheckRequest(
                source=f"{task.formal} := {theorem(trace, name).proof}",
                statement=task.formal,
                # Only the file itself was compiled here.
                header=task.header.replace("import Example.Double\n", ""),
            )
        )
        assert report.accepted, report.reason


def test_xml_traces_say_the_same_as_json_traces(traced: Path, trace: Trace, tmp_path: Path) -> None:
    folder = tmp_path / "example"
    shutil.copytree(traced, folder)
    from lean_dojo import LeanGitRepo, TracedFile

    repository = LeanGitRepo.from_path(traced)
    for path in sorted(folder.rglob("*.ast.json")):
        file = TracedFile.from_traced_file(folder, path, repository)
        path.with_name(path.name.replace(".ast.json", ".trace.xml")).write_text(file.to_xml())
        path.unlink()
    theirs = read_traced(folder)
    assert [t.tactics for t in theirs.theorems] == [t.tactics for t in trace.theorems]
    assert theirs.files == trace.files


def test_a_damaged_trace_is_named(traced: Path, tmp_path: Path) -> None:
    folder = tmp_path / "example"
    shutil.copytree(traced, folder)
    next(folder.rglob("Example.ast.json")).write_text("{")
    with pytest.raises(InputError, match=r"Example\.ast\.json: LeanDojo cannot read it"):
        read_traced(folder)


def test_a_folder_without_a_trace_is_refused(lean_dojo_package: Path, tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"holds no \*\.trace\.xml"):
        read_traced(tmp_path)


def test_the_graph_of_a_trace_knows_uses_and_what_is_accessible(trace: Trace) -> None:
    graph = PremiseGraph(trace)
    assert graph.premises_of("Example.double_add") == [
        "Nat",
        "Example.double",
        "Example.double_eq",
        "Nat.mul_add",
    ]
    assert "Nat.two_mul" in graph.all_premises_of("Example.double_add")
    here = graph.accessible("Example.lean", (11, 1))
    assert "Example.double_zero" in here  # by import
    assert "Example.double_le" not in here  # further below


def test_states_are_taken_apart_by_leandojo(trace: Trace) -> None:
    states = [tactic.state_before for tactic in theorem(trace, "Example.double_le").tactics]
    assert parse_state(states[1]) == (
        Goal(
            hypotheses=(Hypothesis(name="m", type="Nat"),),
            conclusion="double m ≤ double m",
            case="refl",
        ),
    )
    assert parse_state("no goals") == ()
    with pytest.raises(InputError, match="not a tactic state"):
        parse_state("⊢ a ⊢ b")


def test_theorems_without_a_statement_make_no_task() -> None:
    bare = TracedTheorem(name="t", file="A.lean", start=(1, 1), end=(1, 9))
    assert tasks_of(Trace(theorems=(bare,))) == []


def test_a_trace_written_as_benchmark_reads_back_the_same(traced: Path, tmp_path: Path) -> None:
    trace = read_traced(traced)
    folder = write_benchmark(tmp_path, *exported(traced))
    again = read_benchmark(folder)
    assert again.files == trace.files
    assert [(t.name, t.tactics) for t in again.theorems] == [
        (t.name, t.tactics) for t in trace.theorems
    ]


def exported(folder: Path) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """The corpus and the theorems from LeanDojo's objects, field by field as its notebook
    ``generate-benchmark-lean4`` exports them."""
    from lean_dojo import LeanGitRepo, TracedFile, TracedRepo

    repository = LeanGitRepo.from_path(folder)
    paths = traced_paths(folder)
    files = [TracedFile.from_traced_file(folder, path, repository) for path in paths]
    TracedRepo(repository, {}, folder, files, None)._update_traced_files()
    corpus = [
        {
            "path": str(file.path),
            "imports": sorted(str(path) for _, path in file.get_direct_dependencies(repository)),
            "premises": file.get_premise_definitions(),
        }
        for file in files
    ]
    theorems = [
        {
            "url": repository.url,
            "commit": repository.commit,
            "file_path": str(theorem.file_path),
            "full_name": theorem.theorem.full_name,
            "start": list(theorem.start),
            "end": list(theorem.end),
            "traced_tactics": [
                {
                    "tactic": tactic.tactic,
                    "annotated_tactic": tactic.get_annotated_tactic(),
                    "state_before": tactic.state_before,
                    "state_after": tactic.state_after,
                }
                for tactic in theorem.get_traced_tactics()
            ],
        }
        for file in files
        for theorem in file.get_traced_theorems()
    ]
    return corpus, theorems
