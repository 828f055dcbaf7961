"""ATF against a real HTTP server that calls tools, and the real Lean."""

import json
from typing import Any

import pytest

from proofloop.agents.judge import ConsistencyJudge
from proofloop.agents.llm.base import Model
from proofloop.agents.panel.panel import Panel
from proofloop.core.budget import Limits
from proofloop.core.errors import ModelRejected
from proofloop.graphs import atf
from proofloop.graphs.atf import atf_graph
from support.formalizing import (
    GOOD,
    UNBALANCED,
    WEAK,
    WRONG_TYPE,
    Formalizer,
    judge_answer,
    stages,
    system,
)
from support.openai_server import Call, Item, Say, ScriptedServer


def syntax(lean: str) -> tuple[str, Any]:
    return ("syntax_check", {"lean4_code": lean})


def consistency(lean: str) -> tuple[str, Any]:
    return ("consistency_check", {"lean4_code": lean})


def told(call: Call) -> list[Any]:
    """The results of the tools in the last turn that the model was shown."""
    results: list[Any] = []
    for message in reversed(call.body["messages"]):
        if message["role"] != "tool":
            break
        results.insert(0, json.loads(message["content"]))
    return results


async def test_a_statement_that_passes_both_tools_ends_the_work(formalizer: Formalizer) -> None:
    script: list[Item] = [
        Say("I write.", tools=[syntax(GOOD)]),
        Say("", tools=[consistency(f"```lean\n{GOOD} := by sorry\n```")]),
        judge_answer(True),
    ]
    with ScriptedServer(script) as server:
        state = await formalizer.run(atf_graph, server)
    assert (state["status"], state["statement"]) == ("consistent", GOOD)
    assert state["uses"] == {"syntax_check": 1, "consistency_check": 1}
    assert (state["turns"], state.get("rejected", [])) == (2, [])
    assert state["statement_report"]["accepted"] is True
    assert told(server.calls[1]) == [{"pass": True}]


async def test_what_the_tools_say_reaches_the_model(formalizer: Formalizer) -> None:
    script: list[Item] = [
        Say("", tools=[syntax(UNBALANCED)]),
        Say("", tools=[syntax(WRONG_TYPE)]),
        Say("", tools=[syntax(WEAK), consistency(WEAK)]),
        judge_answer(False, "it speaks of one number only"),
        Say("", tools=[syntax(GOOD), consistency(GOOD)]),
        judge_answer(True),
    ]
    with ScriptedServer(script) as server:
        state = await formalizer.run(atf_graph, server, max_rounds=4)
    assert state["status"] == "consistent"
    assert stages(state) == ["precheck", "lean", "judge"]
    assert "never closed" in told(server.calls[1])[0]["errors"]
    assert "Function expected" in told(server.calls[2])[0]["errors"]
    assert told(server.calls[4]) == [
        {"pass": True},
        {"pass": False, "explanation": "it speaks of one number only"},
    ]
    # The pre-check costs no compile.
    assert formalizer.journalled("lean") == 3


async def test_the_consistency_check_wants_a_syntax_check_of_the_same_statement(
    formalizer: Formalizer,
) -> None:
    script: list[Item] = [
        Say("", tools=[consistency(GOOD)]),
        Say("", tools=[syntax(WEAK), consistency(GOOD)]),
        Say("", tools=[syntax(GOOD), consistency(GOOD)]),
        judge_answer(True),
    ]
    with ScriptedServer(script) as server:
        state = await formalizer.run(atf_graph, server)
    assert state["status"] == "consistent"
    assert stages(state) == ["call", "call"]
    assert "syntax_check has to pass" in told(server.calls[1])[0]["errors"]
    assert [answer["pass"] for answer in told(server.calls[2])] == [True, False]


@pytest.mark.parametrize(
    ("tool", "fault"),
    [
        (("syntax_check", "{oops"), "bad arguments for syntax_check"),
        (("syntax_check", {"code": GOOD}), "lean4_code"),
        (("prove_it", {"lean4_code": GOOD}), "there is no tool 'prove_it'"),
    ],
)
async def test_an_invalid_call_is_answered_with_its_fault_and_counts(
    formalizer: Formalizer, tool: tuple[str, Any], fault: str
) -> None:
    script: list[Item] = [
        Say("", tools=[tool, syntax(GOOD)]),
        Say("", tools=[consistency(GOOD)]),
        judge_answer(True),
    ]
    with ScriptedServer(script) as server:
        state = await formalizer.run(atf_graph, server)
    assert (state["status"], stages(state)) == ("consistent", ["call"])
    bad, good = told(server.calls[1])
    assert fault in bad["errors"]
    assert good == {"pass": True}


async def test_a_turn_without_a_call_is_asked_for_one(formalizer: Formalizer) -> None:
    script: list[Item] = [
        "Here is what I think.",
        Say("", tools=[syntax(GOOD), consistency(GOOD)]),
        judge_answer(True),
    ]
    with ScriptedServer(script) as server:
        state = await formalizer.run(atf_graph, server)
    assert (state["status"], stages(state), state["turns"]) == ("consistent", ["call"], 2)
    assert "called no tool" in server.calls[1].last


async def test_failures_are_bounded(formalizer: Formalizer) -> None:
    with ScriptedServer(lambda call: Say("", tools=[syntax(WRONG_TYPE)] * 3)) as server:
        state = await formalizer.run(atf_graph, server, max_rounds=4)
    assert state["status"] == "exhausted"
    assert stages(state) == ["lean"] * 4
    # The second turn's last two calls were not run.
    assert (len(server.calls), state["uses"]) == (2, {"syntax_check": 4})


async def test_turns_that_never_fail_and_never_end_are_bounded(formalizer: Formalizer) -> None:
    with ScriptedServer(lambda call: Say("", tools=[syntax(GOOD)])) as server:
        state = await formalizer.run(atf_graph, server, max_rounds=2)
    assert (state["status"], state["turns"], len(server.calls)) == ("exhausted", 4, 4)
    assert stages(state) == []


async def test_uses_of_one_tool_are_bounded(formalizer: Formalizer) -> None:
    with ScriptedServer([Say("", tools=[syntax(GOOD)] * 20)]) as server:
        state = await formalizer.run(atf_graph, server, max_rounds=2)
    assert state["status"] == "exhausted"
    assert stages(state) == ["call", "call"]
    assert "may be called 4 times" in state["rejected"][0]["feedback"]


async def test_a_conversation_that_grows_too_long_ends(
    formalizer: Formalizer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(atf, "MOST_TOKENS", 1200)
    long = Say("so many words " * 300, tools=[syntax(GOOD)])
    with ScriptedServer(lambda call: long) as server:
        state = await formalizer.run(atf_graph, server)
    assert state["status"] == "exhausted"
    assert "longer than 1200 tokens" in state["why"]
    assert len(server.calls) == 1


@pytest.mark.parametrize("answer", [judge_answer(None), "I like it", '{"consistent": "maybe"}'])
async def test_a_judge_without_a_vote_neither_accepts_nor_rejects(
    formalizer: Formalizer, answer: Item
) -> None:
    def script(call: Call) -> Item:
        if "judge" in system(call):
            return answer
        return Say("", tools=[syntax(GOOD), consistency(GOOD)])

    with ScriptedServer(script) as server:
        state = await formalizer.run(atf_graph, server)
    assert (state["status"], state["verdict"]["passed"]) == ("unjudged", None)
    assert stages(state) == []


async def test_judges_that_split_reject_with_the_words_of_who_did(formalizer: Formalizer) -> None:
    def panel(model: Model) -> Panel:
        strict = ConsistencyJudge(model, name="strict", rubric="Count the numbers.")
        return Panel([ConsistencyJudge(model, name="kind"), strict], shuffle=False)

    def script(call: Call) -> Item:
        if "Heed" in system(call):
            return judge_answer(WEAK not in call.last, "one number only")
        if "judge" in system(call):
            return judge_answer(True, "fine")
        lean = WEAK if len(call.body["messages"]) == 2 else GOOD
        return Say("", tools=[syntax(lean), consistency(lean)])

    with ScriptedServer(script) as server:
        state = await formalizer.run(atf_graph, server, panel=panel)
    assert (state["status"], stages(state)) == ("consistent", ["judge"])
    assert "strict (not consistent): one number only" in state["rejected"][0]["feedback"]
    assert state["verdict"]["evidence"]["asked"] == 2


async def test_a_formalizer_may_decline(formalizer: Formalizer) -> None:
    with ScriptedServer([Say("", tools=[("decline", {"reason": "no reals"})])]) as server:
        state = await formalizer.run(atf_graph, server)
    assert (state["status"], state["notes"]) == ("refused", "no reals")
    assert "statement" not in state


async def test_a_server_without_tools_is_no_silent_failure(formalizer: Formalizer) -> None:
    with (
        ScriptedServer([], rejects=["tools"]) as server,
        pytest.raises(ModelRejected, match=r"sampling\.tool_calls"),
    ):
        await formalizer.run(atf_graph, server)


async def test_json_actions_do_the_same_work_by_choice(formalizer: Formalizer) -> None:
    def action(tool: str, lean: str) -> str:
        return json.dumps({"tool": tool, "arguments": {"lean4_code": lean}})

    script = [
        action("syntax_check", WRONG_TYPE),
        action("syntax_check", GOOD),
        action("consistency_check", GOOD),
        judge_answer(True),
    ]
    with ScriptedServer(script, rejects=["tools"]) as server:
        state = await formalizer.run(atf_graph, server, json_actions=True)
    assert (state["status"], stages(state)) == ("consistent", ["lean"])
    assert "Function expected" in server.calls[1].last


async def test_more_budget_goes_on_where_it_ended(formalizer: Formalizer) -> None:
    script: list[Item] = [
        Say("", tools=[syntax(GOOD)]),
        Say("", tools=[consistency(GOOD)]),
        judge_answer(True),
    ]
    with ScriptedServer(script) as server:
        first = await formalizer.run(atf_graph, server, limits=Limits(calls=2))
        assert "budget of 2 calls" in first["partial"]
        assert first["checked"] == GOOD
        second = await formalizer.run(atf_graph, server, limits=Limits(calls=3))
    assert second["status"] == "consistent"
    assert len(server.calls) == 3
