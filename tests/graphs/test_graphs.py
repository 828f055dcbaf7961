"""What holds of every graph: listed, drawn, served, usable as a part of another graph."""

import json
from pathlib import Path
from typing import Any, TypedDict

import pytest
from langgraph.graph import END, START, StateGraph
from langgraph.graph.state import CompiledStateGraph

from proofloop.agents.llm.base import Request
from proofloop.agents.llm.factory import open_model
from proofloop.core.errors import SettingsError
from proofloop.graphs import context as contexts
from proofloop.graphs.catalogue import GRAPHS, summary
from proofloop.graphs.context import Context
from proofloop.graphs.prove_whole import prove_whole_graph
from proofloop.tools.lean.backend import LeanBackend
from proofloop.tools.lean.portfolio import Portfolio

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize("name", GRAPHS)
def test_every_graph_compiles_draws_and_says_what_it_is(name: str) -> None:
    graph = GRAPHS[name]()
    assert graph.name == name
    assert "graph TD" in graph.get_graph(xray=True).draw_mermaid()
    assert len(summary(name)) > 20


@pytest.mark.parametrize("name", GRAPHS)
def test_no_step_of_a_graph_leaves_the_event_loop(name: str) -> None:
    """LangGraph runs what is not ``async def`` in a thread, the ways after a node too."""
    graph = GRAPHS[name]().builder
    steps = [spec.runnable for spec in graph.nodes.values()]
    ways = [way.path for after in graph.branches.values() for way in after.values()]
    assert [step for step in [*steps, *ways] if getattr(step, "func", None)] == []


def test_langgraph_json_names_graphs_that_are_there(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(contexts, "_default", None)
    served = json.loads((ROOT / "langgraph.json").read_text())["graphs"]
    assert set(served) == set(GRAPHS)
    from proofloop import serve

    for name, place in served.items():
        file, variable = place.split(":")
        assert (ROOT / file).samefile(str(serve.__file__))
        assert isinstance(getattr(serve, variable), CompiledStateGraph)
        assert getattr(serve, variable).name == name


@pytest.mark.parametrize("context", [None, {}])
async def test_without_a_context_the_error_says_what_to_pass(
    monkeypatch: pytest.MonkeyPatch, context: Any
) -> None:
    monkeypatch.setattr(contexts, "_default", None)
    with pytest.raises(SettingsError, match="context=Context"):
        await prove_whole_graph().ainvoke(
            {"statement": "theorem t : 1 = 1", "header": ""}, context=context
        )


class Outer(TypedDict, total=False):
    statement: str
    header: str
    proof: str
    said: str


async def test_a_graph_serves_as_a_node_and_streams_its_events(lean: LeanBackend) -> None:
    async def say(state: Outer) -> dict[str, Any]:
        return {"said": f"proved: {bool(state['proof'])}"}

    graph = StateGraph(Outer, context_schema=Context)
    graph.add_node("prove", prove_whole_graph())
    graph.add_node("say", say)
    graph.add_edge(START, "prove")
    graph.add_edge("prove", "say")
    graph.add_edge("say", END)
    model = open_model("offline")
    seen = []
    async for path, update in graph.compile().astream(
        {"statement": "theorem t : 2 + 2 = 4", "header": ""},
        context=Context(model=model, judge=model, lean=lean, portfolio=Portfolio(lean)),
        stream_mode="updates",
        subgraphs=True,
    ):
        assert isinstance(update, dict)
        seen.append((len(path), *update))
    assert seen == [(1, "portfolio"), (0, "prove"), (0, "say")]


async def test_a_model_is_not_asked_while_the_portfolio_can_prove(lean: LeanBackend) -> None:
    class Refusing:
        name = "refusing"

        async def sample(self, request: Request, n: int = 1, *, first: int = 0) -> Any:
            raise AssertionError("a token was spent")

    model: Any = Refusing()
    state = await prove_whole_graph().ainvoke(
        {"statement": "theorem t (a b : Nat) : a + b = b + a", "header": ""},
        context=Context(model=model, judge=model, lean=lean, portfolio=Portfolio(lean)),
    )
    assert state["proof_report"]["accepted"] is True
