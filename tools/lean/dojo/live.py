"""Tracing a repository and stepping through its proofs: LeanDojo's own work, on its own terms.

It builds the repository with ``lake`` and asks GitHub which Lean it wants, so it needs a toolchain
and a network; and LeanDojo 4.20's extractor does not compile on Lean 4.28 (``String.Pos`` is no
type of its own there any more). Nothing of this is a ground of acceptance: LeanDojo's
``check_proof`` is never asked, since it takes a ``sorry`` in newer Lean's wording for a proof.
"""

from __future__ import annotations

import os
import shutil
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from proofloop.core.errors import LeanError, LeanUnavailable
from proofloop.core.model import Frozen
from proofloop.tools.lean.dojo.data import Trace
from proofloop.tools.lean.dojo.package import TOKEN, environment, load
from proofloop.tools.lean.dojo.traced import as_trace

STILL_WORKS = "traced folders and the benchmark's JSON can be read all the same"
GITHUB = ("api.github.com", 443)
CONNECT_SECONDS = 3.0


class Step(Frozen):
    """What a tactic did: the state after it ("" when the proof is finished), or Lean's error."""

    state: str = ""
    finished: bool = False
    error: str = ""


def obstacle() -> str:
    """Why tracing cannot work here, in one line; "" when nothing is known to be in the way."""
    for command in ("git", "lake", "lean"):
        if shutil.which(command) is None:
            return f"LeanDojo cannot trace here: no {command!r} on the PATH; {STILL_WORKS}"
    if not any(name.lower() == "https_proxy" for name in os.environ):
        try:
            socket.create_connection(GITHUB, CONNECT_SECONDS).close()
        except OSError:
            return f"LeanDojo cannot trace here: no connection to {GITHUB[0]}; {STILL_WORKS}"
    return ""


def trace(repository: str | Path, commit: str = "", *, cache_dir: Path | None = None) -> Trace:
    """Trace a repository, a folder or a URL with a commit, or take its trace from the cache.
    Builds it, which may take hours, and runs its code unconfined: trust it, or do not trace it.

    Raises LeanUnavailable when it cannot work here, LeanError when it failed."""
    dojo = load(cache_dir)
    if problem := obstacle():
        raise LeanUnavailable(problem)
    with environment({TOKEN: None}):  # not for a build's eyes
        try:
            repo = _repository(dojo, repository, commit)
            traced = dojo.trace(repo)
        except Exception as error:
            raise LeanError(f"LeanDojo failed to trace {repository}: {error}") from error
    return as_trace(traced.root_dir, traced.traced_files, traced.repo)


class Stepper:
    """One theorem of a traced repository, tactic by tactic. Each state is kept, so that a proof can
    go on from any of them."""

    def __init__(self, dojo: Any, module: Any, state: Any) -> None:
        self._dojo, self._module = dojo, module
        self._states = {state.pp: state}
        self.start: str = state.pp

    def run(self, state: str, tactic: str) -> Step:
        """Run a tactic on a state that this stepper has shown. Raises LeanError when Lean died."""
        try:
            result = self._dojo.run_tac(self._states[state], tactic)
        except KeyError:
            raise LeanError("not a state of this proof") from None
        except self._module.DojoCrashError as error:
            raise LeanError(f"LeanDojo's Lean died: {error}") from error
        except self._module.DojoTacticTimeoutError:
            return Step(error="timed out")
        if isinstance(result, self._module.ProofFinished):
            return Step(finished=True)
        if isinstance(result, self._module.TacticState):
            self._states[result.pp] = result
            return Step(state=result.pp)
        return Step(error=getattr(result, "error", "the proof was given up with sorry"))


@contextmanager
def stepping(
    repository: str | Path,
    file: str,
    theorem: str,
    commit: str = "",
    *,
    seconds: int = 60,
    cache_dir: Path | None = None,
) -> Iterator[Stepper]:
    """Step through the proof of one theorem; ``seconds`` bounds each tactic. Traces the repository
    first, if need be. Raises as ``trace`` does."""
    dojo = load(cache_dir)
    if problem := obstacle():
        raise LeanUnavailable(problem)
    with environment({TOKEN: None}):
        try:
            repo = _repository(dojo, repository, commit)
            entered = dojo.Dojo(dojo.Theorem(repo, file, theorem), timeout=seconds)
            running, state = entered.__enter__()
        except Exception as error:
            raise LeanError(f"LeanDojo cannot step in {theorem}: {error}") from error
        try:
            yield Stepper(running, dojo, state)
        finally:
            entered.__exit__(None, None, None)


def _repository(dojo: Any, repository: str | Path, commit: str) -> Any:
    if Path(repository).is_dir():
        return dojo.LeanGitRepo.from_path(Path(repository))
    return dojo.LeanGitRepo(str(repository), commit)
