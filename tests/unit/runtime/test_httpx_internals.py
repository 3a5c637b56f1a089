"""The private names of httpx and httpcore: each test fails when the library no longer has one."""

from __future__ import annotations

import re
import socket
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import httpx
import pytest

from templates.runtime.transport import httpx_internals
from tests.support.modes import Mode

RUNTIME = Path(httpx_internals.__file__).resolve().parents[1]
PRIVATE = re.compile(
    r"\b(_transport\b|_mounts\b|_pool\b|_network_backend|_h11_state|_httpcore_stream|_connection\b|_init_\w*transport)"
)


def test_no_other_module_touches_a_private_name() -> None:
    """The rest of the runtime knows the HTTP library by its public names alone."""
    found = {
        f"{path.relative_to(RUNTIME)}: {match.group()}"
        for path in RUNTIME.rglob("*.py")
        if path != Path(httpx_internals.__file__)
        for match in PRIVATE.finditer(path.read_text(encoding="utf-8"))
        # Names of our own: the function that makes a pool, and the transports in a slot.
        if match.group() not in {"_make_pool", "_shut_pool"}
    }

    assert found == set()
    assert PRIVATE.search(Path(httpx_internals.__file__).read_text(encoding="utf-8"))


def test_the_pools_of_a_client_are_found(monkeypatch: pytest.MonkeyPatch) -> None:
    """A client has one pool, and one more for each proxy."""
    monkeypatch.delenv("NO_PROXY", raising=False)
    monkeypatch.setenv("HTTPS_PROXY", "http://127.0.0.1:1")
    with httpx.Client() as client:
        pools = httpx_internals.connection_pools(client)

    assert len(pools) == 2
    assert len({id(pool) for pool in pools}) == 2
    assert all(pool.connections == [] for pool in pools)


@pytest.mark.parametrize("place", ["client", "transport"])
def test_the_network_is_wrapped(mode: Mode, place: str) -> None:
    """What a client, or a transport, opens its connections with goes through the wrapper."""
    opened: list[tuple[str, int]] = []

    def wrapper(inner: Any) -> Any:
        def connect_tcp(host: str, port: int, **options: Any) -> Any:
            opened.append((host, port))
            return inner.connect_tcp(host, port, **options)

        return SimpleNamespace(connect_tcp=connect_tcp)

    def make() -> Any:
        transport = httpx.AsyncHTTPTransport() if mode.is_async else httpx.HTTPTransport()
        if place == "transport":
            httpx_internals.wrap_network(transport, wrapper)
        client = mode.http_client(transport=transport)
        if place == "client":
            httpx_internals.wrap_networks(client, wrapper)
        return client

    with pytest.raises(httpx.ConnectError):
        mode.use(make, lambda client: client.get("http://127.0.0.1:1/"))
    assert opened == [("127.0.0.1", 1)]


@pytest.mark.anyio
async def test_the_stream_of_a_connection_is_wrapped() -> None:
    """A stream of the library holds one of the async library, from which another one can be made."""
    backends: list[Any] = []
    httpx_internals.wrap_network(httpx.AsyncHTTPTransport(), backends.append)
    with socket.create_server(("127.0.0.1", 0)) as listener:
        stream = await backends[0].connect_tcp(*listener.getsockname())
        found: Any = httpx_internals.wrapped_stream(stream, lambda *both: both)
        again = type(stream)(found[1])
        await again.aclose()

    assert found[0] is stream
    assert type(found[1]) is not type(stream)


@pytest.mark.parametrize("http2", [False, True])
def test_transports_are_made_by_the_function(monkeypatch: pytest.MonkeyPatch, http2: bool) -> None:
    """The transports of HTTP/1.1 come from the function, that of each proxy too; those of HTTP/2 do not."""
    pytest.importorskip("h2", reason="the extra http2; make check-all has it") if http2 else None
    monkeypatch.delenv("NO_PROXY", raising=False)
    monkeypatch.setenv("HTTPS_PROXY", "http://127.0.0.1:1")
    made: list[httpx.Proxy | None] = []

    def make(verify: Any, proxy: httpx.Proxy | None) -> httpx.AsyncBaseTransport:
        made.append(proxy)
        return httpx.AsyncHTTPTransport(verify=verify, proxy=proxy)

    httpx_internals.AsyncClient(make_transport=make, http2=http2)

    assert [proxy is None for proxy in made] == ([] if http2 else [True, False])


def test_a_library_without_the_names() -> None:
    """Where a name is missing, nothing is found and nothing fails."""
    other = SimpleNamespace()
    httpx_internals.wrap_networks(other, lambda inner: inner)
    httpx_internals.discard_if_unsolicited(other)

    assert httpx_internals.wrapped_stream(other, pytest.fail) is other
    assert httpx_internals.connection_pools(other) == []
    assert httpx_internals.has_connections(other) is False


def test_another_transport_has_no_pool() -> None:
    """A caller's own client with a transport of another kind is left alone."""
    with httpx.Client(transport=httpx.MockTransport(lambda request: httpx.Response(200))) as client:
        assert httpx_internals.connection_pools(client) == []
