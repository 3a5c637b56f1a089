"""The bytes that arrive at the server are those of the files, however they are given."""

from __future__ import annotations

import hashlib
import io
import os
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.support.paths import GENERATED
from tryleap.simulator import Simulator, UploadedFile

PNG = b"\x89PNG\r\n\x1a\n"
CONTENTS = {
    "empty": b"",
    "one byte": b"x",
    "64 KiB less one": b"a" * (65536 - 1),
    "64 KiB": b"b" * 65536,
    "64 KiB and one": b"c" * (65536 + 1),
    "1 MiB and one": bytes(range(256)) * 4096 + b"d",
    "fixed boundary": b"before\r\n--+++--\r\nafter",
    "boundary pattern": b"\r\n--" + b"0" * 32 + b"\r\n\r\n--" + b"f" * 32 + b"--\r\n",
    "line ends": b"\r\n\r\n--\r\n",
    "50 MB": bytes(range(256)) * (50 * 1024 * 1024 // 256),
}


def as_path(tmp_path: Path, data: bytes) -> Path:
    path = tmp_path / "me.png"
    path.write_bytes(data)
    return path


class _Stream(io.RawIOBase):
    """A source that can be read once only."""

    def __init__(self, data: bytes) -> None:
        self._inner = io.BytesIO(data)

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        return self._inner.readinto(buffer)


KINDS: dict[str, Callable[[Path, bytes], Any]] = {
    "path": as_path,
    "text path": lambda tmp_path, data: str(as_path(tmp_path, data)),
    "bytes": lambda _, data: data,
    "bytearray": lambda _, data: bytearray(data),
    "file object": lambda _, data: io.BytesIO(data),
    "stream": lambda _, data: _Stream(data),
    "named bytes": lambda _, data: ("me.png", data),
    "named file object": lambda _, data: ("me.png", io.BytesIO(data)),
    "named and typed": lambda _, data: ("me.png", data, "image/x-mine"),
    "named path": lambda tmp_path, data: ("other.png", as_path(tmp_path, data)),
}


def uploaded(simulator: Simulator) -> list[UploadedFile]:
    """The files of the last training."""
    return list(simulator.uploads[-1].files)


@pytest.mark.parametrize("content", CONTENTS)
@pytest.mark.parametrize("kind", KINDS)
def test_bytes_arrive(call: Any, simulator: Simulator, tmp_path: Path, kind: str, content: str) -> None:
    """Each kind of file argument arrives with the same SHA-256, for every awkward size and shape."""
    data = CONTENTS[content]

    call(simulator.base_url, "train_model", name="x", image_sample_files=[KINDS[kind](tmp_path, data)])

    (file,) = uploaded(simulator)
    assert (file.size, file.sha256) == (len(data), hashlib.sha256(data).hexdigest())


def test_many_files_keep_their_order(call: Any, simulator: Simulator, tmp_path: Path) -> None:
    """Several files of different kinds arrive one part an element, in their order."""
    files = [b"one", ("two.gif", b"two"), as_path(tmp_path, b"three"), io.BytesIO(b"four")]

    call(simulator.base_url, "train_model", image_sample_files=files)

    assert [file.sha256 for file in uploaded(simulator)] == [
        hashlib.sha256(data).hexdigest() for data in (b"one", b"two", b"three", b"four")
    ]


@pytest.mark.parametrize(
    ("file", "name", "media_type"),
    [
        (("me.jpg", b"x"), "me.jpg", "image/jpeg"),
        (("me.webp", b"x"), "me.webp", "image/webp"),
        (("me", PNG), "me", "image/png"),
        (PNG, None, "image/png"),
        (b"\xff\xd8\xff\xe0", None, "image/jpeg"),
        (b"GIF89a..", None, "image/gif"),
        (b"RIFF....WEBPVP8 ", None, "image/webp"),
        (b"neither", None, "application/octet-stream"),
        (("me.unknown-extension", b"x"), "me.unknown-extension", "application/octet-stream"),
        (("me.png", b"x", "image/x-mine"), "me.png", "image/x-mine"),
    ],
)
def test_every_part_has_name_and_type(
    call: Any, simulator: Simulator, file: Any, name: str | None, media_type: str
) -> None:
    """Each part has a filename, and a media type from the name, else from the first bytes."""
    call(simulator.base_url, "train_model", image_sample_files=[file])

    (received,) = uploaded(simulator)
    assert received.content_type == media_type
    assert received.filename == name if name else received.filename


@pytest.mark.parametrize(
    "name",
    [
        'a"b.png',
        "a\r\nX-Injected: 1.png",
        "a\nb.png",
        "é ü 日本.png",
        "a;b=c.png",
        "a\\b.png",
        "a%22b.png",
        "'.png",
    ],
)
def test_file_name_injects_nothing(call: Any, simulator: Simulator, name: str) -> None:
    """A file name with quotes, line breaks or accents adds no header and no part, and the bytes arrive."""
    call(simulator.base_url, "train_model", name="kept", image_sample_files=[(name, b"data")])

    upload = simulator.uploads[-1]
    (file,) = upload.files
    assert upload.fields == {"name": ["kept"]}
    assert file.sha256 == hashlib.sha256(b"data").hexdigest()
    assert {each.lower() for each in file.headers} == {"content-disposition", "content-type"}


def test_a_quote_does_not_end_the_name(call: Any, simulator: Simulator) -> None:
    """A quote or a line break in a file name is written as browsers write it; nothing of the name is lost."""
    call(simulator.base_url, "train_model", image_sample_files=[('a"b\r\n.png', b"data")])

    assert uploaded(simulator)[0].filename == "a%22b%0D%0A.png"


def test_accents_survive(call: Any, simulator: Simulator) -> None:
    """A name outside ASCII arrives as it is."""
    call(simulator.base_url, "train_model", image_sample_files=[("é日本.png", b"data")])

    assert uploaded(simulator)[0].filename == "é日本.png"


def test_boundaries_are_random(simulator: Simulator, call: Any) -> None:
    """No two requests share a boundary, so that no file can be made to end its own part."""
    boundaries = set()
    for _ in range(3):
        call(simulator.base_url, "train_model", image_sample_files=[b"x"])
        header = simulator.requests[-1].headers["content-type"]
        boundaries |= set(re.findall(r"boundary=\"?([^\";]+)", header))

    assert len(boundaries) == 3
    assert all(len(boundary) >= 16 for boundary in boundaries)


def test_urls_are_repeated(call: Any, simulator: Simulator) -> None:
    """URLs go one part an element, as the document's encoding says; a comma in one splits nothing."""
    urls = ["https://example.com/a,b.jpg", "https://example.com/c.jpg"]

    call(simulator.base_url, "train_model", image_sample_urls=urls)

    assert simulator.uploads[-1].fields == {"imageSampleUrls": urls}


def test_length_is_announced(call: Any, simulator: Simulator, tmp_path: Path) -> None:
    """Content-Length is sent whenever all sizes are known, and not where a source has none."""
    call(
        simulator.base_url,
        "train_model",
        image_sample_files=[as_path(tmp_path, b"x" * 1000), io.BytesIO(b"y")],
    )
    known = simulator.requests[-1].headers
    call(simulator.base_url, "train_model", image_sample_files=[_Stream(b"x")])
    unknown = simulator.requests[-1].headers

    assert int(known["content-length"]) > 1001
    assert "content-length" not in unknown
    assert unknown["transfer-encoding"] == "chunked"


def test_callers_file_objects_stay_open(call: Any, simulator: Simulator) -> None:
    """A file object of the caller is read from where it stands, and never closed."""
    file = io.BytesIO(b"skipped:data")
    file.seek(8)

    call(simulator.base_url, "train_model", image_sample_files=[file])

    assert uploaded(simulator)[0].sha256 == hashlib.sha256(b"data").hexdigest()
    assert not file.closed


_MEMORY = """
import asyncio, resource, sys
from tryleap import AsyncLeap, Leap

mode, base_url, small, large = sys.argv[1:]

def peak():
    if sys.platform == "linux":  # getrusage may tell of the process that started this one
        with open("/proc/self/status") as status:
            return int(next(line.split()[1] for line in status if line.startswith("VmHWM:")))
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss

def sync():
    with Leap("key", base_url=base_url) as leap:
        leap.image_models.train_model(image_sample_files=[small])
        before = peak()
        leap.image_models.train_model(image_sample_files=[large])
        return peak() - before

async def awaited():
    async with AsyncLeap("key", base_url=base_url) as leap:
        await leap.image_models.train_model(image_sample_files=[small])
        before = peak()
        await leap.image_models.train_model(image_sample_files=[large])
        return peak() - before

print(sync() if mode == "sync" else asyncio.run(awaited()))
"""


@pytest.mark.parametrize("mode", ["sync", "async"])
def test_memory_is_constant(mode: str, simulator: Simulator, tmp_path: Path) -> None:
    """A 1 GiB upload from a path raises the process's peak memory by less than 16 MiB."""
    small, large = tmp_path / "small.png", tmp_path / "large.png"
    small.write_bytes(PNG)
    with large.open("wb") as file:
        file.truncate(1024**3)

    command = [sys.executable, "-c", _MEMORY, mode, simulator.base_url, str(small), str(large)]
    environment = {**os.environ, "PYTHONPATH": str(GENERATED)}
    done = subprocess.run(command, check=True, capture_output=True, text=True, env=environment)

    scale = 1024 if sys.platform == "darwin" else 1
    assert int(done.stdout) / scale < 16 * 1024
    assert uploaded(simulator)[0].size == 1024**3
