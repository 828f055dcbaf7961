"""Finite worlds: found where there are some, not found where there are none, and Lean agrees."""

from __future__ import annotations

import random
from itertools import product
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from proofloop.tools.entailment.form import read_form
from proofloop.tools.entailment.lean_text import HEADER, refutation, statement
from proofloop.tools.entailment.sat import solve
from proofloop.tools.entailment.worlds import countermodel_script, find_world, ground_size
from proofloop.tools.lean.backend import CheckRequest, LeanBackend
from proofloop.tools.lean.portfolio import proof_text
from support.entailment import EATS, FORMS, all_are, event, is_, no, none_are, sentences


@given(st.lists(st.sets(st.integers(-5, 5).filter(bool), min_size=1, max_size=3), max_size=20))
@settings(max_examples=200, deadline=None)
def test_satisfiability_is_that_of_a_truth_table(clauses: list[set[int]]) -> None:
    tables = product([False, True], repeat=5)
    truth = any(
        all(any(table[abs(each) - 1] == (each > 0) for each in clause) for clause in clauses)
        for table in tables
    )
    found = solve(clauses)
    assert (found is not None) == truth
    if found is not None:
        for clause in clauses:
            assert any(found.get(abs(each)) == (each > 0) for each in clause)


def some_eats(who: str, whom: str) -> dict[str, Any]:
    body = {"op": "and", "parts": [is_("apple", "y"), event("eat", agent=who, patient="y")]}
    assert whom == "y"
    return {"op": "some", "var": "y", "body": body}


CASES: list[tuple[dict[str, dict[str, Any]], dict[str, Any], bool]] = [
    ({"s1": FORMS["s1"], "s2": FORMS["s2"]}, FORMS["int1"], True),
    ({"s1": FORMS["s1"], "s3": FORMS["s3"]}, FORMS["hypothesis"], False),
    ({"s1": EATS}, event("eat", agent="tom"), True),
    ({"s1": event("eat", agent="tom")}, EATS, False),
    ({"s1": EATS}, event("eat", agent="apple1", patient="tom"), False),
    ({"s1": some_eats("tom", "y")}, event("eat", agent="tom"), True),
    ({"s1": {"op": "same", "left": "tom", "right": "thomas"}, "s2": EATS},
     event("eat", agent="thomas"), True),
    ({"s1": is_("cat", "tom"), "s2": no(is_("cat", "thomas"))},
     {"op": "same", "left": "tom", "right": "thomas"}, False),
    ({"s1": is_("cat", "tom")}, no({"op": "same", "left": "tom", "right": "thomas"}), False),
    ({"s1": {"op": "either", "left": is_("cat", "tom"), "right": is_("dog", "tom")},
      "s2": is_("cat", "tom")}, no(is_("dog", "tom")), True),
    ({"s1": all_are("cat", "cute")}, {"op": "some", "var": "x", "body": is_("cat", "x")}, False),
    ({"s1": none_are("cat", "dog"), "s2": is_("dog", "tom")}, no(is_("cat", "tom")), True),
]  # fmt: skip


@pytest.mark.parametrize(("given_", "claim", "entailed"), CASES)
async def test_lean_agrees_on_what_is_entailed(
    lean: LeanBackend, given_: dict[str, dict[str, Any]], claim: dict[str, Any], entailed: bool
) -> None:
    hypotheses, form = sentences(**given_), read_form(claim)
    world = find_world(hypotheses, form)
    if entailed:
        assert world is None
        asked = statement(hypotheses, form)
        source = proof_text(asked, "grind")
    else:
        assert world is not None
        asked = refutation(hypotheses, form, name="countermodel")
        source = proof_text(asked, countermodel_script(world, hypotheses, form))
    report = await lean.check(CheckRequest(source=source, statement=asked, header=HEADER))
    assert report.accepted, report.reason


def random_form(chance: random.Random, depth: int) -> dict[str, Any]:
    if depth == 0:
        if chance.random() < 0.3:
            return event("eat", agent=chance.choice(["tom", "x"]), patient="rock")
        return is_(chance.choice(["cat", "dog"]), chance.choice(["tom", "x"]))
    op = chance.choice(["not", "and", "or", "either", "if", "iff"])
    one, other = random_form(chance, depth - 1), random_form(chance, depth - 1)
    if op == "not":
        return no(one)
    if op in ("and", "or"):
        return {"op": op, "parts": [one, other]}
    if op == "if":
        return {"op": op, "given": one, "then": other}
    return {"op": op, "left": one, "right": other}


async def test_worlds_of_random_sentences_are_worlds_for_lean(lean: LeanBackend) -> None:
    """Whatever the search says is a world, Lean evaluates to one: 15 sentences of a seed."""
    chance = random.Random(1)
    sources = []
    for number in range(15):
        quantifier = chance.choice(["all", "some"])
        form = {"op": quantifier, "var": "x", "body": random_form(chance, 2)}
        hypotheses = sentences(s1=form)
        if world := find_world(hypotheses):
            asked = refutation(hypotheses, None, name=f"holds{number}")
            sources.append(proof_text(asked, countermodel_script(world, hypotheses, None)))
    assert len(sources) > 10
    report = await lean.check(CheckRequest(source="\n".join(sources), header=HEADER))
    assert report.accepted, report.reason


def test_contradictory_sentences_have_no_world() -> None:
    assert find_world(sentences(s1=is_("cat", "tom"), s2=no(is_("cat", "tom")))) is None


def test_what_a_search_costs_is_told_before_it_is_made() -> None:
    few = ground_size(sentences(s1=all_are("cat", "cute")), read_form(is_("cute", "tom")))
    pair = {"op": "all", "var": "y", "body": event("eat", agent="x", patient="y")}
    more = sentences(s1=all_are("cat", "cute"), s2={"op": "all", "var": "x", "body": pair})
    assert 0 < few < ground_size(more, read_form(is_("cute", "tom")))
