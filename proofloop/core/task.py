"""What is asked, and one attempt at it."""

from __future__ import annotations

from typing import Literal

from pydantic import Field, JsonValue

from proofloop.core.model import Frozen

TaskKind = Literal["formalize", "prove", "solve", "code"]


class Task(Frozen):
    """What is asked. At least one of ``informal`` and ``formal`` is given.

    ``formal`` is a Lean theorem header with its signature and no proof
    (``theorem t (n : ℕ) : n + 0 = n``); ``header`` is the trusted Lean text before it
    (imports, ``open``, ``variable``). ``images`` are paths of files or https addresses; those of a
    task that is read from a file are relative to that file.
    """

    id: str
    kind: TaskKind = "formalize"
    informal: str = ""
    formal: str = ""
    header: str = ""
    answer: str = ""
    source: str = ""
    images: tuple[str, ...] = Field(default=(), exclude_if=lambda images: not images)
    extra: dict[str, JsonValue] = Field(default_factory=dict)


class Usage(Frozen):
    """Tokens of one model call, as the endpoint counts them (estimated where it does not)."""

    prompt_tokens: int = 0
    completion_tokens: int = 0
    estimated: bool = False

    @property
    def total(self) -> int:
        return self.prompt_tokens + self.completion_tokens

    def __add__(self, other: Usage) -> Usage:
        return Usage(
            prompt_tokens=self.prompt_tokens + other.prompt_tokens,
            completion_tokens=self.completion_tokens + other.completion_tokens,
            estimated=self.estimated or other.estimated,
        )


class TokenLogprob(Frozen):
    """A sampled token, its natural-log probability, and the most likely alternatives."""

    token: str
    logprob: float
    top: tuple[tuple[str, float], ...] = ()


class Candidate(Frozen):
    """One attempt's output: Lean code, an answer or a program."""

    id: str
    task_id: str
    content: str
    author: str = ""
    round: int = 0
    usage: Usage = Usage()
    logprobs: tuple[TokenLogprob, ...] | None = None
    parents: tuple[str, ...] = ()
