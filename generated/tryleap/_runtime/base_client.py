"""What the sync and the async client share: options, credentials, and an engine on a connection pool."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import Any, ClassVar, Self

from . import log
from .clock import Clock
from .drift import DriftLog
from .engine import Engine
from .options import DEFAULT_TIMEOUT, ClientOptions, NotGiven, checked_options
from .package_settings import Settings
from .request.base_url import checked_base_url
from .request.credentials import resolve
from .request.headers import checked_headers
from .transport.pool import Pool


class BaseClient:
    """The base of both clients. A rendered class sets `_settings`, and declares the options with types."""

    _settings: ClassVar[Settings]
    _engine: Engine

    def __init__(
        self, credentials: Mapping[str, Any], *, base_url: str | None = None, **options: Any
    ) -> None:
        """Create a client.

        Args:
            credentials: The credentials by argument; None if not given.
            base_url: The URL of the service; by default PREFIX_BASE_URL of the environment, else the
                document's server.
            options: The other options; see `ClientOptions`.

        Raises:
            BaseError: There is no credential, or the URL is plain http to another host.
            TypeError: An argument is of the wrong type.
            ValueError: An argument has an invalid value.
        """
        settings = self._settings
        variable = f"{settings.environment_prefix}_BASE_URL"
        url = base_url if base_url is not None else os.environ.get(variable)
        allow = options.get("allow_insecure_http", False)
        checked_url = checked_base_url(url or settings.base_url, allow_insecure_http=allow)
        given = {
            "timeout": dict(DEFAULT_TIMEOUT),
            "base_url_variable": variable if url and base_url is None else None,
            **checked_options(options),
        }
        self._set_up(ClientOptions(checked_url, **given), self._resolved(credentials), None)

    def _resolved(self, credentials: Mapping[str, Any]) -> dict[str, Any]:
        settings = self._settings
        return resolve(settings.credentials, credentials, needs_one=settings.needs_credential)

    def _set_up(
        self, options: ClientOptions, values: dict[str, Any], parent: Engine | None, *, is_idle: bool = False
    ) -> None:
        # Before there is a pool: a client that cannot be created leaves nothing to close.
        checked_headers("default_headers", options.default_headers)
        log.configure(f"{self._settings.environment_prefix}_LOG")
        is_same_hook = parent is not None and parent.options.on_drift is options.on_drift
        drift = parent.drift if parent is not None and is_same_hook else DriftLog(options.on_drift)
        clock = Clock() if parent is None else parent.clock
        # A copy shares the connections of its parent, and does not own them.
        self._owns_pool = parent is None
        pool = self._make_pool(options, is_idle=is_idle) if parent is None else parent.pool
        self._engine = Engine(self._settings, options, values=values, pool=pool, clock=clock, drift=drift)

    def _make_pool(self, options: ClientOptions, *, is_idle: bool) -> Pool[Any]:
        raise NotImplementedError

    def _copy(self, credentials: Mapping[str, Any], **options: Any) -> Self:
        """Return a copy with other options on the same connections. What is NOT_GIVEN stays as it is."""
        current = self._engine.options
        changes = checked_options(options)
        if "base_url" in changes:
            changes["base_url_variable"] = None
        changes["base_url"] = checked_base_url(
            changes.get("base_url", current.base_url),
            allow_insecure_http=changes.get("allow_insecure_http", current.allow_insecure_http),
        )
        given = {name: value for name, value in credentials.items() if not isinstance(value, NotGiven)}
        copy = self.__class__.__new__(self.__class__)
        values = self._resolved({**self._engine.values, **given})
        copy._set_up(ClientOptions(**{**vars(current), **changes}), values, self._engine)
        return copy

    def _shut_pool(self) -> Any:
        """Close the pool; return the HTTP client that is left to close, or None if it is not ours."""
        return self._engine.pool.shut() if self._owns_pool else None

    def _credential(self, argument: str) -> Any:
        return self._engine.values.get(argument)

    def _set_credential(self, argument: str, value: Any) -> None:
        self._engine.set_value(argument, value)

    def __getstate__(self) -> dict[str, Any]:
        """Pickle without connections. The pickle contains the credentials: protect it like them."""
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
