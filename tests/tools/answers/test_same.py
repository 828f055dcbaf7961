"""Which answers are the same: labelled pairs, the laws of sameness, hostile texts."""

from __future__ import annotations

import asyncio
import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from proofloop.tools.answers.compare import compare
from proofloop.tools.answers.same import AnswerLimits, SameAnswers, same, tree_of

SAID = {"=": True, "≠": False, "?": None}
LINES = (Path(__file__).parent / "pairs.tsv").read_text().splitlines()
PAIRS = [line.split("\t") for line in LINES if not line.startswith("#")]


@pytest.fixture(scope="module")
async def verdicts() -> dict[tuple[str, str], bool | None]:
    """Of every pair, both ways round."""
    comparison = SameAnswers(AnswerLimits(call_seconds=300))
    both_ways = [pair for _, a, b in PAIRS for pair in ((a, b), (b, a))]
    return dict(zip(both_ways, await comparison.verdicts(both_ways), strict=True))


def test_the_table_has_all_three_kinds_in_number() -> None:
    kinds = [kind for kind, _, _ in PAIRS]
    assert len(PAIRS) >= 150
    assert all(kinds.count(kind) >= 30 for kind in SAID)


@pytest.mark.parametrize(("kind", "a", "b"), PAIRS, ids=[f"{a} {k} {b}" for k, a, b in PAIRS])
def test_pair(kind: str, a: str, b: str, verdicts: dict[tuple[str, str], bool | None]) -> None:
    assert verdicts[a, b] is SAID[kind]
    assert verdicts[b, a] is SAID[kind]


FRAGMENTS = r"""
    1 2 10 0.5 1,000 x y n a \frac \frac{1}{2} \sqrt \sqrt{2} \pi ^ ^2 _ _1 { } ( ) [ ] \{ \} + - *
    / = < \le \in \cup , ; % ! | : $ ° \pm \text{cm} cm and or yes apples \infty \begin \end \left
    \right sin log f( ' & \\ \binom é 😀
"""
PARTS = st.sampled_from(FRAGMENTS.split())
TEXTS = st.lists(PARTS, max_size=9).map(" ".join) | st.lists(PARTS, max_size=9).map("".join)
TEXTS |= st.text(max_size=30)


@settings(max_examples=400, deadline=None)
@given(TEXTS, TEXTS)
def test_without_algebra_sameness_is_reflexive_symmetric_and_never_raises(a: str, b: str) -> None:
    x, y = tree_of(a), tree_of(b)
    if x is None or y is None:
        return
    assert compare(x, x, ask=lambda *_: None) is True
    for ask in (lambda *_: None, lambda *_: True, lambda *_: False):
        assert compare(x, y, ask) is compare(y, x, ask)


@settings(max_examples=15, deadline=None)
@given(st.lists(TEXTS, min_size=2, max_size=5))
def test_with_algebra_too(texts: list[str]) -> None:
    comparison = SameAnswers(AnswerLimits(call_seconds=200))

    async def laws() -> None:
        pairs = [(a, b) for a in texts for b in texts]
        found = dict(zip(pairs, await comparison.verdicts(pairs), strict=True))
        assert all(found[a, a] is True for a in texts)
        assert all(found[a, b] is found[b, a] for a, b in pairs)
        classes = await comparison.classes(texts)
        assert sorted(place for members in classes for place in members) == [*range(len(texts))]
        for members in classes:
            assert not any(found[texts[i], texts[j]] is False for i in members for j in members)

    asyncio.run(laws())


HOSTILE = {
    "a tower of powers": ("9^9^9^9", "9^9^9^8"),
    "a tower of sums": ("(((9^999)^999)^999)^999 + x", "x"),
    "an expansion without end": ("(x+y+z+1)^{9999}", "(x+y+z+2)^{9999}"),
    "a factorial of a factorial": ("((9!)!)!", "(8!)!"),
    "100 kB, nested": ("(" * 50_000 + "x" + ")" * 50_000, "x"),
    "nested fractions": (r"\frac{1}{" * 100 + "x" + "}" * 100, "x"),
    "many digits": ("9" * 900, "9" * 899 + "8"),
    "a large exponent of ten": ("1e9999", "1e9998"),
    "sets of many roots": (
        "{" + ", ".join(f"√{n}" for n in range(120, 200)) + "}",
        "{" + ", ".join(f"√{n}" for n in range(130, 210)) + "}",
    ),
    "sets of some roots": (
        "{" + ", ".join(f"√{n}" for n in range(120, 145)) + "}",
        "{" + ", ".join(f"√{n}" for n in range(121, 146)) + "}",
    ),
    "exponentials of exponentials": (r"\exp(\exp(\exp(\exp(9))))", r"\exp(\exp(\exp(\exp(8))))"),
}


@pytest.mark.parametrize("name", HOSTILE)
async def test_a_hostile_text_is_never_the_same_and_blocks_nobody(name: str) -> None:
    a, b = HOSTILE[name]
    longest = 0.0

    async def watch() -> None:
        nonlocal longest
        while True:
            before = time.thread_time()
            await asyncio.sleep(0.01)
            longest = max(longest, time.thread_time() - before)

    watching = asyncio.create_task(watch())
    try:
        async with asyncio.timeout(60):
            verdict = await SameAnswers(AnswerLimits(question_seconds=1.0)).same(a, b)
    finally:
        watching.cancel()
    assert verdict is not True
    assert longest < 5.0  # a blocked loop would stand for as long as the question


async def test_memory_is_bounded_and_the_next_question_is_answered() -> None:
    comparison = SameAnswers(AnswerLimits(question_seconds=5.0, memory_mb=128))
    sum_ = "(x+y+z+w+1)"  # two million terms when it is expanded
    large = (f"2{sum_}^{{80}}", f"{sum_}^{{79}}(2x+2y+2z+2w+2)")
    assert await comparison.verdicts([large, ("sqrt(8)", "2sqrt(2)")]) == [None, True]


async def test_time_spent_on_all_questions_is_bounded() -> None:
    answers = [f"(x+y+z+w+{n})^{{99999}} - x" for n in range(12)]
    limits = AnswerLimits(question_seconds=1.0, call_seconds=3.0)
    async with asyncio.timeout(60):  # 66 pairs of a second each would take longer
        assert len(await SameAnswers(limits).classes(answers)) == 12


async def test_ways_of_writing_one_number_are_one_class() -> None:
    answers = ["0.5", "7", "1/2", r"\frac{1}{2}", "50%", r"\frac{\sqrt 4}{4}", "7.0", "what?"]
    assert await SameAnswers().classes(answers) == [[0, 2, 3, 4, 5], [1, 6], [7]]


async def test_a_bare_number_does_not_join_two_units() -> None:
    """ "5" is the same as each of them, and they are not the same as each other."""
    assert await SameAnswers().classes(["5", "5 cm", r"5 \text{ m}"]) == [[0, 1], [2]]


async def test_text_is_never_evaluated(tmp_path: Path) -> None:
    file = tmp_path / "made"
    text = f"__import__('pathlib').Path('{file}').touch()"
    assert await SameAnswers().same(text, "1") is None
    assert not file.exists()


def test_scripts_have_a_door() -> None:
    assert same("1/2", "0.5") is True
