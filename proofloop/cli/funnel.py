"""Funnels: how much each stage of a pipeline left, with its share of what came in."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rich.table import Table


LABELS = {"not_refuted": "not refuted by search", "not_negated": "not refuted by a model"}


def funnel_table(counts: dict[str, list[int]], *columns: str) -> Table:
    """One row a stage, "in" first; ``counts`` has a number for each of the columns."""
    from rich.table import Table

    table = Table("", *(word for column in columns for word in (column, "%")))
    for stage, numbers in counts.items():
        cells = []
        for number, whole in zip(numbers, counts["in"], strict=True):
            cells += [str(number), f"{100 * number / whole:.1f}" if whole else "-"]
        table.add_row(LABELS.get(stage, stage.replace("_", " ")), *cells)
    return table
