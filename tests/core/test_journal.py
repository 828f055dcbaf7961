import json
import os
import signal
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from proofloop.core.errors import StorageError
from proofloop.core.journal import Journal, fingerprint


def test_entries_are_found_by_key_also_after_reopening(tmp_path: Path) -> None:
    path = tmp_path / "run" / "journal.jsonl"
    journal = Journal(path)
    journal.append("model", key="k", answer="∀ x")
    assert journal.find("model", "k") == journal.find("model", "k")
    again = Journal(path)
    found = again.find("model", "k")
    assert found is not None
    assert found["answer"] == "∀ x"
    assert again.find("lean", "k") is None


def test_a_torn_tail_is_cut_and_writing_goes_on(tmp_path: Path) -> None:
    path = tmp_path / "journal.jsonl"
    first = Journal(path)
    first.append("model", key="a", answer=1)
    first.close()
    with path.open("ab") as file:
        file.write(b'{"kind":"model","key":"b","ans')
    second = Journal(path)
    assert second.find("model", "b") is None
    second.append("model", key="c", answer=3)
    assert [entry["key"] for entry in Journal(path).entries("model")] == ["a", "c"]


def test_a_damaged_line_is_an_error_that_names_it(tmp_path: Path) -> None:
    path = tmp_path / "journal.jsonl"
    path.write_text('{"kind":"model"}\nnonsense\n')
    with pytest.raises(StorageError, match=r"journal\.jsonl:2"):
        Journal(path)


def test_secrets_are_never_written(tmp_path: Path) -> None:
    path = tmp_path / "journal.jsonl"
    secret = 'sk-"quoted"-12345'
    journal = Journal(path, secrets=[secret])
    journal.append("model", prompt=f"my key is {secret}", nested={"deep": [secret]})
    text = path.read_text()
    assert "12345" not in text
    assert json.loads(text)["nested"] == {"deep": ["***"]}


FILLER = """
import resource, sys
from proofloop.core.errors import StorageError
from proofloop.core.journal import Journal
resource.setrlimit(resource.RLIMIT_FSIZE, (4096, 4096))
journal = Journal(sys.argv[1])
journal.append("event", key="fits", text="x" * 2000)
try:
    journal.append("event", key="too long", text="x" * 5000)
except StorageError as error:
    print(error)
journal.append("event", key="fits too", text="x" * 100)
"""


def test_a_word_that_servers_take_for_a_key_spoils_no_text(tmp_path: Path) -> None:
    journal = Journal(tmp_path / "journal.jsonl", secrets=["none", ""])
    assert journal.append("model", answer="none of these")["answer"] == "none of these"


def test_no_room_is_one_clear_error_and_leaves_no_half_line(tmp_path: Path) -> None:
    path = tmp_path / "journal.jsonl"
    done = subprocess.run(
        [sys.executable, "-c", FILLER, str(path)], capture_output=True, text=True, check=True
    )
    assert done.stdout == f"cannot write {path}: No space left on device\n"
    assert [entry["key"] for entry in Journal(path).entries()] == ["fits", "fits too"]


def test_threads_may_share_a_journal(tmp_path: Path) -> None:
    journal = Journal(tmp_path / "journal.jsonl")

    def write(name: str) -> None:
        for number in range(50):
            journal.append("event", key=f"{name}{number}", text="x" * 1000)

    threads = [threading.Thread(target=write, args=(name,)) for name in "abcd"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    keys = [entry["key"] for entry in journal.entries()]
    assert sorted(keys) == sorted(f"{name}{number}" for name in "abcd" for number in range(50))
    assert [key for key in keys if key[0] == "a"] == [f"a{number}" for number in range(50)]


WRITER = """
import sys
from proofloop.core.journal import Journal
journal = Journal(sys.argv[1])
print("ready", flush=True)
number = 0
while True:
    journal.append("event", key=str(number), text="x" * 5000)
    number += 1
"""


def test_killed_in_the_middle_of_writing_the_journal_opens_again(tmp_path: Path) -> None:
    path = tmp_path / "journal.jsonl"
    process = subprocess.Popen(
        [sys.executable, "-c", WRITER, str(path)], stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    process.stdout.readline()
    while not path.exists() or path.stat().st_size < 200_000:
        pass
    os.kill(process.pid, signal.SIGKILL)
    process.wait()
    entries = list(Journal(path).entries())
    assert [entry["key"] for entry in entries] == [str(number) for number in range(len(entries))]
    assert len(entries) >= 39


values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=10,
)


@given(values, values)
def test_fingerprints_are_equal_exactly_for_equal_json(one: object, two: object) -> None:
    same = json.dumps(one, sort_keys=True) == json.dumps(two, sort_keys=True)
    assert (fingerprint(one) == fingerprint(two)) == same
