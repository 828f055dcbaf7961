"""Options that commands share, and the settings they make.

A command that takes ``settings`` and is decorated with ``with_settings`` gets all the options in
``OPTIONS``; its own parameters stand before them.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, get_type_hints

import typer

from proofloop.cli.output import tell_failed_calls

if TYPE_CHECKING:
    from proofloop.core.settings import Settings
    from proofloop.graphs.catalogue import Factory as GraphFactory

Source = Annotated[str, typer.Argument(metavar="FILE|-", help="A file, or - for standard input.")]
Json = Annotated[bool, typer.Option("--json", help="Print one JSON object.")]
RunFolder = Annotated[
    Path | None,
    typer.Option(
        "--run", "--out", help="Run folder; an existing one is resumed.", show_default=False
    ),
]
# Of commands that need one.
Out = Annotated[
    Path, typer.Option("--out", "--run", help="Run folder; an existing one is resumed.")
]

Method = Annotated[
    str, typer.Option("--method", help="How to prove: portfolio, whole, sketch or best-first.")
]
Formalizer = Annotated[
    str,
    typer.Option(
        "--method",
        help="How to formalize: formalize, atf, reform, formalmath, agreement or mmformalize.",
    ),
]
Review = Annotated[
    bool,
    typer.Option("--review", help="Stop for a person's word on what is accepted."),
]
Planned = Annotated[
    bool,
    typer.Option(
        "--plan", help="Only say what it would ask for at the most: calls, tokens, dollars."
    ),
]
Samples = Annotated[
    int | None,
    typer.Option("--samples", help="Samples asked of the model.", min=1, show_default=False),
]


Processes = Annotated[
    int,
    typer.Option("--processes", help="Processes to share the work, calls and Lean out to.", min=1),
]
NegateWith = Annotated[
    str | None,
    typer.Option(
        "--negate-with",
        metavar="MODEL",
        help="A model that tries to prove false what a person is to see: with --review,"
        " or by formalmath and agreement.",
        show_default=False,
    ),
]
QUEUEING = ("formalmath", "agreement")  # a person's queue without --review too
NEGATIONS = 4  # proofs asked of it, where the settings do not say


def option(kind: Any, name: str, words: str, **bounds: Any) -> Any:
    """An option that is None when it is not given."""
    return Annotated[kind | None, typer.Option(name, help=words, show_default=False, **bounds)]


# By the path of the setting that each gives; several paths are parted by spaces.
OPTIONS = {
    "model": option(str, "--model", "Language model; 'offline' is built in."),
    "base_url": option(str, "--base-url", "OpenAI-compatible endpoint."),
    "sampling.timeout_seconds lean.check_seconds lean.prove_seconds hygiene.prove_seconds": option(
        float,
        "--timeout",
        "Seconds of any single step: a model call, a Lean check, a portfolio search.",
        min=0.1,
    ),
    "lean.backend": option(str, "--lean-backend", "embedded, native or lean-interact."),
    "lean.project": option(Path, "--project", "Lake project; its toolchain is used."),
    "lean.command": option(str, "--lean", "A native program lean to use."),
    "max_rounds": option(int, "--max-rounds", "Attempts of a refine loop.", min=1),
    "premises.per_prompt": option(
        int, "--premises", "Library theorems named in each prompt.", min=0
    ),
    "examples.per_prompt": option(int, "--examples", "Worked examples in each prompt.", min=0),
    "examples.sources": option(
        str, "--examples-from", "Where they come from: a JSONL file, a run folder, a bundled set."
    ),
    "experience.embeddings": option(
        str, "--experience-near", "Embedding model by which experiences are; else by words."
    ),
    "examples.embeddings": option(
        str, "--examples-near", "Embedding model by which they are near; else by words."
    ),
    "prompts.dir": option(Path, "--prompts", "Folder of templates (proofloop prompts export)."),
    "seed": option(int, "--seed", "Seed of the run."),
    "budget.tokens": option(int, "--budget-tokens", "Tokens of the run.", min=0),
    "budget.usd": option(float, "--budget-usd", "US dollars of the run.", min=0),
    "budget.calls": option(int, "--budget-calls", "Model calls of the run.", min=0),
    "budget.lean_seconds": option(
        float, "--budget-lean-seconds", "Seconds of Lean of the run.", min=0
    ),
    "budget.wall_seconds": option(float, "--budget-seconds", "Wall clock of the run.", min=0),
}
CONFIG = option(Path, "--config", "Settings file (TOML).")


def with_settings(command: Callable[..., None]) -> Callable[..., None]:
    """Gives ``command`` the options above and hands it the settings they make."""
    options = {paths.split()[0].replace(".", "_"): paths for paths in OPTIONS}
    kinds = {name: OPTIONS[paths] for name, paths in options.items()} | {"config": CONFIG}

    @wraps(command)
    def run(**given: Any) -> None:
        flags = {paths: given.pop(name) for name, paths in options.items()}
        tell_failed_calls()
        command(settings=settings_of(flags, given.pop("config")), **given)

    hints = get_type_hints(command, localns={"Settings": Any}, include_extras=True)
    own = [
        parameter.replace(annotation=hints[name])
        for name, parameter in inspect.signature(command).parameters.items()
        if name != "settings"
    ]
    added = [
        inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY, default=None, annotation=kind)
        for name, kind in kinds.items()
    ]
    run.__signature__ = inspect.Signature([*own, *added])  # type: ignore[attr-defined]
    run.__annotations__ = {parameter.name: parameter.annotation for parameter in (*own, *added)}
    return run


def settings_of(flags: dict[str, Any], config: Path | None) -> Settings:
    """Settings with these flags on top, by the paths of ``OPTIONS``; None is "not given"."""
    from proofloop.core.settings import load_settings

    table: dict[str, Any] = {}
    for paths, value in flags.items():
        for path in paths.split():
            *folders, last = path.split(".")
            place = table
            for folder in folders:
                place = place.setdefault(folder, {})
            place[last] = value
    return load_settings(table, config=config)


def formalizing(
    settings: Settings, method: str, samples: int | None, negate_with: str | None, *, review: bool
) -> tuple[GraphFactory, Settings]:
    """The graph of a method of formalizing, and the settings for it. Raises SettingsError."""
    from proofloop.core.errors import SettingsError
    from proofloop.graphs.catalogue import formalizer_graph, formalizer_settings

    graph = formalizer_graph(method)
    settings = with_formalize(settings, samples=samples)
    if negate_with and not review and method not in QUEUEING:
        ways = " and ".join(QUEUEING)
        raise SettingsError(f"--negate-with goes with --review or the methods {ways}")
    settings = with_negations(settings, negate_with)
    return graph, formalizer_settings(method, settings)


def with_formalize(settings: Settings, **bounds: int | None) -> Settings:
    """The settings with these bounds of a formalization; None leaves one as it is."""
    given = {name: value for name, value in bounds.items() if value is not None}
    return settings.model_copy(update={"formalize": settings.formalize.model_copy(update=given)})


def with_negations(settings: Settings, model: str | None) -> Settings:
    """The settings with this model as the prover of negations; None leaves them as they are."""
    if model is None:
        return settings
    prover = settings.negation_prover.model_copy(update={"model": model})
    negations = settings.formalize.negations or NEGATIONS
    changed = settings.model_copy(update={"negation_prover": prover})
    return with_formalize(changed, negations=negations)


def with_entail(settings: Settings, **bounds: int | None) -> Settings:
    """The settings with these bounds of an entailment; None leaves one as it is."""
    given = {name: value for name, value in bounds.items() if value is not None}
    return settings.model_copy(update={"entail": settings.entail.model_copy(update=given)})


def with_search(settings: Settings, **bounds: int | None) -> Settings:
    """The settings with these bounds of the search for proofs; None leaves one as it is."""
    given = {name: value for name, value in bounds.items() if value is not None}
    return settings.model_copy(update={"search": settings.search.model_copy(update=given)})
