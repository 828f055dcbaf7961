"""``proofloop judge-eval``: how good the judges are, and which panel of them to take."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from proofloop.cli import INTERRUPTED, options
from proofloop.cli.output import console, notes, print_json

if TYPE_CHECKING:
    from proofloop.core.run import Run
    from proofloop.core.settings import Settings
    from proofloop.datasets.judge_measure import Quality
    from proofloop.datasets.judge_report import JudgeReport
    from proofloop.datasets.judge_votes import OnVote, VoteLine
    from proofloop.datasets.labels import Label
    from proofloop.datasets.metrics import Estimate

QUALITY = ("accuracy", "precision", "recall", "f1", "kappa")


@options.with_settings
def command(
    source: Annotated[str, typer.Argument(metavar="LABELS.jsonl", help="One statement a line.")],
    votes: Annotated[
        Path | None, typer.Option("--votes", help="Recorded votes; no model is asked.")
    ] = None,
    run: options.RunFolder = None,
    subsets: Annotated[
        bool, typer.Option("--subsets", help="Panels of every two and three judges too.")
    ] = False,
    concurrency: Annotated[int, typer.Option(min=1, help="Votes under way at once.")] = 16,
    limit: Annotated[int | None, typer.Option(min=1, help="Only the first N labels.")] = None,
    json: options.Json = False,
    *,
    settings: Settings,
) -> None:
    """Measure judges and panels on labelled statements.

    A line of LABELS.jsonl has `informal`, `lean`, `faithful` (true or false) and where known `id`,
    `header`, `kind`; "minif2f_rewrites" and "proofnet" are bundled sets, and the folder of
    ProofNet-Verified is read too. Where `faithful` is null the statement is left out. The judges
    are those of the setting `panel.judges`, else the run's model. Each judge is asked about each
    statement by itself, and panels are computed from these votes: all must agree, majority, and
    weighted by measured reliability (cross-fitted). Every vote is kept in the run folder; the same
    command with --run DIR goes on. Exit code 0 when every vote is in, 1 when some are missing."""
    every = read(source)
    labels = every[:limit]
    if votes is not None:
        from proofloop.datasets.judge_votes import read_votes

        report(labels, read_votes(votes, every), settings, subsets, json, {"votes": str(votes)})
        return
    opened = open_run(settings, labels, run)
    try:
        with opened:
            import asyncio

            found = asyncio.run(ask_all(opened, labels, concurrency))
            spent = opened.budget.spent().model_dump()
    except KeyboardInterrupt:
        words = f"interrupted; the same command with --run {opened.folder} goes on"
        notes().print(words, soft_wrap=True)
        raise typer.Exit(INTERRUPTED) from None
    facts = {"spent": spent, "run": str(opened.folder)}
    left = expected(settings, labels) - sum(vote.final for vote in found)
    report(labels, found, settings, subsets, json, facts | {"missing": left})
    raise typer.Exit(1 if left else 0)


def read(source: str) -> list[Label]:
    from proofloop.core.errors import InputError
    from proofloop.datasets.labels import SAMPLES, bundled, read_labels

    if source in SAMPLES:
        return bundled(source)
    try:
        return read_labels(source)
    except InputError as error:
        if not Path(source).exists():
            words = f"{error.message}; bundled are {' and '.join(SAMPLES)}"
            raise InputError(words, file=source) from None
        raise


def open_run(settings: Settings, labels: Sequence[Label], folder: Path | None) -> Run:
    from proofloop.core.journal import fingerprint
    from proofloop.core.run import Run

    measured = {"accuracy", "sensitivity", "specificity"}
    asked = {
        "judge_eval": fingerprint([label.model_dump() for label in labels]),
        "judges": [one.model_dump(exclude=measured) for one in settings.panel.judges],
    }
    # Every panel of the judges is measured, so how they are put together decides nothing.
    free = ["panel"]
    if folder:
        return Run(folder, settings, asked, free=free)
    return Run.create(settings, "judge-eval", asked, free=free)


def expected(settings: Settings, labels: Sequence[Label]) -> int:
    """How many votes there should be."""
    judges = len(settings.panel.judges) or 1
    return judges * sum(label.faithful is not None for label in labels)


async def ask_all(run: Run, labels: Sequence[Label], concurrency: int) -> list[VoteLine]:
    from proofloop.datasets.jobs import finished
    from proofloop.datasets.judge_votes import VoteLine, collect_votes
    from proofloop.session import open_panel

    async with open_panel(run) as panel:
        return await collect_votes(
            labels,
            panel,
            run.folder,
            run.settings.prices,
            concurrency=concurrency,
            on_vote=teller(expected(run.settings, labels), len(finished(run.results, VoteLine))),
        )


def teller(total: int, told: int) -> OnVote:
    """A line of progress on a terminal, else a word every hundred votes; ``told`` are in."""

    def tell(vote: VoteLine) -> None:
        nonlocal told
        told += 1
        if notes().is_terminal or told % 100 == 0 or vote.status in ("error", "partial"):
            said = {True: "faithful", False: "not faithful", None: vote.abstained or vote.status}
            words = f"[{told}/{total}] {vote.id} {vote.judge}: {said[vote.passed]}"
            more = f" {vote.reasons}" if vote.status in ("error", "partial") else ""
            notes().print(words + more, markup=False, soft_wrap=True)

    return tell


def report(
    labels: Sequence[Label],
    votes: Sequence[VoteLine],
    settings: Settings,
    subsets: bool,
    as_json: bool,
    facts: dict[str, Any],
) -> None:
    from proofloop.datasets.judge_report import judge_report

    found = judge_report(labels, votes, subsets=subsets, seed=settings.seed)
    if as_json:
        print_json(found.model_dump(mode="json") | facts)
        return
    show(found)
    if facts.get("missing"):
        words = f"{facts['missing']} votes are missing: the same command with --run goes on"
        console().print(f"[yellow]{words}[/]")
    if "run" in facts:
        console().print(f"run folder: {facts['run']}", markup=False, soft_wrap=True)


def show(report: JudgeReport) -> None:
    left_out = f"; {report.unlabelled} without a label left out" if report.unlabelled else ""
    words = f"{report.labels} labelled statements, {report.faithful} of them faithful"
    console().print(words + left_out)
    qualities = [*report.judges, *report.panels]
    if not qualities:
        return
    console().print(quality(qualities))
    console().print(costs(qualities))
    for one in report.judges:
        if one.reliability:
            words = (
                f"{one.name}: sensitivity {one.reliability.sensitivity:.3f}, specificity"
                f" {one.reliability.specificity:.3f}"
            )
            silent = ", ".join(f"{count} {word}" for word, count in one.abstained.items())
            words += f"; abstained: {silent}" if silent else ""
            console().print(f"  {words}", markup=False)
    for pair in report.agreement:
        words = f"{' and '.join(pair.judges)}: Cohen's kappa {shown(pair.kappa)}"
        console().print(f"  {words} on {pair.items}", markup=False)
    if report.fleiss:
        words = f"Fleiss' kappa {shown(report.fleiss)} on {report.fleiss_items}"
        console().print(f"  all judges: {words}", markup=False)
    console().print(kinds(report))


def quality(qualities: Sequence[Quality]) -> Any:
    """Each value over its 95 % interval, which fits a terminal of 80 columns."""
    from rich.table import Table

    made = Table("", *QUALITY, title="of the votes cast", padding=(0, 1, 0, 0))
    for one in qualities:
        made.add_row(name(one), *(shown(one.metrics[key], "\n") for key in QUALITY))
    return made


def costs(qualities: Sequence[Quality]) -> Any:
    """What was not decided, whether the scores can be believed, and means a statement."""
    from rich.table import Table

    made = Table("", "votes", "abstain", "brier", "ece", "calls", "s", "tokens", "usd")
    for one in qualities:
        silent, *scores = (one.metrics[key] for key in ("abstention", "brier", "ece"))
        made.add_row(
            name(one),
            str(one.confusion.total),
            "-" if silent is None else f"{silent.value:.1%}",
            *("-" if score is None else f"{score.value:.3f}" for score in scores),
            f"{one.calls:.2f}",
            f"{one.seconds:.2f}",
            f"{one.tokens:.0f}",
            "-" if one.usd is None else f"{one.usd:.5f}",
        )
    return made


def name(one: Quality) -> str:
    return f"{one.rule}: {', '.join(one.judges)}" if one.rule else one.name


def kinds(report: JudgeReport) -> Any:
    """What was said of each kind of statement: passed, rejected, abstained."""
    from rich.table import Table

    names = [one.name for one in report.judges]
    made = Table("kind", "statements", "faithful", *names, title="passed/rejected/abstained")
    for kind, one in sorted(report.kinds.items()):
        said = ["/".join(str(count) for count in one.said[name].values()) for name in names]
        made.add_row(kind, str(one.count), str(one.faithful), *said)
    return made


def shown(estimate: Estimate | None, between: str = " ") -> str:
    if estimate is None:
        return "-"
    return f"{estimate.value:.3f}{between}{estimate.low:.2f}-{estimate.high:.2f}"
