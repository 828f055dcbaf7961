"""Makes the bundled sets of labelled statements that judges are measured on.

    python benchmarks/judge_labels.py PROOFNET_FOLDER

``proofnet.jsonl`` comes from a copy of ProofNet-Verified (its error taxonomy and the two files of
statements); ``minif2f_rewrites.jsonl`` from the pairs of statements that the equivalence check is
measured on: of each pair that comes from a problem of miniF2F, the rewritten statement beside the
problem's informal text. It is taken for faithful where the rewriting keeps the meaning.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable
from pathlib import Path

from proofloop.datasets import minif2f_core
from proofloop.datasets.labels import Label, read_labels
from proofloop.datasets.proofnet import TAXONOMY

ROOT = Path(__file__).resolve().parent.parent
OUT = ROOT / "datasets" / "samples" / "judge_labels"
PAIRS = ROOT / "tests" / "tools" / "lean" / "equivalence" / "pairs.jsonl"


def rewrites() -> Iterable[Label]:
    problems = {task.id: task for task in minif2f_core.load()}
    for line in PAIRS.read_text(encoding="utf-8").splitlines():
        pair = json.loads(line)
        problem = problems.get(pair["source"])
        if problem is not None:
            yield Label(
                id=f"{pair['source']}/{pair['id']}",
                informal=problem.informal,
                lean=pair["b"],
                header=problem.header,
                faithful=pair["same"],
                kind=pair["kind"],
                source=problem.source,
            )


def write(name: str, labels: Iterable[Label]) -> None:
    lines = [label.model_dump_json() + "\n" for label in labels]
    (OUT / name).write_text("".join(lines), encoding="utf-8")
    print(f"{name}: {len(lines)} labels")


if __name__ == "__main__":
    OUT.mkdir(parents=True, exist_ok=True)
    write("minif2f_rewrites.jsonl", rewrites())
    write("proofnet.jsonl", read_labels(Path(sys.argv[1]) / TAXONOMY))
