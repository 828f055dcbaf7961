"""What agents say: templates by role, versioned, replaced by the user's own where there are any.

A role's file ends with its templates and one line that names them:

    SYSTEM = "You judge ..."
    TASK = "Informal text: {informal} ..."

    PROMPT = Prompt("judge", system=SYSTEM, task=TASK)

and its agent says ``PROMPT.fill("task", informal=...)`` and puts ``PROMPT.version`` into its
request, whence it is in the journal and in the key of the call: a call made with other words is
another call. Templates are those of ``str.format`` with plain ``{name}`` placeholders; a brace is
written twice.
"""

from __future__ import annotations

import string
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from proofloop.core.errors import SettingsError
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
    def parts(self) -> dict[str, str]:
        """The templates in use."""
        return self.defaults | dict(_in_use.get(self.role, {}))

    @property
    def version(self) -> str:
        """The role and a hash of its templates: equal words, equal versions, on every machine."""
        return f"{self.role}:{fingerprint(self.parts)[:VERSION_DIGITS]}"

    @property
    def replaced(self) -> bool:
        return self.parts != self.defaults

    def fill(self, part: str, /, **values: object) -> str:
        return self.parts[part].format(**values)


_roles: dict[str, Prompt] = {}
_in_use: Templates = {}
_users = 0


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
    """While this is open all agents of the process say these instead of their own. Raises
    SettingsError where another run of the process uses others at the same time."""
    use(templates)
    try:
        yield
    finally:
        leave()


def use(templates: Templates) -> None:
    global _in_use, _users
    if _users and templates != _in_use:
        raise SettingsError("another run in this process uses other prompts (prompts.dir)")
    _in_use = templates
    _users += 1


def leave() -> None:
    global _in_use, _users
    _users -= 1
    if not _users:
        _in_use = {}
