"""Hold a call of the sync client to its deadline: no read or write of a socket goes on beyond it.

The HTTP library's timeouts are for a single read, so that a server which sends a byte now and then, or never
stops, can keep a call for ever. The async client cancels; the sync one gives each read the time that is left,
and begins none after that. A caller's own HTTP client stays as it is: there, the clock is checked between
chunks of the body alone.
"""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterable
from typing import Any, Final, TypeAlias

from .._package import httpx
from ..clock import Clock
from .failures import DeadlineError
from .httpx_internals import wrap_networks

TimeLeft: TypeAlias = Callable[[], float]

# Seconds: as good as none, and still a timeout to the library.
_AT_ONCE: Final = 0.001
# Bytes that are written without looking at the clock.
_WRITE: Final = 16 * 1024


class _Local(threading.local):
    left: TimeLeft | None = None


_local: Final = _Local()


def time_left(at: float, clock: Clock) -> TimeLeft:
    """Make what says how many seconds are left until a moment by the clock."""
    return lambda: max(at - clock.monotonic(), _AT_ONCE)


def bound_thread(left: TimeLeft | None) -> TimeLeft | None:
    """Bound the reads and writes of this thread from now on.

    Args:
        left: Says how many seconds are left; None for no bound.

    Returns:
        What bounded them before.
    """
    before = _local.left
    _local.left = left
    return before


def _shorter(timeout: float | None) -> float | None:
    left = _local.left
    if left is None:
        return timeout
    seconds = left()
    if seconds <= _AT_ONCE:
        # A read for which something is there already would not time out, however short its timeout.
        raise DeadlineError
    return seconds if timeout is None else min(timeout, seconds)


def _addresses(host: str, port: int) -> list[str]:
    """The addresses of a host; the host itself where nothing is bounded, or where it cannot be resolved."""
    if _local.left is None:
        return [host]
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except OSError:
        # The library meets the same, and has an exception for it.
        return [host]
    return [str(address[0]) for *_, address in found] or [host]


class _Stream:
    """A stream of the library whose timeouts are no longer than the time that is left."""

    def __init__(self, inner: Any) -> None:
        self._inner = inner

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        data: bytes = self._inner.read(max_bytes, _shorter(timeout))
        return data

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        if _local.left is None or len(buffer) <= _WRITE:
            self._inner.write(buffer, _shorter(timeout))
            return
        view = memoryview(buffer)
        for start in range(0, len(view), _WRITE):
            self._inner.write(bytes(view[start : start + _WRITE]), _shorter(timeout))

    def start_tls(
        self, ssl_context: Any, server_hostname: str | None = None, timeout: float | None = None
    ) -> _Stream:
        return _Stream(self._inner.start_tls(ssl_context, server_hostname, _shorter(timeout)))

    def close(self) -> None:
        self._inner.close()

    def get_extra_info(self, info: str) -> Any:
        return self._inner.get_extra_info(info)


class _Backend:
    """The library's way to the network, with the streams above."""

    def __init__(self, inner: Any) -> None:
        self._inner = inner

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> _Stream:
        problem: Exception = httpx.ConnectTimeout("the deadline has passed")
        for address in _addresses(host, port):
            # A timeout is for one address. What is left of the time is for all of them.
            try:
                seconds = _shorter(timeout)
            except DeadlineError:
                break
            try:
                return _Stream(self._inner.connect_tcp(address, port, seconds, local_address, socket_options))
            except Exception as caught:  # noqa: BLE001 - of the last address, raised below
                problem = caught
        raise problem

    def connect_unix_socket(
        self, path: str, timeout: float | None = None, socket_options: Iterable[Any] | None = None
    ) -> _Stream:
        return _Stream(self._inner.connect_unix_socket(path, _shorter(timeout), socket_options))

    def sleep(self, seconds: float) -> None:
        self._inner.sleep(seconds)


def hold(client: httpx.Client) -> None:
    """Make the reads and writes of a sync HTTP client of ours obey the bound of their thread.

    Args:
        client: The client, just made.
    """
    wrap_networks(client, _Backend)
