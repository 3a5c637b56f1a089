"""Credentials and addresses: what is taken, what is refused, and that nothing shows a token."""

from __future__ import annotations

import traceback
from typing import Any

import httpx
import pytest

from templates.runtime._package import BaseError
from templates.runtime.engine import PreparedHeaders
from templates.runtime.errors import AuthenticationError
from templates.runtime.models.codecs import STR
from templates.runtime.options import ClientOptions, RequestOptions
from templates.runtime.package_settings import Credential
from templates.runtime.request import credentials
from templates.runtime.request.base_url import checked_base_url, is_loopback
from templates.runtime.request.bodies import JsonField
from templates.runtime.request.multipart import FileField, FormField
from templates.runtime.request.parameters import CookieField, HeaderField, QueryField
from tests.support.modes import Mode
from tests.support.sample_api import TOKEN, WIDGET, Script, Widgets, delete, get, make


def test_without_a_credential() -> None:
    """A client without a credential says how to give one."""
    with pytest.raises(BaseError, match=r"pass token=\.\.\., or set the environment variable WIDGETS_TOKEN"):
        Widgets(None)


def test_from_the_environment(monkeypatch: pytest.MonkeyPatch, mode: Mode) -> None:
    """The variables stand in for what is not given."""
    monkeypatch.setenv("WIDGETS_TOKEN", "from-env")
    monkeypatch.setenv("WIDGETS_BASE_URL", "https://env.example/api/")
    script = Script()
    script.run(mode, lambda client: client.send(get()), token=None)

    assert script.requests[0].headers["authorization"] == "Bearer from-env"
    assert str(script.requests[0].url) == "https://env.example/api/widgets/t1"
    assert script.requests[0].headers["host"] == "env.example"


@pytest.mark.parametrize(
    ("value", "error", "text"),
    [
        (" \n", BaseError, "is empty"),
        ("Bearer tk-secret", ValueError, 'begins with "Bearer ": leave that word out, the client adds it'),
        ("bearer tk-secret", ValueError, 'begins with "Bearer "'),
        ('"tk-secret"', ValueError, "is in quotation marks: remove them"),
        ("'tk-secret'", ValueError, "is in quotation marks: remove them"),
        ("tk-secret\n", ValueError, "has a space or a line break at its beginning or end: strip it"),
        ("tk-\nsecret", ValueError, "contains a line break or another character"),
        ("tk-s\u00e9cret", ValueError, "contains a line break or another character"),
    ],
)
@pytest.mark.parametrize("place", ["token", "WIDGETS_TOKEN"])
def test_wrong_credentials(
    value: str, error: type[Exception], text: str, place: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A credential that cannot be sent is refused without being quoted; the variable it is from is named."""
    monkeypatch.setenv("WIDGETS_TOKEN", value)
    with pytest.raises(error, match=f"^{place} {text}") as caught:
        Widgets(value if place == "token" else None)
    assert "secret" not in str(caught.value)


@pytest.mark.parametrize(
    ("value", "error", "text"),
    [
        ("", BaseError, "token is empty"),
        (5, TypeError, "token must be a string or a callable"),
        (b"tk-secret", TypeError, "not bytes"),
    ],
)
def test_wrong_arguments(value: Any, error: type[Exception], text: str) -> None:
    """So is what no variable can be."""
    with pytest.raises(error, match=text) as caught:
        Widgets(value)
    assert "secret" not in str(caught.value)


def test_other_ways_to_authenticate() -> None:
    """Basic and API keys are placed where the document says."""
    basic = Credential("login", kind="basic")
    key = Credential("key", kind="api_key", location="query", name="k")

    placed = credentials.place(basic, ("me", "pass"))
    in_query = credentials.place(key, "abc")

    assert (placed.location, placed.name, placed.value) == ("header", "Authorization", "Basic bWU6cGFzcw==")
    assert (in_query.location, in_query.name, in_query.value) == ("query", "k", "abc")
    assert "abc" not in repr(in_query)
    with pytest.raises(TypeError, match="must be a pair of strings"):
        credentials.check(basic, "me:pass")


def test_a_callable_is_asked_for_each_attempt(mode: Mode) -> None:
    """A callable gives the token of each attempt, and is asked anew once after a 401."""
    tokens = iter(["one", "two", "three"])
    script = Script(500, 401, WIDGET)
    script.run(mode, lambda client: client.send(get()), token=lambda: next(tokens))

    found = [each.headers["authorization"] for each in script.requests]
    assert found == ["Bearer one", "Bearer two", "Bearer three"]


def test_an_async_callable() -> None:
    """The async client awaits a callable; the sync one refuses it."""

    async def token() -> str:
        return "awaited"

    script = Script()
    script.run(Mode("asyncio"), lambda client: client.send(get()), token=token)
    assert script.requests[0].headers["authorization"] == "Bearer awaited"
    with pytest.raises(TypeError, match="token is an async function: the sync client cannot await it"):
        script.run(Mode("sync"), lambda client: client.send(get()), token=token)


@pytest.mark.parametrize(("token", "attempts"), [(TOKEN, 1), (lambda: TOKEN, 2)], ids=["string", "callable"])
def test_401(mode: Mode, token: Any, attempts: int) -> None:
    """A token that cannot change is not tried twice, another one once; the renewal counts as no retry."""
    script = Script(401)
    with pytest.raises(AuthenticationError) as caught:
        script.run(mode, lambda client: client.send(make()), token=token)

    assert len(script.requests) == attempts
    assert caught.value.retries_taken == 0
    assert caught.value.may_have_been_processed is False


@pytest.mark.parametrize("problem", [KeyError("mine"), StopIteration("mine")], ids=repr)
def test_a_callable_that_raises(mode: Mode, problem: Exception) -> None:
    """What the caller's callable raises comes out as it is, without a note: nothing was sent."""

    def token() -> str:
        raise problem

    script = Script()
    # No coroutine can raise StopIteration: Python makes a RuntimeError of it.
    with pytest.raises((type(problem), RuntimeError), match=r"mine|StopIteration") as caught:
        script.run(mode, lambda client: client.send(make()), token=token)
    assert not hasattr(caught.value, "__notes__")
    assert script.requests == []


def test_a_second_token_that_is_none(mode: Mode) -> None:
    """A callable that returns nonsense after a 401 ends the call with our error: the first was refused."""
    tokens = iter([TOKEN, 7])
    with pytest.raises(BaseError) as caught:
        Script(401).run(mode, lambda client: client.send(make()), token=lambda: next(tokens))
    assert caught.value.may_have_been_processed is False  # type: ignore[attr-defined]


def test_a_callable_that_returns_nonsense(mode: Mode) -> None:
    """What a callable returns is checked like an argument."""
    with pytest.raises(ValueError, match="strip it"):
        Script().run(mode, lambda client: client.send(get()), token=lambda: "abc\n")


def test_the_token_may_be_set() -> None:
    """A new token counts from the next request on, and copies keep theirs."""
    script = Script()
    client = script.client()
    copy = client.with_options()
    client.send(get())
    client._set_credential("token", "new-token")
    client.send(get())
    copy.send(get())

    assert [each.headers["authorization"] for each in script.requests] == [
        f"Bearer {TOKEN}",
        "Bearer new-token",
        f"Bearer {TOKEN}",
    ]


@pytest.mark.parametrize(
    "response",
    [
        httpx.ConnectError(f"could not send {TOKEN}"),
        httpx.ReadError(f"lost {TOKEN}"),
    ],
)
def test_an_http_library_that_quotes_the_token(
    mode: Mode, response: Any, caplog: pytest.LogCaptureFixture
) -> None:
    """An error, its attributes and the log never show the token, whatever the HTTP library says."""
    caplog.set_level("DEBUG", logger="templates.runtime")
    with pytest.raises(BaseError) as caught:
        Script(response).run(mode, lambda client: client.send(delete(), max_retries=1))
    shown = f"{caught.value} {caught.value!r} {vars(caught.value)} {caplog.text}"

    assert TOKEN not in shown


def test_representations() -> None:
    """A client and its parts do not show the token."""
    client = Script().client()

    assert TOKEN not in repr(client)
    assert repr(client) == "<Widgets https://widgets.example>"


WITH_PASSWORDS = (
    *("https://user:hidden", "https://user:hidden/@host.test", "https://user:12/hidden@host.test"),
    *(
        "https://user:12?hidden@host.test",
        "https://user:12#hidden@host.test",
        "https://user:hidden@[host.test",
    ),
    *("https://user:hidden@host.test:port", "https://user:hidden\N{FULLWIDTH COMMERCIAL AT}host.test"),
    *("https//user:hidden@host.test", "user:hidden@host.test", "ftp://user:hidden@host.test"),
    *("http://user:hidden@host.test", "https://host.test/#hidden"),
)
LOOPBACK = ["localhost", "LOCALHOST", "a.localhost", "127.0.0.1", "127.9.9.9", "::1", "localhost."]
ELSEWHERE = ["127.0.0.1.example", "localhost.example", "notlocalhost", "10.0.0.1", "128.0.0.1", ""]


@pytest.mark.parametrize("host", [*LOOPBACK, *ELSEWHERE])
def test_loopback(host: str) -> None:
    """This machine has many names, and another one may have a name that looks like them."""
    assert is_loopback(host) is (host in LOOPBACK)


@pytest.mark.parametrize(
    ("url", "error", "text"),
    [
        ("http://api.example", BaseError, "over plain http anyone on the network can read.*Use https://"),
        ("HTTP://api.example", BaseError, "over plain http"),
        ("http://127.0.0.1.example", BaseError, "over plain http"),
        ("ftp://api.example", ValueError, "must be a URL with http"),
        ("api.example", ValueError, "must be a URL with http"),
        ("https://", ValueError, "must be a URL with http"),
        ("https://api.example?key=hidden", ValueError, "neither a query nor a fragment"),
        ("https://api.example#hidden", ValueError, "neither a query nor a fragment"),
        ("https://api.example:99999", ValueError, "is not a valid URL"),
        ("https://api .example", ValueError, "contains a space"),
        ("https://[::1]api.example", ValueError, "is not a valid URL"),
        ("https://api\u00ad.example:x", ValueError, "base_url"),
        ("https://user:hidden@api.example", ValueError, "contains a user name or a password"),
        # What a password with a slash, or a slip of the hand, makes of it.
        *((url, ValueError, "base_url") for url in WITH_PASSWORDS),
    ],
)
@pytest.mark.parametrize("given", ["argument", "variable"])
def test_wrong_addresses(
    url: str, error: type[Exception], text: str, given: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An address that cannot be used, or that would give a secret away, is refused without the secret."""
    monkeypatch.setenv("WIDGETS_BASE_URL", url)
    with pytest.raises(error, match=text) as caught:
        Widgets(base_url=url if given == "argument" else None)
    assert "hidden" not in "".join(traceback.format_exception(caught.value))


def test_an_address_that_is_no_text() -> None:
    """It is refused with its type."""
    with pytest.raises(TypeError, match="must be a string, not int"):
        checked_base_url(5, allow_insecure_http=False)  # type: ignore[arg-type]


def test_right_addresses() -> None:
    """Slashes at the end do not matter, and plain http may be allowed."""
    assert checked_base_url("https://api.example/v1/", allow_insecure_http=False) == "https://api.example/v1"
    assert checked_base_url("http://localhost:8000/", allow_insecure_http=False) == "http://localhost:8000"
    assert checked_base_url("http://api.example", allow_insecure_http=True) == "http://api.example"


def test_options_and_prepared_headers_hide_what_is_in_them() -> None:
    """Tools that report errors show the variables of a function, and these hold every secret."""
    options = ClientOptions(
        "https://a.example", {}, default_headers={"X-Api-Key": TOKEN}, proxy=f"http://u:{TOKEN}@p"
    )
    prepared = PreparedHeaders(httpx.Headers({"X-Api-Key": TOKEN}), [], [TOKEN])

    assert TOKEN not in repr(options)
    assert TOKEN not in repr(prepared)

    of_call = RequestOptions(extra_headers={"X-Api-Key": TOKEN})
    client = Widgets()
    assert TOKEN not in repr(of_call)
    assert TOKEN not in repr(client._engine.plan(get(), of_call))
    client.close()


@pytest.mark.parametrize("kind", [HeaderField, CookieField, QueryField, FormField, JsonField, FileField])
def test_fields_of_a_request_hide_what_is_in_them(kind: Any) -> None:
    """An argument of a call may be a secret too: it is not shown."""
    made = kind("X-Api-Key", TOKEN) if kind is FileField else kind("X-Api-Key", TOKEN, STR)

    assert TOKEN not in repr(made)
