"""The sandbox on the real bubblewrap: what a program finds in it, and what it cannot do."""

from __future__ import annotations

import asyncio
import os
import shutil
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from proofloop.core.errors import SandboxError
from proofloop.tools.sandbox import bubblewrap as module
from proofloop.tools.sandbox.bubblewrap import MB, Bubblewrap, Sandbox, SandboxLimits, bubblewrap
from proofloop.tools.sandbox.run import Outcome, run
from proofloop.tools.sandbox.seccomp import threads_only
from support.clock import until

needs_bwrap = pytest.mark.skipif(not bubblewrap().path, reason=bubblewrap().problem or "bwrap")
PYTHON = ["/usr/bin/env", "python3", "-I", "-S", "-c"]


def visible_python() -> Sandbox:
    """A sandbox in which ``python3`` starts, wherever this machine keeps it."""
    base = Path(sys.base_prefix)
    inside = base.is_relative_to("/usr")
    return Sandbox(
        readable=() if inside else (base,),
        variables={"PATH": f"{base / 'bin'}:/usr/bin:/bin"},
        limits=SandboxLimits(memory_mb=512, cpu_seconds=20),
    )


async def python(text: str, sandbox: Sandbox | None = None, **more: object) -> Outcome:
    return await run([*PYTHON, text], sandbox or visible_python(), **more)  # type: ignore[arg-type]


@needs_bwrap
async def test_a_program_runs_with_its_input_and_its_output() -> None:
    done = await python("print(input()[::-1])", stdin=b"abc\n")
    assert (done.status, done.exit_code, done.stdout) == ("done", 0, b"cba\n"), done.stderr
    failed = await python("raise SystemExit(7)")
    assert failed.exit_code == 7


@needs_bwrap
async def test_no_file_outside_is_read_or_written(tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("words")
    for path in (secret, Path("/etc/passwd"), Path(__file__), Path.home() / ".cache"):
        done = await python(f"import os; print(os.path.exists({str(path)!r}))")
        assert done.stdout == b"False\n", (path, done)
    for path in ("/usr/x", "/x", "/etc/x", "/dev/x", str(tmp_path / "x")):
        done = await python(f"open({path!r}, 'w')")
        assert done.exit_code == 1
        assert not os.path.exists(path)  # noqa: ASYNC240, PTH110


@needs_bwrap
async def test_what_is_named_is_there_and_only_what_is_writable_can_be_written(
    tmp_path: Path,
) -> None:
    (tmp_path / "read").mkdir()
    (tmp_path / "write").mkdir()
    (tmp_path / "read" / "a").write_text("words")
    sandbox = visible_python()
    sandbox = sandbox.model_copy(
        update={
            "readable": (*sandbox.readable, tmp_path / "read"),
            "writable": (tmp_path / "write",),
            "folder": tmp_path / "write",
        }
    )
    copy = f"open('b', 'w').write(open({str(tmp_path / 'read' / 'a')!r}).read())"
    assert (await python(copy, sandbox)).exit_code == 0
    assert (tmp_path / "write" / "b").read_text() == "words"
    done = await python(f"open({str(tmp_path / 'read' / 'a')!r}, 'w')", sandbox)
    assert done.exit_code == 1
    assert (tmp_path / "read" / "a").read_text() == "words"


@needs_bwrap
async def test_there_is_no_network_not_even_this_machine() -> None:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        port = listener.getsockname()[1]
        text = f"import socket; socket.create_connection(('127.0.0.1', {port}), 2)"
        done = await python(text)
    assert done.exit_code == 1
    assert b"Error" in done.stderr


@needs_bwrap
async def test_no_variable_and_no_process_of_ours_is_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "sk-very-secret")
    text = (
        "import os, glob\n"
        "print(sorted(os.environ))\n"
        "print(all(b'secret' not in open(f, 'rb').read() for f in glob.glob('/proc/*/environ')))\n"
        "print(len([p for p in os.listdir('/proc') if p.isdigit()]))\n"
        f"os.kill({os.getpid()}, 0)"
    )
    done = await python(text)
    names, clean, processes, *_ = done.stdout.decode().splitlines()
    assert set(eval(names)) <= {"PATH", "PWD", "LC_CTYPE"}
    assert clean == "True"
    assert int(processes) <= 3
    assert b"ProcessLookupError" in done.stderr


@needs_bwrap
async def test_a_fork_bomb_makes_no_process_and_threads_work() -> None:
    done = await python("import os\nwhile True: os.fork()")
    assert done.exit_code == 1
    assert b"PermissionError" in done.stderr
    done = await python("import subprocess; subprocess.run(['/bin/true'])")
    assert done.exit_code == 1
    done = await python(
        "import threading\nt = threading.Thread(target=print, args=('hi',))\nt.start(); t.join()"
    )
    assert done.stdout == b"hi\n"


@needs_bwrap
async def test_other_processes_run_where_they_are_allowed_and_die_with_the_first() -> None:
    sandbox = visible_python()
    sandbox = sandbox.model_copy(update={"limits": SandboxLimits(processes=50)})
    text = "import os, time\nif os.fork() == 0:\n  time.sleep(987654)\nprint('left')"
    # The child holds the output open: the run would not end before it does.
    done = await python(text, sandbox)
    assert (done.status, done.stdout) == ("done", b"left\n")
    await until(lambda: "987654" not in everything_that_runs())


def everything_that_runs() -> str:
    words = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            words.append((folder / "cmdline").read_bytes().replace(b"\0", b" ").decode())
        except OSError:
            continue
    return "\n".join(line for line in words if "pytest" not in line)


@needs_bwrap
async def test_memory_is_bounded() -> None:
    done = await python("x = bytearray(2 * 10**9)")
    assert (done.status, done.exit_code) == ("done", 1)
    assert b"MemoryError" in done.stderr


@needs_bwrap
async def test_files_and_the_private_folder_are_bounded() -> None:
    sandbox = visible_python()
    limits = SandboxLimits(file_mb=1, temporary_mb=4)
    sandbox = sandbox.model_copy(update={"limits": limits})
    done = await python("open('/tmp/a', 'wb').write(bytes(2 * 2**20))", sandbox)
    assert done.exit_code != 0
    text = "for i in range(9): open(f'/tmp/{i}', 'wb').write(bytes(2**20 - 1))"
    done = await python(text, sandbox)
    assert b"No space left" in done.stderr
    done = await python(text.replace("/tmp", "/dev/shm"), sandbox)
    assert b"No space left" in done.stderr


async def test_output_without_end_ends_the_program() -> None:
    done = await python("while True: print('x' * 1000)", output_bytes=10_000)
    assert (done.status, done.exit_code, len(done.stdout)) == ("output", None, 10_000)


async def test_a_program_that_hangs_is_stopped_at_its_time() -> None:
    done = await python("import time; print(1, flush=True); time.sleep(600)", wall_seconds=2)
    assert (done.status, done.exit_code) == ("timeout", None)
    assert done.seconds < 200


async def test_cpu_time_is_bounded() -> None:
    sandbox = visible_python().model_copy(update={"limits": SandboxLimits(cpu_seconds=1)})
    done = await python("while True: pass", sandbox, wall_seconds=240)
    assert done.status == "done"
    assert done.exit_code not in (0, None)


async def test_cancelling_ends_the_program() -> None:
    task = asyncio.create_task(python("import time; time.sleep(876543)", wall_seconds=600))
    await until(lambda: "876543" in everything_that_runs())
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    await until(lambda: "876543" not in everything_that_runs())


async def test_a_program_that_is_not_there_is_said_in_one_line() -> None:
    done = await run(["/no/such/program"], visible_python())
    assert done.exit_code not in (0, None)
    assert b"/no/such/program" in done.stderr


async def test_without_bubblewrap_limits_and_environment_still_hold(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(module, "bubblewrap", lambda: Bubblewrap(problem="not here"))
    monkeypatch.setenv("SOME_KEY", "secret")
    done = await python("import os; print(sorted(os.environ)); x = bytearray(2 * 10**9)")
    assert b"SOME_KEY" not in done.stdout
    assert b"MemoryError" in done.stderr


def test_a_missing_bubblewrap_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "which", lambda name: None)
    bubblewrap.cache_clear()
    try:
        found = bubblewrap()
    finally:
        monkeypatch.undo()
        bubblewrap.cache_clear()
    assert (found.path, found.isolation) == ("", "none")
    assert "not installed" in found.problem


def test_a_bubblewrap_that_is_not_allowed_to_work_is_not_used(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken = tmp_path / "bwrap"
    broken.write_text("#!/bin/sh\necho 'No permissions to create new namespace' >&2\nexit 1\n")
    broken.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
    bubblewrap.cache_clear()
    try:
        found = bubblewrap()
    finally:
        bubblewrap.cache_clear()
    assert found.path == ""
    assert "No permissions" in found.problem


async def test_a_sandbox_that_cannot_start_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "executable", "/no/python")
    with pytest.raises(SandboxError, match="cannot start the sandbox"):
        await run(["true"], Sandbox())


def test_filters_are_whole_programs_and_unknown_machines_have_none() -> None:
    assert len(threads_only("x86_64")) % 8 == 0
    assert len(threads_only("aarch64")) % 8 == 0
    assert threads_only("pdp11") == b""


@needs_bwrap
def test_the_command_line_works_in_any_way_of_starting_programs() -> None:
    limits = SandboxLimits(memory_mb=64, file_mb=1)
    words = Sandbox(limits=limits).command(["sh", "-c", "ulimit -d; ulimit -c"])
    done = subprocess.run(words, capture_output=True, text=True, check=True)
    assert done.stdout.split() == [str(64 * MB // 1024), "0"]
