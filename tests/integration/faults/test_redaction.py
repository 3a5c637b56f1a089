"""The key is in no output, in whatever form a server sends it back."""

from __future__ import annotations

import base64
import json
import logging
from collections.abc import Callable, Iterator
from typing import Any

import httpx
import pytest

import tryleap
from tests.support.fault_server import FaultServer, response, sends
from tests.support.modes import BOTH, Mode

from .calls import failure, perform
from .secrets import assert_clean, everything, forms
from .wire import MODEL

pytestmark = BOTH
KEY = "sk/live+1f~9'c\\d&7b3e0a"
"""A key whose characters JSON, URLs, HTML and Python each write in other ways."""

FORMS = forms(KEY)


@pytest.fixture
def assert_no_key(caplog: pytest.LogCaptureFixture) -> Iterator[Callable[[BaseException], None]]:
    """Fails where an error, or the package's own log down to DEBUG, has the key."""

    def check(error: BaseException) -> None:
        for text in [*everything(error), *log_of(caplog)]:
            assert_clean(text, KEY)

    with caplog.at_level(logging.DEBUG, logger="tryleap"):
        yield check


def log_of(caplog: pytest.LogCaptureFixture) -> list[str]:
    """The lines of the package's log."""
    return [each.getMessage() for each in caplog.records if each.name == "tryleap"]


def _echoes() -> dict[str, bytes]:
    """Responses that hold the key, by where they have it and in which form."""
    responses: dict[str, bytes] = {}
    for form, text in FORMS.items():
        in_json = text if text.startswith("\\u") or form.startswith("JSON") else json.dumps(text)[1:-1]
        body = '{"statusCode": 401, "message": "bad KEY", "KEY": ["KEY", {"at": "xKEYx"}]}'.replace(
            "KEY", in_json
        )
        page = f"<html><title>Bad key {text}</title><p>{text}</p></html>".encode()
        responses[f"body, {form}"] = response(body.encode(), status=401)
        responses[f"body cut short, {form}"] = response(body.encode()[:-3], status=401)
        responses[f"page, {form}"] = response(page, status=502, content_type="text/html")
        responses[f"page for 200, {form}"] = response(page, content_type="text/html")
        responses[f"page that begins with it, {form}"] = response(
            b" " * 95 + text.encode(), content_type="text/plain"
        )
        responses[f"broken JSON for 200, {form}"] = response(f'{{"id": "{in_json}", '.encode())
        if "\n" in text:
            continue  # no header holds a line break
        headers = {"X-Request-Id": text, "X-Echo": f"Bearer {text}", "Content-Language": text}
        responses[f"headers, {form}"] = response(b"{}", status=500, headers=headers)
        responses[f"redirect, {form}"] = response(status=302, headers={"Location": f"http://x.test/{text}"})
        responses[f"content type, {form}"] = response(b"{", content_type=f"text/plain; a={text}")
        responses[f"status line, {form}"] = f"HTTP/1.1 2x0 {text}\r\n\r\n".encode()
        responses[f"header line, {form}"] = f"HTTP/1.1 200 OK\r\n{text}\r\n\r\n".encode()
        responses[f"encoding, {form}"] = response(b"{}", headers={"Content-Encoding": f"br-{text}"})
    responses["name of a header"] = response(b"{}", status=500, headers={"X-leap-secret": "x"})
    responses["UTF-16"] = response(json.dumps({"message": KEY}).encode("utf-16-le"), status=400)
    responses["UTF-16 cut short"] = response(
        json.dumps({"message": KEY})[:-1].encode("utf-16-le"), status=400
    )
    return responses


ECHOES = _echoes()


@pytest.mark.parametrize("echo", ECHOES)
def test_an_error_never_holds_the_key(mode: Mode, echo: str, assert_no_key: Any) -> None:
    """Message, attributes, pickle, log and causes of an error are free of a key that the server sent back."""
    assert_no_key(failure(mode, ECHOES[echo], token=KEY))


@pytest.mark.parametrize("form", ["as it is", "JSON with escaped slashes", "JSON in ASCII"])
def test_the_rest_of_an_error_stays_as_it_was(mode: Mode, form: str) -> None:
    """What was parsed is cleaned, and stays what it was: an object, and the model that the document has."""
    text = json.dumps(KEY)[1:-1] if form == "as it is" else FORMS[form]
    body = '{"statusCode": 401, "message": "bad KEY", "more": [1, null, {"a": "b"}]}'.replace("KEY", text)
    headers = {"X-Request-Id": KEY}
    error = failure(mode, response(body.encode(), status=401, headers=headers), token=KEY)

    assert error.body == {"statusCode": 401, "message": "bad [secret]", "more": [1, None, {"a": "b"}]}
    assert error.data.message == "bad [secret]"
    assert error.request_id == "[secret]"
    assert "'bad [secret]'" in str(error)


@pytest.mark.parametrize("key", ["12345678", "1234"])
def test_a_key_of_digits_leaves_a_body_parsed(mode: Mode, key: str) -> None:
    """A key that is a number is cleaned where it stands, and the body stays an object."""
    body = f'{{"statusCode": 401, "message": "no", "key": {key}, "keys": [{key}]}}'.encode()
    error = failure(mode, response(body, status=401), token=key)

    assert error.body == {"statusCode": 401, "message": "no", "key": "[secret]", "keys": ["[secret]"]}
    assert key not in f"{error!r} {vars(error)}"


DRIFT: dict[str, Any] = {
    "unknown value": {"status": "KEY"},
    "wrong type": {"imageSamples": "KEY"},
    "wrong type within": {"imageSamples": [["x", "KEY"]]},
    "unknown field's value": {"more": "KEY"},
    "unknown field's name": {"KEY": 1},
    "unknown field behind much": {"more": "x" * 50 + "KEY"},
    "unknown value that is cut short": {"status": "x" * 40 + "KEY"},
    "wrong type that is cut short": {"imageSamples": "x" * 40 + "KEY"},
}


@pytest.mark.parametrize("where", DRIFT)
@pytest.mark.parametrize("strict", [False, True])
def test_what_is_reported_of_a_deviation_has_no_key(
    mode: Mode, where: str, strict: bool, caplog: pytest.LogCaptureFixture
) -> None:
    """A response that departs from the document is reported without its value where that holds the key."""
    caplog.set_level(logging.DEBUG, logger="tryleap")
    model = json.dumps({**MODEL, **DRIFT[where]}).replace("KEY", json.dumps(KEY)[1:-1])
    events: list[Any] = []
    reported: list[str] = []
    try:
        perform(mode, response(model.encode()), strict=strict, on_drift=events.append, token=KEY)
    except tryleap.ResponseDecodeError as error:
        reported += everything(error)

    reported += [*map(repr, events), *log_of(caplog)]
    assert reported
    for text in reported:
        assert_clean(text, KEY)
        # A value that was cut short behind the key's beginning would give most of it away.
        assert KEY[:10] not in text


def test_the_cause_of_an_error_keeps_its_kind_without_the_key(mode: Mode) -> None:
    """The HTTP library's exception is there to look at, and its request has no credential."""
    with FaultServer(sends(b"", "reset")) as running:
        cause = failure(mode, running.url, token=KEY).__cause__

    assert isinstance(cause, httpx.TransportError)
    assert str(cause.request.url) == f"{running.url}/api/v2/images/models/m1"
    assert cause.request.headers["Authorization"] == "Bearer [secret]"


PASSWORD = "pa55w0rd-of-mine"


def make(mode: Mode, **options: Any) -> None:
    """Make a client, and close it."""
    mode.use(lambda: mode.client(access_token=KEY, **options), lambda client: None)


PROXIES = (
    "http://user:PASSWORD@host.test:port",
    "http://user:PASSWORD@[host.test",
    "http//user:PASSWORD@host.test",
    "user:PASSWORD@host.test",
    "ftp://user:PASSWORD@host.test",
    "http://user:PASSWORD",
    "http://user:PASSWORD@host.test\n",
)


@pytest.mark.parametrize("proxy", PROXIES)
@pytest.mark.parametrize("given", ["argument", "variable"])
def test_a_proxy_that_cannot_be_used_is_refused_without_its_password(
    mode: Mode, proxy: str, given: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A malformed address of a proxy is refused when the client is made, without its text."""
    proxy = proxy.replace("PASSWORD", PASSWORD)
    if given == "variable":
        monkeypatch.setenv("ALL_PROXY", proxy)
    refused: ValueError | None = None
    try:
        make(mode, **({"proxy": proxy} if given == "argument" else {}))
    except ValueError as error:
        refused = error

    # Of some, the HTTP library makes an address: that of a host which nobody has.
    assert "proxy" in str(refused) or (refused is None and ("[" in proxy or given == "variable"))
    assert refused is None or PASSWORD not in "".join(everything(refused))


@pytest.mark.parametrize("given", ["argument", "header", "variable"])
def test_a_proxy_that_sends_its_password_back_does_not_show_it(
    mode: Mode, given: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nor does a response of the proxy bring its password into an error."""
    pair = base64.b64encode(f"user:{PASSWORD}".encode()).decode()
    said = f"{PASSWORD} {pair}"
    monkeypatch.delenv("NO_PROXY", raising=False)
    with FaultServer(
        response(said.encode(), status=f"407 {said}", headers={"X-Request-Id": pair})
    ) as running:
        proxy: Any = running.url.replace("//", f"//user:{PASSWORD}@")
        if given == "header":
            proxy = httpx.Proxy(running.url, headers={"Proxy-Authorization": f"Basic {pair}"})
        elif given == "variable":
            monkeypatch.setenv("ALL_PROXY", proxy)
        options = {} if given == "variable" else {"proxy": proxy}
        for url in ("https://host.invalid", "http://127.0.0.1:9"):
            text = "".join(everything(failure(mode, url, **options)))
            assert PASSWORD not in text
            assert pair not in text


BASIC = base64.b64encode(f"me:{KEY}".encode()).decode()
HEADERS = {
    "X-Api-Key": KEY,
    "x-goog-api-key": KEY,
    "Api_Token": KEY,
    "Proxy-Authorization": f"Basic {BASIC}",
    "X-Authorization": f"Token {KEY}",
    "Cookie": f"theme=dark; session={KEY}",
    "CF-Access-Client-Secret": KEY,
}


@pytest.mark.parametrize("header", HEADERS)
@pytest.mark.parametrize("given", ["client", "call", "HTTP client"])
def test_a_header_of_the_caller_that_is_a_secret_is_not_shown(
    mode: Mode, header: str, given: str, assert_no_key: Any
) -> None:
    """Whoever adds the header, a server that sends its value back does not bring it into an error."""
    own: Any = {header: HEADERS[header]}
    body = json.dumps({"message": f"bad {KEY}, not dark", "headers": own}).encode()
    served = response(body, status=400, headers={"X-Request-Id": KEY, "X-Echo": HEADERS[header]})
    options: dict[str, Any] = {
        "client": {"default_headers": own},
        "call": {"call": {"extra_headers": own}},
        "HTTP client": {"http_client": mode.http_client(headers=own) if given == "HTTP client" else None},
    }[given]
    error = failure(mode, served, token="another-key", **options)

    assert "bad [secret], not dark" in str(error)
    assert_no_key(error)


@pytest.mark.parametrize("held", ["cookies", "params"])
def test_a_secret_of_the_callers_http_client_is_not_shown(mode: Mode, held: str) -> None:
    """Nor is what that client adds as a cookie or to the query."""
    # A cookie holds no backslash; the key's other characters stay as they are.
    secret = KEY.replace("\\", "")
    options: Any = {held: {"api_key": secret}}
    served = response(json.dumps({"message": f"bad {secret}"}).encode(), status=400)
    error = failure(mode, served, token="another-key", http_client=mode.http_client(**options))

    assert error.body == {"message": "bad [secret]"}


def test_a_key_that_was_replaced_is_not_shown_either(mode: Mode) -> None:
    """A server may send back the credential of an earlier attempt of the call."""
    keys = iter([KEY, "another-key"])
    body = json.dumps({"message": f"first {KEY}, then another-key"}).encode()
    # Without this header, the second attempt might use the connection that the server is closing.
    served = response(body, status=401, headers={"Connection": "close"})

    assert "first [secret], then [secret]" in str(failure(mode, served, token=lambda: next(keys)))


def test_a_key_that_is_given_as_an_id_is_not_shown(mode: Mode, assert_no_key: Any) -> None:
    """Who mixes the two up finds the key in no error."""
    error = failure(mode, response(b"{}", status=404), "get_model", KEY, token=KEY)

    assert error.path == "/api/v2/images/models/[secret]"
    assert_no_key(error)


def test_the_line_that_reports_of_a_training_has_no_key(mode: Mode, caplog: pytest.LogCaptureFixture) -> None:
    """Nor has it where the response has the key for an id."""
    caplog.set_level(logging.DEBUG, logger="tryleap")
    served = response(json.dumps({**MODEL, "id": KEY}).encode(), status=201)

    assert perform(mode, served, "train_model", token=KEY).id == KEY
    assert any("It was started" in line for line in log_of(caplog))
    assert_clean("\n".join(log_of(caplog)), KEY)


def test_a_key_for_an_id_is_not_in_the_advice_to_keep_waiting(mode: Mode) -> None:
    """A server may send the key back as the id of the model that is waited for."""
    served = response(json.dumps({**MODEL, "id": KEY}).encode())
    error = failure(mode, served, "wait_for_model", "m1", token=KEY, call={"timeout": 0})

    assert "to keep waiting" in str(error)
    assert_clean(str(error), KEY)


@pytest.mark.parametrize("content_type", ["text/plain", "application/json"])
def test_a_page_that_is_cut_off_within_the_key_does_not_show_its_beginning(
    mode: Mode, content_type: str
) -> None:
    """What is kept of a long error ends before the key, or behind it."""
    page = b'{"message": "'.ljust(256 * 1024 - 10, b"x") + KEY.encode() + b"y" * 5000
    error = failure(mode, response(page, status=502, content_type=content_type), token=KEY)

    assert len(error.body) == 256 * 1024
    assert KEY[:4] not in error.body


def test_a_redirect_that_is_cut_short_within_the_key_does_not_show_it(mode: Mode) -> None:
    """Its address is shortened once the key is taken out."""
    location = f"https://x.test/{'a' * 170}/{KEY}"
    error = failure(mode, response(status=302, headers={"Location": location}), token=KEY)

    assert "redirects to https://x.test/aaa" in str(error)
    assert KEY[:5] not in str(error)


@pytest.mark.parametrize("name", ["Idempotency-Key", "X-Auth-User", "X-Monkey"])
def test_a_header_that_is_no_secret_stays(mode: Mode, name: str) -> None:
    """What only sounds like a secret is worth reading."""
    served = response(b'{"message": "of value-of-mine"}', status=400)

    assert "of value-of-mine" in str(failure(mode, served, call={"extra_headers": {name: "value-of-mine"}}))
