"""Files: what is taken, what is known of it, what is refused, and what happens to it while it is sent."""

from __future__ import annotations

import codecs
import contextlib
import io
import mmap
import os
import threading
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from templates.runtime._sync.upload import UploadStream
from templates.runtime.clock import Deadline
from templates.runtime.request.bodies import Payload
from templates.runtime.request.file_reader import CHUNK, SourceError
from templates.runtime.request.file_sources import Source
from templates.runtime.request.files import source_of
from tests.support.clocks import ManualClock
from tests.support.file_arguments import Stream

PNG = b"\x89PNG\r\n\x1a\n" + b"p" * 20


def looked(value: Any, where: str = "file") -> Source:
    source = source_of(value, where)
    source.inspect()
    source.describe(0)
    return source


def content(source: Source) -> bytes:
    """Read a source as an upload does."""
    return b"".join(upload_of(source))


def upload_of(source: Source, progress: Any = None) -> UploadStream:
    return UploadStream(Payload("x/y", [source]), progress, Deadline(None, ManualClock()))


@pytest.mark.parametrize(
    ("make", "name", "media_type", "size"),
    [
        (str, "a.jpg", "image/jpeg", 28),
        (lambda path: path, "a.jpg", "image/jpeg", 28),
        (os.fsencode, None, None, None),
        (lambda path: PNG, "file-1.png", "image/png", 28),
        (lambda path: bytearray(PNG), "file-1.png", "image/png", 28),
        (lambda path: memoryview(PNG), "file-1.png", "image/png", 28),
        (lambda path: b"plain", "file-1", "application/octet-stream", 5),
        (lambda path: b"", "file-1", "application/octet-stream", 0),
        (lambda path: io.BytesIO(PNG), "file-1.png", "image/png", 28),
        (lambda path: ("n.webp", PNG), "n.webp", "image/webp", 28),
        (lambda path: ("n", PNG), "n", "image/png", 28),
        (lambda path: ("n", PNG, "x/y"), "n", "x/y", 28),
        (lambda path: ("n.png", path), "n.png", "image/png", 28),
        (lambda path: Stream(PNG, 7), "file-1.png", "image/png", None),
    ],
)
def test_what_is_known(
    tmp_path: Path, make: Any, name: str | None, media_type: str | None, size: int | None
) -> None:
    """Every kind of file has a name, a media type, a size where it can be known, and its content."""
    path = tmp_path / "a.jpg"
    path.write_bytes(PNG)
    value = make(path)
    if isinstance(value, bytes) and value.startswith(b"/"):
        value = Path(os.fsdecode(value))
        name, media_type, size = "a.jpg", "image/jpeg", 28
    source = looked(value)

    assert (source.name, source.media_type, source.size) == (name, media_type, size)
    assert content(source)[:28] == (PNG if size in (28, None) else content(looked(value)))


def test_an_open_file_is_read_from_where_it_stands_and_stays_open(tmp_path: Path) -> None:
    """A caller's file is never closed, and a second attempt begins where the first did."""
    path = tmp_path / "a.bin"
    path.write_bytes(b"0123456789")
    with path.open("rb") as file:
        file.seek(4)
        source = looked(file)

        assert (source.name, source.size, source.repeatable) == ("a.bin", 6, True)
        assert content(source) == b"456789"
        assert content(source) == b"456789"
        assert not file.closed


class Bytes(codecs.StreamReader):
    """A reader of `codecs` that returns bytes as they are."""

    charbuffertype = bytes

    def read(self, size: int = -1, chars: int = -1, firstline: bool = False) -> Any:
        return self.stream.read(size)


@pytest.mark.parametrize(
    "wrap",
    [
        lambda file: mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ),
        lambda file: codecs.StreamReaderWriter(file, Bytes, codecs.getwriter("utf-8")),
    ],
    ids=["mmap", "codecs"],
)
def test_files_whose_seek_returns_nothing(tmp_path: Path, wrap: Any) -> None:
    """Not every file says where it stands when it is moved."""
    path = tmp_path / "a.png"
    path.write_bytes(PNG)
    with path.open("rb") as file, contextlib.closing(wrap(file)) as wrapped:
        source = looked(wrapped)

        assert source.size == len(PNG)
        assert content(source) == content(source) == PNG


def test_a_stream_is_read_once() -> None:
    """A stream that cannot be rewound says so, and what was read to look at it is sent all the same."""
    source = looked(Stream(PNG, 7))

    assert source.repeatable is False
    assert content(source) == PNG


def closed() -> io.BytesIO:
    file = io.BytesIO(b"x")
    file.close()
    return file


async def read_later(size: int = -1) -> bytes:
    return b""


@pytest.mark.parametrize(
    ("make", "error", "text"),
    [
        (lambda path: str(path / "none.jpg"), ValueError, "file: there is no file '.*none.jpg'"),
        (
            lambda path: "none.jpg",
            ValueError,
            r"file: there is no file 'none\.jpg' in the current directory, '.+'",
        ),
        (lambda path: path, ValueError, "file: '.*' is a directory, not a file"),
        (lambda path: "https://example.com/a.jpg", ValueError, "it is a URL: give it by an argument"),
        (lambda path: "data:image/png;base64,AAAA", ValueError, "it is a data URI: decode it"),
        (lambda path: "a\x00b", ValueError, "cannot be read: (stat: )?embedded null"),
        (lambda path: "", ValueError, "file is an empty path"),
        (lambda path: io.StringIO("x"), TypeError, "opened as text: open it in binary mode"),
        (lambda path: ("n", "text"), TypeError, "a pathlib.Path or a binary file object, not text"),
        (lambda path: ("n",), TypeError, "file is a tuple of 1"),
        (lambda path: ("", b"x"), ValueError, "the file name is empty"),
        (lambda path: ("me\udfff.png", b"x"), ValueError, "the file name .* contains a lone surrogate"),
        (lambda path: (b"n", b"x"), TypeError, "the file name must be a string, not bytes"),
        (lambda path: ("n", b"x", "a/b\r\nX: y"), ValueError, "is not a content type"),
        (lambda path: ("n", b"x", 5), TypeError, "the content type must be a string, not int"),
        (lambda path: None, TypeError, "file must be a path, bytes, a binary file object"),
        (lambda path: 5, TypeError, "not int"),
        (lambda path: {"a": 1}, TypeError, "not dict"),
        (lambda path: closed(), ValueError, "file is a closed file"),
        (lambda path: SimpleNamespace(read=read_later), TypeError, "asynchronous file: give its path"),
        (lambda path: SimpleNamespace(read=lambda size=-1: "x"), TypeError, "returns str when read"),
    ],
)
def test_what_is_refused(tmp_path: Path, make: Any, error: type[Exception], text: str) -> None:
    """What cannot be sent is refused before anything is, with the argument's name and the way out."""
    with pytest.raises(error, match=text):
        looked(make(tmp_path))


def test_an_unreadable_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file that may not be read is refused before anything is sent."""

    def refuse(*args: Any, **kwargs: Any) -> Any:
        raise PermissionError(13, "Permission denied")

    path = tmp_path / "a"
    path.write_bytes(b"x")
    monkeypatch.setattr("builtins.open", refuse)
    with pytest.raises(ValueError, match="may not be read: Permission denied"):
        looked(path)


@pytest.mark.parametrize(("change", "text"), [(-5, "has shrunk"), (5, "has grown")])
@pytest.mark.parametrize("when", ["before", "during"])
def test_a_file_that_changes(tmp_path: Path, change: int, text: str, when: str) -> None:
    """A file that shrinks or grows after it was looked at stops the upload, and is closed."""
    path = tmp_path / "a"
    size = CHUNK * 2
    path.write_bytes(b"x" * size)
    source = looked(path)
    chunks = iter(upload_of(source))
    if when == "during":
        next(chunks)
    os.truncate(path, size + change)

    with pytest.raises(SourceError, match=text if when == "during" else "has changed"):
        list(chunks)


def test_a_file_object_that_shrinks() -> None:
    """A caller's file that is shorter than it was stops the upload."""
    file = io.BytesIO(b"x" * 100)
    source = looked(file)
    file.truncate(50)

    with pytest.raises(SourceError, match="it had 100 bytes, and has 50"):
        content(source)


def test_a_file_object_that_fails() -> None:
    """Whatever a caller's file raises stops the upload with its text."""

    class Broken(io.BytesIO):
        def read(self, size: int | None = -1) -> bytes:
            if size is not None and size > 1000:
                raise OSError("the disk is gone")
            return super().read(size)

    with pytest.raises(SourceError, match="can no longer be read: the disk is gone"):
        content(looked(Broken(b"x" * 2000)))


def test_a_file_that_the_kernel_makes_up() -> None:
    """A file that says that it is empty and is not is streamed without a size."""
    source = looked("/proc/self/status")

    assert source.size is None
    assert content(source).startswith(b"Name:")


@pytest.mark.parametrize(
    ("value", "steps"),
    [
        (b"x" * 3 * CHUNK, [(sent * CHUNK, 3 * CHUNK) for sent in range(4)]),
        (Stream(b"x" * 20, 7), [(0, None), (20, None)]),
    ],
)
def test_progress(value: Any, steps: list[tuple[int, int | None]]) -> None:
    """Progress begins with nothing and ends with everything; where the size is unknown, the total is None."""
    seen: list[tuple[int, int | None]] = []
    list(upload_of(looked(value), lambda sent, total: seen.append((sent, total))))

    assert seen == steps


def test_closing_while_a_thread_reads(tmp_path: Path) -> None:
    """A file that a thread is reading is closed by that thread, not under it."""
    path = tmp_path / "a"
    path.write_bytes(b"x" * 10)
    reader = looked(path).reader()
    reader.open()
    file = reader._file  # type: ignore[attr-defined]
    reading, go_on = threading.Event(), threading.Event()

    class Slow:
        def read(self, size: int) -> bytes:
            reading.set()
            assert go_on.wait(10)
            return bytes(file.read(size))

        def close(self) -> None:
            file.close()

    reader._file = Slow()  # type: ignore[attr-defined]
    thread = threading.Thread(target=reader.fetch)
    thread.start()
    assert reading.wait(10)
    reader.close()
    was_open = not file.closed
    go_on.set()
    thread.join(10)

    assert was_open
    assert file.closed
    assert reader.chunk == b"x" * 10
