"""A folder of templates: one TOML file a role, with a text for each part to replace.

    # judge.toml
    system = '''
    You are a strict judge of ...'''

Parts and roles that are left out stay as they are built in.
"""

from __future__ import annotations

import json
import tomllib
from collections.abc import Mapping
from pathlib import Path

from proofloop.agents.prompts import Prompt, placeholders
from proofloop.core.errors import InputError, SettingsError
from proofloop.core.run import make_folder, write_atomically

HEAD = """\
# What the {role} says. Placeholders in {{braces}} must stay, each at least once; write a brace that
# is none twice. Parts that you leave out stay as they are built in.
"""


def read_prompts(folder: Path, known: Mapping[str, Prompt]) -> dict[str, dict[str, str]]:
    """The templates of a folder, by role and part. Raises SettingsError for no such folder, and
    InputError with the file and the part for an unknown role or part, a placeholder that the agent
    does not fill, and one that is missing."""
    if not folder.is_dir():
        raise SettingsError(f"prompts.dir: no folder {folder}")
    files = sorted(folder.glob("*.toml"))
    if not files:
        raise SettingsError(f"prompts.dir: no templates (ROLE.toml) in {folder}")
    return {path.stem: read_role(path, known) for path in files}


def read_role(path: Path, known: Mapping[str, Prompt]) -> dict[str, str]:
    prompt = known.get(path.stem)
    if prompt is None:
        raise InputError(f"no role {path.stem!r}; there are {', '.join(known)}", file=path)
    try:
        table = tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, OSError) as error:
        raise InputError(str(error), file=path) from None
    for part, text in table.items():
        if fault := fault_of(prompt, part, text):
            raise InputError(fault, file=path, field=part)
    return table


def fault_of(prompt: Prompt, part: str, text: object) -> str:
    """What is wrong with a template, "" if nothing."""
    if part not in prompt.defaults:
        return f"the {prompt.role} has no such part; it has {', '.join(prompt.defaults)}"
    if not isinstance(text, str):
        return "must be a text"
    try:
        found = placeholders(text)
    except ValueError as error:
        return str(error)
    wanted = prompt.placeholders[part]
    if unknown := sorted(found - wanted):
        there = ", ".join(f"{{{name}}}" for name in sorted(wanted)) or "none"
        return f"unknown placeholder {{{unknown[0]}}}; there are: {there}"
    if missing := sorted(wanted - found):
        return f"placeholder {{{missing[0]}}} is missing"
    return ""


def write_prompts(folder: Path, known: Mapping[str, Prompt]) -> list[Path]:
    """Every role's templates, as files that ``read_prompts`` reads. Raises InputError rather than
    write over a file, StorageError where it cannot write."""
    paths = [folder / f"{role}.toml" for role in known]
    if there := next((path for path in paths if path.exists()), None):
        raise InputError("exists already; export to another folder", file=there)
    make_folder(folder)
    for path, prompt in zip(paths, known.values(), strict=True):
        write_atomically(path, as_toml(prompt))
    return paths


def as_toml(prompt: Prompt) -> str:
    parts = (f"{part} = {quoted(text)}\n" for part, text in prompt.parts.items())
    return "\n".join([HEAD.format(role=prompt.role), *parts])


def quoted(text: str) -> str:
    """The text as a TOML string, over several lines where it can be read so."""
    control = any((char < " " and char not in "\t\n") or char == "\x7f" for char in text)
    if control or "'''" in text or text.endswith("'"):
        return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")
    return f"'''\n{text}'''"
