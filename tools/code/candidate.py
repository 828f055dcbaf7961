"""The program under test, in a sandbox of its own. Run as a script; JSON lines in and out.

The first line holds ``program`` and ``entry``; each one after it ``args``, the text of a tuple of
Python literals. Answers: ``value``, the text of a literal, or ``error``, the name of what was
raised. Nothing here can be trusted once the program has run: what it answers is data, and the
tests are in another process.
"""

from __future__ import annotations

import ast
import json
import os
import sys
from typing import Any

LONGEST = 200_000  # characters of one value


def main() -> None:
    lines, answers = sys.stdin, os.fdopen(os.dup(1), "w", buffering=1)
    # What the program prints or reads is its own affair.
    null = os.open(os.devnull, os.O_RDWR)
    sys.stdin = os.fdopen(os.dup(null))
    os.dup2(null, 1)
    os.dup2(null, 2)
    task = json.loads(lines.readline())
    try:
        names: dict[str, Any] = {"__name__": "program"}
        exec(compile(task["program"], "<program>", "exec"), names)  # in its sandbox
        function = names[task["entry"]]
    except BaseException as error:
        answers.write(json.dumps({"error": f"{type(error).__name__} at import"}) + "\n")
        return
    answers.write(json.dumps({"ready": True}) + "\n")
    for line in lines:
        try:
            value = function(*ast.literal_eval(json.loads(line)["args"]))
            text = repr(value)
            answer = {"value": text} if len(text) <= LONGEST else {"error": "too long"}
        except BaseException as error:
            answer = {"error": type(error).__name__}
        answers.write(json.dumps(answer) + "\n")


if __name__ == "__main__":
    main()
