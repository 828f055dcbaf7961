"""One Lean server process: a request, its answer, and what becomes of it when there is none."""

from __future__ import annotations

import asyncio
import itertools
import secrets
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from proofloop.core.errors import LeanUnavailable
from proofloop.tools.lean.process import LeanProcess

GRACE_SECONDS = 3.0  # from a server's own limit to the end of its process
MAX_LISTS = 4  # import lists whose environments one process keeps
_MEMORY = ("out of memory", "bad_alloc", "memory consumption", "cannot allocate")

Answer = dict[str, Any]


class Worker:
    """A process that is started when it is first needed, and again when it has been lost. Takes
    one request at a time. ``command`` gives the command line for the modules to import first."""

    def __init__(
        self,
        command: Callable[[Sequence[str]], list[str]],
        *,
        start_seconds: float,
        memory_mb: int,
    ) -> None:
        self.lists: set[str] = set()
        self.restarts = -1
        self._command = command
        self._start_seconds, self._memory_mb = start_seconds, memory_mb
        self._process: LeanProcess | None = None
        self._ids = itertools.count(1)
        self._settling: asyncio.Task[None] | None = None

    @property
    def pid(self) -> int | None:
        return self._process.pid if self._process else None

    async def start(self, modules: Sequence[str]) -> None:
        """Wait until a process is ready for these imports. Raises LeanUnavailable."""
        await self._settled()
        key = " ".join(modules)
        full = key not in self.lists and len(self.lists) >= MAX_LISTS
        if self._process is not None and (full or not self._process.running):
            await self.stop()
        if self._process is None:
            self.restarts += 1
            process = await LeanProcess.spawn(self._command(modules), {})
            self._process = process
            await self._hello(process)
            self.lists = {key}
        self.lists.add(key)

    async def ask(self, message: Mapping[str, Any], seconds: float) -> Answer:
        """The server's answer to ``message``, which has ``seconds``, or one with the ``status``
        that stopped it. Start it first. Cancelling leaves the worker usable."""
        process = self._process
        assert process is not None
        # What a text left running cannot guess the token of a later request, and answer it.
        job = {"id": next(self._ids), "token": secrets.token_hex(16)}
        process.send({**message, **job, "timeout_ms": max(1, round(seconds * 1000))})
        try:
            async with asyncio.timeout(seconds + GRACE_SECONDS):
                answer = await _answer_to(process, job)
        except TimeoutError:
            await self.stop()
            return {"status": "timeout"}
        except asyncio.CancelledError:
            process.send({"op": "cancel", "target": job["id"]})
            self._settling = asyncio.create_task(self._settle(process, job))
            raise
        return await self._judged(answer, process)

    async def stop(self) -> None:
        """End the process. The next request starts another."""
        await self._settled()
        process, self._process, self.lists = self._process, None, set()
        if process is not None:
            await process.kill()

    async def _judged(self, answer: Answer | None, process: LeanProcess) -> Answer:
        if answer is None:
            await self.stop()
            said = process.stderr_tail
            memory = any(word in said.lower() for word in _MEMORY)
            return {"status": "memory" if memory else "crashed", "detail": said[-500:]}
        if answer.get("memory_mb", 0) > self._memory_mb:
            await self.stop()
        if answer.get("cancelled"):
            return {"status": "timeout"}
        if answer.get("status") == "bad_import" or "failure" not in answer:
            return {"status": "done", **answer}
        return {"status": "crashed", "detail": str(answer["failure"])[:500]}

    async def _hello(self, process: LeanProcess) -> None:
        try:
            async with asyncio.timeout(self._start_seconds):
                hello = await process.receive()
                # What the program itself says on standard output comes before, if it fails.
                while hello is not None and hello.get("event") != "ready":
                    hello = await process.receive()
        except TimeoutError:
            await self.stop()
            raise LeanUnavailable(f"Lean did not start in {self._start_seconds:g} s") from None
        if hello is None:
            await asyncio.sleep(0.05)  # for what it still says
            said = process.stderr_tail
            await self.stop()
            raise LeanUnavailable(f"Lean did not start: {said[-300:] or 'no message'}")

    async def _settle(self, process: LeanProcess, job: Mapping[str, Any]) -> None:
        """Wait for a cancelled request to stop; end the process if it does not."""
        try:
            async with asyncio.timeout(GRACE_SECONDS):
                if await _answer_to(process, job) is not None:
                    return
        except TimeoutError:
            pass
        if self._process is process:
            self._process, self.lists = None, set()
        await process.kill()

    async def _settled(self) -> None:
        settling, self._settling = self._settling, None
        if settling is not None:
            await settling


async def _answer_to(process: LeanProcess, job: Mapping[str, Any]) -> Answer | None:
    """The answer to this request, whatever else comes; None when there will be none."""
    while (message := await process.receive()) is not None:
        ours = message.get("id") == job["id"] and message.get("token") == job["token"]
        if ours and "event" not in message:
            return message
    return None
