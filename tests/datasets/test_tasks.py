from pathlib import Path

import pytest

from proofloop.core.errors import InputError
from proofloop.datasets.tasks import misnamed, read_tasks, require_formal


def write(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "in.jsonl"
    path.write_text(text)
    return path


def test_tasks_are_read_and_unknown_fields_kept(tmp_path: Path) -> None:
    path = write(
        tmp_path, '{"id": "a", "informal": "x", "level": 3}\n\n{"formal": "theorem t : 1 = 1"}\n'
    )
    first, second = read_tasks(path)
    assert first.extra == {"level": 3}
    assert second.id == "3"


def test_a_misspelt_field_is_told_from_one_of_the_users_own(tmp_path: Path) -> None:
    lines = (
        '{"informal": "x", "image": "a.png", "level": 3, "question": "q"}\n'
        '{"formal": "theorem t : 1 = 1", "heder": "open Nat", "header": "open Nat"}\n'
    )
    assert misnamed(read_tasks(write(tmp_path, lines))) == {"image": "images"}


def test_a_line_that_is_not_utf_8_is_named(tmp_path: Path) -> None:
    path = write(tmp_path, "")
    path.write_bytes(b'{"informal": "x"}\n{"informal": "\xff"}\n')
    with pytest.raises(InputError, match=r"in\.jsonl:2: not UTF-8 \(byte 14 of the line\)"):
        read_tasks(path)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "holds no task"),
        ("{", r"in\.jsonl:1: not JSON: .* at column 2"),
        ("[" * 100_000, r"in\.jsonl:1: not JSON: maximum recursion"),
        ("1" * 5_000, r"in\.jsonl:1: not JSON: .*digits"),
        ("[1]", r"in\.jsonl:1: not a JSON object"),
        ('{"id": "a"}', r"in\.jsonl:1: has neither"),
        ('{"id": "a", "informal": "x"}\n{"id": "a", "informal": "y"}', r":2: field 'id'.*twice"),
        ('{"id": "a", "informal": 5}', r":1: field 'informal'"),
        ('{"informal": "x", "kind": "guess"}', r":1: field 'kind'"),
        ('{"informal": "x", "kind": "prove"}', r":1: field 'formal': task '1' has no formal"),
    ],
)
def test_bad_lines_are_named(tmp_path: Path, text: str, words: str) -> None:
    with pytest.raises(InputError, match=words):
        read_tasks(write(tmp_path, text))


def test_a_task_without_the_formal_statement_it_needs_is_named(tmp_path: Path) -> None:
    path = write(tmp_path, '\n{"formal": "theorem t : 1 = 1"}\n\n{"id": "x", "informal": "y"}\n')
    first, second = read_tasks(path)
    require_formal([first], file=path)
    with pytest.raises(InputError, match=r"in\.jsonl:4: field 'formal': task 'x' has no formal"):
        require_formal([first, second], file=path)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"absent\.jsonl: No such file"):
        read_tasks(tmp_path / "absent.jsonl")


def test_images_are_relative_to_the_file_and_have_to_be_there(tmp_path: Path) -> None:
    (tmp_path / "figure.png").write_bytes(b"x")
    path = write(tmp_path, '{"informal": "x", "images": ["figure.png", "https://a.org/b.png"]}\n')
    (task,) = read_tasks(path)
    assert task.images == (str(tmp_path / "figure.png"), "https://a.org/b.png")
    missing = write(tmp_path, '{"informal": "x", "images": ["absent.png"]}\n')
    with pytest.raises(InputError, match=r"in\.jsonl:1: field 'images': no image absent\.png"):
        read_tasks(missing)
