"""A journal's entries as the steps of a trajectory."""

from __future__ import annotations

from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from proofloop.agents.extractor import extract
from proofloop.agents.llm.tokens import estimate_tokens
from proofloop.core.events import tasks_of, trajectory_of
from proofloop.core.journal import Journal, entries_of
from proofloop.core.trajectory import Step, Trajectory


def written(path: Path) -> Journal:
    journal = Journal(path / "journal.jsonl")
    request = {"role": "solver", "messages": []}
    journal.append("open")
    for task, answer in (("a", "Answer: 1"), ("b", "Answer: 2"), ("a", "Answer: 1")):
        with entries_of(task):
            journal.append("model", request=request, reply={"text": answer})
    with entries_of("a"):
        fault = {"type": "ModelUnavailable", "message": "429"}
        journal.append("model", request=request, error=fault)
    journal.append("open")
    journal.append("news of a later time", colour="blue")
    return journal


def test_each_task_has_its_own_entries_and_those_of_all(tmp_path: Path) -> None:
    entries = list(written(tmp_path).entries())
    assert tasks_of(entries) == ["a", "b"]
    steps = trajectory_of(entries, "b").steps
    assert [step.observation for step in steps[:1]] == ["Answer: 2"]
    assert [step.action for step in steps[1:]] == [
        "the run was taken up again",
        "news of a later time",
    ]
    assert len(trajectory_of(entries, "a").steps) == 5


def test_a_rule_made_summary_counts_answers_faults_and_breaks(tmp_path: Path) -> None:
    summary = extract(trajectory_of(written(tmp_path).entries(), "a", "failure"))
    assert summary.hypotheses == ("answer: 1 (2 times)",)
    assert summary.failures == ("asked the solver: ModelUnavailable: 429 (once)",)
    assert "the run was taken up again (once)" in summary.decisions
    assert (summary.outcome, summary.extracted, summary.lessons) == ("failure", True, ())
    assert "not written by a model" in summary.render()


STEPS = st.builds(
    Step,
    action=st.text(max_size=50),
    observation=st.text(max_size=2000),
    data=st.fixed_dictionaries(
        {
            "kind": st.sampled_from(["lean", "model", "verdict", "open", "odd"]),
            "accepted": st.booleans(),
            "statement": st.booleans(),
            "reason": st.text(max_size=300),
            "source": st.text(max_size=1000),
        }
    ),
)


@given(st.lists(STEPS, max_size=40), st.integers(20, 400))
def test_a_rule_made_summary_is_never_over_its_bound(steps: list[Step], most: int) -> None:
    trajectory = Trajectory(task_id="t", steps=tuple(steps))
    summary = extract(trajectory, most_tokens=most)
    assert estimate_tokens(summary.render()) <= most
    assert summary.outcome == "incomplete"
