"""``proofloop analyze``: what repeated samples can give, from a file of them."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from proofloop.cli import options
from proofloop.cli.output import console, print_json

if TYPE_CHECKING:
    from proofloop.datasets.sample_report import SampleReport

File = Annotated[Path, typer.Argument(metavar="SAMPLES.jsonl", help="One sample a line.")]
Plots = Annotated[
    Path | None, typer.Option("--plots", help="Write pictures to this folder.", show_default=False)
]
Expert = Annotated[
    float | None,
    typer.Option("--expert", help="Price of a right answer by other means.", min=0),
]
Calibrate = Annotated[
    Path | None,
    typer.Option(
        "--calibrate",
        metavar="FILE",
        help="Write the calibration of `solve --method adaptive --option rule=conformal --option"
        " calibration=FILE`.",
        show_default=False,
    ),
]
Alpha = Annotated[
    float, typer.Option("--alpha", help="Most wrong answers that it may stop with.", max=0.999)
]
Looks = Annotated[
    str, typer.Option("--looks", help="After how many samples it looks (with --calibrate).")
]


def command(
    samples: File,
    plots: Plots = None,
    expert: Expert = None,
    calibrate: Calibrate = None,
    alpha: Alpha = 0.1,
    looks: Looks = "4,8,16",
    json: options.Json = False,
) -> None:
    """Say what repeated samples can give.

    Coverage (pass@k) with its fitted curve; where samples say whether a verifier `accepted` them,
    the accuracy it can reach; where they have a `cost`, what a right answer costs. A line of the
    file has `task`, `correct`, and where known `accepted`, `cost`, `method`, `answer`.

    With --calibrate also from which share on an answer can be the right one (conformal stopping):
    lines of a task are its samples in their order, and right ones without an `answer` agree."""
    from proofloop.datasets.calibration import calibration, looks_of
    from proofloop.datasets.sample_report import analyze, read_samples

    read = read_samples(samples)
    rule = calibration(read, alpha, looks_of(looks), samples) if calibrate else None
    report = analyze(read, expert=expert)
    files = []
    if calibrate and rule:
        write(calibrate, rule.model_dump_json() + "\n")
    if plots:
        from proofloop.datasets.sample_plots import write_plots

        files = write_plots(report, plots)
    if json:
        found = report.model_dump(mode="json") | {"plots": [str(file) for file in files]}
        print_json(found | ({"calibration": rule.model_dump(mode="json")} if rule else {}))
        return
    show(report)
    for k, least in rule.least.items() if rule else ():
        says = f"an answer needs a share of {least:.3f}" if least else "nothing can be left out"
        console().print(f"after {k} samples {says}", markup=False)
    if rule:
        console().print(f"wrote {calibrate}", markup=False, soft_wrap=True)
    for file in files:
        console().print(f"wrote {file}", markup=False, soft_wrap=True)


def write(file: Path, text: str) -> None:
    from proofloop.core.errors import InputError

    try:
        file.write_text(text, encoding="utf-8")
    except OSError as error:
        raise InputError(error.strerror or "cannot be written", file=file) from None


def show(report: SampleReport) -> None:
    from rich.table import Table

    for name, method in report.methods.items():
        table = Table(
            "k", "pass@k", "95 % interval", "curve", title=f"{name}: {method.tasks} tasks"
        )
        if method.verified:
            table.add_column("first accepted")
        for k, one in method.coverage.items():
            row = [str(k), f"{one.value:.3f}", f"{one.low:.3f} to {one.high:.3f}"]
            row.append(f"{method.law.at(k):.3f}" if method.law else "-")
            if method.verified:
                row.append(f"{method.verified.accuracy[k].value:.3f}")
            table.add_row(*row)
        console().print(table)
        for words in words_of(report, name):
            console().print(f"  {words}", markup=False)


def words_of(report: SampleReport, name: str) -> list[str]:
    method = report.methods[name]
    words = [f"{method.solved_at_all} of {method.tasks} tasks solved by some sample"]
    if method.law:
        law = method.law
        words.append(f"curve exp({law.a:.3g} k^{law.b:.3g}), error {law.error:.2g} of the log")
    if method.verified:
        found = method.verified
        words.append(
            f"verifier: no budget passes {found.ceiling:.3f}; when a wrong answer costs what a"
            f" right one is worth, {found.best_budget} samples are best"
        )
    if method.mean_cost is not None:
        right = "-" if method.cost_of_pass is None else f"{method.cost_of_pass:.4g}"
        words.append(f"cost of an attempt {method.mean_cost:.4g}, of a right answer {right}")
        words.append(f"saves {report.adds[name]:.4g} a task of the frontier of all methods")
    return words
