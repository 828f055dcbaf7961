"""Summaries of real runs: several graphs, killed ones, and one longer than a prompt may be."""

from __future__ import annotations

import asyncio
import json
import os
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from proofloop.agents.extractor import extract
from proofloop.agents.llm.tokens import estimate_prompt, estimate_tokens
from proofloop.agents.summarizer import PIECE_TOKENS, PROBLEM_TOKENS, PROMPT, summarize
from proofloop.core.errors import InputError
from proofloop.core.journal import Journal
from proofloop.core.settings import Settings, load_settings
from proofloop.core.trajectory import Step, Trajectory
from proofloop.graphs.context import DEFAULT_HEADER
from proofloop.graphs.formalize import formalize_graph
from proofloop.graphs.prove_whole import prove_whole_graph
from proofloop.summaries import RunSummary, summarize_run
from proofloop.tools.lean.embedded.backend import EmbeddedLean
from support import solving
from support.forked import Forked, run_forked
from support.formalizing import GOOD, WRONG_TYPE, Formalizer, judge_answer, lean_answer
from support.openai_server import Call, Fail, Hang, Item, Say, ScriptedServer
from support.proving import Prover
from support.simulated_model import SimulatedModel

OFFLINE = load_settings({"model": "offline"})


async def summarized(
    folder: Path, settings: Settings = OFFLINE, most_tokens: int = 1000, into: Path | None = None
) -> RunSummary:
    (found,) = await asyncio.to_thread(
        summarize_run, folder, settings=settings, most_tokens=most_tokens, into=into
    )
    return found


def endpoint(server: ScriptedServer) -> Settings:
    return load_settings(
        {"model": "tiny", "base_url": server.base_url, "api_key": "k", "sampling": {"attempts": 1}}
    )


async def test_a_formalization_tells_what_was_refused_and_what_was_kept(
    lean: EmbeddedLean, tmp_path: Path
) -> None:
    answers = [lean_answer(WRONG_TYPE), lean_answer(GOOD), judge_answer(True, "the same claim")]
    with ScriptedServer(lambda call: answers[call.number]) as server:
        await Formalizer(lean, tmp_path).run(formalize_graph, server)
    found = await summarized(tmp_path)
    assert found.summary.outcome == "success"  # a statement was asked for, and no proof
    assert {"asked the formalizer (2 times)", "asked the judge (once)"} == set(
        found.summary.decisions
    )
    assert any("Even (a + b)" in item for item in found.summary.progress)
    assert any(item.startswith("rejected (once)") for item in found.summary.failures)
    assert found.problem.startswith("Show that the sum")


async def test_a_proof_and_the_lack_of_one(lean: EmbeddedLean, tmp_path: Path) -> None:
    def script(call: Call) -> Item:
        claim = "a = b" if "theorem s" in call.last else "a + b = b + a"
        name = "s" if "theorem s" in call.last else "t"
        return json.dumps({"proof": f"theorem {name} (a b : Nat) : {claim} := by\n  omega"})

    for name, claim, outcome in (("t", "a + b = b + a", "success"), ("s", "a = b", "failure")):
        folder = tmp_path / name
        with ScriptedServer(script) as server:
            await Prover(lean, folder)(
                prove_whole_graph,
                server,
                f"theorem {name} (a b : Nat) : {claim}",
                header=DEFAULT_HEADER,
                max_rounds=2,
            )
        found = await summarized(folder)
        assert found.summary.outcome == outcome
        proved = any(item.startswith("accepted by") for item in found.summary.progress)
        assert proved is (outcome == "success")
        assert bool(found.summary.failures) is (outcome == "failure")


def solver_run(graph: str, options: str, server: ScriptedServer, folder: Path) -> list[str]:
    return [solving.__file__, graph, options, server.base_url, str(folder)]


def test_a_killed_run_is_incomplete_and_a_finished_one_has_its_answer(tmp_path: Path) -> None:
    hang = [True]

    def script(call: Call) -> Item:
        if call.number == 1 and hang[0]:
            return Hang()
        return Say(["Answer: 42"] * call.n)

    with ScriptedServer(script) as server:
        environment = os.environ | {"OPENAI_API_KEY": "k"}
        command = solver_run("refine", "{}", server, tmp_path)
        process = Forked(command, environment=environment)
        assert server.wait_until(lambda calls: len(calls) == 2)
        process.kill()
        (before,) = summarize_run(tmp_path, settings=OFFLINE)
        assert (before.task, before.summary.outcome) == ("main", "incomplete")
        assert before.summary.hypotheses == ("answer: 42 (once)",)
        hang[0] = False
        run_forked(command, environment=environment).check_returncode()
    (after,) = summarize_run(tmp_path, settings=OFFLINE)
    assert after.summary.outcome == "success"
    assert after.problem == "What is 6 * 7?"


def long_run(folder: Path, steps: int = 60) -> int:
    """A run whose trajectory is larger than a prompt of the summarizer; its tokens."""
    journal = Journal(folder / "journal.jsonl")
    total = 0
    for number in range(steps):
        text = f"attempt {number}: " + "some words of reasoning " * 80 + f"\nAnswer: {number % 3}"
        total += estimate_tokens(text)
        request = {"role": "solver", "messages": []}
        journal.append("model", request=request, reply={"text": text})
    journal.close()
    return total


NOTES = {
    "hypotheses": ["the sum is even"] * 5,
    "decisions": ["tried small cases " * 20] * 30,
    "failures": ["induction without the stronger claim"],
    "outcome": "success",
}


async def test_a_trajectory_larger_than_a_prompt_is_read_in_pieces_within_the_bound(
    tmp_path: Path,
) -> None:
    tokens = long_run(tmp_path / "run")
    assert tokens > 4 * PIECE_TOKENS
    with ScriptedServer(lambda call: json.dumps(NOTES)) as server:
        found = await summarized(tmp_path / "run", endpoint(server), 300, tmp_path / "into")
        prompts = [json.dumps(call.body["messages"]) for call in server.calls]
        again = await summarized(tmp_path / "run", endpoint(server), 300, tmp_path / "into")
    assert len(prompts) > tokens // PIECE_TOKENS
    assert all(estimate_tokens(prompt) < PIECE_TOKENS + 1500 for prompt in prompts)
    assert all(f"attempt {n}:" in "".join(prompts) for n in range(60))
    assert "the sum is even" in prompts[1]  # each piece reads the notes so far
    assert found.tokens == estimate_tokens(found.summary.render()) <= 300
    assert found.summary.failures == tuple(NOTES["failures"])
    assert not found.summary.extracted
    assert found.summary.outcome == "incomplete"  # what the run shows, not what the model says
    assert again == found
    assert len(server.calls) == len(prompts)  # its calls are in a journal of its own


@pytest.mark.parametrize("answer", ["not what was asked for", Fail(500)])
async def test_where_the_model_fails_the_events_speak_and_it_is_said(
    tmp_path: Path, answer: Item
) -> None:
    long_run(tmp_path / "run", steps=3)
    with ScriptedServer(lambda call: answer) as server:
        found = await summarized(tmp_path / "run", endpoint(server), 300, tmp_path / "into")
    assert found.summary.extracted
    assert found.summary.hypotheses == tuple(f"answer: {n} (once)" for n in range(3))
    assert found.note.startswith("no summary from the model")


def test_what_is_no_run_is_said_in_one_line(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no run"):
        summarize_run(tmp_path, settings=OFFLINE)
    long_run(tmp_path, steps=1)
    with pytest.raises(InputError, match="no task 'x'"):
        summarize_run(tmp_path, tasks=["x"], settings=OFFLINE)
    with pytest.raises(InputError, match="at least 20 tokens"):
        summarize_run(tmp_path, most_tokens=3, settings=OFFLINE)


async def test_an_empty_journal_is_an_empty_summary(tmp_path: Path) -> None:
    (tmp_path / "journal.jsonl").touch()
    found = await summarized(tmp_path)
    assert found.summary.render() == "Outcome: incomplete"
    assert (found.task, found.steps) == ("", 0)


STEPS = st.lists(
    st.builds(
        Step,
        action=st.text(max_size=60) | st.just("asked the solver"),
        observation=st.text(max_size=400) | st.text(max_size=20).map("Answer: {} ".format),
        data=st.sampled_from(
            [
                None,
                {"kind": "model", "role": "solver"},
                {"kind": "model", "role": "solver", "error": "ModelMalformed"},
                {"kind": "lean", "accepted": True, "source": "theorem t : 1 = 1 := rfl"},
                {"kind": "lean", "accepted": False, "reason": "é" * 300, "source": "x"},
                {"kind": "verdict"},
                {"kind": "open"},
                {"kind": "end", "lines": ["answer: " + "∑" * 500]},
            ]
        ),
    ),
    max_size=30,
)
NOTE = st.lists(st.text(max_size=200), max_size=20).map(tuple)


@settings(max_examples=150, deadline=None)
@given(STEPS, st.integers(20, 400))
def test_what_is_extracted_is_never_over_the_bound(steps: list[Step], most: int) -> None:
    found = extract(Trajectory(task_id="", steps=tuple(steps)), most_tokens=most)
    assert estimate_tokens(found.render()) <= most


@settings(max_examples=50, deadline=None)
@given(st.text(max_size=200), STEPS, st.integers(1, 60), NOTE, NOTE, NOTE)
def test_neither_a_prompt_nor_a_summary_of_the_model_is_over_its_bound(
    problem: str, steps: list[Step], times: int, decisions: Any, failures: Any, lessons: Any
) -> None:
    written = {"decisions": decisions, "failures": failures, "lessons": lessons}
    model = SimulatedModel(
        {"summarizer": lambda request, rng: json.dumps(written | {"outcome": "success"})}
    )
    trajectory = Trajectory(task_id="", steps=tuple(steps * times))
    made = asyncio.run(
        summarize(model, problem * times * 10, trajectory, piece_tokens=300, most_tokens=100)
    )
    assert estimate_tokens(made.render()) <= 100
    templates = estimate_tokens("".join(PROMPT.parts.values()))
    for request in model.seen:
        assert estimate_prompt(request) <= templates + PROBLEM_TOKENS + 300 + 100 + 20
    shown = "".join(request.messages[-1].content for request in model.seen)
    assert all(step.action[:20] in shown for step in steps)
