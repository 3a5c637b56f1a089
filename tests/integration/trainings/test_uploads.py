"""The upload objects of web frameworks, and other open files, in trainings by a journal."""

from __future__ import annotations

import hashlib
import io
from pathlib import Path
from typing import Any

import pytest
from starlette.datastructures import UploadFile
from werkzeug.datastructures import FileStorage

from tests.support.uploads import IMAGE, KINDS, Uploads, inner
from tryleap.images import sample_image
from tryleap.simulator import Simulator
from tryleap.trainings import TrainingConflictError

from .conftest import Blocking


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(
    ("given", "arrives"),
    [((), ("me.png", "image/png")), (("mine.jpg", "image/jpeg"), ("mine.jpg", "image/jpeg"))],
    ids=["as it is", "named by the caller"],
)
def test_an_upload_is_trained_once(  # noqa: PLR0917 - fixtures and parameters
    trainings: Blocking, simulator: Simulator, uploads: Uploads, kind: str, given: Any, arrives: Any
) -> None:
    """It arrives and is left open; the same bytes in another upload are the same training."""
    upload = uploads(kind, name="C:\\fakepath\\me.png")
    sent = (given[0], upload, given[1]) if given else upload
    training = trainings.start("k", image_sample_files=[sent])
    (file,) = simulator.uploads[0].files

    assert (file.filename, file.content_type) == arrives
    assert file.sha256 == hashlib.sha256(IMAGE).hexdigest()
    assert (training.state, training.files) == ("started", ((arrives[0], len(IMAGE)),))
    assert not inner(upload).closed
    again, other = (uploads(kind, data, "another.png", None) for data in (IMAGE, sample_image(2)))
    assert trainings.start("k", image_sample_files=[again]) == training
    with pytest.raises(TrainingConflictError, match="the images differ"):
        trainings.start("k", image_sample_files=[other])
    assert len(simulator.uploads) == 1


class Stream(io.BytesIO):
    """What can be read only once."""

    def seekable(self) -> bool:
        return False

    def seek(self, *_: Any) -> int:
        raise io.UnsupportedOperation("seek")


@pytest.mark.parametrize(
    ("kind", "end", "said"),
    [
        *((kind, "read", r"is empty from its current position: rewind it with seek\(0\)") for kind in KINDS),
        *(
            (kind, "close", "is a closed file: send it before the request of your framework ends")
            for kind in ("Starlette", "Werkzeug")
        ),
    ],
)
def test_an_upload_that_was_used(  # noqa: PLR0917 - fixtures and parameters
    trainings: Blocking, simulator: Simulator, uploads: Uploads, kind: str, end: str, said: str
) -> None:
    """One that somebody has read to its end, or whose request has ended, is refused with the way out."""
    upload = uploads(kind)
    getattr(inner(upload), end)()
    with pytest.raises(ValueError, match=said):
        trainings.start("k", image_sample_files=[upload])

    assert trainings.list() == []
    assert not simulator.requests


def test_a_closed_file(trainings: Blocking, picture: Path) -> None:
    """A file that the caller has opened, and closed, is refused in words of its own."""
    with picture.open("rb") as file:
        pass
    with pytest.raises(ValueError, match="is a closed file: open it again, or give its path"):
        trainings.start("k", image_sample_files=[file])


@pytest.mark.parametrize("wrap", [lambda file: file, UploadFile, lambda file: FileStorage(file, "me.png")])
def test_a_stream_is_refused(trainings: Blocking, simulator: Simulator, wrap: Any) -> None:
    """An upload around what cannot be rewound is refused as such a file itself is."""
    with pytest.raises(ValueError, match=r"image_sample_files\[0\] can be read only once"):
        trainings.start("k", image_sample_files=[wrap(Stream(IMAGE))])

    assert trainings.list() == []
    assert not simulator.requests


@pytest.mark.parametrize("kind", KINDS)
def test_an_upload_that_is_sent_again(
    trainings: Blocking, simulator: Simulator, uploads: Uploads, kind: str
) -> None:
    """Where `run` sends again after 429, it reads the upload from where it stood at first."""
    simulator.faults.add("train_model", status=429, headers={"Retry-After": "0"})
    (training,) = trainings.run(
        [{"key": "k", "image_sample_files": [uploads(kind)]}],
        poll_interval=0.01,
        on_update=lambda _: simulator.advance(2000),
    )

    assert (training.state, training.attempts) == ("finished", 2)
    assert simulator.uploads[-1].files[0].sha256 == hashlib.sha256(IMAGE).hexdigest()
