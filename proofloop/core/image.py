"""Images that a model is shown: a local file, or an address that is passed on.

What is recorded of a file is its digest, its size and its kind, never its bytes. So the call that
shows it has the same key on every machine, wherever the file lies, and another key once the file
has changed.
"""

from __future__ import annotations

import base64
import hashlib
from pathlib import Path

from pydantic import Field

from proofloop.core.errors import InputError
from proofloop.core.model import Frozen

MOST_BYTES = 10_000_000
REMOTE = "https://"
# What the endpoints for vision take, by how such a file begins.
PNG, JPEG, GIF, WEBP = "image/png", "image/jpeg", "image/gif", "image/webp"
BEGINNINGS = (
    (b"\x89PNG\r\n\x1a\n", PNG),
    (b"\xff\xd8\xff", JPEG),
    (b"GIF87a", GIF),
    (b"GIF89a", GIF),
)


def absent(value: str | int) -> bool:
    return not value


class Image(Frozen):
    """``url`` of an image that the endpoint fetches by itself; or ``sha256``, ``media_type`` and
    ``size`` (bytes) of a file, whose ``data`` is left out of the JSON."""

    url: str = Field(default="", exclude_if=absent)
    sha256: str = Field(default="", exclude_if=absent)
    media_type: str = Field(default="", exclude_if=absent)
    size: int = Field(default=0, exclude_if=absent)
    data: bytes = Field(default=b"", exclude=True, repr=False)

    @property
    def address(self) -> str:
        """What a request names: the URL, or the whole file as a data URL."""
        if self.url:
            return self.url
        return f"data:{self.media_type};base64,{base64.b64encode(self.data).decode('ascii')}"


def is_remote(source: str) -> bool:
    return source.lower().startswith(REMOTE)


def read_image(source: str | Path, *, most_bytes: int = MOST_BYTES) -> Image:
    """The image of a file's path or of an https address; its kind is told from its bytes. Raises
    InputError with the file: for one that is missing, too large, or no PNG, JPEG, GIF or WebP."""
    if is_remote(str(source)):
        return Image(url=str(source))
    if "://" in str(source):
        raise InputError("an image is a file or an https address", file=source)
    path = Path(source)
    try:
        with path.open("rb") as file:
            data = file.read(most_bytes + 1)
    except OSError as error:
        raise InputError(f"image: {error.strerror or error}", file=path) from None
    if len(data) > most_bytes:
        raise InputError(f"an image of more than {most_bytes / 1e6:g} MB", file=path)
    kind = media_type(data)
    if not kind:
        raise InputError("no image: neither PNG nor JPEG, GIF or WebP", file=path)
    digest = hashlib.sha256(data).hexdigest()
    return Image(sha256=digest, media_type=kind, size=len(data), data=data)


def media_type(data: bytes) -> str:
    """The kind of image that begins like this, "" if none does."""
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return WEBP
    return next((kind for start, kind in BEGINNINGS if data.startswith(start)), "")
