from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from proofloop.core.errors import InputError
from proofloop.tools.lean.header import Import, read_header


def modules(text: str) -> tuple[str, ...]:
    return read_header(text).modules


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", ()),
        ("theorem t : 1 = 1 := rfl", ()),
        ("import Std\nimport Lean.Elab.Command\n", ("Std", "Lean.Elab.Command")),
        ("import Std import Lean", ("Std", "Lean")),
        ("import\n  Std\n", ("Std",)),
        ("import Std -- maps\n\nopen Std", ("Std",)),
        ("-- import No\n/- import No /- nested -/ import No -/ import Std", ("Std",)),
        ("import/- why not -/Std", ("Std",)),
        ("import «Std».Data", ("Std.Data",)),
        ("import Init.Prelude'\n", ("Init.Prelude'",)),
        ("import Std\nimport Std\n", ("Std",)),
        ("\ufeffimport Std", ("Std",)),
        ("import Std\r\nimport Lean\r\ntheorem", ("Std", "Lean")),
        ("importStd", ()),
        ("import_ok Std", ()),
        ("imports Std", ()),
        ("/-- doc -/ import Std", ()),
        ("/-! doc -/ import Std", ()),
        ("theorem t : 1 = 1 := rfl\nimport Std", ()),
        ('def s := "\nimport Std"', ()),
        ("public theorem t : 1 = 1 := rfl", ()),
        ("meta def import := 1", ()),
    ],
)
def test_imports_are_those_that_lean_reads(text: str, expected: tuple[str, ...]) -> None:
    assert modules(text) == expected


def test_modifiers_and_lines_are_kept() -> None:
    header = read_header("module\nprelude\n\npublic meta import A.B\nimport all C\nmodule")
    assert (header.module, header.prelude) == (True, True)
    assert header.imports == (
        Import("A.B", 4, ("public", "meta")),
        Import("C", 5, ("all",)),
    )
    assert header.body.strip() == "module"


def test_lines_and_columns_of_the_body_stay() -> None:
    text = "/- ∀ -/ import Std /- ∃\n -/ theorem t : 1 = 1 := rfl\n-- import Std\n"
    body = read_header(text).body
    assert body == " " * 23 + "\n    theorem t : 1 = 1 := rfl\n-- import Std\n"


@pytest.mark.parametrize(
    ("text", "line", "message"),
    [
        ("import Std\nimport\n", 3, "name of a module"),
        ("import 3", 1, "name of a module"),
        ("import Std.\ntheorem", 1, "name of a module"),
        ("\n/- /- -/", 2, "unended comment"),
        ("import Std\n\timport Lean", 2, "tabs"),
    ],
)
def test_a_bad_header_is_an_error_with_its_line(text: str, line: int, message: str) -> None:
    with pytest.raises(InputError, match=message) as caught:
        read_header(text)
    assert caught.value.line == line


WORDS = ("import Std", "import", "module", "prelude", "public ", "theorem t : 1 = 1 := rfl", "∑")
MARKS = (" ", "\n", "\r\n", "\t", "-- x\n", "/-", "-/", "/--", "«", "»", ".", "A")
PIECES = st.sampled_from(WORDS + MARKS)


@given(st.lists(PIECES, max_size=12).map("".join))
def test_only_the_header_is_blanked(text: str) -> None:
    try:
        body = read_header(text).body
    except InputError as error:
        assert error.line is not None
        return
    text = text.replace("\r\n", "\n")
    assert len(body) == len(text)
    rest = body.lstrip(" \n")
    assert text.endswith(rest)
    assert body[: len(body) - len(rest)] == re.sub(r"[^\n]", " ", text[: len(text) - len(rest)])
