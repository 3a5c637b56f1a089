"""The engine of a client: what all its calls share, and what is prepared once for them.

It does no I/O, and serves the sync and the async client alike.
"""

from __future__ import annotations

import threading
from collections.abc import Mapping
from typing import Any, Final, TypeAlias, TypeVar

from . import error_messages
from ._package import httpx
from .clock import Clock, Deadline
from .drift import DriftLog
from .operations import Call, Operation
from .options import (
    ClientOptions,
    NotGiven,
    RequestOptions,
    check_callback,
    checked_deadline,
    checked_retries,
    timeout_phases,
)
from .package_settings import Credential, Settings
from .redaction import longest_first, secrets_in_headers
from .request import credentials
from .request.build import CallPlan, PreparedHeaders
from .request.headers import base_headers, checked_headers
from .request.parameters import header_fields, is_given, percent
from .transport.pool import Pool

T = TypeVar("T")

# Parsed URLs that are kept for callers that poll or list.
_MAX_CACHED_URLS: Final = 256

_RawHeaders: TypeAlias = list[tuple[bytes, bytes]]


class CredentialSnapshot:
    """The values of a client's credentials at one time, and what was prepared with them.

    Setting a credential replaces the whole snapshot. A thread that prepares headers meanwhile stores them in
    the old one, where no later call finds them.

    Args:
        values: The values by argument.

    Attributes:
        used: The credentials that each operation uses.
        prepared: The headers of each operation. Beside them, and beside `base`, are the headers of the
            caller's own HTTP client from which they were made.
        base: The headers that all operations share; None before the first call.
    """

    __slots__ = ("base", "prepared", "used", "values")

    def __init__(self, values: dict[str, Any]) -> None:
        self.values: dict[str, Any] = values
        self.used: dict[Operation[Any], list[Credential]] = {}
        self.prepared: dict[Operation[Any], tuple[_RawHeaders | None, PreparedHeaders]] = {}
        self.base: tuple[_RawHeaders | None, httpx.Headers] | None = None


class Engine:
    """What all calls of one client share. It combines options, and prepares URLs and headers.

    Args:
        settings: The package's settings.
        options: The client's options, checked.
        values: The values of its credentials by argument.
        pool: Its connections.
        clock: The time and the jitter.
        drift: Reports responses that are not as documented.

    Attributes:
        snapshot: The current credentials. An attempt reads it once, as another thread may replace it.
        server: The server, as messages name it.
        recent_secrets: The secrets of the last request: what a server can have sent back since.
    """

    def __init__(
        self,
        settings: Settings,
        options: ClientOptions,
        *,
        values: dict[str, Any],
        pool: Pool[Any],
        clock: Clock,
        drift: DriftLog,
    ) -> None:
        self.settings = settings
        self.options = options
        self.pool = pool
        self.clock = clock
        self.drift = drift
        self.snapshot: CredentialSnapshot = CredentialSnapshot(values)
        self.recent_secrets: list[str] = []
        self._lock = threading.Lock()
        self._urls: dict[str, httpx.URL] = {}
        self._default_headers = dict(options.default_headers or {})
        self._host: bytes = httpx.URL(options.base_url).netloc
        self._proxy_secrets: list[str] = (
            credentials.secrets_of_proxies(options.proxy) if options.http_client is None else []
        )
        self.server: str = error_messages.server_name(self._host.decode("ascii"), options.base_url_variable)

    @property
    def values(self) -> dict[str, Any]:
        """The current values of the credentials by argument."""
        return self.snapshot.values

    def set_value(self, argument: str, value: Any) -> None:
        """Replace a credential. Requests that are prepared from now on use it.

        Raises:
            BaseError: The value is empty.
            TypeError: It is of the wrong type.
            ValueError: It cannot be sent.
        """
        credential = next(each for each in self.settings.credentials if each.argument == argument)
        credentials.check(credential, value)
        with self._lock:
            self.snapshot = CredentialSnapshot({**self.snapshot.values, argument: value})

    def plan(self, call: Call[Any], options: RequestOptions) -> CallPlan:
        """Combine the options of a call with those of the client. The plan's deadline starts to count now.

        Raises:
            TypeError: An option is of the wrong type.
            ValueError: An option has an invalid value.
        """
        defaults = self.options
        timeout, deadline, retries = options.timeout, options.deadline, options.max_retries
        if options.on_upload_progress is not None:
            check_callback("on_upload_progress", options.on_upload_progress, is_async=False)
        extra: Mapping[str, str] = {}
        if call.header:
            extra = header_fields(call.header)
        if options.extra_headers is not None:
            extra = {**extra, **checked_headers("extra_headers", options.extra_headers)}
        return CallPlan(
            url=self._url(call.target),
            timeout=defaults.timeout if isinstance(timeout, NotGiven) else timeout_phases(timeout),
            deadline=Deadline(
                defaults.deadline if isinstance(deadline, NotGiven) else checked_deadline(deadline),
                self.clock,
            ),
            max_retries=defaults.max_retries if isinstance(retries, NotGiven) else checked_retries(retries),
            extra_headers=extra,
            cookies=_cookies(call) if call.cookie else "",
            on_upload_progress=options.on_upload_progress,
        )

    def checked(self, call: Call[T]) -> Call[T]:
        """Return a call whose arguments make a valid URL; raise ValueError if they do not."""
        self._url(call.target)
        return call

    def _url(self, target: str) -> httpx.URL:
        url = self._urls.get(target)
        if url is None:
            try:
                url = httpx.URL(self.options.base_url + target)
            except httpx.InvalidURL as problem:
                raise ValueError(f"the arguments of this call make no valid URL: {problem}") from problem
            if len(self._urls) >= _MAX_CACHED_URLS:
                self._urls.clear()
            self._urls[target] = url
        return url

    def callables(self, operation: Operation[Any], snapshot: CredentialSnapshot) -> list[Credential]:
        """List the credentials of an operation that are callables, to be called before each attempt.

        Raises:
            BaseError: The client lacks a credential that the operation needs.
        """
        return [each for each in self._used(operation, snapshot) if callable(snapshot.values[each.argument])]

    def _used(self, operation: Operation[Any], snapshot: CredentialSnapshot) -> list[Credential]:
        used = snapshot.used.get(operation)
        if used is None:
            used = credentials.select(operation, self.settings.credentials, snapshot.values)
            snapshot.used[operation] = used
        return used

    def prepare_headers(
        self, operation: Operation[Any], snapshot: CredentialSnapshot, returned: Mapping[str, Any] | None
    ) -> PreparedHeaders:
        """Return the headers of an operation, prepared now or before.

        `returned` has what the callables among its credentials returned, by argument; None if there are none.

        Raises:
            TypeError: A credential is of the wrong type.
            ValueError: A credential cannot be sent.
        """
        own = self.options.http_client
        own_raw = None if own is None else own.headers.raw
        if returned is None:
            prepared = snapshot.prepared.get(operation)
            if prepared is not None and prepared[0] == own_raw:
                return prepared[1]
        values = snapshot.values if returned is None else {**snapshot.values, **returned}
        base = snapshot.base
        if base is None or base[0] != own_raw:
            own_headers = None if own is None else own.headers
            shared = base_headers(self.settings, self._host, own_headers, self._default_headers)
            snapshot.base = base = (own_raw, shared)
        used = self._used(operation, snapshot)
        placed = [credentials.place(each, values[each.argument]) for each in used]
        headers = httpx.Headers(base[1])
        if not any(name.lower() == "accept" for name in self._default_headers):
            headers["Accept"] = operation.accept
        for each in placed:
            if each.location == "header":
                headers[each.name] = each.value
        secrets = credentials.secrets_in([values[each.argument] for each in used], placed)
        secrets = longest_first([*secrets, *secrets_in_headers(base[1]), *self._proxy_secrets])
        outside = [each for each in placed if each.location != "header"]
        result = PreparedHeaders(headers, outside, secrets)
        if returned is None:
            snapshot.prepared[operation] = (own_raw, result)
        return result

    def added_secrets(self, plan: CallPlan, request: httpx.Request) -> list[str]:
        """List the secrets that a call or the caller's own HTTP client adds to the prepared headers."""
        own = self.options.http_client
        if not plan.extra_headers and (own is None or not (own.params or own.cookies)):
            return []
        return secrets_in_headers({**request.url.params, **request.headers})


def _cookies(call: Call[Any]) -> str:
    given = [each for each in call.cookie if is_given(each.value)]
    # A value that is percent-encoded whole contains nothing that a header may not contain.
    return "; ".join(f"{each.key}={percent(each.one_text(), each.where)}" for each in given)
