"""What README and docs show can be typed: every command, option, page and file is there."""

from __future__ import annotations

import re
import shlex
from itertools import takewhile
from pathlib import Path

import pytest
import typer

from proofloop.cli.app import app

ROOT = Path(__file__).parents[2]
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
FENCED = re.compile(r"```sh\n(.*?)```", re.DOTALL)
INLINE = re.compile(r"`(proofloop [^`]+)`")
# What follows one of them is another command.
OPERATORS = ("|", "&&", ";", ">")


def shown(page: Path) -> list[list[str]]:
    """The words of each `proofloop` command of a page."""
    text = page.read_text("utf-8")
    lines = "\n".join(FENCED.findall(text)).replace("\\\n", " ")
    # A text in quotes may go over several lines.
    commands = re.findall(r"^proofloop (?:[^\"\n]|\"[^\"]*\")*", lines, re.MULTILINE)
    words = [shlex.split(each, comments=True) for each in commands + INLINE.findall(text)]
    return [list(takewhile(lambda word: word not in OPERATORS, each[1:])) for each in words]


def fault(words: list[str]) -> str:
    """What of a command line does not exist; "" for nothing."""
    command = typer.main.get_command(app)
    while words and (inner := getattr(command, "commands", None)) is not None:
        if words[0].startswith("-"):
            break
        if words[0] not in inner:
            return f"no command {words[0]!r}"
        command, words = inner[words[0]], words[1:]
    known = {"--help"}
    for one in command.params:
        known |= {*one.opts, *one.secondary_opts}
    options = [word.partition("=")[0] for word in words if re.match(r"--[a-z]", word)]
    return next((f"no option {option}" for option in options if option not in known), "")


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_command_of_a_page_exists(page: Path) -> None:
    assert [(words, found) for words in shown(page) if (found := fault(words))] == []


def test_a_command_that_does_not_exist_would_be_found() -> None:
    assert fault(["prove", "x.lean", "--samples", "3"]) == ""
    assert fault(["disprove", "x.lean"]) == "no command 'disprove'"
    assert fault(["lean", "name", "x", "--loud"]) == "no option --loud"
    assert ["prove", "theorem.lean"] in shown(PAGES[0]) and len(shown(PAGES[0])) > 20


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_file_that_a_page_links_is_there(page: Path) -> None:
    links = re.findall(r"\]\((?!https?:|#)([^)#]+)", page.read_text("utf-8"))
    assert [link for link in links if not (page.parent / link).exists()] == []
