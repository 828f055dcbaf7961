import asyncio
from pathlib import Path

import pytest

from proofloop.core.budget import Budget, Limits, Spending
from proofloop.core.errors import BudgetExceeded
from proofloop.core.ledger import SharedLedger


async def test_actual_use_counts_and_not_the_reservation() -> None:
    budget = Budget(Limits(tokens=100))
    async with budget.reserve(tokens=80, calls=1) as claim:
        claim.settle(tokens=30, usd=0.5)
    spent = budget.spent()
    assert (spent.tokens, spent.calls, spent.usd, spent.unpriced_calls) == (30, 1, 0.5, 0)


async def test_a_failed_call_is_still_counted() -> None:
    budget = Budget()
    with pytest.raises(RuntimeError):
        async with budget.reserve(tokens=80, calls=1):
            raise RuntimeError
    assert budget.spent().calls == 1
    assert budget.spent().tokens == 0


async def test_what_can_never_fit_is_refused_and_says_which_limit() -> None:
    budget = Budget(Limits(tokens=100))
    with pytest.raises(
        BudgetExceeded, match="budget of 100 tokens does not allow 101 more"
    ) as info:
        async with budget.reserve(tokens=101):
            pass
    assert (info.value.limit, info.value.allowed, info.value.asked) == ("tokens", 100, 101)


async def test_a_call_waits_for_reservations_that_may_shrink() -> None:
    budget = Budget(Limits(tokens=100))
    order = []

    async def first() -> None:
        async with budget.reserve(tokens=90) as claim:
            await asyncio.sleep(0.02)
            order.append("first")
            claim.settle(tokens=10)

    async def second() -> None:
        async with budget.reserve(tokens=60) as claim:
            order.append("second")
            claim.settle(tokens=60)

    await asyncio.gather(first(), second())
    assert order == ["first", "second"]
    assert budget.spent().tokens == 70


async def test_a_waiting_call_fails_once_nothing_can_make_room() -> None:
    budget = Budget(Limits(tokens=100))

    async def first() -> None:
        async with budget.reserve(tokens=90) as claim:
            await asyncio.sleep(0.02)
            claim.settle(tokens=90)

    async def second() -> None:
        async with budget.reserve(tokens=60):
            pass

    results = await asyncio.gather(first(), second(), return_exceptions=True)
    assert isinstance(results[1], BudgetExceeded)


async def test_many_calls_at_once_never_pass_the_limit() -> None:
    budget = Budget(Limits(calls=7))

    async def call() -> None:
        async with budget.reserve(calls=1) as claim:
            await asyncio.sleep(0.001)
            claim.settle(usd=0.0)

    results = await asyncio.gather(*(call() for _ in range(20)), return_exceptions=True)
    assert sum(isinstance(result, BudgetExceeded) for result in results) == 13
    assert budget.spent().calls == 7


async def test_an_unknown_price_is_unknown_and_not_zero() -> None:
    budget = Budget()
    async with budget.reserve(calls=1) as claim:
        claim.settle(tokens=5, usd=None)
    assert budget.spent().unpriced_calls == 1


async def test_wall_clock_is_a_limit_and_earlier_sessions_count() -> None:
    now = [0.0]
    budget = Budget(Limits(wall_seconds=10), already=Spending(wall_seconds=4), clock=lambda: now[0])
    assert budget.wall_left == 6
    now[0] = 6.0
    with pytest.raises(BudgetExceeded, match="wall seconds"):
        async with budget.reserve(calls=1):
            pass


async def test_a_cancelled_call_gives_its_share_back() -> None:
    budget = Budget(Limits(tokens=100))

    async def hold() -> None:
        async with budget.reserve(tokens=100):
            await asyncio.sleep(10)

    task = asyncio.create_task(hold())
    await asyncio.sleep(0.01)
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    async with budget.reserve(tokens=100):
        pass


async def test_processes_share_a_ledger(tmp_path: Path) -> None:
    """Two budgets with files of their own open, as two processes have."""
    holder = Budget(Limits(calls=3, tokens=100), already=Spending(calls=1, tokens=10))
    path = tmp_path / "ledger"
    ledger = SharedLedger(path)
    with holder.shared(ledger):
        one, other = (
            Budget(holder.limits, already=holder.spent(), ledger=SharedLedger(path))
            for _ in range(2)
        )
        order = []

        async def first() -> None:
            async with one.reserve(tokens=80, calls=1) as claim:
                await asyncio.sleep(0.02)
                order.append("first")
                claim.settle(tokens=20)

        async def second() -> None:
            async with other.reserve(tokens=60, calls=1) as claim:
                order.append("second")
                claim.settle(tokens=60)

        await asyncio.gather(first(), second())
        assert order == ["first", "second"]
        with pytest.raises(BudgetExceeded, match="budget of 3 calls does not allow 1 more"):
            async with one.reserve(calls=1):
                pass
        assert one.spent().tokens == other.spent().tokens == holder.spent().tokens == 90
    ledger.close()
    assert (holder.spent().tokens, holder.spent().calls) == (90, 3)
    # What a killed process had reserved is free again for the next.
    again = SharedLedger(path)
    again.reserve("tokens", 50)
    with holder.shared(again):
        assert again.reserved("tokens") == 0
