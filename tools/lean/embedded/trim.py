"""Make the WebAssembly module small to load: a symbol table instead of 201,110 exports.

The package exports every function of Lean, so that the interpreter can find compiled code by its
name. An engine builds an object with all of them for each instance, and the package's ``dlsym``
lists that object at every look-up. Here every exported function gets a place in the function
table, as an address-taken function has anyway, and ``symtab.bin`` says which.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from itertools import chain
from typing import BinaryIO

from proofloop.tools.lean.embedded import wasm


@dataclass(frozen=True)
class Symbols:
    """``values`` maps each symbol to its index in the function table, or to its data address."""

    values: Mapping[bytes, int]
    table_size: int


def trim_module(module: bytes, keep: Collection[bytes], out: BinaryIO) -> Symbols:
    """Write ``module`` to ``out`` with no exports but ``keep``; raises ValueError for a module of
    another shape than the pinned package's."""
    sections = wasm.read_sections(module)
    bodies = {section.id: section.body for section in sections}
    imports = list(wasm.read_imports(bodies[wasm.IMPORT]))
    exports = list(wasm.read_exports(bodies[wasm.EXPORT]))
    _demand(keep, imports, exports)

    offset, functions = wasm.read_elements(bodies[wasm.ELEMENT])
    values = dict(_place_functions(exports, offset, functions))
    values.update(_data_addresses(exports, imports, bodies[wasm.GLOBAL]))
    table_size = offset + len(functions)

    replaced = {
        wasm.EXPORT: wasm.write_exports(export for export in exports if export.name in keep),
        wasm.ELEMENT: wasm.write_elements(offset, functions),
        wasm.TABLE: wasm.write_table(table_size),
    }
    out.write(wasm.HEADER)
    for section in sections:
        body = replaced.get(section.id, section.body)
        out.write(bytes([section.id]) + wasm.u32(len(body)))
        out.write(body)
    return Symbols(values, table_size)


def symbol_table(values: Mapping[bytes, int]) -> bytes:
    """``symtab.bin``: little-endian triples of 32 bits (CRC-32 of the name, CRC-32 of the name
    read backwards, value), in ascending order, for a binary search without any name in it."""
    entries = sorted(
        (zlib.crc32(name), zlib.crc32(name[::-1]), value) for name, value in values.items()
    )
    if len({entry[:2] for entry in entries}) != len(entries):
        raise ValueError("two symbols have the same hash")
    return struct.pack(f"<{3 * len(entries)}I", *chain.from_iterable(entries))


def _demand(
    keep: Collection[bytes], imports: list[wasm.Import], exports: list[wasm.Export]
) -> None:
    names = {export.name for export in exports}
    if missing := sorted(set(keep) - names):
        raise ValueError(f"the module does not export {missing[0].decode()}")
    # The glue's updateGOT is switched off on the strength of this.
    if both := sorted(
        each.name for each in imports if each.module[:4] == b"GOT." and each.name in names
    ):
        raise ValueError(f"the module imports the address of its own {both[0].decode()}")


def _place_functions(
    exports: list[wasm.Export], offset: int, functions: list[int]
) -> Iterator[tuple[bytes, int]]:
    """Each exported function with its place in the table, appended to ``functions`` if new."""
    places: dict[int, int] = {}
    for place, function in enumerate(functions, offset):
        places.setdefault(function, place)
    for export in exports:
        if export.kind == wasm.FUNC:
            if export.index not in places:
                places[export.index] = offset + len(functions)
                functions.append(export.index)
            yield export.name, places[export.index]


def _data_addresses(
    exports: list[wasm.Export], imports: list[wasm.Import], body: memoryview
) -> Iterator[tuple[bytes, int]]:
    """Exported constants: addresses of variables, as the module is linked at a fixed base."""
    imported = sum(each.kind == wasm.GLOBAL_KIND for each in imports)
    globals_ = list(wasm.read_globals(body))
    for export in exports:
        if export.kind == wasm.GLOBAL_KIND:
            variable = globals_[export.index - imported]
            if not variable.mutable:
                yield export.name, variable.value & 0xFFFFFFFF
