"""What is uploaded to the simulator is kept byte for byte, and what is no proper form is refused."""

from __future__ import annotations

import hashlib
import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import httpx
import pytest

from tests.support.simulator import MODELS, Connect, Train
from tests.support.subprocesses import ENVIRONMENT
from tryleap.simulator import Simulator, running

FORM = {"Content-Type": "multipart/form-data; boundary=x"}


def part(disposition: str, content: bytes, *more: str) -> bytes:
    """One part of a form with the boundary `x`."""
    head = "\r\n".join(["--x", f"Content-Disposition: {disposition}", *more, "", ""])
    return head.encode() + content + b"\r\n"


def test_files_arrive_as_they_are(simulator: Simulator, http: httpx.Client, train: Train) -> None:
    """Names, types, sizes and hashes are those of what was sent, for sizes around the borders of chunks."""
    contents = [b"x", b"\r\n--+++--\r\n", *(os.urandom(65536 + step) for step in (-1, 0, 1))]
    files = [("imageSampleFiles", (f"é {n}.jpg", data, "image/jpeg")) for n, data in enumerate(contents)]
    model = train(http, files, name="Ålex", webhookUrl="http://127.0.0.1:1/").json()

    (upload,) = simulator.uploads
    assert ("key", model["id"]) == (upload.token, upload.model_id)
    assert upload.fields == {"name": ["Ålex"], "webhookUrl": ["http://127.0.0.1:1/"]}
    assert [f"é {n}.jpg" for n in range(len(contents))] == [file.filename for file in upload.files]
    assert [len(data) for data in contents] == [file.size for file in upload.files]
    assert [hashlib.sha256(data).hexdigest() for data in contents] == [file.sha256 for file in upload.files]
    assert {"image/jpeg"} == {file.headers["content-type"] for file in upload.files}
    assert contents == [http.get(url).content for url in model["imageSamples"]]


def test_a_part_without_a_filename_is_a_file(simulator: Simulator, http: httpx.Client, train: Train) -> None:
    """Some clients send no filename, and their bytes are no text."""
    assert train(http, [("imageSampleFiles", (None, b"\xff\xd8"))]).status_code == 201
    assert (simulator.uploads[0].files[0].filename, simulator.uploads[0].files[0].size) == (None, 2)


@pytest.mark.parametrize(
    ("sent", "stored"),
    [
        (["https://a/1.jpg", "https://a/2,3.jpg"], ["https://a/1.jpg", "https://a/2,3.jpg"]),
        (["https://a/1.jpg,https://a/2,3.jpg"], ["https://a/1.jpg", "https://a/2,3.jpg"]),
    ],
)
def test_urls_repeated_or_joined(
    http: httpx.Client, train: Train, sent: list[str], stored: list[str]
) -> None:
    """URLs may come as one part each, or joined by commas; a comma inside a URL stays."""
    model = train(http, [("imageSampleUrls", (None, url)) for url in sent]).json()

    assert stored == model["imageSamples"]


@pytest.fixture(scope="module")
def refusing() -> Iterator[tuple[Simulator, httpx.Client]]:
    """A simulator for many requests, none of which may leave a trace."""
    headers = {"Authorization": "Bearer key"}
    with (
        running() as server,
        httpx.Client(base_url=server.base_url, headers=headers, trust_env=False) as http,
    ):
        yield server, http


FILE = part('form-data; name="imageSampleFiles"; filename="a"', b"a")
URL = part('form-data; name="imageSampleUrls"', b"https://a/1.jpg")
END = b"--x--\r\n"


@pytest.mark.parametrize(
    ("body", "message"),
    [
        (
            part('form-data; name="name"', b"n") + END,
            "exactly one of imageSampleUrls and imageSampleFiles must be given",
        ),
        (FILE + URL + END, "exactly one of imageSampleUrls and imageSampleFiles must be given"),
        (part('form-data; name="name"', b"1") * 2 + FILE + END, "name must be given once"),
        (part('form-data; name="name"; filename="n"', b"1") + FILE + END, "name must be text, not a file"),
        (part('form-data; name="name"', b"\xff") + FILE + END, "name is not UTF-8"),
        (part('form-data; name="name"', b"n" * 1048577) + FILE + END, "name is longer than 1048576 bytes"),
        *(
            (
                part('form-data; name="webhookUrl"', url) + FILE + END,
                "webhookUrl must be an http or https URL",
            )
            for url in (b"", b"nonsense", b"ftp://a/", b"http://", b"http:///a", b"//a/b", b"http:a")
        ),
        (b"", "the form ends before its last boundary"),
        (FILE, "the form ends before its last boundary"),
        (FILE[:-5], "the form ends before its last boundary"),
        (part("form-data", b"a") + END, "each part needs the header Content-Disposition"),
        (part('attachment; name="a"', b"a") + END, "each part needs the header Content-Disposition"),
        (b"garbage", "the form cannot be read"),
        (part('form-data; name="a"', b"a", "B@d: header") + END, "the form cannot be read"),
        (part('form-data; name="a"', b"a", "X-Long: " + "x" * 20000) + END, "the form cannot be read"),
    ],
)
def test_forms_that_are_refused(refusing: tuple[Simulator, httpx.Client], body: bytes, message: str) -> None:
    """Each is answered with 400 and a reason, and no model, upload or file comes of it."""
    simulator, http = refusing
    response = http.post(f"{MODELS}/new", content=body, headers=FORM)

    assert response.status_code == 400
    assert response.json()["statusCode"] == 400
    assert response.json()["message"].startswith(message)
    assert (simulator.uploads, http.get(MODELS).json()["models"]) == ([], [])
    assert list(simulator._state.folder.iterdir()) == []


@pytest.mark.parametrize(
    ("content_type", "message"),
    [
        (None, "Content-Type must be multipart/form-data"),
        ("application/json", "Content-Type must be multipart/form-data"),
        ("multipart/mixed; boundary=x", "Content-Type must be multipart/form-data"),
        ("multipart/form-data", "the header Content-Type names no boundary"),
        ("multipart/form-data; boundary=", "the header Content-Type names no boundary"),
        (f"multipart/form-data; boundary={'x' * 300}", "the form cannot be read"),
    ],
)
def test_content_types_that_are_refused(
    refusing: tuple[Simulator, httpx.Client], content_type: str | None, message: str
) -> None:
    """Another media type and an unusable boundary are refused with the reason."""
    headers = {} if content_type is None else {"Content-Type": content_type}
    response = refusing[1].post(f"{MODELS}/new", content=FILE + END, headers=headers)

    assert response.status_code == 400
    assert response.json()["message"].startswith(message)


def test_a_refused_upload_is_read_to_its_end(simulator: Simulator, http: httpx.Client) -> None:
    """A client that still sends gets its response: the connection is not cut under it, and serves again."""
    refused = [
        http.post(f"{MODELS}/new", content=b"garbage" * 1_000_000, headers=FORM),
        http.post(f"{MODELS}/new", content=b"x" * 7_000_000, headers={"Authorization": "Bearer free_key"}),
    ]

    assert [response.status_code for response in refused] == [400, 402]
    assert [(request.size, request.complete) for request in simulator.requests] == [(7_000_000, True)] * 2
    assert http.get(MODELS).status_code == 200


def test_an_upload_that_breaks_off(simulator: Simulator, http: httpx.Client) -> None:
    """It is listed as incomplete and has no effect."""

    def broken() -> Iterator[bytes]:
        yield FILE
        raise ConnectionAbortedError

    with pytest.raises(ConnectionAbortedError):
        http.post(f"{MODELS}/new", content=broken(), headers=FORM)

    assert http.get(MODELS).json()["models"] == []
    assert (simulator.requests[0].complete, simulator.requests[0].status) == (False, None)


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="memory is read from Linux's /proc")
def test_memory_does_not_grow_with_the_upload() -> None:
    """Receiving 256 MiB raises the peak memory of the simulator's process by less than 16 MiB."""

    def peak(process: subprocess.Popen[str]) -> int:
        status = Path(f"/proc/{process.pid}/status").read_text()
        return int(re.findall(r"VmHWM:\s+(\d+) kB", status)[0])

    def body(mebibytes: int) -> Iterator[bytes]:
        yield b'--x\r\nContent-Disposition: form-data; name="imageSampleFiles"; filename="a"\r\n\r\n'
        for _ in range(mebibytes):
            yield bytes(1024 * 1024)
        yield b"\r\n--x--\r\n"

    command = [sys.executable, "-m", "tryleap.simulator"]
    with ExitStack() as stack:
        process = stack.enter_context(
            subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=ENVIRONMENT)
        )
        stack.callback(process.terminate)
        assert process.stdout is not None
        (url,) = re.findall(r"http://[\d.:]+", process.stdout.readline())
        headers = {"Authorization": "Bearer k", **FORM}
        peaks = []
        for mebibytes in (4, 256):
            # The simulator writes large files to the disk, which a busy machine may stall for seconds.
            response = httpx.post(
                f"{url}{MODELS}/new", content=body(mebibytes), headers=headers, trust_env=False, timeout=60
            )
            assert response.status_code == 201
            peaks.append(peak(process))

    assert peaks[1] - peaks[0] < 16 * 1024


def test_accepted_trainings_are_recorded(tmp_path: Path, connect: Connect, train: Train) -> None:
    """What was billed can be counted in a file that survives the simulator; a refusal is not in it."""
    record = tmp_path / "billed.jsonl"
    for name in ("Alex", "Bob"):
        with running(record=record) as server:
            train(connect(server), name=name)
            train(connect(server), [])
            lines = [json.loads(line) for line in record.read_text(encoding="utf-8").splitlines()]
            assert lines[-1] == {"id": server.uploads[0].model_id, "name": name}

    assert len(lines) == 2
