"""Every call of a model counted, written to the run's journal, and answered from it.

A call whose record is in the journal is not made: that is how a killed run resumes without paying
twice, and how a finished one replays with no network. Failed calls are counted and written too,
but never replayed. A stream that was cut on purpose (``agents/llm/cut.py``) is replayed to who
streams, as far as it came; it is no answer to who samples.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Mapping, Sequence
from contextlib import aclosing
from typing import TYPE_CHECKING, Any

from proofloop.agents.llm.base import CANCELLED, Chunk, Model, Reply, Request, Sampling
from proofloop.agents.llm.cut import is_cut
from proofloop.agents.llm.endpoint import Endpoint, before, draw
from proofloop.agents.llm.gate import others_first
from proofloop.agents.llm.prices import cost, require_price
from proofloop.agents.llm.replay import describe_miss
from proofloop.agents.llm.tokens import estimate_prompt, estimate_usage
from proofloop.core.budget import Budget, Reservation
from proofloop.core.errors import (
    BudgetExceeded,
    ModelError,
    ModelMalformed,
    ProofloopError,
    ReplayMiss,
)
from proofloop.core.journal import Journal, fingerprint
from proofloop.core.task import Usage

if TYPE_CHECKING:  # the settings are slow to import, and only their type is needed
    from proofloop.core.settings import Price

# What is reserved for an answer whose length nothing bounds.
UNBOUNDED_ANSWER_TOKENS = 4096


class RecordedModel:
    """``model``, with its calls recorded in ``journal`` and paid from ``budget``.

    ``defaults`` fills what a request's sampling leaves open. ``replay_only``: a call that is not
    recorded raises ReplayMiss, and ``model`` is never called. Raises SettingsError when the budget
    has a limit in dollars and the model has no price.
    """

    def __init__(
        self,
        model: Model,
        journal: Journal,
        budget: Budget,
        prices: Mapping[str, Price] | None = None,
        *,
        defaults: Sampling | None = None,
        replay_only: bool = False,
    ) -> None:
        self.name = model.name
        self._model = model
        self._endpoint = model if isinstance(model, Endpoint) else None
        self._url = self._endpoint.url if self._endpoint else ""
        self._journal = journal
        self._budget = budget
        self._prices = prices or {}
        self._defaults = defaults or Sampling()
        self._replay_only = replay_only
        self._under_way: dict[str, asyncio.Future[None]] = {}
        if budget.limits.usd is not None and not replay_only:
            require_price(self._prices, model.name)

    async def sample(self, request: Request, n: int = 1, *, first: int = 0) -> list[Reply]:
        request = self._completed(request)
        keys = {index: self._key(request, index) for index in range(first, first + n)}
        while missing := [index for index, key in keys.items() if not self._whole(key)]:
            if await others_first():
                continue
            if self._replay_only:
                raise self._miss(request, missing[0])
            others = {self._under_way[keys[i]] for i in missing if keys[i] in self._under_way}
            own = [index for index in missing if keys[index] not in self._under_way]
            tasks = [
                self._begin(request, [keys[index] for index in run], run) for run in _runs(own)
            ]
            shielded = [asyncio.shield(other) for other in others]
            for outcome in await asyncio.gather(*tasks, *shielded, return_exceptions=True):
                # Another's call that was cancelled is no failure: the next turn makes it ours.
                if isinstance(outcome, Exception):
                    raise outcome
        return [Reply.model_validate(self._find(key)) for key in keys.values()]

    async def stream(self, request: Request, *, index: int = 0) -> AsyncGenerator[Chunk, None]:
        request = self._completed(request)
        key = self._key(request, index)
        while (recorded := self._find(key)) is None:
            if await others_first():
                continue
            if self._replay_only:
                raise self._miss(request, index)
            if (other := self._under_way.get(key)) is not None:
                await asyncio.wait({other})
                if not other.cancelled() and (error := other.exception()):
                    raise error
                continue
            landing = self._under_way[key] = asyncio.get_running_loop().create_future()
            try:
                async with aclosing(self._live(request, index)) as chunks:
                    async for chunk in before(self._deadline(), chunks):
                        yield chunk
                return
            except TimeoutError:
                raise self._out_of_time() from None
            except BaseException as error:
                if is_cut(error) and self._find(key) is None:
                    self._record_unsent(request, index)
                raise
            finally:
                del self._under_way[key]
                landing.set_result(None)
        reply = Reply.model_validate(recorded)
        yield Chunk(text=reply.text, reply=reply)

    async def aclose(self) -> None:
        await self._model.aclose()

    def _begin(self, request: Request, keys: Sequence[str], run: range) -> asyncio.Task[None]:
        """Draw a run of samples in a task that later callers with the same keys can wait for."""

        async def fetch() -> None:
            try:
                async with asyncio.timeout_at(self._deadline()):
                    if self._endpoint:
                        await draw(self._endpoint, self._exchange, request, len(run), run.start)
                    else:
                        await self._exchange(request, len(run), first=run.start)
            except TimeoutError:
                raise self._out_of_time() from None

        task = asyncio.create_task(fetch())
        self._under_way |= dict.fromkeys(keys, task)
        task.add_done_callback(lambda _: [self._under_way.pop(key) for key in keys])
        return task

    async def _exchange(self, request: Request, n: int, *, first: int) -> list[Reply]:
        """One call, counted and recorded whatever comes of it."""
        call = self._endpoint.exchange if self._endpoint else self._model.sample
        async with self._budget.reserve(calls=1, **self._bound(request, n)) as claim:
            try:
                replies = await call(request, n, first=first)
                if not replies:
                    raise ModelMalformed(f"{self.name}: no sample in the answer")
            except BaseException as error:
                self._record_failure(claim, request, first, error, estimate_usage(request))
                raise
            self._record(claim, request, first, replies)
            return replies

    def _live(self, request: Request, index: int) -> AsyncGenerator[Chunk, None]:
        if self._endpoint:
            return self._endpoint.retry.stream(lambda: self._exchange_stream(request, index))
        return self._exchange_stream(request, index)

    async def _exchange_stream(self, request: Request, index: int) -> AsyncGenerator[Chunk, None]:
        """One streamed call, counted and recorded whatever comes of it."""
        open_stream = self._endpoint.exchange_stream if self._endpoint else self._model.stream
        seen, used, done = "", None, False
        async with self._budget.reserve(calls=1, **self._bound(request, 1)) as claim:
            try:
                async with aclosing(open_stream(request, index=index)) as chunks:
                    async for chunk in chunks:
                        seen, used = seen + chunk.text, chunk.usage or used
                        if chunk.reply is not None:
                            done = True
                            (entry,) = self._record(claim, request, index, [chunk.reply])
                            reply = Reply.model_validate(entry["reply"])
                            chunk = chunk.model_copy(update={"reply": reply})
                        yield chunk
            except BaseException as error:
                so_far = used or estimate_usage(request, seen)
                if not done and is_cut(error):
                    part = Reply(text=seen, model=self.name, finish=CANCELLED, usage=so_far)
                    self._record(claim, request, index, [part])
                elif not done:
                    self._record_failure(claim, request, index, error, so_far)
                raise

    def _record(
        self, claim: Reservation, request: Request, first: int, replies: Sequence[Reply]
    ) -> list[dict[str, Any]]:
        """Settle a call and write its samples; the entries."""
        usage = sum((reply.usage for reply in replies), Usage())
        calls = sum(reply.calls for reply in replies)
        claim.settle(tokens=usage.total, usd=self._cost(usage), calls=calls)
        asked = self._asked(request, first)
        return [
            self._journal.append(
                "model",
                key=fingerprint(asked | {"index": index}),
                **asked | {"index": index},
                spent=self._spent(reply.usage, reply.calls),
                reply=reply.model_dump(mode="json"),
            )
            for index, reply in enumerate(replies, first)
        ]

    def _record_failure(
        self, claim: Reservation, request: Request, index: int, error: BaseException, so_far: Usage
    ) -> None:
        """Settle and write a call that brought nothing; without a key it is never replayed.

        ``so_far`` is counted when the call was broken off on our side."""
        if isinstance(error, ProofloopError):
            usage = (error.usage if isinstance(error, ModelError) else None) or Usage()
        else:
            usage = so_far
        claim.settle(tokens=usage.total, usd=self._cost(usage), calls=1)
        fields = self._asked(request, index) | {"spent": self._spent(usage, 1)}
        said = {"text": error.text} if isinstance(error, ModelMalformed) else {}
        fault = {"type": type(error).__name__, "message": str(error), **said}
        self._journal.append("model", **fields, error=fault)

    def _record_unsent(self, request: Request, index: int) -> None:
        """A stream that was cut while it waited for its turn: it is not begun again."""
        unsent = Reply(text="", model=self.name, finish=CANCELLED, calls=0)
        asked, spent = self._asked(request, index), self._spent(unsent.usage, 0)
        reply = unsent.model_dump(mode="json")
        self._journal.append("model", key=fingerprint(asked), **asked, spent=spent, reply=reply)

    def _out_of_time(self) -> BudgetExceeded:
        allowed = self._budget.limits.wall_seconds or 0.0
        spent = self._budget.wall_seconds
        return BudgetExceeded("wall seconds", allowed=allowed, spent=spent, asked=0)

    def _deadline(self) -> float | None:
        """When the run's time is up, on the loop's clock."""
        left = self._budget.wall_left
        return None if left is None else asyncio.get_running_loop().time() + left

    def _asked(self, request: Request, index: int) -> dict[str, Any]:
        """What a sample is known by."""
        dumped = request.model_dump(mode="json")
        return {"model": self.name, "url": self._url, "index": index, "request": dumped}

    def _spent(self, usage: Usage, calls: int) -> dict[str, Any]:
        usd = self._cost(usage)
        return {
            "tokens": usage.total,
            "usd": usd,
            "calls": calls,
            "unpriced_calls": calls if usd is None else 0,
        }

    def _cost(self, usage: Usage) -> float | None:
        return cost(self._prices, self.name, usage)

    def _bound(self, request: Request, n: int) -> dict[str, Any]:
        """The most that a call should use."""
        answer = request.sampling.max_tokens or UNBOUNDED_ANSWER_TOKENS
        usage = Usage(prompt_tokens=estimate_prompt(request), completion_tokens=n * answer)
        return {"tokens": usage.total, "usd": self._cost(usage) or 0.0}

    def _completed(self, request: Request) -> Request:
        """The request with the defaults in place of what its sampling leaves open."""
        given = request.sampling.model_dump(exclude_none=True)
        sampling = Sampling.model_validate(self._defaults.model_dump() | given)
        return request.model_copy(update={"sampling": sampling})

    def _key(self, request: Request, index: int) -> str:
        return fingerprint(self._asked(request, index))

    def _find(self, key: str) -> Any:
        entry = self._journal.find("model", key)
        return None if entry is None else entry["reply"]

    def _whole(self, key: str) -> bool:
        recorded = self._find(key)
        return recorded is not None and recorded["finish"] != CANCELLED

    def _miss(self, request: Request, index: int) -> ReplayMiss:
        return ReplayMiss(
            describe_miss(self._asked(request, index), self._journal.entries("model"))
        )


def _runs(indices: Sequence[int]) -> list[range]:
    """Increasing indices as unbroken runs: one call can bring each."""
    runs: list[range] = []
    for index in indices:
        if runs and runs[-1].stop == index:
            runs[-1] = range(runs[-1].start, index + 1)
        else:
            runs.append(range(index, index + 1))
    return runs
