"""The Node side of the embedded Lean, driven by raw JSON lines."""

from __future__ import annotations

import json
import subprocess
import threading
from importlib.resources import files
from pathlib import Path
from queue import Empty, Queue
from typing import Any, Self

from proofloop.tools.lean.embedded.node import find_node

HOST = Path(str(files("proofloop.lean"))) / "host"
PRELUDE = HOST.parent / "prelude"
PROBES = HOST.parent / "probes"
STANDARD = {"propext", "Classical.choice", "Quot.sound"}
PATIENCE = 90.0  # seconds for one answer, on a machine that is busy with other things

Answer = dict[str, Any]


class JsonLines:
    """A Node script that speaks JSON lines; every message must come within PATIENCE."""

    def __init__(self, *arguments: str, variables: dict[str, str] | None = None) -> None:
        self.process = subprocess.Popen(
            [str(find_node().path), *arguments],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env={"PATH": "/usr/bin:/bin", "SECRET_KEY": "not for candidates", **(variables or {})},
        )
        self._received: Queue[Answer | None] = Queue()
        threading.Thread(target=self._read, daemon=True).start()

    def _read(self) -> None:
        assert self.process.stdout
        for line in self.process.stdout:
            self._received.put(json.loads(line))
        self._received.put(None)

    def send(self, message: Answer) -> None:
        self.send_line(json.dumps(message))

    def send_line(self, line: str) -> None:
        assert self.process.stdin
        self.process.stdin.write(line.encode() + b"\n")
        self.process.stdin.flush()

    def receive(self) -> Answer:
        try:
            message = self._received.get(timeout=PATIENCE)
        except Empty:
            raise AssertionError(f"nothing was said within {PATIENCE:.0f} s") from None
        assert message is not None, f"the process ended with {self.process.wait()}"
        return message

    def close(self) -> None:
        assert self.process.stdin
        self.process.stdin.close()
        try:
            self.process.wait(20)
        finally:
            self.process.kill()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


class LeanHost(JsonLines):
    """A supervisor. ``config`` is its own, ``folder`` where its scripts are."""

    def __init__(self, prepared: Path, *, folder: Path = HOST, **config: Any) -> None:
        folders = {"prelude": str(PRELUDE), "probes": str(PROBES)}
        config = {"prepared": str(prepared), **folders, **config}
        super().__init__(
            str(folder / "supervisor.js"), variables={"PROOFLOOP_LEAN_HOST": json.dumps(config)}
        )
        self._id = 0
        self._answers: dict[int, Answer] = {}
        self.events: list[Answer] = []
        self.hello = self.receive()
        while self.hello["event"] == "preparing":
            self.events.append(self.hello)
            self.hello = self.receive()

    def submit(
        self, source: str, *, timeout_ms: int = 60_000, heartbeats: int = 20_000, **more: Any
    ) -> int:
        self._id += 1
        limits = {"timeout_ms": timeout_ms, "heartbeats": heartbeats}
        self.send({"id": self._id, "op": "check", "source": source, "limits": limits, **more})
        return self._id

    def answer(self, request_id: int) -> Answer:
        while request_id not in self._answers:
            message = self.receive()
            if "status" in message or message.get("event") in ("stats", "error"):
                self._answers[message["id"]] = message
            else:
                self.events.append(message)
        return self._answers.pop(request_id)

    def check(self, source: str, **more: Any) -> Answer:
        return self.answer(self.submit(source, **more))

    def probe(self, probe: str, *, timeout_ms: int = 60_000, **more: Any) -> Answer:
        self._id += 1
        limits = {"timeout_ms": timeout_ms, "heartbeats": 20_000}
        self.send({"id": self._id, "op": "probe", "probe": probe, "limits": limits, **more})
        return self.answer(self._id)

    def cancel(self, target: int) -> None:
        self._id += 1
        self.send({"id": self._id, "op": "cancel", "target": target})

    def stats(self) -> Answer:
        self._id += 1
        self.send({"id": self._id, "op": "stats"})
        return self.answer(self._id)

    def worker(self, role: str = "check") -> Answer:
        return next(worker for worker in self.stats()["workers"] if worker["role"] == role)


def errors(answer: Answer) -> list[str]:
    return [message["text"] for message in answer["messages"] if message["severity"] == "error"]


def declared(answer: Answer) -> list[tuple[str, str]]:
    return [(item["name"], item["kind"]) for item in answer["declarations"]]


def infos(answer: Answer) -> list[str]:
    return [message["text"] for message in answer["messages"] if message["severity"] == "info"]


def proves(answer: Answer) -> bool:
    """The check's whole point: the kernel accepted everything, on the standard axioms only, and
    the theorem is the one that was asked."""
    kernel = answer["kernel"] or {"ok": False}
    statement = answer["statement"]
    return bool(
        answer["status"] == "done"
        and kernel["ok"]
        and kernel["theorems"]
        and set(kernel["axioms"]) <= STANDARD
        and (statement is None or statement["matches"])
    )
