"""Each way to authenticate is an argument of the constructor, and an operation sends what it needs alone."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.integration.features.conftest import Generated
from tests.support.modes import Mode

ALL: dict[str, Any] = {
    "access_token": "the-token",
    "header_key": "the-header-key",
    "query_key": "the query&key",
    "cookie_key": "the-cookie-key",
    "login": ("name", "pass:word"),
}
LOGIN = "Basic bmFtZTpwYXNzOndvcmQ="


@pytest.fixture
def make(
    generated: Callable[[str], Generated], server: str, mode: Mode, monkeypatch: pytest.MonkeyPatch
) -> Callable[..., Any]:
    """Makes a client with the credentials of some names."""
    for name in ("API_KEY", "HEADER_KEY", "QUERY_KEY", "COOKIE_KEY", "LOGIN"):
        monkeypatch.delenv(f"GUARDED_{name}", raising=False)
    module = generated("security").module()

    def client(*given: str, **more: Any) -> Any:
        values = {name: ALL[name] for name in given} | more
        return mode.calls(module, "Guarded", base_url=server, **values)

    return client


def sent(reported: Any) -> dict[str, Any]:
    """The credentials of a request, wherever they stand."""
    headers = {name: reported["headers"].get(name) for name in ("authorization", "x-key", "cookie")}
    found = {**headers, "query": reported["query"]}
    return {name: value for name, value in found.items() if value}


@pytest.mark.parametrize(
    ("given", "method", "expected"),
    [
        (ALL, "root", {"authorization": "Bearer the-token"}),
        (ALL, "open", {}),
        ((), "open", {}),
        (ALL, "by_header", {"x-key": "the-header-key"}),
        (ALL, "by_query", {"query": [["api key", "the query&key"]]}),
        (ALL, "by_cookie", {"cookie": "sid=the-cookie-key"}),
        (ALL, "by_password", {"authorization": LOGIN}),
        (ALL, "either", {"authorization": LOGIN}),
        (("header_key",), "either", {"x-key": "the-header-key"}),
        (ALL, "both", {"x-key": "the-header-key", "query": [["api key", "the query&key"]]}),
        (ALL, "optional", {"authorization": "Bearer the-token"}),
        (("header_key",), "optional", {}),
    ],
)
def test_each_operation_sends_its_own(
    make: Callable[..., Any], given: Any, method: str, expected: Any
) -> None:
    """Of all the credentials of a client an operation sends those of its first possible alternative only."""
    assert sent(getattr(make(*given).doors, method)()) == expected


def test_beside_other_parameters(make: Callable[..., Any]) -> None:
    """A key in the query stands after the document's own parameters."""
    assert make("query_key").doors.by_query(page=2)["query"] == [["page", "2"], ["api key", "the query&key"]]


@pytest.mark.parametrize(
    ("given", "method", "said"),
    [
        (
            ("query_key",),
            "both",
            (
                r"^doors\.both needs a credential that this client does not have: "
                r"pass header_key=\.\.\., or set the environment variable GUARDED_HEADER_KEY\.$"
            ),
        ),
        (("access_token",), "either", r"pass login=\.\.\., .* GUARDED_LOGIN; or pass header_key=\.\.\., "),
        # Where the document has open operations a client may do without any.
        ((), "root", r"pass access_token=\.\.\."),
    ],
)
def test_what_is_missing_is_named(
    make: Callable[..., Any], generated: Callable[[str], Generated], given: Any, method: str, said: str
) -> None:
    """A call that the client has no credential for is refused before it is sent, with what to pass."""
    with pytest.raises(generated("security").module("errors").GuardedError, match=said):
        getattr(make(*given).doors, method)()


def test_from_the_environment(make: Callable[..., Any], monkeypatch: pytest.MonkeyPatch) -> None:
    """Each credential has a variable of its own; a pair is written with a colon."""
    monkeypatch.setenv("GUARDED_HEADER_KEY", "from-outside")
    monkeypatch.setenv("GUARDED_LOGIN", "name:pass:word")

    assert sent(make().doors.by_header()) == {"x-key": "from-outside"}
    assert sent(make().doors.by_password()) == {"authorization": LOGIN}


def test_callables(make: Callable[..., Any]) -> None:
    """A callable is asked for the operations that send its value, and for no other."""
    asked: list[str] = []

    def key() -> str:
        asked.append("key")
        return "asked-for"

    client = make("access_token", header_key=key)
    assert sent(client.doors.root()) == {"authorization": "Bearer the-token"}
    assert asked == []
    assert sent(client.doors.by_header()) == {"x-key": "asked-for"}
    assert asked == ["key"]
