"""An index over real constants of Lean: what is found, and what happens to damaged files."""

from __future__ import annotations

import shutil
import sqlite3
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from proofloop.core.errors import InputError, StorageError
from proofloop.tools.lean.embedded.backend import EmbeddedLean
from proofloop.tools.lean.premises import read, store
from proofloop.tools.lean.premises.index import PremiseIndex, build
from proofloop.tools.lean.premises.nearest import nearest
from proofloop.tools.lean.premises.premise import Premise, render
from proofloop.tools.lean.premises.retrieve import Retriever, premises_for
from proofloop.tools.lean.report import LeanVersion


@pytest.mark.parametrize(
    ("query", "name"),
    [
        ("addition is commutative", "Nat.add_comm"),
        ("x ∣ y → y ∣ z → x ∣ z", "Nat.dvd_trans"),
        ("u + v = v + u", "Nat.add_comm"),
        ("length of append", "List.length_append"),
        ("Nat.succ_ne_z", "Nat.succ_ne_zero"),
        ("(l ++ k).length = l.length + k.length", "List.length_append"),
        ("prime number", "Nat.Prime"),
    ],
)
def test_words_types_and_beginnings_of_names_find(
    index: PremiseIndex, query: str, name: str
) -> None:
    assert name in [hit.premise.name for hit in index.search(query, 5)]


def test_scores_fall_and_k_is_the_most(index: PremiseIndex) -> None:
    hits = index.search("a + b = b + a", 7)
    assert len(hits) == 7
    assert [hit.score for hit in hits] == sorted((hit.score for hit in hits), reverse=True)


def test_only_the_kinds_asked_for_are_found(index: PremiseIndex) -> None:
    hits = index.search("append", 20, kinds=["def"])
    assert {hit.premise.kind for hit in hits} == {"def"}


def test_a_text_without_a_word_finds_nothing(index: PremiseIndex) -> None:
    assert index.search("of the") == []
    assert index.search("") == []


@given(st.text(max_size=60))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60)
def test_no_query_is_an_error(index: PremiseIndex, query: str) -> None:
    index.search(query, 3)
    nearest(index, query, 3)


def test_a_premise_keeps_what_lean_said_of_it(index: PremiseIndex) -> None:
    found = index.get("Nat.add_comm")
    assert found == Premise(
        name="Nat.add_comm",
        kind="theorem",
        type="∀ (n m : ℕ), n + m = m + n",
        module="Init.Data.Nat.Basic",
    )


def test_definitions_without_bodies_are_no_axioms(premises: list[Premise]) -> None:
    kinds = {premise.name: premise.kind for premise in premises}
    assert kinds["List.filter"] == "def"
    assert "axiom" not in kinds.values()


def test_deprecated_names_say_what_replaces_them(premises: list[Premise]) -> None:
    deprecated = {premise.name: premise.deprecated for premise in premises if premise.deprecated}
    assert deprecated
    assert "" not in deprecated.values()


@pytest.mark.parametrize(
    ("wrong", "right"),
    [
        ("Nat.add_com", "Nat.add_comm"),
        ("nat.add_comm", "Nat.add_comm"),
        ("Nat.dvd.trans", "Nat.dvd_trans"),
        ("Int.succ_ne_zero", "Nat.succ_ne_zero"),
        ("List.append_length", "List.length_append"),
        ("add_comm", "Nat.add_comm"),
        ("_root_.Nat.add_comm", "Nat.add_comm"),
    ],
)
def test_wrong_names_are_answered_with_right_ones(
    index: PremiseIndex, wrong: str, right: str
) -> None:
    assert right in [hit.premise.name for hit in nearest(index, wrong, 3)]


def test_a_name_that_exists_is_its_own_nearest(index: PremiseIndex) -> None:
    first, second = nearest(index, "Nat.add_comm", 2)
    assert (first.premise.name, first.score) == ("Nat.add_comm", 1.0)
    assert second.score < 1.0


def test_what_is_like_nothing_has_no_neighbour(index: PremiseIndex) -> None:
    assert nearest(index, "Zzzzqqqq.xxxxwwww_vvvv") == []


async def test_premises_for_a_prompt_are_declarations_of_bounded_length(
    index: PremiseIndex,
) -> None:
    text = await premises_for(Retriever(index), "x ∣ y → y ∣ z → x ∣ z", 10, characters=400)
    assert "theorem Nat.dvd_trans : ∀ {a b c : ℕ}, a ∣ b → b ∣ c → a ∣ c" in text
    assert len(text) <= 400
    assert await premises_for(None, "x", 10) == ""
    assert await premises_for(Retriever(index), "x ∣ y", 0) == ""


def test_long_types_and_documentation_are_cut() -> None:
    long = Premise(name="t", kind="theorem", type="a " * 400, doc="Words. " * 100)
    text = render([long])
    assert text.startswith("/-- Words.")
    assert len(text) < 500


def test_another_format_or_no_index_at_all_is_told(tmp_path: Path) -> None:
    path = tmp_path / "index.sqlite"
    path.write_text("nothing of the kind")
    with pytest.raises(StorageError, match="is no index of premises"):
        PremiseIndex(path)
    assert store.usable(path) is None
    build(path, [], {})
    with sqlite3.connect(path) as database:
        database.execute("UPDATE facts SET value = '0' WHERE key = 'format'")
    with pytest.raises(StorageError, match="another format"):
        PremiseIndex(path)


def test_of_two_premises_of_one_name_the_first_stays(tmp_path: Path) -> None:
    path = tmp_path / "index.sqlite"
    build(path, [Premise(name="a", kind="def", type=t) for t in ("Nat", "Int")], {})
    with PremiseIndex(path) as index:
        assert len(index) == 1
        assert index.premises()[0].type == "Nat"


async def test_pages_are_read_in_the_order_of_the_imports(lean: EmbeddedLean) -> None:
    header = "import Proofloop"
    first = await read.page(lean, header, 0)
    second = await read.page(lean, header, read.SPAN)
    assert first["next"] == read.SPAN
    assert first["total"] > 10 * read.SPAN
    names = [row["name"] for found in (first, second) for row in found["constants"]]
    assert len(set(names)) == len(names)
    assert "cond" in names
    assert not [name for name in names if ".Internal." in name or "«term" in name]


async def test_an_index_is_opened_where_it_is_and_read_where_it_is_not(
    lean: EmbeddedLean, index_file: Path, tmp_path: Path
) -> None:
    path = store.index_path(tmp_path, lean.version, ["Proofloop"], "")
    path.parent.mkdir()
    shutil.copy(index_file, path)
    with await store.open_index(lean, tmp_path, ["Proofloop"]) as index:
        assert index.get("Nat.add_comm") is not None
    with pytest.raises(InputError, match="unknown module Nowhere"):
        await store.open_index(lean, tmp_path, ["Nowhere"])


def test_another_lean_other_imports_and_another_project_have_another_index(tmp_path: Path) -> None:
    one, two = (LeanVersion(version=version, backend="embedded") for version in ("4.28", "4.29"))
    paths = {
        store.index_path(tmp_path, one, ["Std"], ""),
        store.index_path(tmp_path, two, ["Std"], ""),
        store.index_path(tmp_path, one, ["Proofloop"], ""),
        store.index_path(tmp_path, one, ["Std"], "project"),
    }
    assert len(paths) == 4
