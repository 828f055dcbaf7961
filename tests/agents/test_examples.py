"""Worked examples in prompts: bounded, balanced, and none by default."""

import json
from pathlib import Path

import pytest

from proofloop.agents.examples import ExampleSource
from proofloop.agents.formalizer import formalizer_request
from proofloop.agents.judge import ConsistencyJudge
from proofloop.agents.llm.offline.model import OfflineModel
from proofloop.agents.llm.tokens import estimate_tokens
from proofloop.agents.panel.panel import Panel
from proofloop.agents.panel.vote import Pair
from proofloop.core.errors import InputError
from proofloop.core.journal import Journal
from proofloop.datasets.examples import read_examples
from proofloop.tools.examples.example import Example
from proofloop.tools.examples.store import ExampleStore

TEXT = "Show that the sum of two odd integers is even."
PAIR = Pair(informal=TEXT, lean="theorem q (a b : ℤ) : Even (a + b)")


def example(number: int, faithful: bool = True, length: int = 0) -> Example:
    informal = (
        f"Show that the sum of {number} odd integers has a property {'very ' * length}{number}"
    )
    informal += f" unlike {'abcdefghij'[number % 10] * 30}."
    return Example(
        informal=informal, lean=f"theorem t{number} : {number} = {number}", faithful=faithful
    )


def source(*examples: Example, per_prompt: int = 3, tokens: int = 2000) -> ExampleSource:
    return ExampleSource(ExampleStore(examples), per_prompt, tokens)


def request_text(examples: list[Example]) -> str:
    return formalizer_request(TEXT, name="q", header="", examples=examples).messages[1].content


def test_without_examples_the_prompts_say_what_they_said() -> None:
    assert request_text([]).startswith("Informal statement:")
    judge = ConsistencyJudge(OfflineModel())
    with_empty = ConsistencyJudge(OfflineModel(), examples=source())
    assert judge.request(PAIR) == with_empty.request(PAIR)


def test_the_formalizer_sees_faithful_statements_before_its_task() -> None:
    examples = source(*(example(n, faithful=n % 2 == 0) for n in range(8)))
    chosen = examples.for_formalizer(TEXT)
    assert len(chosen) == 3 and all(one.faithful for one in chosen)
    text = request_text(chosen)
    assert all(one.lean in text for one in chosen)
    assert text.index(chosen[0].lean) < text.index("Informal statement:")


def test_a_judge_sees_both_decisions_in_turn() -> None:
    examples = source(*(example(n, faithful=n != 5) for n in range(8)), per_prompt=4)
    chosen = examples.for_judge(TEXT, PAIR.lean)
    assert [one.faithful for one in chosen] == [True, False, True, True]
    text = ConsistencyJudge(OfflineModel(), examples=examples).request(PAIR).messages[1].content
    assert text.count("Decision: true.") == 3 and text.count("Decision: false.") == 1


@pytest.mark.parametrize("tokens", [1, 60, 150, 400])
def test_examples_keep_within_their_tokens(tokens: int) -> None:
    examples = source(
        *(example(n, length=40 * (n % 3)) for n in range(9)), per_prompt=9, tokens=tokens
    )
    chosen = examples.for_formalizer(TEXT)
    assert sum(estimate_tokens(one.informal + one.lean) for one in chosen) <= tokens
    assert bool(chosen) == (tokens > 1)


def test_no_text_is_shown_twice_with_the_same_decision() -> None:
    one = example(1)
    twice = one.model_copy(update={"lean": "theorem other : True"})
    assert source(one, twice, example(2)).for_formalizer(TEXT) in (
        [one, example(2)],
        [example(2), one],
        [twice, example(2)],
        [example(2), twice],
    )


async def test_what_an_earlier_run_decided_becomes_examples(tmp_path: Path) -> None:
    journal = Journal(tmp_path / "run" / "journal.jsonl")
    panel = Panel([ConsistencyJudge(OfflineModel())], journal=journal)
    good = "theorem t (a b : ℤ) (ha : Odd a) (hb : Odd b) : Even (a + b)"
    bad = "theorem t (a b : ℤ) (ha : Odd a) (hb : Odd b) : Odd (a + b)"
    for lean in (good, bad, "not Lean", good):
        await panel.judge(TEXT, lean, header="import Proofloop")
    changed = {"passed": True, "method": "m", "score": 1.0, "feedback": ""}
    pair = {"informal": "second thoughts", "lean": "theorem s : True", "header": ""}
    journal.append("verdict", key="1", pair=pair, verdict={**changed, "passed": False})
    journal.append("verdict", key="2", pair=pair, verdict=changed)
    journal.close()
    found = read_examples([tmp_path / "run"])
    assert [(one.lean, one.faithful) for one in found] == [
        (good, True),
        (bad, False),
        ("theorem s : True", True),
    ]
    assert found[1].reasons and not found[0].reasons
    assert {one.source for one in found} == {"run"}


def test_sources_that_hold_nothing_are_named(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="is no run"):
        read_examples([tmp_path])
    (tmp_path / "empty.jsonl").write_text("")
    with pytest.raises(InputError, match=r"empty.jsonl: holds no example"):
        read_examples([tmp_path / "empty.jsonl"])
    (tmp_path / "bad.jsonl").write_text(json.dumps({"informal": "x"}) + "\n")
    with pytest.raises(InputError, match=r"bad.jsonl:1: field 'lean': must be a text"):
        read_examples([tmp_path / "bad.jsonl"])
    (tmp_path / "good.jsonl").write_text(json.dumps({"informal": "x", "formal": "y"}) + "\n")
    assert read_examples([tmp_path / "good.jsonl"])[0].lean == "y"
    assert len(read_examples(["proofnet"])) == 357
