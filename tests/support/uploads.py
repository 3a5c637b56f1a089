"""Upload objects of web frameworks, each made of bytes, a name and a media type."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from importlib.util import find_spec
from tempfile import SpooledTemporaryFile
from typing import Any

import pytest
from starlette.datastructures import Headers, UploadFile
from werkzeug.datastructures import FileStorage

from tryleap.images import sample_image

IMAGE = sample_image()

# Where the tests run on other versions of the client's dependencies, there is no Django.
HAS_DJANGO = find_spec("django") is not None
if HAS_DJANGO:
    from django.conf import settings
    from django.core.files.uploadedfile import InMemoryUploadedFile, TemporaryUploadedFile

    if not settings.configured:
        settings.configure()


def starlette(data: bytes, name: str | None, media_type: str | None) -> UploadFile:
    file: Any = SpooledTemporaryFile(max_size=100)  # noqa: SIM115 - the upload closes it
    file.write(data)
    file.seek(0)
    return UploadFile(
        file, filename=name, headers=Headers({"content-type": media_type} if media_type else {})
    )


def werkzeug(data: bytes, name: str | None, media_type: str | None) -> FileStorage:
    return FileStorage(io.BytesIO(data), filename=name, name="photos", content_type=media_type)


def django(data: bytes, name: str | None, media_type: str | None) -> Any:
    return InMemoryUploadedFile(io.BytesIO(data), "photos", name, media_type, len(data), None)


def django_on_disk(data: bytes, name: str | None, media_type: str | None) -> Any:
    upload = TemporaryUploadedFile(name, media_type, len(data), None)
    upload.write(data)
    upload.seek(0)
    return upload


def inner(upload: Any) -> Any:
    """The file of an upload."""
    return upload.stream if isinstance(upload, FileStorage) else upload.file


KINDS: dict[str, Callable[..., Any]] = {
    "Starlette": starlette,
    "Werkzeug": werkzeug,
    **({"Django": django, "Django on disk": django_on_disk} if HAS_DJANGO else {}),
}

Uploads = Callable[..., Any]


@pytest.fixture
def uploads() -> Iterator[Uploads]:
    """Makes uploads of a kind, of a small image unless another is given, and closes them at the end."""
    with ExitStack() as made:

        def make(
            kind: str, data: bytes = IMAGE, name: str | None = "me.png", media_type: str | None = "image/png"
        ) -> Any:
            upload = KINDS[kind](data, name, media_type)
            made.callback(inner(upload).close)
            return upload

        yield make
