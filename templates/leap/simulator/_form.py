"""Parse a multipart form while it streams in. Parts are hashed and stored on disk, not in memory."""

from __future__ import annotations

import hashlib
from collections.abc import AsyncIterator
from pathlib import Path

from python_multipart.exceptions import FormParserError
from python_multipart.multipart import MultipartParser, parse_options_header
from starlette.exceptions import HTTPException

from ._state import UploadedFile

SAMPLE_LIMIT = 64 * 1024 * 1024  # bytes; the rest of a larger file is hashed but not stored
TEXT_LIMIT = 1024 * 1024  # bytes of a text field
PART_LIMIT = 10_000
HEADER_LIMIT = 16 * 1024  # bytes of one header of a part


def refused(message: str) -> HTTPException:
    """Return the 400 response for a form that is malformed or invalid."""
    return HTTPException(400, message)


class _Part:
    """The part that is being received."""

    def __init__(self, path: Path) -> None:
        self.headers: dict[str, str] = {}
        self.path, self.sink = path, path.open("wb")
        self.size, self.hash = 0, hashlib.sha256()

    def write(self, data: bytes) -> None:
        if self.size < SAMPLE_LIMIT:
            self.sink.write(data)
        self.size += len(data)
        self.hash.update(data)


class FormReader:
    """Collect `fields` (a list of texts for each name) and `files` from the chunks of a body.

    Args:
        content_type: The request's header, which contains the boundary.
        folder: An existing folder for the parts. The caller removes it.
        file_field: The name of parts that are files even without a filename, because some clients omit it.
    """

    def __init__(self, content_type: str, folder: Path, file_field: str) -> None:
        self.fields: dict[str, list[str]] = {}
        self.files: list[UploadedFile] = []
        self._content_type, self._folder, self._file_field = content_type, folder, file_field
        self._header, self._value, self._ended = b"", b"", False
        self._parts: list[_Part] = []

    async def read(self, chunks: AsyncIterator[bytes]) -> None:
        """Parse the body.

        Raises:
            HTTPException: The body is malformed or truncated, or exceeds a limit.
        """
        try:
            boundary = parse_options_header(self._content_type.encode("latin-1"))[1].get(b"boundary", b"")
            if not boundary:
                raise refused("the header Content-Type names no boundary")
            parser = MultipartParser(
                boundary,
                {
                    "on_part_begin": self._begin,
                    "on_header_field": self._header_name,
                    "on_header_value": self._header_value,
                    "on_header_end": self._header_end,
                    "on_part_data": lambda data, start, end: self._parts[-1].write(data[start:end]),
                    "on_part_end": self._end,
                    "on_end": self._all,
                },
            )
            async for chunk in chunks:
                parser.write(chunk)
        except FormParserError as problem:
            raise refused(f"the form cannot be read: {problem}") from problem
        finally:
            for part in self._parts[-1:]:
                part.sink.close()
        if not self._ended:
            raise refused("the form ends before its last boundary")

    def _begin(self) -> None:
        if len(self._parts) == PART_LIMIT:
            raise refused(f"the form has more than {PART_LIMIT} parts")
        self._parts.append(_Part(self._folder / str(len(self._parts))))

    def _header_name(self, data: bytes, start: int, end: int) -> None:
        self._header += data[start:end]
        self._check_header()

    def _header_value(self, data: bytes, start: int, end: int) -> None:
        self._value += data[start:end]
        self._check_header()

    def _check_header(self) -> None:
        # Older versions of the parser have no limit.
        if len(self._header) + len(self._value) > HEADER_LIMIT:
            raise refused("the form cannot be read: a header of a part is too long")

    def _header_end(self) -> None:
        name = self._header.decode("latin-1").lower()
        self._parts[-1].headers[name] = self._value.decode("utf-8", "replace").strip(" \t")
        self._header, self._value = b"", b""

    def _end(self) -> None:
        part = self._parts[-1]
        part.sink.close()
        kind, options = parse_options_header(part.headers.get("content-disposition", "").encode())
        if kind != b"form-data" or b"name" not in options:
            raise refused("each part needs the header Content-Disposition: form-data with a name")
        name, filename = options[b"name"].decode("utf-8", "replace"), options.get(b"filename")
        if filename is not None or name == self._file_field:
            self.files.append(
                UploadedFile(
                    name=name,
                    filename=None if filename is None else filename.decode("utf-8", "replace"),
                    content_type=part.headers.get("content-type"),
                    size=part.size,
                    sha256=part.hash.hexdigest(),
                    headers=part.headers,
                    stored=part.path,
                )
            )
            return
        try:
            if part.size > TEXT_LIMIT:
                raise refused(f"{name} is longer than {TEXT_LIMIT} bytes")
            self.fields.setdefault(name, []).append(part.path.read_bytes().decode())
        except UnicodeDecodeError as problem:
            raise refused(f"{name} is not UTF-8") from problem
        finally:
            part.path.unlink()

    def _all(self) -> None:
        self._ended = True
