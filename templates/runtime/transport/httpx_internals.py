"""All uses of private names of httpx and httpcore. No other module may touch one.

If a name is missing, because the library has changed or a transport of the caller's is in its place, a
function here does nothing, and the library's public behaviour remains.
"""

from __future__ import annotations

import ssl
from collections.abc import Callable
from typing import Any, Final, TypeAlias

from .._package import httpx

MakeTransport: TypeAlias = Callable[[ssl.SSLContext, httpx.Proxy | None], httpx.AsyncBaseTransport]

# The attributes that lead from the stream of a response to the state of its HTTP/1.1 connection.
_PROTOCOL_STATE: Final = ("_stream", "_httpcore_stream", "_stream", "_connection", "_h11_state")


class AsyncClient(httpx.AsyncClient):
    """An HTTP client whose HTTP/1.1 transports, those of its proxies included, are made by a function.

    httpx also takes a transport as an argument, but then it ignores the proxies of the environment.

    Args:
        make_transport: Makes a transport from the TLS context and the proxy (None without one).
        options: The arguments of `httpx.AsyncClient`.
    """

    def __init__(self, *, make_transport: MakeTransport, **options: Any) -> None:
        self._make_transport = make_transport
        super().__init__(**options)

    def _init_transport(self, *args: Any, **options: Any) -> httpx.AsyncBaseTransport:
        if options["http2"]:
            return super()._init_transport(*args, **options)
        return self._make_transport(options["verify"], None)

    def _init_proxy_transport(
        self, proxy: httpx.Proxy, *args: Any, **options: Any
    ) -> httpx.AsyncBaseTransport:
        if options["http2"]:
            return super()._init_proxy_transport(proxy, *args, **options)
        return self._make_transport(options["verify"], proxy)


def connection_pools(client: Any) -> list[Any]:
    """Return the pools of httpcore in an HTTP client, those of its proxies included."""
    transports = [getattr(client, "_transport", None), *getattr(client, "_mounts", {}).values()]
    return [pool for each in transports if (pool := _pool(each)) is not None]


def has_connections(client: Any) -> bool:
    """Return whether an HTTP client has open connections, as far as that is visible."""
    return any(getattr(pool, "connections", None) for pool in connection_pools(client))


def wrap_networks(client: Any, wrapper: Callable[[Any], Any]) -> None:
    """Wrap the network backends of httpcore with which a new HTTP client opens its connections."""
    for pool in connection_pools(client):
        _wrap(pool, wrapper)


def wrap_network(transport: httpx.AsyncHTTPTransport, wrapper: Callable[[Any], Any]) -> None:
    """Wrap the network backend of one transport; see `wrap_networks`."""
    pool = _pool(transport)
    if pool is not None:
        _wrap(pool, wrapper)


def wrapped_stream(stream: Any, wrapper: Callable[[Any, Any], Any]) -> Any:
    """Wrap an async stream of httpcore that has just connected, without TLS.

    The wrapper takes it, and the stream of anyio or trio in it. If there is none, the stream stays as it is.
    """
    inner = getattr(stream, "_stream", None)
    return stream if inner is None else wrapper(stream, inner)


def discard_if_unsolicited(stream: Any) -> None:
    """Prevent a connection from being used again, if the server sent more on it than the response.

    The stream of the response is read to its end, and not yet closed.
    """
    state = stream
    for name in _PROTOCOL_STATE:
        state = getattr(state, name, None)
        if state is None:
            return
    unsolicited, _ = state.trailing_data
    if unsolicited:
        # h11's way to mark a connection as broken: the library then closes it instead of keeping it.
        state.send_failed()


def _pool(transport: Any) -> Any:
    return getattr(transport, "_pool", None)


def _wrap(pool: Any, wrapper: Callable[[Any], Any]) -> None:
    backend = getattr(pool, "_network_backend", None)
    if backend is not None:
        pool._network_backend = wrapper(backend)
