"""The corpus: cheats are refused, each by the tier that should; honest proofs are accepted."""

from __future__ import annotations

import pytest

from proofloop.tools.lean.embedded.backend import EmbeddedLean
from proofloop.tools.lean.report import Tier
from support.cheats import CHEATS, HONEST_CASES, Case

pytestmark = pytest.mark.usefixtures("asked_anew")


def test_the_corpus_is_as_large_as_it_should_be_and_says_why() -> None:
    assert len(CHEATS) >= 60
    assert len(HONEST_CASES) >= 60
    assert all(case.why.endswith(".") and case.request.source for case in CHEATS + HONEST_CASES)
    texts = [(case.request.source, case.request.statement) for case in CHEATS + HONEST_CASES]
    assert len(texts) == len(set(texts))


@pytest.mark.parametrize("case", CHEATS, ids=lambda case: case.name)
async def test_a_cheat_is_refused_by_the_tier_that_should(lean: EmbeddedLean, case: Case) -> None:
    report = await lean.check(case.request)
    assert (report.accepted, report.failed_tier) == (False, case.tier), report.reason
    assert report.reason
    assert report.tier < case.tier


@pytest.mark.parametrize("case", HONEST_CASES, ids=lambda case: case.name)
async def test_an_honest_proof_is_accepted(lean: EmbeddedLean, case: Case) -> None:
    report = await lean.check(case.request)
    assert (report.accepted, report.reason) == (True, "")
    assert (report.tier, report.failed_tier) == (Tier.KERNEL, None)
    assert report.place is None
