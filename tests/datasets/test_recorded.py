"""The recorded samples as they are read, against what their sources report."""

from __future__ import annotations

import pytest

from proofloop.datasets.game24 import canonical, expression_of, makes_24
from proofloop.datasets.metrics import pass_at_k
from proofloop.datasets.recorded import body, called_with, game24, gsm8k, humaneval
from proofloop.tools.code.runner import TestBench


def test_game_24_has_the_accuracy_that_its_paper_reports() -> None:
    problems = game24()
    assert len(problems) == 100
    assert {len(problem.candidates) for problem in problems} == {100}
    # Tree of Thoughts (arXiv 2305.10601), table 2: chain of thought 4.0 %, best of 100 49 %.
    one = sum(pass_at_k(100, len(problem.right), 1) for problem in problems)
    assert one == pytest.approx(4.0, abs=0.3)
    assert sum(bool(problem.right) for problem in problems) == 49


def test_gsm8k_answers_agree_with_the_recorded_correctness() -> None:
    problems = gsm8k()
    assert len(problems) == 1319
    right = {
        problem.answers[name].replace(",", "") for problem in problems for name in problem.right
    }
    assert "18" in right
    answered = sum(bool(answer) for problem in problems for answer in problem.answers.values())
    assert answered > 0.99 * 4 * len(problems)


async def test_the_reference_programs_of_humaneval_pass_in_the_sandbox() -> None:
    problems = list(humaneval())
    assert len(problems) == 164
    assert {len(problem.programs) for problem in problems} == {100}
    assert sum(bool(problem.inputs) for problem in problems) > 150
    for problem in problems[30:40]:
        reference = problem.tests.split("METADATA")[0].split("def check")[0]
        async with TestBench(problem.tests, problem.entry) as bench:
            report = await bench.try_program(reference)
        assert report.passed, (problem.id, report.reason)


@pytest.mark.parametrize(
    ("expression", "ok"),
    [
        ("(6 - 4) * 12 * 1", False),
        ("(10 - 4) * (5 - 1)", True),
        ("4 * (10 - 5 + 1)", True),
        ("4 * 6", False),
        ("24", False),
        ("10 / (5 - 5) + 4", False),
        ("__import__('os')", False),
        ("4 ** 10", False),
        ("", False),
    ],
)
def test_24_is_made_of_the_four_numbers_alone(expression: str, ok: bool) -> None:
    assert makes_24(expression, "1 4 5 10") is ok


def test_the_same_computation_is_the_same_answer() -> None:
    assert canonical("(2 + 3) * 4") == canonical("4*((3+2))")
    assert canonical("2 - 3") != canonical("3 - 2")
    assert expression_of("Steps: ...\nAnswer: (1 + 2) * 8 = 24") == "(1 + 2) * 8"
    assert expression_of("Answer: No solution") == ""


def test_a_body_ends_where_something_else_begins() -> None:
    assert body("    return 1\n\n\ndef other():\n    pass") == "    return 1\n\n"
    assert body("    return 1\n# done") == "    return 1"


def test_inputs_are_the_literal_calls_of_the_generated_tests() -> None:
    texts = ["\n    f([1, (2)], 'a') == 3\nassert f(x) == 1\nassert f(2) == 0", "assert f(2) == 1"]
    assert called_with(texts, "f", 5) == ["(2,)", "([1, 2], 'a')"]
    assert called_with(texts, "f", 1) == ["(2,)"]
