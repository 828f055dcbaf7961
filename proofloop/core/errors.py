"""Every error proofloop raises on purpose.

    ProofloopError
    ├── UserError                 something the user can mend; one line, exit code 2
    │   ├── SettingsError         a flag, an environment variable or a line of the TOML file
    │   ├── InputError            a file, a line or a field of the input
    │   ├── ModelRejected         the endpoint refuses: wrong key, unknown model, bad request
    │   └── MissingExtra          a feature whose optional packages are not installed
    └── RunError                  something that went wrong while running; exit code 1
        ├── ModelError            a language model gave no usable answer
        │   ├── ModelUnavailable  connection, 429, 5xx, time-out: trying again can help
        │   └── ModelMalformed    the answer does not have the shape that was asked for
        ├── LeanError             a Lean backend failed (a rejected proof is a verdict)
        │   ├── LeanUnavailable   no working Lean here; exit code 3
        │   ├── LeanCrashed       the checking process died
        │   └── ProbeFailed       a question about Lean text got no answer
        ├── SandboxError          an untrusted program could not be started
        ├── ReplayMiss            a replay met a call that the journal does not hold
        ├── StorageError          a run folder or cache folder cannot be written
        └── BudgetExceeded        the run's budget is spent; the run ends with what it has

``retryable`` says whether the same call may succeed later without any change.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from proofloop.core.task import Usage


class ProofloopError(Exception):
    """Root of the tree. ``str(error)`` is one clear line; ``hint`` may say what to do now."""

    exit_code = 1
    retryable = False
    hint = ""

    def __reduce__(self) -> tuple[Any, ...]:
        """So that it can go from one process to another, whatever its class is made from."""
        return restored, (type(self), self.args, self.__dict__)


def restored(
    kind: type[ProofloopError], args: tuple[Any, ...], fields: dict[str, Any]
) -> ProofloopError:
    error = kind.__new__(kind)
    error.args = args
    error.__dict__.update(fields)
    return error


class UserError(ProofloopError):
    exit_code = 2


class SettingsError(UserError):
    pass


class InputError(UserError):
    """Bad input, with the place where it is bad."""

    def __init__(
        self,
        message: str,
        *,
        file: str | Path | None = None,
        line: int | None = None,
        field: str | None = None,
    ) -> None:
        place = ":".join(str(part) for part in (file, line) if part is not None)
        parts = [place, f"field {field!r}" if field else "", message]
        super().__init__(": ".join(part for part in parts if part))
        self.message, self.file, self.line, self.field = message, file, line, field


class ModelRejected(UserError):
    pass


class MissingExtra(UserError):
    def __init__(self, feature: str, extra: str) -> None:
        super().__init__(f"{feature} needs an optional package: pip install 'proofloop[{extra}]'")
        self.extra = extra


class RunError(ProofloopError):
    pass


class ModelError(RunError):
    """``usage`` is what the failed call used; None where it used nothing or cannot be told."""

    def __init__(self, message: str, *, usage: Usage | None = None) -> None:
        super().__init__(message)
        self.usage = usage


class ModelUnavailable(ModelError):
    """``retry_after`` is the number of seconds that the endpoint asks to wait, if it does."""

    retryable = True

    def __init__(
        self, message: str, *, retry_after: float | None = None, usage: Usage | None = None
    ) -> None:
        super().__init__(message, usage=usage)
        self.retry_after = retry_after


class ModelMalformed(ModelError):
    """The answer could not be parsed; ``text`` is what the model said."""

    def __init__(self, message: str, *, text: str = "", usage: Usage | None = None) -> None:
        super().__init__(message, usage=usage)
        self.text = text


class LeanError(RunError):
    pass


class LeanUnavailable(LeanError):
    exit_code = 3


class LeanCrashed(LeanError):
    retryable = True


class ProbeFailed(LeanError):
    pass


class SandboxError(RunError):
    pass


class ReplayMiss(RunError):
    pass


class StorageError(RunError):
    pass


class BudgetExceeded(RunError):
    """``limit`` names the limit, ``allowed`` its value; ``asked`` is what would come on top of
    ``spent``."""

    def __init__(self, limit: str, *, allowed: float, spent: float, asked: float) -> None:
        super().__init__(
            f"budget of {allowed:g} {limit} does not allow {asked:g} more ({spent:g} spent)"
        )
        self.limit, self.allowed, self.spent, self.asked = limit, allowed, spent, asked

    @classmethod
    def told(cls, words: str) -> BudgetExceeded:
        """The error of which only the words were kept."""
        error = cls("", allowed=0, spent=0, asked=0)
        error.args = (words,)
        return error
