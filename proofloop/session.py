"""From settings to something that runs: the model, the judge and the Lean of one run."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from proofloop.core.errors import InputError, SettingsError
from proofloop.core.run import Run
from proofloop.core.settings import Settings
from proofloop.panels import make_panel, other_settings
from proofloop.prompts import open_prompts
from proofloop.tools.lean.backend import CheckLimits

if TYPE_CHECKING:
    from proofloop.agents.examples import ExampleSource
    from proofloop.agents.llm.base import Model
    from proofloop.agents.llm.recorded_embeddings import RecordedEmbedder
    from proofloop.agents.panel.panel import Panel
    from proofloop.graphs.context import Context
    from proofloop.tools.lean.backend import LeanBackend
    from proofloop.tools.lean.hygiene.subject import HygieneLimits
    from proofloop.tools.lean.lemmas import LemmaStore
    from proofloop.tools.lean.premises.embed import Embedder
    from proofloop.tools.lean.premises.retrieve import Retriever
    from proofloop.tools.lean.record import RecordedLean

InstallProgress = Callable[[str, float], None]


def open_lean(
    settings: Settings, *, header: str = "", progress: InstallProgress | None = None
) -> LeanBackend:
    """The Lean of these settings; it installs and starts itself at the first check. ``header``:
    what most checks will come after, so that an embedded Lean starts with its imports read."""
    chosen = settings.lean
    set_by_user = "memory_mb" in chosen.model_fields_set
    if chosen.backend_name == "native":
        from proofloop.tools.lean.native.backend import MEMORY_MB, NativeLean

        return NativeLean(
            command=chosen.command,
            project=chosen.project,
            cache_dir=settings.cache_dir,
            readable=chosen.readable,
            workers=chosen.workers,
            memory_mb=chosen.memory_mb if set_by_user else MEMORY_MB,
            progress=progress,
        )
    if chosen.backend_name == "lean-interact":
        from proofloop.tools.lean.interact import backend as interact

        return interact.InteractLean(
            repl=chosen.repl,
            command=chosen.command,
            project=chosen.project,
            cache_dir=settings.cache_dir,
            readable=chosen.readable,
            workers=chosen.workers,
            memory_mb=chosen.memory_mb
            if "memory_mb" in chosen.model_fields_set
            else interact.MEMORY_MB,
            progress=progress,
        )
    from proofloop.tools.lean.embedded.backend import EmbeddedLean
    from proofloop.tools.lean.header import read_header

    try:
        imports = read_header(header).modules
    except InputError:
        imports = ()  # the first check says what is wrong with it
    return EmbeddedLean(
        cache_dir=settings.cache_dir,
        workers=chosen.workers,
        memory_mb=chosen.memory_mb,
        imports=imports,
        progress=progress,
    )


def check_limits(settings: Settings) -> CheckLimits:
    """Of one check, which may take no more than the whole run."""
    bounds = (
        settings.lean.check_seconds,
        settings.budget.lean_seconds,
        settings.budget.wall_seconds,
    )
    return CheckLimits(
        wall_seconds=min(bound for bound in bounds if bound is not None),
        heartbeats=settings.lean.heartbeats,
    )


def hygiene_limits(settings: Settings) -> HygieneLimits:
    from proofloop.tools.lean.hygiene.subject import HygieneLimits

    return HygieneLimits(
        prove_heartbeats=settings.hygiene.prove_heartbeats,
        prove_seconds=settings.hygiene.prove_seconds,
        search_milliseconds=int(1000 * settings.hygiene.search_seconds),
        most_values=settings.hygiene.most_values,
        probe_seconds=max(settings.lean.check_seconds, settings.hygiene.search_seconds),
        statement_seconds=settings.hygiene.statement_seconds,
        heartbeats=settings.lean.heartbeats,
    )


def open_settings_model(settings: Settings) -> Model:
    """The model of these settings, bare: nothing is recorded."""
    from proofloop.agents.llm.factory import open_model

    sampling = settings.sampling
    return open_model(
        settings.model_name,
        base_url=settings.base_url,
        api_key=settings.api_key,
        timeout=sampling.timeout_seconds,
        concurrency=sampling.concurrency,
        attempts=sampling.attempts,
    )


def open_run_model(settings: Settings, run: Run, *, replay: bool = False) -> Model:
    """The settings' model, its calls budgeted, journalled and never made twice in ``run``."""
    from proofloop.agents.llm.base import Sampling
    from proofloop.agents.llm.json_actions import JsonActions
    from proofloop.agents.llm.record import RecordedModel

    defaults = Sampling(
        temperature=settings.sampling.temperature,
        max_tokens=settings.sampling.max_tokens,
        seed=settings.seed,
    )
    model = RecordedModel(
        open_settings_model(settings),
        run.journal,
        run.budget,
        settings.prices,
        defaults=defaults,
        replay_only=replay,
    )
    return JsonActions(model) if settings.sampling.tool_calls == "json" else model


def make_context(
    run: Run, *, tasks: int = 1, progress: InstallProgress | None = None, replay: bool = False
) -> Context:
    """Everything a graph runs with, for ``tasks`` at a time: the Lean workers are shared out among
    them. The caller closes its model and its Lean."""
    from proofloop.graphs.context import DEFAULT_HEADER, Context
    from proofloop.tools.answers.algebra import Algebra
    from proofloop.tools.lean.portfolio import Portfolio
    from proofloop.tools.lean.record import RecordedLean
    from proofloop.tools.review import ReviewQueue

    settings = run.settings
    model = open_run_model(settings, run, replay=replay)
    examples = open_examples(run, replay=replay)
    header = run.asked.get("header", DEFAULT_HEADER)
    backend = open_lean(settings, header=header, progress=progress)
    lean = RecordedLean(
        backend, run.journal, run.budget, allowed_axioms=settings.lean.allowed_axioms
    )
    # One more than the workers: while the trusted worker re-checks one try, another can run.
    slots = backend.workers + 1
    theorems = min(tasks, slots)
    near = settings.experience.embeddings or None

    def open_other(other: Settings) -> Model:
        return open_run_model(other, run, replay=replay)

    return Context(
        model=model,
        judge=model,
        formalizers=tuple(
            open_other(other_settings(settings, other)) for other in settings.formalizers
        ),
        negator=open_negator(settings, model, open_other),
        panel=make_panel(settings, run.journal, model, open_other, examples),
        lean=lean,
        portfolio=Portfolio(lean, width=slots // theorems, theorems=theorems),
        max_rounds=settings.max_rounds,
        limits=check_limits(settings),
        prove_seconds=settings.lean.prove_seconds,
        search=settings.search,
        answers=settings.answers,
        formalize=settings.formalize,
        entail=settings.entail,
        hygiene=hygiene_limits(settings),
        lemmas=open_lemmas(run),
        reviews=ReviewQueue(run.reviews),
        premises_per_prompt=settings.premises.per_prompt,
        examples=examples,
        embedder=near and open_recorded_embedder(run, near, replay),
        algebra=Algebra(),
        seed=settings.seed,
    )


def open_negator(
    settings: Settings, own: Model, open_other: Callable[[Settings], Model]
) -> Model | None:
    """Who proves negations, if anybody does and it is not ``own``, the run's model."""
    chosen = settings.negation_prover
    if not settings.formalize.negations or not (chosen.model or chosen.base_url):
        return None
    return open_other(other_settings(settings, chosen))


@asynccontextmanager
async def open_panel(run: Run) -> AsyncIterator[Panel]:
    """The judges of a run, without a Lean, closed at the end."""
    settings = run.settings
    with open_prompts(settings):
        own = open_run_model(settings, run)
        panel = make_panel(
            settings,
            run.journal,
            own,
            lambda other: open_run_model(other, run),
            open_examples(run),
        )
        try:
            yield panel
        finally:
            await panel.aclose()
            await own.aclose()


def open_examples(run: Run, *, replay: bool = False) -> ExampleSource | None:
    """The worked examples that prompts show, if they show any. A run is no source of its own: its
    prompts would then depend on how often it was stopped."""
    from proofloop.agents.examples import ExampleSource
    from proofloop.datasets.examples import read_examples
    from proofloop.tools.examples.store import ExampleStore

    chosen = run.settings.examples
    if not chosen.per_prompt:
        return None
    if not chosen.sources:
        raise SettingsError("examples.per_prompt needs examples.sources (--examples-from)")
    if any(Path(source).resolve() == run.folder.resolve() for source in chosen.sources):
        raise SettingsError("examples.sources: a run cannot be its own source of examples")
    store = ExampleStore(read_examples(chosen.sources))
    vectors = None
    if chosen.embeddings:
        from proofloop.tools.examples.vectors import ExampleVectors

        vectors = ExampleVectors(store, open_recorded_embedder(run, chosen.embeddings, replay))
    return ExampleSource(store, chosen.per_prompt, chosen.tokens, vectors)


def open_recorded_embedder(run: Run, name: str, replay: bool) -> RecordedEmbedder:
    """An embedding model of the run's endpoint, its vectors recorded in ``run``."""
    from proofloop.agents.llm.factory import open_embedder
    from proofloop.agents.llm.recorded_embeddings import RecordedEmbedder

    settings = run.settings
    embedder = open_embedder(
        name,
        base_url=settings.base_url,
        api_key=settings.api_key,
        attempts=settings.sampling.attempts,
    )
    return RecordedEmbedder(embedder, run.journal, run.budget, settings.prices, replay_only=replay)


def open_lemmas(run: Run) -> LemmaStore | None:
    """Where this run keeps what it proves, if it keeps it."""
    from proofloop.tools.lean.lemmas import LemmaStore

    keep = run.settings.search.lemmas
    if keep == "off":
        return None
    return LemmaStore((run.folder if keep == "run" else run.settings.cache_dir) / "lemmas.sqlite")


@asynccontextmanager
async def open_run_lean(
    run: Run, *, progress: InstallProgress | None = None
) -> AsyncIterator[RecordedLean]:
    """The Lean of a run without a model, started: budgeted, journalled, closed at the end."""
    from proofloop.tools.lean.record import RecordedLean

    settings = run.settings
    lean = RecordedLean(
        open_lean(settings, progress=progress),
        run.journal,
        run.budget,
        allowed_axioms=settings.lean.allowed_axioms,
    )
    try:
        await lean.start()
        yield lean
    finally:
        await lean.aclose()


async def open_premises(
    settings: Settings,
    imports: Sequence[str] = (),
    *,
    embedder: Embedder | None = None,
    progress: InstallProgress | None = None,
) -> Retriever:
    """Premises of these imports (by default those of the default header), by words, and with an
    embedder by its vectors too. What is not in the cache folder yet is made, by a Lean of its own:
    that is no part of any run's budget or journal."""
    from proofloop.tools.lean.premises.embed import embed_index
    from proofloop.tools.lean.premises.retrieve import Retriever
    from proofloop.tools.lean.premises.store import DEFAULT_IMPORTS, open_index

    lean = open_lean(settings, progress=progress)
    try:
        modules = tuple(imports) or DEFAULT_IMPORTS
        index = await open_index(lean, settings.cache_dir, modules, progress=progress)
    finally:
        await lean.aclose()
    if embedder is None:
        return Retriever(index)
    return Retriever(index, embedder, await embed_index(index, embedder, progress))


@asynccontextmanager
async def open_context(
    run: Run,
    *,
    tasks: int = 1,
    progress: InstallProgress | None = None,
    replay: bool = False,
    lean_first: bool = True,
) -> AsyncIterator[Context]:
    """``make_context``, closed at the end. Lean is started first: where there is none, that is
    known before a token is spent, and no search loses its time to an installation. Without
    ``lean_first``, for what may do without, it starts when it is asked."""
    with open_prompts(run.settings):
        context = make_context(run, tasks=tasks, progress=progress, replay=replay)
        async with opened(context, run.settings, progress, lean_first) as ready:
            yield ready


@asynccontextmanager
async def opened(
    context: Context, settings: Settings, progress: InstallProgress | None, lean_first: bool
) -> AsyncIterator[Context]:
    """The context with its premises read; everything is closed at the end."""
    premises: Retriever | None = None
    try:
        if lean_first:
            await context.lean.start()
        if settings.premises.per_prompt:
            premises = await open_premises(settings, progress=progress)
        yield replace(context, premises=premises)
    finally:
        if premises is not None:
            premises.close()
        await context.lean.aclose()
        if context.algebra is not None:
            await context.algebra.aclose()
        await context.model.aclose()
        if context.panel is not None:
            await context.panel.aclose()
        if context.examples is not None:
            await context.examples.aclose()
        if context.embedder is not None:
            await context.embedder.aclose()
        for other in (*context.formalizers, context.negator):
            if other is not None:
                await other.aclose()
        if context.reviews is not None:
            context.reviews.close()
        if context.lemmas is not None:
            context.lemmas.close()
