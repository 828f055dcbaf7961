"""A small repository traced by LeanDojo's own extractor, without a toolchain.

LeanDojo's tracer is a Lean program, ``ExtractData.lean``. Here the embedded Lean runs it: its
syntax trees, tactic states, premises and their JSON are LeanDojo's own doing. Changed are only
what the embedded Lean has not (files and Lake: the paths of modules) and what Lean has renamed
since (``RENAMED``). The folder is laid out as LeanDojo's tracing leaves it.
"""

from __future__ import annotations

import json
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from proofloop.tools.lean.backend import CheckLimits, CheckRequest
from proofloop.tools.lean.embedded.backend import EmbeddedLean

RENAMED = {
    "import Lake\n": "",
    "ToJson Substring where": "ToJson Substring.Raw where",
    "String.Pos": "String.Pos.Raw",
    "(← fmt).pretty.trim": "(← fmt).pretty.trimAscii.toString",
    "defPath.drop 2": "(defPath.drop 2).toString",
    "(defPath.drop 6)": "(defPath.drop 6).toString",
}

SOURCES = {
    "Example/Double.lean": """\
import Init

namespace Example

/-- Twice a number. -/
def double (n : Nat) : Nat := n + n

theorem double_eq (n : Nat) : double n = 2 * n := by
  unfold double
  rw [Nat.two_mul]

theorem double_zero : double 0 = 0 := rfl

end Example
""",
    # It cannot import the other without compiled files, so it has what it needs once more.
    "Example.lean": """\
import Init
import Example.Double

def Example.double (n : Nat) : Nat := n + n
theorem Example.double_eq (n : Nat) : double n = 2 * n := by
  unfold double; rw [Nat.two_mul]

namespace Example

theorem double_add (m n : Nat) : double (m + n) = double m + double n := by
  rw [double_eq, double_eq, double_eq]
  exact Nat.mul_add 2 m n -- by distributivity

/-- Doubling keeps the order. -/
theorem double_le {m n : Nat} (h : m ≤ n) : double m ≤ double n := by
  cases h with
  | refl => exact Nat.le_refl _
  | step h =>
    rw [double_eq, double_eq]
    exact Nat.mul_le_mul_left 2 (Nat.le_succ_of_le h)

end Example
""",
}
IMPORTS = {"Example/Double.lean": (), "Example.lean": ("Example/Double.lean",)}
INIT = ".lake/packages/lean4/src/lean/Init.lean"


async def traced_repository(lean: EmbeddedLean, extractor: str, folder: Path) -> Path:
    """The repository, traced into ``folder``; ``extractor`` is LeanDojo's ExtractData.lean."""
    write_repository(folder, await run_extractor(lean, extractor_program(extractor), SOURCES))
    return folder


def write_repository(folder: Path, traces: Mapping[str, object]) -> None:
    for path, trace in traces.items():
        place = folder / ".lake/build/ir" / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.with_suffix(".ast.json").write_text(json.dumps(trace, ensure_ascii=False))
        imports = "\n".join((INIT, *IMPORTS[path]))
        place.with_suffix(".dep_paths").write_text(imports)
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(SOURCES[path], encoding="utf-8")
    (folder / "lean-toolchain").write_text("leanprover/lean4:v4.28.0\n")
    (folder / "lakefile.toml").write_text('name = "example"\n[[lean_lib]]\nname = "Example"\n')
    for arguments in (["init", "-q"], ["add", "-A"], ["commit", "-q", "-m", "An example"]):
        identity = ["-c", "user.name=test", "-c", "user.email=test@example.org"]
        subprocess.run(["git", *identity, *arguments], cwd=folder, check=True, timeout=60)


def write_benchmark(folder: Path, files: Any, rows: Any) -> Path:
    """In LeanDojo Benchmark's layout."""
    (folder / "random").mkdir(parents=True)
    lines = "".join(json.dumps(item) + "\n" for item in files)
    (folder / "corpus.jsonl").write_text(lines)
    (folder / "random" / "test.json").write_text(json.dumps(list(rows)))
    return folder


def extractor_program(text: str) -> str:
    """LeanDojo's extractor up to where it would read files, with a function on a text instead."""
    for old, new in RENAMED.items():
        assert old in text, f"LeanDojo's extractor has no {old!r} any more"
        text = text.replace(old, new)
    before, _, rest = text.partition("namespace Path\n")
    after = rest.partition("end Path\n")[2]
    traversal = after.partition("end Traversal\n")[0]
    return f"{before}{PATHS}{traversal}end Traversal\n{ENTRY}"


async def run_extractor(
    lean: EmbeddedLean, program: str, sources: Mapping[str, str]
) -> dict[str, object]:
    """Path to trace, by one check: elaborating the program takes most of it."""
    text = f"import Lean\n{program}"
    places: dict[int, str] = {}  # the line of each command that traces a text
    for path, source in sources.items():
        places[text.count("\n") + 1] = path
        module = path.removesuffix(".lean").replace("/", ".")
        quoted = json.dumps(source, ensure_ascii=False)
        text += f'#eval LeanDojo.traceText "{path}" `{module} {quoted}\n'
    report = await lean.check(CheckRequest(source=text, limits=CheckLimits(wall_seconds=110)))
    assert not report.errors, report.errors[0]
    pieces = dict.fromkeys(sources, "")
    for message in report.messages:
        if message.severity == "info":
            pieces[places[message.line]] += json.loads(message.text)
    return {path: json.loads(trace) for path, trace in pieces.items()}


PATHS = """\
namespace Path
def findLean (module : Name) : IO FilePath :=
  let inside := (module.toString.replace "." "/") ++ ".lean"
  let lean := [`Init, `Std, `Lean].contains module.getRoot
  pure ⟨if lean then ".lake/packages/lean4/src/lean/" ++ inside else inside⟩
end Path
"""

# As the extractor's processFile, on a text; the JSON leaves in pieces, as JSON strings.
ENTRY = """
open Traversal

def traceText (path : String) (module : Name) (source : String) : Command.CommandElabM Unit := do
  let inputCtx := Parser.mkInputContext source path
  let (header, parserState, messages) ← Parser.parseHeader inputCtx
  let env := (← getEnv).setMainModule module
  let commandState := { Command.mkState env messages {} with infoState.enabled := true }
  let s ← IO.processCommands inputCtx parserState commandState
  for message in s.commandState.messages.toList do
    if message.severity == .error then throwError "{← message.toString}"
  let env' := s.commandState.env
  let commands := s.commands.pop
  let trees := s.commandState.infoState.trees.toArray
  let traceM := (traverseForest trees env').run' ⟨#[header] ++ commands, #[], #[]⟩
  let (trace, _) ← traceM.run'.toIO {fileName := path, fileMap := .ofString source} {env := env'}
  let characters := (toJson trace).compress.toList.toArray
  for piece in [0 : characters.size / 3000 + 1] do
    let part := characters.extract (3000 * piece) (3000 * (piece + 1))
    logInfo (toJson (String.ofList part.toList)).compress

end LeanDojo
"""
