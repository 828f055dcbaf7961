"""The statement that the checks look at, and what Lean's probes say of it, asked once."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from functools import cached_property
from typing import Generic, TypeVar

from pydantic import Field, JsonValue

from proofloop.core.model import Frozen
from proofloop.tools.lean.backend import CheckLimits, LeanBackend, ProbeRequest
from proofloop.tools.lean.hygiene.closure import Closure
from proofloop.tools.lean.hygiene.search import SearchLimits, search
from proofloop.tools.lean.hygiene.verdict import Span
from proofloop.tools.lean.portfolio import ProofResult
from proofloop.tools.lean.tactics import Tactic
from proofloop.tools.lean.together import TOO_SLOW

T = TypeVar("T")


class HygieneLimits(SearchLimits):
    """``search_milliseconds``: of the search for instances; ``most_values``: how far that search
    goes with a single variable; ``probe_seconds``: of one question to Lean; ``statement_seconds``:
    of all that is asked about a statement."""

    search_milliseconds: int = Field(default=4000, ge=0)
    most_values: int = Field(default=200, ge=1)
    probe_seconds: float = Field(default=60.0, gt=0)
    statement_seconds: float = Field(default=600.0, gt=0)


class Binder(Frozen):
    """A variable, hypothesis, instance or type before the colon. ``uses`` are indices of binders;
    ``origin`` says whether the header, the statement or nobody (auto-bound) has bound it."""

    name: str
    anonymous: bool
    origin: str
    kind: str
    role: str
    type: str
    span: tuple[int, int] | None
    uses: tuple[int, ...]


class Trap(Frozen):
    """An application whose value may not be what is meant; ``operands`` and ``shown`` are printed
    by Lean, ``spans`` are offsets in the statement."""

    kind: str
    shown: str
    operands: tuple[str, ...]
    cast_to: str
    exponent: bool
    closed: bool
    spans: tuple[tuple[int, int], ...]


class Parts(Frozen):
    """Offsets of binders, claim and conclusion; the names of universe levels."""

    levels: tuple[str, ...]
    binders: tuple[int, int] | None
    claim: tuple[int, int]
    conclusion: tuple[int, int]


class Anatomy(Frozen):
    """The elaborated statement, as the probe ``hygiene`` describes it."""

    parts: Parts
    binders: tuple[Binder, ...]
    claim: str
    claim_uses: tuple[int, ...]
    traps: tuple[Trap, ...]


class Argument(Frozen):
    role: str
    name: str


class Choice(Frozen):
    """Values for the arguments of a statement, empty for hypotheses and instances. ``sure``: all
    was computed; otherwise a quantifier was only sampled, or something could not be computed."""

    values: tuple[str, ...]
    sure: bool


class Instances(Frozen):
    """What the probe ``instances`` found: guesses, until a kernel has seen a proof."""

    witness: Choice | None = None
    counterexamples: tuple[Choice, ...] = ()
    arguments: tuple[Argument, ...] = ()
    tried: int = 0

    def shown(self, choice: Choice) -> dict[str, JsonValue]:
        """The values by name; a name that is bound again has a prime."""
        named: dict[str, JsonValue] = {}
        for argument, value in zip(self.arguments, choice.values, strict=True):
            name = argument.name
            while name in named:
                name += "'"
            if value:
                named[name] = value
        return named


class Unreadable(Exception):
    """Lean could not answer a question about the statement; ``elaborates`` is False when that is
    the statement's fault."""

    def __init__(self, reason: str, *, elaborates: bool = True) -> None:
        super().__init__(reason)
        self.elaborates = elaborates


class Subject:
    """``statement`` is a theorem header without proof, read after ``header`` (trusted)."""

    def __init__(
        self, lean: LeanBackend, statement: str, header: str, limits: HygieneLimits
    ) -> None:
        self.lean, self.statement, self.header = lean, statement.rstrip(), header
        self.limits = limits

    @cached_property
    def anatomy(self) -> Once[Anatomy]:
        return Once(self._ask_anatomy)

    @cached_property
    def instances(self) -> Once[Instances]:
        return Once(self._ask_instances)

    async def closure(self) -> Closure:
        """The statement's parts for making other statements of it. Raises Unreadable, also where
        only auto-bound implicits make it a statement."""
        anatomy = await self.anatomy.get()
        parts = anatomy.parts
        if any(binder.origin == "auto" for binder in anatomy.binders):
            raise Unreadable("it elaborates with auto-bound implicits only")
        return Closure.of(
            self.statement, parts.levels, parts.binders, parts.claim, parts.conclusion
        )

    async def prove(self, statement: str, tactics: tuple[Tactic, ...]) -> ProofResult:
        """A bounded search, after the same header."""
        return await search(self.lean, statement, self.header, tactics, self.limits)

    def span(self, offsets: tuple[int, int]) -> Span:
        (line, column), (end_line, end_column) = (self._position(offset) for offset in offsets)
        return Span(line=line, column=column, end_line=end_line, end_column=end_column)

    def _position(self, offset: int) -> tuple[int, int]:
        before = self.statement[:offset]
        return before.count("\n") + 1, offset - (before.rfind("\n") + 1)

    async def _ask_anatomy(self) -> Anatomy:
        return Anatomy.model_validate(await self._probe("hygiene", {}))

    async def _ask_instances(self) -> Instances:
        arguments: dict[str, JsonValue] = {
            "milliseconds": self.limits.search_milliseconds,
            "most": self.limits.most_values,
        }
        return Instances.model_validate(await self._probe("instances", arguments))

    async def _probe(self, name: str, arguments: dict[str, JsonValue]) -> JsonValue:
        answer = await self.lean.probe(
            ProbeRequest(
                probe=name,
                header=self.header,
                source=self.statement,
                arguments=arguments,
                limits=CheckLimits(
                    wall_seconds=self.limits.probe_seconds, heartbeats=self.limits.heartbeats
                ),
            )
        )
        if answer.status != "done":
            raise Unreadable(f"the probe {name} {answer.status}: {answer.detail}".rstrip(": "))
        data: JsonValue = answer.data
        if isinstance(data, dict) and "error" in data:
            words = " ".join(str(data["error"]).split())
            raise Unreadable(words, elaborates=TOO_SLOW in words)
        return data


class Once(Generic[T]):
    """A question that is asked when it is first needed, and of which everybody who asks gets the
    same answer or the same Unreadable."""

    def __init__(self, ask: Callable[[], Awaitable[T]]) -> None:
        self._ask = ask
        self._lock = asyncio.Lock()
        self._answer: list[T] = []
        self._failure: Unreadable | None = None

    async def get(self) -> T:
        async with self._lock:
            if self._failure is not None:
                raise self._failure
            if not self._answer:
                try:
                    self._answer.append(await self._ask())
                except Unreadable as failure:
                    self._failure = failure
                    raise
            return self._answer[0]
