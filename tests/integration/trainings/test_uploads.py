"""The upload objects of web frameworks, and other open files, in trainings by a journal."""

from __future__ import annotations

import hashlib
import io
from pathlib import Path
from typing import Any

import pytest
from starlette.datastructures import UploadFile
from werkzeug.datastructures import FileStorage

from tests.support.uploads import KINDS, inner
from tryleap.images import sample_image
from tryleap.simulator import Simulator
from tryleap.trainings import TrainingConflictError

from .conftest import Blocking

IMAGE, OTHER = sample_image(1), sample_image(2)


@pytest.mark.parametrize("kind", KINDS)
def test_an_upload_is_trained_once(trainings: Blocking, simulator: Simulator, kind: str) -> None:
    """It arrives as it is, and is left open; the same bytes in another upload are the same training."""
    upload = KINDS[kind](IMAGE, "C:\\fakepath\\me.png", "image/png")
    training = trainings.start("k", image_sample_files=[upload])
    (file,) = simulator.uploads[0].files

    assert (file.filename, file.content_type) == ("me.png", "image/png")
    assert file.sha256 == hashlib.sha256(IMAGE).hexdigest()
    assert (training.state, training.files) == ("started", (("me.png", len(IMAGE)),))
    assert not inner(upload).closed
    inner(upload).close()

    again, other = (KINDS[kind](data, "another.png", None) for data in (IMAGE, OTHER))
    assert trainings.start("k", image_sample_files=[again]) == training
    with pytest.raises(TrainingConflictError, match="the images differ"):
        trainings.start("k", image_sample_files=[other])
    assert len(simulator.uploads) == 1
    for each in (again, other):
        inner(each).close()


@pytest.mark.parametrize("kind", KINDS)
def test_a_named_upload(trainings: Blocking, simulator: Simulator, kind: str) -> None:
    """The name and the type that the caller gives beside an upload win."""
    upload = KINDS[kind](IMAGE, "theirs.png", "image/png")
    training = trainings.start("k", image_sample_files=[("mine.jpg", upload, "image/jpeg")])
    inner(upload).close()
    (file,) = simulator.uploads[0].files

    assert (file.filename, file.content_type) == ("mine.jpg", "image/jpeg")
    assert training.files == (("mine.jpg", len(IMAGE)),)


@pytest.mark.parametrize("kind", KINDS)
def test_an_upload_that_was_read(trainings: Blocking, simulator: Simulator, kind: str) -> None:
    """An upload that somebody has read to its end is refused, with the way out."""
    upload = KINDS[kind](IMAGE, "me.png", "image/png")
    inner(upload).read()
    with pytest.raises(ValueError, match=r"is empty from its current position: rewind it with seek\(0\)"):
        trainings.start("k", image_sample_files=[upload])
    inner(upload).close()

    assert trainings.list() == []
    assert not simulator.requests


@pytest.mark.parametrize("kind", ["Starlette", "Werkzeug"])
def test_an_upload_of_a_request_that_has_ended(trainings: Blocking, kind: str) -> None:
    """The reason is that it is closed, not that it could be read only once."""
    upload = KINDS[kind](IMAGE, "me.png", "image/png")
    inner(upload).close()
    with pytest.raises(
        ValueError, match="is a closed file: send it before the request of your framework ends"
    ):
        trainings.start("k", image_sample_files=[upload])

    assert trainings.list() == []


def test_a_closed_file(trainings: Blocking, picture: Path) -> None:
    """Likewise of a file that the caller has opened."""
    with picture.open("rb") as file:
        pass
    with pytest.raises(ValueError, match="is a closed file: open it again, or give its path"):
        trainings.start("k", image_sample_files=[file])


class Stream(io.BytesIO):
    """What can be read only once."""

    def seekable(self) -> bool:
        return False

    def seek(self, *_: Any) -> int:
        raise io.UnsupportedOperation("seek")


@pytest.mark.parametrize("wrap", [lambda file: file, UploadFile, lambda file: FileStorage(file, "me.png")])
def test_a_stream_is_refused(trainings: Blocking, simulator: Simulator, wrap: Any) -> None:
    """An upload around what cannot be rewound is refused as such a file itself is."""
    with pytest.raises(ValueError, match=r"image_sample_files\[0\] can be read only once"):
        trainings.start("k", image_sample_files=[wrap(Stream(IMAGE))])

    assert trainings.list() == []
    assert not simulator.requests


@pytest.mark.parametrize("kind", KINDS)
def test_an_upload_that_is_sent_again(trainings: Blocking, simulator: Simulator, kind: str) -> None:
    """Where `run` sends again after 429, it reads the upload from where it stood at first."""
    upload = KINDS[kind](IMAGE, "me.png", "image/png")
    simulator.faults.add("train_model", status=429, headers={"Retry-After": "0"})
    (training,) = trainings.run(
        [{"key": "k", "image_sample_files": [upload]}],
        poll_interval=0.01,
        on_update=lambda _: simulator.advance(2000),
    )
    inner(upload).close()

    assert (training.state, training.attempts) == ("finished", 2)
    assert simulator.uploads[-1].files[0].sha256 == hashlib.sha256(IMAGE).hexdigest()
