"""Worked examples in prompts: bounded, balanced, and none by default."""

import json
from pathlib import Path

import pytest

from proofloop.agents.examples import ExampleSource
from proofloop.agents.formalizer import formalizer_request
from proofloop.agents.judge import ConsistencyJudge
from proofloop.agents.llm.embeddings import EndpointEmbedder
from proofloop.agents.llm.offline.model import OfflineModel
from proofloop.agents.llm.recorded_embeddings import RecordedEmbedder
from proofloop.agents.llm.tokens import estimate_tokens
from proofloop.agents.panel.panel import Panel
from proofloop.agents.panel.vote import Pair
from proofloop.agents.text_judge import BackTranslationJudge
from proofloop.core.budget import Budget, Limits
from proofloop.core.errors import BudgetExceeded, InputError, ModelRejected
from proofloop.core.journal import Journal
from proofloop.datasets.examples import read_examples
from proofloop.tools.examples.example import Example
from proofloop.tools.examples.store import ExampleStore
from proofloop.tools.examples.vectors import ExampleVectors
from support.formalizing import judge_answer, system
from support.llm import KEY, QUICK, client
from support.openai_server import Call, Embed, Fail, ScriptedServer

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
    assert judge.request(PAIR) == with_empty.request(PAIR, [])


async def test_the_formalizer_sees_faithful_statements_before_its_task() -> None:
    examples = source(*(example(n, faithful=n % 2 == 0) for n in range(8)))
    chosen = await examples.for_formalizer(TEXT)
    assert len(chosen) == 3 and all(one.faithful for one in chosen)
    text = request_text(chosen)
    assert all(one.lean in text for one in chosen)
    assert text.index(chosen[0].lean) < text.index("Informal statement:")


async def test_a_judge_sees_both_decisions_in_turn() -> None:
    examples = source(*(example(n, faithful=n != 5) for n in range(8)), per_prompt=4)
    chosen = await examples.for_judge(TEXT, PAIR.lean)
    assert [one.faithful for one in chosen] == [True, False, True, True]
    text = ConsistencyJudge(OfflineModel()).request(PAIR, chosen).messages[1].content
    assert text.count("Decision: true.") == 3 and text.count("Decision: false.") == 1


@pytest.mark.parametrize("tokens", [1, 60, 150, 400])
async def test_examples_keep_within_their_tokens(tokens: int) -> None:
    examples = source(
        *(example(n, length=40 * (n % 3)) for n in range(9)), per_prompt=9, tokens=tokens
    )
    chosen = await examples.for_formalizer(TEXT)
    assert sum(estimate_tokens(one.informal + one.lean) for one in chosen) <= tokens
    assert bool(chosen) == (tokens > 1)


async def test_no_text_is_shown_twice_with_the_same_decision() -> None:
    one = example(1)
    twice = one.model_copy(update={"lean": "theorem other : True"})
    assert await source(one, twice, example(2)).for_formalizer(TEXT) in (
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


async def test_who_translates_back_sees_statements_and_who_compares_what_was_read(
    tmp_path: Path,
) -> None:
    near, far = example(1), example(2, faithful=False)
    told = near.model_copy(update={"informal": "A sum of odd integers.", "translation": "it adds"})
    asked: list[str] = []

    def answer(call: Call) -> str:
        asked.append(call.last)
        if "You read Lean" in system(call):
            return json.dumps({"informal": "the sum is even"})
        return judge_answer(True)

    with ScriptedServer(answer) as server:
        model = client(server)
        judge = BackTranslationJudge(model, examples=source(near, far, told))
        vote = await judge.vote(PAIR)
        await model.aclose()
    assert vote.passed is True
    translating, comparing = asked
    assert near.lean in translating and told.informal in translating
    assert far.lean not in translating and TEXT not in translating
    assert "it adds" in comparing and comparing.count("Decision:") == 1


async def test_with_embeddings_near_is_by_vectors_which_are_asked_for_once(tmp_path: Path) -> None:
    """The scripted vectors count words, where BM25 weighs rare ones."""
    texts = ("odd odd integers", "even is even", "whales")
    examples = [Example(informal=text, lean=f"theorem t : {text}") for text in texts]

    async def chosen(server: ScriptedServer, text: str, **limits: int) -> list[str]:
        journal = Journal(tmp_path / "journal.jsonl")
        embedder = EndpointEmbedder("vec", base_url=server.base_url, api_key=KEY, retry=QUICK)
        budget = Budget(Limits(**limits))
        store = ExampleStore(examples)
        recorded = RecordedEmbedder(embedder, journal, budget)
        near = ExampleSource(store, 3, vectors=ExampleVectors(store, recorded))
        try:
            return [one.informal for one in await near.for_formalizer(text)]
        finally:
            await near.aclose()
            journal.close()

    with ScriptedServer(lambda call: Embed()) as server:
        first = await chosen(server, "even even integers")
        assert first[0] == "even is even" and len(first) == 3  # words alone would leave one out
        assert await chosen(server, "even even integers") == first
        assert len(server.calls) == 2
        with pytest.raises(BudgetExceeded):
            await chosen(server, "another", calls=0)
    with ScriptedServer(lambda call: Fail(503)) as server:
        by_words = await chosen(server, "odd whales")
        assert by_words == [one.informal for one in ExampleStore(examples).nearest("odd whales")]
    with ScriptedServer(lambda call: Embed()) as server:  # a run goes on as it began
        assert await chosen(server, "odd whales") == by_words
        assert not server.calls
    with (
        ScriptedServer(lambda call: Fail(404, "no such model")) as server,
        pytest.raises(ModelRejected, match="no such model"),
    ):
        await chosen(server, "something else")


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
