"""A signed URL verifies as long as it should, and nothing else does."""

from __future__ import annotations

import hashlib
import hmac
import math
import pickle
import re
import string
from base64 import urlsafe_b64encode
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from tryleap._runtime._package import LeapError
from tryleap.webhooks import WebhookVerificationError, sign_url, verify_url

URL = "https://example.com/hooks/leap?user=7&next=%2Fa%20b"
SECRET = "correct horse"
NOW = 1_800_000_000.0

# Everything that a query or a path may hold unencoded, and escapes; `?` and `&` in odd places included.
ALPHABET = string.ascii_letters + string.digits + "-._~!$&'()*+,;=:@/?"
PIECES = st.lists(
    st.one_of(st.sampled_from(ALPHABET), st.sampled_from(["%2F", "%2f", "%00", "%26", "%C3%A9"]))
)
HOSTS = st.sampled_from(
    ["example.com", "EXAMPLE.com", "127.0.0.1:8000", "[::1]:8443", "xn--bcher-kva.example"]
)
URLS = st.builds(
    "{}://{}{}{}".format,
    st.sampled_from(["http", "https", "HTTPS"]),
    HOSTS,
    PIECES.map(lambda pieces: "/" + "".join(pieces).replace("?", "")),
    st.none().map(lambda _: "") | PIECES.map(lambda pieces: "?" + "".join(pieces)),
).filter(lambda url: "leap_token=" not in url)
SECRETS = st.one_of(st.text(min_size=1).filter(lambda text: text.isprintable()), st.binary(min_size=1))


def clock(seconds: float = NOW) -> Any:
    """A clock that stands still."""
    return lambda: seconds


@given(url=URLS, secret=SECRETS, expires_in=st.floats(0.001, 1e9), early=st.floats(0, 1))
@example(url="https://example.com", secret="s", expires_in=1.0, early=0.0)
@example(url="https://example.com/?", secret="s", expires_in=1.0, early=0.0)
@example(url="https://example.com/?a&&b=", secret="s", expires_in=1.0, early=0.0)
def test_what_is_signed_verifies(url: str, secret: Any, expires_in: float, early: float) -> None:
    """Until it expires, and the URL given stays in front of the token byte for byte."""
    signed = sign_url(url, secret, expires_in=expires_in, clock=clock())

    assert re.fullmatch(re.escape(url) + r"[?&]leap_token=v1\.[0-9]+\.[A-Za-z0-9_-]{43}", signed)
    verify_url(signed, secret, clock=clock(NOW + expires_in * early * 0.999))
    with pytest.raises(WebhookVerificationError, match=r"expired [0-9]+ s ago"):
        verify_url(signed, secret, clock=clock(NOW + expires_in + 1))


@given(url=URLS, position=st.integers(0), replacement=st.sampled_from(string.printable))
def test_no_other_url_verifies(url: str, position: int, replacement: str) -> None:
    """Changing any one character of path, query or token makes it invalid."""
    signed = sign_url(url, SECRET, expires_in=60, clock=clock())
    start = signed.index("/", 8) + 1  # before it, HTTP itself knows several ways to write the same
    place = start + position % (len(signed) - start)
    assume(signed[place] != replacement)

    with pytest.raises(WebhookVerificationError):
        verify_url(signed[:place] + replacement + signed[place + 1 :], SECRET, clock=clock())


@given(url=URLS, added=st.sampled_from(["&a=1", "&", "#x", "/", "%20", "&leap_token=v1.9999999999.x"]))
def test_nothing_can_be_added(url: str, added: str) -> None:
    """An appended parameter, fragment or second token makes it invalid."""
    with pytest.raises(WebhookVerificationError):
        verify_url(sign_url(url, SECRET, expires_in=60, clock=clock()) + added, SECRET, clock=clock())


@given(url=URLS, secret=SECRETS, other=SECRETS)
def test_no_other_secret_verifies(url: str, secret: Any, other: Any) -> None:
    """Only the secret that signed verifies."""

    def raw(text: Any) -> bytes:
        return text if isinstance(text, bytes) else text.encode()

    # HMAC itself pads short keys with zeros, so such a pair is one secret.
    assume(raw(secret).rstrip(b"\0") != raw(other).rstrip(b"\0"))
    with pytest.raises(WebhookVerificationError, match="was not made for this URL with this secret"):
        verify_url(sign_url(url, secret, expires_in=60, clock=clock()), other, clock=clock())


@given(text=st.text())
def test_any_text_is_refused_in_one_way(text: str) -> None:
    """Whatever arrives as a URL, there is one error to catch."""
    for url in (text, f"{URL}&leap_token={text}", f"{text}?leap_token=v1.1.{'a' * 43}"):
        with pytest.raises(WebhookVerificationError):
            verify_url(url, SECRET, clock=clock())


def test_the_token_is_what_the_documentation_says() -> None:
    """HMAC-SHA-256 over version, expiry and URL, so that others can make and check it."""
    signed = sign_url(URL, SECRET, expires_in=59.5, clock=clock())

    text = f"v1.1800000060.{URL}".encode()
    mac = urlsafe_b64encode(hmac.new(SECRET.encode(), text, hashlib.sha256).digest()).rstrip(b"=").decode()
    assert f"{URL}&leap_token=v1.1800000060.{mac}" == signed


def test_rotation() -> None:
    """The first of several secrets signs; any of them verifies, and none once it is dropped."""
    old = sign_url(URL, "old", expires_in=60, clock=clock())
    new = sign_url(URL, ["new", b"old"], expires_in=60, clock=clock())

    assert sign_url(URL, "new", expires_in=60, clock=clock()) == new
    for url in (old, new):
        verify_url(url, ("new", "old"), clock=clock())
    with pytest.raises(WebhookVerificationError):
        verify_url(old, ["new"], clock=clock())


@pytest.mark.parametrize(
    ("signed", "seen"),
    [
        ("https://Example.COM/a", "https://example.com/a"),
        ("https://example.com:443/a", "https://example.com/a"),
        ("http://example.com/a", "http://example.com:80/a"),
        ("https://example.com", "https://example.com/"),
        ("https://example.com?x=1", "https://example.com/?x=1"),
    ],
)
def test_differences_that_http_does_not_know(signed: str, seen: str) -> None:
    """A caller may write host and port in its own way; the URL is still the same."""
    token = sign_url(signed, SECRET, expires_in=60, clock=clock()).partition("leap_token")[2]

    verify_url(f"{seen}{'&' if '?' in seen else '?'}leap_token{token}", SECRET, clock=clock())


@pytest.mark.parametrize(
    ("signed", "seen"),
    [
        ("https://example.com/a", "http://example.com/a"),
        ("https://example.com/a", "https://example.com:8443/a"),
        ("http://example.com:443/a", "http://example.com/a"),
        ("https://example.com/%41", "https://example.com/A"),
        ("https://example.com/a/", "https://example.com/a"),
        ("https://example.com/?", "https://example.com/"),
    ],
)
def test_differences_that_matter(signed: str, seen: str) -> None:
    """Another scheme, port, path or encoding is another URL."""
    token = sign_url(signed, SECRET, expires_in=60, clock=clock()).partition("leap_token")[2]

    with pytest.raises(WebhookVerificationError, match="compare the URL byte by byte with the one"):
        verify_url(f"{seen}?leap_token{token}", SECRET, clock=clock())


class FrameworkURL:
    """A URL as Starlette has it: no string."""

    def __str__(self) -> str:
        return URL


@pytest.mark.parametrize(
    ("changed", "error", "message"),
    [
        # What would not arrive as it is written is refused when it is signed, not when it arrives.
        *(
            ({"url": url}, ValueError, "cannot be signed or verified: use http")
            for url in ("", "example.com/hook", "/hook", "ftp://example.com/", "https://", "https:///hook")
        ),
        *(
            ({"url": f"https://{rest}"}, ValueError, "cannot be signed or verified: use http")
            for rest in ("x.io/#part", "user:word@x.io/", "x.io/a b", "x.io/é", "x.io/\n")
        ),
        ({"url": f"{URL}&leap_token=v1.1.x"}, ValueError, "already has a leap_token"),
        *(({"expires_in": x}, ValueError, "expires_in is ") for x in (0, -1, math.nan, math.inf, 1e15)),
        (
            {"expires_in": timedelta(days=1)},
            TypeError,
            r"timedelta\.total_seconds\(\) returns, not timedelta",
        ),
        ({"expires_in": "86400"}, TypeError, "expires_in must be a number of seconds, not str"),
    ],
)
def test_what_cannot_be_signed(changed: dict[str, Any], error: type[Exception], message: str) -> None:
    """A URL that would not arrive, or has a token already, and an expiry that makes no sense."""
    with pytest.raises(error, match=message):
        sign_url(**{"url": URL, "secret": SECRET, "expires_in": 60, **changed})


@pytest.mark.parametrize(
    ("changed", "error", "message"),
    [
        # As from a variable that is not set.
        *(
            ({"secret": x}, ValueError, "the secret is empty")
            for x in ("", b"", [], [""], ["good", ""], None)
        ),
        ({"secret": [7]}, TypeError, "must be str or bytes"),
        ({"url": FrameworkURL()}, TypeError, r"url must be a string, not FrameworkURL: pass str\(url\)"),
    ],
)
def test_what_neither_side_takes(changed: dict[str, Any], error: type[Exception], message: str) -> None:
    """An empty secret and values of another type are refused by who signs and by who verifies."""
    given: dict[str, Any] = {"url": URL, "secret": SECRET, **changed}
    for use in (lambda: sign_url(**given, expires_in=60), lambda: verify_url(**given)):
        with pytest.raises(error, match=message):
            use()


def test_the_error() -> None:
    """It is a LeapError, names neither secret nor URL, and survives pickling."""
    with pytest.raises(LeapError) as caught:
        verify_url(sign_url(URL, SECRET, expires_in=60), "other")

    assert SECRET not in str(caught.value)
    assert "example.com" not in str(caught.value)
    assert str(caught.value) == str(pickle.loads(pickle.dumps(caught.value)))
