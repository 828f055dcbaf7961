"""Competition furniture: the list of choices, and the answer that "Show that it is" states.

Everything is done by blanking characters out, so that positions stay those of the text given.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from proofloop.agents.llm.offline.refusal import Refusal, Span

# \textbf{(A)}  \mathrm{(A)}  (\mathrm{A})  \text{(A) }  $(\text{A})  \textbf{(A) } ...
_LABEL = re.compile(
    r"\(?\\(?:textbf|mathbf|mathrm|text|rm)\s*\{\s*\(?\s*([A-F])\s*\)?\s*(?:\\\s)?\s*\}\s*\)?"
)
_BARE_LABEL = re.compile(r"\s*\(?([A-F])\)?(?=[\s.$0-9]|$)\s*")
_ANSWER = re.compile(r"\bshow that (?:it|the answer|the value) is\b(?!\s+not\b)", re.IGNORECASE)
# Remarks that restate a standard definition bind nothing new.
_REMARK = re.compile(
    r"\(\s*(?:(?:Note|Reminder|Recall)\b(?=.*\b(?:stands? for|means?|denotes?)\b)|Give|Express)\b"
    r"[^()]*(?:\([^()]*\)[^()]*)*\)"
)
_EXPRESS = re.compile(
    r"\b(?:Express your answer (?:as an? (?:common |simplified |mixed )?fraction|in decimal form"
    r"|as an? integer)|Give your answer as an? (?:integer|fraction))\s*\."
)
_WIKI_LINK = re.compile(r"\[\[|\]\]")


@dataclass(frozen=True, slots=True)
class Problem:
    """``body`` is the text with furniture blanked out; ``answer`` the span of the stated answer."""

    text: str
    body: str
    answer: Span | None


def blank(text: str, start: int, end: int) -> str:
    return text[:start] + " " * (end - start) + text[end:]


def split_problem(text: str) -> Problem:
    """Takes the choices and the stated answer out of a competition text.

    Raises Refusal when the answer names a choice that is not listed."""
    body = text
    for pattern in (_REMARK, _EXPRESS, _WIKI_LINK):
        for match in pattern.finditer(text):
            body = blank(body, *match.span())
    answers = list(_ANSWER.finditer(body))
    if not answers:
        return Problem(text, body, None)
    answer = answers[-1]
    options, first = _options(body, answer.start())
    body = blank(body, first, len(body))
    label, span = _strip_label(text, answer.end(), len(text))
    if span[0] < span[1]:
        return Problem(text, body, span)
    if label not in options:
        raise Refusal("the answer names a choice that the text does not list", (answer.span()))
    return Problem(text, body, options[label])


def _options(body: str, end: int) -> tuple[dict[str, Span], int]:
    """The span of each choice, and where the list begins (``end`` when there is none)."""
    labels = list(_LABEL.finditer(body, 0, end))
    if len(labels) < 3 or labels[0].group(1) != "A":
        return {}, end
    stops = [*(label.start() for label in labels[1:]), end]
    options = {
        label.group(1): _trim(body, label.end(), stop)
        for label, stop in zip(labels, stops, strict=True)
    }
    first = labels[0].start()
    dollar = re.search(r"\$\s*$", body[:first])
    return options, dollar.start() if dollar else first


def _strip_label(text: str, start: int, end: int) -> tuple[str, Span]:
    """Takes ``\\textbf{(E)}`` or ``(B)`` off a stated answer, before or after it."""
    start, end = _trim(text, start, end)
    label = ""
    for match in _LABEL.finditer(text, start, end):
        label = match.group(1)
        if match.start() == start:
            start = match.end()
        elif match.end() == end:
            end = match.start()
    if not label and (bare := _BARE_LABEL.match(text, start, end)):
        label, start = bare.group(1), bare.end()
    return label, _trim(text, start, end)


_EDGE = re.compile(r"(?:\s|\\(?:q?quad|[ ,;!]|\\)|~|\$)*")
_TAIL = re.compile(r"(?:\s|\\q?quad|\\[ ,;!\\]|~|\$|[.?])+$")


def _trim(text: str, start: int, end: int) -> Span:
    edge = _EDGE.match(text, start, end)
    start = edge.end() if edge else start
    tail = _TAIL.search(text[start:end])
    return start, start + tail.start() if tail else end
