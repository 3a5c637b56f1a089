"""The upload objects of web frameworks are files, in both clients; what they claim to be proves nothing."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from typing import Any

import pytest

import tryleap
from tests.support.modes import Mode
from tests.support.uploads import HAS_DJANGO, IMAGE, KINDS, Uploads, inner, uploads
from tryleap.images import check_images, prepare_images
from tryleap.simulator import Simulator, running

__all__ = ["uploads"]
PDF = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n" + bytes(100)


@pytest.fixture(scope="module")
def simulator() -> Any:
    """A simulator in which trainings last."""
    with running(training_seconds=1000) as server:
        yield server


@pytest.fixture
def train(mode: Mode, simulator: Simulator) -> Callable[[Any], Any]:
    """Trains with either client; returns the files that arrived."""

    def make(files: Any) -> Any:
        client = mode.calls(tryleap, "Leap", access_token="key", base_url=simulator.base_url)
        client.image_models.train_model(image_sample_files=files)
        return simulator.uploads[-1].files

    return make


def test_every_framework_is_here() -> None:
    """Only where other versions of the client's dependencies are tried, Django may be missing."""
    assert HAS_DJANGO


@pytest.mark.parametrize("kind", KINDS)
def test_uploads_arrive(train: Callable[[Any], Any], uploads: Uploads, kind: str) -> None:
    """Name, type and bytes are those of the upload, which is left open and can be sent again."""
    upload = uploads(kind)
    for _ in range(2):
        (file,) = train([upload])
        assert (file.filename, file.content_type) == ("me.png", "image/png")
        assert file.sha256 == hashlib.sha256(IMAGE).hexdigest()
        inner(upload).seek(0)


@pytest.mark.parametrize("kind", KINDS)
def test_names_and_types(train: Callable[[Any], Any], uploads: Uploads, kind: str) -> None:
    """Folders are no part of a name, and a type that says nothing gives way to name and bytes."""
    found = train(
        [
            uploads(kind, IMAGE, "C:\\fakepath\\me.png", "application/octet-stream"),
            uploads(kind, IMAGE, "../../me", "image/webp"),
            uploads(kind, IMAGE, "blob", "text/html"),
            ("mine.jpg", uploads(kind, IMAGE, "theirs.png", "image/png"), "image/jpeg"),
        ]
    )

    assert [(each.filename, each.content_type) for each in found] == [
        ("me.png", "image/png"),
        ("me", "image/webp"),
        ("blob", "image/png"),
        ("mine.jpg", "image/jpeg"),
    ]


@pytest.mark.parametrize("kind", ["Starlette", "Werkzeug"])
def test_without_name_and_type(train: Callable[[Any], Any], uploads: Uploads, kind: str) -> None:
    """An upload may say nothing of itself, or nonsense."""
    found = train([uploads(kind, IMAGE, None, None), uploads(kind, IMAGE, "", "nonsense")])

    assert [(each.filename, each.content_type) for each in found] == [
        ("file-1.png", "image/png"),
        ("file-2.png", "image/png"),
    ]


# Nobody vouches for what a stranger says, and a framework closes the files of a request at its end.
UNUSABLE: dict[str, tuple[Callable[[Any], object], str]] = {
    "a PDF": (lambda file: None, r"image_sample_files\[0\] \('me\.png'\) is a PDF document, not an image"),
    "read": (lambda file: file.read(), r"is empty from its current position: rewind it with seek\(0\)"),
    "closed": (lambda file: file.close(), "is a closed file: send it before the request of your"),
}


@pytest.mark.parametrize(
    ("kind", "what"),
    [(kind, what) for kind in KINDS for what in UNUSABLE if what != "closed" or "Django" not in kind],
)
def test_unusable_uploads(
    train: Callable[[Any], Any], simulator: Simulator, uploads: Uploads, kind: str, what: str
) -> None:
    """What says that it is an image and is none, was read to its end or is closed is refused unsent."""
    upload, before = uploads(kind, PDF if what == "a PDF" else IMAGE), len(simulator.requests)
    use, message = UNUSABLE[what]
    use(inner(upload))
    with pytest.raises(ValueError, match=message):
        train([upload])

    assert len(simulator.requests) == before


@pytest.mark.parametrize("kind", KINDS)
def test_one_upload_instead_of_several(train: Callable[[Any], Any], uploads: Uploads, kind: str) -> None:
    """A single upload is not taken apart into its lines."""
    with pytest.raises(TypeError, match=r"must be a list, not .*; for a single file give \[image_sample"):
        train(uploads(kind))


@pytest.mark.parametrize("kind", KINDS)
def test_uploads_are_checked_and_prepared(uploads: Uploads, kind: str, tmp_path: Any) -> None:
    """`check_images` and `prepare_images` take uploads too."""
    upload = uploads(kind)

    assert [each.detail for each in check_images([upload, uploads(kind, PDF, "cv.png")])] == [
        "cv.png is a PDF document"
    ]
    assert [path.name for path in prepare_images([upload], tmp_path)] == ["me.png"]
