"""What a run may spend, reserved before each call and settled after it.

A reservation is an upper estimate. While other calls are under way their reservations may still
shrink, so a call that does not fit waits for them; it fails only when nothing under way could
make room for it. The processes of one run share a ledger, and so one budget.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from dataclasses import dataclass, field

from pydantic import Field

from proofloop.core.errors import BudgetExceeded
from proofloop.core.ledger import AMOUNTS, Ledger
from proofloop.core.model import Frozen

# Seconds until a look at what other processes have given back.
POLL = 0.05


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
    """The budget of one run, shared by everything that spends in it. One event loop at a time.

    ``already`` is what the run had spent before. A ``ledger`` that is given knows it, but for the
    wall time: it is another process's too."""

    def __init__(
        self,
        limits: Limits | None = None,
        *,
        already: Spending | None = None,
        ledger: Ledger | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.limits = limits or Limits()
        self._already = already or Spending()
        self._clock = clock
        self._start = clock()
        self._ledger = ledger or Ledger()
        if ledger is None:
            for name in AMOUNTS:
                self._ledger.spend(name, getattr(self._already, name))
        self._given_back = asyncio.Event()

    @contextmanager
    def shared(self, ledger: Ledger) -> Iterator[None]:
        """While it is open, ``ledger`` keeps the sums, for other processes too. Nothing may be
        reserved when it opens or ends."""
        own = self._ledger
        with ledger.held():
            for name in AMOUNTS:
                ledger.spend(name, own.spent(name) - ledger.spent(name))
                ledger.reserve(name, -ledger.reserved(name))
        self._ledger = ledger
        try:
            yield
        finally:
            with ledger.held():
                for name in AMOUNTS:
                    own.spend(name, ledger.spent(name) - own.spent(name))
            self._ledger = own

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
        return None if allowed is None else max(0.0, float(allowed) - self._ledger.spent(name))

    def spent(self) -> Spending:
        with self._ledger.held():
            sums = {name: self._ledger.spent(name) for name in AMOUNTS}
        return Spending.model_validate(sums | {"wall_seconds": self.wall_seconds})

    @asynccontextmanager
    async def reserve(
        self, *, tokens: int = 0, usd: float = 0.0, calls: int = 0, lean_seconds: float = 0.0
    ) -> AsyncIterator[Reservation]:
        """Claim these amounts; raises BudgetExceeded when they can never fit."""
        claim = Reservation(
            {"tokens": tokens, "usd": usd, "calls": calls, "lean_seconds": lean_seconds}
        )
        poll = POLL if self._ledger.shared else None
        while not self._claim(claim.amounts):
            with suppress(TimeoutError):
                async with asyncio.timeout(poll):
                    await self._given_back.wait()
        try:
            yield claim
        finally:
            used = {"calls": calls, **claim.actual}
            with self._ledger.held():
                for name, amount in claim.amounts.items():
                    self._ledger.reserve(name, -amount)
                    self._ledger.spend(name, used.get(name, 0.0))
                self._ledger.spend("unpriced_calls", claim.unpriced)
            # Those who wait look again; who finds no room waits for the next.
            self._given_back.set()
            self._given_back = asyncio.Event()

    def _claim(self, amounts: dict[str, float]) -> bool:
        """Reserves the amounts if there is room for them now."""
        with self._ledger.held():
            if not self._fits(amounts):
                return False
            for name, amount in amounts.items():
                self._ledger.reserve(name, amount)
        return True

    def _fits(self, amounts: dict[str, float]) -> bool:
        bound = self.limits.wall_seconds
        if bound is not None and self.wall_seconds >= bound:
            raise BudgetExceeded("wall seconds", allowed=bound, spent=self.wall_seconds, asked=0)
        fits = True
        for name, amount in amounts.items():
            allowed = getattr(self.limits, name)
            if allowed is None or amount == 0:
                continue
            spent, reserved = self._ledger.spent(name), self._ledger.reserved(name)
            if spent + amount > allowed and (reserved == 0 or spent >= allowed or amount > allowed):
                label = name.replace("_", " ")
                raise BudgetExceeded(label, allowed=allowed, spent=spent, asked=amount)
            fits = fits and spent + reserved + amount <= allowed
        return fits
