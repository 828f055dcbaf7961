"""What each tier of a check costs, as a part of the time spent inside Lean.

    python benchmarks/lean_tiers.py [--checks 200]

The tiers `complete` and `axioms` are read off what the kernel has accepted, and counted with it.
"""

from __future__ import annotations

import argparse
import asyncio
import json
from importlib.resources import files
from pathlib import Path

from platformdirs import user_cache_path
from rich.console import Console
from rich.table import Table

from proofloop.tools.lean.backend import CheckRequest
from proofloop.tools.lean.embedded.backend import check_message
from proofloop.tools.lean.embedded.install import ensure_installed
from proofloop.tools.lean.embedded.node import find_node
from proofloop.tools.lean.embedded.server import LeanServer
from proofloop.tools.lean.requests import check_texts

# {n} makes each a new text. The first is as small as can be, the last makes a large proof term.
TEXTS = {
    "term": "theorem t{n} : {n} + 0 = {n} := rfl",
    "simp": "theorem t{n} (x : List Nat) : (x ++ []).length + {n} = x.length + {n} := by simp",
    "omega": "theorem t{n} (a b : Nat) (h : a = b + {n}) : b ≤ a := by omega",
    "grind": "theorem t{n} (a b : Int) : a * (b + {n}) = b * a + a * {n} := by grind",
    "decide": "theorem t{n} : ∀ k < 20, k * k + {n} < 400 + {n} := by decide",
}
PARTS = ("parse", "elaborate", "export", "kernel", "statement")
WARM_UP = 20


async def cost(server: LeanServer, text: str, count: int) -> dict[str, float]:
    """Milliseconds of each part, summed over ``count`` checks."""
    total = dict.fromkeys(PARTS, 0.0)
    for number in range(-WARM_UP, count):
        source = text.format(n=number + WARM_UP)
        statement = source.split(" := ")[0]
        request = CheckRequest(source=source, statement=statement)
        answer = await server.request(check_message(request, check_texts(request)), seconds=60)
        assert answer["statement"]["matches"], answer
        if number < 0:
            continue
        total["parse"] += answer["parse_ms"]
        total["elaborate"] += answer["elab_ms"] - answer["parse_ms"]
        total["export"] += answer["export_ms"]
        total["kernel"] += answer["kernel_ms"]
        total["statement"] += answer["statement_ms"]
    return total


async def measure(count: int) -> dict[str, dict[str, float]]:
    prepared = ensure_installed(user_cache_path("proofloop"), None)
    lean = Path(str(files("proofloop.lean")))
    config = {"prepared": str(prepared.path), "prelude": str(lean / "prelude"), "workers": 1}
    command = [str(find_node().path), str(lean / "host" / "supervisor.js")]
    server = LeanServer(command, {"PROOFLOOP_LEAN_HOST": json.dumps(config)}, start_seconds=300)
    try:
        return {name: await cost(server, text, count) for name, text in TEXTS.items()}
    finally:
        await server.aclose()


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--checks", type=int, default=200, help="checks of each kind")
    count = parser.parse_args().checks
    table = Table("proof", *PARTS, "inside Lean")
    for name, total in asyncio.run(measure(count)).items():
        whole = sum(total.values())
        shares = [f"{total[part] / whole:.0%}" for part in PARTS]
        table.add_row(name, *shares, f"{whole / count:.1f} ms")
    Console().print(table)


if __name__ == "__main__":
    main()
