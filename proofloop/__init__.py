"""proofloop: agentic reasoning and autoformalization with a Lean 4 kernel as the judge."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from proofloop.api import check, formalize, prove
    from proofloop.core.run import Run
    from proofloop.core.settings import Settings, load_settings
    from proofloop.session import open_context, open_lean
    from proofloop.summaries import summarize_run

__version__ = "0.1.0"

# Loaded when used: graphs and clients take half a second to import, `--help` must not.
_HOMES = {
    "check": "proofloop.api",
    "formalize": "proofloop.api",
    "prove": "proofloop.api",
    "Run": "proofloop.core.run",
    "Settings": "proofloop.core.settings",
    "load_settings": "proofloop.core.settings",
    "open_context": "proofloop.session",
    "open_lean": "proofloop.session",
    "summarize_run": "proofloop.summaries",
}

__all__ = [
    "Run",
    "Settings",
    "check",
    "formalize",
    "load_settings",
    "open_context",
    "open_lean",
    "prove",
    "summarize_run",
]


def __getattr__(name: str) -> Any:
    if name in _HOMES:
        return getattr(import_module(_HOMES[name]), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
