"""What a run may spend, reserved before each call and settled after it.

A reservation is an upper estimate. While other calls are under way their reservations may still
shrink, so a call that does not fit waits for them; it fails only when nothing under way could
make room for it.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from pydantic import Field

from proofloop.core.errors import BudgetExceeded
from proofloop.core.model import Frozen

LIMITS = ("tokens", "usd", "calls", "lean_seconds", "wall_seconds")


class Limits(Frozen):
    """Upper bounds of one run; None means no bound."""

    tokens: int | None = Field(default=None, ge=0)
    usd: float | None = Field(default=None, ge=0)
    calls: int | None = Field(default=None, ge=0)
    lean_seconds: float | None = Field(default=None, ge=0)
    wall_seconds: float | None = Field(default=None, ge=0)


class Spending(Frozen):
    """What has been spent. ``unpriced_calls`` cost an unknown sum, which is not in ``usd``."""

    tokens: int = 0
    usd: float = 0.0
    calls: int = 0
    lean_seconds: float = 0.0
    wall_seconds: float = 0.0
    unpriced_calls: int = 0


@dataclass
class Reservation:
    """A claim on the budget. ``settle`` records what was really used; unsettled, it is released
    and only the call itself is counted, so that failed calls count too."""

    amounts: dict[str, float]
    actual: dict[str, float] = field(default_factory=dict)
    unpriced: bool = False

    def settle(
        self,
        *,
        tokens: int = 0,
        usd: float | None = None,
        lean_seconds: float = 0.0,
        calls: int | None = None,
    ) -> None:
        self.actual = {"tokens": tokens, "usd": usd or 0.0, "lean_seconds": lean_seconds}
        if calls is not None:
            self.actual["calls"] = calls
        self.unpriced = bool(self.amounts.get("calls")) and usd is None


class Budget:
    """The budget of one run, shared by everything that spends in it. One event loop at a time."""

    def __init__(
        self,
        limits: Limits | None = None,
        *,
        already: Spending | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.limits = limits or Limits()
        self._already = already or Spending()
        self._clock = clock
        self._start = clock()
        self._spent: dict[str, float] = {
            name: getattr(self._already, name) for name in LIMITS if name != "wall_seconds"
        }
        self._pending: dict[str, float] = dict.fromkeys(self._spent, 0.0)
        self._unpriced = self._already.unpriced_calls
        self._changed = asyncio.Condition()

    @property
    def wall_seconds(self) -> float:
        return self._already.wall_seconds + self._clock() - self._start

    @property
    def wall_left(self) -> float | None:
        """Seconds until the wall-clock limit, or None without one."""
        bound = self.limits.wall_seconds
        return None if bound is None else max(0.0, bound - self.wall_seconds)

    def left(self, name: str) -> float | None:
        """What is left of a limit, reservations not counted; None without that limit."""
        allowed = getattr(self.limits, name)
        return None if allowed is None else max(0.0, float(allowed) - self._spent[name])

    def spent(self) -> Spending:
        return Spending(
            tokens=int(self._spent["tokens"]),
            usd=self._spent["usd"],
            calls=int(self._spent["calls"]),
            lean_seconds=self._spent["lean_seconds"],
            wall_seconds=self.wall_seconds,
            unpriced_calls=self._unpriced,
        )

    @asynccontextmanager
    async def reserve(
        self, *, tokens: int = 0, usd: float = 0.0, calls: int = 0, lean_seconds: float = 0.0
    ) -> AsyncIterator[Reservation]:
        """Claim these amounts; raises BudgetExceeded when they can never fit."""
        claim = Reservation(
            {"tokens": tokens, "usd": usd, "calls": calls, "lean_seconds": lean_seconds}
        )
        async with self._changed:
            while not self._fits(claim.amounts):
                await self._changed.wait()
            for name, amount in claim.amounts.items():
                self._pending[name] += amount
        try:
            yield claim
        finally:
            used = {"calls": calls, **claim.actual}
            for name, amount in claim.amounts.items():
                self._pending[name] = max(0.0, self._pending[name] - amount)
                self._spent[name] += used.get(name, 0.0)
            self._unpriced += claim.unpriced
            # Shielded: a cancelled call must still wake those who wait for its share.
            await asyncio.shield(self._wake())

    async def _wake(self) -> None:
        async with self._changed:
            self._changed.notify_all()

    def _fits(self, amounts: dict[str, float]) -> bool:
        bound = self.limits.wall_seconds
        if bound is not None and self.wall_seconds >= bound:
            raise BudgetExceeded("wall seconds", allowed=bound, spent=self.wall_seconds, asked=0)
        fits = True
        for name, amount in amounts.items():
            allowed = getattr(self.limits, name)
            if allowed is None or amount == 0:
                continue
            spent = self._spent[name]
            if spent + amount > allowed and (
                self._pending[name] == 0 or spent >= allowed or amount > allowed
            ):
                label = name.replace("_", " ")
                raise BudgetExceeded(label, allowed=allowed, spent=spent, asked=amount)
            fits = fits and spent + self._pending[name] + amount <= allowed
        return fits
