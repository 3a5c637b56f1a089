"""The connection pool of a client. Copies of the client share it; pickles and forked processes do not.

How many connections it keeps, and for how long, is in `http_client` for the sync client and in `limiter` for
the async one.
"""

from __future__ import annotations

import threading
import warnings
from collections.abc import Callable
from typing import Any, Final, Generic, TypeVar

from .._package import BaseError, httpx
from ..options import ClientOptions
from . import httpx_internals
from .forks import ForkListener, add_listener
from .unsolicited import check_before_hooks

C = TypeVar("C", httpx.Client, httpx.AsyncClient)


class Pool(ForkListener, Generic[C]):
    """The HTTP client that a client and its copies share.

    Args:
        kind: `httpx.Client` or `httpx.AsyncClient`.
        new_http_client: Makes one of our own, from options of httpx.
        options: The options of the client that owns it.
        owner: The class of that client, for messages.
        is_idle: Whether the HTTP client is made only when it is needed: an unpickled client may never be
            used, and should then cost nothing and leave nothing to close.

    Attributes:
        is_own: Whether the HTTP client is ours, not the caller's.
    """

    def __init__(
        self,
        kind: type[C],
        new_http_client: Callable[..., C],
        options: ClientOptions,
        owner: str,
        *,
        is_idle: bool = False,
    ) -> None:
        self._closed = True
        self._lock = threading.Lock()
        self._new_http_client: Callable[..., C] = new_http_client
        self._options = options
        self._owner = owner
        self.is_own: bool = options.http_client is None
        self._client: C | None = None
        # For the caller's own HTTP client: whether it was used here, and whether that was before a fork.
        self._was_used = False
        self._is_parents = False
        if self.is_own:
            self._client = None if is_idle else self._new_client()
        else:
            self._client = _checked(kind, options.http_client)
        self._closed = False
        add_listener(self)

    def _new_client(self) -> C:
        options = self._options
        arguments: dict[str, Any] = {
            "timeout": httpx.Timeout(**options.timeout),
            # Made once for all transports, as loading the certificates is slow.
            "verify": httpx.create_ssl_context(verify=options.verify),
            "http2": options.http2,
        }
        if options.proxy is not None:
            arguments["proxy"] = options.proxy
        try:
            client: C | None = self._new_http_client(**arguments)
        except ImportError as problem:
            # HTTP/2 and SOCKS need packages that are not installed; httpx says which.
            raise BaseError(f"An option needs a package that is not installed: {problem}") from problem
        except (httpx.InvalidURL, ValueError):
            client = None
        if client is None:
            # Raised outside the handler and without the library's message, which quotes the password.
            raise ValueError(
                "proxy, or a proxy of the environment (HTTP_PROXY, HTTPS_PROXY, ALL_PROXY), is not a valid "
                "URL. Give it a scheme (http, https or socks5), a host and a port. "
                "It is not shown here, because it may contain a password"
            )
        return client

    def client(self) -> C:
        """Return the HTTP client; in a forked process a new one.

        Raises:
            BaseError: It was closed, or it is the caller's own and was in use before a fork.
        """
        client = self._client
        if client is not None and not client.is_closed and not self._closed:
            self._was_used = True
            if not self.is_own:
                check_before_hooks(client)
            return client
        return self._client_after_fork()

    def _client_after_fork(self) -> C:
        if self._closed:
            raise BaseError(f"This {self._owner} was closed.", "Make another one.")
        if self._is_parents:
            raise BaseError(
                f"The HTTP client of your own that this {self._owner} uses was in use when the process "
                "forked: its connections belong to the parent.",
                f"Make an HTTP client and a {self._owner} in each process.",
            )
        with self._lock:
            if self._client is None:
                self._client = self._new_client()
            if self._client.is_closed:
                raise BaseError(f"The HTTP client of this {self._owner} was closed.", "Make another one.")
            return self._client

    def shut(self) -> C | None:
        """Refuse further calls; return the HTTP client to close, or None: the caller's own stays open."""
        self._closed = True
        return self._client if self.is_own else None

    def after_fork(self) -> None:
        """Forget the connections in a child process: parent and child would both use them."""
        self._lock = threading.Lock()
        if self.is_own:
            # Not closed: that would end the parent's TLS sessions.
            _forgotten.append(self._client)
            self._client = None
        elif self._client is not None and (self._was_used or httpx_internals.has_connections(self._client)):
            self._is_parents = True
            _forgotten.append(self._client)
            self._client = None

    def __del__(self) -> None:
        if self.__dict__.get("_closed", True) or not self.is_own or self._client is None:
            return
        warnings.warn(
            f"{self._owner} was never closed: use it in a `with` or `async with` block, or call its close()",
            ResourceWarning,
            stacklevel=2,
            source=self,
        )


def _checked(kind: type[C], client: Any) -> C:
    if isinstance(client, kind):
        return client
    found = client.__class__
    raise TypeError(
        f"http_client must be an {httpx.__name__}.{kind.__name__}, not {found.__module__}.{found.__name__}"
    )


# Kept alive in a child process: collecting them could close connections that the parent still uses.
_forgotten: Final[list[Any]] = []
