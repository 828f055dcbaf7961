"""The tests of a task, in a sandbox of their own. Run as a script; JSON lines in and out.

The first line holds ``tests`` (Python text that defines ``check(candidate)``, as HumanEval's do)
and ``entry`` (the name under which plain asserts call the program). Each ``{"run": true}`` runs
them once. A call of the candidate goes out as ``args`` and its answer comes in as ``value`` or
``error``; the end of a run is ``passed`` with ``reason``. Tests hold no program's text: a program
answers with literals, and nothing it does can reach this process.
"""

from __future__ import annotations

import ast
import json
import os
import sys
from collections.abc import Callable

LONGEST = 200_000


class CandidateFailed(Exception):
    """The program raised, hung or answered with what is no literal."""


def main() -> None:
    lines, answers = sys.stdin, os.fdopen(os.dup(1), "w", buffering=1)
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)

    def say(message: dict[str, object]) -> None:
        answers.write(json.dumps(message) + "\n")

    def candidate(*args: object) -> object:
        say({"args": repr(args)})
        answer = json.loads(lines.readline())
        if "value" not in answer:
            raise CandidateFailed(str(answer.get("error")))
        try:
            return ast.literal_eval(str(answer["value"])[:LONGEST])
        except (ValueError, SyntaxError, MemoryError, RecursionError):
            raise CandidateFailed("not a literal") from None

    task = json.loads(lines.readline())
    for line in lines:
        if not json.loads(line).get("run"):
            continue
        try:
            run(task["tests"], task["entry"], candidate)
            say({"passed": True, "reason": ""})
        except BaseException as error:
            words = f"{type(error).__name__}: {error}" if str(error) else type(error).__name__
            say({"passed": False, "reason": words[:200]})


def run(tests: str, entry: str, candidate: Callable[..., object]) -> None:
    names: dict[str, object] = {"__name__": "tests", entry: candidate, "candidate": candidate}
    exec(compile(tests, "<tests>", "exec"), names)  # in its sandbox
    check = names.get("check")
    if callable(check):
        check(candidate)


if __name__ == "__main__":
    main()
