"""Recorded samples of language models, with the truth: for measuring selectors without a model.

Sources and licences stand beside the files, in ``samples/recorded``.
"""

from __future__ import annotations

import ast
import json
import lzma
import re
from collections import Counter
from collections.abc import Iterator
from importlib.resources import files
from typing import Any

from proofloop.core.model import Frozen
from proofloop.core.task import Candidate
from proofloop.datasets.game24 import canonical, expression_of, makes_24
from proofloop.tools.answers.extract import final_answer

# Where a sampled function body ends and the model goes on with something else.
_END = re.compile(r"\n(?=class|def|#|@|print|if |assert|\"\"\")")


class Recorded(Frozen):
    """One problem with its samples. ``answers`` are what selectors compare, by candidate id ("" is
    none); ``right`` are the ids of the right ones."""

    id: str
    candidates: tuple[Candidate, ...]
    answers: dict[str, str]
    right: frozenset[str]


class Programs(Frozen):
    """One HumanEval problem: ``programs`` are whole texts that define ``entry``, ``tests`` define
    ``check(candidate)``, ``inputs`` are texts of argument tuples that the model's own generated
    tests call it with, the most frequent first."""

    id: str
    entry: str
    programs: tuple[str, ...]
    tests: str
    inputs: tuple[str, ...]


def game24() -> list[Recorded]:
    """100 puzzles, 100 chain-of-thought answers each."""
    puzzles = json.loads(_text("game24_puzzles.json"))
    problems = []
    for number, entry in enumerate(json.loads(_text("game24_cot.json.xz"))):
        puzzle = puzzles[entry["idx"] - 900]
        expressions = [expression_of(text) for text in entry["ys"]]
        candidates = [_candidate(f"g{number}", i, text) for i, text in enumerate(entry["ys"])]
        problems.append(
            Recorded(
                id=f"game24/{entry['idx']}",
                candidates=tuple(candidates),
                answers={
                    one.id: canonical(text) if text else ""
                    for one, text in zip(candidates, expressions, strict=True)
                },
                right=frozenset(
                    one.id
                    for one, text in zip(candidates, expressions, strict=True)
                    if makes_24(text, puzzle)
                ),
            )
        )
    return problems


def gsm8k() -> list[Recorded]:
    """1,319 questions, the answers of four models to each."""
    problems = []
    for number, entry in enumerate(read_lines("gsm8k_solutions.jsonl.xz")):
        written = [(name, value) for name, value in entry.items() if isinstance(value, dict)]
        candidates = [
            _candidate(f"m{number}", i, value["solution"], author=name)
            for i, (name, value) in enumerate(written)
        ]
        problems.append(
            Recorded(
                id=f"gsm8k/{number}",
                candidates=tuple(candidates),
                answers={one.id: final_answer(one.content) for one in candidates},
                right=frozenset(
                    one.id
                    for one, (_, value) in zip(candidates, written, strict=True)
                    if value["is_correct"]
                ),
            )
        )
    return problems


def humaneval(most_inputs: int = 10) -> Iterator[Programs]:
    """164 problems, 100 programs each; which are right is found by running them."""
    asked = {entry["prompt"]: entry for entry in read_lines("humaneval_problems.jsonl.xz")}
    tests = {entry["prompt"]: entry for entry in read_lines("humaneval_tests.jsonl.xz")}
    generated = {stem(prompt): entry for prompt, entry in tests.items()}
    for entry in read_lines("humaneval_programs.jsonl.xz"):
        prompt = entry["prompt"]
        task = asked[prompt]
        known = prompt + task["canonical_solution"]  # some tests call the prompt's own helpers
        texts = generated.get(stem(prompt), {"samples": []})["samples"]
        yield Programs(
            id=task["task_id"],
            entry=task["entry_point"],
            programs=tuple(prompt + body(sample) for sample in entry["samples"]),
            tests=known + task["test"],
            inputs=tuple(called_with(texts, task["entry_point"], most_inputs)),
        )


def stem(prompt: str) -> str:
    """What a problem's prompt and its test-writing prompt have in common."""
    return prompt.split("    pass\n\n# check the correctness")[0].strip()


def body(sample: str) -> str:
    """The function body at the beginning of a sampled continuation."""
    return _END.split(sample, maxsplit=1)[0]


def called_with(texts: list[str], entry: str, most: int) -> list[str]:
    """The literal argument tuples with which generated tests call ``entry``."""
    found: Counter[str] = Counter()
    for text in texts:
        for match in re.finditer(rf"\b{re.escape(entry)}\(", text):
            arguments = _arguments(text, match.end() - 1)
            if arguments:
                found[arguments] += 1
    return [text for text, _ in found.most_common(most)]


def _arguments(text: str, start: int) -> str:
    """The text of the tuple in the brackets that open at ``start``; "" if it is no literal."""
    depth = 0
    for place in range(start, min(len(text), start + 500)):
        depth += (text[place] in "([{") - (text[place] in ")]}")
        if depth == 0:
            inside = text[start + 1 : place].strip()
            try:
                value = ast.literal_eval(f"({inside},)") if inside else ()
            except (ValueError, SyntaxError, MemoryError, TypeError):
                return ""
            return repr(value)
    return ""


def _candidate(problem: str, index: int, text: str, *, author: str = "") -> Candidate:
    return Candidate(id=f"{problem}/{index}", task_id=problem, content=text, author=author)


def _text(name: str) -> str:
    data = (files("proofloop.datasets.samples.recorded") / name).read_bytes()
    return (lzma.decompress(data) if name.endswith(".xz") else data).decode()


def read_lines(name: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in _text(name).splitlines()]
