"""The bundled sample: 166 problems of miniF2F (arXiv 2109.00110) that core Lean can state."""

from __future__ import annotations

from importlib.resources import as_file, files

from proofloop.core.task import Task
from proofloop.datasets.tasks import read_tasks


def load() -> list[Task]:
    """The problems in the order of their file, each with all of these fields:

    ``id``: the name of its theorem; ``informal``: the problem with its answer, English and LaTeX;
    ``formal``: the theorem header, without a proof; ``header``: the imports and openings it is
    read after, which for the 76 problems over ℝ declare ℝ as an arbitrary linearly ordered field;
    ``source``: the data set and the split. ``kind`` is "formalize", ``answer`` is empty.
    """
    problems = files("proofloop.datasets") / "samples" / "minif2f_core" / "problems.jsonl"
    with as_file(problems) as path:
        return read_tasks(path)
