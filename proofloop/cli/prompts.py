"""``proofloop prompts``: what the agents say, and how to have them say something else."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from proofloop.cli import options
from proofloop.cli.output import console, print_json

if TYPE_CHECKING:
    from proofloop.agents.prompts import Prompt
    from proofloop.core.settings import Settings

app = typer.Typer(
    help="What the agents say: list it, show it, write it to a folder to change it.",
    no_args_is_help=True,
)

Role = Annotated[str, typer.Argument(metavar="ROLE", help="As `proofloop prompts list` names it.")]
Folder = Annotated[Path, typer.Argument(metavar="DIR", help="A folder without templates so far.")]


@app.command("list")
@options.with_settings
def list_(json: options.Json = False, *, settings: Settings) -> None:
    """List the roles, the versions of their prompts, and which parts they have.

    With `--prompts DIR` (setting `prompts.dir`) this is also a check of that folder."""
    from proofloop.prompts import all_prompts, open_prompts

    with open_prompts(settings):
        found = {role: facts(prompt) for role, prompt in all_prompts().items()}
    if json:
        print_json(found)
        return
    for role, one in found.items():
        mark = " (replaced)" if one["replaced"] else ""
        words = f"{role:16} {one['version'].split(':')[1]}  {', '.join(one['parts'])}{mark}"
        console().print(words, markup=False, soft_wrap=True)


@app.command("show")
@options.with_settings
def show(role: Role, json: options.Json = False, *, settings: Settings) -> None:
    """Show a role's templates, in the form of a file of templates."""
    from proofloop.agents.prompt_files import as_toml
    from proofloop.core.errors import InputError
    from proofloop.prompts import all_prompts, open_prompts

    known = all_prompts()
    if role not in known:
        raise InputError(f"no role {role!r}; there are {', '.join(known)}")
    with open_prompts(settings):
        if json:
            print_json(facts(known[role]) | {"templates": known[role].parts})
        else:
            print(as_toml(known[role]), end="")


@app.command("export")
@options.with_settings
def export(folder: Folder, json: options.Json = False, *, settings: Settings) -> None:
    """Write every role's templates to a folder, one file a role.

    Change what you want, leave out or delete the rest, and give the folder with `--prompts DIR`
    or as the setting `prompts.dir`."""
    from proofloop.agents.prompt_files import write_prompts
    from proofloop.prompts import all_prompts, open_prompts

    with open_prompts(settings):
        paths = write_prompts(folder, all_prompts())
    if json:
        print_json({"files": [str(path) for path in paths]})
    else:
        words = f"wrote the prompts of {len(paths)} roles to {folder}"
        console().print(words, markup=False, soft_wrap=True)


def facts(prompt: Prompt) -> dict[str, Any]:
    return {
        "version": prompt.version,
        "replaced": prompt.replaced,
        "parts": {part: sorted(prompt.placeholders[part]) for part in prompt.defaults},
    }
