"""Words for the agent that tries again: the tactic that failed and its goal."""

from __future__ import annotations

from proofloop.tools.lean.backend import CheckLimits, CheckRequest
from proofloop.tools.lean.embedded.backend import EmbeddedLean
from proofloop.tools.lean.feedback import explain, feedback

AND = "theorem t (p q : Prop) (hp : p) (hq : q) : p ∧ q := by\n"


async def explained(lean: EmbeddedLean, source: str, header: str = "") -> str:
    report = await lean.check(CheckRequest(source=source, header=header))
    return await explain(lean, report, source, header=header)


async def test_the_tactic_that_failed_is_named_with_its_goal(lean: EmbeddedLean) -> None:
    words = await explained(lean, AND + "  constructor\n  · exact hp\n  · rfl\n")
    assert "line 4, column 4: the tactic `rfl` failed: " in words
    assert words.endswith("The goal there:\n  case right\n  p q : Prop\n  hp : p\n  hq : q\n  ⊢ q")
    assert words.count("⊢ q") == 2  # in the reason's one line, and as the goal


async def test_what_is_left_to_prove_is_said(lean: EmbeddedLean) -> None:
    words = await explained(lean, AND + "  constructor\n  · exact hp\n")
    assert "Left to prove:\n  case right\n  p q : Prop\n  hp : p\n  hq : q\n  ⊢ q" in words
    assert "the tactic" not in words


async def test_an_error_outside_of_a_proof_shows_its_line(lean: EmbeddedLean) -> None:
    words = await explained(lean, "theorem t : (1 : Nat) = true := rfl")
    assert "  | theorem t : (1 : Nat) = true := rfl\n  | " in words


async def test_many_errors_are_counted(lean: EmbeddedLean) -> None:
    source = "\n".join(f"theorem t{i} : 1 = 2 := by decide" for i in range(8))
    words = await explained(lean, source)
    assert words.count("the tactic `decide` failed") == 5
    assert words.endswith("... and 3 more errors")


async def test_a_header_keeps_the_lines_where_they_are(lean: EmbeddedLean) -> None:
    words = await explained(lean, "\ntheorem t : c = 4 := by\n  rfl", "def c := 3")
    assert "line 3, column 2: the tactic `rfl` failed" in words


async def test_without_an_answer_of_the_probe_the_diagnostics_are_shown(
    lean: EmbeddedLean,
) -> None:
    source = AND + "  constructor\n  · exact hp\n  · rfl\n"
    report = await lean.check(CheckRequest(source=source))
    words = await explain(lean, report, source, limits=CheckLimits(wall_seconds=0.001))
    assert words == feedback(report, source)
    assert "line 4, column 4: error: " in words
    assert "  |   · rfl\n  |     ^" in words


async def test_a_text_without_errors_is_told_the_reason_alone(lean: EmbeddedLean) -> None:
    words = await explained(lean, "theorem t : 1 = 1 := by sorry")
    assert words == "theorem t rests on sorry"
