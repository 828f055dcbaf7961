from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from proofloop.tools.lean.backend import LeanBackend
from support.formalizing import Formalizer
from support.proving import Prover
from support.shared_lean import SharedLean

# Started in the background by a shell, a process ignores Ctrl-C, and so does all that it starts.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)

# A machine that others keep busy is no fault of a property.
settings.register_profile("busy", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("busy")


@pytest.fixture(scope="session")
def shared_lean(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SharedLean]:
    """The embedded Lean of the whole session; it starts when it is first asked. Its answers are
    those of all processes of pytest-xdist, whose folders lie in one of the session.

    Tests of what is made of Lean's answers may use it as it is. What counts on Lean being at work
    (its slowness, a cancelled or a killed check, its workers) uses ``asked_anew``, as
    tests/cheats and all of tests/tools/lean do; a journal is above it, and counts as ever."""
    folder = tmp_path_factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        folder = folder.parent
    known = folder / "lean_answers"
    known.mkdir(exist_ok=True)
    # What most tests import: such a process starts from the image that is kept of it.
    with SharedLean(known, workers=2, imports=("Proofloop",)) as backend:
        yield backend


@pytest.fixture(scope="session")
async def lean(shared_lean: SharedLean) -> SharedLean:
    """The embedded Lean, warm, shared by the whole session."""
    await shared_lean.start()
    return shared_lean


@pytest.fixture
def asked_anew(shared_lean: SharedLean) -> Iterator[None]:
    """Nothing that was answered before is known in this test."""
    with shared_lean.asked_anew():
        yield


@pytest.fixture
def prover(lean: LeanBackend, tmp_path: Path) -> Prover:
    """Runs graphs that prove, in one run folder of this test's own."""
    return Prover(lean, tmp_path)


@pytest.fixture
def formalizer(lean: LeanBackend, tmp_path: Path) -> Formalizer:
    """Runs graphs that formalize, in one run folder of this test's own."""
    return Formalizer(lean, tmp_path)
