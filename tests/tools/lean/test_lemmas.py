from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from proofloop.core.errors import StorageError
from proofloop.tools.lean.lemmas import LemmaStore, key
from proofloop.tools.lean.report import LeanVersion

LEAN = LeanVersion(version="4.28.0", backend="one")
STATEMENT = "theorem hole_1 (n : Nat) : n + 0 = n"
PROOF = f"{STATEMENT} := by\n  induction n with\n  | zero => rfl\n  | succ n ih => rfl"


def test_a_proof_is_found_under_the_name_that_is_asked() -> None:
    store = LemmaStore()
    store.add(LEAN, "import Proofloop", STATEMENT, PROOF)
    other = "theorem claim\n    (n : Nat) : -- all of them\n    n + 0 = n"
    found = store.find(LEAN, "import Proofloop", other)
    assert found == PROOF.replace("hole_1", "claim")


@pytest.mark.parametrize(
    ("lean", "header", "statement"),
    [
        (LEAN.model_copy(update={"version": "4.29.0"}), "", STATEMENT),
        (LEAN, "open Nat", STATEMENT),
        (LEAN, "", "theorem hole_1 (n : Int) : n + 0 = n"),
        (LEAN, "", "theorem hole_1 (m : Nat) : m + 0 = m"),
    ],
)
def test_another_lean_header_or_statement_is_another_entry(
    lean: LeanVersion, header: str, statement: str
) -> None:
    store = LemmaStore()
    store.add(LEAN, "", STATEMENT, PROOF)
    assert store.find(lean, header, statement) is None
    assert store.find(LEAN, "", STATEMENT) == PROOF


def test_strings_are_no_comments_and_their_spaces_count() -> None:
    one, two = 'theorem t : "a -- b" = s', 'theorem t : "a  -- b" = s'
    assert key(LEAN, "", one) != key(LEAN, "", two)


@given(st.text(alphabet=" \n", min_size=1), st.sampled_from(["t", "a.b", "«x y»", "h'"]))
def test_white_space_and_name_do_not_matter(blank: str, name: str) -> None:
    words = ["(n", ":", "Nat)", ":", "n", "=", "n"]
    plain = f"theorem t {' '.join(words)}"
    if " " in name:
        return
    assert key(LEAN, "", f"theorem {name} {blank.join(words)}") == key(LEAN, "", plain)


def test_a_store_is_shared_by_files(tmp_path: Path) -> None:
    path = tmp_path / "folder" / "lemmas.sqlite"
    one, two = LemmaStore(path), LemmaStore(path)
    one.add(LEAN, "", STATEMENT, PROOF)
    assert two.find(LEAN, "", STATEMENT) == PROOF
    two.drop(LEAN, "", STATEMENT)
    assert one.find(LEAN, "", STATEMENT) is None
    assert len(one) == 0


def test_a_damaged_file_is_one_clear_error(tmp_path: Path) -> None:
    path = tmp_path / "lemmas.sqlite"
    path.write_bytes(b"no database at all, but long enough to be taken for one" * 100)
    with pytest.raises(StorageError, match="lemma store"):
        LemmaStore(path)
