"""Templates by role: filled, versioned, replaced by the user's own."""

import asyncio
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from proofloop.agents.judge import ConsistencyJudge
from proofloop.agents.llm.offline.model import OfflineModel
from proofloop.agents.panel.vote import Pair
from proofloop.agents.prompt_files import quoted, read_prompts, write_prompts
from proofloop.agents.prompts import Prompt, Templates, placeholders, replaced_by
from proofloop.core.errors import InputError, SettingsError
from proofloop.prompts import all_prompts

PAIR = Pair(informal="1 + 1 = 2 {sic}", lean="theorem t : 1 + 1 = 2", header="import Proofloop")
TEMPLATE = "T: {informal}\nL: {header} {lean}"


def judge_says() -> list[str]:
    request = ConsistencyJudge(OfflineModel()).request(PAIR)
    return [request.prompt, *(message.content for message in request.messages)]


def test_every_agent_has_its_templates_in_the_mechanism() -> None:
    """A role file that still speaks past it would have a request without a version."""
    known = all_prompts()
    for role in ("solver", "comparer", "rater", "summarizer", "distiller", "prover", "sketcher"):
        assert role in known
    for role in ("tactician", "judge", "text_judge", "formalizer", "back_translator", "stepper"):
        assert role in known
    folder = Path(__file__).parents[2] / "agents"
    for path in folder.glob("*.py"):
        if path.name != "prompts.py":
            assert "Request(" not in path.read_text(encoding="utf-8"), path.name


def test_replaced_words_are_said_and_have_a_version_of_their_own() -> None:
    before = judge_says()
    assert before[0].startswith("judge:")
    with replaced_by({"judge": {"task": TEMPLATE}}):
        version, system, task = judge_says()
    assert task == "T: 1 + 1 = 2 {sic}\nL: import Proofloop theorem t : 1 + 1 = 2"
    assert system == before[1]
    assert version != before[0]
    assert judge_says() == before


async def test_runs_side_by_side_say_different_things() -> None:
    """Each run's tasks say what was in use where they were started."""
    both = asyncio.Barrier(2)

    async def run(templates: Templates) -> list[tuple[str, str, str]]:
        with replaced_by(templates):
            await both.wait()
            async with asyncio.TaskGroup() as group:
                tasks = [group.create_task(asyncio.to_thread(judge_says)) for _ in range(2)]
            await both.wait()
            return [task.result() for task in tasks]

    theirs, mine = await asyncio.gather(run({}), run({"judge": {"task": TEMPLATE}}))
    assert theirs == [judge_says()] * 2
    assert {task for _, _, task in mine} == {
        "T: 1 + 1 = 2 {sic}\nL: import Proofloop theorem t : 1 + 1 = 2"
    }


def test_what_is_exported_reads_as_the_same_prompts(tmp_path: Path) -> None:
    known = all_prompts()
    assert len(write_prompts(tmp_path / "mine", known)) == len(known)
    found = read_prompts(tmp_path / "mine", known)
    versions = {role: prompt.version for role, prompt in known.items()}
    with replaced_by(found):
        assert {role: prompt.version for role, prompt in known.items()} == versions
        assert not any(prompt.replaced for prompt in known.values())
    with pytest.raises(InputError, match="exists already"):
        write_prompts(tmp_path / "mine", known)


@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_any_template_survives_its_file(text: str) -> None:
    import tomllib

    assert tomllib.loads(f"part = {quoted(text)}\n") == {"part": text}


@pytest.mark.parametrize(
    ("name", "content", "complaint"),
    [
        ("jugde.toml", "", "jugde.toml: no role 'jugde'; there are "),
        ("judge.toml", "task = [1]", "judge.toml: field 'task': must be a text"),
        ("judge.toml", "tsk = ''", "field 'tsk': the judge has no such part; it has system"),
        (
            "judge.toml",
            "task = '{informal} {lean}'",
            "field 'task': placeholder {header} is missing",
        ),
        ("judge.toml", "system = '{informal}'", "unknown placeholder {informal}; there are: none"),
        ("judge.toml", "system = '{a.b}'", "{a.b} is no plain placeholder"),
        ("judge.toml", "system = '{0}'", "{0} is no plain placeholder"),
        ("judge.toml", "system = 'set {'", "field 'system': "),
        ("judge.toml", "system = ", "judge.toml: "),
    ],
)
def test_a_bad_template_is_named_with_its_file_and_part(
    tmp_path: Path, name: str, content: str, complaint: str
) -> None:
    (tmp_path / name).write_text(content, encoding="utf-8")
    with pytest.raises(InputError) as caught:
        read_prompts(tmp_path, all_prompts())
    assert complaint in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_folder_that_is_not_there_or_has_no_templates_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="no folder"):
        read_prompts(tmp_path / "none", all_prompts())
    with pytest.raises(SettingsError, match="no templates"):
        read_prompts(tmp_path, all_prompts())


def test_a_template_cannot_reach_into_what_fills_it() -> None:
    with pytest.raises(ValueError, match="no plain placeholder"):
        placeholders("{informal.__class__}")
    with pytest.raises(ValueError, match="no plain placeholder"):
        Prompt("tester", system="{x!r}")
