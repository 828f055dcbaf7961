"""One statement on one screen: the text, the Lean, what it says, the votes, the warnings."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from rich.console import Console, Group, RenderableType
from rich.syntax import Syntax
from rich.table import Table
from rich.text import Text

if TYPE_CHECKING:
    from proofloop.tools.review import Recheck, Reviewed

SHORT = 160  # characters of a judge's reasons where the whole does not fit
STATES = {
    "accepted": "green", "edited": "green", "rejected": "red", "returned": "magenta",
    "waiting": "yellow",
}  # fmt: skip
FAULTS = {
    "unchecked": "not checked yet",
    "precheck": "refused before Lean saw it",
    "lean": "Lean refuses it",
    "false": "proved to be false",
    "vacuous": "proved to be vacuous",
}


def screen(
    shown: Reviewed, items: Sequence[Reviewed], console: Console, *, whole: bool = False
) -> RenderableType:
    """``items`` is the whole queue. What is too tall for the console is shortened, unless the
    ``whole`` is asked for."""
    full = Group(heading(shown, items), table(sections(shown, items)))
    if whole or len(console.render_lines(full)) < console.height - 2:
        return full
    words = Text("shortened: m shows all of it", style="dim")
    return Group(heading(shown, items), table(sections(shown, items, short=True)), words)


def heading(shown: Reviewed, items: Sequence[Reviewed]) -> RenderableType:
    place = 1 + [one.id for one in items].index(shown.id)
    decided = sum(not one.waits for one in items)
    line = Table.grid(expand=True, padding=(0, 1))
    line.add_column()
    line.add_column(justify="right")
    where = Text(f"{place} of {len(items)}", style="bold")
    where.append(f", {decided} decided", style="not bold dim")
    where.append(f"  {state(shown)}", style=STATES[state(shown)])
    line.add_row(where, Text(f"{visible(shown.item.task)}  {shown.id}", style="dim"))
    return line


def state(one: Reviewed) -> str:
    """What counts of an item: a decision that no re-check has passed does not."""
    return "waiting" if one.waits or one.decision is None else one.decision


def sections(
    shown: Reviewed, items: Sequence[Reviewed], *, short: bool = False
) -> Iterator[tuple[str, RenderableType]]:
    """The rows: a label and what stands beside it."""
    item = shown.item
    most = 1 if short else None
    yield "text", plain(item.informal)
    yield "Lean", lean(item.statement)
    yield "", Text("after " + "; ".join(visible(item.header).splitlines()), style="dim")
    for judge, words in list(item.translations.items())[:most]:
        yield "says", plain(words, f"({judge})" if judge else "")
    for vote in item.votes:
        yield "votes", votes_line(vote, short=short)
    for words in item.faults:
        words = words.split("\n", 1)[0] if short else words
        yield "proved", Text(visible(words), style="bold red")
    for words in item.warnings[:3] if short else item.warnings:
        yield "warnings", Text(visible(words), style="yellow")
    if item.differs:
        yield "differs", plain(item.differs)
    if item.samples > 1 or item.others:
        yield "alike", plain(f"{item.samples} formalizations say the same")
    for text in item.others[:most]:
        yield "alike", lean(text)
    for other in [one for one in items if is_rival(one, shown)][:most]:
        words = f"[{state(other)}] {other.item.differs}".rstrip()
        yield "or read", Group(lean(other.formal), Text(visible(words), style="dim"))
    if shown.comment:
        yield "remarks", plain(shown.comment)
    if shown.recheck is not None and state(shown) != "rejected":
        yield "edit", edited(shown.recheck, short=short)


def is_rival(one: Reviewed, shown: Reviewed) -> bool:
    """Whether it is another reading of the same text."""
    same = (one.item.task, one.item.informal) == (shown.item.task, shown.item.informal)
    return same and one.id != shown.id


def edited(recheck: Recheck, *, short: bool = False) -> RenderableType:
    """The last edit, and what was found of it."""
    parts: list[RenderableType] = [lean(recheck.statement)]
    if recheck.fault:
        parts.append(Text(FAULTS.get(recheck.fault, recheck.fault), style="bold red"))
    else:
        parts.append(Text(f"passed, {recheck.lean}", style="green"))
    if recheck.words and recheck.fault:
        parts.append(plain(recheck.words))
    parts += [Text(visible(words), style="yellow") for words in recheck.warnings]
    for vote in recheck.votes:
        if words := vote.get("back_translation"):
            parts.append(plain(f"says: {words}"))
        parts.append(votes_line(vote, short=short))
    return Group(*parts)


def votes_line(vote: Mapping[str, Any], *, short: bool = False) -> Text:
    passed = vote.get("passed")
    if passed is None:
        line = Text(f"abstained, {vote.get('abstained') or 'cannot tell'}", style="yellow")
    else:
        line = Text("yes" if passed else "no", style="green" if passed else "red")
        line.append(f" {float(vote.get('score', 0.5)):.2f}", style="default")
    reasons = visible(str(vote.get("reasons", "")))
    if short and len(reasons) > SHORT:
        reasons = reasons[:SHORT] + " ..."
    line.append(f" {visible(str(vote.get('judge', '')))}", style="bold default")
    return line.append(f"  {reasons}", style="default")


def table(rows: Iterable[tuple[str, RenderableType]], *, width: int = 8) -> Table:
    """A label is written once over what it names."""
    grid = Table.grid(padding=(0, 2, 0, 0))
    grid.add_column(style="cyan", width=width)
    grid.add_column()
    last = ""
    for label, content in rows:
        grid.add_row("" if label == last else label, content)
        last = label
    return grid


def lean(text: str) -> Syntax:
    return Syntax(
        visible(text), "lean4", theme="ansi_dark", background_color="default", word_wrap=True
    )


def plain(text: str, after: str = "") -> Text:
    words = Text(visible(text.strip()))
    return words.append(f" {visible(after)}", style="dim") if after else words


# Fillers and variation selectors, which take no place or look like a space; Greek letters that look
# like Latin ones, which Lean takes in names.
_DECEIVING = re.compile(
    "[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u2800\u3164\ufe00-\ufe0f\uffa0\U000e0100-\U000e01ef"
    "\u0391\u0392\u0395-\u0397\u0399\u039a\u039c\u039d\u039f\u03a1\u03a4\u03a5\u03a7\u03bf]"
)


def visible(text: str) -> str:
    """The text with characters shown that would act on the terminal, could not be seen or taken
    for others: what a person accepts is what they have read."""
    return "".join(f"<U+{ord(char):04X}>" if is_hidden(char) else char for char in text)


def is_hidden(char: str) -> bool:
    if char in " \n\t":
        return False
    hidden = ("Cc", "Cf", "Co", "Cs", "Zl", "Zp", "Zs")
    return unicodedata.category(char) in hidden or bool(_DECEIVING.match(char))
