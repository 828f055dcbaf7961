"""What holds of the graphs that solve by feedback and search: a budget that ends anywhere leaves a
defined result and loses nothing, a judge that is down is no vote, equal attempts are no trouble."""

from __future__ import annotations

import json
import random
from collections import Counter, defaultdict
from functools import partial
from inspect import signature
from pathlib import Path
from typing import Any

import pytest

from proofloop.agents.llm.base import Request
from proofloop.agents.llm.record import RecordedModel
from proofloop.cli.solve import METHOD, note_on
from proofloop.core.budget import Budget, Limits
from proofloop.core.errors import ModelUnavailable, SettingsError
from proofloop.core.journal import Journal
from proofloop.graphs.adaptive import adaptive_graph
from proofloop.graphs.astar import astar_graph
from proofloop.graphs.atom_of_thoughts import atom_of_thoughts_graph
from proofloop.graphs.best_of_n import best_of_n_graph
from proofloop.graphs.catalogue import GRAPHS, SOLVERS, configured
from proofloop.graphs.context import Context
from proofloop.graphs.empirical_mcts import empirical_mcts_graph
from proofloop.graphs.iad import iad_graph
from proofloop.graphs.particles import particles_graph
from proofloop.graphs.pdr import pdr_graph
from proofloop.graphs.refine import refine_graph
from proofloop.graphs.rtv_pdr import rtv_pdr_graph
from proofloop.graphs.runner import GraphFactory, run_resumable
from proofloop.graphs.self_consistency import self_consistency_graph
from proofloop.graphs.solve_detect_verify import solve_detect_verify_graph
from proofloop.graphs.tmas import tmas_graph
from support.simulated_model import Role, SimulatedModel, attempt

METHODS: dict[str, GraphFactory] = {
    "refine": lambda saver: refine_graph(saver, rounds=3, reviewed=True, votes=2),
    "astar": lambda saver: astar_graph(saver, k=3, steps=5, expansions=24),
    "tmas": lambda saver: tmas_graph(saver, n=3, votes=2, rounds=3, epsilon=0.5),
    "empirical_mcts": lambda saver: empirical_mcts_graph(saver, iterations=4),
    "self_consistency": lambda saver: self_consistency_graph(saver, n=5),
    "best_of_n": lambda saver: best_of_n_graph(saver, n=4, votes=2),
    "iad": lambda saver: iad_graph(saver, k=3, rounds=3),
    "pdr": lambda saver: pdr_graph(saver, rounds=(4, 2, 1), distill="top-k"),
    "rtv_pdr": lambda saver: rtv_pdr_graph(saver, n=5, k=2, votes=3),
    "particles": lambda saver: particles_graph(saver, n=4, steps=6),
    "adaptive": lambda saver: adaptive_graph(saver, rule="optscale", n=12),
    "adaptive_by_itself": lambda saver: adaptive_graph(saver, rule="self-evaluation", n=6),
    "solve_detect_verify": lambda saver: solve_detect_verify_graph(saver, k=3),
    "atom_of_thoughts": lambda saver: atom_of_thoughts_graph(saver, steps=2),
}


def said(value: Any) -> Role:
    text = value if isinstance(value, str) else json.dumps(value)
    return lambda request, rng: text


def drawn(request: Request, rng: random.Random) -> str:
    return attempt(rng.random() < 0.5, rng)


def rating(request: Request, rng: random.Random) -> str:
    return json.dumps({"rating": rng.randint(1, 9), "reasons": "so"})


def lesson(request: Request, rng: random.Random) -> str:
    scores = {"first": rng.randint(1, 10), "second": rng.randint(1, 10)}
    return json.dumps(scores | {"experiences": ["count twice"], "guidance": f"way {rng.random()}"})


def step(request: Request, rng: random.Random) -> str:
    """The last of four steps has the answer."""
    last = len(request.inputs["steps"]) == 3  # type: ignore[arg-type]
    return drawn(request, rng).split("\n")[-1] if last else f"step {rng.randint(1, 5)}"


CHAIN = [
    {"question": f"{number}?", "answer": "6", "depends": [number] * (number > 0)}
    for number in range(3)
]

ROLES: dict[str, Role] = {
    "solver": drawn,
    "reviser": drawn,
    "stepper": step,
    "rater": rating,
    "summarizer": said({"progress": ["it is even"], "outcome": "incomplete"}),
    "experience": said({"conclusions": ["it is even"], "failures": ["it was taken to be odd"]}),
    "strategist": said({"strategy": "induction"}),
    "mentor": lesson,
    "librarian": said({"operations": [{"op": "add", "text": "count twice"}]}),
    "reviewer": said("step 1 does not hold"),
    "comparer": lambda request, rng: json.dumps({"best": rng.randint(1, 2)}),
    "self_evaluator": lambda request, rng: rng.choice(["Yes", "No"]),
    "completeness": said("No"),
    "step_verifier": lambda request, rng: json.dumps({"first_error": rng.randint(0, 1)}),
    "decomposer": said({"questions": CHAIN}),
    "contractor": lambda request, rng: f"simpler {rng.randint(1, 99)}",
    "fuser": drawn,
}
STEPWISE = ("astar", "particles")
SOLVING = ("solver", "reviser", "stepper")


async def run(
    method: str, folder: Path, model: SimulatedModel, calls: int | None = None
) -> tuple[dict[str, Any], Counter[str]]:
    """The last state, and the calls that were made for it in this session by their requests."""
    journal = Journal(folder / "journal.jsonl")
    model.seen.clear()
    recorded = RecordedModel(model, journal, Budget(Limits(calls=calls)))
    context = Context(model=recorded, judge=recorded, seed=3)
    state = await run_resumable(
        METHODS[method], {"problem": "?"}, context, folder / "checkpoints.sqlite", thread="main"
    )
    journal.close()
    return state, Counter(request.model_dump_json() for request in model.seen)


@pytest.mark.parametrize("method", METHODS)
async def test_a_budget_may_end_anywhere_and_nothing_is_paid_twice(
    method: str, tmp_path: Path
) -> None:
    (tmp_path / "whole").mkdir()
    whole, asked = await run(method, tmp_path / "whole", SimulatedModel(ROLES))
    assert whole["answer"] in ("right", "wrong")
    assert "partial" not in whole
    for calls in range(1, asked.total(), 1 + asked.total() // 12):
        folder = tmp_path / str(calls)
        folder.mkdir()
        model = SimulatedModel(ROLES)
        part, before = await run(method, folder, model, calls)
        assert "budget" in part["partial"]
        if method in STEPWISE:  # perhaps no line is complete yet
            assert part.get("answer", "") in ("right", "wrong", "")
        else:
            assert part["answer"] in ("right", "wrong")
        assert before.total() == calls
        done, after = await run(method, folder, model)
        assert (done["answer"], done["solution"]) == (whole["answer"], whole["solution"])
        assert before + after == asked


@pytest.mark.parametrize("method", METHODS)
async def test_the_same_seed_is_the_same_run_and_a_finished_one_asks_nothing(
    method: str, tmp_path: Path
) -> None:
    first, second = tmp_path / "1", tmp_path / "2"
    first.mkdir()
    second.mkdir()
    one, asked = await run(method, first, SimulatedModel(ROLES))
    two, same = await run(method, second, SimulatedModel(ROLES))
    assert (one, asked) == (two, same)
    again, nothing = await run(method, first, SimulatedModel(ROLES))
    assert again == one
    assert nothing.total() == 0


@pytest.mark.parametrize("words", ["I cannot say", '{"rating": null, "reasons": ""}', "{}"])
@pytest.mark.parametrize("method", METHODS)
async def test_a_judge_that_says_nothing_readable_leaves_an_answer(
    method: str, words: str, tmp_path: Path
) -> None:
    roles = ROLES | {role: said(words) for role in ROLES if role not in SOLVING}
    state, _ = await run(method, tmp_path, SimulatedModel(roles))
    assert state["answer"] in ("right", "wrong")


JUDGING = ("rater", "comparer", "mentor", "step_verifier", "fuser", "self_evaluator")
UNJUDGED = ("self_consistency",)


def down(request: Request, rng: random.Random) -> str:
    raise ModelUnavailable(f"the {request.role} is down")


@pytest.mark.parametrize("method", METHODS)
async def test_a_judge_that_always_fails_leaves_an_answer_and_is_told(
    method: str, tmp_path: Path
) -> None:
    model = SimulatedModel(ROLES | dict.fromkeys(JUDGING, down))
    state, _ = await run(method, tmp_path, model)
    assert state["answer"] in ("right", "wrong")
    assert "partial" not in state
    said = note_on(state)
    asked = any(model.calls[role] for role in JUDGING)
    assert asked is (method not in UNJUDGED)
    assert ("no readable" in said or "is down" in said) is asked
    assert "\n" not in said


@pytest.mark.parametrize("method", METHODS)
async def test_a_solver_that_always_fails_ends_it_with_its_word(
    method: str, tmp_path: Path
) -> None:
    model = SimulatedModel(ROLES | dict.fromkeys(SOLVING, down))
    with pytest.raises(ModelUnavailable, match="is down"):
        await run(method, tmp_path, model)


@pytest.mark.parametrize("method", METHODS)
async def test_solutions_without_an_answer_are_no_answer_and_that_is_told(
    method: str, tmp_path: Path
) -> None:
    words = {role: said("I cannot solve it") for role in (*SOLVING, "fuser")}
    model = SimulatedModel(ROLES | words | {"completeness": said("nothing to conclude")})
    state, _ = await run(method, tmp_path, model)
    assert state.get("answer", "") == ""
    assert note_on(state).startswith("no answer is marked in the chosen solution")


ONE: dict[str, dict[str, Any]] = {
    "self_consistency": {"n": 1},
    "best_of_n": {"n": 1},
    "refine": {"rounds": 0},
    "iad": {"k": 1, "rounds": 1},
    "particles": {"n": 1, "steps": 4},
    "astar": {"k": 1, "frontier": 1},
    "adaptive": {"n": 1, "width": 1},
    "solve_detect_verify": {"k": 1, "rounds": 0},
    "atom_of_thoughts": {"steps": 1},
    "pdr": {"rounds": [1]},
    "rtv_pdr": {"n": 1, "k": 1, "votes": 1},
    "tmas": {"n": 1, "votes": 1, "rounds": 1},
    "empirical_mcts": {"iterations": 0},
}


@pytest.mark.parametrize("method", SOLVERS)
async def test_one_attempt_is_enough_for_an_answer(method: str) -> None:
    model = SimulatedModel(ROLES)
    state = await GRAPHS[method](**ONE[method]).ainvoke({"problem": "?"}, context=model.context())
    assert state["answer"] in ("right", "wrong")


@pytest.mark.parametrize(("n", "k", "group"), [(5, 2, 3), (7, 3, 2), (3, 8, 4), (6, 1, 5)])
async def test_attempts_need_not_fill_the_groups_of_a_tournament(
    n: int, k: int, group: int
) -> None:
    model = SimulatedModel(ROLES)
    graph = rtv_pdr_graph(n=n, k=k, group=group, votes=2)
    state = await graph.ainvoke({"problem": "?"}, context=model.context())
    assert state["answer"] in ("right", "wrong")
    assert len(state["selections"][-1]["ranking"]) == n


@pytest.mark.parametrize("method", METHODS)
async def test_attempts_that_are_all_the_same_are_one_answer(method: str, tmp_path: Path) -> None:
    roles = ROLES | {role: said("so it is\n\nAnswer: 4") for role in SOLVING}
    state, _ = await run(method, tmp_path, SimulatedModel(roles))
    assert state["answer"] == "4"


@pytest.mark.parametrize("name", SOLVERS)
@pytest.mark.parametrize("value", ["0", "-1", "nan", "word", "[]"])
async def test_an_option_that_cannot_be_is_refused_before_anything_is_asked(
    name: str, value: str
) -> None:
    class Asked(Exception):
        pass

    def asks(request: Request, rng: random.Random) -> str:
        raise Asked

    for option in signature(GRAPHS[name]).parameters.values():
        if option.kind is not option.KEYWORD_ONLY or isinstance(option.default, str):
            continue
        try:
            graph = configured(name, {option.name: value})()
        except SettingsError as error:
            assert name in str(error)
            continue
        model = SimulatedModel(defaultdict(lambda: asks))
        with pytest.raises(Asked):  # it is a value that the graph can work with
            await graph.ainvoke({"problem": "?"}, context=model.context())


def test_options_are_read_as_json_or_plain_words() -> None:
    given = {"rounds": "[3, 1]", "distill": "top-k", "k": "2"}
    made = configured("pdr", given)
    assert isinstance(made, partial)
    assert made.keywords == {"rounds": [3, 1], "distill": "top-k", "k": 2}
    with pytest.raises(SettingsError, match=r"astar has no option 'q'; it has k=4, frontier=32"):
        configured("astar", {"q": "1"})


def test_the_help_of_solve_names_every_method() -> None:
    named = str(METHOD.help).replace(" or ", ", ").rstrip(".").split(", ")
    assert sorted(named) == sorted(SOLVERS)
