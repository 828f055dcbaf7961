"""The checkpoint file of a run."""

from __future__ import annotations

import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from pathlib import Path

import aiosqlite
from langgraph.checkpoint.sqlite.aio import AsyncSqliteSaver

LOCK_SECONDS = 60.0  # sqlite's own 5 are short where a busy disk makes another writer slow


def threads_of(path: Path) -> list[str]:
    """The threads of a checkpoint file, in the order in which they began."""
    query = (
        "SELECT thread_id FROM checkpoints WHERE checkpoint_ns = ''"
        " GROUP BY thread_id ORDER BY MIN(checkpoint_id)"
    )
    with closing(sqlite3.connect(path, timeout=LOCK_SECONDS)) as file:
        try:
            return [name for (name,) in file.execute(query)]
        except sqlite3.OperationalError:  # killed before its tables were made
            return []


@asynccontextmanager
async def open_checkpoints(path: Path) -> AsyncIterator[AsyncSqliteSaver]:
    async with aiosqlite.connect(path, timeout=LOCK_SECONDS) as connection:
        yield AsyncSqliteSaver(connection)
