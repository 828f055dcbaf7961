"""The client of the supervisor process: many checks and probes in flight over one pair of pipes.

The process is replaced when it dies, writes garbage or stops answering. What it had only queued is
sent again as it was. A check that was running may be what killed it: it is tried once more with
nothing else in the process, and if the process dies again that check is answered ``crashed``.
"""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from proofloop.core.errors import LeanCrashed, LeanUnavailable
from proofloop.tools.lean.process import LeanProcess

# What a check may take beyond its own limits before we conclude that the supervisor itself no
# longer works. Replacing a worker and importing another module list both fit in it.
SLACK_SECONDS = 15.0
# A process that dies this many times in a row without one answer will not get better.
MAX_DEATHS = 3

Answer = dict[str, Any]


@dataclass(eq=False)
class _Job:
    id: int
    message: dict[str, Any]
    patience: float  # seconds from being started to being answered
    answer: asyncio.Future[Answer]
    started_at: float | None = None
    suspect: bool = False


class LeanServer:
    """``command`` starts the supervisor; ``variables`` are added to its minimal environment;
    ``progress`` hears of work that the first start on a machine has to do.

    Belongs to the event loop that first uses it."""

    def __init__(
        self,
        command: Sequence[str],
        variables: Mapping[str, str] | None = None,
        *,
        start_seconds: float = 60.0,
        slack_seconds: float = SLACK_SECONDS,
        progress: Callable[[str, float], None] | None = None,
    ) -> None:
        self.restarts = 0
        self._command, self._variables = tuple(command), dict(variables or {})
        self._start_seconds, self._slack = start_seconds, slack_seconds
        self._progress = progress or (lambda stage, fraction: None)
        self._ids = itertools.count(1)
        self._waiting: list[_Job] = []
        self._sent: dict[int, _Job] = {}
        self._process: LeanProcess | None = None
        self._keeper: asyncio.Task[None] | None = None
        self._ready: asyncio.Future[Answer] | None = None
        self._heard_at = 0.0
        self._deaths = 0
        self._closed = False

    @property
    def pid(self) -> int | None:
        """The process that runs now, if one does."""
        return self._process.pid if self._process else None

    async def start(self) -> Answer:
        """Wait for a ready process; returns what it says of itself. Raises LeanUnavailable."""
        return await asyncio.shield(self._ensure_running())

    async def request(self, message: Mapping[str, Any], *, seconds: float = 0.0) -> Answer:
        """Send a request and wait for its answer. ``seconds`` is the longest that it may run by
        its own limits, its time in the queue not counted. Cancelling this call cancels the
        request. Raises LeanUnavailable when no process can be kept running."""
        self._ensure_running()
        answer: asyncio.Future[Answer] = asyncio.get_running_loop().create_future()
        job_id = next(self._ids)
        job = _Job(job_id, {**message, "id": job_id}, seconds, answer)
        self._waiting.append(job)
        self._pump()
        try:
            return await answer
        except asyncio.CancelledError:
            self._withdraw(job)
            raise

    async def aclose(self) -> None:
        """Stop the process. What is still in flight fails with LeanUnavailable."""
        self._closed = True
        if self._keeper is not None:
            self._keeper.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._keeper
        self._fail_all(LeanUnavailable("the Lean server was closed"))

    def _ensure_running(self) -> asyncio.Future[Answer]:
        if self._closed:
            raise LeanUnavailable("the Lean server was closed")
        if self._ready is None or self._keeper is None or self._keeper.done():
            self._ready = asyncio.get_running_loop().create_future()
            self._keeper = asyncio.create_task(self._keep_running(self._ready))
        return self._ready

    async def _keep_running(self, ready: asyncio.Future[Answer]) -> None:
        """Run one process after another, until one dies with nothing left to do."""
        try:
            while True:
                await self._run_one(ready)
                if ready.done() and not self._waiting:
                    return
                self.restarts += 1
        except Exception as error:
            self._fail_all(error)
            if not ready.done():
                ready.set_exception(error)
                ready.exception()  # else asyncio complains when nobody waited in start()

    async def _run_one(self, ready: asyncio.Future[Answer]) -> None:
        """The life of one process: started, told what waits, listened to until it dies."""
        process = await LeanProcess.spawn(self._command, self._variables)
        try:
            hello = await self._hello(process)
            if hello is not None:
                self._process = process
                if not ready.done():
                    ready.set_result(hello)
                self._pump()
                await self._listen(process)
        finally:
            self._process = None
            await process.kill()
        if self._sent or hello is None:
            self._deaths += 1
        self._requeue(process.stderr_tail)

    async def _hello(self, process: LeanProcess) -> Answer | None:
        """What the process says when it is ready, or None if it died before that. It may take
        longer than its time as long as it reports what it prepares."""
        while True:
            try:
                async with asyncio.timeout(self._start_seconds):
                    message = await process.receive()
            except TimeoutError:
                raise LeanUnavailable(f"Lean did not start in {self._start_seconds:g} s") from None
            event = None if message is None else message.get("event")
            if message is None or event == "ready":
                return message
            if event == "fatal":
                raise LeanUnavailable(f"Lean did not start: {message.get('error')}")
            if event != "preparing":
                return None
            self._progress("compiling the prelude", float(message["fraction"]))

    async def _listen(self, process: LeanProcess) -> None:
        watchdog = asyncio.create_task(self._watch(process))
        try:
            while (message := await process.receive()) is not None:
                self._take(message)
        finally:
            watchdog.cancel()

    async def _watch(self, process: LeanProcess) -> None:
        """Kill a process that no longer answers."""
        late = 0
        # Twice late in a row: after the event loop itself was held up, answers may lie unread.
        while late < 2:
            await asyncio.sleep(min(1.0, self._slack / 4))
            late = late + 1 if self._overdue(time.monotonic()) else 0
        await process.kill()

    def _overdue(self, now: float) -> bool:
        if not self._sent:
            return False
        longest = max(job.patience for job in self._sent.values())
        return now > self._heard_at + longest + self._slack or any(
            job.started_at is not None and now > job.started_at + job.patience + self._slack
            for job in self._sent.values()
        )

    def _take(self, message: Answer) -> None:
        """Act on one message of the process; those about unknown requests say nothing to us."""
        job = self._sent.get(message.get("id", 0))
        if job is None:
            return
        self._heard_at = time.monotonic()
        if message.get("event") == "started":
            job.started_at = self._heard_at
            return
        if message.get("event") == "preparing":
            self._progress("compiling the probes", float(message["fraction"]))
            return
        self._deaths = 0
        self._answer(self._sent.pop(job.id), message)
        self._pump()

    def _pump(self) -> None:
        """Send what may be sent: all that waits, or a single suspect with nothing beside it."""
        if self._process is None or any(job.suspect for job in self._sent.values()):
            return
        suspects = [job for job in self._waiting if job.suspect]
        if suspects and self._sent:
            return
        if not self._sent:
            self._heard_at = time.monotonic()
        for job in suspects[:1] or list(self._waiting):
            self._waiting.remove(job)
            self._sent[job.id] = job
            self._process.send(job.message)

    def _requeue(self, stderr: str) -> None:
        """Sort what was in flight when the process died."""
        sent, self._sent = list(self._sent.values()), {}
        for job in sent:
            if job.answer.done():
                continue
            if job.suspect:
                self._deaths = 0
                self._answer(job, {"status": "crashed", "detail": stderr})
                continue
            job.suspect = job.started_at is not None
            job.started_at = None
            self._waiting.append(job)
        self._waiting.sort(key=lambda job: job.id)
        if self._deaths >= MAX_DEATHS:
            self._deaths = 0
            raise LeanUnavailable(
                f"the Lean process died {MAX_DEATHS} times in a row: {stderr or 'no message'}"
            )

    def _withdraw(self, job: _Job) -> None:
        if job in self._waiting:
            self._waiting.remove(job)
        elif job.id in self._sent and self._process is not None:
            self._process.send({"op": "cancel", "id": next(self._ids), "target": job.id})

    def _fail_all(self, error: Exception) -> None:
        for job in (*self._waiting, *self._sent.values()):
            if not job.answer.done():
                job.answer.set_exception(error)
        self._waiting.clear()
        self._sent.clear()

    @staticmethod
    def _answer(job: _Job, message: Answer) -> None:
        if job.answer.done():
            return
        if message.get("event") == "error":
            job.answer.set_exception(LeanCrashed(f"the Lean process refuses: {message['error']}"))
        else:
            job.answer.set_result(message)
