"""Why a replay has no answer: the nearest recorded call, and where it differs."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

SHOWN_FIELDS = 3
CONTEXT = 30


def describe_miss(asked: Mapping[str, Any], entries: Iterable[Mapping[str, Any]]) -> str:
    """One line on a call that the journal does not hold; ``asked`` has an entry's fields."""
    role = asked["request"]["role"]
    start = f"replay: the {role}'s call (sample {asked['index']}) is not recorded"
    recorded = [entry for entry in entries if "reply" in entry and entry["request"]["role"] == role]
    if not recorded:
        return f"{start}, nor is any other call of this role"
    here = dict(_leaves("", asked))
    nearest = min((dict(_leaves("", _shape(entry))) for entry in recorded), key=_distance(here))
    differing = _differing(here, nearest)
    shown = "; ".join(
        _difference(name, nearest.get(name), here.get(name)) for name in differing[:SHOWN_FIELDS]
    )
    more = len(differing) - SHOWN_FIELDS
    return f"{start}; the nearest recorded one differs in {shown}" + (
        f" and {more} more" if more > 0 else ""
    )


def _shape(entry: Mapping[str, Any]) -> dict[str, Any]:
    return {name: entry[name] for name in ("model", "url", "index", "request")}


def _leaves(path: str, value: Any) -> Iterator[tuple[str, Any]]:
    """The value as flat pairs of a path and a scalar."""
    if isinstance(value, Mapping):
        for name, item in value.items():
            yield from _leaves(f"{path}.{name}" if path else str(name), item)
    elif isinstance(value, list | tuple):
        for place, item in enumerate(value):
            yield from _leaves(f"{path}[{place}]", item)
    else:
        yield path.removeprefix("request."), value


def _differing(one: Mapping[str, Any], other: Mapping[str, Any]) -> list[str]:
    names = [*one, *(name for name in other if name not in one)]
    return [
        name for name in names if (name in one, one.get(name)) != (name in other, other.get(name))
    ]


def _distance(here: Mapping[str, Any]) -> Any:
    """Fewest differing fields first, then the longest common beginnings."""

    def distance(there: Mapping[str, Any]) -> tuple[int, int]:
        names = _differing(here, there)
        same = sum(_common_prefix(str(here.get(name)), str(there.get(name))) for name in names)
        return len(names), -same

    return distance


def _common_prefix(one: str, other: str) -> int:
    pairs = enumerate(zip(one, other, strict=False))
    return next((place for place, (a, b) in pairs if a != b), min(len(one), len(other)))


def _difference(name: str, there: Any, here: Any) -> str:
    if not (isinstance(there, str) and isinstance(here, str)):
        return f"{name} ({there!r} recorded, {here!r} asked)"
    place = _common_prefix(there, here)
    cut = slice(max(0, place - CONTEXT), place + CONTEXT)
    return f"{name} at character {place} ({there[cut]!r} recorded, {here[cut]!r} asked)"
