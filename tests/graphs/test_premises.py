"""Premises in prompts, and names that exist in the place of those that do not."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from proofloop.graphs.context import Context
from proofloop.graphs.formalize import formalize_graph
from proofloop.graphs.prove_whole import write_and_repair
from proofloop.tools.lean.embedded.backend import EmbeddedLean
from proofloop.tools.lean.portfolio import Portfolio
from proofloop.tools.lean.premises.index import PremiseIndex, build
from proofloop.tools.lean.premises.premise import Premise
from proofloop.tools.lean.premises.retrieve import Retriever
from support.llm import client
from support.openai_server import ScriptedServer

STATEMENT = "theorem t (a b : Nat) : a + b = b + a"
COMMUTES = Premise(
    name="Nat.add_comm", kind="theorem", type="∀ (n m : ℕ), n + m = m + n", module="Init"
)
LISTED = "theorem Nat.add_comm : ∀ (n m : ℕ), n + m = m + n"


@pytest.fixture
def retriever(tmp_path: Path) -> Retriever:
    path = tmp_path / "index.sqlite"
    build(path, [COMMUTES], {})
    return Retriever(PremiseIndex(path))


def context(server: ScriptedServer, lean: EmbeddedLean, retriever: Retriever | None) -> Context:
    model = client(server)
    return Context(
        model=model,
        judge=model,
        lean=lean,
        portfolio=Portfolio(lean),
        max_rounds=2,
        premises=retriever,
        premises_per_prompt=5,
    )


def proof(term: str) -> str:
    return json.dumps({"proof": f"{STATEMENT} := {term}"})


async def test_the_prover_sees_premises_and_the_nearest_names(
    lean: EmbeddedLean, retriever: Retriever
) -> None:
    with ScriptedServer([proof("Nat.add_com a b"), proof("Nat.add_comm a b")]) as server:
        found = await write_and_repair(
            context(server, lean, retriever), STATEMENT, "import Init", index=0
        )
        first, second = (call.last for call in server.calls)
    assert found.proof.endswith("Nat.add_comm a b")
    assert LISTED in first
    assert "Nat.add_com does not exist. The nearest names that do:\n  theorem" in second


async def test_without_an_index_prompts_are_as_they_were(lean: EmbeddedLean) -> None:
    with ScriptedServer([proof("Nat.add_comm a b")]) as server:
        await write_and_repair(context(server, lean, None), STATEMENT, "import Init", index=0)
        assert "may be of use" not in server.calls[0].last


async def test_no_premises_are_named_where_none_are_asked_for(
    lean: EmbeddedLean, retriever: Retriever
) -> None:
    with ScriptedServer([proof("Nat.add_comm a b")]) as server:
        silent = replace(context(server, lean, retriever), premises_per_prompt=0)
        await write_and_repair(silent, STATEMENT, "import Init", index=0)
        assert "may be of use" not in server.calls[0].last


async def test_the_formalizer_sees_premises_of_the_informal_text(
    lean: EmbeddedLean, retriever: Retriever
) -> None:
    with ScriptedServer([json.dumps({"lean": "", "notes": "enough seen"})]) as server:
        await formalize_graph(prove=False).ainvoke(
            {"informal": "Show that addition commutes.", "name": "t", "header": "import Init"},
            context=context(server, lean, retriever),
        )
        assert LISTED in server.calls[0].last
