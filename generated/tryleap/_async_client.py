"""The async client."""

from __future__ import annotations

import ssl
from collections.abc import Mapping
from functools import cached_property
from typing import TYPE_CHECKING, Self

from ._runtime._async.client import AsyncAPIClient
from ._runtime._package import httpx
from ._runtime.drift import DriftHook
from ._runtime.options import (
    DEFAULT_MAX_RESPONSE_BYTES,
    DEFAULT_MAX_RESPONSE_VALUES,
    DEFAULT_MAX_RETRIES,
    NOT_GIVEN,
    AsyncSecretTypes,
    NotGiven,
    TimeoutTypes,
)
from ._settings import SETTINGS
from .resources.async_image_models import AsyncImageModels


class AsyncLeap(AsyncAPIClient):
    """The async client. Tasks can share it. It survives a fork, and can be pickled without its connections.

    A pickled client contains its credentials: protect the pickle like them.
    """

    _settings = SETTINGS

    def __init__(
        self,
        access_token: AsyncSecretTypes | None = None,
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
        http_client: httpx.AsyncClient | None = None,
    ) -> None:
        """Create a client.

        Args:
            access_token: An API key of the workspace, created in the Leap dashboard. Also a callable that
                returns it, called before each request; `LEAP_API_KEY` by default.
            base_url: The URL of the service; the variable `LEAP_BASE_URL`, else https://api.tryleap.ai, by default.
            timeout: Seconds, or an `httpx.Timeout`, that one attempt may take. The default is 10 s to connect, 60 s for
                each read, 300 s for each write and 60 s for a free connection. None sets no limit.
            deadline: Seconds of wall clock for a whole call, retries included; None for no limit.
                It does not interrupt a credential callable that blocks.
            max_retries: How many times a call may be retried where that is safe; 0 disables retries.
            strict: Whether a response that is not as documented raises `ResponseDecodeError`.
            default_headers: Headers sent with every request.
            proxy: The URL of a proxy, or an `httpx.Proxy`. Without it, the usual environment variables apply.
            verify: False to trust any certificate, or an `ssl.SSLContext`.
            http2: Whether to offer HTTP/2; needs the extra `http2`. All calls then share one connection, and cancelling one
                may make others fail.
            allow_insecure_http: Whether credentials may be sent over plain http to a host that is not this machine.
            on_drift: Called once for each kind of difference between responses and the document.
            max_response_bytes: The largest response that is read, in bytes after decompression. A larger one
                raises `ResponseDecodeError`.
            max_response_values: The largest number of JSON values in a response, likewise.
            http_client: Your own `httpx.AsyncClient`, which the client never closes. `proxy`, `verify` and `http2`
                are then ignored; configure them on your own client.

        Raises:
            LeapError: There is no credential, or `base_url` is plain http to another host.
            ValueError: An argument has an invalid value.
            TypeError: An argument is of the wrong type.
        """
        super().__init__(
            {
                "access_token": access_token,
            },
            base_url=base_url,
            timeout=timeout,
            deadline=deadline,
            max_retries=max_retries,
            strict=strict,
            default_headers=default_headers,
            proxy=proxy,
            verify=verify,
            http2=http2,
            allow_insecure_http=allow_insecure_http,
            on_drift=on_drift,
            max_response_bytes=max_response_bytes,
            max_response_values=max_response_values,
            http_client=http_client,
        )

    # Type checkers reject these arguments. At run time, name the right one.
    if not TYPE_CHECKING:

        def __new__(cls, *_: object, **options: object) -> Self:
            for name in ("api_key", "api_token", "auth_token", "bearer_token", "key", "token"):
                if name in options and cls.__init__ is AsyncLeap.__init__:
                    raise TypeError(
                        f"{cls.__name__}() takes no {name!r}: give access_token=..., or set LEAP_API_KEY"
                    )
            return super().__new__(cls)

        # Tools that show signatures read this attribute first.
        __new__.__wrapped__ = __init__

    @property
    def access_token(self) -> AsyncSecretTypes:
        """The credential, or the callable that returns it. Setting it does not affect copies by `with_options`."""
        given: AsyncSecretTypes = self._credential("access_token")
        return given

    @access_token.setter
    def access_token(self, value: AsyncSecretTypes) -> None:
        self._set_credential("access_token", value)

    @cached_property
    def image_models(self) -> AsyncImageModels:
        """The image models of a workspace, and their training."""
        return AsyncImageModels(self._engine)

    @property
    def train_image_models(self) -> AsyncImageModels:
        """Alias of `image_models`."""
        return self.image_models

    def with_options(
        self,
        *,
        access_token: AsyncSecretTypes | NotGiven = NOT_GIVEN,
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
        """Return a copy with other options that shares the connections of this client.

        Args:
            access_token: See the constructor. Options that are not given are unchanged.
            base_url: See the constructor.
            timeout: See the constructor.
            deadline: See the constructor.
            max_retries: See the constructor.
            strict: See the constructor.
            default_headers: Replace the client's.
            allow_insecure_http: See the constructor.
            on_drift: See the constructor.
            max_response_bytes: See the constructor.
            max_response_values: See the constructor.

        Returns:
            The copy. Closing it does not close the connections.
        """
        return self._copy(
            {
                "access_token": access_token,
            },
            base_url=base_url,
            timeout=timeout,
            deadline=deadline,
            max_retries=max_retries,
            strict=strict,
            default_headers=default_headers,
            allow_insecure_http=allow_insecure_http,
            on_drift=on_drift,
            max_response_bytes=max_response_bytes,
            max_response_values=max_response_values,
        )

    async def aclose(self) -> None:
        """Alias of `close`, for code that expects httpx's name."""
        await self.close()
