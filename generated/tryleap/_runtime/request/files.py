"""The kinds of file argument that a caller may pass, and the source that is made of each."""

from __future__ import annotations

import io
import os
from collections.abc import Callable
from inspect import iscoroutinefunction
from typing import Any, Protocol, TypeAlias

from ..models.codecs import items_of
from ..models.decode_context import is_tuple, quoted
from .file_sources import BytesSource, ObjectSource, PathSource, Source


class SupportsRead(Protocol):
    """A binary file object. Only `read` is required."""

    def read(self, size: int = ..., /) -> bytes: ...


class SupportsFile(Protocol):
    """An upload object of Starlette, FastAPI, Litestar or aiohttp."""

    @property
    def filename(self) -> str | None: ...

    @property
    def file(self) -> SupportsRead: ...


class SupportsStream(Protocol):
    """An upload object of Werkzeug, Flask or Quart."""

    @property
    def filename(self) -> str | None: ...

    @property
    def stream(self) -> SupportsRead: ...


FileContent: TypeAlias = (
    bytes | bytearray | memoryview | os.PathLike[str] | SupportsRead | SupportsFile | SupportsStream
)
FileTypes: TypeAlias = str | FileContent | tuple[str, FileContent] | tuple[str, FileContent, str | None]
ProgressCallback: TypeAlias = Callable[[int, int | None], object]


class _Upload:
    """The parts of an upload object of a web framework."""

    def __init__(self, name: str | None, file: Any, media_type: str | None) -> None:
        self.name = name
        self.file = file
        self.media_type = media_type


def upload_of(value: Any) -> _Upload | None:
    """Recognise the upload object of a web framework.

    Args:
        value: Starlette's and FastAPI's `UploadFile`, Werkzeug's `FileStorage`, Django's `UploadedFile`, or
            an object with the same attributes.

    Returns:
        Its file name without directories, its file, and the media type that its sender stated; None for
        anything else.
    """
    for of_name, of_file in (("filename", "file"), ("filename", "stream"), ("name", "file")):
        file = getattr(value, of_file, None)
        # Temporary files have a name and a file too; only an upload has the type that a browser sent.
        is_upload = hasattr(value, of_name) and hasattr(value, "content_type")
        if is_upload and callable(getattr(file, "read", None)):
            name, media_type = getattr(value, of_name), value.content_type
            base = name.replace("\\", "/").rpartition("/")[2] if isinstance(name, str) else ""
            return _Upload(base or None, file, media_type if _is_media_type(media_type) else None)
    return None


def source_of(value: Any, where: str) -> Source:
    """Make the source of a file argument. Nothing is opened yet.

    Args:
        value: A path, bytes, a binary file object, an upload object of a web framework, or a tuple of a file
            name, one of these, and a media type.
        where: The argument, for messages.

    Returns:
        The source.

    Raises:
        TypeError: The value is none of these.
        ValueError: A path or a name is empty, or a media type is invalid.
    """
    name = media_type = None
    content = value
    if is_tuple(value):
        name, content, media_type = _unpacked(value, where)
        if isinstance(content, str):
            raise TypeError(
                f"{where}: the content beside a file name must be bytes, a pathlib.Path or a binary file "
                "object, not text; encode it, or wrap a path into pathlib.Path"
            )
    upload = upload_of(content)
    if upload is not None:
        source = ObjectSource(where, name or upload.name, media_type, upload.file, is_upload=True)
        source.stated_type = upload.media_type
        return source
    if isinstance(content, bytes | bytearray | memoryview):
        return BytesSource(where, name, media_type, content)
    if isinstance(content, str | os.PathLike):
        path: str | bytes = os.fspath(content)
        if not path:
            raise ValueError(f"{where} is an empty path")
        return PathSource(where, name, media_type, path)
    read = getattr(content, "read", None)
    if callable(read):
        if isinstance(content, io.TextIOBase):
            raise TypeError(f"{where} is a file opened as text: open it in binary mode, open(path, 'rb')")
        if iscoroutinefunction(read):
            raise TypeError(
                f"{where} is an asynchronous file: give its path, which is read without blocking, or the "
                "bytes that await file.read() returns"
            )
        return ObjectSource(where, name, media_type, content)
    raise TypeError(_not_a_file(content, where))


def files_of(value: Any, where: str) -> list[Any]:
    """List the files of an argument that takes several.

    Raises:
        TypeError: The value is a single file, or not iterable.
    """
    is_stream = callable(getattr(value, "read", None)) or upload_of(value) is not None
    if isinstance(value, str | os.PathLike) or is_stream:
        more = "" if is_stream else ', for those of a directory sorted(Path(directory).glob("*.jpg"))'
        raise TypeError(
            f"{where} must be a list, not {type(value).__name__}; for a single file give [{where}]{more}"
        )
    if _is_named_file(value):
        raise TypeError(f"{where} is one file with its name: give a list of them, [(filename, content), ...]")
    return items_of(value, where)


def _is_named_file(value: Any) -> bool:
    """Return whether a tuple is one file with its name, rather than several files."""
    if not is_tuple(value) or len(value) not in (2, 3) or not isinstance(value[0], str):
        return False
    content = value[1]
    is_bytes = isinstance(content, bytes | bytearray | memoryview)
    is_content = is_bytes or callable(getattr(content, "read", None)) or upload_of(content) is not None
    return is_content and (len(value) == 2 or value[2] is None or _is_media_type(value[2]))


def _not_a_file(value: Any, where: str) -> str:
    """Say what to give instead of a value that is not a file. Images in memory are the usual mistake."""
    library = type(value).__module__.partition(".")[0]
    if library == "PIL" and callable(getattr(value, "save", None)):
        return _encode_first(f"{where} is a Pillow image", 'image.save(buffer, "PNG")')
    if hasattr(value, "__array__") or hasattr(value, "__array_interface__"):
        what = "a numpy array" if library == "numpy" else f"an array ({type(value).__name__})"
        return _encode_first(f"{where} is {what}", 'PIL.Image.fromarray(array).save(buffer, "PNG")')
    return (
        f"{where} must be a path, bytes, a binary file object, (filename, content) or "
        f"(filename, content, content_type), not {type(value).__name__}"
    )


def _encode_first(what: str, command: str) -> str:
    return f"{what}, not a file; give buffer.getvalue() after:\n    buffer = io.BytesIO()\n    {command}"


def _unpacked(value: tuple[Any, ...], where: str) -> tuple[str, Any, str | None]:
    if len(value) not in (2, 3):
        raise TypeError(
            f"{where} is a tuple of {len(value)}: give (filename, content) or (filename, content, type)"
        )
    name, content = value[0], value[1]
    media_type = value[2] if len(value) == 3 else None
    if not isinstance(name, str):
        raise TypeError(f"{where}: the file name must be a string, not {type(name).__name__}")
    if not name:
        raise ValueError(f"{where}: the file name is empty")
    if media_type is not None and not isinstance(media_type, str):
        raise TypeError(f"{where}: the content type must be a string, not {type(media_type).__name__}")
    if media_type is not None and not _is_media_type(media_type):
        raise ValueError(f"{where}: {quoted(media_type)} is not a content type")
    return name, content, media_type


def _is_media_type(value: Any) -> bool:
    return isinstance(value, str) and value.isascii() and value.isprintable() and "/" in value


__all__ = ["FileContent", "FileTypes", "ProgressCallback", "files_of", "source_of", "upload_of"]
