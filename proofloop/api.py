"""The synchronous door for scripts: one call, one result, nothing to close.

    import proofloop
    proofloop.check("theorem t : 1 + 1 = 2 := rfl").accepted
    proofloop.formalize("Show that the sum of two even integers is even.")["proof"]

Each call opens a run folder of its own (``settings.runs_dir``) unless ``folder`` names one, and
starts Lean anew; programs with many tasks use ``open_context`` and the graphs, or the batch runner.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from proofloop.core.run import Run
from proofloop.core.settings import Settings, load_settings
from proofloop.graphs.catalogue import (
    DEFAULT_METHOD,
    figures,
    formalizer_graph,
    formalizer_header,
    formalizer_settings,
    method_graph,
)
from proofloop.graphs.context import DEFAULT_HEADER
from proofloop.graphs.runner import GraphFactory, OnUpdate, run_resumable
from proofloop.session import InstallProgress, check_limits, open_context, open_lean
from proofloop.tools.lean.asked import asked_fields
from proofloop.tools.lean.backend import CheckRequest
from proofloop.tools.lean.report import LeanReport
from proofloop.tools.review import Decision


def check(
    source: str,
    *,
    statement: str = "",
    header: str = "",
    auto_implicit: bool = False,
    settings: Settings | None = None,
) -> LeanReport:
    """What Lean says of ``source``; with ``statement``, whether it proves that.

    ``statement`` is a theorem without a proof, and may have imports and definitions before it
    (see ``proofloop.tools.lean.asked``); or it is the bare theorem and ``header`` what both are
    read after. ``auto_implicit``: names that nothing binds become variables of the statement.

    Raises InputError and LeanUnavailable."""
    chosen = settings or load_settings()
    asked: dict[str, Any] = {"statement": statement, "header": header}
    if statement and not header:
        asked = asked_fields(statement, source)
    request = CheckRequest(
        source=source,
        **asked,
        auto_implicit=auto_implicit,
        allowed_axioms=chosen.lean.allowed_axioms,
        limits=check_limits(chosen),
    )

    async def once() -> LeanReport:
        lean = open_lean(chosen)
        try:
            return await lean.check(request)
        finally:
            await lean.aclose()

    return asyncio.run(once())


def formalize(
    informal: str,
    *,
    name: str = "statement",
    header: str = "",
    method: str = "formalize",
    images: Sequence[str | Path] = (),
    prove: bool = True,
    review: bool = False,
    answer: Decision | None = None,
    folder: Path | None = None,
    settings: Settings | None = None,
) -> dict[str, Any]:
    """The final FormalizeState of ``informal``: ``status``, ``statement``, ``proof`` and more, by
    one of the methods of formalizing in ``graphs/catalogue.py``. ``header`` is the Lean text before
    the theorem, by default the method's. ``images`` are files or https addresses, for a method that
    looks at figures.

    With ``review`` the state comes back with ``waiting``, what a person is to decide on
    (ReviewRequests); the same call with the same ``folder`` and their ``answer`` goes on. So does
    one without, after ``proofloop review FOLDER``."""
    graph = formalizer_graph(method)
    chosen = formalizer_settings(method, settings or load_settings())
    inputs: dict[str, Any] = {"informal": informal, "name": name}
    inputs["header"] = header or formalizer_header(method)
    inputs |= figures(method, [str(image) for image in images], chosen, where="images")
    options = {"prove": prove} | ({"review": True} if review else {})
    asked = {**inputs, "options": options}
    run = open_run(chosen, method, asked, folder)
    with run:
        return asyncio.run(
            run_in(
                run,
                lambda saver: graph(saver, prove=prove, review=review),
                inputs,
                answer=None if answer is None else answer.model_dump(),
            )
        )


def prove(
    statement: str,
    *,
    header: str = DEFAULT_HEADER,
    method: str = DEFAULT_METHOD,
    folder: Path | None = None,
    settings: Settings | None = None,
) -> dict[str, Any]:
    """The final ProveState of ``statement``, a theorem header without a proof, by one of
    the methods of ``graphs/catalogue.py``."""
    graph = method_graph(method)
    inputs = {"statement": statement, "header": header}
    run = open_run(settings or load_settings(), f"prove-{method}", inputs, folder)
    with run:
        return asyncio.run(run_in(run, graph, inputs))


def open_run(settings: Settings, graph: str, inputs: Mapping[str, Any], folder: Path | None) -> Run:
    """The run of one graph on one input: in ``folder``, resumed if it is there, or a new one."""
    asked = {"graph": graph, **inputs}
    return Run(folder, settings, asked) if folder else Run.create(settings, graph, asked)


async def run_in(
    run: Run,
    graph: GraphFactory,
    inputs: Mapping[str, Any],
    *,
    progress: InstallProgress | None = None,
    on_update: OnUpdate | None = None,
    lean_first: bool = True,
    answer: Any = None,
) -> dict[str, Any]:
    """Run ``graph`` in an open run; a second time it takes up where the first stopped, and
    ``answer`` is for what waits. ``lean_first`` as in ``open_context``."""
    async with open_context(run, progress=progress, lean_first=lean_first) as context:
        return await run_resumable(
            graph,
            inputs,
            context,
            run.checkpoints,
            thread="main",
            on_update=on_update,
            answer=answer,
        )
