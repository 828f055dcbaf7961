"""What agents say: templates by role, versioned, replaced by the user's own where there are any.

A role's file ends with its templates and one line that names them:

    SYSTEM = "You judge ..."
    TASK = "Informal text: {informal} ..."

    PROMPT = Prompt("judge", system=SYSTEM, task=TASK)

and its agent asks ``PROMPT.request(PROMPT.fill("task", informal=...), inputs=...)``. The request
says ``PROMPT.version``, whence that is in the journal and in the key of the call: a call made with
other words is another call. Templates are those of ``str.format`` with plain ``{name}``
placeholders; a brace is written twice.

The user's own templates hold for a context (``contextvars``), that is for a run and the tasks that
it starts; runs side by side in one process may say different things.
"""

from __future__ import annotations

import string
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cached_property

from pydantic import JsonValue

from proofloop.agents.llm.base import Message, Request, Sampling, ToolSpec
from proofloop.core.image import Image
from proofloop.core.journal import fingerprint

VERSION_DIGITS = 10

# By role and part.
Templates = Mapping[str, Mapping[str, str]]


class Prompt:
    """The templates of one ``role`` by the names of their parts. Raises ValueError for a template
    that cannot be filled."""

    def __init__(self, role: str, **parts: str) -> None:
        self.role = role
        self.defaults = dict(parts)
        self.placeholders = {name: placeholders(text) for name, text in parts.items()}
        _roles[role] = self

    @property
    def parts(self) -> Mapping[str, str]:
        """The templates in use."""
        if own := _own.get(_default).get(self.role):
            return self.defaults | dict(own)
        return self.defaults

    @property
    def version(self) -> str:
        """The role and a hash of its templates: equal words, equal versions, on every machine."""
        return self.version_of(self.parts) if self.replaced else self.default_version

    @cached_property
    def default_version(self) -> str:
        return self.version_of(self.defaults)

    def version_of(self, parts: Mapping[str, str]) -> str:
        return f"{self.role}:{fingerprint(parts)[:VERSION_DIGITS]}"

    @property
    def replaced(self) -> bool:
        return self.parts != self.defaults

    def fill(self, part: str, /, **values: object) -> str:
        return self.parts[part].format(**values)

    def optional(self, part: str, /, **values: object) -> str:
        """The part filled, or "" where one of the values is empty: it has nothing to show then."""
        return self.fill(part, **values) if all(values.values()) else ""

    def numbered(self, part: str, items: Iterable[Mapping[str, object]]) -> str:
        """The part filled for each item, with its ``number`` from 1, as paragraphs."""
        return "\n\n".join(
            self.fill(part, number=number, **item) for number, item in enumerate(items, 1)
        )

    def request(
        self,
        text: str,
        *,
        inputs: dict[str, JsonValue],
        system: str | None = None,
        then: Sequence[Message] = (),
        images: tuple[Image, ...] = (),
        sampling: Sampling | None = None,
        tools: tuple[ToolSpec, ...] = (),
        continues: bool = False,
    ) -> Request:
        """What the role asks: its system prompt (``system`` where that has to be filled), ``text``
        as the user's message with ``images``, and ``then`` the conversation so far. The rest is as
        in Request."""
        return Request(
            role=self.role,
            prompt=self.version,
            messages=(
                Message(role="system", content=self.fill("system") if system is None else system),
                Message(role="user", content=text, images=images),
                *then,
            ),
            inputs=inputs,
            sampling=sampling or Sampling(),
            tools=tools,
            continues=continues,
        )


_roles: dict[str, Prompt] = {}
_own: ContextVar[Templates] = ContextVar("own templates")
_default: Templates = {}


def roles() -> dict[str, Prompt]:
    """The prompts of the modules imported so far."""
    return dict(sorted(_roles.items()))


def placeholders(template: str) -> frozenset[str]:
    """The names in a template. Raises ValueError for braces that are not those of a plain name."""
    found = set()
    for _, name, spec, conversion in string.Formatter().parse(template):
        if name is None:
            continue
        if spec or conversion or not name.isidentifier():
            raise ValueError(f"{{{name}}} is no plain placeholder (a brace is written twice)")
        found.add(name)
    return frozenset(found)


@contextmanager
def replaced_by(templates: Templates) -> Iterator[None]:
    """In here, and in the tasks started from here, agents say these instead of their own."""
    token = _own.set(templates)
    try:
        yield
    finally:
        _own.reset(token)


def set_default(templates: Templates) -> None:
    """What agents say outside of every ``replaced_by``, for servers with tasks of their own."""
    global _default
    _default = templates
