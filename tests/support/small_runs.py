"""A small run of every graph of the catalogue: a scripted server, the real Lean, real files."""

from __future__ import annotations

import json
import re
import zlib
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

from proofloop.agents.llm.record import RecordedModel
from proofloop.core.budget import Budget
from proofloop.core.journal import Journal
from proofloop.graphs.catalogue import GRAPHS, SOLVERS
from proofloop.graphs.context import DEFAULT_HEADER, Context
from proofloop.graphs.runner import run_resumable
from proofloop.tools.lean.backend import LeanBackend
from proofloop.tools.review import Decision, ReviewItem
from support import figures
from support.entailment import FORMS, PROBLEM, TREE, asked_for, forms_answer, role_of, tree_answer
from support.formalizing import (
    BRIEF,
    GOOD,
    INPUTS,
    TEXT,
    WEAK,
    WRONG_TYPE,
    Formalizer,
    judge_answer,
    lean_answer,
    system,
)
from support.llm import client
from support.openai_server import Call, Item, Say, ScriptedServer
from support.proving import Prover


def chain(draw: int) -> list[dict[str, Any]]:
    """Three questions, each of which needs the one before it."""
    return [
        {"question": f"{draw}?", "answer": "6", "depends": [number] * (number > 0)}
        for number in range(3)
    ]


# By the beginning of the system prompt; what is drawn depends on the whole prompt.
ANSWERS: dict[str, Callable[[int], str]] = {
    "You solve": lambda draw: f"attempt {draw}\nAnswer: {draw % 7}",
    "You improve": lambda draw: f"revision {draw}\nAnswer: {draw % 7}",
    "You compare two answers": lambda draw: json.dumps(
        {
            "first": 1 + draw % 10,
            "second": 1 + draw % 7,
            "experiences": [f"{draw} is odd"],
            "guidance": f"try {draw}",
        }
    ),
    "You condense": lambda draw: f"derived fact {draw}",
    "You compare attempts": lambda draw: json.dumps({"best": 1 + draw % 2}),
    "You keep a store": lambda draw: json.dumps(
        {"operations": [{"op": "add", "text": f"rule {draw}"}]}
    ),
    "You write compact notes": lambda draw: json.dumps(
        {"failures": [f"failure {draw}"], "outcome": "incomplete"}
    ),
    "You extract experience": lambda draw: json.dumps({"conclusions": [f"{draw} is even"]}),
    "You name the strategy": lambda draw: json.dumps({"strategy": f"way {draw % 5}"}),
    "You check solutions": lambda draw: json.dumps({"first_error": draw % 2}),
    "You read the work": "No {}".format,
    "You take a solved": lambda draw: json.dumps({"questions": chain(draw)}),
    "You simplify": "What is 6 * {}?".format,
    "You are shown a problem and several": "so\nAnswer: {}".format,
    "You rate": lambda draw: json.dumps({"rating": 1 + draw % 8, "reasons": f"word {draw}"}),
}


def solver_answer(call: Call, first: int = 0) -> Item:
    """What a model says to the graphs that solve: the same to the same prompt."""
    make = next(make for start, make in ANSWERS.items() if system(call).startswith(start))
    if "next step alone" in system(call) and "\n3. " not in call.last:
        make = "step {}".format
    shown = json.dumps(call.body["messages"])
    draws = [zlib.crc32(f"{shown} {i}".encode()) % 1000 for i in range(first, first + call.n)]
    return Say([make(draw) for draw in draws], usage=None)


def sampling() -> Callable[[Call], Item]:
    """The same, but for a prompt that comes again: that is another sample."""
    times: Counter[str] = Counter()

    def answer(call: Call) -> Item:
        shown = json.dumps(call.body["messages"])
        times[shown] += call.n
        return solver_answer(call, first=times[shown] - call.n)

    return answer


@dataclass(frozen=True)
class Small:
    """``answers`` makes the server's script; ``inputs`` and ``options`` go to the graph,
    ``context`` to its context; ``says`` has words that a summary of the run holds."""

    answers: Callable[[], Callable[[Call], Item]] = sampling
    inputs: dict[str, Any] = field(default_factory=lambda: {"problem": "What is 6 * 7?"})
    options: dict[str, Any] = field(default_factory=dict)
    context: dict[str, Any] = field(default_factory=dict)
    outcome: str = "success"
    says: str = "ended with answer: "


SOLVING: dict[str, dict[str, Any]] = {
    "self_consistency": {"n": 6},
    "best_of_n": {"n": 4, "votes": 2},
    "refine": {"rounds": 3, "votes": 2},
    "iad": {"k": 3, "rounds": 2},
    "particles": {"n": 4, "steps": 5},
    "astar": {"k": 3, "steps": 5, "expansions": 12},
    "adaptive": {"rule": "optscale", "n": 12},
    "solve_detect_verify": {"k": 3},
    "atom_of_thoughts": {"steps": 2},
    "pdr": {"rounds": [4, 2, 1]},
    "rtv_pdr": {"n": 4, "k": 2, "votes": 2},
    "tmas": {"n": 4, "votes": 2, "rounds": 3, "epsilon": 0.5},
    "empirical_mcts": {"iterations": 4},
}


def formalizing(*statements: str) -> Callable[[Call], Item]:
    """The statements in turn, from the first for whoever asks for several at once."""
    left = list(statements)

    def answer(call: Call) -> Item:
        if "You formalize" in system(call):
            texts = list(statements) if call.n > 1 else [left.pop(0)]
            return Say([lean_answer(texts[i % len(texts)]) for i in range(call.n)])
        if "You read Lean" in system(call):
            return json.dumps({"informal": TEXT})
        if '"comments"' in json.dumps(call.body.get("response_format", "")):
            return json.dumps({"consistent": True, "comments": "the same claim"})
        if '"faithful"' in json.dumps(call.body.get("response_format", "")):
            return json.dumps({"faithful": True, "reasons": "so it is"})
        return judge_answer(True, "the same claim")

    return answer


mended = partial(formalizing, WRONG_TYPE, GOOD)
two_samples = partial(formalizing, GOOD, WRONG_TYPE)


def with_tools() -> Callable[[Call], Item]:
    turns: list[Item] = [
        Say("", tools=[("syntax_check", {"lean4_code": WRONG_TYPE})]),
        Say("", tools=[("syntax_check", {"lean4_code": GOOD})]),
        Say("", tools=[("consistency_check", {"lean4_code": GOOD})]),
    ]
    return lambda call: turns.pop(0) if "tools" in call.body else judge_answer(True)


def entailed(call: Call) -> Item:
    match role_of(call):
        case "tree builder":
            return tree_answer(TREE)
        case "formalizer":
            return forms_answer({name: FORMS[name] for name in asked_for(call)})
        case "prover":
            return json.dumps({"proof": ""})
    return judge_answer(True)


def entailing() -> Callable[[Call], Item]:
    return entailed


PLAIN = "theorem t (p q : Prop) (hp : p) (hq : q) : p ∧ q"
SKETCHED = "theorem t (a b : Nat) (f : Nat → Nat) (h : ∀ n, f n = n + 1) (e : f a = f b) : a = b"
STEPS = "have ha := h a\n  have hb := h b\n  have hab : a + 1 = b + 1 := by sorry\n  omega"


def proved(call: Call) -> Item:
    """A wrong proof, then, with Lean's word on it, a right one; a sketch; a tactic."""
    asked = re.findall(r"theorem .*?(?= :=)", call.last)
    statement = asked[-1] if asked else PLAIN
    if "sketch proofs" in system(call):
        return json.dumps({"sketch": f"{SKETCHED} := by\n  {STEPS}"})
    if "⊢" in call.last and "tactic" in system(call):
        step = "constructor" if "⊢ p ∧ q" in call.last else "assumption"
        return Say([json.dumps({"tactic": step})] * call.n)
    right = "exact hp" in call.last
    return json.dumps({"proof": f"{statement} := {'⟨hp, hq⟩' if right else 'by exact hp'}"})


def proving() -> Callable[[Call], Item]:
    return proved


REVIEWED = [
    ReviewItem(
        task="even_sum", informal=TEXT, header=DEFAULT_HEADER, statement=text, samples=2
    ).model_dump(mode="json")
    for text in (WEAK, GOOD)
]
UNPROVED = {"prove": False}
STATED = f"elaborates: {GOOD}"
PROVED = "accepted by the kernel: theorem t"
SMALL: dict[str, Small] = {
    **{name: Small(options=options) for name, options in SOLVING.items()},
    "formalize": Small(mended, INPUTS, UNPROVED, says=STATED),
    "atf": Small(with_tools, INPUTS, UNPROVED, says=STATED),
    "reform": Small(mended, INPUTS, UNPROVED, says=STATED),
    "formalmath": Small(
        two_samples, INPUTS, UNPROVED,
        context={"bounds": {"samples": 2}, "hygiene": BRIEF}, says=STATED,
    ),
    "agreement": Small(
        two_samples, INPUTS, UNPROVED,
        context={"bounds": {"samples": 2, "votes": 1}}, says=STATED,
    ),
    "mmformalize": Small(
        figures.Cart, figures.INPUTS, UNPROVED, says=f"elaborates: {figures.THEOREM}"
    ),
    "review": Small(
        inputs={"to_review": REVIEWED}, context={"hygiene": BRIEF}, says=f"accepted {WEAK}"
    ),
    "decompose": Small(
        entailing, {"problem": PROBLEM}, context={"tactics": ("grind",)}, says="status: verified"
    ),
    "prove_whole": Small(proving, {"statement": PLAIN, "header": ""}, says=PROVED),
    "prove_sketch": Small(
        proving, {"statement": SKETCHED, "header": ""}, context={"tactics": ("omega",)},
        says=PROVED,
    ),
    "prove_best_first": Small(proving, {"statement": PLAIN, "header": ""}, says=PROVED),
    "prove_iterative": Small(
        proving, {"statements": [{"id": "t", "statement": PLAIN, "header": ""}]},
        says="proved: t",
    ),
}  # fmt: skip


async def run_small(
    name: str, lean: LeanBackend | None, folder: Path, server: ScriptedServer
) -> Context:
    """Runs it to its end, in the folder; the context that it ran with."""
    small = SMALL[name]
    opened = Journal(folder / "journal.jsonl")
    opened.append("open")  # as a Run does
    opened.close()

    async def run(context: Context, answer: Any = None) -> Context:
        await run_resumable(
            lambda saver: GRAPHS[name](saver, **small.options),
            small.inputs,
            context,
            folder / "checkpoints.sqlite",
            thread="main",
            answer=answer,
        )
        return context

    if name in SOLVERS:
        journal = Journal(folder / "journal.jsonl")
        model = RecordedModel(client(server), journal, Budget())
        context = await run(Context(model=model, judge=model, seed=3))
        await model.aclose()
        journal.close()
        return context
    assert lean is not None
    if name.startswith("prove_") or name == "decompose":
        async with Prover(lean, folder).context(server, **small.context) as context:
            return await run(context)
    async with Formalizer(lean, folder).context(server, **small.context) as context:
        await run(context)
        if name == "review":
            await run(context, Decision(action="accept").model_dump())
        return context
