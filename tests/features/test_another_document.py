"""A document of somebody else's: it becomes a package of the same quality, which sends what it says."""

from __future__ import annotations

import datetime as dt
import importlib
import json
import subprocess
import sys
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit
from uuid import UUID

import pytest

from scripts.generator import pipeline

HERE = Path(__file__).parent
ANSWERS: dict[str, tuple[int, str, bytes]] = {
    "/answers/text": (200, "text/plain", "größer".encode()),
    "/answers/bytes": (200, "image/png", b"\x89PNG"),
    "/answers/nothing": (204, "", b""),
    "/answers/several": (202, "application/json", b'["a"]'),
    "/answers/default": (200, "application/vnd.mine+json", b'{"name": "x"}'),
    "/answers/pets": (200, "application/json", b'[{"species": "dog", "tricks": ["sit"]}]'),
    "/answers/everything": (
        200,
        "application/json",
        json.dumps(
            {
                "extended": {"id": "5f9b9c0e-7c1f-4b5c-9c0e-7c1f4b5c9c0e", "extra": "e"},
                "union": "2026-01-31",
                "nullable": None,
                "nullableThing": {"name": "n", "parts": [{"name": "p"}]},
                "level": 3,
                "day": "2026-01-31",
                "counts": {"a": 1},
                "things": {"t": {"name": "t"}},
                "matrix": [[1, 2.5]],
                "more": 7,
            }
        ).encode(),
    ),
}


@pytest.fixture(scope="module")
def package(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The generated package, ready to be imported."""
    output = tmp_path_factory.mktemp("features") / "out"
    pipeline.generate(HERE / "features.yaml", None, output)
    sys.path.insert(0, str(output))
    importlib.invalidate_caches()
    yield output
    sys.path.remove(str(output))


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    """A server that answers with what it was sent, or with a canned answer."""

    class Echo(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def answer(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            parts = urlsplit(self.path)
            told = {
                "path": unquote(parts.path),
                "query": parse_qsl(parts.query),
                "headers": {name.lower(): value for name, value in self.headers.items()},
                "body": body.decode("latin-1"),
            }
            echo = (200, "application/json", json.dumps(told).encode())
            status, media_type, content = ANSWERS.get(parts.path, echo)
            self.send_response(status)
            self.send_header("Content-Type", media_type)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        do_GET = do_POST = do_DELETE = answer  # noqa: N815 - the names that http.server calls

        def log_message(self, *args: object) -> None:
            """Say nothing."""

    echo = ThreadingHTTPServer(("127.0.0.1", 0), Echo)
    thread = Thread(target=echo.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield f"http://127.0.0.1:{echo.server_port}"
    echo.shutdown()
    thread.join()
    echo.server_close()


@pytest.fixture
def client(package: Path, server: str) -> Iterator[Any]:
    """The sync client of the package."""
    with importlib.import_module("features").Features("key", base_url=server) as made:
        yield made


def test_types_are_strict(package: Path) -> None:
    """The package passes mypy in strict mode."""
    command = [sys.executable, "-m", "mypy", "--strict", "--no-error-summary", "-p", "features"]
    done = subprocess.run(command, cwd=package, capture_output=True, text=True, check=False)

    assert done.stdout == ""


def test_parameters_of_every_place(client: Any) -> None:
    """Path, query, header and cookie parameters arrive as the document says; what is left out does not."""
    told = client.parameters.send_parameters(
        "a/b",
        7,
        q="x y",
        flag=True,
        day=dt.date(2026, 1, 31),
        uid=UUID(int=1),
        many=["a", "b"],
        joined=[1, 2],
        piped=["a", "b"],
        color="red",
        level=2,
        filter_={"a": "1"},
        x_trace="t",
        session="s",
    )

    assert told["path"] == "/parameters/a/b/7"
    assert told["query"] == [
        ["q", "x y"],
        ["flag", "true"],
        ["day", "2026-01-31"],
        ["uid", str(UUID(int=1))],
        ["many", "a"],
        ["many", "b"],
        ["joined", "1,2"],
        ["piped", "a|b"],
        ["color", "red"],
        ["level", "2"],
        ["filter", '{"a":"1"}'],
    ]
    assert (told["headers"]["x-trace"], told["headers"]["cookie"]) == ("t", "session=s")
    assert told["headers"]["authorization"] == "Bearer key"


def test_values_outside_a_closed_set_are_refused(client: Any) -> None:
    """An argument outside its enum is refused before anything is sent."""
    with pytest.raises(ValueError, match="color"):
        client.parameters.send_parameters("a", 7, q="x", color="blue")


@pytest.mark.parametrize(
    ("argument", "value", "message"),
    [
        ("filter_", {"a": "\ud800"}, "filter_ holds a lone surrogate"),
        ("x_trace", "a\nb", "x_trace: the value of the header X-Trace holds a line break"),
        ("x_trace", 5, "x_trace must be a string"),
        ("session", "\ud800", "session holds a lone surrogate"),
        ("uid", "no uuid", "uid must be"),
    ],
)
def test_messages_name_the_argument(client: Any, argument: str, value: Any, message: str) -> None:
    """A message about a parameter calls it what the caller calls it, not what goes over the wire."""
    with pytest.raises((TypeError, ValueError), match=f"^{message}"):
        client.parameters.send_parameters("a", 7, **{"q": "x", argument: value})


def test_json_bodies(client: Any, package: Path) -> None:
    """Objects are spread over arguments; arrays, scalars, maps and optional objects are one."""
    thing = importlib.import_module("features.models").Thing(name="inner")
    bodies = client.bodies
    sent = bodies.send_object(
        name="n", size=None, made=dt.datetime(2026, 1, 31, tzinfo=dt.UTC), parts=[thing]
    )

    assert json.loads(sent["body"]) == {
        "name": "n",
        "size": None,
        "made": "2026-01-31T00:00:00Z",
        "parts": [{"name": "inner"}],
    }
    assert json.loads(bodies.send_object(name="n")["body"]) == {"name": "n"}
    assert json.loads(bodies.send_array(body=[thing])["body"]) == [{"name": "inner"}]
    assert json.loads(bodies.send_scalar(body=5)["body"]) == 5
    assert json.loads(bodies.send_map(body={"a": 1})["body"]) == {"a": 1}
    assert bodies.send_optional()["body"] == ""
    assert json.loads(bodies.send_optional(body=thing)["body"]) == {"name": "inner"}


def test_other_bodies(client: Any) -> None:
    """Forms, multipart with a JSON part, bytes and text are sent with their media types."""
    bodies = client.bodies
    form = bodies.send_form(name="a b", tags=["x", "y"], count=2)
    parts = bodies.send_multipart(file=b"\x89PNG\r\n\x1a\n", note="n", meta={"name": "m"})

    assert parse_qsl(form["body"]) == [("name", "a b"), ("tags", "x"), ("tags", "y"), ("count", "2")]
    assert form["headers"]["content-type"] == "application/x-www-form-urlencoded"
    assert parts["headers"]["content-type"].startswith("multipart/form-data; boundary=")
    assert 'name="meta"\r\nContent-Type: application/json\r\n\r\n{"name":"m"}' in parts["body"]
    assert bodies.send_bytes(body=b"\x00\x01")["body"] == "\x00\x01"
    assert bodies.send_text(body="text")["headers"]["content-type"].startswith("text/plain")


def test_answers_of_every_kind(client: Any) -> None:
    """Text, bytes, nothing, several statuses, vendor JSON and unions are read as what they are."""
    answers = client.answers

    assert answers.get_text() == "größer"
    assert answers.get_bytes() == b"\x89PNG"
    assert answers.get_nothing() is None
    assert answers.get_several() == ["a"]
    assert answers.get_default().name == "x"
    (pet,) = answers.get_pets()
    assert (type(pet).__name__, pet.tricks) == ("Dog", ["sit"])


def test_models_of_every_kind(client: Any) -> None:
    """allOf, anyOf, nullable, dates, UUIDs, maps and free fields are read, and written back as they came."""
    found = client.answers.get_everything()

    assert (found.extended.id, found.extended.extra) == (UUID("5f9b9c0e-7c1f-4b5c-9c0e-7c1f4b5c9c0e"), "e")
    assert (found.union, found.day) == (dt.date(2026, 1, 31), dt.date(2026, 1, 31))
    assert found.nullable_thing.parts[0].name == "p"
    assert found.level == 3
    assert (found.things["t"].name, found.matrix) == ("t", [[1, 2.5]])
    assert found.additional_properties == {"more": 7}
    assert found.to_dict() == json.loads(ANSWERS["/answers/everything"][2])


def test_names_of_the_document_win(client: Any, package: Path) -> None:
    """Keywords get an underscore, and our own names give way to those of the document."""
    odd = importlib.import_module("features.models").Odd
    made = odd.from_dict_({"class": "c", "from_dict": "f", "a-b": "1", "größe": "g", "unknown": 1})

    assert (made.class_, made.from_dict, made.größe) == ("c", "f", "g")
    assert made.to_dict_() == {"class": "c", "from_dict": "f", "a-b": "1", "größe": "g", "unknown": 1}
    assert client.names.import_("p", timeout="document's", timeout_=5.0).to_dict_()["path"] == "/names/p"
