"""Figures to theorems: a scripted vision model, the real Lean at every node."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from proofloop.core.budget import Limits
from proofloop.core.errors import InputError, ModelRejected, ModelUnavailable
from proofloop.graphs.mmformalize import HEADER, mmformalize_graph
from proofloop.graphs.runner import run_resumable
from proofloop.tools.lean.premises.premise import Hit, Premise
from support.figures import (
    ACCELERATION,
    BINDERS,
    DEFINITION,
    FIGURES,
    FORCE,
    FRICTION,
    INPUTS,
    LAW,
    MASS,
    POINT,
    SCENE,
    TEXT,
    THEOREM,
    TRIANGLE_INPUTS,
    TRIANGLE_THEOREM,
    Cart,
    chain_of,
    ends,
    images_of,
    lean,
    parts,
    text_of,
    triangle,
)
from support.formalizing import Formalizer, judge_answer, stages
from support.openai_server import Fail, ScriptedServer

CART = (FIGURES / "cart.png").read_bytes()
TEXT_ONLY = INPUTS | {"images": []}


async def run(
    formalizer: Formalizer, cart: Cart, inputs: dict[str, Any] | None = None, **options: Any
) -> dict[str, Any]:
    with ScriptedServer(cart) as server:
        return await formalizer.run(mmformalize_graph, server, inputs=inputs or INPUTS, **options)


async def test_a_figure_becomes_a_theorem_over_its_chain(formalizer: Formalizer) -> None:
    cart = Cart()
    state = await run(formalizer, cart)
    assert (state["status"], state["statement"], state["why"]) == ("consistent", THEOREM, "")
    assert state["header"] == f"{HEADER}\n\n@[simp] {DEFINITION}"
    assert chain_of(state) == {
        "whole": "inner",
        "law": "inner",
        "acceleration": "dimension",
        "pull": "dimension",
        "friction": "dimension",
        "mass": "dimension",
    }
    assert all(each["consistent"] for each in state["chain"].values())
    # The parser and the checker are shown the figure, the others its scene.
    assert all(len(images_of(call)) == 1 for call in (*cart.of("scene"), *cart.of("check")))
    assert not any(images_of(call) for call in (*cart.of("ground"), *cart.of("compose")))
    assert all("F acts on cart" in text_of(call) for call in cart.of("compose"))
    # A part that two need is grounded once, and everything is checked once.
    assert cart.seen["ground", ACCELERATION] == 1
    assert len(cart.of("check")) == len(state["chain"])
    (judge,) = cart.of("judge")
    assert "The figure shows" in text_of(judge) and "def cart_law" in text_of(judge)


async def test_the_theorem_is_proved_in_terms_of_magnitudes(formalizer: Formalizer) -> None:
    with ScriptedServer(Cart()) as server:
        async with formalizer.context(server) as context:
            graph = mmformalize_graph()
            state = await graph.ainvoke(TEXT_ONLY, context=context)
    assert state["prover"] == "portfolio: magnitudes"
    assert state["proof_report"]["accepted"]


async def test_geometry_goes_by_coordinates(formalizer: Formalizer) -> None:
    cart = Cart(triangle())
    with ScriptedServer(cart) as server:
        async with formalizer.context(server) as context:
            state = await mmformalize_graph().ainvoke(TRIANGLE_INPUTS, context=context)
    assert (state["status"], state["statement"]) == ("consistent", TRIANGLE_THEOREM)
    assert state["chain"]["point"]["lean"] == "Prod" and cart.seen["ground", POINT] == 1
    assert state["header"].index("_angle") < state["header"].index("_square")
    assert state["prover"].startswith("portfolio")


async def test_without_a_figure_nothing_is_parsed(formalizer: Formalizer) -> None:
    cart = Cart()
    state = await run(formalizer, cart, TEXT_ONLY)
    assert state["status"] == "consistent" and state["scene"] == {}
    assert not cart.of("scene") and "figure shows" not in text_of(cart.of("ground")[0])


async def test_what_does_not_compile_is_mended_by_what_lean_says(formalizer: Formalizer) -> None:
    wrong = f"def cart_law {BINDERS} : Prop := F - f = m + a"
    cart = Cart({("compose", LAW): [lean(wrong), lean(DEFINITION)]})
    state = await run(formalizer, cart, TEXT_ONLY)
    assert state["status"] == "consistent"
    assert stages(state) == ["lean"]
    assert "law: " in state["rejected"][0]["feedback"]
    shown = [text_of(call) for call in cart.of("compose") if LAW in text_of(call)]
    assert "HAdd (Quantity ℝ Dim.mass) (Quantity ℝ Dim.acceleration)" in shown[1]


async def test_wrong_dimensions_to_the_cap_end_it_with_the_node(formalizer: Formalizer) -> None:
    wrong = f"def cart_law {BINDERS} : Prop := F - f = m"
    state = await run(formalizer, Cart({("compose", LAW): [lean(wrong)]}), TEXT_ONLY)
    assert state["status"] == "exhausted" and stages(state) == ["lean"] * 3
    assert (state["failed"]["node"], state["failed"]["stage"]) == ("law", "lean")
    assert "Quantity ℝ Dim.mass" in state["failed"]["feedback"]
    assert state["why"].startswith(f"law ({LAW}) failed at lean after 3 attempts")
    assert "statement" not in state and state["header"] == HEADER


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (f"axiom cart_law {BINDERS} : F - f = m * a", "it has to be one definition"),
        (f"{DEFINITION}\naxiom cheat : False", "`axiom` may not be used"),
        (f"{DEFINITION}\ninstance : LE Nat := ⟨fun _ _ => True⟩", "`instance` may not be used"),
        (f"{DEFINITION}\ndef other := 1", "it has to be one definition, and nothing else"),
        (DEFINITION.replace("F - f", "by exact F - f"), "`by` may not be used"),
        (DEFINITION.replace("cart_law", "law"), "it has to be one definition: `def"),
    ],
)
async def test_a_definition_only_defines(formalizer: Formalizer, text: str, words: str) -> None:
    cart = Cart({("compose", LAW): [lean(text)]})
    state = await run(formalizer, cart, TEXT_ONLY, bounds={"node_attempts": 1})
    assert state["failed"]["stage"] == "precheck" and words in state["failed"]["feedback"]


@pytest.mark.parametrize(
    "formula",
    [
        "F.magnitude = m.magnitude",
        "F.1 = m.1 * a.1 * a.1",
        "Quantity.casesOn (motive := fun _ => ℝ) F (fun x => x) = (0 : ℝ)",
    ],
)
async def test_magnitudes_do_not_go_around_the_dimensions(
    formalizer: Formalizer, formula: str
) -> None:
    text = DEFINITION.replace("F - f = m * a", formula)
    cart = Cart({("compose", LAW): [lean(text)]})
    state = await run(formalizer, cart, TEXT_ONLY, bounds={"node_attempts": 1})
    assert state["failed"]["stage"] == "lean"
    assert "goes around the check of dimensions" in state["failed"]["feedback"]
    whole = f"theorem cart {BINDERS} (h : cart_law F f m a) : {formula}"
    cart = Cart({("compose", TEXT): [lean(whole)]})
    state = await run(formalizer, cart, TEXT_ONLY, thread="x", bounds={"node_attempts": 1})
    assert "goes around the check of dimensions" in state["failed"]["feedback"]


async def test_ratios_are_numbers(formalizer: Formalizer) -> None:
    text = DEFINITION.replace("F - f = m * a", "F / f = (3 : ℝ) ∧ (3 : ℝ) < m * a / f")
    state = await run(formalizer, Cart({("compose", LAW): [lean(text)]}), TEXT_ONLY)
    assert state["status"] == "consistent"


async def test_the_whole_uses_what_it_is_made_of(formalizer: Formalizer) -> None:
    without = THEOREM.replace("(h : cart_law F f m a)", "(h : F - f = m * a)")
    cart = Cart({("compose", TEXT): [lean(without), lean(THEOREM)]})
    state = await run(formalizer, cart, TEXT_ONLY)
    assert state["status"] == "consistent" and stages(state) == ["precheck"]
    assert "does not use cart_law" in state["rejected"][0]["feedback"]


async def test_the_semantic_checker_refuses_a_node(formalizer: Formalizer) -> None:
    no = judge_answer(False, "the arrow points the other way")
    state = await run(formalizer, Cart({("check", LAW): [no]}))
    assert state["status"] == "exhausted" and stages(state) == ["checker"] * 3
    assert state["failed"] == {
        "node": "law",
        "phrase": LAW,
        "stage": "checker",
        "feedback": "the arrow points the other way",
    }


async def test_its_abstention_is_no_yes(formalizer: Formalizer) -> None:
    state = await run(formalizer, Cart({("check", MASS): ["no JSON at all"]}), TEXT_ONLY)
    assert state["status"] == "unjudged" and state["statement"] == THEOREM
    assert state["why"] == "the semantic checker abstained at mass"


async def test_the_panel_sends_the_whole_back(formalizer: Formalizer) -> None:
    more = THEOREM.replace("(hm : 0 < m)", "(hm : 0 < m) (hf : 0 ≤ f)")
    cart = Cart(
        {
            ("compose", TEXT): [lean(more), lean(THEOREM)],
            ("judge", ""): [judge_answer(False, "f ≥ 0 is not said"), judge_answer(True)],
        }
    )
    state = await run(formalizer, cart, TEXT_ONLY)
    assert (state["status"], state["statement"]) == ("consistent", THEOREM)
    assert stages(state) == ["judge"]


@pytest.mark.parametrize(
    ("answer", "stage", "words"),
    [
        (ends("dimension", "Dim.weight"), "lean", "Dim.weight"),
        (ends("dimension", "Dim.mass := sorry"), "lean", "is no term of type Dim"),
        (ends("axiom", "Newton.second_law"), "lean", "Newton.second_law"),
        (ends("axiom", "True.intro; sorry"), "lean", "is not the name of a declaration"),
        (parts(f"  {LAW}."), "chain", "that goes round in a circle"),
        (parts(MASS.upper()), "chain", "that goes round in a circle"),
        (parts(*(f"part {n}" for n in range(40))), "chain", "there may be 35"),
        (parts(), "answer", "decomposed into nothing"),
        ("no JSON at all", "answer", "no complete JSON"),
    ],
)
async def test_bad_groundings_are_refused_in_words(
    formalizer: Formalizer, answer: str, stage: str, words: str
) -> None:
    cart = Cart({("ground", MASS): [answer]})
    state = await run(formalizer, cart, TEXT_ONLY, bounds={"node_attempts": 1})
    assert (state["status"], state["failed"]["node"]) == ("exhausted", "mass")
    assert state["failed"]["stage"] == stage and words in state["failed"]["feedback"]


async def test_a_word_of_the_library_ends_a_branch(formalizer: Formalizer) -> None:
    cart = Cart({("ground", FRICTION): [ends("axiom", "Nat.add_com"), ends("axiom", "Max.max")]})
    state = await run(formalizer, cart, TEXT_ONLY)
    assert state["status"] == "consistent" and stages(state) == ["lean"]
    assert state["chain"]["friction"]["lean"] == "Max.max"


async def test_the_deepest_may_not_be_decomposed(formalizer: Formalizer) -> None:
    cart = Cart({("ground", FORCE): [parts("a smaller force")]})
    state = await run(formalizer, cart, TEXT_ONLY, bounds={"depth": 2})
    assert (state["failed"]["node"], state["failed"]["stage"]) == ("pull", "depth")
    assert "the deepest there may be" in state["why"] and cart.seen["ground", FORCE] == 3
    asked = [text_of(call) for call in cart.of("ground") if FORCE in text_of(call)]
    assert any("may not be decomposed" in text for text in asked)


async def test_there_may_be_so_many_propositions(formalizer: Formalizer) -> None:
    state = await run(formalizer, Cart(), TEXT_ONLY, bounds={"nodes": 5})
    assert (state["failed"]["node"], state["failed"]["stage"]) == ("law", "chain")
    assert "that makes 6 propositions, and there may be 5" in state["why"]


async def test_a_malformed_scene_is_asked_for_again(formalizer: Formalizer) -> None:
    stray = {"subject": "F", "relation": "acts on", "object": "wagon"}
    bad = json.dumps(SCENE | {"relations": [stray]})
    cart = Cart({("scene", ""): [bad, json.dumps(SCENE)]})
    state = await run(formalizer, cart)
    assert state["status"] == "consistent" and stages(state) == ["scene"]
    assert "'wagon', which is no primitive" in text_of(cart.of("scene")[1])


async def test_no_scene_ends_it(formalizer: Formalizer) -> None:
    cart = Cart({("scene", ""): ["I see a cart."]})
    state = await run(formalizer, cart, max_rounds=2)
    assert state["status"] == "exhausted" and not cart.of("ground")
    assert state["why"].startswith("no scene graph in 2 attempts")
    blank = json.dumps({"primitives": [], "relations": [], "notes": "it is black"})
    state = await run(formalizer, Cart({("scene", ""): [blank]}), thread="blank")
    assert (state["status"], state["why"]) == ("refused", "it is black")


async def test_retrieval_shows_what_the_library_has(formalizer: Formalizer) -> None:
    asked: list[str] = []

    class Library:
        async def search(self, text: str, k: int = 10, *, kinds: Any = ()) -> list[Hit]:
            asked.append(text)
            return [Hit(premise=Premise(name="Dim.force", kind="def", type="Dim"), score=1.0)]

        def nearest(self, name: str, k: int = 5) -> list[Hit]:
            return []

    cart = Cart()
    await run(formalizer, cart, TEXT_ONLY, premises=Library())
    assert {LAW, MASS} <= set(asked)
    assert all("def Dim.force : Dim" in text_of(call) for call in cart.of("ground"))


async def test_a_model_without_eyes_and_one_that_is_down(formalizer: Formalizer) -> None:
    blind = Cart({("scene", ""): [Fail(400, "image_url is not supported")]})
    with pytest.raises(ModelRejected, match="it takes no images"):
        await run(formalizer, blind)
    cart = Cart({("check", MASS): [Fail(503, "overloaded")]})
    with ScriptedServer(cart) as server:
        with pytest.raises(ModelUnavailable, match="overloaded"):
            await formalizer.run(mmformalize_graph, server, inputs=INPUTS, thread="down")
        cart.instead.clear()
        state = await formalizer.run(mmformalize_graph, server, inputs=INPUTS, thread="down")
    assert state["status"] == "consistent"
    # What was answered before is not asked again.
    assert cart.seen["check", FORCE] == cart.seen["ground", MASS] == 1


async def test_a_spent_budget_goes_on_where_it_ended(formalizer: Formalizer) -> None:
    cart = Cart()
    with ScriptedServer(cart) as server:
        state = await formalizer.run(
            mmformalize_graph, server, inputs=INPUTS, limits=Limits(calls=8)
        )
        assert "budget of 8 calls" in state["partial"] and len(cart.calls) == 8
        state = await formalizer.run(mmformalize_graph, server, inputs=INPUTS)
    assert state["status"] == "consistent"
    # A scene; six propositions grounded and checked, two of them composed; the panel.
    assert len(cart.calls) == 1 + 6 + 6 + 2 + 1


async def test_a_changed_figure_is_noticed(formalizer: Formalizer, tmp_path: Path) -> None:
    figure = tmp_path / "figure.png"
    figure.write_bytes(CART)
    inputs = INPUTS | {"images": [str(figure)]}
    await run(formalizer, Cart(), inputs, limits=Limits(calls=4))
    figure.write_bytes(figure.read_bytes() + b"!")
    with pytest.raises(InputError, match=r"figure\.png: this image has changed"):
        await run(formalizer, Cart(), inputs)


async def test_a_reviewer_sends_the_whole_back_to_be_composed(formalizer: Formalizer) -> None:
    other = THEOREM.replace("(hm : 0 < m)", "(hm : m ≠ 0)")
    cart = Cart({("compose", TEXT): [lean(THEOREM), lean(other)]})
    said: list[dict[str, Any]] = []
    with ScriptedServer(cart) as server:
        async with formalizer.context(server) as context:
            for answer in (None, {"action": "comment", "comment": "only m ≠ 0 is needed"}):
                state = await run_resumable(
                    lambda saver: mmformalize_graph(saver, prove=False, review=True),
                    TEXT_ONLY,
                    context,
                    formalizer.folder / "checkpoints.sqlite",
                    thread="review",
                    answer=answer,
                )
                said.append(state)
    assert [len(state["waiting"]) for state in said] == [1, 1]
    assert said[1]["statement"] == other
    assert said[1]["header"] == f"{HEADER}\n\n@[simp] {DEFINITION}"
    assert "only m ≠ 0 is needed" in text_of(cart.of("compose")[-1])
