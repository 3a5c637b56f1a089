"""The engine of a client: all that does not change between calls, prepared once, and requests made from it.

It does no I/O, and is the same for the sync and the async client.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from ._package import httpx
from .clock import Clock
from .drift import DriftLog
from .options import NotGiven, check_callback, checked_deadline, checked_retries, timeout_phases
from .request import credentials
from .request.headers import base_headers, checked_headers

if TYPE_CHECKING:
    from collections.abc import Mapping

    from .operations import Call, Operation
    from .options import ClientOptions, Credential, RequestOptions, Settings
    from .request.bodies import Payload
    from .request.credentials import Placed
    from .transport.pool import Pool

# Addresses that were taken apart before are kept, for whoever polls or lists; more than these are not.
_MOST_ADDRESSES: Final = 256


class Plan:
    """What one call is sent with, whatever happens to its attempts.

    Args:
        url: The address.
        timeout: Seconds by phase of one attempt.
        deadline: Seconds for the whole call, or None.
        deadline_at: The moment by the clock at which it ends, or None.
        max_retries: How often it may be repeated.
        extra: Headers of this call alone.
        cookies: The value of its Cookie header as far as the document makes it, or an empty string.
    """

    __slots__ = ("cookies", "deadline", "deadline_at", "extra", "max_retries", "timeout", "url")

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
    ) -> None:
        self.url = url
        self.timeout = timeout
        self.deadline = deadline
        self.deadline_at = deadline_at
        self.max_retries = max_retries
        self.extra = extra
        self.cookies = cookies


class Engine:
    """Makes requests for one client.

    Args:
        settings: The package's settings.
        options: The client's options, checked.
        values: The values of its credentials by argument.
        pool: Its connections.
        clock: Time and chance.
        log: Who is told of departures from the document.
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
        self.values = values
        self.pool = pool
        self.clock = clock
        self.drift = log
        self._addresses: dict[str, httpx.URL] = {}
        self._default = dict(options.default_headers or {})
        self._host: bytes = httpx.URL(options.base_url).netloc
        self._proxy_secrets = credentials.secrets_of_proxy(options.proxy)
        self._base: httpx.Headers | None = None
        # What the headers of the caller's own HTTP client were when ours were put together.
        self._own_raw: list[tuple[bytes, bytes]] | None = None
        self._ready: dict[Operation[Any], tuple[httpx.Headers, list[Placed], list[str]]] = {}
        self._chosen: dict[Operation[Any], list[Credential]] = {}

    def set_value(self, argument: str, value: Any) -> None:
        """Replace a credential, for the requests to come.

        Args:
            argument: Its argument.
            value: The new value.
        """
        credential = next(each for each in self.settings.credentials if each.argument == argument)
        credentials.check(credential, value)
        # Replaced whole, as other threads may be reading.
        self.values = {**self.values, argument: value}
        self._ready = {}
        self._chosen = {}

    def plan(self, call: Call[Any], options: RequestOptions) -> Plan:
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
            from .request.parameters import header_fields

            extra = header_fields(call.header)
        if options.extra_headers is not None:
            extra = {**extra, **checked_headers("extra_headers", options.extra_headers)}
        return Plan(
            url=self._address(call.target),
            timeout=timeout,
            deadline=deadline,
            deadline_at=None if deadline is None else self.clock.monotonic() + deadline,
            max_retries=mine.max_retries if isinstance(retries, NotGiven) else checked_retries(retries),
            extra=extra,
            cookies=_cookies(call) if call.cookie else "",
        )

    def _address(self, target: str) -> httpx.URL:
        url = self._addresses.get(target)
        if url is None:
            url = httpx.URL(self.options.base_url + target)
            if len(self._addresses) >= _MOST_ADDRESSES:
                self._addresses.clear()
            self._addresses[target] = url
        return url

    def callables(self, operation: Operation[Any]) -> list[Credential]:
        """List the credentials of an operation whose values must be asked for.

        Args:
            operation: The operation.

        Returns:
            The credentials; mostly none.

        Raises:
            BaseError: The client lacks what the operation needs.
        """
        values = self.values
        return [each for each in self._used(operation) if callable(values[each.argument])]

    def _used(self, operation: Operation[Any]) -> list[Credential]:
        used = self._chosen.get(operation)
        if used is None:
            used = credentials.chosen(operation, self.settings.credentials, self.values)
            self._chosen[operation] = used
        return used

    def prepared(
        self, operation: Operation[Any], asked: Mapping[str, Any] | None
    ) -> tuple[httpx.Headers, list[Placed], list[str]]:
        """Prepare the headers of an operation.

        Args:
            operation: The operation.
            asked: The values of credentials that were asked for, or None where none need be.

        Returns:
            The headers, credentials that go elsewhere, and the texts that must not be shown.

        Raises:
            TypeError: A credential is of the wrong type.
            ValueError: A credential cannot be sent.
        """
        own = self.options.http_client
        if own is not None and own.headers.raw != self._own_raw:
            self._own_raw = own.headers.raw
            self._base = None
            self._ready = {}
        if asked is None:
            ready = self._ready.get(operation)
            if ready is not None:
                return ready
        values = self.values if asked is None else {**self.values, **asked}
        if self._base is None:
            self._base = base_headers(
                self.settings, self._host, None if own is None else own.headers, self._default
            )
        used = self._used(operation)
        placed = [credentials.place(each, values[each.argument]) for each in used]
        headers = httpx.Headers(self._base)
        if not any(name.lower() == "accept" for name in self._default):
            headers["Accept"] = operation.accept
        for each in placed:
            if each.location == "header":
                headers[each.name] = each.value
        secrets = credentials.secrets_in([values[each.argument] for each in used], placed)
        secrets += self._proxy_secrets
        made = (headers, [each for each in placed if each.location != "header"], secrets)
        if asked is None:
            self._ready[operation] = made
        return made

    def request(
        self,
        operation: Operation[Any],
        plan: Plan,
        prepared: tuple[httpx.Headers, list[Placed], list[str]],
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

    def _beyond_headers(self, request: httpx.Request, plan: Plan, elsewhere: list[Placed]) -> None:
        """Add what goes into the query and the cookies; rare."""
        from .request.parameters import percent

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
    from .request.parameters import is_given, percent

    given = [each for each in call.cookie if is_given(each.value)]
    # Encoded whole, a value holds nothing that a header may not hold.
    return "; ".join(f"{each.key}={percent(each.one_text(), each.argument)}" for each in given)
