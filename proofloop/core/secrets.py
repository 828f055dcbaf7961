"""Keeping keys out of everything that is written or shown."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

# Servers of one's own take any word for a key; blotting out "none" would only spoil texts.
SHORTEST = 12


def blot(text: str, secrets: Iterable[str]) -> str:
    """``text`` with every secret of ``SHORTEST`` characters or more replaced by ``***``."""
    for secret in secrets:
        if len(secret) >= SHORTEST:
            text = text.replace(secret, "***")
    return text


def blot_all(value: Any, secrets: Iterable[str]) -> Any:
    """The same in every string of a JSON value, names of fields included."""
    if isinstance(value, str):
        return blot(value, secrets)
    if isinstance(value, dict):
        return {blot(str(key), secrets): blot_all(item, secrets) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [blot_all(item, secrets) for item in value]
    return value
