"""The prompts of every role there is, and the user's own in their place."""

from __future__ import annotations

import importlib
import pkgutil
from contextlib import AbstractContextManager
from typing import TYPE_CHECKING

from proofloop.core.settings import Settings

if TYPE_CHECKING:
    from proofloop.agents.prompts import Prompt, Templates


def all_prompts() -> dict[str, Prompt]:
    """Of every module that agents and graphs have; a prompt is known once its module is."""
    import proofloop.agents
    import proofloop.graphs
    from proofloop.agents.prompts import roles

    for package in (proofloop.agents, proofloop.graphs):
        for module in pkgutil.iter_modules(package.__path__, f"{package.__name__}."):
            importlib.import_module(module.name)
    return roles()


def chosen_prompts(settings: Settings) -> Templates:
    """The user's templates. Raises what ``read_prompts`` raises."""
    from proofloop.agents.prompt_files import read_prompts

    folder = settings.prompts.dir
    return {} if folder is None else read_prompts(folder, all_prompts())


def open_prompts(settings: Settings) -> AbstractContextManager[None]:
    """While it is open the agents say what these settings choose."""
    from proofloop.agents.prompts import replaced_by

    return replaced_by(chosen_prompts(settings))
