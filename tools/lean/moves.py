"""Tactics for one goal without a model: what core Lean's automation and the shape of the goal
suggest. They make a proof search run offline, and they stand beside a model's proposals.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice

from proofloop.tools.lean.goals import Goal, Hypothesis
from proofloop.tools.lean.shape import shape_of, split_top
from proofloop.tools.lean.tactics import attempts

# What may finish a goal at once, the cheap before the dear.
FINISHING = ("rfl", "assumption", "omega", "simp_all", "grind", "contradiction")
MOST_AUTOMATION = 24  # of the portfolio's tactics
LONGEST = 200  # characters of one of these: the long ones take seconds
MOST_OF_A_KIND = 4  # hypotheses or variables that one kind of move is made for
_NUMBER = {"ℕ", "Nat", "ℤ", "Int", "ℚ", "Rat"}
_WRITTEN = re.compile(r"[^\W\d][\w'!?]*")
_EQUATION = re.compile(r"(?<![≤<≥>≠:!])=(?![=>])")


def moves(goal: Goal) -> list[str]:
    """Tactics to try on ``goal``, the likeliest first; each leaves only names that can be
    written."""
    fresh = _fresh([each.name for each in goal.hypotheses])
    named = [each for each in goal.hypotheses if _WRITTEN.fullmatch(each.name)]
    found = [
        *FINISHING,
        *_on_target(goal.target, fresh, named),
        *_on_hypotheses(named, fresh),
        *_on_variables(named, fresh),
        "simp",
        "simp at *",
        "exfalso",
        *_automation(goal, named),
    ]
    return list(dict.fromkeys(found))


def _on_target(target: str, fresh: str, named: list[Hypothesis]) -> Iterator[str]:
    text = target.strip()
    if text.startswith(("∀", "¬")) or len(split_top(text, "→")) > 1 or "≠" in text:
        yield f"intro {fresh}"
        return
    if text.startswith("∃"):
        numbers = [each.name for each in named if each.type in _NUMBER]
        for witness in ["0", "1", "2", *reversed(numbers[-MOST_OF_A_KIND:])]:
            yield f"refine ⟨{witness}, ?_⟩"
    if len(split_top(text, "∨")) > 1:
        yield from ("left", "right")
    elif len(split_top(text, "∧")) > 1 or len(split_top(text, "↔")) > 1:
        yield "constructor"
    if text.startswith("if ") or " if " in text or "match " in text:
        yield "split"
    if "fun " in text and _EQUATION.search(text):
        yield f"funext {fresh}"


def _on_hypotheses(named: list[Hypothesis], fresh: str) -> Iterator[str]:
    facts = [each for each in reversed(named) if each.type not in _NUMBER]
    for fact in facts:
        kind = fact.type.strip()
        if kind.startswith("∃") or _parts(kind, "∧"):
            yield f"obtain ⟨{fresh}, {fact.name}⟩ := {fact.name}"
        elif _parts(kind, "∨"):
            yield f"rcases {fact.name} with {fact.name} | {fact.name}"
        elif _parts(kind, "↔"):
            yield f"rw [{fact.name}]"
        elif kind.startswith("¬"):
            yield f"apply {fact.name}"
    rules = [each for each in facts if each.type.startswith("∀") or _parts(each.type, "→")]
    for rule in islice(rules, MOST_OF_A_KIND):
        yield f"apply {rule.name}"
        for term in islice(reversed(named), MOST_OF_A_KIND):
            if term is not rule and term not in rules:
                yield f"have {fresh} := {rule.name} {term.name}"
    equations = [each for each in facts if _EQUATION.search(each.type)]
    for equation in islice(equations, MOST_OF_A_KIND):
        name = equation.name
        if not equation.type.startswith("∀"):
            yield f"subst {name}"
        yield from (f"rw [{name}]", f"rw [← {name}]", f"simp only [{name}] at *")


def _on_variables(named: list[Hypothesis], fresh: str) -> Iterator[str]:
    for each in islice((each for each in named if each.type in {"ℕ", "Nat"}), MOST_OF_A_KIND):
        n = each.name
        yield f"induction {n} with\n| zero => ?_\n| succ {n} {fresh} => ?_"
        yield f"cases {n} with\n| zero => ?_\n| succ {n} => ?_"
    for each in islice((each for each in named if each.type.startswith("List ")), MOST_OF_A_KIND):
        xs = each.name
        yield f"induction {xs} with\n| nil => ?_\n| cons x {xs} {fresh} => ?_"
        yield f"cases {xs} with\n| nil => ?_\n| cons x {xs} => ?_"
    for each in islice((each for each in named if each.type == "Bool"), MOST_OF_A_KIND):
        yield f"cases {each.name}"


def _automation(goal: Goal, named: list[Hypothesis]) -> Iterator[str]:
    """What the portfolio would try on the goal as a theorem."""
    binders = " ".join(f"({each.name} : {each.type})" for each in named if each.value is None)
    tactics = attempts(shape_of(f"theorem goal {binders} : {goal.target}"))
    short = (each.script for each in tactics if len(each.script) <= LONGEST and not each.search)
    yield from islice(short, MOST_AUTOMATION)


def _parts(text: str, separator: str) -> bool:
    return len(split_top(text, separator)) > 1


def _fresh(taken: list[str]) -> str:
    number = 1
    while f"h{number}" in taken:
        number += 1
    return f"h{number}"
