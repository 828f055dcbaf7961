"""A statement in the user's own editor, or typed where there is none."""

from __future__ import annotations

import os
import shlex
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from proofloop.cli.output import console
from proofloop.core.errors import InputError

if TYPE_CHECKING:
    from proofloop.tools.review import Reviewed

NOTE = "--#"  # begins the lines that are not part of the statement


def edit(shown: Reviewed, folder: Path) -> str | None:
    """The new statement; None where nothing was changed. Raises InputError where the editor cannot
    be run or fails: its file is then still there, as it is after a kill, and the next edit of this
    item goes on with it. ``done`` removes it, when the text is safe."""
    command = os.environ.get("VISUAL") or os.environ.get("EDITOR")
    text = in_editor(command, shown, folder) if command else typed(shown)
    found = "\n".join(line for line in text.splitlines() if not line.startswith(NOTE)).strip()
    if not found or found == shown.draft.strip():
        done(shown, folder)
        return None
    return found


def place(shown: Reviewed, folder: Path) -> Path:
    return folder / f"{shown.id}.lean"


def done(shown: Reviewed, folder: Path) -> None:
    place(shown, folder).unlink(missing_ok=True)


def in_editor(command: str, shown: Reviewed, folder: Path) -> str:
    path = place(shown, folder)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        if not path.exists():
            path.write_text(template(shown), encoding="utf-8")
        ended = subprocess.run([*shlex.split(command), str(path)], check=False)
        text = path.read_text(encoding="utf-8")
    except (OSError, ValueError) as error:
        raise InputError(f"editor {command!r}: {error}") from None
    if ended.returncode:
        raise InputError(f"editor {command!r} ended with {ended.returncode}; the text is in {path}")
    return text


def template(shown: Reviewed) -> str:
    """What the editor opens: the statement under what one needs to change it."""
    item, recheck = shown.item, shown.recheck
    notes = [
        f"Lines that begin with {NOTE} are dropped; an unchanged or empty file changes nothing.",
        *("text: " + item.informal.strip()).splitlines(),
        *("read after:\n" + item.header.strip()).splitlines(),
    ]
    if recheck is not None and recheck.words:
        notes += f"found:\n{recheck.words}".splitlines()
    return "".join(f"{NOTE} {line}\n" for line in notes) + shown.draft.strip() + "\n"


def typed(shown: Reviewed) -> str:
    """Lines from standard input, up to its end (Ctrl-D) or a line with a single dot."""
    words = "no EDITOR is set: type the new statement, then a line with a single dot"
    console().print(words, style="dim")
    lines = []
    for line in iter(sys.stdin.readline, ""):
        if line.strip() == ".":
            break
        lines.append(line)
    return "".join(lines)
