"""The checkpoint file of a run."""

from __future__ import annotations

import sqlite3
from collections.abc import AsyncIterator, Iterable, Sequence
from contextlib import asynccontextmanager, closing
from pathlib import Path
from typing import Any

import aiosqlite
from langchain_core.runnables import RunnableConfig
from langgraph.checkpoint.base import (
    ChannelVersions,
    Checkpoint,
    CheckpointMetadata,
    CheckpointTuple,
)
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


class Checkpoints(AsyncSqliteSaver):
    """A saver that knows the threads of its file, and does not look there for any other: LangGraph
    asks twice for each thread that begins, and each time goes through sqlite's own thread. Only one
    process at a time writes the file of a run."""

    def __init__(self, connection: aiosqlite.Connection, threads: Iterable[str] = ()) -> None:
        super().__init__(connection)
        self._threads = set(threads)

    async def aget_tuple(self, config: RunnableConfig) -> CheckpointTuple | None:
        known = config["configurable"]["thread_id"] in self._threads
        return await super().aget_tuple(config) if known else None

    async def aput(
        self,
        config: RunnableConfig,
        checkpoint: Checkpoint,
        metadata: CheckpointMetadata,
        new_versions: ChannelVersions,
    ) -> RunnableConfig:
        self._threads.add(config["configurable"]["thread_id"])
        return await super().aput(config, checkpoint, metadata, new_versions)

    async def aput_writes(
        self,
        config: RunnableConfig,
        writes: Sequence[tuple[str, Any]],
        task_id: str,
        task_path: str = "",
    ) -> None:
        self._threads.add(config["configurable"]["thread_id"])
        await super().aput_writes(config, writes, task_id, task_path)


@asynccontextmanager
async def open_checkpoints(path: Path) -> AsyncIterator[AsyncSqliteSaver]:
    async with aiosqlite.connect(path, timeout=LOCK_SECONDS) as connection:
        # With its write-ahead log sqlite keeps what is written through a kill, as the journal is
        # kept; waiting for the disk at every step would keep it through a power cut too.
        await connection.execute("PRAGMA synchronous=NORMAL")
        yield Checkpoints(connection, threads_of(path))
