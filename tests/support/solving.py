"""A process that runs one graph of the catalogue in a folder, as ``proofloop solve`` does but
without a Lean, and prints its last state: for tests that kill it.

    python solving.py GRAPH OPTIONS.json BASE_URL FOLDER
"""

from __future__ import annotations

import asyncio
import json
import os
import sys
from pathlib import Path

from proofloop.agents.llm.factory import open_model
from proofloop.agents.llm.record import RecordedModel
from proofloop.core.budget import Budget
from proofloop.core.journal import Journal
from proofloop.graphs.catalogue import GRAPHS
from proofloop.graphs.context import Context
from proofloop.graphs.runner import run_resumable


async def main(graph: str, options: str, base_url: str, folder: str) -> None:
    place = Path(folder)
    model = RecordedModel(
        open_model("tiny", base_url=base_url, api_key=os.environ.get("OPENAI_API_KEY")),
        Journal(place / "journal.jsonl"),
        Budget(),
    )
    state = await run_resumable(
        lambda saver: GRAPHS[graph](saver, **json.loads(options)),
        {"problem": "What is 6 * 7?"},
        Context(model=model, judge=model, seed=3),
        place / "checkpoints.sqlite",
        thread="main",
    )
    await model.aclose()
    print(json.dumps(state))


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
