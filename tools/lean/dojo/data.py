"""What a trace says, as plain values: whichever file it was read from."""

from __future__ import annotations

from pathlib import PurePosixPath

from proofloop.core.model import Frozen

Position = tuple[int, int]  # line and column, both from 1, as LeanDojo counts
PACKAGES = PurePosixPath(".lake/packages")


class Use(Frozen):
    """A premise where it is used: its full name, and the file and position that define it."""

    name: str
    file: str = ""
    position: Position | None = None


class TracedTactic(Frozen):
    """One step: the goals as printed before and after. ``annotated`` marks each premise in the
    tactic as ``<a>name</a>``; ``uses`` has them in the same order."""

    tactic: str
    state_before: str
    state_after: str
    annotated: str = ""
    uses: tuple[Use, ...] = ()


class TracedTheorem(Frozen):
    """A theorem with its proof by tactics (none for a proof by a term). ``statement`` is the source
    up to the proof, without ``:=``, "" where the data leave it out; ``context`` the source before
    it, where that is at hand; ``uses`` every constant it names, in its statement too."""

    name: str
    file: str
    start: Position
    end: Position
    statement: str = ""
    context: str = ""
    proof: str = ""
    tactics: tuple[TracedTactic, ...] = ()
    uses: tuple[Use, ...] = ()
    url: str = ""
    commit: str = ""


class Definition(Frozen):
    """What a file defines and others can use: theorems, definitions, types. ``kind`` is LeanDojo's
    name of the syntax ("commanddeclaration"), ``code`` the source without a theorem's proof."""

    name: str
    kind: str
    code: str
    start: Position
    end: Position


class TracedFile(Frozen):
    """``path`` and ``imports`` are paths within the repository."""

    path: str
    imports: tuple[str, ...] = ()
    definitions: tuple[Definition, ...] = ()


class Trace(Frozen):
    """A repository, or the part of it that was read."""

    files: tuple[TracedFile, ...] = ()
    theorems: tuple[TracedTheorem, ...] = ()


def module_of(path: str) -> str:
    """``.lake/packages/std/Std/Data/List.lean`` as Std.Data.List; Lean's own files likewise."""
    file = PurePosixPath(path)
    if file.is_relative_to(PACKAGES):
        parts = file.relative_to(PACKAGES).parts[1:]
        file = PurePosixPath(*parts)
    for prefix in ("src/lean/lake", "src/lean", "src"):
        if file.is_relative_to(prefix):
            file = file.relative_to(prefix)
            break
    return ".".join(file.with_suffix("").parts)
