"""The backends that the suite runs on besides the embedded Lean, by name: each a context manager
with a warm Lean."""

from __future__ import annotations

import tempfile
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path

from proofloop.tools.lean.backend import LeanBackend
from proofloop.tools.lean.embedded.install import ensure_installed
from proofloop.tools.lean.interact.backend import InteractLean
from proofloop.tools.lean.native.backend import NativeLean
from support.wrapped import needed, write_repl, write_toolchain

Factory = Callable[[Path], AbstractAsyncContextManager[LeanBackend]]


@asynccontextmanager
async def native_wrapped(cache_dir: Path) -> AsyncIterator[LeanBackend]:
    """A native backend whose ``lean`` is the embedded Lean: all of ours runs, no real toolchain."""
    prepared = ensure_installed(cache_dir)
    # A place that stays: what is compiled is kept for this program's path.
    command = write_toolchain(Path(tempfile.gettempdir()) / "proofloop-wrapped-lean", prepared)
    async with NativeLean(
        command=str(command),
        cache_dir=cache_dir,
        workers=2,
        hard_memory_mb=16_000,
        readable=needed(prepared),
    ) as lean:
        yield lean


@asynccontextmanager
async def interact_wrapped(cache_dir: Path) -> AsyncIterator[LeanBackend]:
    """The real lean-interact over a REPL of the embedded Lean's."""
    prepared = ensure_installed(cache_dir)
    command = write_toolchain(Path(tempfile.gettempdir()) / "proofloop-wrapped-lean", prepared)
    with tempfile.TemporaryDirectory() as folder:
        repl = write_repl(Path(folder) / "repl", prepared)
        async with InteractLean(
            repl=repl,
            command=str(command),
            cache_dir=cache_dir,
            workers=2,
            hard_memory_mb=16_000,
            readable=[*needed(prepared), repl],
        ) as lean:
            yield lean


FACTORIES: dict[str, Factory] = {
    "native-wrapped": native_wrapped,
    "interact-wrapped": interact_wrapped,
}
