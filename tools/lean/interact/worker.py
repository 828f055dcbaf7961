"""One REPL process that answers the native servers' requests, each by a command."""

from __future__ import annotations

import asyncio
import json
import secrets
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from proofloop.core.errors import LeanUnavailable
from proofloop.tools.lean.interact.package import run_command
from proofloop.tools.lean.native.compile import REPL
from proofloop.tools.lean.native.worker import GRACE_SECONDS, MAX_LISTS, Answer


class ReplWorker:
    """A native Worker's double: started when it is first needed, and again when it has been lost.
    Takes one request at a time. ``open`` starts a process and returns its LeanServer; ``role`` is
    ``check`` or ``trust``."""

    def __init__(
        self, role: str, open: Callable[[], Any], *, start_seconds: float, memory_mb: int
    ) -> None:
        self.lists: set[str] = set()
        self.restarts = -1
        self._role, self._open = role, open
        self._start_seconds, self._memory_mb = start_seconds, memory_mb
        self._server: Any = None
        self._env = 0
        self._running: asyncio.Task[Any] | None = None
        self._settling: asyncio.Task[None] | None = None

    @property
    def pid(self) -> int | None:
        process = self._server and self._server._proc
        return process.pid if process else None

    async def start(self, modules: Sequence[str]) -> None:
        """Wait until a process has these imports. Raises LeanUnavailable."""
        await self._settled()
        key = " ".join(modules)
        full = key not in self.lists and len(self.lists) >= MAX_LISTS
        if self._server is not None and (full or not self._server.is_alive()):
            await self.stop()
        if self._server is None:
            self.restarts += 1
            self._server = await asyncio.to_thread(self._open)
            await self._hello()
        if key not in self.lists:
            answer = await self.ask({"op": "start", "imports": list(modules)}, self._start_seconds)
            if answer["status"] != "done":
                await self.stop()
                said = answer.get("detail") or "no answer"
                raise LeanUnavailable(f"the REPL cannot import {key}: {said}")
            self.lists.add(key)

    async def ask(self, message: Mapping[str, Any], seconds: float) -> Answer:
        """The answer to ``message``, which has ``seconds``, or one with the ``status`` that stopped
        it. Start it first. Cancelling ends the process: a REPL takes nothing in between."""
        token = secrets.token_hex(16)
        data = {**message, "token": token, "timeout_ms": max(1, round(seconds * 1000))}
        command = f'#eval {REPL}.answerTo "{self._role}" {_literal(json.dumps(data))}'
        try:
            texts = await self._run(command, self._env, seconds + GRACE_SECONDS)
        except TimeoutError:
            await self.stop()
            return {"status": "timeout"}
        except (ConnectionError, ValueError) as error:
            await self.stop()
            return {"status": "crashed", "detail": str(error)[-500:]}
        return await self._judged(_answer_of(texts, token), texts)

    async def stop(self) -> None:
        """End the process. The next request starts another."""
        self._drop()
        await self._settled()

    def _drop(self) -> None:
        """End the process, without waiting for its end."""
        server, self._server, self.lists = self._server, None, set()
        if server is not None:
            self._settling = asyncio.create_task(_end(server, self._running))

    async def _settled(self) -> None:
        if self._settling is not None:
            await asyncio.shield(self._settling)
            self._settling = None

    async def _run(self, command: str, env: int | None, seconds: float) -> list[str]:
        server = self._server
        assert server is not None
        call = asyncio.to_thread(run_command, server, command, env, seconds)
        self._running = running = asyncio.create_task(call)
        try:
            after, texts = await asyncio.shield(running)
        except asyncio.CancelledError:
            self._drop()
            raise
        if env is None:
            self._env = after
        return texts

    async def _hello(self) -> None:
        try:
            said = await self._run(f"import {REPL}", None, self._start_seconds)
        except (TimeoutError, ConnectionError, ValueError) as error:
            await self.stop()
            raise LeanUnavailable(f"the REPL did not start: {_words(str(error))}") from None
        if said:
            await self.stop()
            raise LeanUnavailable(f"the REPL cannot import {REPL}: {_words(said[0])}")

    async def _judged(self, answer: Answer | None, texts: Sequence[str]) -> Answer:
        if answer is None:
            await self.stop()
            return {"status": "crashed", "detail": _words(" ".join(texts[:1]))}
        if self._server is not None and await self._memory() > self._memory_mb:
            await self.stop()
        if answer.get("cancelled"):
            return {"status": "timeout"}
        if answer.get("status") == "bad_import" or "failure" not in answer:
            return {"status": "done", **answer}
        return {"status": "crashed", "detail": str(answer["failure"])[:500]}

    async def _memory(self) -> float:
        """Of all its processes, in MB, mapped library files counted."""
        return float(await asyncio.to_thread(self._server.get_memory_usage))


async def _end(server: Any, running: asyncio.Task[Any] | None) -> None:
    """lean-interact's own kill takes the pipes from under a call that still reads them, and a call
    that fails kills too: then the process alone first, and the call ends."""
    if running is not None and not running.done():
        if server._proc is not None:
            server._proc.kill()
        await asyncio.wait([running])
        running.exception()  # seen: nobody waits for it any more
    await asyncio.to_thread(server.kill)


def _literal(ascii_text: str) -> str:
    """JSON, which has neither line ends nor what is not ASCII, as a string of Lean's."""
    escaped = ascii_text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def _answer_of(texts: Sequence[str], token: str) -> Answer | None:
    """The answer with this token, whatever else was said."""
    for text in texts:
        for line in reversed(text.split("\n")):
            try:
                answer = json.loads(line) if line.startswith("{") else None
            except (ValueError, RecursionError):
                continue
            if isinstance(answer, dict) and answer.get("token") == token:
                return answer
    return None


def _words(text: str) -> str:
    return " ".join(text.split())[-300:]
