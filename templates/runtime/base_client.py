"""What the sync and the async client share: options in, an engine on a pool of connections."""

from __future__ import annotations

import os
import ssl
from collections.abc import Mapping
from typing import Any, ClassVar, Self

from . import log
from ._package import httpx
from .clock import Clock
from .drift import DriftHook, DriftLog
from .engine import Engine
from .options import (
    DEFAULT_MAX_RESPONSE_BYTES,
    DEFAULT_MAX_RESPONSE_VALUES,
    DEFAULT_MAX_RETRIES,
    DEFAULT_TIMEOUT,
    NOT_GIVEN,
    ClientOptions,
    NotGiven,
    TimeoutTypes,
    checked_deadline,
    checked_limit,
    checked_retries,
    timeout_phases,
)
from .request.base_url import checked_base_url
from .request.credentials import resolve
from .request.headers import checked_headers
from .settings import Settings
from .transport.pool import Pool


class BaseClient:
    """The base of both clients. Rendered classes set `_settings` and repeat the arguments with types."""

    _settings: ClassVar[Settings]
    _engine: Engine

    def __init__(
        self,
        credentials: Mapping[str, Any],
        *,
        base_url: str | None = None,
        timeout: TimeoutTypes | NotGiven = NOT_GIVEN,
        deadline: float | None = None,
        max_retries: int = DEFAULT_MAX_RETRIES,
        strict: bool = False,
        default_headers: Mapping[str, str] | None = None,
        proxy: httpx.Proxy | str | None = None,
        verify: ssl.SSLContext | bool = True,
        http2: bool = False,
        allow_insecure_http: bool = False,
        on_drift: DriftHook | None = None,
        max_response_bytes: int = DEFAULT_MAX_RESPONSE_BYTES,
        max_response_values: int = DEFAULT_MAX_RESPONSE_VALUES,
        http_client: Any = None,
    ) -> None:
        """Make a client.

        Args:
            credentials: The arguments for authentication by name; None where not given.
            base_url: Where the service is; else PREFIX_BASE_URL of the environment, else the document's
                server.
            timeout: Seconds, or an `httpx.Timeout`, for one attempt.
            deadline: Seconds of wall clock for a whole call, retries included; None for no limit.
            max_retries: How often a call may be repeated.
            strict: Whether a response that is not as documented raises.
            default_headers: Headers of every request.
            proxy: As httpx takes it.
            verify: As httpx takes it.
            http2: Whether HTTP/2 is offered.
            allow_insecure_http: Whether credentials may go over plain http to other machines.
            on_drift: Called once for each kind of difference between responses and the document.
            max_response_bytes: Bytes of an answer, unpacked, that are read at most.
            max_response_values: Values of JSON that an answer may hold.
            http_client: The caller's own HTTP client, which is never closed here.

        Raises:
            BaseError: There is no credential, or the address is plain http to another machine.
            TypeError: An argument is of the wrong type.
            ValueError: An argument has a value that cannot be used.
        """
        settings = self._settings
        variable = f"{settings.environment_prefix}_BASE_URL"
        url = base_url if base_url is not None else os.environ.get(variable)
        options = ClientOptions(
            base_url=checked_base_url(url or settings.base_url, allow_insecure_http=allow_insecure_http),
            timeout=dict(DEFAULT_TIMEOUT) if isinstance(timeout, NotGiven) else timeout_phases(timeout),
            deadline=checked_deadline(deadline),
            max_retries=checked_retries(max_retries),
            strict=strict,
            default_headers=default_headers,
            allow_insecure_http=allow_insecure_http,
            on_drift=on_drift,
            proxy=proxy,
            verify=verify,
            http2=http2,
            max_response_bytes=checked_limit("max_response_bytes", max_response_bytes),
            max_response_values=checked_limit("max_response_values", max_response_values),
            http_client=http_client,
            base_url_variable=variable if url and base_url is None else None,
        )
        self._set_up(
            options, resolve(settings.credentials, credentials, needs_one=settings.needs_credential), None
        )

    def _set_up(
        self, options: ClientOptions, values: dict[str, Any], parent: Engine | None, *, is_idle: bool = False
    ) -> None:
        # Before there is a pool: a client that could not be made leaves nothing to close.
        checked_headers("default_headers", options.default_headers)
        log.configure(f"{self._settings.environment_prefix}_LOG")
        is_same_hook = parent is not None and parent.options.on_drift is options.on_drift
        drift = parent.drift if parent is not None and is_same_hook else DriftLog(options.on_drift)
        clock = Clock() if parent is None else parent.clock
        # A copy shares the connections, and does not own them.
        self._owns_pool = parent is None
        pool = self._make_pool(options, is_idle=is_idle) if parent is None else parent.pool
        self._engine = Engine(self._settings, options, values=values, pool=pool, clock=clock, log=drift)

    def _make_pool(self, options: ClientOptions, *, is_idle: bool) -> Pool[Any]:
        raise NotImplementedError

    def _copy(
        self,
        credentials: Mapping[str, Any],
        *,
        base_url: str | NotGiven = NOT_GIVEN,
        timeout: TimeoutTypes | NotGiven = NOT_GIVEN,
        deadline: float | None | NotGiven = NOT_GIVEN,
        max_retries: int | NotGiven = NOT_GIVEN,
        strict: bool | NotGiven = NOT_GIVEN,
        default_headers: Mapping[str, str] | None | NotGiven = NOT_GIVEN,
        allow_insecure_http: bool | NotGiven = NOT_GIVEN,
        on_drift: DriftHook | None | NotGiven = NOT_GIVEN,
        max_response_bytes: int | NotGiven = NOT_GIVEN,
        max_response_values: int | NotGiven = NOT_GIVEN,
    ) -> Self:
        """Make a copy with other options on the same connections; what is not given stays."""
        mine = self._engine.options
        allow = mine.allow_insecure_http if isinstance(allow_insecure_http, NotGiven) else allow_insecure_http
        url = mine.base_url if isinstance(base_url, NotGiven) else base_url
        options = mine._replace(
            base_url=checked_base_url(url, allow_insecure_http=allow),
            base_url_variable=mine.base_url_variable if isinstance(base_url, NotGiven) else None,
            timeout=mine.timeout if isinstance(timeout, NotGiven) else timeout_phases(timeout),
            deadline=mine.deadline if isinstance(deadline, NotGiven) else checked_deadline(deadline),
            max_retries=mine.max_retries
            if isinstance(max_retries, NotGiven)
            else checked_retries(max_retries),
            strict=mine.strict if isinstance(strict, NotGiven) else strict,
            default_headers=mine.default_headers
            if isinstance(default_headers, NotGiven)
            else default_headers,
            allow_insecure_http=allow,
            on_drift=mine.on_drift if isinstance(on_drift, NotGiven) else on_drift,
            max_response_bytes=mine.max_response_bytes
            if isinstance(max_response_bytes, NotGiven)
            else checked_limit("max_response_bytes", max_response_bytes),
            max_response_values=mine.max_response_values
            if isinstance(max_response_values, NotGiven)
            else checked_limit("max_response_values", max_response_values),
        )
        given = {name: value for name, value in credentials.items() if not isinstance(value, NotGiven)}
        made = self.__class__.__new__(self.__class__)
        made._set_up(
            options,
            resolve(
                self._settings.credentials,
                {**self._engine.values, **given},
                needs_one=self._settings.needs_credential,
            ),
            self._engine,
        )
        return made

    def _shut_pool(self) -> Any:
        """Count as closed; returns the HTTP client to close, or None where it is not ours to close."""
        return self._engine.pool.shut() if self._owns_pool else None

    def _credential(self, argument: str) -> Any:
        return self._engine.values.get(argument)

    def _set_credential(self, argument: str, value: Any) -> None:
        self._engine.set_value(argument, value)

    def __getstate__(self) -> dict[str, Any]:
        """Pickle without connections. The pickle holds the credentials: keep it as you keep them."""
        engine = self._engine
        if engine.options.http_client is not None:
            raise TypeError(
                f"a {type(self).__name__} around your own http_client cannot be pickled: "
                "make one without it, or make one in each process"
            )
        return {"options": engine.options, "values": engine.values}

    def __setstate__(self, state: dict[str, Any]) -> None:
        self._set_up(state["options"], state["values"], None, is_idle=True)

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self._engine.options.base_url}>"
