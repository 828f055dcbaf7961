"""Which reading of each sentence of a tree is meant: those under which most steps hold.

A charitable choice, made for the whole tree at once, so that a sentence has one reading wherever it
stands. Whether a step holds is guessed by the search for small worlds; Lean has the last word.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import islice, product

from proofloop.tools.entailment.form import Form, Sentence
from proofloop.tools.entailment.worlds import find_world

BEAMS = 4  # choices that are gone on with
UNNAMED = 1  # entities beyond the first in the worlds of a guess
MOST_CHOICES = 24  # of one step, from each beam

Steps = Mapping[str, Sequence[str]]


def chosen_readings(options: Mapping[str, Sequence[Form]], steps: Steps) -> dict[str, Form]:
    """Of each sentence one of its ``options``, by beam search over the steps bottom-up; what no
    step speaks for has its first."""
    beams: list[tuple[int, dict[str, Form]]] = [(0, {})]
    for node in bottom_up(steps):
        names = [*steps[node], node]
        if any(name not in options for name in names):
            continue
        tried = []
        for score, chosen in beams:
            free = [name for name in names if name not in chosen]
            for choice in islice(product(*(options[name] for name in free)), MOST_CHOICES):
                trial = {**chosen, **dict(zip(free, choice, strict=True))}
                tried.append((score + holds(steps[node], node, trial), trial))
        beams = sorted(tried, key=lambda beam: -beam[0])[:BEAMS]
    return {name: forms[0] for name, forms in options.items()} | beams[0][1]


def bottom_up(steps: Steps) -> list[str]:
    ordered: list[str] = []

    def visit(node: str) -> None:
        for child in steps[node]:
            if child in steps and child not in ordered:
                visit(child)
        if node not in ordered:
            ordered.append(node)

    for node in steps:
        visit(node)
    return ordered


def holds(children: Sequence[str], node: str, forms: Mapping[str, Form]) -> bool:
    given = [Sentence(id=name, form=forms[name]) for name in children]
    return (
        find_world(given, forms[node], extra=UNNAMED) is None
        and find_world(given, extra=UNNAMED) is not None
    )
