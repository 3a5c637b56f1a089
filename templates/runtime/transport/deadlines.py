"""Hold the sync client to the deadline of a call: no read or write of a socket continues beyond it.

The HTTP library's timeouts are for a single read, so a server that sends a byte now and then, or never stops,
could keep a call for ever. The async client cancels; the sync one gives each read the time that is left, and
starts none after that. A caller's own HTTP client is left as it is: there, the deadline is only checked
between chunks of the body.
"""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterable
from typing import Any, Final

from .._package import httpx
from ..clock import Deadline, DeadlineError
from .httpx_internals import wrap_networks

# Seconds: as good as none, and still a timeout to the library.
_AT_ONCE: Final = 0.001
# Bytes that are written between two checks of the deadline.
_WRITE: Final = 16 * 1024


class _Local(threading.local):
    deadline: Deadline | None = None


_local: Final = _Local()


def limit_thread(deadline: Deadline | None) -> Deadline | None:
    """Set the deadline of this thread's reads and writes, None for no limit; return the previous one."""
    before = _local.deadline
    _local.deadline = deadline
    return before


def _shorter(timeout: float | None) -> float | None:
    """Return a timeout that ends no later than the deadline of this thread."""
    if _local.deadline is None:
        return timeout
    left = _local.deadline.left()
    if left <= _AT_ONCE:
        # A read for which data is there already would not time out, however short its timeout.
        raise DeadlineError
    return left if timeout is None else min(timeout, left)


def _addresses(host: str, port: int) -> list[str]:
    """Resolve a host; return the host itself without a deadline, or if it cannot be resolved."""
    if _local.deadline is None:
        return [host]
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except OSError:
        # The library fails in the same way, and has an exception for it.
        return [host]
    return [str(address[0]) for *_, address in found] or [host]


class _Stream:
    """A network stream of httpcore whose timeouts end with the deadline."""

    def __init__(self, inner: Any) -> None:
        self._inner = inner

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        data: bytes = self._inner.read(max_bytes, _shorter(timeout))
        return data

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        if _local.deadline is None or len(buffer) <= _WRITE:
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
    """A network backend of httpcore that opens such streams."""

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
            # The timeout is for one address, the time that is left for all of them.
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
    """Make the reads and writes of a new sync HTTP client of ours obey the deadline of their thread."""
    wrap_networks(client, _Backend)
