from __future__ import annotations

import io
import struct
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from proofloop.tools.lean.embedded import wasm
from proofloop.tools.lean.embedded.trim import symbol_table, trim_module

I32 = 0x7F


def section(number: int, body: bytes) -> bytes:
    return bytes([number]) + wasm.u32(len(body)) + body


def name(text: str) -> bytes:
    return wasm.u32(len(text)) + text.encode()


def module(exports: list[wasm.Export], imports: bytes = b"\0") -> bytes:
    """Three functions that return 10, 11 and 12, of which only the second is in the table, and
    two globals: a constant 1024 and a variable 7."""
    functions = [bytes([4, 0, wasm.I32_CONST, 10 + n, wasm.END]) for n in range(3)]
    variables = [
        bytes([I32, mutable, wasm.I32_CONST]) + wasm.signed(value) + bytes([wasm.END])
        for mutable, value in ((0, 1024), (1, 7))
    ]
    return wasm.HEADER + b"".join(
        [
            section(1, wasm.vector([bytes([0x60, 0, 1, I32])])),
            section(wasm.IMPORT, imports),
            section(3, wasm.vector([b"\0"] * 3)),
            section(wasm.TABLE, wasm.write_table(2)),
            section(wasm.GLOBAL, wasm.vector(variables)),
            section(wasm.EXPORT, wasm.write_exports(exports)),
            section(wasm.ELEMENT, wasm.write_elements(1, [1])),
            section(10, wasm.vector(functions)),
        ]
    )


EXPORTS = [
    wasm.Export(b"ten", wasm.FUNC, 0),
    wasm.Export(b"eleven", wasm.FUNC, 1),
    wasm.Export(b"alias", wasm.FUNC, 0),
    wasm.Export(b"address", wasm.GLOBAL_KIND, 0),
    wasm.Export(b"counter", wasm.GLOBAL_KIND, 1),
    wasm.Export(b"table", wasm.TABLE_KIND, 0),
]


@given(st.integers(0, 2**32 - 1))
def test_unsigned_numbers_survive_writing_and_reading(value: int) -> None:
    assert wasm.Reader(memoryview(wasm.u32(value))).u32() == value


@given(st.integers(-(2**63), 2**63 - 1))
def test_signed_numbers_survive_writing_and_reading(value: int) -> None:
    assert wasm.Reader(memoryview(wasm.signed(value))).signed() == value


def test_every_exported_function_gets_one_place_in_the_table() -> None:
    out = io.BytesIO()
    symbols = trim_module(module(EXPORTS), {b"table"}, out)
    assert symbols.values == {b"eleven": 1, b"ten": 2, b"alias": 2, b"address": 1024}
    bodies = {each.id: each.body for each in wasm.read_sections(out.getvalue())}
    assert list(wasm.read_exports(bodies[wasm.EXPORT])) == [EXPORTS[-1]]
    assert wasm.read_elements(bodies[wasm.ELEMENT]) == (1, [1, 0])
    assert bytes(bodies[wasm.TABLE]) == wasm.write_table(symbols.table_size) == wasm.write_table(3)


def test_export_that_must_stay_and_is_not_there_is_an_error() -> None:
    with pytest.raises(ValueError, match="does not export malloc"):
        trim_module(module(EXPORTS), {b"malloc"}, io.BytesIO())


def test_module_that_imports_the_address_of_its_own_function_is_refused() -> None:
    imports = wasm.vector([name("GOT.func") + name("ten") + bytes([wasm.GLOBAL_KIND, I32, 1])])
    with pytest.raises(ValueError, match="address of its own ten"):
        trim_module(module(EXPORTS, imports), set(), io.BytesIO())


def test_what_is_not_a_module_is_an_error() -> None:
    with pytest.raises(ValueError, match="not a WebAssembly module"):
        trim_module(b"#!/bin/sh\n", set(), io.BytesIO())


@given(st.dictionaries(st.binary(min_size=1, max_size=20), st.integers(0, 2**32 - 1), max_size=50))
def test_symbol_table_is_sorted_and_holds_every_symbol(values: dict[bytes, int]) -> None:
    table = symbol_table(values)
    triples = list(struct.iter_unpack("<3I", table))
    assert triples == sorted(triples)
    found = {(first, second): value for first, second, value in triples}
    for symbol, value in values.items():
        assert found[zlib.crc32(symbol), zlib.crc32(symbol[::-1])] == value
