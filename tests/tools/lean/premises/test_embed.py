"""Embeddings over a real endpoint on loopback, and their rankings joined with BM25's."""

from __future__ import annotations

from pathlib import Path

import pytest

from proofloop.agents.llm.embeddings import EndpointEmbedder
from proofloop.core.errors import ModelMalformed, ModelRejected, ModelUnavailable
from proofloop.tools.lean.premises.embed import embed_index, fused
from proofloop.tools.lean.premises.index import PremiseIndex, build
from proofloop.tools.lean.premises.premise import Hit, Premise
from proofloop.tools.lean.premises.retrieve import Retriever
from support.llm import KEY, QUICK
from support.openai_server import Drop, Embed, Fail, Raw, ScriptedServer

PREMISES = (
    Premise(name="alpha", kind="theorem", type="P", doc="whales sing below the waves"),
    Premise(name="beta", kind="def", type="Q", doc="foxes run over the hills"),
    Premise(name="gamma", kind="theorem", type="R", doc="whales and foxes sleep"),
)


def embedder(server: ScriptedServer) -> EndpointEmbedder:
    return EndpointEmbedder("vec/1", base_url=server.base_url, api_key=KEY, retry=QUICK)


@pytest.fixture
def small(tmp_path: Path) -> PremiseIndex:
    path = tmp_path / "index.sqlite"
    build(path, PREMISES, {})
    return PremiseIndex(path)


async def test_vectors_are_asked_for_once_and_kept(small: PremiseIndex) -> None:
    with ScriptedServer(lambda call: Embed(), api_key=KEY) as server:
        client = embedder(server)
        first = await embed_index(small, client)
        again = await embed_index(small, client)
        assert len(server.calls) == 1
        [vector] = await client.embed(["whales sing"])
        assert first.nearest(vector, 3)[0] == again.nearest(vector, 3)[0] == 0
        assert [call.path for call in server.calls] == ["/v1/embeddings"] * 2
        await client.aclose()


async def test_both_rankings_are_joined(small: PremiseIndex) -> None:
    with ScriptedServer(lambda call: Embed()) as server:
        client = embedder(server)
        retriever = Retriever(small, client, await embed_index(small, client))
        hits = await retriever.search("whales that sing", 3)
        assert hits[0].premise.name == "alpha"
        only = await retriever.search("foxes", 3, kinds=["def"])
        assert [hit.premise.name for hit in only] == ["beta"]
        retriever.close()
        await client.aclose()


@pytest.mark.parametrize(
    ("item", "error"),
    [
        (Fail(401), ModelRejected),
        (Fail(503, retry_after=0), ModelUnavailable),
        (Drop(), ModelUnavailable),
        (Raw(b"{"), ModelMalformed),
        (Raw(b'{"data": []}'), ModelMalformed),
        (Embed(fewer=1), ModelMalformed),
    ],
)
async def test_faults_are_errors_of_ours_and_leave_no_half_index(
    small: PremiseIndex, tmp_path: Path, item: Fail | Drop | Raw | Embed, error: type[Exception]
) -> None:
    with ScriptedServer(lambda call: item) as server:
        client = embedder(server)
        with pytest.raises(error, match=r"vec/1 at 127\.0\.0\.1"):
            await embed_index(small, client)
        await client.aclose()
    assert names_in(tmp_path) == ["index.sqlite"]


def names_in(folder: Path) -> list[str]:
    return [path.name for path in folder.iterdir()]


def test_fusion_prefers_what_several_rankings_have() -> None:
    hits = {p.name: Hit(premise=p, score=1.0) for p in PREMISES}
    ranked = fused(
        ([hits["alpha"], hits["gamma"]], [hits["beta"], hits["gamma"], hits["alpha"]]), 3
    )
    assert [hit.premise.name for hit in ranked] == ["alpha", "gamma", "beta"]
