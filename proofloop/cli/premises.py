"""``proofloop lean search`` and ``proofloop lean name``: what the Lean at hand has."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated, Any

import typer

from proofloop.cli import options
from proofloop.cli.output import console, install_progress, print_json

if TYPE_CHECKING:
    from proofloop.core.settings import Settings
    from proofloop.session import InstallProgress
    from proofloop.tools.lean.premises.embed import Embedder
    from proofloop.tools.lean.premises.premise import Hit
    from proofloop.tools.lean.premises.retrieve import Retriever

Count = Annotated[int, typer.Option("--k", help="How many.", min=1)]
Imports = Annotated[
    list[str] | None,
    typer.Option(
        "--imports",
        help="Modules, parted by commas or spaces.",
        show_default="Proofloop, Proofloop.Dimensions",
    ),
]
Kinds = Annotated[
    list[str] | None,
    typer.Option(
        "--kind", help="theorem, def, instance, class, structure, ...", show_default="all"
    ),
]

Embeddings = Annotated[
    str | None,
    typer.Option(
        "--embeddings", help="Embedding model of the endpoint, asked too.", show_default="none"
    ),
]


@options.with_settings
def search(
    query: Annotated[str, typer.Argument(help="English words, a Lean type, or part of a name.")],
    k: Count = 10,
    imports: Imports = None,
    kind: Kinds = None,
    embeddings: Embeddings = None,
    json: options.Json = False,
    *,
    settings: Settings,
) -> None:
    """Search the theorems and definitions that Lean has loaded.

    By English words ("length of append"), a Lean type with any variables ("a ∣ b → b ∣ c → a ∣ c"),
    or the beginning of a name. The index of the imports is made at first use, which takes some
    minutes. Exit code 1 when nothing is found."""
    import asyncio

    with install_progress() as progress:
        hits = asyncio.run(find(settings, query, k, kind or (), imports, embeddings, progress))
    show(query, hits, json=json)


@options.with_settings
def name(
    name: Annotated[str, typer.Argument(help="A name, right or wrong.")],
    k: Count = 5,
    imports: Imports = None,
    json: options.Json = False,
    *,
    settings: Settings,
) -> None:
    """Look up a name, or the nearest that exist.

    Exit code 0 when it exists, 1 when only others do."""
    import asyncio

    with install_progress() as progress:
        retriever = asyncio.run(opened(settings, imports, progress))
    hits = retriever.nearest(name, k)
    show(name, hits, json=json, found=bool(hits) and hits[0].score == 1.0)


async def find(
    settings: Settings,
    query: str,
    k: int,
    kinds: Sequence[str],
    imports: Sequence[str] | None,
    embeddings: str | None,
    progress: InstallProgress,
) -> list[Hit]:
    """What is found, or the nearest names where nothing is."""
    from proofloop.agents.llm.factory import open_embedder

    embedder = None
    if embeddings:
        embedder = open_embedder(
            embeddings,
            base_url=settings.base_url,
            api_key=settings.api_key,
            attempts=settings.sampling.attempts,
        )
    try:
        retriever = await opened(settings, imports, progress, embedder)
        hits = await retriever.search(query, k, kinds=kinds)
        return hits or retriever.nearest(query, k)
    finally:
        if embedder is not None:
            await embedder.aclose()


async def opened(
    settings: Settings,
    imports: Sequence[str] | None,
    progress: InstallProgress,
    embedder: Embedder | None = None,
) -> Retriever:
    from proofloop.session import open_premises

    modules = [module for text in imports or () for module in text.replace(",", " ").split()]
    return await open_premises(settings, modules, embedder=embedder, progress=progress)


def show(query: str, hits: Sequence[Hit], *, json: bool, found: bool | None = None) -> None:
    """Print them; exit with 1 when there is nothing, or not what was ``found``."""
    if json:
        result: dict[str, Any] = {"query": query} | ({} if found is None else {"exists": found})
        rows = [{**hit.premise.model_dump(), "score": hit.score} for hit in hits]
        print_json(result | {"hits": rows})
    for hit in () if json else hits:
        premise = hit.premise
        console().print(f"{premise.name} : {premise.type}", markup=False, soft_wrap=True)
        place = f"  {premise.kind}, {premise.module or 'header'}, {hit.score:.2f}"
        instead = premise.deprecated
        old = "" if not instead else ", deprecated" + (f" for {instead}" if instead != "?" else "")
        console().print(f"[dim]{place}{old}[/]", soft_wrap=True)
    raise typer.Exit(0 if (hits if found is None else found) else 1)
