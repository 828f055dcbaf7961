"""Walking a review queue in the terminal, a key at a time; every key's effect is on the disk at
once, so that the walk may end at any moment."""

from __future__ import annotations

import contextlib
from collections import deque
from pathlib import Path
from typing import TYPE_CHECKING

from proofloop.cli import review_editor as editor
from proofloop.cli.keys import Keyboard, read_line
from proofloop.cli.output import console
from proofloop.cli.review_checker import keep_text
from proofloop.cli.review_screen import screen, state, table
from proofloop.core.errors import ProofloopError

if TYPE_CHECKING:
    from proofloop.cli.review_checker import Checker
    from proofloop.tools.review import Reviewed, ReviewQueue

HELP = (
    ("a", "accept the Lean as it stands"),
    ("e", "edit it; the edit is checked before it counts"),
    ("r", "reject it, and say why"),
    ("c", "add a remark; where a formalizer waits, send it back with one"),
    ("s", "skip it for now"),
    ("u", "take back the last decision"),
    ("m", "show all of it"),
    ("k", "keep an edit: check it (again) and let it count"),
    ("d", "drop an edit"),
    ("q", "quit; the same command goes on from here"),
)


class Walk:
    """One person's way through ``queue``; ``everything`` shows what is decided too."""

    def __init__(
        self, queue: ReviewQueue, checker: Checker, edits: Path, *, everything: bool = False
    ) -> None:
        self.queue, self.checker, self.edits = queue, checker, edits
        self.everything = everything
        self.past: set[str] = set()
        self.decided: list[str] = []
        self.back = ""
        self.keyboard = Keyboard()
        self.keys: deque[str] = deque()
        self.words = ""

    def run(self) -> None:
        """Until nothing is left to show or the person quits (q, the end of input)."""
        with self.keyboard, contextlib.suppress(EOFError, Quit):
            while (shown := self.next()) is not None:
                self.show(shown)
                self.heed(self.key(shown), shown)

    def next(self) -> Reviewed | None:
        """What is up next, read anew: a run may add to the queue, others may take from it."""
        if self.back:
            return self.queue.get(self.back)
        return next(
            (
                one
                for one in self.queue.items(waiting=not self.everything)
                if one.id not in self.past
            ),
            None,
        )

    def show(self, shown: Reviewed, *, whole: bool = False) -> None:
        console().clear()
        console().print(screen(shown, self.queue.items(), console(), whole=whole))
        if self.words:
            console().print(self.words, style="yellow", markup=False)
        self.words = ""

    def key(self, shown: Reviewed) -> str:
        offered = "[b]a[/]ccept [b]e[/]dit [b]r[/]eject [b]c[/]omment [b]s[/]kip"
        if has_edit(shown):
            offered += "  edit: [b]k[/]eep [b]d[/]rop"
        console().print(f"{offered}  [b]u[/]ndo [b]m[/]ore [b]q[/]uit [b]?[/]", end="\n> ")
        key = self.press()
        console().print(key if key.isprintable() else "")
        return key

    def press(self) -> str:
        if not self.keys:
            typed = self.keyboard.read()
            # An arrow or function key comes as several characters and is none of ours.
            self.keys.extend("\x1b" if typed.startswith("\x1b") else typed)
        return self.keys.popleft()

    def heed(self, key: str, shown: Reviewed) -> None:
        acts = {
            "a": self.accept, "e": self.edit, "r": self.reject, "c": self.comment, "s": self.skip,
            "u": self.undo, "m": self.more, "q": self.quit, "?": self.help,
        }  # fmt: skip
        if has_edit(shown):
            acts |= {"k": self.keep, "d": self.drop}
        try:
            if key in acts:
                acts[key](shown)
            else:
                self.words = f"{key!r} is no key here; ? lists them"
        except ProofloopError as error:
            self.words = str(error)

    def line(self, prompt: str) -> str:
        with self.keyboard.lines():
            console().print(prompt, markup=False, end="")
            return read_line()

    def leave(self, shown: Reviewed) -> None:
        self.past.add(shown.id)
        self.back = ""

    def accept(self, shown: Reviewed) -> None:
        self.queue.decide(shown.id, "accepted", seen=shown)
        self.decided.append(shown.id)
        self.leave(shown)

    def reject(self, shown: Reviewed) -> None:
        why = self.line("why (Enter for no words): ")
        self.queue.decide(shown.id, "rejected", comment=why, seen=shown)
        self.decided.append(shown.id)
        self.leave(shown)

    def comment(self, shown: Reviewed) -> None:
        to = "to the formalizer" if shown.item.revises and shown.waits else "remark"
        if words := self.line(f"{to}: ").strip():
            after = self.queue.comment(shown.id, words, seen=shown)
            if after.decision == "returned":
                self.decided.append(shown.id)
                self.leave(shown)

    def edit(self, shown: Reviewed) -> None:
        with self.keyboard.lines():
            text = editor.edit(shown, self.edits)
        if text is None:
            self.words = "nothing was changed"
        else:
            self.check(shown, text)

    def keep(self, shown: Reviewed) -> None:
        self.check(shown, shown.draft)

    def check(self, shown: Reviewed, text: str) -> None:
        """Re-checks an edit: it counts, or the item is shown again with what speaks against it."""
        keep_text(self.queue, shown.id, text)
        editor.done(shown, self.edits)
        console().print("checking the edit ...", style="dim")
        after = self.checker.edit(self.queue, shown.id, text, seen=shown)
        self.keyboard.forget()
        self.keys.clear()
        if not after.waits:
            self.decided.append(shown.id)
            self.leave(shown)
        elif after.recheck is not None and after.recheck.passed:
            self.words = "the judges do not agree with the edit: k keeps it all the same"

    def drop(self, shown: Reviewed) -> None:
        self.queue.draft(shown.id, None)

    def skip(self, shown: Reviewed) -> None:
        self.leave(shown)

    def undo(self, shown: Reviewed) -> None:
        if not self.decided:
            self.words = "nothing was decided so far"
            return
        self.back = self.decided.pop()
        self.queue.decide(self.back, None)

    def more(self, shown: Reviewed) -> None:
        self.show(shown, whole=True)
        self.pause()

    def help(self, shown: Reviewed) -> None:
        console().print(table(HELP, width=1))
        self.pause()

    def pause(self) -> None:
        console().print("any key goes on", style="dim")
        self.press()

    def quit(self, shown: Reviewed) -> None:
        raise Quit


class Quit(Exception):
    pass


def has_edit(shown: Reviewed) -> bool:
    """Whether there is an edit that does not count."""
    return shown.recheck is not None and state(shown) != "edited"
