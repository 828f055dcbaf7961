"""Particle filters against distributions that can be computed, and steps on the endpoint."""

from __future__ import annotations

import itertools
import json
import random
from collections import Counter
from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import chisquare

from proofloop.core.task import Task
from proofloop.graphs.context import Context
from proofloop.graphs.particle_filter import (
    Particle,
    ParticleFilter,
    effective_size,
    log_odds,
    resample,
    softmax,
)
from proofloop.graphs.particles import particles_graph
from proofloop.graphs.steps import ModelStepper, Partial
from support.expected import SIGMAS
from support.llm import client
from support.openai_server import Call, Item, Say, ScriptedServer
from support.simulated import TASK

LENGTH = 3
PRIOR = {"a": 0.8, "b": 0.2}


class Letters:
    """Writes one letter a step, three in all, by the prior."""

    def __init__(self, seed: int) -> None:
        self.rng = random.Random(seed)
        self.calls = 0

    async def extend(self, task: Task, partials: Sequence[Partial], *, index: int) -> list[Partial]:
        self.calls += len(partials)
        return [
            Partial(
                steps=(*one.steps, self.rng.choices(list(PRIOR), PRIOR.values())[0]),
                done=len(one.steps) + 1 == LENGTH,
            )
            for one in partials
        ]


def reward(steps: Sequence[str]) -> float:
    """Likes a b, and more so a second one right after the first."""
    if steps[-2:] == ("b", "b") or list(steps[-2:]) == ["b", "b"]:
        return 0.9
    return 0.7 if steps[-1] == "b" else 0.4


class Likes:
    async def score(self, task: Task, partials: Sequence[Partial]) -> list[float | None]:
        return [reward(one.steps) for one in partials]


def target() -> dict[str, float]:
    """The prior times the odds of all steps' rewards, not normalised."""
    weights = {}
    for word in itertools.product(PRIOR, repeat=LENGTH):
        weight = 1.0
        for i, letter in enumerate(word):
            s = reward(word[: i + 1])
            weight *= PRIOR[letter] * s / (1 - s)
        weights["".join(word)] = weight
    return weights


class Evidence(Likes):
    """Keeps the product of the mean odds of all rounds: a particle filter's estimate of the
    normalising constant, which has no bias at any number of particles."""

    def __init__(self) -> None:
        self.product = 1.0

    async def score(self, task: Task, partials: Sequence[Partial]) -> list[float | None]:
        rewards = [reward(one.steps) for one in partials]
        self.product *= sum(s / (1 - s) for s in rewards) / len(rewards)
        return list(rewards)


@pytest.mark.parametrize("resampling", ["multinomial", "systematic"])
async def test_the_filter_recovers_the_target_distribution(resampling: str) -> None:
    """With few particles: the weights times the estimated constant have the unnormalised target
    as their exact expectation."""
    runs, masses = 1500, target()
    found = np.zeros((runs, len(masses)))
    for seed in range(runs):
        evidence = Evidence()
        pf = ParticleFilter(Letters(seed), evidence, n=8, steps=8, resampling=resampling)  # type: ignore[arg-type]
        cloud = await pf.run(TASK, random.Random(f"filter {seed}"))  # apart from the letters'
        for particle, weight in zip(cloud.particles, cloud.weights, strict=True):
            place = list(masses).index("".join(particle.partial.steps))
            found[seed, place] += weight * evidence.product
    errors = SIGMAS * found.std(axis=0) / runs**0.5
    assert (abs(found.mean(axis=0) - list(masses.values())) <= errors).all()
    assert (errors < 0.35 * np.array(list(masses.values()))).all()  # the test is not blunt


async def test_gibbs_sweeps_forget_that_there_are_few_particles() -> None:
    """A particle drawn after 24 sweeps of four has the target as its distribution, as far as 200
    draws tell; one of a single sweep of four has not."""

    async def p_value(sweeps: int) -> float:
        masses, runs = target(), 200
        drawn: Counter[str] = Counter()
        for seed in range(runs):
            pf = ParticleFilter(Letters(seed), Likes(), n=4 * sweeps, steps=8, sweeps=sweeps)
            rng = random.Random(f"filter {seed}")  # apart from the letters' own
            cloud = await pf.run(TASK, rng)
            drawn["".join(rng.choices(cloud.particles, cloud.weights)[0].partial.steps)] += 1
        total = sum(masses.values())
        expected = [runs * mass / total for mass in masses.values()]
        return float(chisquare([drawn[word] for word in masses], expected).pvalue)

    assert await p_value(24) > 0.001 > await p_value(1)


async def test_annealing_keeps_more_lines_alive() -> None:
    """One early step looks far better than the others; tempered weights do not let it take all."""

    class Luck:
        async def score(self, task: Task, partials: Sequence[Partial]) -> list[float | None]:
            return [0.999 if one.steps[0] == "b" else 0.3 for one in partials]

    async def survivors(annealed: bool) -> int:
        kept = 0
        for seed in range(60):
            pf = ParticleFilter(
                Letters(seed), Luck(), n=8, steps=8, annealed=annealed, resampling="systematic"
            )
            cloud = await pf.run(TASK, random.Random(seed))
            kept += sum(one.partial.steps[0] == "a" for one in cloud.particles)
        return kept

    assert await survivors(True) > 1.1 * await survivors(False)


async def test_look_ahead_costs_one_more_step_of_each() -> None:
    plain, ahead = Letters(0), Letters(0)
    await ParticleFilter(plain, Likes(), n=8).run(TASK, random.Random(0))
    await ParticleFilter(ahead, Likes(), n=8, look_ahead=True).run(TASK, random.Random(0))
    assert (plain.calls, ahead.calls) == (24, 40)


class Silent:
    async def score(self, task: Task, partials: Sequence[Partial]) -> list[float | None]:
        return [None, float("nan"), 2.0, -1.0][: len(partials)]


async def test_rewards_that_are_none_or_no_number_do_not_break_it() -> None:
    cloud = await ParticleFilter(Letters(0), Silent(), n=4).run(TASK, random.Random(0))
    assert sum(cloud.weights) == pytest.approx(1.0)
    assert log_odds(None) == log_odds(float("nan")) == 0.0


async def test_an_endless_solver_is_stopped_at_the_bound() -> None:
    class Endless:
        async def extend(
            self, task: Task, partials: Sequence[Partial], *, index: int
        ) -> list[Partial]:
            return [Partial(steps=(*one.steps, "on")) for one in partials]

    cloud = await ParticleFilter(Endless(), Likes(), n=2, steps=5).run(TASK, random.Random(0))
    assert {len(one.partial.steps) for one in cloud.particles} == {5}


@given(
    st.lists(st.floats(-30, 30), min_size=1, max_size=20),
    st.integers(1, 40),
    st.sampled_from(["multinomial", "systematic"]),
)
def test_resampling_draws_what_was_asked(weights: list[float], n: int, how: str) -> None:
    probabilities = softmax(weights)
    assert 1 - 1e-9 <= effective_size(probabilities) <= len(weights) + 1e-9
    drawn = resample(probabilities, n, random.Random(0), how)
    assert len(drawn) == n
    assert all(probabilities[i] > 0 for i in drawn)
    if how == "systematic":
        for i, times in Counter(drawn).items():
            assert abs(times - n * probabilities[i]) < 1 + 1e-6


def test_a_cut_particle_has_the_weight_it_had() -> None:
    whole = Particle(partial=Partial(steps=("x", "y"), done=True), trail=(1.0, 2.0))
    assert whole.cut(1) == Particle(partial=Partial(steps=("x",)), trail=(1.0,))
    assert whole.cut(5) is whole


def test_parameters_out_of_range_are_refused() -> None:
    with pytest.raises(ValueError, match="at least"):
        ParticleFilter(Letters(0), Likes(), n=2, sweeps=3)


@pytest.mark.parametrize("continues", [False, True])
async def test_steps_are_asked_for_or_continued(continues: bool) -> None:
    def script(call: Call) -> Item:
        return Say(["first", "Answer: 4"][: call.n] if call.n > 1 else "then\n")

    with ScriptedServer(script) as server:
        model = client(server)
        stepper = ModelStepper(model, continues=continues)
        begun = await stepper.extend(TASK, [Partial(), Partial()], index=0)
        assert [one.done for one in begun] == [False, True]
        (longer,) = await stepper.extend(TASK, [begun[0]], index=0)
        await model.aclose()
    assert longer.steps == ("first", "then")
    last = server.calls[1].body
    assert last["stop"] == ["\n\n"]
    if continues:
        assert last["messages"][-1] == {"role": "assistant", "content": "first\n\n"}
        assert last["continue_final_message"] is True
        assert last["add_generation_prompt"] is False
    else:
        assert "1. first" in last["messages"][-1]["content"]
        assert "continue_final_message" not in last


@pytest.mark.parametrize("entropic", [False, True])
async def test_the_graph_ends_with_the_solution_of_the_highest_weight(entropic: bool) -> None:
    def script(call: Call) -> Item:
        if str(call.body["messages"][0]["content"]).startswith("You rate"):
            return json.dumps({"rating": 9 if "good" in call.last else 2})
        if "good" in call.last or "bad" in call.last:
            answer = "Answer: 1" if "good" in call.last else "Answer: 2"
            return Say([answer] * call.n)
        return Say((["a good step", "a bad step"] * call.n)[: call.n])

    with ScriptedServer(script) as server:
        model = client(server)
        state = await particles_graph(n=4, entropic=entropic).ainvoke(
            {"problem": "?"}, context=Context(model=model, judge=model)
        )
        await model.aclose()
    assert state["answer"] == "1"
    assert state["solution"] == "a good step\n\nAnswer: 1"
    assert sum(state["cloud"]["weights"]) == pytest.approx(1.0)
