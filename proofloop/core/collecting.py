"""Python's collector of cycles, held back while many short jobs run."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager

# Container objects made since the last collection; Python's own is 700 or more.
YOUNG = 20_000


@contextmanager
def collecting_less() -> Iterator[None]:
    """What is loaded by now stays, and what comes is gone through more rarely: by default the
    collector took an eighth of the time of a batch against a fast model."""
    before = gc.get_threshold()
    gc.freeze()
    gc.set_threshold(YOUNG, *before[1:])
    try:
        yield
    finally:
        gc.set_threshold(*before)
        gc.unfreeze()
