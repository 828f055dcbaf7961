"""A scripted vision model for the cart of the bundled figures, and answers to put in its place."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from proofloop.graphs.mmformalize import HEADER
from support.formalizing import judge_answer, system
from support.openai_server import Call, Item

FIGURES = Path(__file__).parents[2] / "datasets" / "samples" / "figures"
TEXT = (
    "The cart in the figure is pulled along a level track by the force F, against the friction f."
    " Show that its acceleration a is (F - f) / m."
)
INPUTS = {
    "informal": TEXT,
    "name": "cart",
    "header": HEADER,
    "images": [str(FIGURES / "cart.png")],
}
SCENE = {
    "primitives": [
        {"id": "cart", "kind": "body", "hypothesis": "a cart of mass m"},
        {"id": "F", "kind": "force", "hypothesis": "a horizontal force to the right"},
        {"id": "f", "kind": "force", "hypothesis": "a horizontal force to the left"},
    ],
    "relations": [
        {"subject": "F", "relation": "acts on", "object": "cart"},
        {"subject": "f", "relation": "acts on", "object": "cart"},
    ],
}
LAW = "the net force on the cart is its mass times its acceleration"


def ends(decision: str, lean: str) -> str:
    return json.dumps({"decision": decision, "lean": lean})


def parts(*phrases: str, names: Sequence[str] = ()) -> str:
    named = names or [phrase.split()[-1] for phrase in phrases]
    children = [{"name": n, "phrase": p} for n, p in zip(named, phrases, strict=True)]
    return json.dumps({"decision": "decompose", "children": children})


def lean(text: str) -> str:
    return json.dumps({"lean": text})


FORCE, FRICTION = "the pulling force F", "the friction f"
MASS, ACCELERATION = "the mass m of the cart", "the acceleration a"
GROUND = {
    TEXT: parts(LAW, ACCELERATION, names=["law", "acceleration"]),
    LAW: parts(
        FORCE, FRICTION, MASS, ACCELERATION, names=["pull", "friction", "mass", "acceleration"]
    ),
    FORCE: ends("dimension", "Dim.force"),
    FRICTION: ends("dimension", "Dim.force"),
    MASS: ends("dimension", "Dim.mass"),
    ACCELERATION: ends("dimension", "Dim.acceleration"),
}
BINDERS = "(F f : Quantity ℝ Dim.force) (m : Quantity ℝ Dim.mass) (a : Quantity ℝ Dim.acceleration)"
DEFINITION = f"def cart_law {BINDERS} : Prop := F - f = m * a"
THEOREM = f"theorem cart {BINDERS} (hm : 0 < m) (h : cart_law F f m a) : a = (F - f) / m"
COMPOSE = {LAW: lean(DEFINITION), TEXT: lean(THEOREM)}
# The other figure: geometry, by coordinates.
TRIANGLE = "In the triangle of the figure the lengths of two sides are given. Show that c ^ 2 = 25."
ANGLE, SQUARE, POINT = "the angle at C is right", "the square of a distance", "a point of the plane"
TRIANGLE_THEOREM = (
    "theorem right_triangle (A B C : ℝ × ℝ) (c : ℝ) (h : right_triangle_angle A B C)"
    " (b : right_triangle_square A C = 3 ^ 2) (a : right_triangle_square B C = 4 ^ 2)"
    " (hc : c ^ 2 = right_triangle_square A B) : c ^ 2 = 25"
)
TRIANGLE_INPUTS = INPUTS | {
    "informal": TRIANGLE,
    "name": "right_triangle",
    "images": [str(FIGURES / "right_triangle.png")],
}


def triangle() -> dict[tuple[str, str], list[str]]:
    """What a model says of it."""
    point = parts(POINT, names=["point"])
    angle = (
        "def right_triangle_angle (A B C : ℝ × ℝ) : Prop :="
        " (A.1 - C.1) * (B.1 - C.1) + (A.2 - C.2) * (B.2 - C.2) = 0"
    )
    square = "def right_triangle_square (P Q : ℝ × ℝ) : ℝ := (P.1 - Q.1) ^ 2 + (P.2 - Q.2) ^ 2"
    return {
        ("ground", TRIANGLE): [parts(ANGLE, SQUARE, names=["angle", "square"])],
        ("ground", ANGLE): [point],
        ("ground", SQUARE): [point],
        ("ground", POINT): [ends("axiom", "Prod")],
        ("compose", ANGLE): [lean(angle)],
        ("compose", SQUARE): [lean(square)],
        ("compose", TRIANGLE): [lean(TRIANGLE_THEOREM)],
    }


ROLES = {
    "You read figures": "scene",
    "You ground": "ground",
    "You compose": "compose",
    "You check formalizations": "check",
    "You prove": "prove",
}


def role_of(call: Call) -> str:
    words = system(call)
    return next((role for start, role in ROLES.items() if words.startswith(start)), "judge")


def text_of(call: Call) -> str:
    """The words of the last message, which may show images as well."""
    content = call.body["messages"][-1]["content"]
    return str(content if isinstance(content, str) else content[0]["text"])


def phrase_of(call: Call) -> str:
    content = call.body["messages"][1]["content"]
    text = content if isinstance(content, str) else content[0]["text"]
    return str(text).rpartition("<proposition>\n")[2].partition("\n</proposition>")[0]


def images_of(call: Call) -> list[str]:
    content = call.body["messages"][-1]["content"]
    return [] if isinstance(content, str) else [each["image_url"]["url"] for each in content[1:]]


class Cart:
    """``instead`` has answers by (role, phrase), in their order, the last of them for ever; the
    phrase of a scene and of a judge is ""."""

    def __init__(self, instead: Mapping[tuple[str, str], Sequence[Item]] | None = None) -> None:
        self.instead = dict(instead or {})
        self.seen: Counter[tuple[str, str]] = Counter()
        self.calls: list[tuple[str, str, Call]] = []

    def __call__(self, call: Call) -> Item:
        role = role_of(call)
        phrase = phrase_of(call) if role in ("ground", "compose", "check") else ""
        self.calls.append((role, phrase, call))
        number = self.seen[role, phrase]
        self.seen[role, phrase] += 1
        if answers := self.instead.get((role, phrase)):
            return answers[min(number, len(answers) - 1)]
        return self.usual(role, phrase)

    def usual(self, role: str, phrase: str) -> Item:
        if role == "scene":
            return json.dumps(SCENE)
        if role == "ground":
            return GROUND[phrase]
        if role == "compose":
            return COMPOSE[phrase]
        return judge_answer(True)

    def of(self, role: str) -> list[Call]:
        return [call for each, _, call in self.calls if each == role]


def chain_of(state: Mapping[str, Any]) -> dict[str, str]:
    """The kind of each proposition."""
    return {name: each["kind"] for name, each in state["chain"].items()}
