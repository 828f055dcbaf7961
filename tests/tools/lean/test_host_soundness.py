"""What may be accepted and what may not: honest proofs, cheating texts, forged data."""

from __future__ import annotations

import copy
import itertools
import json
import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from proofloop.tools.lean.embedded.install import PreparedLean
from support.lean_host import HOST, Answer, JsonLines, LeanHost, errors, proves

WORKERS = Path(__file__).parents[2] / "support" / "lean_workers.js"


@pytest.fixture(scope="module")
def host(prepared_lean: PreparedLean) -> Iterator[LeanHost]:
    with LeanHost(prepared_lean.path) as host:
        yield host


EVERY_KIND = """
mutual
inductive Ev : Nat → Prop | z : Ev 0 | s : Od n → Ev (n+1)
inductive Od : Nat → Prop | s : Ev n → Od (n+1)
end
inductive Tree | node : List Tree → Array Tree → Tree
structure Pair (α : Type u) [Add α] where
  first : α
  second : List (Pair α)
opaque secret : Nat := 5
mutual
def ev : Nat → Bool | 0 => true | n+1 => od n
def od : Nat → Bool | 0 => false | n+1 => ev n
end
class Both (α : Type u) extends Add α, Mul α where
  point : α
instance : Both Nat := ⟨3⟩
private theorem hidden : ev 4 = true := by simp [ev, od]
def log (n : Nat) : Nat := if n ≤ 1 then 0 else 1 + log (n / 2)
noncomputable def chosen : Nat := Classical.choice ⟨1⟩
abbrev Two.{u} := Sort (max 1 u) → Nat
instance swap : Std.Commutative (α := Nat) (· + ·) := ⟨Nat.add_comm⟩
partial def forever (n : Nat) : Nat := forever (n + 1)
unsafe def dangerous : Nat := unsafeCast 3
theorem t (x y : Nat) (h : x < y) : ∃ z, x + z = y ∧ z > 0 := ⟨y - x, by omega⟩
"""

HONEST = [
    ("(a b : Int) : (a+b)^2 = a^2 + 2*a*b + b^2", "by grind"),
    ("(n : Nat) : n * n = n ^ 2", "by rw [Nat.pow_two]"),
    (
        "(n : Nat) : 2 * (List.range (n+1)).sum = n * (n+1)",
        "by\n  induction n with\n  | zero => rfl\n"
        "  | succ n ih => rw [List.range_succ]; simp; grind",
    ),
    ("(p : Nat × Nat) : (match p with | (a, b) => a + b) = p.1 + p.2", "by cases p; rfl"),
    ("{α : Type _} (x : α) : x = x", "rfl"),
    ("(n : Nat) : let m := n + 1; m > n", "by intro m; omega"),
    (': "abc".length = 3', "by decide"),
    (": 123456789012345678901234567890 * 2 = 246913578024691357802469135780", "by decide"),
    ("(p q : Prop) : p ∨ q → q ∨ p", "fun h => h.elim .inr .inl"),
    ("(a b : Nat) (h : a = b) : b = a", "by\n  have := h\n  exact this.symm"),
    ("(p : Prop) : p ∨ ¬p", "Classical.em p"),
    ("(l : List Nat) : (l ++ []).length = l.length", "by simp"),
]


@pytest.mark.parametrize(("signature", "proof"), HONEST)
def test_an_honest_proof_of_what_was_asked_is_accepted(
    host: LeanHost, signature: str, proof: str
) -> None:
    statement = f"theorem t {signature}"
    answer = host.check(f"{statement} := {proof}", statement=statement)
    assert errors(answer) == []
    assert answer["statement"]["found"] and not answer["statement"]["error"]
    assert proves(answer)


def test_every_kind_of_declaration_goes_through_the_kernel(host: LeanHost) -> None:
    statement = "theorem t (x y : Nat) (h : x < y) : ∃ z, x + z = y ∧ z > 0"
    answer = host.check(EVERY_KIND, statement=statement)
    assert errors(answer) == []
    assert answer["kernel"]["error"] == ""
    assert proves(answer)
    assert answer["kernel"]["declarations"] > 60
    names = {theorem["name"] for theorem in answer["kernel"]["theorems"]}
    assert {"t", "hidden", "swap"} <= {name.split(".")[-1] for name in names}
    assert {"dangerous", "forever"}.isdisjoint(names)


HEADER = """
def f (n : Nat) : Nat := n + n
def ack : Nat → Nat → Nat
  | 0, n => n+1
  | m+1, 0 => ack m 1
  | m+1, n+1 => ack m (ack (m+1) n)
termination_by m n => (m, n)
inductive Colour | red | blue deriving DecidableEq
variable {α : Type}
notation "double " n => f n
axiom trusted : f 1 = 2
"""


@pytest.mark.parametrize(
    ("statement", "proof"),
    [
        ("theorem t (n : Nat) : f n = 2 * n", "by unfold f; omega"),
        ("theorem t (n : Nat) : (double n) = 2 * n", "by simp only [f]; omega"),
        ("theorem t : ack 2 1 = 5", "by simp [ack]"),
        ("theorem t (c : Colour) : c = .red ∨ c = .blue", "by cases c <;> simp"),
        ("theorem t (a : α) : id a = a", "rfl"),
    ],
)
def test_what_the_header_declares_is_the_same_on_both_sides(
    host: LeanHost, statement: str, proof: str
) -> None:
    answer = host.check(f"{statement} := {proof}", statement=statement, header=HEADER)
    assert errors(answer) == []
    assert proves(answer)


def test_axioms_of_the_header_are_reported(host: LeanHost) -> None:
    answer = host.check("theorem t : f 1 = 2 := trusted", header=HEADER)
    assert answer["kernel"]["ok"]
    assert answer["kernel"]["axioms"] == ["trusted"]


# Besides those in tests/cheats and in the conformance suite, which go through this host as well.
CHEATS = [
    "theorem h : 1 = 2 := sorry\ntheorem t : 1 = 2 := h",
    "def n : Nat := sorry\ntheorem t : 1 = 2 := by have : n = n := rfl; sorry",
    "theorem t : 1 = 2 := by native_decide",
    "@[implemented_by Nat.lt] opaque f (a b : Nat) : Prop\ntheorem t : 1 = 2 := by decide",
    "theorem t : (2 : Nat) = 2 := rfl",
    "local notation \"2\" => 1\ntheorem t : 1 = 2 := rfl",
    "namespace X\ntheorem t : 1 = 2 := sorry\nend X",
    "open Lean in\n#eval show IO Unit from throw (.userError \"t : 1 = 2\")",
]  # fmt: skip


@pytest.mark.parametrize("source", CHEATS)
def test_a_cheat_is_not_accepted(host: LeanHost, source: str) -> None:
    answer = host.check(source, statement="theorem t : 1 = 2")
    assert answer["status"] == "done"
    assert not proves(answer)


def test_sorry_is_found_through_everything_it_hides_in(host: LeanHost) -> None:
    answer = host.check(
        "theorem h.eq_1 : False := sorry\ninstance i : Nonempty Nat := sorry\n"
        "theorem t : 1 = 2 := h.eq_1.elim"
    )
    assert answer["kernel"]["axioms"] == ["sorryAx"]
    theorems = {theorem["name"]: theorem["sorry"] for theorem in answer["kernel"]["theorems"]}
    assert theorems == {"h.eq_1": True, "i": True, "t": True}


@pytest.mark.parametrize(
    ("asked", "proved"),
    [
        ("theorem t (n : Nat) : n = n", "theorem t {n : Nat} : n = n := rfl"),
        ("theorem t (n : Nat) : n = n", "theorem t (n : Int) : n = n := rfl"),
        ("theorem t (n : Nat) : n = n", "theorem u (n : Nat) : n = n := rfl"),
        ("theorem t (n : Nat) : n = n", "theorem X.t (n : Nat) : n = n := rfl"),
        ("theorem t (n : Nat) : n = n", "theorem t (n : Nat) (h : n > 1) : n = n := rfl"),
        (
            "theorem t.{u} {α : Type u} (a : α) : a = a",
            "theorem t.{v} {α : Type v} (a : α) : a = a := rfl",
        ),
        (
            "theorem t.{u} {α : Type u} (a : α) : a = a",
            "theorem t {α : Type} (a : α) : a = a := rfl",
        ),
        ("theorem t : f 1 = 3", "def f (n : Nat) := n + 2\ntheorem t : f 1 = 3 := rfl"),
    ],
)
def test_another_theorem_is_not_the_one_asked(host: LeanHost, asked: str, proved: str) -> None:
    answer = host.check(proved, statement=asked, header="")
    assert answer["status"] == "done"
    assert not answer["statement"]["matches"]


def test_a_forged_matcher_does_not_match(host: LeanHost) -> None:
    statement = "theorem t (n : Nat) : (match n with | 0 => 1 | _ + 1 => 2) = 5"
    forged = (
        "def t.match_1 (motive : Nat → Sort u) (n : Nat) (_ : Unit → motive 0)\n"
        "  (_ : (n : Nat) → motive n.succ) : motive n := sorry\n"
        + statement
        + " := by cases n <;> rfl"
    )
    assert not proves(host.check(forged, statement=statement))


@pytest.mark.parametrize(
    "statement",
    [
        "theorem t : True := trivial", "theorem t : True := trivial --", "theorem t : True /-",
        "theorem t : True := trivial\ntheorem u : True", "def t : Nat", "axiom t : True",
        "instance t : True", "@[simp] theorem t : True", "private theorem t : True",
        "unsafe theorem t : True", "theorem t : by exact True",
        "theorem t : (by exact 1 : Nat) = 1", "theorem t (h : 1 = 1 := by decide) : True",
        "theorem t : sorry", "theorem t : sorry = 1",
        'theorem t : include_str "/etc/passwd" = ""', "theorem t : (unsafe 1) = 1",
        "theorem t : Nat.nosuch 1 = 1", "theorem t : 1", "theorem Nat.add_comm : True",
        "theorem t : (let rec g (n : Nat) : Nat := n; g 1) = 1", "macro \"x\" : term => `(1)",
        "#eval 1", "open Nat in theorem t : True", "theorem t : True\n:= trivial\n#eval 1", "?",
        "end\ntheorem t : True", "theorem t | 0 => 1",
        "theorem t (h : ∃ x, x = (by_elab 1)) : True",
    ],
)  # fmt: skip
def test_a_statement_that_is_more_than_one_is_refused(host: LeanHost, statement: str) -> None:
    answer = host.check("theorem t : True := trivial", statement=statement)
    assert answer["status"] == "done"
    assert answer["statement"]["matches"] is False
    assert answer["statement"]["error"]


# Commands that reach for the host, and the message, by its severity or text, that each ends in.
REACHING = {
    '#eval IO.FS.readFile "/etc/passwd"': "error",
    '#eval IO.FS.readFile "/lean/lib/lean/Init.olean"': "error",
    '#eval IO.FS.writeFile "/tmp/proofloop-test" "x"': "error",
    '#eval (do return (← System.FilePath.readDir "/").map (·.fileName) : IO _)': "error",
    '#eval IO.Process.output {cmd := "ls"}': "error",
    "#eval IO.currentDir": "error",
    '#eval IO.getEnv "SECRET_KEY"': "none",
    '#eval IO.getEnv "PATH"': "none",
    "#eval (do (← IO.getStdin).getLine : IO String)": '""',
    'example : String := include_str "/etc/passwd"': "error",
}


def test_the_candidate_reaches_nothing_of_the_host(host: LeanHost) -> None:
    answer = host.check("\n".join(REACHING))
    assert answer["status"] == "done"
    said: dict[str, list[tuple[str, str]]] = {command: [] for command in REACHING}
    for message in answer["messages"]:
        said[[*REACHING][message["line"] - 1]].append((message["severity"], message["text"]))
    reached = {
        command: messages
        for command, messages in said.items()
        if len(messages) != 1 or REACHING[command] not in messages[0]
    }
    assert reached == {}


@pytest.mark.parametrize(
    "symbol", ["system", "_emscripten_system", "popen", "emscripten_run_script", "execve"]
)
def test_c_functions_that_leave_the_sandbox_are_sealed(host: LeanHost, symbol: str) -> None:
    """``ptrAddrUnsafe`` gives the address of a string object, whose bytes start 20 later."""
    source = f"""
@[extern "{symbol}"] opaque run (command : USize) : UInt32
unsafe def main : IO Unit := do
  let command := "echo escaped > /tmp/proofloop-escaped"
  IO.println (run (ptrAddrUnsafe command + 20))
#eval main
theorem t : 1 = 1 := rfl"""
    escaped = Path("/tmp/proofloop-escaped")
    escaped.unlink(missing_ok=True)
    answer = host.check(source)
    assert not escaped.exists()
    assert answer["status"] in ("done", "crashed")
    assert host.check("theorem t : 1 = 1 := rfl")["kernel"]["ok"]


MEDDLER = """open Lean Elab Command in
#eval addLinter { run := fun _ => do logError "meddled" }
theorem u : 1 = 1 := rfl"""


def test_what_a_text_leaves_behind_in_its_lean_does_not_reach_the_next(host: LeanHost) -> None:
    assert errors(host.check(MEDDLER, imports=["Lean"])) != []
    for _ in range(3):
        answer = host.check("theorem t : 1 = 1 := rfl", imports=["Lean"])
        assert errors(answer) == []
        assert proves(answer)


@pytest.mark.parametrize(
    ("source", "replaced"),
    [
        ("theorem t (a b : Nat) : a + b = b + a := by omega", False),
        ("open Nat in\n@[simp, grind =] theorem t (a : Nat) : a + 0 = a := rfl\n#check t", False),
        ("#eval 1", True),
        ("open Nat in #eval 1", True),
        ("theorem t : 2 ^ 9 = 512 := by native_decide", True),
        ("@[implemented_by Nat.add] def f (a b : Nat) := a + b", True),
        ('macro "m" : tactic => `(tactic| rfl)', True),
        ("initialize pure ()", True),
    ],
)
def test_a_worker_that_ran_code_of_a_text_is_not_used_again(
    host: LeanHost, source: str, replaced: bool
) -> None:
    host.check("theorem t : 1 = 1 := rfl")
    before = host.worker()["restarts"]
    host.check(source)
    assert host.worker()["restarts"] == before + replaced


class Workers(JsonLines):
    """Single workers, past the supervisor."""

    def __init__(self, prepared: Path) -> None:
        super().__init__(str(WORKERS), str(HOST), str(prepared))
        self._ids = itertools.count(1)

    def ask(self, role: str, **request: Any) -> Answer:
        self.send({"role": role, "id": next(self._ids), **request})
        message = self.receive()
        return message.get("answer") or message

    def export(self, source: str) -> dict[str, Any]:
        answer = self.ask("check", source=source, header="", heartbeats=20_000)
        assert answer["exportError"] == ""
        data: dict[str, Any] = json.loads(answer["data"])
        return data

    def verify(self, data: object, statement: str = "") -> Answer:
        text = data if isinstance(data, str) else json.dumps(data)
        return self.ask(
            "trust", imports=["Init"], header="", statement=statement, data=text,
            exportError="", examples={},
        )  # fmt: skip


@pytest.fixture(scope="module")
def workers(prepared_lean: PreparedLean) -> Iterator[Workers]:
    with Workers(prepared_lean.path) as workers:
        yield workers


EXPORTED = """
theorem h (a b : Nat) : a + b = b + a := by omega
inductive T (α : Type u) | nil | cons (x : α) (rest : List (T α))
def size : T α → Nat | .nil => 0 | .cons _ r => r.length
theorem t : size (.nil : T Nat) = 0 := let z := 0; (rfl : z = 0)
"""


def test_exported_data_is_accepted_as_it_is(workers: Workers) -> None:
    kernel = workers.verify(workers.export(EXPORTED))["kernel"]
    assert (kernel["ok"], kernel["error"], kernel["axioms"]) == (True, "", ["propext"]) or (
        kernel["ok"] and kernel["axioms"] == []
    )


@pytest.mark.parametrize(
    "data",
    [
        "", "no JSON", "null", "[]", "3", "{}", '{"names": 1}',
        {"names": [[0, "x"]], "levels": [], "exprs": [], "constants": []},
        {"names": [[-1, "x"], [1, "y"]], "levels": [], "exprs": [], "constants": []},
        {"names": [[-1, 5]], "levels": [], "exprs": [], "constants": []},
        {"names": [[-1, "9" * 200_000, 1]], "levels": [], "exprs": [], "constants": []},
        {"names": [[i - 1, "x"] for i in range(2000)], "levels": [], "exprs": [], "constants": []},
        {"names": [], "levels": [[1, 0]], "exprs": [], "constants": []},
        {"names": [], "levels": [[7]], "exprs": [], "constants": []},
        {"names": [], "levels": [[0], *[[1, i] for i in range(3000)]], "exprs": [],
         "constants": []},
        {"names": [], "levels": [], "exprs": [[5, 0, 0]], "constants": []},
        {"names": [], "levels": [], "exprs": [[0, "1048577"]], "constants": []},
        {"names": [], "levels": [], "exprs": [[0, "-1"]], "constants": []},
        {"names": [], "levels": [], "exprs": [[1]], "constants": []},
        {"names": [], "levels": [], "exprs": [[2, 3]], "constants": []},
        {"names": [], "levels": [], "exprs": [], "constants": [None]},
        {"names": [], "levels": [], "exprs": [], "constants": [{"kind": "quot"}]},
        {"names": [[-1, "x"]], "levels": [[0]], "exprs": [[3, 0]],
         "constants": [{"kind": "theorem", "name": -1, "levelParams": [], "type": 0, "value": 0}]},
        {"names": [[-1, "x"]], "levels": [[0]], "exprs": [[3, 0]],
         "constants": [{"kind": "inductive", "name": 0, "levelParams": [], "type": 0,
                        "numParams": "0", "all": [], "constructors": []}]},
    ],
)  # fmt: skip
def test_malformed_data_is_refused(workers: Workers, data: object) -> None:
    kernel = workers.verify(data)["kernel"]
    assert kernel["ok"] is False
    assert kernel["error"]


def names_of(data: dict[str, Any]) -> list[str]:
    return [row[1] for row in data["names"]]


def constant(data: dict[str, Any], name: str) -> dict[str, Any]:
    index = data["names"].index([-1, name])
    found: dict[str, Any] = next(c for c in data["constants"] if c["name"] == index)
    return found


def test_a_constant_cannot_take_the_name_of_another(workers: Workers) -> None:
    data = workers.export(EXPORTED)
    data["constants"].append(copy.deepcopy(constant(data, "h")))
    assert "already" in workers.verify(data)["kernel"]["error"]
    data = workers.export("axiom mine : False")
    data["names"][data["names"].index([-1, "mine"])] = [-1, "sorryAx"]
    assert "already" in workers.verify(data)["kernel"]["error"]


def test_an_axiom_cannot_be_hidden_behind_stray_fields(workers: Workers) -> None:
    data = workers.export("axiom mine : False\ntheorem t : 1 = 2 := mine.elim")
    mine = data["names"].index([-1, "mine"])
    for field in ({"constructors": [{"name": mine, "type": 0}]}, {"kind ": "theorem"}):
        forged = copy.deepcopy(data)
        constant(forged, "t").update(field)
        assert workers.verify(forged)["kernel"]["axioms"] == ["mine"]
    missing = copy.deepcopy(data)
    missing["constants"].remove(constant(missing, "mine"))
    assert workers.verify(missing)["kernel"]["ok"] is False


def test_a_wrong_proof_in_the_data_is_refused_by_the_kernel(workers: Workers) -> None:
    data = workers.export("theorem t : 1 = 2 := sorry\ntheorem u : True := trivial")
    constant(data, "t")["value"] = constant(data, "u")["value"]
    answer = workers.verify(data, "theorem t : 1 = 2")
    assert answer["kernel"]["ok"] is False
    assert "the kernel refuses theorem t" in answer["kernel"]["error"]
    assert answer["statement"]["matches"] is False


def mutated(data: dict[str, Any], rng: random.Random) -> dict[str, Any]:
    """One small forgery: an index, a number, a name or a whole row is another one."""
    forged = copy.deepcopy(data)
    table = rng.choice(["names", "levels", "exprs", "exprs", "exprs", "constants"])
    row = rng.choice(forged[table])
    if table == "constants":
        key = rng.choice(list(row))
        other = rng.choice(data[table]).get(key, 5)
        row[key] = rng.choice([0, 1, -1, 10**9, [], [0], "x", None, other, other, other])
    else:
        at = rng.randrange(len(row))
        row[at] = rng.choice(
            [0, 1, 2, -1, 3.5, 10**12, "7", "", [], [0], None, rng.randrange(len(forged[table]))]
        )
    return forged


@pytest.mark.slow
def test_forged_data_never_proves_a_false_statement_nor_ends_the_worker(workers: Workers) -> None:
    false = "theorem t : 1 = 2"
    rng = random.Random(7)
    data = workers.export(EXPORTED.replace("theorem t ", "theorem s ") + f"{false} := sorry")
    for _ in range(400):
        answer = workers.verify(mutated(data, rng), false)
        assert "crash" not in answer
        accepted = answer["kernel"]["ok"] and answer["statement"]["matches"]
        assert not accepted or "sorryAx" in answer["kernel"]["axioms"]
