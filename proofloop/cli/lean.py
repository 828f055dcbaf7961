"""``proofloop lean``: the embedded Lean on this machine."""

from __future__ import annotations

from typing import TYPE_CHECKING

import typer

from proofloop.cli import options, premises
from proofloop.cli.output import console, install_progress, print_json

if TYPE_CHECKING:
    from proofloop.core.settings import Settings
    from proofloop.session import InstallProgress

app = typer.Typer(
    help="Install the embedded Lean, say what is there, search what it holds.", no_args_is_help=True
)


@app.command("install")
@options.with_settings
def install(json: options.Json = False, *, settings: Settings) -> None:
    """Fetch and prepare the embedded Lean.

    It goes to the cache folder, once; other commands do it by themselves when they need it."""
    import asyncio

    from proofloop.tools.lean.embedded.install import ensure_installed

    with install_progress() as show:
        prepared = ensure_installed(settings.cache_dir, show)
        asyncio.run(first_start(settings, show))
    if json:
        print_json(prepared.manifest | {"path": str(prepared.path)})
    else:
        words = f"Lean {prepared.manifest['lean_version']} is ready in {prepared.path}"
        console().print(words, markup=False, soft_wrap=True)


async def first_start(settings: Settings, show: InstallProgress) -> None:
    """Start Lean once and ask it something: that compiles the prelude, the probes and Lean's
    machine code, if not done yet."""
    from proofloop.session import open_lean
    from proofloop.tools.lean.backend import ProbeRequest

    lean = open_lean(settings, progress=show)
    try:
        await lean.start()
        await lean.probe(ProbeRequest(probe="constants", arguments={"limit": 0}))
    finally:
        await lean.aclose()


@app.command("status")
@options.with_settings
def status(json: options.Json = False, *, settings: Settings) -> None:
    """Say what is installed.

    Exit code 3 when there is no Lean."""
    from proofloop.tools.lean.embedded.install import status as lean_status

    found = lean_status(settings.cache_dir)
    if json:
        print_json(found)
    else:
        for key in ("problem", "lean_version", "package", "version", "prepared_at", "path"):
            if found.get(key):
                console().print(f"{key:13} {found[key]}", markup=False, soft_wrap=True)
    raise typer.Exit(0 if found["installed"] else 3)


app.command("search")(premises.search)
app.command("name")(premises.name)
