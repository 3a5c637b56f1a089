"""The engine of a client: all that does not change between calls, prepared once, and requests made from it.

It does no I/O, and is the same for the sync and the async client.
"""

from __future__ import annotations

import threading
from collections.abc import Mapping
from typing import Any, Final, NamedTuple, TypeAlias

from . import messages
from ._package import httpx
from .clock import Clock
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
from .request import credentials
from .request.bodies import Payload
from .request.credentials import Placed
from .request.files import ProgressCallback
from .request.headers import base_headers, checked_headers
from .request.parameters import header_fields, is_given, percent
from .settings import Credential, Settings
from .transport.pool import Pool

# Parsed URLs are kept for callers that poll or list; this many at most.
_MAX_CACHED_URLS: Final = 256


_RawHeaders: TypeAlias = list[tuple[bytes, bytes]]


class CallPlan:
    """What one call is sent with, whatever happens to its attempts.

    Args:
        url: The address.
        timeout: Seconds by phase of one attempt.
        deadline: Seconds for the whole call, or None.
        deadline_at: The moment by the clock at which it ends, or None.
        max_retries: How often it may be repeated.
        extra: Headers of this call alone.
        cookies: The value of its Cookie header as far as the document makes it, or an empty string.
        on_upload_progress: Called with the bytes sent so far and their total, or None.
    """

    __slots__ = (
        "cookies",
        "deadline",
        "deadline_at",
        "extra",
        "max_retries",
        "on_upload_progress",
        "timeout",
        "url",
    )

    def __init__(
        self,
        *,
        url: httpx.URL,
        timeout: dict[str, float | None],
        deadline: float | None,
        deadline_at: float | None,
        max_retries: int,
        extra: Mapping[str, str],
        cookies: str,
        on_upload_progress: ProgressCallback | None,
    ) -> None:
        self.url: httpx.URL = url
        self.timeout: dict[str, float | None] = timeout
        self.deadline: float | None = deadline
        self.deadline_at: float | None = deadline_at
        self.max_retries: int = max_retries
        self.extra: Mapping[str, str] = extra
        self.cookies: str = cookies
        self.on_upload_progress: ProgressCallback | None = on_upload_progress


class PreparedHeaders(NamedTuple):
    """The headers of an operation, made once for all its calls.

    Args:
        headers: The headers.
        elsewhere: Credentials that go into the query or the cookies.
        secrets: What must not be shown.
    """

    headers: httpx.Headers
    elsewhere: list[Placed]
    secrets: list[str]


class KeyRing:
    """The values of a client's credentials, and what was prepared with them.

    It is replaced whole when a value is, so that a thread that is preparing headers meanwhile keeps them
    where nobody will look for them any more.

    Args:
        values: The values by argument.
    """

    __slots__ = ("base", "chosen", "ready", "values")

    def __init__(self, values: dict[str, Any]) -> None:
        self.values: dict[str, Any] = values
        self.chosen: dict[Operation[Any], list[Credential]] = {}
        self.ready: dict[Operation[Any], tuple[_RawHeaders | None, PreparedHeaders]] = {}
        self.base: tuple[_RawHeaders | None, httpx.Headers] | None = None


class Engine:
    """Makes requests for one client.

    Args:
        settings: The package's settings.
        options: The client's options, checked.
        values: The values of its credentials by argument.
        pool: Its connections.
        clock: Time and chance.
        log: Reports drift from the document.
    """

    def __init__(
        self,
        settings: Settings,
        options: ClientOptions,
        *,
        values: dict[str, Any],
        pool: Pool[Any],
        clock: Clock,
        log: DriftLog,
    ) -> None:
        self.settings = settings
        self.options = options
        self.keys: KeyRing = KeyRing(values)
        self._lock = threading.Lock()
        self.pool = pool
        self.clock = clock
        self.drift = log
        self._urls: dict[str, httpx.URL] = {}
        self._default = dict(options.default_headers or {})
        self._host: bytes = httpx.URL(options.base_url).netloc
        self.server: str = messages.of_server(self._host.decode("ascii"), options.base_url_variable)
        self._proxy_secrets = credentials.secrets_of_proxy(options.proxy)
        # Of the last request: what a server can have sent back since.
        self.recent_secrets: list[str] = []

    def set_value(self, argument: str, value: Any) -> None:
        """Replace a credential, for the requests to come.

        Args:
            argument: Its argument.
            value: The new value.
        """
        credential = next(each for each in self.settings.credentials if each.argument == argument)
        credentials.check(credential, value)
        with self._lock:
            self.keys = KeyRing({**self.keys.values, argument: value})

    def plan(self, call: Call[Any], options: RequestOptions) -> CallPlan:
        """Settle what a call is sent with.

        Args:
            call: The call.
            options: Its options.

        Returns:
            The plan; the deadline begins now.

        Raises:
            TypeError: An option is of the wrong type.
            ValueError: An option has a value that cannot be used.
        """
        mine = self.options
        timeout = mine.timeout if isinstance(options.timeout, NotGiven) else timeout_phases(options.timeout)
        deadline = (
            mine.deadline if isinstance(options.deadline, NotGiven) else checked_deadline(options.deadline)
        )
        if options.on_upload_progress is not None:
            check_callback("on_upload_progress", options.on_upload_progress, is_async=False)
        retries = options.max_retries
        extra: Mapping[str, str] = {}
        if call.header:
            extra = header_fields(call.header)
        if options.extra_headers is not None:
            extra = {**extra, **checked_headers("extra_headers", options.extra_headers)}
        return CallPlan(
            url=self._url(call.target),
            timeout=timeout,
            deadline=deadline,
            deadline_at=None if deadline is None else self.clock.monotonic() + deadline,
            max_retries=mine.max_retries if isinstance(retries, NotGiven) else checked_retries(retries),
            extra=extra,
            cookies=_cookies(call) if call.cookie else "",
            on_upload_progress=options.on_upload_progress,
        )

    def _url(self, target: str) -> httpx.URL:
        url = self._urls.get(target)
        if url is None:
            try:
                url = httpx.URL(self.options.base_url + target)
            except httpx.InvalidURL as problem:
                raise ValueError(f"the arguments of this call make no address: {problem}") from problem
            if len(self._urls) >= _MAX_CACHED_URLS:
                self._urls.clear()
            self._urls[target] = url
        return url

    @property
    def values(self) -> dict[str, Any]:
        """The values of the credentials by argument, as they are now."""
        return self.keys.values

    def callables(self, operation: Operation[Any], keys: KeyRing) -> list[Credential]:
        """List the credentials of an operation whose values must be asked for.

        Args:
            operation: The operation.
            keys: The values of this attempt.

        Returns:
            The credentials; mostly none.

        Raises:
            BaseError: The client lacks what the operation needs.
        """
        return [each for each in self._used(operation, keys) if callable(keys.values[each.argument])]

    def _used(self, operation: Operation[Any], keys: KeyRing) -> list[Credential]:
        used = keys.chosen.get(operation)
        if used is None:
            used = credentials.chosen(operation, self.settings.credentials, keys.values)
            keys.chosen[operation] = used
        return used

    def prepared(
        self, operation: Operation[Any], keys: KeyRing, asked: Mapping[str, Any] | None
    ) -> PreparedHeaders:
        """Prepare the headers of an operation.

        Args:
            operation: The operation.
            keys: The values of this attempt.
            asked: The values of credentials that were asked for, or None where none need be.

        Returns:
            The prepared headers.

        Raises:
            TypeError: A credential is of the wrong type.
            ValueError: A credential cannot be sent.
        """
        own = self.options.http_client
        own_raw = None if own is None else own.headers.raw
        if asked is None:
            ready = keys.ready.get(operation)
            if ready is not None and ready[0] == own_raw:
                return ready[1]
        values = keys.values if asked is None else {**keys.values, **asked}
        base = keys.base
        if base is None or base[0] != own_raw:
            own_headers = None if own is None else own.headers
            base = (own_raw, base_headers(self.settings, self._host, own_headers, self._default))
            keys.base = base
        used = self._used(operation, keys)
        placed = [credentials.place(each, values[each.argument]) for each in used]
        headers = httpx.Headers(base[1])
        if not any(name.lower() == "accept" for name in self._default):
            headers["Accept"] = operation.accept
        for each in placed:
            if each.location == "header":
                headers[each.name] = each.value
        secrets = credentials.secrets_in([values[each.argument] for each in used], placed)
        secrets += self._proxy_secrets
        made = PreparedHeaders(headers, [each for each in placed if each.location != "header"], secrets)
        if asked is None:
            keys.ready[operation] = (own_raw, made)
        return made

    def request(
        self,
        operation: Operation[Any],
        plan: CallPlan,
        prepared: PreparedHeaders,
        payload: Payload | None,
        stream: Any,
    ) -> httpx.Request:
        """Make the request of one attempt.

        Args:
            operation: The operation.
            plan: What the call is sent with.
            prepared: Headers and credentials.
            payload: What is sent, or None.
            stream: The same as a stream.

        Returns:
            The request.
        """
        headers, elsewhere, _ = prepared
        timeout = plan.timeout
        if plan.deadline_at is not None:
            left = max(plan.deadline_at - self.clock.monotonic(), 0.001)
            timeout = {key: left if value is None else min(value, left) for key, value in timeout.items()}
        request = httpx.Request(
            operation.method,
            plan.url,
            headers=headers,
            stream=stream,
            extensions={"timeout": timeout},
        )
        mine = request.headers
        if payload is not None:
            _describe(mine, payload)
        elif operation.method in ("POST", "PUT", "PATCH"):
            mine["Content-Length"] = "0"
        for name, value in plan.extra.items():
            mine[name] = value
        if elsewhere or plan.cookies or self.options.http_client is not None:
            self._beyond_headers(request, plan, elsewhere)
        return request

    def _beyond_headers(self, request: httpx.Request, plan: CallPlan, elsewhere: list[Placed]) -> None:
        """Add what goes into the query and the cookies; rare."""
        pairs = [
            f"{percent(each.name, '')}={percent(each.value, '')}"
            for each in elsewhere
            if each.location == "query"
        ]
        cookies = [plan.cookies] if plan.cookies else []
        cookies += [f"{each.name}={each.value}" for each in elsewhere if each.location == "cookie"]
        own = self.options.http_client
        if own is not None:
            if own.params:
                pairs.insert(0, str(own.params))
            if own.cookies:
                own.cookies.set_cookie_header(request)
                cookies.insert(0, request.headers.get("cookie", ""))
        if pairs:
            query = b"&".join(filter(None, [request.url.query, "&".join(pairs).encode("ascii")]))
            request.url = request.url.copy_with(query=query)
        if any(cookies):
            request.headers["Cookie"] = "; ".join(filter(None, cookies))


def _describe(headers: httpx.Headers, payload: Payload) -> None:
    if payload.media_type is not None:
        headers["Content-Type"] = payload.media_type
    if payload.length is None:
        headers["Transfer-Encoding"] = "chunked"
    else:
        headers["Content-Length"] = str(payload.length)


def _cookies(call: Call[Any]) -> str:
    given = [each for each in call.cookie if is_given(each.value)]
    # Encoded whole, a value holds nothing that a header may not hold.
    return "; ".join(f"{each.key}={percent(each.one_text(), each.argument)}" for each in given)
