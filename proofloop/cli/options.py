"""Options that several commands take, and the settings they make."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from proofloop.core.settings import Settings

Source = Annotated[str, typer.Argument(metavar="FILE|-", help="A file, or - for standard input.")]
Json = Annotated[bool, typer.Option("--json", help="Print one JSON object.")]
Config = Annotated[
    Path | None, typer.Option("--config", help="Settings file (TOML).", show_default=False)
]
Model = Annotated[
    str | None,
    typer.Option("--model", help="Language model; 'offline' is built in.", show_default=False),
]
BaseUrl = Annotated[
    str | None,
    typer.Option("--base-url", help="OpenAI-compatible endpoint.", show_default=False),
]
Timeout = Annotated[
    float | None,
    typer.Option(
        "--timeout",
        min=0.1,
        help="Seconds of any single step: a model call, a Lean check, a portfolio search.",
        show_default=False,
    ),
]
Seed = Annotated[int | None, typer.Option("--seed", help="Seed of the run.", show_default=False)]
Rounds = Annotated[
    int | None,
    typer.Option("--max-rounds", min=1, help="Attempts of a refine loop.", show_default=False),
]
RunFolder = Annotated[
    Path | None,
    typer.Option("--run", help="Run folder; an existing one is resumed.", show_default=False),
]
Tokens = Annotated[
    int | None, typer.Option("--budget-tokens", min=0, help="Tokens.", show_default=False)
]
Usd = Annotated[
    float | None, typer.Option("--budget-usd", min=0, help="US dollars.", show_default=False)
]
Calls = Annotated[
    int | None, typer.Option("--budget-calls", min=0, help="Model calls.", show_default=False)
]
LeanSeconds = Annotated[
    float | None,
    typer.Option("--budget-lean-seconds", min=0, help="Seconds of Lean.", show_default=False),
]
WallSeconds = Annotated[
    float | None,
    typer.Option("--budget-seconds", min=0, help="Wall-clock seconds.", show_default=False),
]


def settings_from(
    *,
    config: Path | None = None,
    model: str | None = None,
    base_url: str | None = None,
    timeout: float | None = None,
    seed: int | None = None,
    max_rounds: int | None = None,
    tokens: int | None = None,
    usd: float | None = None,
    calls: int | None = None,
    lean_seconds: float | None = None,
    wall_seconds: float | None = None,
) -> Settings:
    """Settings with these flags on top; None is "not given"."""
    from proofloop.core.settings import load_settings

    flags: dict[str, Any] = {
        "model": model,
        "base_url": base_url,
        "seed": seed,
        "max_rounds": max_rounds,
        "sampling": {"timeout_seconds": timeout},
        "lean": {"check_seconds": timeout, "prove_seconds": timeout},
        "budget": {
            "tokens": tokens,
            "usd": usd,
            "calls": calls,
            "lean_seconds": lean_seconds,
            "wall_seconds": wall_seconds,
        },
    }
    return load_settings(flags, config=config)
