"""What every backend has to say of these texts: how far they get, and why not further."""

from __future__ import annotations

from dataclasses import dataclass

from proofloop.tools.lean.report import Tier

ASKED = "theorem t : (2 : Nat) + 2 = 4"


@dataclass(frozen=True)
class Case:
    """``failed`` None: accepted. ``reason`` is a part of the verdict's."""

    name: str
    source: str
    failed: Tier | None = None
    reason: str = ""
    statement: str = ""
    header: str = ""


def honest() -> list[Case]:
    return [
        Case("omega", "theorem t (a b : Nat) : a + b = b + a := by omega"),
        Case("example", "example (a b : Nat) : a + b = b + a := by omega"),
        Case("definition", "def f (n : Nat) : Nat := n + 1\ntheorem t : f 1 = 2 := rfl"),
        Case("classical", "theorem t (p : Prop) : p ∨ ¬ p := Classical.em p"),
        Case("simp", "theorem t (x : List Nat) : (x ++ []).length = x.length := by simp"),
        Case(
            "inductive",
            "inductive T | leaf | node (l r : T)\n"
            "def T.size : T → Nat | leaf => 1 | node l r => l.size + r.size\n"
            "theorem t : (T.node .leaf .leaf).size = 2 := rfl",
        ),
        Case(
            "mutual",
            "mutual\ninductive A | a (b : B)\ninductive B | z | b (a : A)\nend\n"
            "theorem t : (B.b (A.a B.z)) = .b (.a .z) := rfl",
        ),
        Case(
            "structure",
            "structure P where\n  x : Nat\n  y : Nat\ntheorem t : (P.mk 1 2).y = 2 := rfl",
        ),
        Case("universes", "theorem t.{u} {α : Type u} (a : α) : a = a := rfl"),
        Case("unicode", "theorem «naïve ∑» (α β : Nat) : α * β = β * α := Nat.mul_comm α β"),
        Case("private", "private theorem h : 1 = 1 := rfl\ntheorem t : 1 = 1 := h"),
        Case(
            "imports", "import Std\nopen Std\ntheorem t : (∅ : HashMap Nat Nat).size = 0 := by simp"
        ),
        Case("comments", "/- import No -/ -- import No\nimport Std\ntheorem t : 1 = 1 := rfl"),
        Case("open in", "open Nat in\nexample : succ 1 = 2 := rfl"),
        Case("noncomputable example", "example : Nat := Classical.choice ⟨1⟩"),
        Case("kernel decide", "theorem t : ∀ k < 20, k * k < 400 := by decide +kernel"),
        Case("large number", f"theorem t : {10**60} + 1 = {10**60 + 1} := rfl"),
        Case("what was asked", ASKED + " := rfl", statement=ASKED),
        Case(
            "after other things", "theorem h : 1 = 1 := rfl\n" + ASKED + " := rfl", statement=ASKED
        ),
        Case(
            "header",
            "theorem t : n + two = succ (succ n) := rfl",
            statement="theorem t : n + two = succ (succ n)",
            header='import Std\nopen Nat\nvariable (n : Nat)\nnotation "two" => 2',
        ),
        Case(
            "match in the statement",
            "theorem t (n : Nat) : (match n with | 0 => 1 | m + 1 => m + 1) > 0 := by\n"
            "  cases n <;> simp",
            statement="theorem t (n : Nat) : (match n with | 0 => 1 | m + 1 => m + 1) > 0",
        ),
    ]


def refused() -> list[Case]:
    elaborates, complete = Tier.ELABORATES, Tier.COMPLETE
    axioms, statement, kernel = Tier.AXIOMS, Tier.STATEMENT, Tier.KERNEL
    return [
        Case("syntax", "theorem t : 1 = := rfl", Tier.PARSES, "line 1: "),
        Case("false", "theorem t : 1 = 2 := by decide", elaborates, "line 1: "),
        Case(
            "open goal", "-- one\n\ntheorem t : 1 = 1 := by\n  skip", elaborates, "line 3: unsolved"
        ),
        Case("unknown name", "theorem t : 1 = 1 := nope", elaborates, "nope"),
        Case("late import", "open Nat\nimport Std", elaborates, "line 2: "),
        Case("no module", "import No.Such\ntheorem t : 1 = 1 := rfl", Tier.PARSES, "No.Such"),
        Case("half an import", "import", Tier.PARSES, "line 1: expected the name of a module"),
        Case("prelude", "prelude\ntheorem t : True := trivial", Tier.PARSES, "'prelude'"),
        Case("nothing", "", kernel, "no declaration"),
        Case("only a question", "#check Nat", kernel, "no declaration"),
        Case("sorry", "theorem t : 1 = 2 := sorry", complete, "rests on sorry"),
        Case("sorry by tactic", "theorem t : 1 = 2 := by sorry", complete, "rests on sorry"),
        Case(
            "sorry by macro",
            'macro "easy" : tactic => `(tactic| sorry)\n'
            "set_option warn.sorry false\ntheorem t : 1 = 2 := by easy",
            complete,
            "rests on sorry",
        ),
        Case(
            "sorry in what it uses",
            "set_option warn.sorry false\ndef f : 1 = 2 := sorry\ntheorem t : 1 = 2 := f",
            complete,
            "rests on sorry",
        ),
        Case("sorry in an example", "example : 1 = 2 := sorry", complete, "sorry"),
        Case("axiom", "axiom A : False\ntheorem t : 1 = 2 := A.elim", axioms, "axiom A"),
        Case("only an axiom", "axiom A : False", axioms, "axiom A"),
        Case(
            "axiom that looks allowed",
            "axiom «Classical.choice» : False\ntheorem t : 1 = 2 := «Classical.choice».elim",
            axioms,
            "«Classical.choice»",
        ),
        Case(
            "native_decide",
            "theorem t : 2 ^ 10 = 1024 := by native_decide",
            axioms,
            "native_decide",
        ),
        Case(
            "error in the header",
            ASKED + " := rfl",
            elaborates,
            "in the header",
            ASKED,
            "#check nope",
        ),
        Case("another number", "theorem t : (2 : Nat) + 1 = 3 := rfl", statement, "else", ASKED),
        Case("another type", "theorem t : (2 : Int) + 2 = 4 := rfl", statement, "else", ASKED),
        Case("another name", "theorem u : (2 : Nat) + 2 = 4 := rfl", statement, "not in", ASKED),
        Case("a definition", "def t : (2 : Nat) + 2 = 4 := rfl", statement, "", ASKED),
        Case(
            "another binder",
            "theorem t {n : Nat} : n = n := rfl",
            statement,
            "else",
            "theorem t (n : Nat) : n = n",
        ),
        Case(
            "another universe",
            "theorem t.{u} (α : Type u) (a : α) : a = a := rfl",
            statement,
            "else",
            "theorem t.{v} (α : Type v) (a : α) : a = a",
        ),
        Case(
            "an instance of its own",
            f"instance : OfNat Nat 4 := ⟨2 + 2⟩\n{ASKED} := rfl",
            statement,
            "else",
            ASKED,
        ),
        Case(
            "a notation of its own",
            "macro_rules | `($a = $b) => `($a ≤ $b)\ntheorem t : (2 : Nat) + 2 = 5 := by decide",
            statement,
            "else",
            "theorem t : (2 : Nat) + 2 = 5",
        ),
        Case(
            "statement that runs code",
            ASKED + " := rfl",
            statement,
            "not good Lean",
            "theorem t : by exact True",
        ),
        Case(
            "statement with a proof",
            ASKED + " := rfl",
            statement,
            "not good Lean",
            ASKED + " := rfl",
        ),
        Case(
            "statement with sorry",
            ASKED + " := rfl",
            statement,
            "not good Lean",
            "theorem t : sorry",
        ),
        Case(
            "statement of two commands",
            ASKED + " := rfl",
            statement,
            "not good Lean",
            ASKED + " := rfl\n#eval 1",
        ),
        Case(
            "past the kernel",
            "import Lean\nopen Lean Elab Command in\nrun_cmd do\n"
            "  let declaration := Declaration.thmDecl {\n"
            "    name := `t, levelParams := [], type := mkConst ``False,\n"
            "    value := mkConst ``True.intro }\n"
            "  match (← getEnv).addDeclCore 0 declaration none (doCheck := false) with\n"
            "  | .ok env => setEnv env\n"
            "  | .error _ => pure ()",
            kernel,
            "kernel",
        ),
    ]
