"""The jobs of one run in several processes, where one process's Python is what the run waits for.

The run's own process holds the folder, gives out the jobs and writes their results; its members
run them. All share one budget and one journal. The model calls and the Lean workers that the
settings allow are shared out among the members, so that together they do no more at once than one
process would. A member that loses the run's process gives up what it does and ends; a run that
loses a member ends with an error, and the next one goes on from the journal and the checkpoints.
"""

from __future__ import annotations

import asyncio
import json
import multiprocessing
import os
import signal
from collections import deque
from collections.abc import AsyncIterator, Callable, Iterator, Mapping, Sequence
from contextlib import (
    AbstractAsyncContextManager,
    asynccontextmanager,
    closing,
    contextmanager,
    suppress,
)
from functools import partial
from multiprocessing import resource_tracker
from multiprocessing.connection import Connection
from typing import Any, Protocol, TypeVar

from proofloop.core.collecting import collecting_less
from proofloop.core.errors import ProofloopError, RunError
from proofloop.core.jsonl import AppendFile
from proofloop.core.ledger import SharedLedger
from proofloop.core.member import Member
from proofloop.core.run import ENDING_SECONDS, LEDGER, Run
from proofloop.core.settings import Settings
from proofloop.datasets.jobs import SPACING, Job, JobResult, finished
from proofloop.graphs.checkpoints import LINGER, open_checkpoints
from proofloop.graphs.context import Context
from proofloop.session import InstallProgress, open_context

R = TypeVar("R", bound=JobResult)

# What nearly every member needs, and takes a second to import.
PRELOADED = [__name__, "proofloop.agents.llm.openai_client", "proofloop.graphs.catalogue"]


class Opener(Protocol):
    """Makes what the jobs run with, as ``open_context`` does."""

    def __call__(
        self, run: Run, *, tasks: int, progress: InstallProgress | None
    ) -> AbstractAsyncContextManager[Context]: ...


async def run_jobs_in_processes(
    run: Run,
    jobs: Callable[[Context], Mapping[str, Job[R]]],
    groups: Sequence[Sequence[str]],
    kind: type[R],
    *,
    processes: int,
    concurrency: int,
    on_result: Callable[[R], None] | None = None,
    progress: InstallProgress | None = None,
    opener: Opener = open_context,
) -> list[R]:
    """As ``run_jobs``: the results of all keys in ``groups`` in their order, old ones included.

    ``jobs`` makes the jobs in each member, and is pickled, as is ``opener``. A group goes to one
    member: jobs that may ask the same belong together, since a member learns of no answer that
    another gets. ``concurrency`` jobs run at once in all. Raises RunError when a member dies, and
    what ``run_jobs`` raises."""
    done = finished(run.results, kind)
    left = deque(group for group in ([k for k in g if k not in done] for g in groups) if group)
    processes = min(processes, len(left), concurrency, run.settings.sampling.concurrency)
    out = AppendFile(run.results)
    ledger = SharedLedger(run.folder / LEDGER)
    spent = False

    async def feed(number: int) -> None:
        nonlocal spent
        room = share(concurrency, number, processes)
        settings = member_settings(run.settings, number, processes)
        already = run.budget.spent()
        member = partial(Member, run.folder, settings, run.asked, already=already)
        async with started(serve, member, jobs, room, opener) as channel:
            under_way = 0
            while True:
                while left and not spent and under_way < room:
                    group = left.popleft()
                    under_way += len(group)
                    channel.send(group)
                if not under_way:
                    break
                match await channel.receive():
                    case ("progress", stage, share_done):
                        if progress:
                            progress(stage, share_done)
                    case ("failed", error):
                        raise error
                    case ("result", fields):
                        under_way -= 1
                        result = kind.model_validate(fields)
                        out.append(json.dumps(fields, ensure_ascii=False))
                        done[result.key] = result
                        spent = spent or result.status == "partial"
                        if on_result:
                            on_result(result)

    async with open_checkpoints(run.checkpoints):
        pass  # once, before there are several who would make it
    try:
        with run.budget.shared(ledger):
            async with asyncio.TaskGroup() as group:
                for number in range(processes):
                    group.create_task(feed(number))
    except BaseExceptionGroup as errors:
        raise errors.exceptions[0] from None
    finally:
        out.close()
        ledger.close()
    return [done[key] for group in groups for key in group if key in done]


def share(total: int, number: int, of: int) -> int:
    """What part ``number`` (from 0) of ``of`` parts gets of a total; at least 1."""
    return max(1, total // of + (number < total % of))


def member_settings(settings: Settings, number: int, of: int) -> Settings:
    """The run's settings with a member's share of what they allow at once."""
    calls = share(settings.sampling.concurrency, number, of)
    workers = share(settings.lean.workers or os.cpu_count() or 1, number, of)
    sampling = settings.sampling.model_copy(update={"concurrency": calls})
    lean = settings.lean.model_copy(update={"workers": workers})
    return settings.model_copy(update={"sampling": sampling, "lean": lean})


class Channel:
    """One end of a pipe between two processes, read in an event loop. What is sent is pickled."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._received: asyncio.Queue[Any] = asyncio.Queue()
        self._loop = asyncio.get_running_loop()
        self._loop.add_reader(connection.fileno(), self._read)

    async def receive(self) -> Any:
        """Raises EOFError when the other end is gone."""
        item = await self._received.get()
        if isinstance(item, EOFError):
            raise item
        return item

    def send(self, item: Any) -> None:
        with suppress(BrokenPipeError):  # ``receive`` says that nobody is there
            self._connection.send(item)

    def close(self) -> None:
        self._loop.remove_reader(self._connection.fileno())
        self._connection.close()

    def _read(self) -> None:
        try:
            self._received.put_nowait(self._connection.recv())
        except (EOFError, OSError):
            self._loop.remove_reader(self._connection.fileno())
            self._received.put_nowait(EOFError())


@asynccontextmanager
async def started(target: Callable[..., None], *args: Any) -> AsyncIterator[Channel]:
    """A process that runs ``target(connection, *args)``; it ends when it has lost the other end of
    the connection."""
    # Not a fork of this process, which would copy the locks of its threads as they happen to be;
    # the server of forks has none, and imports once for all.
    forks = multiprocessing.get_context("forkserver")
    forks.set_forkserver_preload(PRELOADED)
    here, there = forks.Pipe()
    process = forks.Process(target=target, args=(there, *args))
    try:
        with without_interrupts():
            process.start()
    except EOFError:
        raise RunError(
            "the server of the run's processes has died; run the command again"
        ) from None
    there.close()
    channel = Channel(here)
    try:
        yield channel
    except EOFError:
        await asyncio.to_thread(process.join, ENDING_SECONDS)
        error = RunError(f"a process of the run ended with exit code {process.exitcode}")
        error.hint = "the same command goes on from here"
        raise error from None
    finally:
        channel.close()
        await asyncio.shield(asyncio.to_thread(process.join, ENDING_SECONDS))
        process.kill()


@contextmanager
def without_interrupts() -> Iterator[None]:
    """Ctrl-C waits until the end; what is begun inside never hears it. It reaches every process of
    a terminal, but the run's own tells the others."""
    resource_tracker.ensure_running()  # which, when it begins, lets Ctrl-C through
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def serve(
    connection: Connection,
    member: Callable[[], Member],
    jobs: Callable[[Context], Mapping[str, Job[Any]]],
    concurrency: int,
    opener: Opener,
) -> None:
    """A member's process: runs the jobs whose keys it receives until the other end is gone."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the server of forks has let it through again
    asyncio.run(_serve(connection, member, jobs, concurrency, opener))


async def _serve(
    connection: Connection,
    member: Callable[[], Member],
    jobs: Callable[[Context], Mapping[str, Job[Any]]],
    concurrency: int,
    opener: Opener,
) -> None:
    with closing(Channel(connection)) as channel:

        def progress(stage: str, done: float) -> None:
            channel.send(("progress", stage, done))

        async def work(job: Job[Any], saver: Any) -> None:
            result = await job(saver)
            channel.send(("result", result.model_dump(mode="json")))

        async def work_all(run: Run) -> None:
            async with (
                opener(run, tasks=concurrency, progress=progress) as context,
                open_checkpoints(run.checkpoints, linger=LINGER) as saver,
                asyncio.TaskGroup() as group,
            ):
                table = jobs(context)
                with collecting_less():
                    while True:
                        for key in await channel.receive():
                            group.create_task(work(table[key], saver))
                            await asyncio.sleep(SPACING)

        try:
            with member() as run:
                await work_all(run)
        except Exception as error:
            first = error.exceptions[0] if isinstance(error, ExceptionGroup) else error
            if isinstance(first, ProofloopError):
                channel.send(("failed", first))
            elif not isinstance(first, EOFError):
                words = f"a process of the run failed: {type(first).__name__}: {first}"
                channel.send(("failed", RunError(words)))
                raise
