"""The curves of a sample report as pictures."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from proofloop.core.errors import InputError, MissingExtra
from proofloop.core.run import make_folder
from proofloop.datasets.metrics import Estimate
from proofloop.datasets.sample_report import SampleReport

if TYPE_CHECKING:
    from matplotlib.axes import Axes


def write_plots(report: SampleReport, folder: Path) -> list[Path]:
    """``coverage.png`` always, ``verifier.png`` and ``cost.png`` where there is something to show.
    Raises MissingExtra without matplotlib, InputError for a folder that cannot be written."""
    try:
        from matplotlib.figure import Figure
    except ImportError:
        raise MissingExtra("drawing plots", "stats") from None
    make_folder(folder)
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
        axes.legend(loc="upper left", edgecolor="none", framealpha=1)
        files.append(folder / f"{name}.png")
        try:
            figure.savefig(files[-1], dpi=150)
        except OSError as error:
            raise InputError(error.strerror or "cannot be written", file=files[-1]) from None
    return files


def draw_coverage(report: SampleReport, axes: Axes) -> None:
    for place, (name, method) in enumerate(report.methods.items()):
        color = with_intervals(axes, method.coverage, name, place)
        if method.law:
            most = max(method.coverage)
            further = [most * 2 ** (i / 4) for i in range(9)]
            for ks, style in ((steps_to(most), "-"), (further, ":")):
                axes.plot(ks, [100 * method.law.at(k) for k in ks], style, lw=1, color=color)
    by_samples(report, axes, further=4)
    axes.set(xlabel="samples of a task", ylabel="tasks solved by one of them (%)")
    axes.set_title("Coverage: pass@k with 95 % intervals; lines: fitted, dotted beyond the data")


def draw_verifier(report: SampleReport, axes: Axes) -> None:
    for place, (name, method) in enumerate(report.methods.items()):
        if method.verified:
            found = method.verified
            top = 100 * found.ceiling
            words = f"{name} (dashed: {top:.1f} %, with samples without end)"
            color = with_intervals(axes, found.accuracy, words, place, line="-")
            axes.axhline(top, ls="--", lw=1, color=color)
    by_samples(report, axes)
    axes.set(xlabel="samples of a task at the most", ylabel="tasks answered rightly (%)")
    axes.set_title("The first sample that the verifier accepts, with 95 % intervals")


def draw_cost(report: SampleReport, axes: Axes) -> None:
    shown = {name: one for name, one in report.methods.items() if one.mean_cost is not None}
    for place, (name, method) in enumerate(shown.items()):
        one, cost = method.coverage[1], method.mean_cost or 0.0
        best = name in report.front
        words = f"{name}: {cost:.3g}, {100 * one.value:.1f} %" + ("" if best else " (beaten)")
        axes.errorbar(
            [cost],
            [100 * one.value],
            yerr=errors([one]),
            fmt=MARKS[place % len(MARKS)],
            fillstyle="full" if best else "none",
            lw=1,
            capsize=3,
            label=words,
        )
    dearest = max(one.mean_cost or 0.0 for one in shown.values())
    axes.set_xlim(0, 1.15 * dearest or 1.0)
    from_nought(axes)
    axes.set(xlabel="mean cost of an attempt (the file's unit)", ylabel="right attempts (%)")
    axes.set_title("Cost and accuracy, with 95 % intervals; filled: none is cheaper and better")


MARKS = "osD^v<>P"


def with_intervals(
    axes: Axes, found: Mapping[int, Estimate], name: str, place: int, line: str = ""
) -> Any:
    """The estimates by their number of samples; the colour they got. Methods stand beside each
    other, so that no interval hides another."""
    drawn = axes.errorbar(
        [k * 1.05**place for k in found],
        [100 * one.value for one in found.values()],
        yerr=errors(found.values()),
        fmt=MARKS[place % len(MARKS)] + line,
        ms=5,
        lw=1,
        capsize=3,
        label=name,
    )
    return drawn[0].get_color()


def errors(found: Iterable[Estimate]) -> list[list[float]]:
    """Below and above, in per cent."""
    pairs = [(100 * (one.value - one.low), 100 * (one.high - one.value)) for one in found]
    return [list(side) for side in zip(*pairs, strict=True)]


def steps_to(most: int) -> list[float]:
    return [2 ** (i / 4) for i in range(4 * (most.bit_length() - 1) + 1)] + [float(most)]


def by_samples(report: SampleReport, axes: Axes, further: int = 1) -> None:
    """A scale of doublings with the numbers themselves, and the height that the data need."""
    most = further * max(k for method in report.methods.values() for k in method.coverage)
    ticks = [2**i for i in range(most.bit_length())]
    axes.set_xscale("log", base=2)
    axes.set_xticks(ticks, [str(tick) for tick in ticks])
    axes.minorticks_off()
    from_nought(axes)


def from_nought(axes: Axes) -> None:
    """Per cents from 0, with room for the legend above."""
    highest = axes.get_ylim()[1]
    axes.set_ylim(0, min(130, 1.35 * highest))
    axes.set_yticks([tick for tick in axes.get_yticks() if 0 <= tick <= 100])
