"""The final answer in the text of a solution, and the last block of code.

In the order of what is most deliberate: the last ``\\boxed{...}``, the last line that starts with
"Answer:" (or GSM8K's "####" and "A:"), else "" - a text without a marked answer casts no vote.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

_MARKED = re.compile(
    r"^[ \t>*_#-]*(?:(?:the\s+)?(?:final\s+)?answer(?:\s+is)?|a)[ \t*_]*[:=][ \t*_]*(\S.*)$"
    r"|^####[ \t]*(\S.*)$",
    re.IGNORECASE | re.MULTILINE,
)
_FENCED = re.compile(r"^```[ \t]*(\w*)[^\n]*\n(.*?)^```[ \t]*$", re.DOTALL | re.MULTILINE)
LONGEST = 500  # characters; more is no answer but a text


def final_answer(text: str) -> str:
    """The answer without the marks around it; "" where none is marked."""
    found = last_boxed(text)
    if found is None:
        marked = list(_MARKED.finditer(text))
        found = next(part for part in marked[-1].groups() if part) if marked else ""
    found = stripped(found)
    return found if len(found) <= LONGEST else ""


def last_boxed(text: str) -> str | None:
    """What the last ``\\boxed`` holds, braces inside it included; None without a complete one."""
    for start in reversed([match.end() for match in re.finditer(r"\\(?:boxed|fbox)\s*\{", text)]):
        depth = 1
        for place in range(start, len(text)):
            depth += (text[place] == "{") - (text[place] == "}")
            if depth == 0:
                return text[start:place]
    return None


def last_block(text: str, languages: Sequence[str]) -> str:
    """What the last fenced block of one of these languages holds; "" where there is none."""
    found = [block for block in _FENCED.finditer(text) if block[1].lower() in languages]
    return found[-1][2].strip() if found else ""


def stripped(answer: str) -> str:
    """Without the dollar signs, emphasis and full stop that stand around an answer."""
    before = None
    while before != answer:
        before = answer
        answer = answer.strip().strip("*_`").strip()
        for left, right in (("$$", "$$"), ("$", "$"), (r"\(", r"\)"), (r"\[", r"\]")):
            if answer.startswith(left) and answer.endswith(right) and len(answer) > len(left):
                answer = answer[len(left) : -len(right)]
        if answer.endswith(".") and not answer.endswith(".."):
            answer = answer[:-1]
    return answer
