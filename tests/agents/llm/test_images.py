"""Images over a real HTTP server: what is sent, what is recorded, what is refused."""

from __future__ import annotations

import base64
from pathlib import Path
from typing import Any

import pytest

from proofloop.agents.llm.base import Message, Request
from proofloop.agents.llm.record import RecordedModel
from proofloop.agents.llm.tokens import estimate_prompt
from proofloop.core.budget import Budget
from proofloop.core.errors import InputError, ModelRejected
from proofloop.core.image import Image, read_image
from proofloop.core.journal import Journal
from support.llm import client, prompt
from support.openai_server import Fail, ScriptedServer

PNG = b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 40
SCHEMA = {"type": "object", "properties": {"a": {"type": "string"}}}


def picture(folder: Path, data: bytes = PNG, name: str = "figure.png") -> Path:
    path = folder / name
    path.write_bytes(data)
    return path


def showing(*images: Image) -> Request:
    return Request(role="tester", messages=(Message(role="user", content="look", images=images),))


def parts(body: dict[str, Any]) -> list[dict[str, Any]]:
    return list(body["messages"][0]["content"])


async def test_a_file_is_sent_whole_and_an_address_is_passed_on(tmp_path: Path) -> None:
    request = showing(read_image(picture(tmp_path)), read_image("https://example.org/f.png"))
    with ScriptedServer(["seen"]) as server:
        model = client(server)
        await model.sample(request)
        await model.aclose()
        text, file, remote = parts(server.calls[0].body)
    assert text == {"type": "text", "text": "look"}
    kind, _, data = file["image_url"]["url"].partition(";base64,")
    assert kind == "data:image/png" and base64.b64decode(data) == PNG
    assert remote == {"type": "image_url", "image_url": {"url": "https://example.org/f.png"}}


async def test_the_schema_goes_into_the_text_and_the_images_stay(tmp_path: Path) -> None:
    asked = showing(read_image(picture(tmp_path)))
    request = asked.model_copy(update={"json_schema": SCHEMA})
    with ScriptedServer(lambda call: "{}", rejects=["json_schema"]) as server:
        model = client(server)
        await model.sample(request)
        await model.aclose()
        text, file = parts(server.calls[-1].body)
    assert "JSON schema" in text["text"] and file["type"] == "image_url"


async def test_the_journal_has_the_digest_and_answers_by_it(tmp_path: Path) -> None:
    first = read_image(picture(tmp_path))
    moved = read_image(picture(tmp_path, name="elsewhere"))
    changed = read_image(picture(tmp_path, PNG + b"!"))
    path = tmp_path / "journal.jsonl"
    with ScriptedServer(["one", "two"]) as server:
        model = RecordedModel(client(server), Journal(path), Budget())
        said = [(await model.sample(showing(image)))[0].text for image in (first, moved, changed)]
        await model.aclose()
    assert said == ["one", "one", "two"]
    written = path.read_text("utf-8")
    assert first.sha256 in written and len(written) < 3000
    assert base64.b64encode(PNG[:60]).decode() not in written


async def test_a_model_without_eyes_is_refused_in_one_line(tmp_path: Path) -> None:
    request = showing(read_image(picture(tmp_path)))
    complaints = [
        "Invalid content type. image_url is only supported by certain models.",
        "tiny is not a multimodal model",
        "messages[0].content: Input should be a valid string",
    ]
    with ScriptedServer([Fail(400, words) for words in complaints]) as server:
        model = client(server)
        for words in complaints:
            with pytest.raises(ModelRejected) as caught:
                await model.sample(request)
            line = str(caught.value)
            assert words.split()[0] in line and "it takes no images" in line and "\n" not in line
        await model.aclose()
    assert len(server.calls) == len(complaints)


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (b"\xff\xd8\xff\xe0", "image/jpeg"),
        (b"GIF89a", "image/gif"),
        (b"RIFF\0\0\0\0WEBPVP8 ", "image/webp"),
        (PNG, "image/png"),
    ],
)
def test_the_bytes_tell_the_kind_not_the_name(tmp_path: Path, data: bytes, kind: str) -> None:
    assert read_image(picture(tmp_path, data, "figure.txt")).media_type == kind


@pytest.mark.parametrize(
    ("source", "data", "words"),
    [
        ("absent.png", None, "absent.png: image: No such file or directory"),
        ("f.png", b"<svg/>", "f.png: no image: neither PNG nor JPEG, GIF or WebP"),
        ("f.png", b"", "f.png: no image"),
        ("f.png", PNG + bytes(10_000), "f.png: an image of more than 0.02 MB"),
        ("http://example.org/f.png", None, "a file or an https address"),
    ],
)
def test_bad_images_are_named(tmp_path: Path, source: str, data: bytes | None, words: str) -> None:
    if data is not None:
        picture(tmp_path, data, source)
    named = source if "://" in source else str(tmp_path / source)
    with pytest.raises(InputError) as caught:
        read_image(named, most_bytes=20_000)
    assert words in str(caught.value)


def test_an_image_counts_for_the_reservation() -> None:
    remote = read_image("https://example.org/f.png")
    assert estimate_prompt(showing(remote)) - estimate_prompt(prompt("look")) == 1000
