"""A scripted server on loopback that speaks OpenAI's chat completions and embeddings, and can
misbehave.

    with ScriptedServer(["first answer", Fail(429, retry_after=0), "second"]) as server:
        model = OpenAIModel("m", base_url=server.base_url, api_key="k")
        ...
    assert [call.last for call in server.calls] == [...]

A script is a list, used up in order, or a function of the call. An item is a text (the answer), a
list of texts (one a choice), or one of ``Say``, ``Embed``, ``Fail``, ``Raw``, ``Hang`` and
``Drop``. What is asked after the end of a list is answered with HTTP 400, so that it is not tried
again.

As a process: ``python openai_server.py ANSWERS.json CALLS.jsonl [LATENCY]`` serves a JSON list of
texts, prints its base URL and appends each call to the second file.
"""

from __future__ import annotations

import asyncio
import json
import re
import sys
import threading
import time
import zlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Any, Self


@dataclass
class Call:
    """One request as it came in. ``dropped``: the client left before it had the whole answer."""

    number: int
    path: str
    headers: dict[str, str]
    body: dict[str, Any]
    at: float = field(default_factory=time.monotonic)
    dropped: bool = False
    done: bool = False

    @property
    def last(self) -> str:
        """The text of the last message."""
        return str(self.body["messages"][-1]["content"])

    @property
    def n(self) -> int:
        return int(self.body.get("n", 1))


@dataclass(frozen=True)
class Say:
    """A good answer, or a nearly good one: ``text`` for every choice or one text a choice,
    ``usage`` None to leave it out, ``delay`` seconds before it, ``once`` what the calls must have
    come to before it, ``pause`` seconds between the pieces of a stream, ``stops`` its words after
    which nothing more comes, ``cut`` the bytes of the body after which the connection closes.
    ``tools`` are calls of tools: name and arguments, as a text or as what makes one."""

    text: str | Sequence[str] = ""
    finish: str | None = "stop"
    usage: tuple[int, int] | None = (10, 5)
    logprobs: bool = True
    delay: float = 0.0
    once: Callable[[list[Call]], bool] | None = None
    pause: float = 0.0
    stops: int | None = None
    cut: int | None = None
    tools: Sequence[tuple[str, Any]] = ()
    extra: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Embed:
    """A vector for each text: of ``length`` numbers, each the count of the words that fall to it.
    Texts with words in common are near. ``fewer`` vectors are left out at the end."""

    length: int = 64
    fewer: int = 0


@dataclass(frozen=True)
class Fail:
    """An HTTP error with OpenAI's error body."""

    status: int
    message: str = "scripted failure"
    retry_after: float | str | None = None
    code: str | None = None
    param: str | None = None


@dataclass(frozen=True)
class Raw:
    """Any body at all."""

    body: bytes
    status: int = 200
    content_type: str = "application/json"


@dataclass(frozen=True)
class Hang:
    """No answer while the client waits."""


@dataclass(frozen=True)
class Drop:
    """The connection closes without a word."""


Item = str | Sequence[str] | Say | Embed | Fail | Raw | Hang | Drop
Script = Sequence[Item] | Callable[[Call], Item]


class ScriptedServer:
    """``latency`` (seconds) delays every answer. ``api_key``: any other is refused with 401, and
    the error body quotes the Authorization header as careless servers do. ``rejects`` names
    request fields refused with 400; ``most_choices`` bounds the choices of one answer."""

    def __init__(
        self,
        script: Script,
        *,
        latency: float = 0.0,
        api_key: str | None = None,
        rejects: Sequence[str] = (),
        most_choices: int | None = None,
        port: int = 0,
    ) -> None:
        self.calls: list[Call] = []
        self.most_at_once = 0
        self.connections = 0  # opened so far
        self._script = script
        self._latency = latency
        self._api_key = api_key
        self._rejects = rejects
        self._most_choices = most_choices
        self._port = port
        self._at_once = 0
        self._writers: set[asyncio.StreamWriter] = set()
        self._ready = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)

    @property
    def base_url(self) -> str:
        return f"http://127.0.0.1:{self._port}/v1"

    def __enter__(self) -> Self:
        self._thread.start()
        assert self._ready.wait(60), "the scripted server did not start"
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._loop.call_soon_threadsafe(self._stop.set)
        self._thread.join(10)

    def wait_until(self, condition: Callable[[list[Call]], bool], seconds: float = 240.0) -> bool:
        """Whether the calls come to satisfy a condition; the machine may be busy."""
        end = time.monotonic() + seconds
        while not condition(self.calls):
            if time.monotonic() > end:
                return False
            time.sleep(0.005)
        return True

    async def until(self, condition: Callable[[list[Call]], bool]) -> bool:
        """``wait_until`` for tests in whose loop the client still has something to do."""
        return await asyncio.to_thread(self.wait_until, condition)

    def _run(self) -> None:
        asyncio.run(self._serve())

    async def _serve(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._stop = asyncio.Event()
        server = await asyncio.start_server(self._connection, "127.0.0.1", self._port)
        self._port = server.sockets[0].getsockname()[1]
        self._ready.set()
        await self._stop.wait()
        server.close()
        for writer in self._writers:
            writer.transport.abort()

    async def _connection(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._writers.add(writer)
        self.connections += 1
        try:
            while (call := await self._read(reader)) is not None:
                self._at_once += 1
                self.most_at_once = max(self.most_at_once, self._at_once)
                try:
                    keep = await self._answer(call, reader, writer)
                finally:
                    self._at_once -= 1
                if not keep:
                    break
        except (ConnectionError, asyncio.IncompleteReadError):
            pass
        finally:
            self._writers.discard(writer)
            writer.close()

    async def _read(self, reader: asyncio.StreamReader) -> Call | None:
        try:
            head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
        except asyncio.IncompleteReadError:
            return None
        request_line, *lines = head.strip().split("\r\n")
        headers = {
            name.strip().lower(): value.strip()
            for name, _, value in (line.partition(":") for line in lines)
        }
        body = await reader.readexactly(int(headers.get("content-length", 0)))
        call = Call(
            number=len(self.calls),
            path=request_line.split()[1],
            headers=headers,
            body=json.loads(body or b"{}"),
        )
        self.calls.append(call)
        return call

    def _choose(self, call: Call) -> Item:
        if self._api_key and call.headers.get("authorization") != f"Bearer {self._api_key}":
            return Fail(401, f"bad credentials in {call.headers.get('authorization')!r}")
        if not call.path.endswith(("/chat/completions", "/embeddings")):
            return Fail(404, f"no such path {call.path}")
        for name in self._rejects:
            if name in call.body or name == call.body.get("response_format", {}).get("type"):
                return Fail(400, f"unsupported parameter: {name}", param=name)
        if callable(self._script):
            return self._script(call)
        if call.number < len(self._script):
            return self._script[call.number]
        return Fail(400, f"the script has no answer for call {call.number}")

    async def _answer(
        self, call: Call, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> bool:
        """Answer one call; whether the connection can be used again. A client that goes away in
        the meantime ends the answer at once."""
        item = self._choose(call)
        if isinstance(item, str) or not isinstance(item, Say | Embed | Fail | Raw | Hang | Drop):
            item = Say(item)
        answer = asyncio.create_task(self._write(call, item, writer))
        # Polled, since a read would take a byte of the next request from the next reader.
        while not answer.done() and not reader.at_eof() and reader.exception() is None:
            await asyncio.wait({answer}, timeout=0.005)
        # A write to a client that has gone fails before the reading side is known to be at its end.
        failed = answer.done() and isinstance(answer.exception(), ConnectionError)
        call.dropped = failed or not answer.done()
        call.done = True
        if call.dropped:
            answer.cancel()
            return False
        return await answer

    async def _write(self, call: Call, item: Item, writer: asyncio.StreamWriter) -> bool:
        await asyncio.sleep(self._latency)
        if isinstance(item, Hang):
            await asyncio.Event().wait()
        if isinstance(item, Drop):
            writer.transport.abort()
            return False
        if isinstance(item, Fail):
            return await self._send(writer, item.status, _error(item), headers=_waiting(item))
        if isinstance(item, Raw):
            return await self._send(writer, item.status, item.body, kind=item.content_type)
        if isinstance(item, Embed):
            return await self._send(writer, 200, _vectors(call, item))
        assert isinstance(item, Say)
        await asyncio.sleep(item.delay)
        while item.once and not item.once(self.calls):  # noqa: ASYNC110 - any condition
            await asyncio.sleep(0.005)
        if call.body.get("stream"):
            return await self._stream(call, item, writer)
        body = json.dumps(self._completion(call, item)).encode()
        return await self._send(writer, 200, body, cut=item.cut)

    async def _send(
        self,
        writer: asyncio.StreamWriter,
        status: int,
        body: bytes,
        *,
        headers: str = "",
        kind: str = "application/json",
        cut: int | None = None,
    ) -> bool:
        head = f"HTTP/1.1 {status} Scripted\r\ncontent-type: {kind}\r\n{headers}"
        writer.write(f"{head}content-length: {len(body)}\r\n\r\n".encode() + body[:cut])
        await writer.drain()
        if cut is not None:
            writer.close()
        return cut is None

    async def _stream(self, call: Call, item: Say, writer: asyncio.StreamWriter) -> bool:
        writer.write(
            b"HTTP/1.1 200 Scripted\r\ncontent-type: text/event-stream\r\n"
            b"transfer-encoding: chunked\r\n\r\n"
        )
        left = item.cut
        *events, end = self._events(call, item)
        for number, event in enumerate(events):
            if item.stops is not None and number > item.stops:  # the first says the role alone
                await asyncio.Event().wait()
            data = f"data: {event}\n\n".encode()[:left]
            writer.write(_chunk(data))
            await writer.drain()
            if left is not None and (left := left - len(data)) <= 0:
                writer.close()
                return False
            await asyncio.sleep(item.pause)
        # In one piece: who has read the end may hang up, and has dropped nothing.
        writer.write(_chunk(f"data: {end}\n\n".encode()[:left]) + b"0\r\n\r\n")
        await writer.drain()
        return True

    def _completion(self, call: Call, item: Say) -> dict[str, Any]:
        texts = [item.text] * call.n if isinstance(item.text, str) else list(item.text)
        texts = texts[: min(call.n, self._most_choices or call.n)]
        choices = [
            {
                "index": place,
                "message": {"role": "assistant", "content": text} | _tool_calls(item),
                "finish_reason": "tool_calls" if item.tools else item.finish,
                "logprobs": _logprobs(call, item, text),
            }
            for place, text in enumerate(texts)
        ]
        return {
            "id": f"chatcmpl-{call.number}",
            "object": "chat.completion",
            "created": 0,
            "model": call.body["model"],
            "choices": choices,
            **_usage(item),
            **item.extra,
        }

    def _events(self, call: Call, item: Say) -> list[str]:
        frame = {"id": f"chatcmpl-{call.number}", "created": 0, "model": call.body["model"]}
        text = item.text if isinstance(item.text, str) else item.text[0]
        deltas: list[dict[str, Any]] = [{"delta": {"role": "assistant", "content": ""}}]
        deltas += [
            {"delta": {"content": word}, "logprobs": _logprobs(call, item, word)}
            for word in re.findall(r"\s*\S+|\s+$", text)
        ]
        for place, call_of in enumerate(_tool_calls(item).get("tool_calls", ())):
            deltas += [{"delta": {"tool_calls": [piece]}} for piece in _pieces(place, call_of)]
        deltas.append({"delta": {}, "finish_reason": "tool_calls" if item.tools else item.finish})
        events = [json.dumps(frame | {"choices": [{"index": 0} | delta]}) for delta in deltas]
        if call.body.get("stream_options", {}).get("include_usage"):
            events.append(json.dumps(frame | {"choices": []} | _usage(item)))
        return [*events, "[DONE]"]


def _chunk(data: bytes) -> bytes:
    return f"{len(data):x}\r\n".encode() + data + b"\r\n"


def _tool_calls(item: Say) -> dict[str, Any]:
    """The field ``tool_calls`` of a message, if it has any."""
    calls = [
        {
            "id": f"call_{zlib.crc32(f'{place}{name}{arguments}'.encode()):08x}",
            "type": "function",
            "function": {
                "name": name,
                "arguments": arguments if isinstance(arguments, str) else json.dumps(arguments),
            },
        }
        for place, (name, arguments) in enumerate(item.tools)
    ]
    return {"tool_calls": calls} if calls else {}


def _pieces(place: int, call: dict[str, Any]) -> list[dict[str, Any]]:
    """A tool call as a stream brings it: the name first, then the arguments in small pieces."""
    text = call["function"]["arguments"]
    begin = call | {"index": place, "function": call["function"] | {"arguments": ""}}
    return [begin] + [
        {"index": place, "function": {"arguments": text[at : at + 7]}}
        for at in range(0, len(text), 7)
    ]


def _vectors(call: Call, item: Embed) -> bytes:
    def vector(text: str) -> list[float]:
        counts = [0.0] * item.length
        for word in re.findall(r"\w+", text.lower()):
            counts[zlib.crc32(word.encode()) % item.length] += 1.0
        return counts

    texts = call.body["input"][: len(call.body["input"]) - item.fewer]
    data = [
        {"object": "embedding", "index": place, "embedding": vector(text)}
        for place, text in enumerate(texts)
    ]
    usage = {"prompt_tokens": len(texts), "total_tokens": len(texts)}
    answer = {"object": "list", "data": data, "model": call.body["model"], "usage": usage}
    return json.dumps(answer).encode()


def _usage(item: Say) -> dict[str, Any]:
    if item.usage is None:
        return {}
    prompt, completion = item.usage
    counts = {"prompt_tokens": prompt, "completion_tokens": completion}
    return {"usage": counts | {"total_tokens": prompt + completion}}


def _logprobs(call: Call, item: Say, text: str) -> dict[str, Any] | None:
    """One token a word, each half as likely as the one before."""
    if not (item.logprobs and call.body.get("logprobs")):
        return None
    others = [{"token": "?", "logprob": -9.0}] * call.body.get("top_logprobs", 0)
    words = re.findall(r"\s*\S+", text)
    return {
        "content": [
            {"token": word, "logprob": -0.5 * (place + 1), "top_logprobs": others}
            for place, word in enumerate(words)
        ]
    }


def _error(item: Fail) -> bytes:
    error = {"message": item.message, "type": "scripted", "code": item.code, "param": item.param}
    return json.dumps({"error": error}).encode()


def _waiting(item: Fail) -> str:
    return "" if item.retry_after is None else f"retry-after: {item.retry_after}\r\n"


def main(answers: str, calls: str, latency: str = "0") -> None:
    script = json.loads(Path(answers).read_text(encoding="utf-8"))
    with (
        ScriptedServer(script, latency=float(latency)) as server,
        Path(calls).open("a", encoding="utf-8") as log,
    ):
        print(server.base_url, flush=True)
        seen = 0
        while True:
            for call in server.calls[seen:]:
                print(json.dumps(call.body), file=log, flush=True)
                seen += 1
            time.sleep(0.02)


if __name__ == "__main__":
    main(*sys.argv[1:])
