"""Every selector that counts votes takes every way to compare answers."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from proofloop.core.errors import SettingsError
from proofloop.core.same import AnswerSettings, Same
from proofloop.core.task import Candidate
from proofloop.core.verdict import Selector
from proofloop.graphs.answers import calls_of, program_of, reader, sameness, statement_of
from proofloop.graphs.context import Context
from proofloop.graphs.selectors.majority import Majority
from proofloop.graphs.selectors.rpc import PerplexityConsistency
from proofloop.graphs.selectors.shortest import ShortestFirst
from proofloop.graphs.self_consistency import self_consistency_graph
from proofloop.tools.lean.embedded.backend import EmbeddedLean
from support.llm import client
from support.openai_server import Say, ScriptedServer
from support.simulated import TASK

CODE = ["def f(n):\n    return 2 * n", "def f(n):\n    return n", "def f(n):\n    return n + n"]
LEAN = [
    "theorem t (n : ℕ) (h : Even n) : Even (n ^ 2)",
    "theorem t (n : ℕ) (h : Odd n) : Odd (n ^ 2)",
    "theorem t (m : ℕ) : 2 ∣ m → 2 ∣ m ^ 2",
]
WAYS = {
    "math": (AnswerSettings(), [r"Answer: \frac{1}{2}", "Answer: 7", "Answer: 0.5"]),
    "code": (AnswerSettings(calls=("f(1)", "f(-3)")), [f"```python\n{x}\n```" for x in CODE]),
    "lean": (AnswerSettings(same="lean"), [f"```lean\n{x} := by sorry\n```" for x in LEAN]),
}
Make = Callable[[Callable[[str], str], Same], Selector]
SELECTORS: dict[str, Make] = {
    "majority": lambda read, same: Majority(answer=read, same=same),
    "perplexity consistency": lambda read, same: PerplexityConsistency(answer=read, same=same),
    "shortest first": lambda read, same: ShortestFirst(answer=read, same=same),
}


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("selector", SELECTORS)
async def test_two_that_mean_the_same_outvote_one(
    way: str, selector: str, lean: EmbeddedLean
) -> None:
    chosen, texts = WAYS[way]
    context = Context(lean=lean, answers=chosen)
    many = [Candidate(id=f"c{i}", task_id="t", content=text) for i, text in enumerate(texts)]
    made = SELECTORS[selector](reader(context), sameness(context))
    selection = await made.select(TASK, many)
    assert set(selection.ranking[:2]) == {"c0", "c2"}


async def test_text_keeps_what_is_written_differently_apart(lean: EmbeddedLean) -> None:
    context = Context(answers=AnswerSettings(same="text"))
    assert await sameness(context).classes(["1/2", "0.5", "1/2 "]) == [[0, 2], [1]]


@pytest.mark.parametrize("way", WAYS)
async def test_self_consistency_counts_votes_by_meaning(way: str, lean: EmbeddedLean) -> None:
    chosen, texts = WAYS[way]
    samples = [texts[1], texts[0], "no answer", texts[2]]
    with ScriptedServer(lambda call: Say(samples[: call.n])) as server:
        model = client(server)
        state = await self_consistency_graph(n=4).ainvoke(
            {"problem": "?"}, context=Context(model=model, judge=model, lean=lean, answers=chosen)
        )
        await model.aclose()
    assert state["selection"]["votes"][0]["weight"] == 2
    assert state["answer"] == reader(Context(answers=chosen))(texts[0]) != ""


def test_answers_are_the_last_blocks_of_their_language() -> None:
    text = "```python\nfirst\n```\nand\n```\nsecond\n```\n"
    text += "```lean\ntheorem t : 1 = 1 := by\n  sorry\n```"
    assert program_of(text) == "second"
    assert statement_of(text) == "theorem t : 1 = 1"
    assert (program_of("none"), statement_of("none")) == ("", "")
    assert statement_of("```lean\ntheorem t : 1 = 1 := rfl\n```") == ""  # a proof is no statement
    assert program_of("```python\nnever closed") == ""


def test_calls_name_one_function_and_literal_arguments() -> None:
    assert calls_of(("f(1, [2])", " f() ")) == ("f", ("(1, [2])", "()"))
    for bad in ((), ("f(x)",), ("f(1",), ("f(1)", "g(1)"), ("1",), ("f(a=1)",), ("a.f(1)",)):
        with pytest.raises(SettingsError):
            calls_of(bad)
