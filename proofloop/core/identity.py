"""What makes two sessions one run: the settings that decide its results, and what was asked.

A run is taken up again only with the settings that it began with, as far as they decide results;
its budget, its time-outs, and how much it does at once may differ.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from proofloop.core.journal import fingerprint
from proofloop.core.settings import Settings

# How long, how much at once, where to: by the names of ``flat``; a name stands for all under it.
FREE = (
    "runs_dir",
    "cache_dir",
    "budget",
    "prices",
    "sampling.timeout_seconds",
    "sampling.concurrency",
    "sampling.attempts",
    "lean.workers",
    "lean.memory_mb",
    "lean.check_seconds",
    "lean.prove_seconds",
    "lean.readable",
    "hygiene.prove_seconds",
    "hygiene.search_seconds",
    "hygiene.statement_seconds",
    "search.at_once",
    "formalize.compare_seconds",
)
SHOWN = 3  # differences in one line
DIGEST = re.compile("[0-9a-f]{32,}")
LONGEST = 60  # characters of a value in it


def deciding(settings: Settings, free: Iterable[str] = ()) -> dict[str, Any]:
    """The settings that decide results, by their dotted names, but for those that are ``free`` in
    this run. Of templates it is the words that count, not the folder."""
    table = settings.public() | {"model": settings.model_name}
    table["prompts"] = words_of(settings.prompts.dir)
    apart = (*FREE, *free)
    return {
        name: value
        for name, value in flat(table)
        if not any(f"{name}.".startswith(f"{one}.") for one in apart)
        and not name.endswith(".key_env")  # who pays is no matter
    }


def words_of(folder: Path | None) -> str:
    """The templates of a folder in short."""
    files = sorted(folder.glob("*.toml")) if folder else []
    if not files:
        return "built in"
    return fingerprint({path.name: path.read_bytes().hex() for path in files})[:12]


def flat(table: Mapping[str, Any], before: str = "") -> Iterator[tuple[str, Any]]:
    """The leaves of nested tables by dotted names. The tables of a list are numbered from 1, and
    its own name has the numbers there are."""
    for key, value in table.items():
        name = f"{before}{key}"
        if isinstance(value, list) and any(isinstance(item, Mapping) for item in value):
            numbers = list(range(1, len(value) + 1))
            yield name, numbers
            value = {str(number): item for number, item in zip(numbers, value, strict=True)}
        if isinstance(value, Mapping):
            yield from flat(value, f"{name}.")
        else:
            yield name, value


def differences(was: Mapping[str, Any], now: Mapping[str, Any], names: Iterable[str]) -> str:
    """What differs under these names, in one line; "" if nothing does."""
    found = [
        differs(name, was.get(name), now.get(name))
        for name in names
        if was.get(name) != now.get(name)
    ]
    more = f" and {len(found) - SHOWN} more" if len(found) > SHOWN else ""
    return "; ".join(found[:SHOWN]) + more


def differs(name: str, was: Any, now: Any) -> str:
    """Of a digest only that it stands for another content: its digits tell nobody anything."""
    if all(isinstance(one, str) and DIGEST.fullmatch(one) for one in (was, now)):
        return f"{name} of another content"
    return f"{name} = {shown(was)}, now {shown(now)}"


def shown(value: Any) -> str:
    text = "none" if value is None else json.dumps(value, ensure_ascii=False)
    return text if len(text) <= LONGEST else f"{text[:LONGEST]}..."
