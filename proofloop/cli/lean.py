"""``proofloop lean``: the embedded Lean on this machine."""

from __future__ import annotations

from dataclasses import asdict

import typer

from proofloop.cli import options
from proofloop.cli.output import console, install_progress, print_json

app = typer.Typer(help="Install the embedded Lean, or say what is there.", no_args_is_help=True)


@app.command("install")
def install(json: options.Json = False, config: options.Config = None) -> None:
    """Fetch and prepare the embedded Lean.

    It goes to the cache folder, once; other commands do it by themselves when they need it."""
    from proofloop.tools.lean.embedded.install import ensure_installed

    settings = options.settings_from(config=config)
    with install_progress() as show:
        prepared = ensure_installed(
            settings.cache_dir, lambda progress: show(progress.stage, progress.fraction)
        )
    if json:
        print_json({**asdict(prepared.manifest), "path": str(prepared.path)})
    else:
        words = f"Lean {prepared.manifest.lean_version} is ready in {prepared.path}"
        console().print(words, markup=False, soft_wrap=True)


@app.command("status")
def status(json: options.Json = False, config: options.Config = None) -> None:
    """Say what is installed.

    Exit code 3 when there is no Lean."""
    from proofloop.tools.lean.embedded.install import status as lean_status

    found = lean_status(options.settings_from(config=config).cache_dir)
    facts = {
        "installed": found.installed is not None,
        "path": str(found.path),
        "problem": found.problem,
        "leftovers": [str(path) for path in found.leftovers],
        "manifest": asdict(found.installed.manifest) if found.installed else None,
    }
    if json:
        print_json(facts)
    elif found.installed:
        manifest = found.installed.manifest
        words = f"Lean {manifest.lean_version} ({manifest.package} {manifest.version}), prepared"
        console().print(f"{words} {manifest.prepared_at}, in {found.path}", soft_wrap=True)
    else:
        console().print(found.problem, markup=False, soft_wrap=True)
    raise typer.Exit(0 if found.installed else 3)
