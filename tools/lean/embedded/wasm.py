"""Just enough of the WebAssembly binary format to read a module's sections and write them back.

Names follow the specification (WebAssembly core, chapter 5). Every function raises ValueError
for a module that is not of the expected shape.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

HEADER = b"\0asm\x01\0\0\0"

IMPORT, TABLE, GLOBAL, EXPORT, ELEMENT = 2, 4, 6, 7, 9  # section ids
FUNC, TABLE_KIND, MEMORY, GLOBAL_KIND, TAG = range(5)  # kinds of imports and exports

FUNCREF = 0x70
I32_CONST, I64_CONST, END = 0x41, 0x42, 0x0B


@dataclass(frozen=True)
class Section:
    id: int
    body: memoryview


@dataclass(frozen=True)
class Import:
    module: bytes
    name: bytes
    kind: int


@dataclass(frozen=True, slots=True)
class Export:
    name: bytes
    kind: int
    index: int


@dataclass(frozen=True)
class Global:
    """A global with a constant initial value."""

    mutable: bool
    value: int


class Reader:
    def __init__(self, data: memoryview) -> None:
        self.data = data
        self.position = 0

    @property
    def done(self) -> bool:
        return self.position >= len(self.data)

    def byte(self) -> int:
        self.position += 1
        return self.data[self.position - 1]

    def expect(self, *wanted: int) -> None:
        for value in wanted:
            if (found := self.byte()) != value:
                raise ValueError(f"byte {found:#x} where {value:#x} belongs")

    def take(self, size: int) -> memoryview:
        self.position += size
        return self.data[self.position - size : self.position]

    def u32(self) -> int:
        data, position = self.data, self.position
        result = shift = 0
        while (byte := data[position]) & 0x80:
            result |= (byte & 0x7F) << shift
            shift += 7
            position += 1
        self.position = position + 1
        return result | byte << shift

    def signed(self) -> int:
        start = self.position
        unsigned = self.u32()
        bits = 7 * (self.position - start)
        return unsigned - (1 << bits) if unsigned >> (bits - 1) else unsigned

    def name(self) -> bytes:
        return bytes(self.take(self.u32()))


def read_sections(module: bytes) -> list[Section]:
    if module[:8] != HEADER:
        raise ValueError("not a WebAssembly module")
    reader = Reader(memoryview(module))
    reader.take(len(HEADER))
    sections = []
    while not reader.done:
        sections.append(Section(reader.byte(), reader.take(reader.u32())))
    return sections


def read_imports(body: memoryview) -> Iterator[Import]:
    reader = Reader(body)
    for _ in range(reader.u32()):
        module, name, kind = reader.name(), reader.name(), reader.byte()
        if kind == FUNC:
            reader.u32()
        elif kind == GLOBAL_KIND:
            reader.take(2)
        elif kind in (TABLE_KIND, MEMORY):
            if kind == TABLE_KIND:
                reader.byte()
            has_maximum = reader.byte() & 1
            reader.u32()
            if has_maximum:
                reader.u32()
        elif kind == TAG:
            reader.byte()
            reader.u32()
        else:
            raise ValueError(f"import of unknown kind {kind}")
        yield Import(module, name, kind)


def read_exports(body: memoryview) -> Iterator[Export]:
    reader = Reader(body)
    for _ in range(reader.u32()):
        yield Export(reader.name(), reader.byte(), reader.u32())


def read_globals(body: memoryview) -> Iterator[Global]:
    reader = Reader(body)
    for _ in range(reader.u32()):
        reader.byte()
        mutable = reader.byte() == 1
        if (opcode := reader.byte()) not in (I32_CONST, I64_CONST):
            raise ValueError(f"global initialised by opcode {opcode:#x}, not by a constant")
        yield Global(mutable, reader.signed())
        reader.expect(END)


def read_elements(body: memoryview) -> tuple[int, list[int]]:
    """The one active segment of table 0: its offset and its function indices."""
    reader = Reader(body)
    reader.expect(1, 0, I32_CONST)
    offset = reader.signed()
    reader.expect(END)
    return offset, [reader.u32() for _ in range(reader.u32())]


def u32(value: int) -> bytes:
    out = bytearray()
    while value > 0x7F:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    out.append(value)
    return bytes(out)


def signed(value: int) -> bytes:
    out = bytearray()
    while not -0x40 <= value < 0x40:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    out.append(value & 0x7F)
    return bytes(out)


def vector(items: Iterable[bytes]) -> bytes:
    encoded = list(items)
    return u32(len(encoded)) + b"".join(encoded)


def write_exports(exports: Iterable[Export]) -> bytes:
    return vector(
        u32(len(export.name)) + export.name + bytes([export.kind]) + u32(export.index)
        for export in exports
    )


def write_elements(offset: int, functions: list[int]) -> bytes:
    start = bytes([1, 0, I32_CONST]) + signed(offset) + bytes([END])
    return start + vector(map(u32, functions))


def write_table(size: int) -> bytes:
    """One growable table of functions."""
    return bytes([1, FUNCREF, 0]) + u32(size)
