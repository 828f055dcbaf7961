"""A run that another process holds, in one of its processes."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from proofloop.core.budget import Budget, Spending
from proofloop.core.journal import Journal
from proofloop.core.ledger import SharedLedger
from proofloop.core.run import LEDGER, MEMBERS, Run
from proofloop.core.settings import Settings


class Member(Run):
    """The same folder, journal and budget, whose ledger the holder of the run has made; ``already``
    is what it had spent when this process began. ``run.json`` is the holder's."""

    def __init__(
        self, folder: Path, settings: Settings, asked: Mapping[str, Any], *, already: Spending
    ) -> None:
        super().__init__(folder, settings, asked)
        self._already = already

    def __enter__(self) -> Self:
        self._here = os.open(self.folder / MEMBERS, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        fcntl.flock(self._here, fcntl.LOCK_SH)
        self.journal = Journal(self.folder / "journal.jsonl", secrets=self.settings.secrets())
        self._ledger = SharedLedger(self.folder / LEDGER)
        limits = self.settings.budget
        self.budget = Budget(limits, already=self._already, ledger=self._ledger)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.journal.close()
        self._ledger.close()
        os.close(self._here)
