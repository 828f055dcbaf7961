"""The checkpoint file of a run."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager, closing, contextmanager
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

from langchain_core.runnables import RunnableConfig
from langgraph.checkpoint.base import (
    ChannelVersions,
    Checkpoint,
    CheckpointMetadata,
    CheckpointTuple,
)
from langgraph.checkpoint.sqlite import SqliteSaver

from proofloop.core.database import open_database
from proofloop.core.errors import StorageError

T = TypeVar("T")

# For runs of many threads: seconds in which what is written is gathered.
LINGER = 0.05


def threads_of(path: Path) -> list[str]:
    """The threads of a checkpoint file, in the order in which they began."""
    with closing(open_database(path)) as file:
        try:
            return _threads(file)
        except sqlite3.OperationalError:  # killed before its tables were made
            return []


def _threads(file: sqlite3.Connection) -> list[str]:
    query = (
        "SELECT thread_id FROM checkpoints WHERE checkpoint_ns = ''"
        " GROUP BY thread_id ORDER BY MIN(checkpoint_id)"
    )
    return [name for (name,) in file.execute(query)]


class Checkpoints(SqliteSaver):
    """LangGraph's saver, for graphs that run in an event loop. Only one process at a time writes
    the threads that it runs.

    What is written at the same time is written in one transaction and in one go to a thread: of a
    run against a fast model, a thread and a transaction for each was a fifth of the time. With
    ``linger`` (seconds) nobody waits for it, and it is gathered for so long; a kill then takes
    what was gathered along, and the journal answers what was asked. A failure to write is raised
    to whoever writes next, and when the file is closed.

    The threads in the file are known, and no other is looked for: LangGraph asks twice for each
    thread that begins."""

    def __init__(self, connection: sqlite3.Connection, *, linger: float = 0.0) -> None:
        super().__init__(connection)
        self.setup()
        # LangGraph makes copies of a saver: what changes is shared by reference.
        self._threads = set(_threads(connection))
        self._writer = Writer(connection, linger)

    @contextmanager
    def cursor(self, transaction: bool = True) -> Iterator[sqlite3.Cursor]:
        with closing(self.conn.cursor()) as cursor:
            yield cursor
        if transaction and not self._writer.together:
            self.conn.commit()

    async def aget_tuple(self, config: RunnableConfig) -> CheckpointTuple | None:
        if config["configurable"]["thread_id"] not in self._threads:
            return None
        return await self._writer.read(partial(self.get_tuple, config))

    async def alist(
        self, config: RunnableConfig | None, **wanted: Any
    ) -> AsyncIterator[CheckpointTuple]:
        for found in await self._writer.read(lambda: [*self.list(config, **wanted)]):
            yield found

    async def aput(
        self,
        config: RunnableConfig,
        checkpoint: Checkpoint,
        metadata: CheckpointMetadata,
        new_versions: ChannelVersions,
    ) -> RunnableConfig:
        place = config["configurable"]
        self._threads.add(place["thread_id"])
        await self._writer.write(partial(self.put, config, checkpoint, metadata, new_versions))
        ours = {name: place[name] for name in ("thread_id", "checkpoint_ns")}
        return {"configurable": ours | {"checkpoint_id": checkpoint["id"]}}

    async def aput_writes(
        self,
        config: RunnableConfig,
        writes: Sequence[tuple[str, Any]],
        task_id: str,
        task_path: str = "",
    ) -> None:
        self._threads.add(config["configurable"]["thread_id"])
        await self._writer.write(partial(self.put_writes, config, writes, task_id, task_path))

    async def adelete_thread(self, thread_id: str) -> None:
        await self._writer.write(partial(self.delete_thread, thread_id))

    async def aclose(self) -> None:
        await self._writer.aclose()


class Writer:
    """A connection in a thread of its own, which does what it is given in the order in which it
    came."""

    def __init__(self, connection: sqlite3.Connection, linger: float) -> None:
        self.together = False  # whether several are being written, to be committed at the end
        self._connection = connection
        self._linger = linger
        self._thread = ThreadPoolExecutor(1, "checkpoints")
        self._gathered: list[Callable[[], Any]] = []
        self._writing: asyncio.Task[None] | None = None
        self._failure: sqlite3.Error | None = None

    async def write(self, act: Callable[[], Any]) -> None:
        self._fail()
        self._gathered.append(act)
        if self._writing is None:
            self._writing = asyncio.create_task(self._write())
        if not self._linger:
            await asyncio.shield(self._writing)
            self._fail()

    async def read(self, act: Callable[[], T]) -> T:
        """What it brings after all has been written that was to be written before."""
        if self._writing is not None:
            await asyncio.shield(self._writing)
        self._fail()
        return await self._run(act)

    async def aclose(self) -> None:
        try:
            await self.read(lambda: None)
        finally:
            self._thread.shutdown()
            self._connection.close()

    async def _write(self) -> None:
        await asyncio.sleep(self._linger)
        acts, self._gathered = self._gathered, []
        self._writing = None  # who comes now is written next
        try:
            await self._run(partial(self._write_all, acts))
        except sqlite3.Error as error:
            self._failure = error

    def _write_all(self, acts: Sequence[Callable[[], Any]]) -> None:
        self.together = True
        try:
            with self._connection:  # all or none
                for act in acts:
                    act()
        finally:
            self.together = False

    async def _run(self, act: Callable[[], T]) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._thread, act)

    def _fail(self) -> None:
        if self._failure is not None:
            words = f"cannot write the checkpoints of the run: {self._failure}"
            raise StorageError(words) from self._failure


@asynccontextmanager
async def open_checkpoints(path: Path, *, linger: float = 0.0) -> AsyncIterator[Checkpoints]:
    """The file, made if it is not there. Raises StorageError."""
    try:
        connection = open_database(path, any_thread=True)
    except (sqlite3.Error, OSError) as error:
        raise StorageError(f"cannot open the checkpoints {path}: {error}") from error
    # With its write-ahead log sqlite keeps what is written through a kill, as the journal is
    # kept; waiting for the disk at every step would keep it through a power cut too.
    connection.execute("PRAGMA synchronous=NORMAL")
    saver = Checkpoints(connection, linger=linger)
    try:
        yield saver
    finally:
        await saver.aclose()
