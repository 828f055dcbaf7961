"""A run of ``formalmath`` with a review, for tests that kill it.

    python waiting_run.py BASE_URL FOLDER [ANSWER.json]

Prints each step that it hears of, and "waiting" when the graph waits; then it does nothing until it
is killed."""

from __future__ import annotations

import asyncio
import json
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from proofloop.core.run import Run
from proofloop.core.settings import load_settings
from proofloop.graphs.context import DEFAULT_HEADER
from proofloop.graphs.formalmath import formalmath_graph
from proofloop.graphs.runner import run_resumable
from proofloop.session import open_context

INPUTS = {
    "informal": "Show that the sum of two even natural numbers is even.",
    "name": "even_sum",
    "header": DEFAULT_HEADER,
}


async def go(base_url: str, folder: Path, answer: Any) -> dict[str, Any]:
    settings = load_settings({"model": "m", "base_url": base_url, "api_key": "k"})
    settings = settings.model_copy(
        update={"formalize": settings.formalize.model_copy(update={"samples": 2})}
    )

    def hear(node: str, update: Mapping[str, Any]) -> None:
        print(node, flush=True)

    with Run(folder, settings, INPUTS) as run:
        async with open_context(run) as context:
            return await run_resumable(
                lambda saver: formalmath_graph(saver, prove=False, review=True),
                INPUTS,
                context,
                run.checkpoints,
                thread="main",
                on_update=hear,
                answer=answer,
            )


if __name__ == "__main__":
    given = json.loads(Path(sys.argv[3]).read_text("utf-8")) if len(sys.argv) > 3 else None
    state = asyncio.run(go(sys.argv[1], Path(sys.argv[2]), given))
    if state.get("waiting"):
        print("waiting", flush=True)
        time.sleep(600)
    print(json.dumps({key: state.get(key) for key in ("status", "statement", "reviewed")}))
