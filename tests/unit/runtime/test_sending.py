"""One call from its first attempt to its end, with the sync and the async client."""

from __future__ import annotations

import email.utils
import io
import math
import ssl
from pathlib import Path
from typing import Any

import httpx
import pytest

from templates.runtime._package import BaseError
from templates.runtime.errors import (
    APIConnectionError,
    APIStatusError,
    APITimeoutError,
    InternalServerError,
    NotFoundError,
    RateLimitError,
    ResponseDecodeError,
    UploadError,
)
from templates.runtime.operations import Call
from tests.support.clocks import ManualClock
from tests.support.file_arguments import Stream
from tests.support.modes import Mode
from tests.support.sample_api import GET, TOKEN, WIDGET, Script, Widget, delete, get, make, put_bytes


def with_cause(error: Exception, cause: Exception) -> Exception:
    error.__cause__ = cause
    return error


CERTIFICATE = with_cause(httpx.ConnectError("no"), ssl.SSLCertVerificationError("self-signed"))


def test_a_plain_call(mode: Mode) -> None:
    """What is sent is what the operation says, and what comes back is its model."""
    script = Script()
    found = script.run(mode, lambda client: client.send(get("a/b")))
    request = script.requests[0]

    assert found == Widget.from_dict(WIDGET)
    assert str(request.url) == "https://widgets.example/widgets/a%2Fb"
    assert request.headers["accept"] == "application/json"
    assert request.headers["user-agent"].startswith("widgets/1.2.3 python/3.")
    assert "content-length" not in request.headers


def test_the_whole_response(mode: Mode) -> None:
    """A raw call returns everything that came."""
    headers = {"X-Request-Id": "r-1"}
    script = Script(500, httpx.Response(200, json=WIDGET, headers=headers))
    found = script.run(mode, lambda client: client.send(get(), raw=True))

    assert found.status_code == 200
    assert found.data == Widget.from_dict(WIDGET)
    assert found.content == httpx.Response(200, json=WIDGET).content
    assert found.headers["x-request-id"] == found.request_id == "r-1"
    assert found.retries_taken == 1
    assert found.elapsed.total_seconds() >= 0


# What happens each time; the error; whether it is ambiguous; attempts of GET; attempts of POST.
ENDS: list[tuple[Any, type[Exception], bool, int, int]] = [
    (httpx.ConnectError("refused"), APIConnectionError, False, 3, 3),
    (httpx.ConnectTimeout("slow"), APITimeoutError, False, 3, 3),
    (httpx.ProxyError("407"), APIConnectionError, False, 3, 3),
    (httpx.PoolTimeout("full"), APITimeoutError, False, 1, 1),
    (CERTIFICATE, APIConnectionError, False, 1, 1),
    (httpx.UnsupportedProtocol("x"), APIConnectionError, False, 1, 1),
    (httpx.ReadError("reset"), APIConnectionError, True, 3, 1),
    (httpx.WriteError("reset"), APIConnectionError, True, 3, 1),
    (httpx.RemoteProtocolError("cut"), APIConnectionError, True, 3, 1),
    (httpx.ReadTimeout("slow"), APITimeoutError, True, 3, 1),
    (httpx.WriteTimeout("slow"), APITimeoutError, True, 3, 1),
    (ConnectionResetError("reset"), APIConnectionError, True, 1, 1),
    (ssl.SSLError("broken"), APIConnectionError, True, 1, 1),
    (ValueError("from below"), APIConnectionError, True, 1, 1),
    (500, InternalServerError, True, 3, 1),
    (429, RateLimitError, False, 3, 3),
    (307, APIStatusError, False, 1, 1),
    (httpx.Response(200, text="<html>"), ResponseDecodeError, True, 1, 1),
]


@pytest.mark.parametrize(("response", "error", "ambiguous", "gets", "posts"), ENDS)
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_ends(  # noqa: PLR0917 - a row of the table
    mode: Mode, method: str, response: Any, error: type[Exception], ambiguous: bool, gets: int, posts: int
) -> None:
    """Each end is typed, repeated as the table allows, and says whether it may have been processed."""
    script = Script(response)
    clock = ManualClock()
    call, attempts = (get(), gets) if method == "GET" else (make(), posts)
    with pytest.raises(error) as caught:
        script.run(mode, lambda client: client.send(call), clock)
    found: Any = caught.value

    assert type(found) is error
    assert len(script.requests) == attempts
    assert found.retries_taken == attempts - 1
    assert found.may_have_been_processed is ambiguous
    assert clock.pauses == [0.5, 1.0][: attempts - 1]
    assert isinstance(found, BaseError)
    if isinstance(response, Exception):
        assert found.__cause__ is response


def test_no_retries(mode: Mode) -> None:
    """`max_retries=0` turns retries off, for a client and for a call."""
    for options, sent in (({"max_retries": 0}, {}), ({}, {"max_retries": 0})):
        script = Script(500)
        with pytest.raises(InternalServerError):
            script.run(mode, lambda client, sent=sent: client.send(get(), **sent), **options)
        assert len(script.requests) == 1


@pytest.mark.parametrize(("call", "status"), [(make(), 429), (get(), 429), (get(), 503)])
def test_retry_after(mode: Mode, call: Call[Widget], status: int) -> None:
    """The server's wish counts, for a call that costs money too, up to a limit."""
    clock = ManualClock()
    # Seconds; too many seconds; and a date, four seconds after the two pauses.
    wishes = ("7", "86400", email.utils.formatdate(clock.time() + 71, usegmt=True))
    script = Script(*(httpx.Response(status, headers={"Retry-After": wish}) for wish in wishes), WIDGET)
    script.run(mode, lambda client: client.send(call, max_retries=3), clock)

    assert clock.pauses == [7.0, 60.0, 4.0]


def test_retry_after_makes_no_refusal(mode: Mode) -> None:
    """Caches set it on every fetch that failed, so a call that costs money is not sent again after a 503."""
    script = Script(httpx.Response(503, headers={"Retry-After": "0"}))
    with pytest.raises(InternalServerError) as caught:
        script.run(mode, lambda client: client.send(make()))

    assert caught.value.may_have_been_processed is True
    assert len(script.requests) == 1


@pytest.mark.parametrize(
    ("deadline", "pauses", "reads", "connects"),
    [(5.0, [], [5.0], [5.0]), (20.0, [7.0, 7.0], [20.0, 13.0, 6.0], [10.0, 10.0, 6.0])],
)
def test_the_deadline_is_over_all_attempts(
    mode: Mode, deadline: float, pauses: list[float], reads: list[float], connects: list[float]
) -> None:
    """No pause is begun that the deadline would cut, and each attempt has the time that is left, at most."""
    clock = ManualClock()
    script = Script(httpx.Response(429, headers={"Retry-After": "7"}))
    with pytest.raises(RateLimitError):
        script.run(mode, lambda client: client.send(get(), deadline=deadline, max_retries=9), clock)

    assert clock.pauses == pauses
    assert [each.extensions["timeout"]["read"] for each in script.requests] == reads
    assert [each.extensions["timeout"]["connect"] for each in script.requests] == connects


DEFAULT = {"connect": 10.0, "read": 60.0, "write": 300.0, "pool": 60.0}


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ({}, DEFAULT),
        ({"timeout": 5}, dict.fromkeys(DEFAULT, 5)),
        ({"timeout": httpx.Timeout(1, read=2)}, {**dict.fromkeys(DEFAULT, 1), "read": 2}),
        ({"deadline": 20.0}, {"connect": 10.0, **dict.fromkeys(("read", "write", "pool"), 20.0)}),
        # What is longer than any clock can count is no limit.
        *(
            ({"timeout": seconds}, dict.fromkeys(DEFAULT))
            for seconds in (None, math.inf, 1e10, 1e300, 10**400, httpx.Timeout(1e10))
        ),
        *(({"deadline": seconds}, DEFAULT) for seconds in (None, math.inf, 1e10, 1e300, 10**400)),
    ],
)
def test_timeouts(mode: Mode, options: dict[str, Any], expected: dict[str, float | None]) -> None:
    """The defaults are finite, a timeout means what it means to httpx, and a deadline limits each phase."""
    script = Script()
    script.run(mode, lambda client: client.send(get(), **options))

    assert script.requests[0].extensions["timeout"] == expected


@pytest.mark.parametrize(
    ("options", "error", "text"),
    [
        ({"timeout": -1}, ValueError, "timeout must be more than 0 seconds, not -1"),
        ({"timeout": 0}, ValueError, "timeout must be more than 0"),
        ({"timeout": float("nan")}, ValueError, "timeout must be"),
        ({"timeout": "5"}, TypeError, "timeout must be a number of seconds, an httpx.Timeout or None"),
        ({"timeout": True}, TypeError, "timeout must be a number"),
        ({"timeout": httpx.Timeout(5, read=-1)}, ValueError, "timeout"),
        ({"timeout": httpx.Timeout(5, connect=float("nan"))}, ValueError, "timeout"),
        ({"deadline": 0}, ValueError, "deadline must be more than 0"),
        ({"deadline": -(10**400)}, ValueError, "deadline must be more than 0"),
        ({"deadline": "5"}, TypeError, "deadline must be a number"),
        ({"max_retries": -1}, ValueError, "max_retries must be 0 or more"),
        ({"max_retries": 1.5}, TypeError, "max_retries must be a whole number"),
        ({"max_retries": True}, TypeError, "max_retries must be a whole number"),
        ({"extra_headers": {"A": "b\r\nC: d"}}, ValueError, "extra_headers: the value of the header A"),
        ({"extra_headers": [("A", "b")]}, TypeError, "extra_headers must be a mapping"),
    ],
)
def test_wrong_options(mode: Mode, options: Any, error: type[Exception], text: str) -> None:
    """A wrong option is refused before anything is sent."""
    script = Script()
    with pytest.raises(error, match=text):
        script.run(mode, lambda client: client.send(get(), **options))
    assert script.requests == []


def test_an_id_that_is_too_long_for_an_address(mode: Mode) -> None:
    """It is a wrong argument, and nothing is sent."""
    script = Script()
    with pytest.raises(ValueError, match="too long"):
        script.run(mode, lambda client: client.send(get("x" * 70_000)))
    assert script.requests == []


def test_headers(mode: Mode) -> None:
    """A call's headers win over the client's, and those over the ones of everything below."""
    script = Script()
    action = lambda client: client.send(get(), extra_headers={"X-B": "call"})  # noqa: E731
    script.run(mode, action, default_headers={"X-A": "client", "x-b": "client", "user-agent": "mine"})
    headers = script.requests[0].headers

    assert (headers["x-a"], headers["x-b"], headers["user-agent"]) == ("client", "call", "mine")


@pytest.mark.parametrize(
    ("first", "ambiguous", "text"),
    [(502, True, "it most likely deleted it"), (429, False, "404 Not Found.")],
)
def test_a_delete_that_finds_nothing(mode: Mode, first: int, ambiguous: bool, text: str) -> None:
    """A 404 after an ambiguous attempt says that it most likely did it; after a refusal it is a plain 404."""
    with pytest.raises(NotFoundError, match=text) as caught:
        Script(first, 404).run(mode, lambda client: client.send(delete()))

    assert caught.value.may_have_been_processed is ambiguous
    assert ("earlier attempt" in str(caught.value)) is ambiguous
    assert caught.value.retries_taken == 1


def test_uploads_are_sent_again_from_their_first_byte(mode: Mode, tmp_path: Path) -> None:
    """A retried upload is whole, with another boundary, and progress begins anew."""
    path = tmp_path / "a.png"
    path.write_bytes(b"x" * 1000)
    file = io.BytesIO(b"__0123")
    file.seek(2)
    seen: list[int] = []
    script = Script(429, WIDGET)
    call = make([str(path), file, b"bytes"])
    note = lambda sent, total: seen.append(sent)  # noqa: E731
    script.run(mode, lambda client: client.send(call, on_upload_progress=note))
    first, second = (
        body.replace(request.headers["content-type"].partition("boundary=")[2].encode(), b"B")
        for body, request in zip(script.bodies, script.requests, strict=True)
    )

    assert first == second
    assert first.count(b"x" * 1000) == 1
    assert b"\r\n\r\n0123\r\n" in first
    assert script.requests[0].headers["content-type"] != script.requests[1].headers["content-type"]
    assert seen.count(0) == 2
    lengths = [int(each.headers["content-length"]) for each in script.requests]
    assert [len(body) for body in script.bodies] == lengths
    assert not file.closed


def test_a_stream_is_sent_once(mode: Mode) -> None:
    """What cannot be rewound is streamed in chunks and not retried."""
    script = Script(429)
    with pytest.raises(RateLimitError):
        script.run(mode, lambda client: client.send(make([Stream(b"0123456789" * 5)])))

    assert len(script.requests) == 1
    assert script.requests[0].headers["transfer-encoding"] == "chunked"
    assert "content-length" not in script.requests[0].headers
    assert b"0123456789" * 5 in script.bodies[0]


def test_a_file_as_the_whole_body(mode: Mode, tmp_path: Path) -> None:
    """A body may be one file."""
    path = tmp_path / "a"
    path.write_bytes(b"data")
    script = Script()
    script.run(mode, lambda client: client.send(put_bytes(path)))

    assert script.bodies == [b"data"]
    assert script.requests[0].headers["content-length"] == "4"
    assert script.requests[0].headers["content-type"] == "application/octet-stream"


def test_a_file_that_goes_away_between_attempts(mode: Mode, tmp_path: Path) -> None:
    """A file that vanishes before a retry ends the call with a clear error."""
    path = tmp_path / "a"
    path.write_bytes(b"data")

    script = Script(429)
    with pytest.raises(UploadError, match="the upload failed") as caught:
        script.run(mode, lambda client: client.send(make([path])), ManualClock(lambda seconds: path.unlink()))
    assert caught.value.may_have_been_processed is False
    assert isinstance(caught.value.__cause__, FileNotFoundError)


@pytest.mark.parametrize("share", [0.0, 0.5, 1.0])
def test_a_progress_function_that_raises(mode: Mode, share: float) -> None:
    """It comes out as it is, and a note says what may have happened and how to find out."""
    problem = OSError("mine")

    def fail(sent: int, total: int) -> None:
        if sent >= share * total:
            raise problem

    script = Script()
    with pytest.raises(OSError, match="mine") as caught:
        script.run(mode, lambda client: client.send(make([b"x" * 400_000]), on_upload_progress=fail))

    assert caught.value is problem
    assert any("widgets.list()" in note for note in problem.__notes__)
    assert len(script.requests) == 0


def test_a_call_may_be_sent_twice(mode: Mode) -> None:
    """A call is a description: it holds nothing of a request."""
    script = Script()
    call = Call(GET, path={"widgetId": "t1"})

    script.run(mode, lambda client: client.send_each(call, call))
    assert len({str(each.url) for each in script.requests}) == 1


def test_the_log(mode: Mode, caplog: pytest.LogCaptureFixture) -> None:
    """Each attempt is a line at DEBUG, each retry one at WARNING."""
    caplog.set_level("DEBUG", logger="templates.runtime")
    Script(429, WIDGET).run(mode, lambda client: client.send(get("a b")))
    name = "templates.runtime"
    lines = [(each.levelname, each.getMessage()) for each in caplog.records if each.name == name]

    assert [level for level, _ in lines] == ["DEBUG", "WARNING", "DEBUG"]
    assert lines[0][1].startswith("GET /widgets/a%20b: 429 in ")
    assert lines[1][1] == "GET /widgets/a%20b: 429; retry 1 of 2 in 0.5 s"
    assert lines[2][1].endswith("(attempt 2)")


def test_no_line_of_the_log_shows_a_secret_in_a_path(mode: Mode, caplog: pytest.LogCaptureFixture) -> None:
    """A key that a caller gave for an id is masked at each attempt and at a retry."""
    caplog.set_level("DEBUG", logger="templates.runtime")
    Script(429, WIDGET).run(mode, lambda client: client.send(get(TOKEN)))

    assert TOKEN not in caplog.text
    assert "GET /widgets/[secret]: 429; retry 1 of 2" in caplog.text


@pytest.mark.parametrize("response", [500, {"id": "t1"}])
def test_what_nobody_foresaw_is_an_error_of_ours(
    mode: Mode, response: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Once sending began, a bug of ours ends a call with the flag, the cause and a plea to report it."""

    def fail(*_: Any, **__: Any) -> Any:
        raise ZeroDivisionError("nobody foresaw it")

    monkeypatch.setattr("templates.runtime.error_factory.final_error", fail)
    monkeypatch.setattr("templates.runtime._async.send.decode_result", fail)
    monkeypatch.setattr("templates.runtime._sync.send.decode_result", fail)
    script = Script(response)
    with pytest.raises(APIConnectionError, match=r"This is a bug in templates\.runtime; please") as caught:
        script.run(mode, lambda client: client.send(make()))

    assert isinstance(caught.value.__cause__, ZeroDivisionError)
    assert caught.value.may_have_been_processed is True
    assert len(script.requests) == 1
