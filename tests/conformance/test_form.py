"""Training is as the document says, for a parser of forms and a validator of schemas of others."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.conformance.calls import IMAGE, NEW, TOKEN, TRAININGS, URL, call, other_token, send
from tests.conformance.form_validator import read_form
from tests.support.http_server import HTTPServer
from tests.support.modes import Mode

WIRE_NAMES = {
    "name": "name",
    "subject_keyword": "subjectKeyword",
    "subject_type": "subjectType",
    "webhook_url": "webhookUrl",
    "image_sample_urls": "imageSampleUrls",
}


@pytest.mark.parametrize("name", TRAININGS)
def test_training(recorder: HTTPServer, mode: Mode, tmp_path: Path, name: str) -> None:
    """The form is right, and holds what was given: nothing more, nothing less, in the same order."""
    arguments = TRAININGS[name](tmp_path)

    call(mode, recorder.base_url, "train_model", **arguments)

    (request,) = recorder.requests
    form = read_form(request)
    assert form.problems == []
    texts = {WIRE_NAMES[key]: value for key, value in arguments.items() if key in WIRE_NAMES}
    assert form.texts == {key: value if isinstance(value, list) else [value] for key, value in texts.items()}
    files = arguments.get("image_sample_files", [])
    assert len(form.files.get("imageSampleFiles", [])) == len(files)
    expected = b"x" if name == "a file of one byte" else IMAGE
    assert all(content == expected for _, _, content in form.files.get("imageSampleFiles", []))


@pytest.mark.parametrize("token", [None, "Basic a2V5", f"Token {TOKEN}"])
def test_missing_or_wrong_token(recorder: HTTPServer, mode: Mode, token: str | None) -> None:
    """A training that loses its bearer token on the way is found out, so those above bore one."""
    call(mode, recorder.base_url, "train_model", image_sample_urls=[URL], hook=other_token(token))

    assert read_form(recorder.requests[0]).problems == ["the token of bearer is missing"]


FILE = ("imageSampleFiles", ("1.png", b"x", "image/png"))
WRONG: dict[str, tuple[list[Any], str]] = {
    "neither": ([("name", (None, "x"))], "is not valid under any of the given schemas"),
    "both": ([("imageSampleUrls", (None, URL)), FILE], "is valid under each of"),
    "a field twice": ([FILE, ("name", (None, "x")), ("name", (None, "y"))], "name is given 2 times"),
    "a field that is unknown": ([FILE, ("subject_keyword", (None, "x"))], "no field subject_keyword"),
    "a file that is text": ([("imageSampleFiles", (None, "x"))], "is text, and not a file"),
    "a text that is a file": ([FILE, ("name", ("a.txt", "x"))], "is a file, and not text"),
    "a file without a media type": ([("imageSampleFiles", ("1.png", b"x", ""))], "has no media type"),
    "no URL for the webhook": ([FILE, ("webhookUrl", (None, "x"))], "does not match"),
}


@pytest.mark.parametrize("name", WRONG)
def test_it_sees_what_is_wrong(recorder: HTTPServer, name: str) -> None:
    """A form that breaks the document is found out, so silence means something."""
    parts, expected = WRONG[name]
    send(recorder.base_url, "POST", NEW, files=parts)

    problems = read_form(recorder.requests[0]).problems
    assert any(expected in problem for problem in problems), problems


def test_joined_urls_are_seen_as_one(recorder: HTTPServer) -> None:
    """URLs joined by commas are one URL for the document, whose encoding repeats the field."""
    send(recorder.base_url, "POST", NEW, files=[("imageSampleUrls", (None, f"{URL},{URL}"))])

    assert read_form(recorder.requests[0]).texts == {"imageSampleUrls": [f"{URL},{URL}"]}
