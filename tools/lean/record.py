"""A Lean backend whose checks and probes are budgeted and journalled, and never made twice in a
run."""

from __future__ import annotations

from contextlib import AbstractAsyncContextManager
from functools import cache
from importlib.resources import files
from pathlib import Path

from proofloop.core.budget import Budget, Reservation
from proofloop.core.journal import Journal, fingerprint
from proofloop.tools.lean.backend import (
    CheckLimits,
    CheckRequest,
    LeanBackend,
    ProbeAnswer,
    ProbeRequest,
)
from proofloop.tools.lean.report import LeanReport, LeanVersion


class RecordedLean:
    """Implements LeanBackend over ``backend``. A check that ended by itself (``status`` "done") is
    answered from the journal when it is asked again of the same Lean, our own part of it included
    (prelude, probes, host); time-outs and crashes are checked anew, since another try may end
    otherwise. With ``allowed_axioms`` these are what
    every check of the run allows."""

    def __init__(
        self,
        backend: LeanBackend,
        journal: Journal,
        budget: Budget,
        *,
        allowed_axioms: tuple[str, ...] | None = None,
    ) -> None:
        self._backend = backend
        self._journal = journal
        self._budget = budget
        self._policy = {} if allowed_axioms is None else {"allowed_axioms": allowed_axioms}

    @property
    def version(self) -> LeanVersion:
        return self._backend.version

    @property
    def workers(self) -> int:
        return self._backend.workers

    async def start(self) -> None:
        await self._backend.start()

    async def check(self, request: CheckRequest) -> LeanReport:
        request = request.model_copy(update=self._policy)
        key = self._key(request)
        known = self._journal.find("lean", key)
        if known is not None and known["report"]["status"] == "done":
            return LeanReport.model_validate(known["report"])
        async with self._claim(request.limits) as claim:
            report = await self._backend.check(request)
            claim.settle(lean_seconds=report.seconds, calls=0)
        self._journal.append(
            "lean",
            key=key,
            request=request.model_dump(mode="json"),
            report=report.model_dump(mode="json"),
            spent={"lean_seconds": report.seconds},
        )
        return report

    async def probe(self, request: ProbeRequest) -> ProbeAnswer:
        key = self._key(request)
        known = self._journal.find("probe", key)
        if known is not None and known["answer"]["status"] in ("done", "failed"):
            return ProbeAnswer.model_validate(known["answer"])
        async with self._claim(request.limits) as claim:
            answer = await self._backend.probe(request)
            claim.settle(lean_seconds=answer.seconds, calls=0)
        self._journal.append(
            "probe",
            key=key,
            request=request.model_dump(mode="json"),
            answer=answer.model_dump(mode="json"),
            spent={"lean_seconds": answer.seconds},
        )
        return answer

    async def aclose(self) -> None:
        await self._backend.aclose()

    def _key(self, request: CheckRequest | ProbeRequest) -> str:
        return fingerprint([self.version.model_dump(), own_sources(), request.model_dump()])

    def _claim(self, limits: CheckLimits) -> AbstractAsyncContextManager[Reservation]:
        """No more than is left: the last check may overrun the budget by its own time at most."""
        left = self._budget.left("lean_seconds")
        ask = limits.wall_seconds
        return self._budget.reserve(lean_seconds=min(ask, left or ask))


@cache
def own_sources() -> str:
    """A digest of what is read into Lean or drives it: another prelude gives other verdicts."""
    folder = Path(str(files("proofloop.lean")))
    texts = {
        path.relative_to(folder).as_posix(): path.read_text(encoding="utf-8")
        for path in sorted(folder.rglob("*"))
        if path.suffix in (".lean", ".js")
    }
    return fingerprint(texts)
