"""Every graph that formalizes on every way that its tools can go: where it ends, what it says of
the statements that it left behind, and what it has asked."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import pytest

from proofloop.agents.judge import ConsistencyJudge
from proofloop.agents.llm.base import Model
from proofloop.agents.panel.panel import Panel
from proofloop.core.errors import ModelUnavailable
from proofloop.graphs.catalogue import formalizer_graph
from proofloop.graphs.runner import run_resumable
from support.formalizers import AGREES, METHODS, Judging, Script, role_of
from support.formalizing import (
    BRIEF,
    FALSE,
    GOOD,
    INPUTS,
    VACUOUS,
    WEAK,
    WRONG_TYPE,
    Formalizer,
    judge_answer,
    stages,
    system,
)
from support.openai_server import Call, Fail, Item, ScriptedServer

BOUNDS = {"samples": 2, "votes": 2}
UNKNOWN = "theorem even_sum (a b : ℕ) : Odder a b"
MISSING = "theorem even_sum : a = 1"
CLASH = "theorem even_sum (a b : ℕ) : 1 + 1 = Even"


def two_judges(model: Model) -> Panel:
    strict = ConsistencyJudge(model, name="strict", rubric="Count the numbers.")
    return Panel([ConsistencyJudge(model, name="kind"), strict], shuffle=False)


def strict_on_weak(call: Call) -> Item:
    """The kind judge likes all, the strict one (and reform's critic) misses the second number."""
    text = str(call.body["messages"])
    kind = "You judge" in system(call) and "Heed" not in system(call)
    return judge_answer(kind or "(a b" in text.split("Earlier")[0], "one number only")


@dataclass(frozen=True)
class Path:
    """What is written and said, and by method the end, the stages at which statements fell, and
    how often each role was asked, in the order in which they came up. ``words`` are in the first
    feedback."""

    writes: Sequence[str]
    ends: dict[str, tuple[str, list[str], list[int]]]
    judge: Judging = AGREES
    words: str = ""
    panel: Any = None


PATHS = {
    "compile failure": Path(
        [WRONG_TYPE, GOOD],
        {
            "formalize": ("consistent", ["lean"], [2, 1]),
            "atf": ("consistent", ["lean"], [3, 1]),
            "reform": ("consistent", ["lean"], [2, 1, 1]),
            "formalmath": ("consistent", ["lean"], [1, 1, 1]),
            "agreement": ("consistent", ["lean"], [1, 1]),
        },
        words="Function expected at Even a",
    ),
    "judges split": Path(
        [WEAK, GOOD],
        {
            "formalize": ("consistent", ["judge"], [2, 4]),
            "atf": ("consistent", ["judge"], [4, 4]),
            "reform": ("consistent", ["critique"], [2, 2, 2]),
            "formalmath": ("consistent", ["judge"], [1, 2, 4]),
            "agreement": ("consistent", [], [1, 4]),  # a reading that is rejected has no votes
        },
        judge=strict_on_weak,
        words="one number only",
        panel=two_judges,
    ),
    "cap reached": Path(
        [WRONG_TYPE, UNKNOWN, MISSING, CLASH],
        {
            "formalize": ("exhausted", ["lean"] * 4, [4]),
            "atf": ("exhausted", ["lean"] * 4, [4]),
            "reform": ("exhausted", ["lean"] * 3, [3]),
            "formalmath": ("exhausted", ["lean"] * 2, [1]),
            "agreement": ("exhausted", ["lean"] * 4, [2]),
        },
        words="Function expected at Even a",
    ),
    "malformed verdict": Path(
        [GOOD],
        {
            "formalize": ("unjudged", [], [1, 2]),
            "atf": ("unjudged", [], [2, 2]),
            "reform": ("unjudged", [], [1, 2]),
            "formalmath": ("unjudged", ["undecided"], [1, 1, 2]),
            "agreement": ("unjudged", [], [1, 2]),
        },
        judge=lambda call: "hm",
    ),
    # The others do not look for it: they end with the statement, and its proof fails.
    "negation proved": Path(
        [FALSE], {"formalmath": ("exhausted", ["false"], [1, 1, 1])}, words="for a = "
    ),
    "vacuous": Path(
        [VACUOUS], {"formalmath": ("exhausted", ["vacuous"], [1, 1, 1])}, words="contradict"
    ),
}


@pytest.mark.parametrize(
    ("name", "method"), [(name, method) for name, path in PATHS.items() for method in path.ends]
)
async def test_a_path_ends_as_the_table_says(
    formalizer: Formalizer, name: str, method: str
) -> None:
    path = PATHS[name]
    script = Script(path.writes, path.judge)
    with ScriptedServer(script) as server:
        state = await formalizer.run(
            formalizer_graph(method), server, bounds=BOUNDS, panel=path.panel, hygiene=BRIEF
        )
    fallen = [one for one in state.get("samples", []) if one["fell"]]
    fell = stages(state) or [one["fell"] for one in fallen]
    asked = [len(calls) for calls in script.seen.values()]
    assert (state["status"], fell, asked) == path.ends[method]
    told = [one["feedback"] for one in state.get("rejected", [])]
    assert path.words in (told or [one["words"] for one in fallen] or [path.words])[0]


@pytest.mark.parametrize("method", METHODS)
async def test_a_judge_that_is_down_is_asked_again_and_nobody_else(
    formalizer: Formalizer, method: str
) -> None:
    """With reform the second opinion; the judges of formalmath fail after the translation."""
    up = [False]

    def answer(call: Call) -> Item:
        return script(call) if up[0] or role_of(call) not in ("judge", "opinion") else Fail(503)

    script = Script([GOOD])
    with ScriptedServer(answer) as server:
        with pytest.raises(ModelUnavailable, match="503"):
            await formalizer.run(formalizer_graph(method), server, bounds=BOUNDS)
        failed, up[0] = len(server.calls), True
        state = await formalizer.run(formalizer_graph(method), server, bounds=BOUNDS)
        assert len(server.calls) == failed + 1
    assert (state["status"], state["statement"]) == ("consistent", GOOD)


async def test_a_formalizer_of_several_that_was_down_is_asked_when_the_run_is_taken_up_again(
    formalizer: Formalizer,
) -> None:
    script, up = Script([GOOD]), [False]

    def flaky(call: Call) -> Item:
        return script(call) if up[0] else Fail(503)

    async def run() -> tuple[dict[str, Any], int]:
        async with (
            formalizer.context(first, bounds=BOUNDS, hygiene=BRIEF) as one,
            formalizer.context(second) as two,
        ):
            before = len(first.calls)
            state = await run_resumable(
                lambda saver: formalizer_graph("formalmath")(saver, prove=False),
                INPUTS,
                replace(one, formalizers=(one.model, two.model)),
                formalizer.folder / "checkpoints.sqlite",
                thread="main",
            )
            return state, len(first.calls) - before

    with ScriptedServer(script) as first, ScriptedServer(flaky) as second:
        state, _ = await run()
        assert (state["status"], "503" in state["down"]) == ("consistent", True)
        assert (state["funnel"]["in"], state["funnel"]["compiled"]) == (4, 2)
        up[0] = True
        state, asked = await run()
        assert (asked, state["down"]) == (0, "")
        assert (state["funnel"]["in"], state["funnel"]["compiled"]) == (4, 4)
