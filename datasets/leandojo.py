"""Tasks from LeanDojo: its benchmark's JSON files, and repositories that it has traced."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

from pydantic import JsonValue

from proofloop.core.task import Task
from proofloop.tools.lean.dojo.benchmark import read_benchmark
from proofloop.tools.lean.dojo.data import Trace, TracedFile, TracedTheorem, module_of


def load_benchmark(folder: str | Path, split: str = "random", part: str = "test") -> list[Task]:
    """The theorems of one part of LeanDojo Benchmark. Raises InputError."""
    return tasks_of(read_benchmark(folder, split, part))


def load_traced(folder: str | Path, *, cache_dir: Path | None = None) -> list[Task]:
    """The theorems of a traced repository. Raises InputError, MissingExtra, LeanUnavailable."""
    from proofloop.tools.lean.dojo.traced import read_traced

    return tasks_of(read_traced(folder, cache_dir=cache_dir))


def tasks_of(trace: Trace) -> list[Task]:
    """One task to prove for each theorem whose statement the trace has.

    ``id`` is the full name (with the file before it where two files have it); ``header`` the
    source before the theorem where the trace has it, else the imports of its file, which then
    lacks what the file itself defines; ``extra`` the file, the commit, the premises used and the
    proof's tactics.
    """
    files = {file.path: file for file in trace.files}
    counts = Counter(theorem.name for theorem in trace.theorems)
    return [
        Task(
            id=theorem.name if counts[theorem.name] == 1 else f"{theorem.file}:{theorem.name}",
            kind="prove",
            formal=theorem.statement,
            header=theorem.context.strip() or imports_of(files.get(theorem.file)),
            source="LeanDojo",
            extra={
                "file": theorem.file,
                "url": theorem.url,
                "commit": theorem.commit,
                "premises": premises_used(theorem),
                "tactics": [tactic.tactic for tactic in theorem.tactics],
            },
        )
        for theorem in trace.theorems
        if theorem.statement
    ]


def imports_of(file: TracedFile | None) -> str:
    return "\n".join(f"import {module_of(path)}" for path in file.imports) if file else ""


def premises_used(theorem: TracedTheorem) -> list[JsonValue]:
    return list(dict.fromkeys(use.name for use in theorem.uses))
