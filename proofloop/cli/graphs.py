"""``proofloop graphs``: the graphs there are, and how each is wired."""

from __future__ import annotations

from typing import Annotated

import typer

from proofloop.cli import options
from proofloop.cli.output import console, print_json
from proofloop.core.errors import InputError


def command(
    name: Annotated[str | None, typer.Argument(help="Draw this one as Mermaid.")] = None,
    json: options.Json = False,
) -> None:
    """List the graphs, or draw one as a Mermaid diagram."""
    from proofloop.graphs.catalogue import GRAPHS, summary

    if name is None:
        listed = {key: summary(key) for key in GRAPHS}
        if json:
            print_json(listed)
            return
        width = max(map(len, listed))
        for key, words in listed.items():
            console().print(f"{key:{width}} {words}", markup=False)
        return
    if name not in GRAPHS:
        raise InputError(f"no graph {name!r}; there are {', '.join(GRAPHS)}")
    drawing = GRAPHS[name]().get_graph(xray=True).draw_mermaid()
    if json:
        print_json({"name": name, "summary": summary(name), "mermaid": drawing})
    else:
        print(drawing, end="")
