"""Final answers in texts as models write them."""

from __future__ import annotations

import pytest

from proofloop.tools.answers.extract import final_answer


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        (r"so the sum is \boxed{\frac{1}{2}}.", r"\frac{1}{2}"),
        (r"first \boxed{3}, no: \boxed{4}", "4"),
        (r"\boxed{a} and then \boxed{never closed", "a"),
        ("We get 5.\nAnswer: 5.", "5"),
        ("**Final answer:** $x = 3$", "x = 3"),
        ("The answer is: 1,024", "1,024"),
        ("2 + 2 = <<2+2=4>>4\nA: 18", "18"),
        ("... \n#### 72", "72"),
        ("Answer: 1\nwait\nAnswer: 2", "2"),
        ("no answer here", ""),
        ("", ""),
        ("Answer: " + "9" * 1000, ""),
    ],
)
def test_the_last_marked_answer_is_taken(text: str, answer: str) -> None:
    assert final_answer(text) == answer
