"""A stand-in for the supervisor process that misbehaves as each request's source tells it to.

    work SECONDS   started, then the answer (the default: work 0)
    queue SECONDS  the answer, without "started"
    together N     started, then the answer when so many have been in flight at once
    later FILE     started, then silence while there was no such file yet, else the answer
    die            started, then gone          die-once FILE   the same, but only once
    die-queued     gone without "started"
    hang           started, then silence       freeze          no more reading or writing at all
    half           started, half a line, gone  garbage         started, then no JSON
    flood          started, then one endless line
    noise          started, answers to nobody, then the answer

An answer tells its own pid and how many other requests were in flight beside it.
"""

from __future__ import annotations

import json
import os
import sys
import threading
import time
from pathlib import Path

lock = threading.Lock()
flying: set[int] = set()
together = 0
cancelled: set[int] = set()


def say(**message: object) -> None:
    with lock:
        sys.stdout.write(json.dumps(message) + "\n")
        sys.stdout.flush()


def write(text: str) -> None:
    with lock:
        sys.stdout.write(text)
        sys.stdout.flush()


def serve(request: dict[str, object]) -> None:
    number = int(str(request["id"]))
    verb, *arguments = str(request.get("source") or "work 0").split()
    if verb not in ("queue", "die-queued"):
        say(id=number, event="started")
    if verb == "die-once" and not Path(arguments[0]).exists():
        Path(arguments[0]).touch()
        verb = "die"
    if verb in ("die", "die-queued"):
        sys.stderr.write("scripted death\n")
        sys.stderr.flush()
        os._exit(9)
    if verb == "hang":
        return
    if verb == "half":
        write('{"id": 1, "status": "do')
        os._exit(9)
    if verb == "garbage":
        write("Segmentation fault\n")
    if verb == "flood":
        while True:
            write("x" * 65536)
    if verb == "noise":
        say(id=10**9, status="done")
        say(event="recycled", worker=0)
        say()
    until = time.monotonic() + (float(arguments[0]) if verb in ("work", "queue") else 0)
    at_once = int(arguments[0]) if verb == "together" else 0
    while (time.monotonic() < until or together < at_once) and number not in cancelled:
        time.sleep(0.005)
    status = "cancelled" if number in cancelled else "done"
    beside = len(flying) - 1
    flying.discard(number)
    say(id=number, status=status, source=request.get("source"), pid=os.getpid(), beside=beside)


def main() -> None:
    global together
    start = os.environ.get("SCRIPTED_START", "ready")
    if start == "fatal":
        say(event="fatal", error="no memory for Lean")
        sys.exit(1)
    if start == "die":
        sys.exit("died while starting")
    if start == "hang":
        time.sleep(600)
    if start == "slow":
        for step in range(6):
            say(event="preparing", fraction=step / 6)
            time.sleep(0.2)
    if start == "talk":
        print("a greeting that is no JSON", flush=True)
    say(event="ready", environment=sorted(os.environ))
    for line in sys.stdin:
        request = json.loads(line)
        if request.get("op") == "cancel":
            cancelled.add(request["target"])
            continue
        if request.get("source") == "freeze":
            say(id=request["id"], event="started")
            time.sleep(600)
        flying.add(request["id"])
        together = max(together, len(flying))
        verb, *arguments = str(request.get("source") or "").split() or [""]
        if verb == "later" and not Path(arguments[0]).exists():
            say(id=request["id"], event="started")
            continue
        threading.Thread(target=serve, args=(request,), daemon=True).start()
    os._exit(0)


main()
