"""One program in the sandbox, from its input to its end: time and output are bounded."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import time
from collections.abc import Sequence
from typing import Literal

from proofloop.core.errors import SandboxError
from proofloop.core.model import Frozen
from proofloop.tools.sandbox.bubblewrap import Sandbox

CHUNK = 65_536


class Outcome(Frozen):
    """``exit_code`` is negative for a signal, as in ``subprocess``, and None where the program
    was stopped from here: at its time (``timeout``) or because it wrote too much (``output``)."""

    status: Literal["done", "timeout", "output"]
    exit_code: int | None
    stdout: bytes
    stderr: bytes
    seconds: float


async def run(
    program: Sequence[str],
    sandbox: Sandbox,
    *,
    stdin: bytes = b"",
    wall_seconds: float = 30.0,
    output_bytes: int = 1_000_000,
) -> Outcome:
    """Run ``program`` to its end. ``output_bytes`` bounds standard output and standard error each:
    what comes after is not kept, and ends the program. Cancelling ends it too. Raises SandboxError
    when it cannot be started."""
    start = time.monotonic()
    try:
        process = await asyncio.create_subprocess_exec(
            *sandbox.command(program),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
            start_new_session=True,
            env={},
        )
    except OSError as error:
        raise SandboxError(f"cannot start the sandbox: {error.strerror}") from error
    assert process.stdin and process.stdout and process.stderr
    stdout, stderr = bytearray(), bytearray()
    status: Literal["done", "timeout", "output"] = "done"
    try:
        async with asyncio.timeout(wall_seconds):
            kept = await asyncio.gather(
                _read(process.stdout, stdout, output_bytes, process),
                _read(process.stderr, stderr, output_bytes, process),
                _write(process.stdin, stdin),
            )
            await process.wait()
            status = "done" if kept[0] and kept[1] else "output"
    except TimeoutError:
        status = "timeout"
    finally:
        _kill(process)
        process.stdin.close()
        await process.wait()
    return Outcome(
        status=status,
        exit_code=process.returncode if status == "done" else None,
        stdout=bytes(stdout),
        stderr=bytes(stderr),
        seconds=time.monotonic() - start,
    )


async def _read(
    stream: asyncio.StreamReader,
    kept: bytearray,
    most: int,
    process: asyncio.subprocess.Process,
) -> bool:
    """Whether all of it was kept."""
    while chunk := await stream.read(CHUNK):
        kept += chunk[: most - len(kept)]
        if len(kept) >= most:
            _kill(process)
            return False
    return True


async def _write(stream: asyncio.StreamWriter, data: bytes) -> None:
    with contextlib.suppress(OSError):  # a program need not read its input
        stream.write(data)
        await stream.drain()
        stream.close()
        await stream.wait_closed()


def _kill(process: asyncio.subprocess.Process) -> None:
    """The whole session: without a namespace, children would outlive the program."""
    if process.returncode is None:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
