import asyncio
from importlib.resources import files

from proofloop.core.task import Task
from proofloop.datasets.minif2f_core import load
from proofloop.tools.lean.backend import CheckLimits, CheckRequest, LeanBackend
from proofloop.tools.lean.report import LeanReport, Tier


def test_every_problem_has_all_its_parts() -> None:
    tasks = load()
    assert len({task.id for task in tasks}) == 166
    for task in tasks:
        assert task.informal and task.source
        assert task.formal.startswith(f"theorem {task.id} ")
        assert task.header.startswith("import Proofloop\nopen Nat\n")


def test_problems_over_the_reals_declare_them_as_the_prelude_does() -> None:
    text = (files("proofloop.lean") / "prelude" / "ordered_field.lean").read_text("utf-8")
    declaration = text.split("-/\n", 1)[1]
    over_reals = [task for task in load() if "ℝ" in task.formal]
    assert len(over_reals) == 76
    for task in load():
        assert task.header.endswith(declaration) == (task in over_reals)


async def test_every_statement_elaborates_in_the_prelude(lean: LeanBackend) -> None:
    # One statement takes five times the usual heartbeats to be read.
    limits = CheckLimits(wall_seconds=60, heartbeats=200_000)

    async def read(task: Task) -> LeanReport:
        return await lean.check(
            CheckRequest(
                source=f"{task.formal} := sorry",
                header=task.header,
                allow_sorry=True,
                limits=limits,
            )
        )

    tasks = load()
    reports = await asyncio.gather(*(read(task) for task in tasks))
    failed = {
        task.id: report.reason
        for task, report in zip(tasks, reports, strict=True)
        if report.errors or report.tier < Tier.ELABORATES
    }
    assert failed == {}
