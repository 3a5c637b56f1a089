"""The response of a call: how it is decoded, leniently and strictly, and what it may cost."""

from __future__ import annotations

import json
import time
from typing import Any

import httpx
import pytest

from templates.runtime.drift import DriftLog
from templates.runtime.errors import APITimeoutError, ResponseDecodeError
from templates.runtime.operations import Call
from templates.runtime.response import decode
from tests.support.clocks import ManualClock
from tests.support.modes import Mode
from tests.support.sample_api import WIDGET, Script, Widget, get, make


@pytest.mark.parametrize(
    ("content", "content_type", "text"),
    [
        (b"<html>oh</html>", "text/html", "it is text/html, not JSON"),
        (b"", "application/json", "it is empty"),
        (b"  ", None, "it is empty"),
        (b'{"id":', "application/json", "it is not JSON"),
        (b"[]", "application/json", "it is an array where the document has an object"),
        (b'"x"', "application/json", "it is a string where the document has an object"),
        (b"1e400", "application/json", "it is a number where the document has an object"),
        (b"null", "application/json", "it is null where the document has an object"),
        (b"[" * 100_000, "application/json", "it is"),
        (b"\xff\xfe\xff", "application/json", "it is not JSON"),
    ],
)
def test_responses_that_cannot_be_read(
    mode: Mode, content: bytes, content_type: str | None, text: str
) -> None:
    """A success that cannot be read says what came, and how it begins."""
    headers = {"Content-Type": content_type} if content_type else {}
    script = Script(httpx.Response(200, content=content, headers=headers))
    with pytest.raises(ResponseDecodeError) as caught:
        script.run(mode, lambda client: client.send(get()))

    assert str(caught.value).startswith(f"GET /widgets/t1: 200, but the response cannot be decoded: {text}")
    assert caught.value.status_code == 200
    assert len(str(caught.value)) < 600
    assert len(script.requests) == 1


def test_a_lenient_client(mode: Mode) -> None:
    """Unknown fields and values, nulls and missing fields are returned, and told once a kind."""
    events: list[Any] = []
    first, second = {"id": None, "more": 1, "theState": "odd"}, {**WIDGET, "other": 1}
    script = Script(first, first, second)

    found = script.run(mode, lambda client: client.send_each(get(), get(), get()), on_drift=events.append)

    assert [each.to_dict() for each in found] == [first, first, second]
    assert [(each.kind, each.path, each.operation) for each in events] == [
        ("null", "id", "widgets.get"),
        ("unknown_value", "theState", "widgets.get"),
        ("unknown_field", "more", "widgets.get"),
        ("unknown_field", "other", "widgets.get"),
    ]


@pytest.mark.parametrize(
    ("response", "text"),
    [
        ({"id": None, "theState": "new"}, "the response does not match the document: id is null"),
        ({"id": "x"}, "theState is missing, and the document requires it"),
        (
            {**WIDGET, "parts": [WIDGET, {"id": 5, "theState": "new"}]},
            r"parts\[1\]\.id is a number \(5\) where",
        ),
    ],
)
def test_a_strict_client(mode: Mode, response: Any, text: str) -> None:
    """A strict client refuses severe departures, with the path in the message, and no additions."""
    added = {**WIDGET, "theState": "odd", "more": 1}
    assert Script(added).run(mode, lambda client: client.send(get()), strict=True).to_dict() == added
    with pytest.raises(ResponseDecodeError, match=text):
        Script(response).run(mode, lambda client: client.send(get()), strict=True)


@pytest.mark.parametrize(
    ("response", "kind"),
    [
        (httpx.Response(202, json=WIDGET), "undocumented_status"),
        (httpx.Response(200, text='{"id": "t1", "theState": "new"}'), "undocumented_media_type"),
    ],
)
def test_undocumented_responses(mode: Mode, response: httpx.Response, kind: str) -> None:
    """A success of another status or type is read if it can be, told, and refused by a strict client."""
    events: list[Any] = []
    found = Script(response).run(mode, lambda client: client.send(get()), on_drift=events.append)

    assert found == Widget.from_dict(WIDGET)
    assert [each.kind for each in events] == [kind]
    with pytest.raises(ResponseDecodeError):
        Script(response).run(mode, lambda client: client.send(get()), strict=True)


def test_a_hook_that_fails(mode: Mode, caplog: pytest.LogCaptureFixture) -> None:
    """What on_drift raises goes to the log and costs the caller nothing."""

    def fail(event: Any) -> None:
        raise RuntimeError("mine")

    found = Script({**WIDGET, "more": 1}).run(mode, lambda client: client.send(get()), on_drift=fail)

    assert found.id == "t1"
    assert "on_drift failed" in caplog.text


def test_a_long_response_is_decoded_in_time(mode: Mode, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is not as documented is looked up a bounded number of times, however often it occurs."""
    counted: list[Any] = []
    is_new = DriftLog.is_new

    def count(*arguments: Any) -> bool:
        counted.append(arguments)
        return is_new(*arguments)

    monkeypatch.setattr(DriftLog, "is_new", count)
    script = Script({**WIDGET, "parts": [{}] * 100_000})
    began = time.process_time()
    found = script.run(mode, lambda client: client.send(get()))

    assert len(found.parts) == 100_000
    assert 0 < len(counted) <= 10_000
    assert time.process_time() - began < 12.0


@pytest.mark.parametrize("call", [get(), make()], ids=["get", "make"])
@pytest.mark.parametrize("moment", ["parsed", "decoding"])
def test_the_deadline_is_looked_at_while_a_response_is_decoded(
    mode: Mode, call: Call[Widget], moment: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A response that takes longer to decode than there is time for ends as one that came too late."""
    clock = ManualClock()
    name = "_parsed" if moment == "parsed" else "_decoded"
    step: Any = getattr(decode, name)

    def late(*arguments: Any) -> Any:
        clock.sleep(1000)
        return step(*arguments)

    monkeypatch.setattr(decode, name, late)
    script = Script({**WIDGET, "parts": [{"id": []}] * 1_000})
    with pytest.raises(APITimeoutError, match="deadline of 100 s") as caught:
        script.run(mode, lambda client: client.send(call, deadline=100.0), clock)

    assert caught.value.may_have_been_processed is True


def test_both_limits_of_a_response_are_options(mode: Mode) -> None:
    """Whoever expects more, or less, says so."""
    content = json.dumps({**WIDGET, "parts": [WIDGET] * 10}).encode()

    def send(**limits: int) -> Any:
        return Script(httpx.Response(200, content=content)).run(
            mode, lambda client: client.send(get()), **limits
        )

    for options, words in (
        ({"max_response_bytes": len(content) - 1}, f"more than the {len(content) - 1} bytes"),
        ({"max_response_values": 50}, "more than the 50 values"),
    ):
        with pytest.raises(ResponseDecodeError, match=words):
            send(**options)
    assert len(send(max_response_bytes=len(content), max_response_values=60).parts) == 10
