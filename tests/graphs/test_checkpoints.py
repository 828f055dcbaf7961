"""What is written to a checkpoint file together, and what comes of a file that takes no more."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from langchain_core.runnables import RunnableConfig
from langgraph.checkpoint.base import empty_checkpoint

from proofloop.core.errors import StorageError
from proofloop.graphs.checkpoints import Checkpoints, open_checkpoints, threads_of


def place(thread: str) -> RunnableConfig:
    return {"configurable": {"thread_id": thread, "checkpoint_ns": ""}}


async def put(saver: Checkpoints, thread: str, word: str) -> None:
    checkpoint = empty_checkpoint()
    checkpoint["channel_values"] = {"word": word}
    await saver.aput(place(thread), checkpoint, {}, {})


async def word_of(saver: Checkpoints, thread: str) -> str:
    found = await saver.aget_tuple(place(thread))
    assert found
    return str(found.checkpoint["channel_values"]["word"])


@pytest.mark.parametrize("linger", [0.0, 0.02])
async def test_what_comes_together_is_one_transaction(tmp_path: Path, linger: float) -> None:
    path = tmp_path / "checkpoints.sqlite"
    names = [f"t{number}" for number in range(50)]
    async with open_checkpoints(path, linger=linger) as saver:
        said: list[str] = []
        saver.conn.set_trace_callback(said.append)
        await asyncio.gather(*(put(saver, name, name) for name in names))
        assert [await word_of(saver, name) for name in names] == names
        assert said.count("COMMIT") == 1
    assert sorted(threads_of(path)) == sorted(names)


async def test_what_is_gathered_is_written_when_the_file_is_closed(tmp_path: Path) -> None:
    path = tmp_path / "checkpoints.sqlite"
    async with open_checkpoints(path, linger=0.05) as saver:
        await put(saver, "t", "first")
        await put(saver, "t", "second")
        assert threads_of(path) == []
    async with open_checkpoints(path) as saver:
        assert await word_of(saver, "t") == "second"
        await saver.adelete_thread("t")
        assert await saver.aget_tuple(place("t")) is None
    assert threads_of(path) == []


async def test_without_lingering_a_write_is_done_when_it_returns(tmp_path: Path) -> None:
    path = tmp_path / "checkpoints.sqlite"
    async with open_checkpoints(path) as saver:
        await put(saver, "t", "said")
        assert threads_of(path) == ["t"]


@pytest.mark.parametrize("linger", [0.0, 0.02])
async def test_a_full_disk_is_told(tmp_path: Path, linger: float) -> None:
    with pytest.raises(StorageError, match=r"cannot write the checkpoints of the run: .*full"):
        async with open_checkpoints(tmp_path / "checkpoints.sqlite", linger=linger) as saver:
            saver.conn.execute("PRAGMA max_page_count = 20")
            await put(saver, "t", "long" * 100_000)
