"""What a candidate's code can reach: nothing of the host. Each test is a real attempt in Lean."""

from __future__ import annotations

import os
import socket
from pathlib import Path

import pytest

from proofloop.tools.lean.backend import CheckLimits, CheckRequest
from proofloop.tools.lean.embedded.backend import EmbeddedLean
from proofloop.tools.lean.report import LeanReport

pytestmark = pytest.mark.timeout(300)
SECRET = "a-key-that-nobody-may-see"
TRUE = "theorem t : 1 = 1 := rfl"


async def run(lean: EmbeddedLean, source: str, *, seconds: float = 90.0) -> LeanReport:
    limits = CheckLimits(wall_seconds=seconds)
    return await lean.check(CheckRequest(source=source, limits=limits))


def said(report: LeanReport) -> str:
    return "\n".join(message.text for message in report.messages)


def attempt(action: str) -> str:
    """Runs ``action`` (IO String); prints what it brought, or that it was refused."""
    return f"""
def attempt : IO String := do
{action}
#eval show IO Unit from do
  try IO.println s!"got: {{← attempt}}" catch error => IO.println s!"refused: {{error}}\""""


async def test_a_file_outside_is_neither_read_nor_written(
    lean: EmbeddedLean, tmp_path: Path
) -> None:
    (tmp_path / "secret").write_text(SECRET)
    for path in (tmp_path / "secret", Path("/etc/hostname"), Path("/proc/self/environ")):
        report = await run(lean, attempt(f'  IO.FS.readFile "{path}"'))
        assert "refused" in said(report) and SECRET not in said(report)
    target = tmp_path / "written"
    report = await run(lean, attempt(f'  IO.FS.writeFile "{target}" "x"\n  return "written"'))
    assert "refused" in said(report)
    assert not target.exists()
    report = await run(lean, attempt(f'  IO.FS.removeFile "{tmp_path}/secret"\n  return "gone"'))
    assert (tmp_path / "secret").exists()
    listed = attempt('  return toString ((← System.FilePath.readDir "/").map (·.fileName))')
    assert not {"etc", "usr", "tmp"} & set(said(await run(lean, listed)).replace(",", " ").split())


async def test_a_file_is_not_included_at_compile_time(lean: EmbeddedLean, tmp_path: Path) -> None:
    (tmp_path / "secret").write_text(SECRET)
    report = await run(lean, f'def s : String := include_str "{tmp_path}/secret"\n#eval s')
    assert not report.accepted
    assert SECRET not in said(report)


async def test_no_process_is_started(lean: EmbeddedLean, tmp_path: Path) -> None:
    target = tmp_path / "touched"
    action = f'  let child ← IO.Process.output {{ cmd := "touch", args := #["{target}"] }}\n'
    assert "refused" in said(await run(lean, attempt(action + "  return child.stdout")))
    assert not target.exists()


async def test_no_variable_of_the_environment_is_seen() -> None:
    names = ["PROOFLOOP_TEST_KEY", "OPENAI_API_KEY", "HOME", "PATH"]
    for name in names:
        os.environ[name] = os.environ.get(name) or SECRET
    seen = ", ".join(f'← IO.getEnv "{name}"' for name in names)
    async with EmbeddedLean(workers=1) as lean:
        report = await run(lean, attempt(f"  return toString [{seen}]"))
    assert "got: [none, none, none, none]" in said(report)


async def test_standard_input_is_empty(lean: EmbeddedLean) -> None:
    report = await run(lean, attempt("  (← IO.getStdin).getLine"))
    assert said(report).strip() in ("got:", "refused: end of file")


@pytest.mark.parametrize("symbol", ["socket", "connect", "getaddrinfo", "lean_uv_tcp_new"])
async def test_no_connection_is_made(lean: EmbeddedLean, symbol: str) -> None:
    """C's own functions, called past Lean; a server on loopback must hear of nobody."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        report = await run(
            lean,
            f'@[extern "{symbol}"] opaque call (a b c : USize) : UInt32\n'
            f"unsafe def go : IO Unit := IO.println (call 2 1 {port})\n#eval go\n{TRUE}",
        )
        server.setblocking(False)
        with pytest.raises(BlockingIOError):  # nobody waits for an answer
            server.accept()
    assert report.status in ("done", "crashed")


async def test_wall_time_is_limited_for_what_does_nothing(lean: EmbeddedLean) -> None:
    """An endless computation is stopped in each backend: conformance/test_conformance.py."""
    sleeping = "#eval (IO.sleep 600000 : IO Unit)"
    assert (await run(lean, sleeping, seconds=1)).status in ("timeout", "crashed")
    assert (await run(lean, TRUE)).accepted


async def test_processor_time_is_limited_in_what_runs_beside(lean: EmbeddedLean) -> None:
    """Tasks that go on after the text has ended are ended with their worker."""
    source = (
        "partial def spin (n : Nat) : Nat := spin (n + 1)\n"
        "#eval show IO Unit from do\n"
        "  let _ ← IO.asTask (do return spin (← IO.rand 0 1)) .dedicated\n" + TRUE
    )
    assert (await run(lean, source)).status == "done"
    assert (await run(lean, TRUE)).accepted
    stats = await lean.stats()
    assert not any(worker["busy"] for worker in stats["workers"])


async def test_memory_is_limited(lean: EmbeddedLean) -> None:
    report = await run(
        lean,
        "partial def grow (a : Array Nat) : Nat := grow (a ++ a)\n"
        "#eval grow (Array.replicate 1000000 7)",
    )
    assert report.status in ("memory", "crashed")
    assert (await run(lean, TRUE)).accepted


async def test_output_is_limited(lean: EmbeddedLean) -> None:
    report = await run(lean, "#eval IO.println (\"\".pushn 'x' 3000000)\n" + TRUE)
    assert sum(len(message.text) for message in report.messages) < 100_000
    flood = '#eval show IO Unit from do for _ in [0:20000] do IO.println "line"\n'
    report = await run(lean, flood + TRUE)
    assert sum(len(message.text) for message in report.messages) < 100_000
