"""The checkpoint file of a run."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import aiosqlite
from langgraph.checkpoint.sqlite.aio import AsyncSqliteSaver

LOCK_SECONDS = 60.0  # sqlite's own 5 are short where a busy disk makes another writer slow


@asynccontextmanager
async def open_checkpoints(path: Path) -> AsyncIterator[AsyncSqliteSaver]:
    async with aiosqlite.connect(path, timeout=LOCK_SECONDS) as connection:
        yield AsyncSqliteSaver(connection)
