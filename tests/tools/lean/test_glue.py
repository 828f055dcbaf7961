from __future__ import annotations

import pytest

from proofloop.tools.lean.embedded.glue import Patch, cut_exports, patches

SCRIPT = (
    b'var start=()=>{_used();wasmExports["ctors"]()};var _main,_lean_main,_used,_other;'
    b"function assignWasmExports(wasmExports){"
    b'_main=Module["_main"]=wasmExports["main"];'
    b'_used=Module["_used"]=wasmExports["used"];'
    b'_other=Module["_other"]=wasmExports["other"].value}'
    b"var wasmImports;function assignWasmImports(){}"
)


def test_exports_that_nothing_mentions_are_cut() -> None:
    glue = cut_exports(SCRIPT)
    assert glue.exports == {b"used", b"ctors"}
    assert "_used=Module" in glue.text
    assert "_other" not in glue.text
    assert "var _used;function assignWasmExports" in glue.text


def test_script_of_another_layout_is_refused() -> None:
    with pytest.raises(ValueError, match="0 times, not once"):
        cut_exports(SCRIPT.replace(b"assignWasmImports", b"assignImports"))


def test_patch_applies_exactly_once_or_not_at_all() -> None:
    patch = Patch("answer", "because", "= 41", "= 42")
    assert patch.apply("x = 41;") == "x = 42;"
    for text, times in (("x = 40;", 0), ("x = 41; y = 41;", 2)):
        with pytest.raises(ValueError, match=f"'answer' applies {times} times"):
            patch.apply(text)


def test_every_patch_has_a_name_of_its_own_and_a_reason() -> None:
    named = patches(table_size=100)
    assert len({patch.name for patch in named}) == len(named)
    assert all(patch.reason and patch.old != patch.new for patch in named)
