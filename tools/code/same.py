"""Programs that behave the same on the same inputs are the same answer (as in CodeT, arXiv
2207.10397, and the clustering of AlphaCode, arXiv 2203.07814)."""

from __future__ import annotations

import ast
import asyncio
import os
from collections.abc import Sequence

from proofloop.core.same import grouped
from proofloop.tools.code.runner import CodeLimits, behaviour


class SameBehaviour:
    """A ``Same``. ``inputs`` are texts of argument tuples, as for ``behaviour``. A program that
    returns nothing on any of them stays alone: that two of them fail is no agreement."""

    def __init__(self, entry: str, inputs: Sequence[str], limits: CodeLimits | None = None) -> None:
        self._entry, self._inputs, self._limits = entry, tuple(inputs), limits
        self._slots = asyncio.Semaphore(os.cpu_count() or 1)

    async def classes(self, answers: Sequence[str]) -> list[list[int]]:
        """Raises SandboxError."""
        seen = await asyncio.gather(*(self._seen(program) for program in answers))
        return grouped([key_of(each) or f"alone {place}" for place, each in enumerate(seen)])

    async def _seen(self, program: str) -> tuple[str, ...]:
        async with self._slots:
            return await behaviour(program, self._entry, self._inputs, self._limits)


def key_of(seen: Sequence[str]) -> str:
    """Equal for the same behaviour; "" for a program that failed on every input."""
    if all(value.startswith("<") for value in seen):
        return ""
    return repr([settled(value) for value in seen])


def settled(text: str) -> str:
    """The text of a value with its sets in one order: theirs differs from process to process."""
    try:
        return _written(ast.literal_eval(text))
    except (ValueError, SyntaxError, TypeError, MemoryError, RecursionError):
        return text


def _written(value: object) -> str:
    match value:
        case set():
            return "{" + ", ".join(sorted(map(_written, value))) + "}" if value else "set()"
        case list():
            return "[" + ", ".join(map(_written, value)) + "]"
        case tuple():
            return "(" + "".join(f"{_written(part)}, " for part in value) + ")"
        case dict():
            entries = sorted(f"{_written(key)}: {_written(part)}" for key, part in value.items())
            return "{" + ", ".join(entries) + "}" if entries else "{}"
    return repr(value)
