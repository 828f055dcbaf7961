"""Calls counted, written to the journal, and answered from it."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncGenerator
from contextlib import aclosing
from pathlib import Path
from typing import Any

import pytest

from proofloop.agents.llm.base import Chunk, Reply, Request, Sampling
from proofloop.agents.llm.cut import cutting
from proofloop.agents.llm.openai_client import OpenAIModel
from proofloop.agents.llm.record import RecordedModel
from proofloop.core.budget import Budget, Limits
from proofloop.core.errors import (
    BudgetExceeded,
    ModelMalformed,
    ModelRejected,
    ModelUnavailable,
    ReplayMiss,
    SettingsError,
)
from proofloop.core.journal import Journal
from proofloop.core.run import spent_before
from proofloop.core.settings import Price
from support.clock import let_pass, until
from support.llm import KEY, QUICK, client, prompt
from support.openai_server import Call, Drop, Fail, Hang, Item, Raw, Say, ScriptedServer

PRICES = {"tiny": Price(input=2.0, output=10.0)}


class Bench:
    """A recorded client of one server, and what it has written."""

    def __init__(self, server: ScriptedServer, path: Path, **options: Any) -> None:
        limits = options.pop("limits", Limits())
        self.client = client(server, **options.pop("client", {}))
        self.journal = Journal(path, secrets=[KEY])
        self.budget = Budget(limits)
        self.model = RecordedModel(
            self.client, self.journal, self.budget, options.pop("prices", PRICES), **options
        )

    @property
    def entries(self) -> list[dict[str, Any]]:
        return list(self.journal.entries("model"))


class Echo:
    """A model without a network."""

    name = "offline"

    def __init__(self) -> None:
        self.asked: list[tuple[int, int]] = []

    async def sample(self, request: Request, n: int = 1, *, first: int = 0) -> list[Reply]:
        self.asked.append((n, first))
        text = request.messages[-1].content
        return [Reply(text=f"{text} {index}", model=self.name) for index in range(first, first + n)]

    async def stream(self, request: Request, *, index: int = 0) -> AsyncGenerator[Chunk, None]:
        (reply,) = await self.sample(request, first=index)
        yield Chunk(text=reply.text, reply=reply)

    async def aclose(self) -> None:
        self.asked.append((0, 0))


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "journal.jsonl"


async def test_a_call_is_journalled_with_everything_and_paid(path: Path) -> None:
    with ScriptedServer([Say("four", usage=(1000, 100))]) as server:
        bench = Bench(server, path)
        (reply,) = await bench.model.sample(prompt("2+2?", temperature=0.0))
    (entry,) = bench.entries
    assert entry["request"]["messages"] == [{"role": "user", "content": "2+2?"}]
    assert entry["request"]["role"] == "tester"
    assert entry["request"]["sampling"]["temperature"] == 0.0
    assert entry["reply"] == reply.model_dump(mode="json")
    assert entry["reply"]["latency_s"] > 0
    assert entry["spent"] == {"tokens": 1100, "usd": 0.003, "calls": 1, "unpriced_calls": 0}
    assert bench.budget.spent().model_dump(exclude={"wall_seconds"}) == {
        "tokens": 1100,
        "usd": 0.003,
        "calls": 1,
        "lean_seconds": 0.0,
        "unpriced_calls": 0,
    }


async def test_a_recorded_call_is_not_made_again_even_by_a_later_process(path: Path) -> None:
    with ScriptedServer(["once"]) as server:
        first = await Bench(server, path).model.sample(prompt())
        bench = Bench(server, path)
        assert await bench.model.sample(prompt()) == first
    assert len(server.calls) == 1
    assert bench.budget.spent().calls == 0


async def test_only_missing_samples_are_asked(path: Path) -> None:
    def answer(call: Call) -> Item:
        return [f"seed {call.body['seed'] + i}" for i in range(call.n)]

    with ScriptedServer(answer) as server:
        model = Bench(server, path).model
        await model.sample(prompt(seed=0), first=1)
        await model.sample(prompt(seed=0), first=4)
        replies = await model.sample(prompt(seed=0), 6)
    assert [reply.text for reply in replies] == [f"seed {i}" for i in range(6)]
    asked = sorted((call.body["seed"], call.n) for call in server.calls[2:])
    assert asked == [(0, 1), (2, 2), (5, 1)]


@pytest.mark.parametrize(
    "other",
    [
        prompt("other"),
        prompt(role="judge"),
        prompt(temperature=0.1),
        prompt(seed=1),
        prompt().model_copy(update={"json_schema": {"type": "object"}}),
        prompt().model_copy(update={"inputs": {"informal": "x"}}),
    ],
)
async def test_whatever_shapes_an_answer_is_part_of_its_key(path: Path, other: Any) -> None:
    with ScriptedServer(["a", "b"]) as server:
        model = Bench(server, path).model
        one = await model.sample(prompt())
        two = await model.sample(other)
    assert (one[0].text, two[0].text) == ("a", "b")


async def test_equal_requests_in_flight_make_one_call(path: Path) -> None:
    with ScriptedServer(lambda call: f"answer {call.number}") as server:
        model = Bench(server, path).model
        replies = await asyncio.gather(*(model.sample(prompt(), 2) for _ in range(5)))
    assert len(server.calls) == 1
    assert all(reply == replies[0] for reply in replies)


async def test_a_waiting_caller_takes_over_when_the_first_is_cancelled(path: Path) -> None:
    def answer(call: Call) -> Item:
        return Hang() if call.number == 0 else "ok"

    with ScriptedServer(answer) as server:
        model = Bench(server, path).model
        first = asyncio.create_task(model.sample(prompt()))
        assert await server.until(lambda calls: len(calls) == 1)
        second = asyncio.create_task(model.sample(prompt()))
        await asyncio.sleep(0.01)
        first.cancel()
        assert (await second)[0].text == "ok"
        with pytest.raises(asyncio.CancelledError):
            await first
    assert len(server.calls) == 2


async def test_a_stream_waits_for_an_equal_call_and_takes_over_if_that_is_cancelled(
    path: Path,
) -> None:
    def answer(call: Call) -> Item:
        return Hang() if call.number == 0 else "ok"

    async def read(model: RecordedModel) -> str:
        return "".join([chunk.text async for chunk in model.stream(prompt())])

    with ScriptedServer(answer) as server:
        model = Bench(server, path).model
        first = asyncio.create_task(model.sample(prompt()))
        assert await server.until(lambda calls: len(calls) == 1)
        readers = [asyncio.create_task(read(model)) for _ in range(3)]
        await asyncio.sleep(0.01)
        first.cancel()
        assert await asyncio.gather(*readers) == ["ok"] * 3
    assert len(server.calls) == 2


async def test_a_model_that_answers_nothing_is_malformed(path: Path) -> None:
    class Mute(Echo):
        async def sample(self, request: Request, n: int = 1, *, first: int = 0) -> list[Reply]:
            return []

    model = RecordedModel(Mute(), Journal(path), Budget())
    with pytest.raises(ModelMalformed, match="no sample"):
        await model.sample(prompt(), 2)


async def test_a_cancelled_call_is_counted_by_estimate(path: Path) -> None:
    with ScriptedServer([Hang()]) as server:
        bench = Bench(server, path)
        task = asyncio.create_task(bench.model.sample(prompt("x" * 400)))
        assert await server.until(lambda calls: len(calls) == 1)
        task.cancel()
        await asyncio.wait({task})
    (entry,) = bench.entries
    assert entry["error"]["type"] == "CancelledError"
    assert entry["spent"]["calls"] == 1 and entry["spent"]["tokens"] == 104
    assert bench.budget.spent().tokens == 104


async def test_every_failed_attempt_is_counted_and_journalled_but_not_replayed(path: Path) -> None:
    with ScriptedServer([Fail(500, "oops"), Drop(), "ok"]) as server:
        bench = Bench(server, path)
        await bench.model.sample(prompt())
    kinds = [entry.get("error", {}).get("type", "reply") for entry in bench.entries]
    assert kinds == ["ModelUnavailable", "ModelUnavailable", "reply"]
    assert "HTTP 500: oops" in bench.entries[0]["error"]["message"]
    assert ["key" in entry for entry in bench.entries] == [False, False, True]
    assert bench.budget.spent().calls == 3
    assert spent_before(bench.journal.entries()).calls == 3


async def test_the_journal_alone_tells_what_was_spent(path: Path) -> None:
    script: list[Item] = [Say(["a", "b"], usage=(10, 20)), Fail(500), Raw(b"{}"), "c"]
    with ScriptedServer(script) as server:
        bench = Bench(server, path)
        await bench.model.sample(prompt("one"), 2)
        with pytest.raises(ModelMalformed):
            await bench.model.sample(prompt("two"))
        await bench.model.sample(prompt("three"))
    spent, written = bench.budget.spent(), spent_before(Journal(path).entries())
    assert (written.tokens, written.calls) == (spent.tokens, spent.calls)
    assert written.usd == pytest.approx(spent.usd)
    assert spent.calls == 4


async def test_a_call_beyond_the_budget_is_not_made(path: Path) -> None:
    with ScriptedServer(["a", "b"]) as server:
        bench = Bench(server, path, limits=Limits(calls=1))
        await bench.model.sample(prompt("one"))
        with pytest.raises(BudgetExceeded, match="budget of 1 calls"):
            await bench.model.sample(prompt("two"))
    assert len(server.calls) == 1


async def test_retries_are_paid_from_the_budget_too(path: Path) -> None:
    with ScriptedServer([Fail(500)] * 2 + ["ok"]) as server:
        bench = Bench(server, path, limits=Limits(calls=2))
        with pytest.raises(BudgetExceeded):
            await bench.model.sample(prompt())
    assert len(server.calls) == 2


async def test_the_reservation_covers_prompt_and_longest_answer(path: Path) -> None:
    with ScriptedServer(["a"]) as server:
        model = Bench(server, path, limits=Limits(tokens=100)).model
        with pytest.raises(BudgetExceeded, match="budget of 100 tokens"):
            await model.sample(prompt("x" * 40, max_tokens=90))
        await model.sample(prompt("x" * 40, max_tokens=80))
    assert len(server.calls) == 1


async def test_the_runs_time_ends_a_call_under_way(path: Path) -> None:
    with ScriptedServer(lambda call: Hang()) as server:
        bench = Bench(server, path, limits=Limits(wall_seconds=200))
        call = asyncio.create_task(bench.model.sample(prompt()))
        assert await server.until(lambda calls: len(calls) == 1)
        let_pass(200)
        with pytest.raises(BudgetExceeded, match="budget of 200 wall seconds"):
            await call
        assert await server.until(lambda calls: calls[0].dropped)
    assert bench.entries[0]["error"]["type"] == "CancelledError"


async def test_the_runs_time_ends_a_stream_under_way(path: Path) -> None:
    with ScriptedServer([Say("a b c", stops=2)]) as server:
        bench = Bench(server, path, limits=Limits(wall_seconds=200))
        seen = []
        with pytest.raises(BudgetExceeded):
            async for chunk in bench.model.stream(prompt()):
                seen.append(chunk.text)
                if len(seen) == 2:
                    let_pass(200)
    assert seen == ["a", " b"]
    assert bench.budget.spent().tokens >= len(seen)


async def test_the_runs_time_ends_a_wait_between_attempts(path: Path) -> None:
    with ScriptedServer([Fail(429, retry_after=600)]) as server:
        bench = Bench(server, path, limits=Limits(wall_seconds=200))
        call = asyncio.create_task(bench.model.sample(prompt()))
        await until(lambda: bench.entries)  # the attempt that failed
        let_pass(200)
        with pytest.raises(BudgetExceeded):
            await call
    assert len(server.calls) == 1


async def test_a_model_without_a_network_is_recorded_too_and_free(path: Path) -> None:
    echo, budget = Echo(), Budget(Limits(usd=0.0))
    model = RecordedModel(echo, Journal(path), budget)
    replies = await model.sample(prompt("say"), 3)
    chunks = [chunk async for chunk in model.stream(prompt("say"), index=4)]
    again = await RecordedModel(echo, Journal(path), Budget()).sample(prompt("say"), 5)
    await model.aclose()
    assert [reply.text for reply in again] == [f"say {index}" for index in range(5)]
    assert again[:3] == replies and chunks[0].reply == again[4]
    assert echo.asked == [(3, 0), (1, 4), (1, 3), (0, 0)]
    assert budget.spent().unpriced_calls == 0


async def test_an_unknown_price_is_counted_as_unknown(path: Path) -> None:
    with ScriptedServer(["a"]) as server:
        bench = Bench(server, path, prices={})
        await bench.model.sample(prompt())
    assert bench.entries[0]["spent"]["usd"] is None
    assert bench.budget.spent().usd == 0
    assert bench.budget.spent().unpriced_calls == 1
    assert spent_before(bench.journal.entries()).unpriced_calls == 1


async def test_a_limit_in_dollars_needs_a_price(path: Path) -> None:
    with ScriptedServer([]) as server, pytest.raises(SettingsError) as caught:
        Bench(server, path, prices={}, limits=Limits(usd=1.0))
    assert '[prices."tiny"]' in str(caught.value) and "\n" not in str(caught.value)


async def test_a_limit_in_dollars_stops_calls(path: Path) -> None:
    with ScriptedServer([Say("a", usage=(100, 100_000)), "b"]) as server:
        bench = Bench(server, path, limits=Limits(usd=1.0))
        await bench.model.sample(prompt("one"))
        with pytest.raises(BudgetExceeded, match="usd"):
            await bench.model.sample(prompt("two"))
    assert bench.budget.spent().usd > 1.0


async def test_defaults_fill_what_a_request_leaves_open(path: Path) -> None:
    with ScriptedServer(["a"]) as server:
        bench = Bench(server, path, defaults=Sampling(temperature=0.7, max_tokens=50))
        await bench.model.sample(prompt(temperature=0.0))
    assert server.calls[0].body["temperature"] == 0.0
    assert server.calls[0].body["max_tokens"] == 50
    assert bench.entries[0]["request"]["sampling"]["max_tokens"] == 50


async def test_separate_samples_are_journalled_one_by_one(path: Path) -> None:
    def answer(call: Call) -> Item:
        return Fail(400, "no") if call.body["seed"] == 2 else "ok"

    with ScriptedServer(answer, rejects=["n"]) as server:
        bench = Bench(server, path)
        with pytest.raises(ModelRejected):
            await bench.model.sample(prompt(seed=0), 4)
        done = sorted(entry["index"] for entry in bench.entries if "reply" in entry)
        assert done == [0, 1, 3]
        asked = len(server.calls)
        with pytest.raises(ModelRejected):
            await bench.model.sample(prompt(seed=0), 4)
    assert len(server.calls) == asked + 1


async def test_a_stream_is_recorded_whole_and_replayed_as_one_chunk(path: Path) -> None:
    with ScriptedServer([Say("one two three")]) as server:
        bench = Bench(server, path)
        live = [chunk async for chunk in bench.model.stream(prompt())]
        again = [chunk async for chunk in bench.model.stream(prompt())]
        sampled = await bench.model.sample(prompt())
    assert len(live) == 4 and len(again) == 1 and len(server.calls) == 1
    assert again[0].text == "one two three"
    assert again[0].reply == live[-1].reply == sampled[0]
    assert bench.budget.spent().calls == 1


async def test_a_closed_stream_is_counted_as_far_as_it_came(path: Path) -> None:
    with ScriptedServer([Say("one two three four", stops=1), "whole"]) as server:
        bench = Bench(server, path)
        async with aclosing(bench.model.stream(prompt())) as chunks:
            async for _ in chunks:
                break
        assert await server.until(lambda calls: calls[0].dropped)
        (entry,) = bench.entries
        assert entry["error"]["type"] == "GeneratorExit"
        assert "key" not in entry
        # 2 + 4 for the prompt, 1 for "one".
        assert bench.budget.spent().tokens == 7
        assert (await bench.model.sample(prompt()))[0].text == "whole"


async def test_a_stream_cut_on_purpose_is_answered_as_far_as_it_came(path: Path) -> None:
    with ScriptedServer([Say("one two three four", stops=1), "whole"]) as server:
        bench = Bench(server, path)
        with cutting() as cut:
            async with aclosing(bench.model.stream(prompt())) as chunks:
                async for _ in chunks:
                    cut()
                    break
        (entry,) = bench.entries
        assert (entry["reply"]["text"], entry["reply"]["finish"]) == ("one", "cancelled")
        assert entry["spent"]["tokens"] == bench.budget.spent().tokens == 7
        (again,) = [chunk async for chunk in bench.model.stream(prompt())]
        assert (again.text, len(server.calls)) == ("one", 1)
        # Who asks for a sample wants the whole of it.
        assert (await bench.model.sample(prompt()))[0].text == "whole"
        (again,) = [chunk async for chunk in bench.model.stream(prompt())]
        assert (again.text, len(server.calls)) == ("whole", 2)


async def test_a_reader_that_stops_at_the_whole_reply_has_a_finished_call(path: Path) -> None:
    with ScriptedServer([Say("one two", usage=(3, 2))]) as server:
        bench = Bench(server, path)
        async with aclosing(bench.model.stream(prompt())) as chunks:
            async for chunk in chunks:
                if chunk.reply is not None:
                    break
    (entry,) = bench.entries
    assert entry["reply"]["text"] == "one two"
    assert bench.budget.spent().tokens == 5


async def test_a_replay_makes_no_call_and_needs_no_server(path: Path) -> None:
    with ScriptedServer([Say("kept")]) as server:
        bench = Bench(server, path)
        live = await bench.model.sample(prompt())
        url = server.base_url
    gone = OpenAIModel("tiny", base_url=url, api_key="x", retry=QUICK)
    replay = RecordedModel(gone, Journal(path), Budget(), replay_only=True)
    assert await replay.sample(prompt()) == live


async def test_a_replay_miss_names_the_role_and_the_difference(path: Path) -> None:
    with ScriptedServer(lambda call: "ok") as server:
        bench = Bench(server, path)
        await bench.model.sample(prompt("Show that 2 + 2 = 4.", role="formalizer"))
        await bench.model.sample(prompt("Show that 2 + 3 = 5.", role="formalizer"))
        await bench.model.sample(prompt("Show that 2 + 2 = 5.", role="judge"))
        replay = RecordedModel(bench.client, bench.journal, Budget(), replay_only=True)

        async def miss(request: Any, first: int = 0) -> str:
            with pytest.raises(ReplayMiss) as caught:
                await replay.sample(request, first=first)
            return str(caught.value)

        text = await miss(prompt("Show that 2 + 3 = 6.", role="formalizer"))
        assert "formalizer" in text and "messages[0].content at character 18" in text
        assert "'Show that 2 + 3 = 5.' recorded" in text
        text = await miss(prompt("Show that 2 + 2 = 4.", role="formalizer"), first=3)
        assert "index (0 recorded, 3 asked)" in text
        text = await miss(prompt("Show that 2 + 2 = 4.", role="formalizer", temperature=1.0))
        assert "sampling.temperature (None recorded, 1.0 asked)" in text
        assert "nor is any other call of this role" in await miss(prompt(role="prover"))
        with pytest.raises(ReplayMiss):
            async for _ in replay.stream(prompt("new")):
                pass
    assert len(server.calls) == 3


async def test_the_key_reaches_no_journal(path: Path) -> None:
    def answer(call: Call) -> Item:
        quoted = call.headers["authorization"]
        return Fail(401, quoted) if call.number == 0 else Say(f"your key is {quoted}")

    with ScriptedServer(answer) as server:
        bench = Bench(server, path)
        with pytest.raises(ModelRejected):
            await bench.model.sample(prompt())
        (reply,) = await bench.model.sample(prompt())
    text = await asyncio.to_thread(path.read_text, encoding="utf-8")
    assert KEY not in text and text.count("Bearer ***") == 2
    assert reply.text == "your key is Bearer ***"


async def test_exhausted_retries_raise_the_last_fault(path: Path) -> None:
    with ScriptedServer(lambda call: Fail(503, "busy")) as server:
        bench = Bench(server, path)
        with pytest.raises(ModelUnavailable, match="busy"):
            await bench.model.sample(prompt())
    assert len(server.calls) == len(bench.entries) == QUICK.attempts
    assert all(json.dumps(entry) for entry in bench.entries)
