"""LeanDojo Benchmark's JSON, written from real traces as LeanDojo's own exporter writes it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from proofloop.core.errors import InputError
from proofloop.datasets.leandojo import load_benchmark
from proofloop.tools.lean.dojo.benchmark import read_benchmark, read_corpus, read_theorems
from proofloop.tools.lean.dojo.data import Trace, module_of
from proofloop.tools.lean.dojo.graph import GraphBoosted, PremiseGraph
from proofloop.tools.lean.premises.premise import Hit, Premise
from support.dojo_trace import write_benchmark

ROW = {
    "url": "https://github.com/leanprover-community/mathlib4",
    "commit": "fe4454af900584467d21f4fd4fe951d29d9332a7",
    "file_path": "Mathlib/Algebra/Example.lean",
    "full_name": "Example.t",
    "theorem_statement": "theorem t (n : ℕ) : n + 0 = n :=",
    "start": [3, 1],
    "end": [4, 20],
    "traced_tactics": [
        {
            "tactic": "rw [add_zero]",
            "annotated_tactic": [
                "rw [<a>add_zero</a>]",
                [
                    {
                        "full_name": "add_zero",
                        "def_path": "Mathlib/Algebra/Group/Defs.lean",
                        "def_pos": [10, 9],
                        "def_end_pos": [10, 17],
                    }
                ],
            ],
            "state_before": "n : ℕ\n⊢ n + 0 = n",
            "state_after": "no goals",
        }
    ],
}
FILES = [
    {
        "path": "Mathlib/Algebra/Group/Defs.lean",
        "imports": [".lake/packages/lean4/src/lean/Init.lean"],
        "premises": [
            {
                "full_name": "add_zero",
                "code": "theorem add_zero (a : M) : a + 0 = a",
                "start": [10, 1],
                "end": [11, 5],
                "kind": "commanddeclaration",
            }
        ],
    },
    {
        "path": "Mathlib/Algebra/Example.lean",
        "imports": ["Mathlib/Algebra/Group/Defs.lean"],
        "premises": [],
    },
]


def written(folder: Path, files: Any = FILES, rows: Any = (ROW,)) -> Path:
    return write_benchmark(folder, files, rows)


def test_theorems_bring_states_premises_and_a_header_of_imports(tmp_path: Path) -> None:
    [task] = load_benchmark(written(tmp_path))
    assert task.id == "Example.t"
    assert task.formal == "theorem t (n : ℕ) : n + 0 = n"
    assert task.header == "import Mathlib.Algebra.Group.Defs"
    assert task.extra["premises"] == ["add_zero"]
    assert task.extra["tactics"] == ["rw [add_zero]"]


def test_the_graph_joins_theorems_and_corpus(tmp_path: Path) -> None:
    graph = PremiseGraph(read_benchmark(written(tmp_path)))
    assert graph.premises_of("Example.t") == ["add_zero"]
    assert graph.users_of("add_zero") == ["Example.t"]
    assert graph.uses.nodes["add_zero"]["module"] == "Mathlib.Algebra.Group.Defs"
    assert graph.accessible("Mathlib/Algebra/Example.lean", (3, 1)) == ["add_zero"]
    assert graph.most_used() == [("add_zero", 1)]
    with pytest.raises(InputError, match="nowhere is not in the premise graph"):
        graph.premises_of("nowhere")


async def test_premises_in_use_are_raised_in_a_ranking(tmp_path: Path) -> None:
    class Even:
        async def search(self, text: str, k: int = 10, *, kinds: Any = ()) -> list[Hit]:
            names = ("a_rare_one", "add_zero")
            return [Hit(premise=Premise(name=n, kind="theorem", type=""), score=1) for n in names]

        def nearest(self, name: str, k: int = 5) -> list[Hit]:
            return []

    graph = PremiseGraph(read_benchmark(written(tmp_path)))
    hits = await GraphBoosted(Even(), graph).search("n + 0", 1)
    assert [hit.premise.name for hit in hits] == ["add_zero"]


@pytest.mark.timeout(600)  # the package brings much and starts slowly
def test_a_missing_field_is_named_with_file_and_place(tmp_path: Path) -> None:
    rows = [ROW, {key: value for key, value in ROW.items() if key != "full_name"}]
    folder = written(tmp_path, rows=rows)
    with pytest.raises(InputError, match=r"test\.json: field '\[1\]\.full_name': Field required"):
        read_theorems(folder / "random" / "test.json")


def test_a_line_that_is_not_json_is_named(tmp_path: Path) -> None:
    folder = written(tmp_path)
    with (folder / "corpus.jsonl").open("a") as file:
        file.write("{\n")
    with pytest.raises(InputError, match=r"corpus\.jsonl:3: not JSON"):
        read_corpus(folder / "corpus.jsonl")


@pytest.mark.parametrize(
    ("path", "module"),
    [
        ("Mathlib/Order/Basic.lean", "Mathlib.Order.Basic"),
        (".lake/packages/batteries/Batteries/Data/List.lean", "Batteries.Data.List"),
        (".lake/packages/lean4/src/lean/Init/Core.lean", "Init.Core"),
        (".lake/packages/lean4/src/lean/lake/Lake/CLI.lean", "Lake.CLI"),
    ],
)
def test_paths_are_modules(path: str, module: str) -> None:
    assert module_of(path) == module


def test_an_empty_trace_has_an_empty_graph() -> None:
    graph = PremiseGraph(Trace())
    assert graph.most_used() == []
    assert graph.weight("x") == 1.0
