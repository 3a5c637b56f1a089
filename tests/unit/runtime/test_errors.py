"""Errors: the tree, what they say, that they can be pickled and copied."""

from __future__ import annotations

import copy
import pickle
import re
import socket
import traceback
from types import FrameType
from typing import Any

import httpx
import pytest

from templates.runtime import errors
from templates.runtime._package import PACKAGE, BaseError
from templates.runtime.error_messages import reason, status_error
from templates.runtime.errors import status_error_class
from templates.runtime.response.server_text import one_line, server_words
from templates.runtime.tracebacks import causes
from tests.support.modes import Mode
from tests.support.nesting import nested_text
from tests.support.sample_api import WIDGET, Script, Widget, WidgetFailedError, get, make, run_at

CLASSES = [
    each
    for each in vars(errors).values()
    if isinstance(each, type) and issubclass(each, BaseError) and not each.__name__.startswith("_")
]
RESPONSE = {"status_code": 404, "headers": httpx.Headers({"a": "b"}), "body": {"x": 1}, "request_id": "r"}
WHERE = {"method": "GET", "path": "/x", "may_have_been_processed": True, "retries_taken": 2}


def made(cls: type[Exception]) -> Any:
    if issubclass(cls, errors.APIStatusError):
        return cls("said", data=Widget.from_dict(WIDGET), **RESPONSE, **WHERE)
    if issubclass(cls, errors.ResponseDecodeError):
        return cls("said", **RESPONSE, **WHERE)
    if issubclass(cls, errors.APIConnectionError):
        return cls("said", **WHERE)
    return cls("said", model=Widget.from_dict(WIDGET)) if cls is not BaseError else cls("said")


@pytest.mark.parametrize("cls", [*CLASSES, WidgetFailedError])
@pytest.mark.parametrize("copied", [lambda e: pickle.loads(pickle.dumps(e)), copy.copy, copy.deepcopy])
def test_copies(cls: type[Exception], copied: Any) -> None:
    """Each error comes out of a pickle and a copy with its class, its text and its attributes."""
    error = made(cls)
    error.add_note("a note")
    found = copied(error)

    assert type(found) is cls
    assert str(found) == "said"
    assert vars(found) == vars(error)


@pytest.mark.parametrize("cls", CLASSES)
def test_names(cls: type[Exception]) -> None:
    """Tracebacks show where a caller imports an error from."""
    assert cls.__module__ in (f"{PACKAGE}.errors", f"{PACKAGE}._package")
    assert cls.__doc__


@pytest.mark.parametrize("cls", CLASSES)
def test_a_user_can_make_one(cls: type[Exception]) -> None:
    """A message is enough, so that users' tests can raise them."""
    assert str(cls("said")) == "said"


STATUSES = {
    400: "BadRequestError",
    401: "AuthenticationError",
    402: "PaymentRequiredError",
    403: "PermissionDeniedError",
    404: "NotFoundError",
    409: "ConflictError",
    422: "UnprocessableEntityError",
    429: "RateLimitError",
    **dict.fromkeys((500, 503, 520, 599), "InternalServerError"),
    **dict.fromkeys((302, 408, 418), "APIStatusError"),
}


@pytest.mark.parametrize("status", STATUSES)
def test_classes_of_statuses(status: int) -> None:
    """Each status has the class that the documentation names."""
    assert status_error_class(status).__name__ == STATUSES[status]


@pytest.mark.parametrize("status", [520, 521, 522, 523, 524, 525, 526, 527, 530, 599, 999])
def test_statuses_that_python_does_not_know(status: int) -> None:
    """A status outside of Python's list is no obstacle."""
    assert str(status) in status_error(get(), status, None, None, None)
    assert isinstance(reason(status), str)


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (None, ""),
        ("", ""),
        ({}, ""),
        ([], ""),
        (5, ""),
        ({"message": "No"}, "No"),
        ({"message": ["a", "b"]}, "a; b"),
        ({"message": None, "error": "Bad"}, "Bad"),
        ({"error": {"message": "Deep"}}, "Deep"),
        ({"errors": [{"msg": "a"}, {"msg": "b"}]}, "a; b"),
        ({"detail": [{"msg": "field required"}]}, "field required"),
        ("plain words", "plain words"),
        ("<html><head><title>502 Bad &amp; Gateway</title></head><body>x</body></html>", "502 Bad & Gateway"),
        ("<TITLE lang=en>\n Bad\n gone </TITLE >", "Bad gone"),
        ("<html><style>x{}</style><p>Sorry,<br>\n no</p></html>", "Sorry, no"),
        ("<p>Bad<script>a<b</script > and<!-- no > --> <b>gone</b><style>x", "Bad and gone"),
        ("<p>Bad < gone", "Bad"),
        ({"message": "a\r\nb\x1b[31m\u202ec"}, "a b [31m c"),
        ({"message": "x" * 2000}, "x" * 500 + "..."),
    ],
)
def test_what_a_server_says(body: Any, words: str) -> None:
    """The server's own words are found, whatever shape they come in, on one printable line."""
    assert server_words(body) == words


def test_one_line_of_a_long_text() -> None:
    """A long text is cut."""
    assert one_line("a" * 11, 10) == "a" * 10 + "..."


@pytest.mark.parametrize(
    ("response", "message"),
    [
        (
            httpx.Response(404, json={"message": "gone"}),
            "GET /widgets/t1: 404 Not Found: the server says 'gone'. There is no such widget.",
        ),
        (
            httpx.Response(404, headers={"X-Request-Id": "r-1"}),
            "GET /widgets/t1: 404 Not Found (request r-1). There is no such widget.",
        ),
        (httpx.Response(403, json={"message": "Forbidden"}), "GET /widgets/t1: 403 Forbidden."),
        (httpx.Response(418, text="short"), "GET /widgets/t1: 418 I'm a Teapot: the server says 'short'."),
        (
            httpx.Response(307, headers={"Location": "https://other.example/x?secret=1"}),
            (
                "GET /widgets/t1: 307 Temporary Redirect. It redirects to https://other.example/x, "
                "and no redirect is followed: check base_url."
            ),
        ),
        (
            httpx.Response(525),
            ("GET /widgets/t1: 525 the proxy and the server could not agree on TLS. Come back later."),
        ),
    ],
)
def test_messages(response: httpx.Response, message: str) -> None:
    """A message says where, what, what the server said and what to do."""
    with pytest.raises(errors.APIStatusError) as caught:
        Script(response).client().send(get(), max_retries=0)
    assert str(caught.value) == message


def test_a_message_is_a_summary_and_an_advice() -> None:
    """What happened and what to do are there apart too, also after pickling: nobody has to divide a text."""
    with pytest.raises(errors.APIStatusError) as caught:
        Script(httpx.Response(525)).client().send(get(), max_retries=0)
    error = pickle.loads(pickle.dumps(caught.value))

    assert error.summary == "GET /widgets/t1: 525 the proxy and the server could not agree on TLS."
    assert error.advice == "Come back later."
    assert str(error) == f"{error.summary} {error.advice}"


def test_attributes_of_a_status_error() -> None:
    """The parsed body, its documented model, the headers and the request's id are there."""
    response = httpx.Response(400, json={"message": ["a", "b"]}, headers={"X-Request-Id": "r-1", "X-Y": "z"})
    with pytest.raises(errors.BadRequestError) as caught:
        Script(response).client().send(get())
    error = caught.value

    assert (error.method, error.path, error.status_code) == ("GET", "/widgets/t1", 400)
    assert error.body == {"message": ["a", "b"]}
    assert error.data.message == ["a", "b"]
    assert error.headers["x-y"] == "z"
    assert error.request_id == "r-1"
    assert error.may_have_been_processed is False
    assert error.retries_taken == 0


@pytest.mark.parametrize("content", [b"", b"<html>", b"[1]", b"\xff\xfe", b'"x"', b"null"])
def test_bodies_that_are_not_as_documented(content: bytes) -> None:
    """An error body of any shape leaves `data` empty and raises the error of its status."""
    with pytest.raises(errors.BadRequestError) as caught:
        Script(httpx.Response(400, content=content)).client().send(get())
    assert caught.value.data is None


def test_ambiguous_messages() -> None:
    """A call that costs money says how to find out whether it was processed."""
    with pytest.raises(errors.InternalServerError) as caught:
        Script(502).client().send(make())
    assert str(caught.value) == (
        "POST /widgets: 502 Bad Gateway. The server may have processed this request, so it was not retried. "
        "Check with widgets.list() before you try again."
    )


@pytest.mark.parametrize("of", ["objects", "arrays"])
@pytest.mark.parametrize("depth", [99, 101, 300, 500, 700, 900, 980, 1_000, 5_000, 60_000])
@pytest.mark.parametrize("status", [400, 200])
def test_a_body_may_be_nested_at_any_depth(mode: Mode, of: str, depth: int, status: int) -> None:
    """A body that is nested too deeply is kept as text, and its error pickles and prints like any other."""
    body = f'{{"message": "no", "more": {nested_text(depth - 1, of)}}}'.encode()[: 256 * 1024]
    script = Script(httpx.Response(status, content=body))
    if (status, depth) == (200, 99):
        assert script.run(mode, lambda client: client.send(get())).additional_properties
        return
    with pytest.raises(errors.BadRequestError if status == 400 else errors.ResponseDecodeError) as caught:
        script.run(mode, lambda client: client.send(get()))

    assert isinstance(caught.value.body, dict if depth < 100 else str)
    assert repr(pickle.loads(pickle.dumps(caught.value)).body) == repr(caught.value.body)


VARIABLE = "127.0.0.1:9 (the address in WIDGETS_BASE_URL)"


@pytest.mark.parametrize(
    ("variable", "options", "server"),
    [
        (None, {}, "widgets.example"),
        (None, {"base_url": "https://other.example:8443/v1"}, "other.example:8443"),
        ("http://127.0.0.1:9", {}, VARIABLE),
        ("http://127.0.0.1:9", {"timeout": 1.0}, VARIABLE),
        ("http://127.0.0.1:9", {"base_url": "https://a.example"}, "a.example"),
    ],
)
def test_a_refused_connection_names_the_host(
    mode: Mode, monkeypatch: pytest.MonkeyPatch, variable: str | None, options: dict[str, Any], server: str
) -> None:
    """The host is named, and the environment variable for as long as that chose it."""
    if variable is not None:
        monkeypatch.setenv("WIDGETS_BASE_URL", variable)
    script = Script(httpx.ConnectError("[Errno 111] Connection refused"))
    with pytest.raises(errors.APIConnectionError) as caught:
        script.run(mode, lambda client: client.with_options(**options).send(get()), max_retries=0)

    assert str(caught.value) == (
        f"GET /widgets/t1: could not connect to {server}; nothing was sent "
        "(ConnectError: [Errno 111] Connection refused). Check the address (base_url) and the network."
    )


@pytest.mark.parametrize(
    ("header", "reported"),
    [
        ("120", "(Retry-After: 120 s)"),
        ("Wed, 21 Oct 2026 07:28:00 GMT", "(Retry-After: Wed, 21 Oct 2026 07:28:00 GMT)"),
        (None, "429 Too Many Requests."),
    ],
)
def test_a_429_that_gives_up_reports_when_to_come_back(mode: Mode, header: str | None, reported: str) -> None:
    """What the server asked for is in the message, beyond what the client itself would wait as well."""
    headers = {"Retry-After": header} if header else {}
    script = Script(httpx.Response(429, headers=headers))

    with pytest.raises(errors.RateLimitError, match=re.escape(reported)):
        script.run(mode, lambda client: client.send(get()), max_retries=0)


def test_a_500_of_a_get_is_not_said_to_have_been_processed(mode: Mode) -> None:
    """What only reads may be sent again, so nothing is to be checked before."""
    with pytest.raises(errors.InternalServerError) as caught:
        Script(500).run(mode, lambda client: client.send(get()), max_retries=0)

    assert str(caught.value) == "GET /widgets/t1: 500 Internal Server Error. Come back later."


def frames_of_the_runtime(error: BaseException) -> list[FrameType]:
    frames = [frame for frame, _ in traceback.walk_tb(error.__traceback__)]
    return [frame for frame in frames if "/templates/runtime/" in frame.f_code.co_filename]


@pytest.mark.parametrize("response", [500, httpx.ReadError("no"), httpx.Response(200, text="no JSON")])
def test_a_traceback_shows_no_frame_of_the_runtime(mode: Mode, response: Any) -> None:
    """Notebooks and pytest leave out the runtime's frames; those of the caller's HTTP client stay."""
    with pytest.raises(BaseError) as caught:
        Script(response).run(mode, lambda client: client.send(get()), max_retries=0)

    frames = frames_of_the_runtime(caught.value)
    assert frames
    assert all(frame.f_locals.get("__tracebackhide__") for frame in frames)
    if isinstance(response, httpx.ReadError):
        assert caught.value.__cause__ is response
        assert response.__traceback__ is not None


def test_a_missing_file_shows_no_more_than_where_it_was_noticed(mode: Mode) -> None:
    """The most common mistake fills no screen of a notebook."""
    with pytest.raises(ValueError, match="there is no file") as caught:
        Script().run(mode, lambda client: client.send(make(["none.jpg"])))

    *others, last = frames_of_the_runtime(caught.value)
    assert last.f_code.co_filename.endswith("file_sources.py")
    assert all(frame.f_locals.get("__tracebackhide__") for frame in others)
    assert isinstance(caught.value.__cause__, FileNotFoundError)
    assert caught.value.__cause__.__traceback__ is None


def test_a_refused_connection_leaves_no_frames_of_the_http_library(mode: Mode) -> None:
    """They are many, and the text says what went wrong."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]

    with pytest.raises(errors.APIConnectionError, match="could not connect") as caught:
        run_at(mode, f"http://127.0.0.1:{port}", lambda client: client.send(get()), max_retries=0)

    assert isinstance(caught.value.__cause__, httpx.ConnectError)
    assert all(each.__traceback__ is None for each in causes(caught.value.__cause__))
    assert all(frame.f_locals.get("__tracebackhide__") for frame in frames_of_the_runtime(caught.value))
