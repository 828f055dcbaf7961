"""``proofloop review``: in a real terminal, killed with SIGKILL, and by flags."""

import json
import sqlite3
import stat
import sys
from pathlib import Path

import pytest
from filelock import FileLock

from cli.conftest import Proofloop
from proofloop.cli.review_screen import visible
from proofloop.graphs.context import DEFAULT_HEADER
from proofloop.tools.review import Recheck, ReviewItem, ReviewQueue
from support.commands import clean_environment
from support.formalizing import FALSE, GOOD, TEXT, WEAK, WRONG_TYPE
from support.openai_server import ScriptedServer
from support.terminal import CTRL_C, CTRL_D, Terminal

pytestmark = pytest.mark.timeout(600)
BETTER = "theorem even_sum {a b : ℕ} (hb : Even b) (ha : Even a) : Even (a + b)"
BRIEF = {"PROOFLOOP_HYGIENE__PROVE_HEARTBEATS": "2000", "PROOFLOOP_HYGIENE__MOST_VALUES": "8"}
VOTES = (
    {
        "judge": "kind", "passed": True, "score": 0.9, "reasons": "both are even",
        "back_translation": "a + a is even",
    },
    {"judge": "strict", "passed": False, "score": 0.2, "reasons": "one number [b]only[/b]"},
    {"judge": "gone", "passed": None, "abstained": "down", "reasons": "HTTP 503"},
)  # fmt: skip


def item(statement: str, task: str = "even_sum", **fields: object) -> ReviewItem:
    values = {"task": task, "informal": TEXT, "header": DEFAULT_HEADER, "statement": statement}
    return ReviewItem.model_validate(values | fields)


FIRST = item(
    WEAK, votes=VOTES, warnings=("one tactic closes it",), faults=("false: for a = 0",), samples=3,
    others=("theorem even_sum : ∀ n : ℕ, Even (n + n)",),
)  # fmt: skip
SECOND = item(GOOD, differs="only this one has b : ℕ")
THIRD = item("theorem one : 1 = 1", task="one", informal="One is one.")


@pytest.fixture
def queue(tmp_path: Path) -> ReviewQueue:
    queue = ReviewQueue(tmp_path / "r" / "review.sqlite")
    for one in (FIRST, SECOND, THIRD):
        queue.add(one)
    return queue


def terminal(
    folder: Path, *flags: str, editor: str = "", size: tuple[int, int] = (60, 120), **more: str
) -> Terminal:
    environment = clean_environment(folder) | BRIEF | more
    for name in ("EDITOR", "VISUAL"):
        environment.pop(name, None)
    return Terminal(
        ["-m", "proofloop", "review", "r", *flags],
        folder=folder,
        environment=environment | ({"EDITOR": editor} if editor else {}),
        size=size,
    )


def decisions(queue: ReviewQueue) -> list[tuple[str | None, str]]:
    return [(one.decision, one.comment) for one in queue.items()]


def writes(folder: Path, *texts: str) -> str:
    """An editor that replaces the statement by these in turn and keeps what it was shown."""
    for place, text in enumerate(texts):
        (folder / f"text{place}").write_text(text, "utf-8")
    script = folder / "editor.py"
    script.write_text(
        f"import pathlib, sys\nfolder = pathlib.Path({str(folder)!r})\n"
        "path = pathlib.Path(sys.argv[-1])\n"
        "n = len(list(folder.glob('shown*')))\n"
        "(folder / f'shown{n}').write_text(path.read_text('utf-8'), 'utf-8')\n"
        "kept = [l for l in path.read_text('utf-8').splitlines() if l.startswith('--#')]\n"
        "text = (folder / f'text{n}').read_text('utf-8')\n"
        "path.write_text('\\n'.join([*kept, text]), 'utf-8')\n"
    )
    return f"{sys.executable} {script} --wait"


def test_one_screen_shows_all_that_is_known_and_keys_decide(
    queue: ReviewQueue, tmp_path: Path
) -> None:
    with terminal(tmp_path) as user:
        shown = user.expect("accept edit reject")
        for words in (
            "1 of 3", TEXT, "Even (a + a)", "a + a is even (kind)", "yes 0.90 kind",
            "both are even", "no 0.20 strict", "one number [b]only[/b]", "abstained, down gone",
            "one tactic closes it", "proved    false: for a = 0",
            "3 formalizations say the same", "∀ n : ℕ, Even (n + n)",
            "Even (a + b)", "only this one has b : ℕ", "open Nat",
        ):  # fmt: skip
            assert words in shown, words
        user.type("x")
        user.expect("'x' is no key here")
        user.expect("accept edit reject")
        user.type("c")
        user.expect("remark: ")
        user.type("and zero?\r")
        assert "and zero?" in user.expect("accept edit reject").split("remarks", 1)[1]
        user.type("r")
        user.expect("why")
        user.type("one number\r")
        user.expect("2 of 3, 1 decided")
        user.expect("accept edit reject")
        assert decisions(queue)[0] == ("rejected", "and zero?\none number")
        user.type("s")
        user.expect("3 of 3")
        user.expect("accept edit reject")
        user.type("a")
        assert user.ended() == 1
    assert "1 accepted, 0 edited, 1 rejected, 1 waiting" in user.screen
    with terminal(tmp_path) as user:  # goes on with what was skipped
        user.expect("2 of 3, 2 decided")
        user.expect("accept edit reject")
        user.type("a")
        assert user.ended() == 0
    assert [decision for decision, _ in decisions(queue)] == ["rejected", "accepted", "accepted"]


def test_a_decision_can_be_taken_back_and_all_are_shown_again(
    queue: ReviewQueue, tmp_path: Path
) -> None:
    with terminal(tmp_path) as user:
        user.expect("accept edit reject")
        user.type("u")
        user.expect("nothing was decided so far")
        user.expect("accept edit reject")
        user.type("aa")  # two keys at once are two keys
        user.expect("3 of 3, 2 decided")
        user.expect("accept edit reject")
        user.type("u")
        user.expect("2 of 3, 1 decided")
        user.expect("accept edit reject")
        user.type("?")
        user.expect("take back the last decision")
        user.type(" ")
        user.expect("accept edit reject")
        user.type("q")
        assert user.ended() == 1
    assert decisions(queue) == [("accepted", ""), (None, ""), (None, "")]
    with terminal(tmp_path, "--all") as user:
        user.expect("1 of 3, 1 decided  accepted")
        user.expect("accept edit reject")
        user.type("r")
        user.expect("why")
        user.type("\r")
        user.expect("2 of 3")
        user.type(CTRL_D)
        assert user.ended() == 1
    assert decisions(queue)[0] == ("rejected", "")


@pytest.mark.parametrize("at", ["menu", "prompt"])
def test_ctrl_c_and_the_end_of_input_lose_nothing(
    queue: ReviewQueue, tmp_path: Path, at: str
) -> None:
    for key, code in ((CTRL_C, 130), (CTRL_D, 1)):
        with terminal(tmp_path) as user:
            user.expect("accept edit reject")
            if code == 130:
                user.type("a")
                user.expect("2 of 3")
                user.expect("accept edit reject")
            if at == "prompt":
                user.type("r")
                user.expect("why")
            user.type(key)
            assert user.ended() == code
        assert "Traceback" not in user.screen
        assert ("nothing is lost" in user.screen) == (code == 130)
        assert decisions(queue) == [("accepted", ""), (None, ""), (None, "")]


def test_an_edit_is_checked_shown_with_its_faults_and_counts_when_it_passes(
    queue: ReviewQueue, tmp_path: Path
) -> None:
    editor = writes(tmp_path, WRONG_TYPE, FALSE, FALSE, f"{BETTER} := by\n  sorry")
    with terminal(tmp_path, editor=editor) as user:
        user.expect("accept edit reject")
        user.type("e")
        assert "Lean refuses it" in user.expect("edit: keep drop")
        user.type("e")
        assert "proved to be false" in user.expect("edit: keep drop")
        user.type("e")
        user.expect("nothing was changed")
        user.expect("edit: keep drop")
        assert queue.items()[0].waits
        user.type("e")
        user.expect("2 of 3, 1 decided")
        user.type("q")
        assert user.ended() == 1
    first = queue.items()[0]
    assert (first.decision, first.statement, first.accepted) == ("edited", BETTER, True)
    shown = (tmp_path / "shown1").read_text("utf-8")
    assert f"--# text: {TEXT}" in shown and WRONG_TYPE in shown
    assert "--# found:" in shown and "import Proofloop" in shown
    assert not list((tmp_path / "r" / "review" / "edits").iterdir())
    entries = [json.loads(line) for line in (tmp_path / "r/review/journal.jsonl").open()]
    assert sum(entry["kind"] == "lean" for entry in entries) >= 3


def test_an_edit_that_failed_can_be_dropped_and_an_editor_that_fails_is_named(
    queue: ReviewQueue, tmp_path: Path
) -> None:
    queue.draft(FIRST.id, Recheck(statement=FALSE, fault="false", words="for a = 1"))
    with terminal(tmp_path, editor="false") as user:
        assert "for a = 1" in user.expect("edit: keep drop")
        user.type("e")
        user.expect("editor 'false' ended with 1")
        user.expect("edit: keep drop")
        user.type("d")
        assert "for a = 1" not in user.expect("skip  undo")
        user.type("q")
        assert user.ended() == 1
    assert queue.items()[0].recheck is None
    with terminal(tmp_path, editor="no-such-editor --wait") as user:
        user.expect("accept edit reject")
        user.type("e")
        user.expect("editor 'no-such-editor --wait'")
        user.type("q")
        user.ended()


def test_without_an_editor_the_statement_is_typed(queue: ReviewQueue, tmp_path: Path) -> None:
    with terminal(tmp_path) as user:
        user.expect("accept edit reject")
        user.type("e")
        user.expect("no EDITOR is set")
        user.type(f"{BETTER[:40]}\r{BETTER[40:]}\r.\r")
        user.expect("2 of 3, 1 decided")
        user.type("q")
        user.ended()
    assert queue.items()[0].statement.split() == BETTER.split()


def test_killed_after_a_key_in_the_editor_and_while_it_checks_nothing_is_lost(
    queue: ReviewQueue, tmp_path: Path
) -> None:
    hangs = tmp_path / "hangs"
    hangs.write_text(f'#!/bin/sh\nprintf "%s" "{BETTER}" > "$1"\necho written\nsleep 600\n')
    hangs.chmod(hangs.stat().st_mode | stat.S_IXUSR)
    with terminal(tmp_path, editor=str(hangs)) as user:
        user.expect("accept edit reject")
        user.type("a")
        user.expect("2 of 3")
        user.kill()
    assert decisions(queue)[0] == ("accepted", "")
    with terminal(tmp_path, editor=str(hangs)) as user:
        user.expect("2 of 3")
        user.expect("accept edit reject")
        user.type("e")
        user.expect("written")
        user.kill()
    # Its Lean waits for another that is being installed: the kill is in time, however late it is.
    cache = tmp_path / "cache"
    (cache / "lean").mkdir(parents=True)
    with (
        FileLock(cache / "lean" / "install.lock"),
        terminal(tmp_path, editor="true", PROOFLOOP_CACHE_DIR=str(cache)) as user,
    ):
        user.expect("accept edit reject")
        user.type("e")  # finds what was written there
        user.expect("checking the edit")
        user.kill()
    found = queue.items()[1]
    assert found.recheck is not None
    assert (found.decision, found.draft, found.recheck.fault) == (None, BETTER, "unchecked")
    with terminal(tmp_path) as user:
        assert "not checked yet" in user.expect("edit: keep drop")
        user.type("k")
        user.expect("3 of 3, 2 decided")
        user.type("q")
        user.ended()
    assert (queue.items()[1].decision, queue.items()[1].statement) == ("edited", BETTER)


def test_what_does_not_fit_is_shortened_and_can_be_seen_whole(
    queue: ReviewQueue, tmp_path: Path
) -> None:
    long = {"judge": "long", "passed": True, "score": 1.0, "reasons": "so it is, " * 90 + "END"}
    queue.decide(FIRST.id, "rejected")
    queue.decide(SECOND.id, "rejected")
    queue.add(item("theorem t : 2 = 2", task="t", votes=(long,)))
    with terminal(tmp_path, size=(14, 80)) as user:
        user.expect("accept edit reject")
        user.type("s")
        shown = user.expect("accept edit reject")
        assert "m shows all of it" in shown and "END" not in shown
        user.type("m")
        assert "END" in user.expect("any key goes on")
        user.type("qq")
        assert user.ended() == 1


def test_what_would_act_on_the_terminal_is_shown(queue: ReviewQueue, tmp_path: Path) -> None:
    for one in (FIRST, SECOND, THIRD):
        queue.decide(one.id, "rejected")
    evil = "theorem t (ab : ℕ) : a\u200bb = ab -- \u202e \x1b[2J\x1b]0;title\x07"
    queue.add(item(evil, task="t\x1b[31m", informal="[red]Show[/] \x1b[1A it."))
    with terminal(tmp_path) as user:
        shown = user.expect("accept edit reject")
        for words in ("a<U+200B>b", "<U+202E>", "<U+001B>[2J", "<U+0007>", "[red]Show[/]"):
            assert words in shown, words
        user.type("q")
        user.ended()


@pytest.mark.parametrize(
    "char", ["\u200b", "\u202e", "\u3164", "\ufe0f", "\u00a0", "\u2800", "\u0391"]
)
def test_what_cannot_be_seen_or_looks_like_another_letter_is_shown(char: str) -> None:
    assert visible(f"a{char}b") == f"a<U+{ord(char):04X}>b"


def test_what_is_written_in_mathematics_is_shown_as_it_is() -> None:
    assert visible(text := "∀ ε > 0, ∑ k ∈ s, α₁ • x⁻¹ ≤ ν \n\t‖π‖ ∘ Γ ℝ") == text


def test_a_run_that_has_queued_nothing_yet_is_told_from_one_without_a_queue(
    proofloop: Proofloop, tmp_path: Path
) -> None:
    (tmp_path / "r").mkdir()
    done = proofloop("review", "r")
    assert (done.returncode, "--review makes one" in done.stderr) == (2, True)
    (tmp_path / "r" / "run.json").write_text(json.dumps({"asked": {"review": True}}))
    done = proofloop("review", "r")
    assert (done.returncode, "nothing is queued yet" in done.stderr) == (2, True)


def test_without_a_terminal_it_names_the_flags(process: Proofloop, queue: ReviewQueue) -> None:
    done = process("review", "r")
    assert done.returncode == 2
    assert len(done.stderr.splitlines()) == 1
    for flag in ("--list", "--json", "--accept ID", "--reject ID", "--edit ID FILE", "--export"):
        assert flag in done.stderr
    for one in (FIRST, SECOND, THIRD):
        queue.decide(one.id, "rejected")
    done = process("review", "r")  # nothing is left to ask
    assert (done.returncode, "3 rejected" in done.stdout) == (0, True)


def test_flags_decide_and_the_queue_comes_as_a_list_and_as_json(
    proofloop: Proofloop, queue: ReviewQueue, tmp_path: Path
) -> None:
    done = proofloop("review", "r", "--accept", THIRD.id[:6], "--reject", FIRST.id,
                     "--comment", "so it is")  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert decisions(queue) == [("rejected", "so it is"), (None, ""), ("accepted", "so it is")]
    listed = proofloop("review", "r", "--list")
    assert listed.returncode == 1  # one is left
    assert "proved wrong, 1 warning " in listed.stdout
    assert [row.split()[1] for row in listed.stdout.splitlines()[1:4]] == [
        "rejected", "waiting", "accepted",
    ]  # fmt: skip
    dumped = json.loads(proofloop("review", "r", "--json").stdout)
    assert (dumped["accepted"], dumped["rejected"], dumped["waiting"]) == (1, 1, 1)
    assert dumped["items"][0]["item"]["votes"][1]["judge"] == "strict"
    done = proofloop("review", "r", "--reopen", FIRST.id, "--comment", "look again", "--json")
    (one,) = json.loads(done.stdout)["items"]
    assert (one["state"], one["comment"]) == ("waiting", "so it is\nlook again")


def test_bad_names_and_flags_are_one_line_and_change_nothing(
    proofloop: Proofloop, queue: ReviewQueue, tmp_path: Path
) -> None:
    before = decisions(queue)
    for flags, words in (
        (("--accept", THIRD.id, "--reject", "nope"), "no item 'nope'"),
        (("--accept", ""), "no item ''"),
        (("--accept", THIRD.id, "--reject", THIRD.id), "named twice"),
        (("--comment", "hm"), "--comment goes with"),
        (("--accept", THIRD.id, "--edit", FIRST.id, "absent.lean"), "absent.lean: No such file"),
    ):
        done = proofloop("review", "r", *flags)
        assert (done.returncode, len(done.stderr.splitlines())) == (2, 1), done.stderr
        assert words in done.stderr
    assert decisions(queue) == before
    for folder, words in (("absent", "no such run folder"), (".", "holds no review queue")):
        done = proofloop("review", folder)
        assert (done.returncode, words in done.stderr) == (2, True)
    with sqlite3.connect(tmp_path / "r" / "review.sqlite") as other:
        other.execute("UPDATE review SET item = '{}'")
    done = proofloop("review", "r", "--list")
    assert (done.returncode, len(done.stderr.splitlines())) == (1, 1)
    assert f"item {FIRST.id} is damaged: Field required" in done.stderr


def test_an_edit_by_flags_is_checked_too(
    proofloop: Proofloop, queue: ReviewQueue, tmp_path: Path
) -> None:
    (tmp_path / "false.lean").write_text(FALSE)
    done = proofloop("review", "r", "--edit", FIRST.id, "false.lean", **BRIEF)
    assert (done.returncode, "proved to be false" in done.stdout) == (1, True), done.stderr
    assert queue.items()[0].draft == FALSE
    done = proofloop("review", "r", "--edit", FIRST.id, "-", "--json", stdin=BETTER, **BRIEF)
    (one,) = json.loads(done.stdout)["items"]
    assert (done.returncode, one["state"], one["formal"]) == (0, "edited", BETTER)


def test_the_judges_can_be_asked_about_an_edit(
    proofloop: Proofloop, queue: ReviewQueue, tmp_path: Path
) -> None:
    def script(call: object) -> str:
        said = {"informal": "b first", "consistent": False, "reasons": "the order"}
        return json.dumps(said)

    with ScriptedServer(script) as server:
        command = ("review", "r", "--judge", "--edit", FIRST.id, "-", "--model", "m",
                   "--base-url", server.base_url)  # fmt: skip
        options = {"OPENAI_API_KEY": "k", **BRIEF}
        done = proofloop(*command, stdin=BETTER, **options)
        assert done.returncode == 1, done.stderr
        assert "says: b first" in done.stdout and "the order" in done.stdout
        assert queue.items()[0].waits
        calls = len(server.calls)
        done = proofloop(*command, stdin=BETTER, **options)  # once more is a yes
        assert (done.returncode, len(server.calls)) == (0, calls)
    assert queue.items()[0].accepted


def test_a_comment_sends_an_item_back_where_a_formalizer_waits(
    proofloop: Proofloop, tmp_path: Path
) -> None:
    queue = ReviewQueue(tmp_path / "r" / "review.sqlite")
    back, open_ = item(GOOD, revises=True), item("theorem one : 1 = 1", task="one")
    for one in (back, item(WEAK, revises=True), open_):
        queue.add(one)
    with terminal(tmp_path) as user:
        user.expect("accept edit reject")
        user.type("c")
        user.expect("to the formalizer: ")
        user.type("integers\r")
        user.expect("2 of 3")
        user.expect("accept edit reject")
        user.type("q")
        assert user.ended() == 1
    assert "1 returned" in user.screen
    assert decisions(queue) == [("returned", "integers"), (None, ""), (None, "")]
    for flags, words in (((), "goes back to the formalizer with words"), (("x",), "no formalizer")):
        id = open_.id if flags else queue.items()[1].id
        done = proofloop("review", "r", "--return", id, "--comment", *(flags or ("",)))
        assert (done.returncode, words in done.stderr) == (2, True)


def test_what_is_accepted_is_exported_and_can_be_proved(
    proofloop: Proofloop, queue: ReviewQueue, tmp_path: Path
) -> None:
    done = proofloop("review", "r", "--export", "out.jsonl")
    assert (done.returncode, (tmp_path / "out.jsonl").exists()) == (2, False)
    assert "nothing is accepted" in done.stderr
    queue.decide(FIRST.id, "edited", recheck=Recheck(statement=BETTER), comment="implicit")
    queue.decide(SECOND.id, "accepted")
    queue.draft(THIRD.id, Recheck(statement="theorem one : 1 = 2", fault="false"))
    done = proofloop("review", "r", "--export", "/proc/x/out.jsonl")
    assert (done.returncode, "cannot write /proc/x/out.jsonl" in done.stderr) == (2, True)
    done = proofloop("review", "r", "--export", "out.jsonl")
    assert done.returncode == 1  # one is left
    assert f"{THIRD.id} is not exported: its edit has not passed (false)" in done.stderr
    tasks = [json.loads(line) for line in (tmp_path / "out.jsonl").read_text().splitlines()]
    assert [(task["id"], task["formal"], task["kind"]) for task in tasks] == [
        ("even_sum", BETTER, "prove"), ("even_sum_2", GOOD, "prove"),
    ]  # fmt: skip
    assert tasks[0]["extra"]["review"]["comment"] == "implicit"
    # What another program wrote into the file as edited is not exported either.
    with sqlite3.connect(tmp_path / "r" / "review.sqlite") as other:
        other.execute("UPDATE review SET decision = 'edited', statement = 'theorem x : 1 = 2'"
                      " WHERE id = ?", (THIRD.id,))  # fmt: skip
    done = proofloop("review", "r", "--export", "out.jsonl")
    assert (done.returncode, len((tmp_path / "out.jsonl").read_text().splitlines())) == (1, 2)
    done = proofloop("prove-set", "out.jsonl", "--out", "proved", "--json")
    assert json.loads(done.stdout)["proved"] == 2, done.stderr
