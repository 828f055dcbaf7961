"""The processes of a native Lean: several that check, one that is trusted, and their queue."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from typing import Any, Protocol

from proofloop.tools.lean.backend import CheckRequest, ProbeRequest
from proofloop.tools.lean.native.worker import Answer
from proofloop.tools.lean.requests import Texts


class Server(Protocol):
    """A process that answers, one request at a time; ``Worker`` says how."""

    lists: set[str]
    restarts: int

    @property
    def pid(self) -> int | None: ...

    async def start(self, modules: Sequence[str]) -> None: ...

    async def ask(self, message: Mapping[str, Any], seconds: float) -> Answer: ...

    async def stop(self) -> None: ...


class Pool:
    """``make`` makes a worker of that role, ``check`` or ``trust``. Belongs to one event loop."""

    def __init__(self, workers: int, make: Callable[[str], Server]) -> None:
        self._workers = [make("check") for _ in range(workers)]
        self._idle = list(self._workers)
        self._free = asyncio.Condition()
        self._trusted = make("trust")
        self._trust = asyncio.Lock()

    @property
    def pids(self) -> list[int]:
        """Of the checking processes that run now."""
        return [worker.pid for worker in self._workers if worker.pid is not None]

    @property
    def restarts(self) -> int:
        return sum(max(0, worker.restarts) for worker in (*self._workers, self._trusted))

    async def start(self, modules: Sequence[str]) -> None:
        """The first checking process and the trusted one, ready for these imports."""
        async with self._worker(modules) as worker, self._trust:
            await asyncio.gather(worker.start(modules), self._trusted.start(modules))

    async def check(self, request: CheckRequest, texts: Texts) -> Answer:
        """In the words of the embedded Lean's supervisor, so that one judge reads both."""
        modules = imports_of(texts)
        common = {"imports": modules, "header": texts.header}
        async with self._worker(modules) as worker:
            await worker.start(modules)
            start = time.monotonic()
            end = start + request.limits.wall_seconds
            heartbeats = request.limits.heartbeats
            elaborated = await worker.ask(
                {"op": "check", **common, "source": texts.source, "heartbeats": heartbeats},
                request.limits.wall_seconds,
            )
        verified: Answer = {}
        if elaborated["status"] == "done":
            async with self._trust:
                await self._trusted.start(modules)
                data = {
                    "data": elaborated.get("data", ""),
                    "exportError": elaborated.get("export_error", ""),
                    "examples": elaborated.get("examples", {}),
                    "reference": reference_of(texts),
                    "autoImplicit": request.auto_implicit,
                }
                message = {"op": "trust", **common, "statement": request.statement, **data}
                verified = await self._trusted.ask(message, max(1.0, end - time.monotonic()))
        return _merged(elaborated, verified, time.monotonic() - start)

    async def probe(self, request: ProbeRequest, texts: Texts) -> Answer:
        modules = imports_of(texts)
        async with self._worker(modules) as worker:
            await worker.start(modules)
            start = time.monotonic()
            message = {
                "op": "probe",
                "imports": modules,
                "header": texts.header,
                "source": texts.source,
                "probe": request.probe,
                "arguments": request.arguments,
                "heartbeats": request.limits.heartbeats,
            }
            answer = await worker.ask(message, request.limits.wall_seconds)
        if answer["status"] == "done" and answer.get("error"):
            answer |= {"status": "failed", "detail": answer["error"]}
        return answer | {"wall_ms": 1000 * (time.monotonic() - start)}

    async def aclose(self) -> None:
        for worker in (*self._workers, self._trusted):
            await worker.stop()

    @asynccontextmanager
    async def _worker(self, modules: Sequence[str]) -> AsyncIterator[Server]:
        """An idle worker, one that has these imports if there is one; the longest idle else."""
        key = " ".join(modules)
        async with self._free:
            await self._free.wait_for(lambda: bool(self._idle))
            ready = [worker for worker in self._idle if key in worker.lists]
            running = [worker for worker in self._idle if worker.pid is not None]
            worker = (ready or running or self._idle)[0]
            self._idle.remove(worker)
        try:
            yield worker
        finally:
            self._idle.append(worker)
            async with self._free:
                self._free.notify()


def imports_of(texts: Texts) -> list[str]:
    """``Init`` first, no repetitions, order kept: equal lists mean the same environment."""
    return list(dict.fromkeys(["Init", *texts.modules]))


def reference_of(texts: Texts) -> list[Any] | None:
    if texts.reference is None:
        return None
    modules, header = texts.reference
    return [["Init", *(module for module in modules if module != "Init")], header]


def _merged(elaborated: Answer, verified: Answer, seconds: float) -> dict[str, Any]:
    stopped = next(
        (half for half in (elaborated, verified) if half.get("status", "done") != "done"), None
    )
    kernel = verified.get("kernel")
    return {
        "status": stopped["status"] if stopped else "done",
        "detail": (stopped or {}).get("detail", ""),
        "failure": (stopped or {}).get("failure", ""),
        "messages": elaborated.get("messages", []),
        "parse_errors": elaborated.get("parse_errors", 0),
        "declarations": elaborated.get("declarations", []),
        "examples": elaborated.get("unnamed_examples", 0),
        "kernel": kernel,
        "statement": verified.get("statement"),
        "elab_ms": elaborated.get("elab_ms", 0),
        "heartbeats": elaborated.get("heartbeats", 0),
        "kernel_ms": (kernel or {}).get("ms", 0),
        "wall_ms": 1000 * seconds,
    }
