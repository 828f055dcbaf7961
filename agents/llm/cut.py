"""Breaking a stream off on purpose, so that its record is that of an answered call.

    with cutting() as cut:
        async with aclosing(model.stream(request)) as chunks:
            async for chunk in chunks:
                if enough(chunk):
                    cut()
                    break

What Ctrl-C, a spent budget or an error of the reader breaks off is no answer: a resumed run asks
again. What was ``cut`` is one, whose ``finish`` is "cancelled" and whose text is what had come.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar

# Whether the streams opened under the innermost ``cutting`` are being cut; a list of one, since
# asyncio tasks begun inside have a copy of the variable.
_CUTS: ContextVar[list[bool] | None] = ContextVar("cuts", default=None)


@contextmanager
def cutting() -> Iterator[Callable[[], None]]:
    """Gives the word that streams begun inside, in asyncio tasks too, are broken off on purpose
    from now on."""
    said = [False]
    token = _CUTS.set(said)

    def cut() -> None:
        said[0] = True

    try:
        yield cut
    finally:
        _CUTS.reset(token)


def is_cut(error: BaseException) -> bool:
    """Whether ``error``, which ended a stream, is the cut that was told."""
    said = _CUTS.get()
    # Exception: what went wrong by itself, whatever was told meanwhile.
    return said is not None and said[0] and not isinstance(error, Exception)
