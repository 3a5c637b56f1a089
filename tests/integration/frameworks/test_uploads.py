"""The upload objects of web frameworks are files, in both clients; what they claim to be proves nothing."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

import tryleap
from tests.support.modes import Mode
from tests.support.uploads import KINDS, inner
from tryleap.images import check_images, prepare_images, sample_image
from tryleap.simulator import Simulator, running

IMAGE = sample_image()
PDF = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n" + bytes(100)


@pytest.fixture(scope="module")
def simulator() -> Any:
    """A simulator in which trainings last."""
    with running(training_seconds=1000) as server:
        yield server


@pytest.fixture
def train(mode: Mode, simulator: Simulator) -> Callable[..., Any]:
    """Trains with either client; returns the files that arrived."""

    def make(*files: Any) -> Any:
        client = mode.calls(tryleap, "Leap", access_token="key", base_url=simulator.base_url)
        client.image_models.train_model(image_sample_files=list(files))
        return simulator.uploads[-1].files

    return make


@pytest.mark.parametrize("kind", KINDS)
def test_uploads_arrive(train: Callable[..., Any], kind: str) -> None:
    """Name, type and bytes are those of the upload, which is left open and can be sent again."""
    upload = KINDS[kind](IMAGE, "me.png", "image/png")
    for _ in range(2):
        (file,) = train(upload)
        assert (file.filename, file.content_type) == ("me.png", "image/png")
        assert file.sha256 == hashlib.sha256(IMAGE).hexdigest()
        inner(upload).seek(0)

    inner(upload).close()


@pytest.mark.parametrize("kind", KINDS)
def test_names_and_types(train: Callable[..., Any], kind: str) -> None:
    """Folders are no part of a name, and a type that says nothing gives way to name and bytes."""
    make = KINDS[kind]
    uploads = [
        make(IMAGE, "C:\\fakepath\\me.png", "application/octet-stream"),
        make(IMAGE, "../../me", "image/webp"),
        make(IMAGE, "blob", "text/html"),
        ("mine.jpg", make(IMAGE, "theirs.png", "image/png"), "image/jpeg"),
    ]
    found = [(each.filename, each.content_type) for each in train(*uploads)]

    assert found == [
        ("me.png", "image/png"),
        ("me", "image/webp"),
        ("blob", "image/png"),
        ("mine.jpg", "image/jpeg"),
    ]
    for each in uploads:
        inner(each[1] if isinstance(each, tuple) else each).close()


@pytest.mark.parametrize("kind", ["Starlette", "Werkzeug"])
def test_without_name_and_type(train: Callable[..., Any], kind: str) -> None:
    """An upload may say nothing of itself, or nonsense."""
    uploads = [KINDS[kind](IMAGE, None, None), KINDS[kind](IMAGE, "", "nonsense")]
    found = [(each.filename, each.content_type) for each in train(*uploads)]

    assert found == [("file-1.png", "image/png"), ("file-2.png", "image/png")]
    for each in uploads:
        inner(each).close()


@pytest.mark.parametrize("kind", KINDS)
def test_what_strangers_claim(train: Callable[..., Any], simulator: Simulator, kind: str) -> None:
    """A PDF that says that it is an image is refused: nobody vouches for what a stranger says."""
    upload, before = KINDS[kind](PDF, "me.png", "image/png"), len(simulator.requests)
    with pytest.raises(
        ValueError, match=r"image_sample_files\[0\] \('me\.png'\) is a PDF document, not an image"
    ):
        train(upload)

    assert len(simulator.requests) == before
    inner(upload).close()


@pytest.mark.parametrize("kind", KINDS)
def test_uploads_that_were_read(train: Callable[..., Any], kind: str) -> None:
    """An upload that somebody has read to its end is not taken for an image without bytes."""
    upload = KINDS[kind](IMAGE, "me.png", "image/png")
    inner(upload).read()
    with pytest.raises(ValueError, match=r"is empty from its current position: rewind it with seek\(0\)"):
        train(upload)

    inner(upload).close()


@pytest.mark.parametrize("kind", ["Starlette", "Werkzeug"])
def test_uploads_of_a_request_that_has_ended(train: Callable[..., Any], kind: str) -> None:
    """A framework closes the files of a request at its end, and the message says so."""
    upload = KINDS[kind](IMAGE, "me.png", "image/png")
    inner(upload).close()
    with pytest.raises(ValueError, match="is a closed file: send it before the request of your"):
        train(upload)


@pytest.mark.parametrize("kind", KINDS)
def test_one_upload_instead_of_several(train: Callable[..., Any], kind: str) -> None:
    """A single upload is not taken apart into its lines."""
    upload = KINDS[kind](IMAGE, "me.png", "image/png")
    client = tryleap.Leap("key", base_url="http://127.0.0.1:9")
    with (
        client,
        pytest.raises(TypeError, match=r"must be a list, not .*; for a single file give \[image_sample"),
    ):
        client.image_models.train_model(image_sample_files=upload)

    inner(upload).close()


@pytest.mark.parametrize("kind", KINDS)
def test_uploads_are_checked_and_prepared(kind: str, tmp_path: Any) -> None:
    """`check_images` and `prepare_images` take uploads too."""
    upload, text = KINDS[kind](IMAGE, "me.png", "image/png"), KINDS[kind](PDF, "cv.png", "image/png")

    assert [each.detail for each in check_images([upload, text])] == ["cv.png is a PDF document"]
    assert [path.name for path in prepare_images([upload], tmp_path)] == ["me.png"]
    inner(upload).close()
    inner(text).close()


def test_simple_uploads_of_django(train: Callable[..., Any]) -> None:
    """What Django's own tests use is an upload too."""
    (file,) = train(SimpleUploadedFile("me.png", IMAGE, "image/png"))

    assert (file.filename, file.size) == ("me.png", len(IMAGE))
