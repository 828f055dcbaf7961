"""Reading a folder that LeanDojo has traced, by LeanDojo's own classes.

A traced repository is a git repository with ``*.ast.json`` and ``*.dep_paths`` beside its compiled
files (what ``ExtractData.lean`` writes), and after it ``*.trace.xml`` (what LeanDojo keeps in its
cache). LeanDojo's own loader asks GitHub for the repository's dependencies; here each file is read
by itself, so that no network is needed. Theorems of packages are left out: only what they define.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from proofloop.core.errors import InputError
from proofloop.tools.lean.dojo.benchmark import bare_statement
from proofloop.tools.lean.dojo.data import (
    PACKAGES,
    Definition,
    Trace,
    TracedFile,
    TracedTactic,
    TracedTheorem,
    Use,
)
from proofloop.tools.lean.dojo.package import environment, load

KINDS = (".trace.xml", ".ast.json")  # the first that is there is read


def read_traced(folder: str | Path, *, cache_dir: Path | None = None) -> Trace:
    """Everything in a traced folder. Raises InputError naming the file that is no trace,
    MissingExtra or LeanUnavailable without a working LeanDojo."""
    load(cache_dir)
    root = Path(folder).resolve()
    paths = traced_paths(root)
    if not paths:
        raise InputError("holds no *.trace.xml and no *.ast.json", file=folder)
    repository = _repository(root)
    files = [_read_file(root, path, repository) for path in paths]
    return as_trace(root, files, repository)


def traced_paths(root: Path) -> list[Path]:
    """One trace a source file, sorted by path."""
    found: dict[str, Path] = {}
    for kind in KINDS:
        for path in root.rglob(f"*{kind}"):
            found.setdefault(str(path).removesuffix(kind), path)
    return [found[key] for key in sorted(found)]


def as_trace(root: Path, files: Iterable[Any], repository: Any) -> Trace:
    """LeanDojo's traced files as our values. ``repository`` is LeanDojo's LeanGitRepo."""
    from lean_dojo.data_extraction.traced_data import TracedRepo

    listed = list(files)
    # Files know their theorems only as parts of a repository.
    TracedRepo(repository, {}, root, listed, None)._update_traced_files()
    own = [file for file in listed if not file.path.is_relative_to(PACKAGES)]
    return Trace(
        files=tuple(as_file(file, repository) for file in listed),
        theorems=tuple(theorem for file in own for theorem in theorems_of(file)),
    )


def as_file(file: Any, repository: Any) -> TracedFile:
    definitions = (
        Definition(
            name=item["full_name"],
            kind=item["kind"],
            code=item["code"],
            start=item["start"],
            end=item["end"],
        )
        for item in file.get_premise_definitions()
        if item["full_name"]
    )
    imports = sorted(str(path) for _, path in file.get_direct_dependencies(repository))
    return TracedFile(path=str(file.path), imports=tuple(imports), definitions=tuple(definitions))


def theorems_of(file: Any) -> list[TracedTheorem]:
    """A theorem begins after its documentation and its attributes; what precedes it is read up to
    those, so that it is whole commands."""
    from lean_dojo import Pos

    starts = {item["full_name"]: item["start"] for item in file.get_premise_definitions()}
    found = []
    for theorem in file.get_traced_theorems():
        start = Pos(*starts.get(theorem.theorem.full_name, theorem.start))
        context = file.lean_file[file.lean_file.start_pos : min(start, theorem.start)]
        found.append(as_theorem(theorem, context))
    return found


def as_theorem(theorem: Any, context: str) -> TracedTheorem:
    return TracedTheorem(
        name=theorem.theorem.full_name,
        file=str(theorem.file_path),
        start=tuple(theorem.start),
        end=tuple(theorem.end),
        statement=bare_statement(theorem.get_theorem_statement()),
        context=context,
        proof=theorem.get_tactic_proof() or "",
        tactics=tuple(as_tactic(tactic) for tactic in theorem.get_traced_tactics()),
        uses=tuple(dict.fromkeys(uses_in(theorem.ast))),
        url=theorem.repo.url,
        commit=theorem.repo.commit,
    )


def as_tactic(tactic: Any) -> TracedTactic:
    annotated, premises = tactic.get_annotated_tactic()
    return TracedTactic(
        tactic=tactic.tactic,
        state_before=tactic.state_before,
        state_after=tactic.state_after,
        annotated=annotated,
        uses=tuple(
            Use(name=item["full_name"], file=item["def_path"] or "", position=item["def_pos"])
            for item in premises
        ),
    )


def uses_in(node: Any) -> list[Use]:
    """Every constant named below a node of the syntax tree, in the order of the text."""
    from lean_dojo.data_extraction.ast import IdentNode

    found: list[Use] = []

    def visit(ident: Any, _: Any) -> None:
        if ident.full_name is not None:
            place = None if ident.def_start is None else tuple(ident.def_start)
            found.append(Use(name=ident.full_name, file=ident.def_path or "", position=place))

    node.traverse_preorder(visit, IdentNode)
    return found


def _read_file(root: Path, path: Path, repository: Any) -> Any:
    from lean_dojo.data_extraction.traced_data import TracedFile as TheirFile

    try:
        if path.name.endswith(".trace.xml"):
            # Its reader takes the path as it is to the file, and the source's from its root.
            with _inside(root):
                return TheirFile.from_xml(root, path.relative_to(root), repository)
        return TheirFile.from_traced_file(root, path.relative_to(root), repository)
    except Exception as error:
        words = str(error) or type(error).__name__
        raise InputError(f"LeanDojo cannot read it: {words[:200]}", file=path) from error


def _repository(root: Path) -> Any:
    from lean_dojo import LeanGitRepo

    try:
        with environment({}):
            return LeanGitRepo.from_path(root)
    except Exception as error:
        words = str(error) or type(error).__name__
        raise InputError(
            f"not a git repository with a lean-toolchain: {words[:200]}", file=root
        ) from error


def _inside(folder: Path) -> Any:
    from contextlib import chdir

    return chdir(folder)
