"""Lean statements of proved equivalence are the same answer."""

from __future__ import annotations

from collections.abc import Sequence

from proofloop.core.errors import InputError
from proofloop.tools.lean.backend import LeanBackend
from proofloop.tools.lean.equivalence.cluster import cluster
from proofloop.tools.lean.equivalence.compare import Prover
from proofloop.tools.lean.equivalence.statement import read_statement


class SameStatements:
    """A ``Same`` over theorem headers without proofs, read after ``header``; ``seconds`` of each
    direction of a comparison. A text that is no theorem header, or no good Lean, stays alone."""

    def __init__(
        self,
        lean: LeanBackend,
        header: str,
        *,
        prover: Prover | None = None,
        seconds: float = 60.0,
    ) -> None:
        self._lean, self._header = lean, header
        self._prover, self._seconds = prover, seconds

    async def classes(self, answers: Sequence[str]) -> list[list[int]]:
        """Raises LeanError."""
        places = [place for place, text in enumerate(answers) if is_header(text)]
        classes: list[list[int]] = []
        if places:
            found = await cluster(
                self._lean,
                self._header,
                [answers[place] for place in places],
                prover=self._prover,
                seconds=self._seconds,
            )
            classes = [[places[k] for k in members] for members in found.clusters]
        together = {place for members in classes for place in members}
        alone = [[place] for place in range(len(answers)) if place not in together]
        return sorted((*classes, *alone))


def is_header(text: str) -> bool:
    try:
        read_statement(text)
    except InputError:
        return False
    return True
