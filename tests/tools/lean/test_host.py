"""The supervisor as a process: the protocol, the limits, and what becomes of bad company."""

from __future__ import annotations

import json
import random
import shutil
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from proofloop.tools.lean.embedded.install import PreparedLean
from proofloop.tools.lean.embedded.node import find_node
from support.lean_host import HOST, LeanHost, declared, errors, infos, proves

TRUE = "theorem t (a b : Nat) : a + b = b + a := by omega"
ENDLESS = "partial def f (n : Nat) : Nat := f (n + 1)\n#eval f 0"
SLOW = (
    "set_option maxRecDepth 100000 in\n"
    "theorem t : ∀ a b c d : Fin 40, a + b + c + d = d + c + b + a := by decide"
)
MEMORY_BOMB = (
    "partial def grow (a : Array Nat) : Nat := grow (a ++ a)\n"
    "#eval grow (Array.replicate 1000000 7)"
)
EXIT = "#eval (IO.Process.exit 3 : IO Unit)"


@pytest.fixture(scope="module")
def host(prepared_lean: PreparedLean) -> Iterator[LeanHost]:
    with LeanHost(prepared_lean.path, workers=2, grace_ms=1500) as host:
        yield host


def test_ready_names_the_lean(host: LeanHost) -> None:
    assert host.hello["event"] == "ready"
    assert host.hello["lean"]["version"].startswith("4.28.0")
    assert host.hello["start_ms"] > 0


def test_a_proof_is_rechecked_by_the_kernel(host: LeanHost) -> None:
    answer = host.check(TRUE)
    assert (answer["status"], answer["messages"], answer["parse_errors"]) == ("done", [], 0)
    assert declared(answer) == [("t", "theorem")]
    assert answer["kernel"]["ok"]
    assert answer["kernel"]["declarations"] >= 1
    theorem = {"name": "t", "axioms": [], "sorry": False, "library": True}
    assert answer["kernel"]["theorems"] == [theorem]
    assert answer["statement"] is None
    assert 0 < answer["elab_ms"] <= answer["wall_ms"]


def test_a_refused_text_is_not_compared_with_what_was_asked(host: LeanHost) -> None:
    asked = "theorem t : 1 = 2"
    assert host.check(f"{asked} := rfl", statement=asked)["statement"] is None
    assert host.check(f"{asked} := sorry", statement=asked)["statement"]["matches"]


def test_positions_count_lines_from_one_and_code_points_from_zero(host: LeanHost) -> None:
    answer = host.check("-- ∀ é\ntheorem é : 1 = 2 := by\n  decide")
    [message] = answer["messages"]
    assert message["severity"] == "error"
    assert (message["line"], message["column"]) == (3, 2)
    assert (message["endLine"], message["endColumn"]) == (3, 8)


def test_messages_of_every_command_are_kept_in_order(host: LeanHost) -> None:
    answer = host.check("#eval 1\n#eval 2\ntheorem t : 1 = 1 := rfl\n#eval 3")
    assert infos(answer) == ["1", "2", "3"]


@pytest.mark.parametrize(
    ("last", "words"), [('def x : Nat := "a"', "Type mismatch"), ("def x := )", "unexpected token")]
)
def test_a_flood_of_messages_hides_no_error(host: LeanHost, last: str, words: str) -> None:
    answer = host.check("#eval 1\n" * 250 + last)
    [error] = [message for message in answer["messages"] if message["severity"] == "error"]
    assert words in error["text"]
    assert error["line"] == 251
    assert len(answer["messages"]) == 201


def test_a_syntax_error_is_counted_and_what_follows_is_still_read(host: LeanHost) -> None:
    answer = host.check("theorem t : 1 = := rfl\ntheorem u : 1 = 1 := rfl")
    assert answer["parse_errors"] == 1
    assert ("u", "theorem") in declared(answer)


@pytest.mark.parametrize("source", ["", "\n \r\n", "-- only", "/- a /- b -/ -/\n-- c\n"])
def test_a_text_of_nothing_but_comments_has_no_error(host: LeanHost, source: str) -> None:
    answer = host.check(source)
    assert (answer["status"], answer["messages"], answer["parse_errors"]) == ("done", [], 0)


def test_code_can_be_generated_and_run(host: LeanHost) -> None:
    answer = host.check(
        "def g (xs : List Nat) := xs.map (· + 1)\n#eval g [1, 2]\n"
        "structure P where\n  a : Nat\n  deriving Repr, DecidableEq\n#eval ({a := 1} : P)"
    )
    assert errors(answer) == []
    assert infos(answer) == ["[2, 3]", "{ a := 1 }"]


def test_an_example_is_rechecked_under_its_line(host: LeanHost) -> None:
    answer = host.check(
        "example : 1 = 1 := rfl\n\nopen Nat in\n"
        "/-- doc -/ example (n : Nat) : n = n := rfl\n"
        "example : Nat := Classical.choice ⟨0⟩\nexample : 1 = 2 := sorry\nexample : 1 = 2 := rfl"
    )
    assert answer["examples"] == 0
    theorems = {theorem["name"]: theorem["sorry"] for theorem in answer["kernel"]["theorems"]}
    assert theorems == {
        "example@1": False,
        "example@4": False,
        "example@6": True,
        "example@7": True,
    }
    assert answer["declarations"] == []
    error = next(message for message in answer["messages"] if message["severity"] == "error")
    assert (error["line"], error["column"]) == (7, 19)


def test_the_word_example_elsewhere_stays_what_it_is(host: LeanHost) -> None:
    answer = host.check('/- example -/ def example1 := "example : 1"\n#eval example1')
    assert infos(answer) == ['"example : 1"']
    assert declared(answer) == [("example1", "def")]


@pytest.mark.parametrize(
    "module", ["Mathlib", "Proofloop.Nothing", "../Init", "Init..Core", "", "Init.Core.olean"]
)
def test_an_unknown_module_is_named(host: LeanHost, module: str) -> None:
    answer = host.check(TRUE, imports=["Init", module])
    assert (answer["status"], answer["detail"]) == ("bad_import", module)


def test_each_text_sees_only_what_it_imports(host: LeanHost) -> None:
    source = "open Lean in\n#eval (toString (mkNatLit 3) : String)"
    with_lean = host.check(source, imports=["Lean"])
    assert infos(with_lean) == ['"OfNat.ofNat.{0} Nat 3 (instOfNatNat 3)"']
    assert errors(host.check("#check Lean.Meta.inferType")) != []
    assert host.check(TRUE)["kernel"]["ok"]


def test_the_prelude_can_be_imported(host: LeanHost) -> None:
    source = "theorem t : ∃! x : ℕ, x = 3 := ⟨3, rfl, fun _ h => h⟩\n#eval ∑ i ∈ Finset.range 5, i"
    answer = host.check(source, imports=["Proofloop"])
    assert errors(answer) == []
    assert infos(answer) == ["10"]
    assert proves(answer)


def test_a_header_is_elaborated_once_and_reported_when_wrong(host: LeanHost) -> None:
    header = "def twice (n : Nat) : Nat := n + n\nvariable (k : Nat)\nopen Nat"
    use = "theorem t : twice k = 2 * k := by unfold twice; omega"
    for _ in range(3):
        answer = host.check(use, header=header)
        assert (errors(answer), answer["kernel"]["ok"]) == ([], True)
        assert declared(answer) == [("t", "theorem")]
    assert errors(host.check(use)) != []
    wrong = host.check(TRUE, header="open Nowhere")
    assert errors(wrong)[0].startswith("in the header: ")
    assert not wrong["kernel"]["ok"]


def test_a_time_out_stops_the_check_and_only_it(host: LeanHost) -> None:
    started = time.monotonic()
    slow = host.submit(SLOW, timeout_ms=1500, heartbeats=2_000_000)
    others = [host.submit(TRUE) for _ in range(5)]
    assert all(host.answer(other)["kernel"]["ok"] for other in others)
    answer = host.answer(slow)
    assert (answer["status"], answer["kernel"]) == ("timeout", None)
    assert time.monotonic() - started >= 1.5


def test_an_endless_evaluation_costs_its_worker(host: LeanHost) -> None:
    before = sum(worker["restarts"] for worker in host.stats()["workers"])
    assert host.check(ENDLESS, timeout_ms=500)["status"] == "timeout"
    assert sum(worker["restarts"] for worker in host.stats()["workers"]) == before + 1
    assert host.check(TRUE)["kernel"]["ok"]


def test_a_task_left_running_does_not_outlive_its_check(host: LeanHost) -> None:
    spin = (
        "def spin : IO Unit := do\n  while true do\n    IO.sleep 1\n"
        "#eval (do let _ ← IO.asTask spin; return 7 : IO Nat)"
    )
    before = sum(worker["restarts"] for worker in host.stats()["workers"])
    answer = host.check(spin)
    assert infos(answer) == ["7"]
    assert sum(worker["restarts"] for worker in host.stats()["workers"]) == before + 1


@pytest.mark.parametrize("source", [EXIT, '#eval (panic! "no" : Nat)'])
def test_ending_the_process_ends_at_most_the_check(host: LeanHost, source: str) -> None:
    others = [host.submit(TRUE) for _ in range(3)]
    answer = host.check(source)
    assert answer["status"] in ("done", "crashed")
    assert all(host.answer(other)["kernel"]["ok"] for other in others)


def test_an_exit_is_a_crash_of_that_check(host: LeanHost) -> None:
    assert host.check(EXIT)["status"] == "crashed"


def test_deep_recursion_is_an_error_or_a_crash_of_that_check(host: LeanHost) -> None:
    deep = "theorem t : " + "¬" * 3_000 + "False := by simp"
    assert not proves(host.check(deep))
    run = host.check("def f : Nat → Nat | 0 => 0 | n + 1 => f n + 1\n#eval f 100000000")
    assert run["status"] == "crashed"
    assert "deep recursion" in run["detail"]
    assert host.check(TRUE)["kernel"]["ok"]


def test_cancelling_answers_running_and_queued_checks(host: LeanHost) -> None:
    running = [host.submit(ENDLESS, timeout_ms=60_000) for _ in range(2)]
    queued = host.submit(TRUE)
    time.sleep(0.5)
    host.cancel(queued)
    started = time.monotonic()
    assert host.answer(queued)["status"] == "cancelled"
    assert time.monotonic() - started < 50
    for check in running:
        host.cancel(check)
    assert [host.answer(check)["status"] for check in running] == ["cancelled", "cancelled"]
    host.cancel(987654)  # one that is not there
    assert host.check(TRUE)["kernel"]["ok"]


def test_started_is_said_before_the_answer(host: LeanHost) -> None:
    check = host.submit(TRUE)
    host.answer(check)
    assert {"id": check, "event": "started"} in host.events


@pytest.mark.parametrize(
    "line",
    ["no JSON", "null", "[]", '{"op": "nothing", "id": 900001}', '{"op": "check", "id": "x"}',
     '{"op": "check", "id": 900002}', '{"op": "check", "id": 900003, "source": 3}',
     '{"op": "check", "id": 900004, "source": "", "imports": "Init"}',
     '{"op": "check", "id": 900005, "source": "", "limits": {"timeout_ms": "soon"}}'],
)  # fmt: skip
def test_a_bad_request_is_answered_as_such(host: LeanHost, line: str) -> None:
    host.send_line(line)
    while (message := host.receive()).get("event") != "error":
        pass
    assert len(message["error"]) < 600
    assert host.check(TRUE)["kernel"]["ok"]


def test_answers_are_bounded(host: LeanHost) -> None:
    many = host.check("\n".join(f"#eval {n}" for n in range(400)))
    assert len(many["messages"]) == 200
    long = host.check('#eval String.join (List.replicate 100000 "long ")')
    assert len(long["messages"][0]["text"]) <= 8001


def test_unpaired_surrogates_and_null_characters_are_only_text(host: LeanHost) -> None:
    for source in ("theorem t : 1 = 1 := rfl -- \ud800", '#eval "a\u0000b"', "\u0000", "\r\n" * 9):
        assert host.check(source)["status"] == "done"


@pytest.mark.slow
def test_a_memory_bomb_costs_only_its_own_check(prepared_lean: PreparedLean) -> None:
    with LeanHost(prepared_lean.path, workers=2, grace_ms=1500) as host:
        bomb = host.submit(MEMORY_BOMB)
        others = [host.submit(TRUE) for _ in range(3)]
        assert all(host.answer(other)["kernel"]["ok"] for other in others)
        assert host.answer(bomb)["status"] == "memory"
        assert host.check(TRUE)["kernel"]["ok"]


def test_a_worker_that_is_replaced_begins_as_one_that_starts(prepared_lean: PreparedLean) -> None:
    source = (
        "#eval show IO Unit from do\n"
        "  IO.print (← Lean.Elab.Command.lintersRef.get).size\n"
        "  Lean.Elab.Command.lintersRef.set #[]\n"
        "def later := Task.spawn fun _ => [1, 2].map (2 * ·)\n#eval later.get\n"
        f"{TRUE}\ntheorem u (xs : List Nat) : xs ++ [] = xs := by simp"
    )
    with LeanHost(prepared_lean.path, workers=1, imports=["Lean"]) as host:
        first, second, third = (host.check(source, imports=["Lean"]) for _ in range(3))
        worker = host.worker()
    assert (worker["restarts"], worker["restored"]) == (3, 3)
    assert int(infos(first)[0]) > 0
    assert infos(first)[1] == "[2, 4]"
    for answer in (first, second, third):
        assert proves(answer)
        said = [answer[part] for part in ("messages", "heartbeats", "declarations")]
        assert said == [first[part] for part in ("messages", "heartbeats", "declarations")]


@pytest.mark.slow
def test_a_worker_that_has_grown_is_replaced_after_its_check(
    host: LeanHost, prepared_lean: PreparedLean
) -> None:
    assert host.worker()["ready"]
    with LeanHost(prepared_lean.path, workers=1, memory_mb=300) as host:
        source = "#eval (Array.replicate 60000000 7).size"
        assert infos(host.check(source)) == ["60000000"]
        assert host.worker()["restarts"] == 1
        assert host.check(TRUE)["kernel"]["ok"]
        assert host.worker()["memory_mb"] < 300
        # At first from the image that another process has left, then from its own.
        assert host.worker()["restored"] == 2


@pytest.mark.slow
@pytest.mark.timeout(600)  # each #eval costs its worker
def test_a_second_run_of_mixed_checks_says_the_same(host: LeanHost) -> None:
    texts = [
        "theorem t (n : Nat) : n + {k} = {k} + n := by omega",
        "theorem t : {k} * {k} = {k} ^ 2 := by decide",
        "theorem t (x y : Int) (h : x = y + {k}) : x - y = {k} := by grind",
        "theorem t (xs : List Nat) : (xs.map (· + {k})).length = xs.length := by simp",
        "example : {k} < {k} + 1 := by decide",
        "theorem t : {k} = {k} + 1 := by decide",
        "def f (n : Nat) := n * {k}\n#eval f {k}",
        "theorem t : ({k} : Nat) = := rfl",
        "theorem t (p q : Prop) (hp : p) (hq : q) : p ∧ q := ⟨hp, {k}⟩",
        "inductive T{k} | a | b (t : T{k})\ntheorem t : T{k}.a ≠ .b .a := nofun",
    ]
    requests = [text.replace("{k}", str(k)) for k in range(3) for text in texts]

    def run(order: list[int]) -> dict[int, object]:
        ids = {index: host.submit(requests[index]) for index in order}
        answers = {index: host.answer(check) for index, check in ids.items()}
        return {
            index: (a["status"], a["messages"], a["declarations"], a["kernel"]["theorems"],
                    a["kernel"]["ok"], a["kernel"]["declarations"])
            for index, a in answers.items()
        }  # fmt: skip

    order = list(range(len(requests)))
    first = run(order)
    random.Random(1).shuffle(order)
    assert run(order) == first


def test_a_prepared_folder_that_is_not_one_is_fatal(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    with LeanHost(tmp_path_factory.mktemp("empty")) as host:
        assert host.hello["event"] == "fatal"
        assert "symtab.bin" in host.hello["error"]
        assert host.process.wait(20) == 1


@pytest.fixture
def copy_of_prepared(prepared_lean: PreparedLean, tmp_path: Path) -> Path:
    """The prepared folder without what the host has added to it; big files are links."""
    for name in ("lean.wasm", "glue.js", "symtab.bin", "lib"):
        (tmp_path / name).symlink_to(prepared_lean.path / name)
    return tmp_path


SMALL_PRELUDE = """
notation "ℕ" => Nat
macro "easy" : tactic => `(tactic| first | rfl | omega)
def twice (xs : List ℕ) : List ℕ := xs.map (2 * ·)
@[simp, grind =] theorem twice_length (xs : List ℕ) : (twice xs).length = xs.length := by
  simp [twice]
structure Point where
  x : ℕ
  y : ℕ
  deriving DecidableEq, Repr
"""
USES_PRELUDE = """
#eval twice [1, 2]
#eval ({ x := 1, y := 2 } : Point)
theorem t (a b : ℕ) : a + b = b + a := by easy
theorem u (xs : List ℕ) : (twice xs).length = xs.length := by simp
theorem v : ({ x := 1, y := 2 } : Point) ≠ { x := 1, y := 3 } := by decide
"""


@pytest.mark.slow
def test_a_prelude_is_compiled_once_with_everything_in_it(
    prepared_lean: PreparedLean, copy_of_prepared: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    (copy_of_prepared / "code").symlink_to(prepared_lean.path / "code")  # or Lean is slow at first
    sources = tmp_path_factory.mktemp("prelude")
    (sources / "Proofloop").mkdir()
    (sources / "Proofloop.lean").write_text("import Proofloop.Small\n", encoding="utf-8")
    (sources / "Proofloop" / "Small.lean").write_text(SMALL_PRELUDE, encoding="utf-8")
    prepared: list[set[float]] = []
    restored: list[int] = []
    for number in range(3):
        if number == 2:
            (image,) = (copy_of_prepared / "prelude").glob("*/image-*.bin")
            content = bytearray(image.read_bytes())
            content[len(content) // 2] ^= 1
            image.write_bytes(content)
        with LeanHost(copy_of_prepared, prelude=str(sources), imports=["Proofloop"]) as host:
            said = [event for event in host.events if event.get("event") == "preparing"]
            prepared.append({event["fraction"] for event in said})
            assert proves(host.check(TRUE, imports=["Proofloop"]))
            restored.append(host.worker()["restored"])
            assert host.worker()["restarts"] == 0
            answer = host.check(USES_PRELUDE, imports=["Proofloop"])
            assert errors(answer) == []
            assert infos(answer) == ["[2, 4]", "{ x := 1, y := 2 }"]
            assert proves(answer)
    # At the beginning and after each of two modules; nothing the second time.
    assert prepared == [{0, 0.5, 1}, set(), set()]
    # The second process starts from the image that the first has left, none from a damaged one.
    assert restored == [0, 1, 0]
    assert bytes(content) != image.read_bytes()
    (sources / "Proofloop" / "Small.lean").write_text("theorem t : 1 = 2 := rfl", encoding="utf-8")
    with LeanHost(copy_of_prepared, prelude=str(sources)) as host:
        assert host.hello["event"] == "fatal"
        assert host.hello["error"].startswith("Proofloop.Small:1: ")
    assert not list((copy_of_prepared / "prelude").glob(".tmp-*"))


FLIPPING = """
const fs = require('node:fs');
const { readImage, writeImage } = require(process.argv[1]);
const file = process.argv[2];
const data = new SharedArrayBuffer(256);
new Uint8Array(data).fill(7);
const image = { stack: { top: 65536, low: 16 }, layout: '3 pages', roots: { env: 4096 }, pages: 9 };
writeImage(file, { ...image, data, filled: Uint32Array.of(2, 5) });
const whole = fs.readFileSync(file);
const taken = [];
for (let at = -1; at < whole.length; at++) {
  const damaged = Buffer.from(whole);
  if (at >= 0) damaged[at] ^= 1;
  fs.writeFileSync(file, damaged);
  if (readImage(file)) taken.push(at);
}
console.log(JSON.stringify({ taken, length: whole.length }));
"""


def test_an_image_that_is_damaged_anywhere_is_not_used(tmp_path: Path) -> None:
    arguments = [find_node().path, "-e", FLIPPING, str(HOST / "image_file.js"), str(tmp_path / "i")]
    done = subprocess.run(arguments, capture_output=True, text=True, check=True)
    found = json.loads(done.stdout)
    assert found["length"] > 256
    assert found["taken"] == [-1]


@pytest.mark.parametrize("content", [b"", b"no machine code at all" * 1000])
def test_kept_code_that_is_damaged_is_not_used(copy_of_prepared: Path, content: bytes) -> None:
    version = subprocess.run(
        [find_node().path, "-p", "`${process.version}-${process.platform}-${process.arch}`"],
        capture_output=True, text=True, check=True,
    ).stdout.strip()  # fmt: skip
    code = copy_of_prepared / "code" / f"node-{version}.bin"
    code.parent.mkdir()
    code.write_bytes(content)
    with LeanHost(copy_of_prepared, prelude="") as host:
        assert host.check(TRUE)["kernel"]["ok"]


def test_a_folder_of_es_modules_above_does_not_matter(
    prepared_lean: PreparedLean, tmp_path: Path
) -> None:
    """A virtual environment may lie inside a JavaScript project."""
    (tmp_path / "package.json").write_text('{"type": "module"}', encoding="utf-8")
    shutil.copytree(HOST, tmp_path / "host")
    with LeanHost(prepared_lean.path, prelude="", folder=tmp_path / "host") as host:
        assert host.hello["event"] == "ready"


def test_the_process_ends_with_its_input(prepared_lean: PreparedLean) -> None:
    host = LeanHost(prepared_lean.path)
    host.submit(ENDLESS)
    host.close()
    assert host.process.returncode == 0
