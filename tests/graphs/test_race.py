"""Races of coroutines: bounded, won once, the losers gone."""

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from proofloop.core.errors import BudgetExceeded, ModelRejected, ModelUnavailable
from proofloop.graphs.race import race


def lane(value: int, steps: int = 1) -> Callable[[], Coroutine[Any, Any, int]]:
    async def run() -> int:
        for _ in range(steps):
            await asyncio.sleep(0)
        return value

    return run


def failing(error: Exception) -> Callable[[], Coroutine[Any, Any, int]]:
    async def run() -> int:
        raise error

    return run


@given(
    st.lists(st.tuples(st.integers(0, 9), st.integers(1, 4)), max_size=8),
    st.integers(1, 4),
)
def test_no_more_than_the_width_run_and_a_winner_wins(
    lanes: list[tuple[int, int]], width: int
) -> None:
    running, most = 0, 0

    def counted(value: int, steps: int) -> Callable[[], Coroutine[Any, Any, int]]:
        async def run() -> int:
            nonlocal running, most
            running += 1
            most = max(most, running)
            try:
                return await lane(value, steps)()
            finally:
                running -= 1

        return run

    ended = asyncio.run(
        race([counted(*each) for each in lanes], width=width, won=lambda value: value >= 5)
    )
    assert most <= width
    assert running == 0
    if any(value >= 5 for value, _ in lanes):
        assert ended.winner is not None
        assert ended.winner >= 5
    else:
        assert ended.winner is None
        assert sorted(ended.results) == sorted(value for value, _ in lanes)


async def test_the_losers_have_ended_when_the_race_has() -> None:
    ended = []

    async def slow() -> int:
        try:
            await asyncio.sleep(60)
        finally:
            await asyncio.sleep(0.01)
            ended.append("cancelled")
        return 0

    result = await race([slow, lane(7), slow], width=3, won=lambda value: value == 7)
    assert result.winner == 7
    assert ended == ["cancelled", "cancelled"]


async def test_a_cancelled_race_takes_its_lanes_with_it() -> None:
    ended = asyncio.Event()

    async def slow() -> int:
        try:
            await asyncio.sleep(60)
        finally:
            ended.set()
        return 0

    task = asyncio.create_task(race([slow], width=1, won=bool))
    await asyncio.sleep(0.01)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert ended.is_set()


@pytest.mark.parametrize(
    "error",
    [BudgetExceeded("calls", allowed=1, spent=1, asked=1), ModelUnavailable("down")],
)
async def test_a_lane_without_means_lets_the_others_end(error: Exception) -> None:
    started = []

    async def late() -> int:
        started.append("late")
        return 9

    ended = await race([failing(error), lane(9, 5), late], width=2, won=lambda value: value == 9)
    assert ended.winner == 9
    assert started == []
    with pytest.raises(type(error)):
        await race([failing(error), lane(1, 5), late], width=2, won=lambda value: value == 9)


async def test_an_error_that_concerns_all_ends_the_race_at_once() -> None:
    ended = asyncio.Event()

    async def slow() -> int:
        try:
            await asyncio.sleep(60)
        finally:
            ended.set()
        return 0

    with pytest.raises(ModelRejected):
        await race([slow, failing(ModelRejected("wrong key"))], width=2, won=bool)
    assert ended.is_set()
