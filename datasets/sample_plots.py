"""The curves of a sample report as pictures."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from proofloop.core.errors import MissingExtra
from proofloop.datasets.sample_report import SampleReport

if TYPE_CHECKING:
    from matplotlib.axes import Axes


def write_plots(report: SampleReport, folder: Path) -> list[Path]:
    """``coverage.png`` always, ``verifier.png`` and ``cost.png`` where there is something to show.
    Raises MissingExtra without matplotlib."""
    try:
        from matplotlib.figure import Figure
    except ImportError:
        raise MissingExtra("drawing plots", "stats") from None
    folder.mkdir(parents=True, exist_ok=True)
    drawings = [("coverage", draw_coverage)]
    if any(one.verified for one in report.methods.values()):
        drawings.append(("verifier", draw_verifier))
    if report.front:
        drawings.append(("cost", draw_cost))
    files = []
    for name, draw in drawings:
        figure: Any = Figure(figsize=(7, 4.5), layout="constrained")
        axes = figure.subplots()
        axes.spines[["top", "right"]].set_visible(False)
        axes.grid(alpha=0.3)
        draw(report, axes)
        if len(axes.get_legend_handles_labels()[0]) > 1:
            axes.legend(frameon=False)
        files.append(folder / f"{name}.png")
        figure.savefig(files[-1], dpi=150)
    return files


def draw_coverage(report: SampleReport, axes: Axes) -> None:
    for name, method in report.methods.items():
        ks = list(method.coverage)
        values = [one.value for one in method.coverage.values()]
        (line,) = axes.plot(ks, values, "o", label=name)
        axes.fill_between(
            ks,
            [one.low for one in method.coverage.values()],
            [one.high for one in method.coverage.values()],
            alpha=0.15,
            color=line.get_color(),
        )
        if method.law:
            further = [2 ** (i / 4) for i in range(4 * (max(ks).bit_length() + 2))]
            axes.plot(
                further, [method.law.at(k) for k in further], "--", lw=1, color=line.get_color()
            )
    axes.set(xscale="log", xlabel="samples k", ylabel="pass@k", ylim=(0, 1.02))
    axes.set_title("Coverage, with its 95 % interval over tasks and the fitted exp(a k^b)")


def draw_verifier(report: SampleReport, axes: Axes) -> None:
    for name, method in report.methods.items():
        if method.verified:
            found = method.verified
            (line,) = axes.plot(
                list(found.accuracy), list(found.accuracy.values()), "o-", label=name
            )
            axes.axhline(found.ceiling, ls="--", lw=1, color=line.get_color())
    axes.set(xscale="log", xlabel="samples at the most", ylabel="accuracy", ylim=(0, 1.02))
    axes.set_title("First accepted sample, and the ceiling that no budget passes")


def draw_cost(report: SampleReport, axes: Axes) -> None:
    for name, method in report.methods.items():
        if method.mean_cost is not None:
            filled = name in report.front
            axes.plot(
                method.mean_cost,
                method.coverage[1].value,
                "o",
                label=name,
                fillstyle="full" if filled else "none",
            )
    axes.set(xlabel="mean cost of an attempt", ylabel="accuracy", ylim=(0, 1.02))
    axes.set_title("Cost and accuracy; filled: on the front")
