"""The client, awaited."""

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
    """The client, awaited. It may be shared by tasks, survives a fork, and pickles without its connections.

    A pickled client holds its credentials: keep the pickle as safe as them.
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
        """Make a client.

        Args:
            access_token: An API key of the workspace, created in the Leap dashboard. Also a callable that
                returns it, asked before each request; `LEAP_API_KEY` by default.
            base_url: Where the service is; the variable `LEAP_BASE_URL`, else https://api.tryleap.ai, by default.
            timeout: Seconds, or an `httpx.Timeout`, that one attempt may take. The default is 10 s to connect, 60 s for
                each read, 300 s for each write and 60 s for a free connection. None sets no limit.
            deadline: Seconds of wall clock for a whole call, retries included; None for no limit.
                A credential callable that blocks is waited for.
            max_retries: How often a call may be repeated where that is safe; 0 turns it off.
            strict: Whether a response that is not as documented raises `ResponseDecodeError`.
            default_headers: Headers of every request.
            proxy: The URL of a proxy, or an `httpx.Proxy`. The usual variables are read where it is not given.
            verify: False to trust any certificate, or an `ssl.SSLContext`.
            http2: Whether to offer HTTP/2; needs the extra `http2`. All calls then share one connection, and cancelling one
                may make others fail.
            allow_insecure_http: Whether credentials may be sent over plain http to a host that is not this machine.
            on_drift: Called once for each kind of difference between responses and the document.
            max_response_bytes: Bytes of a response, decompressed, that are read at most. More raise
                `ResponseDecodeError`.
            max_response_values: Values of JSON that a response may hold, likewise.
            http_client: Your own `httpx.AsyncClient`, which is never closed here; then `proxy`, `verify` and `http2`
                are its own affair.

        Raises:
            LeapError: There is no credential, or the base URL is plain http to another host.
            ValueError: An argument has a value that cannot be used.
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

    # Type checkers know the arguments, so this is for who runs without one.
    if not TYPE_CHECKING:

        def __new__(cls, *_: object, **options: object) -> Self:
            for name in ("api_key", "api_token", "auth_token", "bearer_token", "key", "token"):
                if name in options and cls.__init__ is AsyncLeap.__init__:
                    raise TypeError(
                        f"{cls.__name__}() takes no {name!r}: give access_token=..., or set LEAP_API_KEY"
                    )
            return super().__new__(cls)

        # Tools that show signatures look at it first.
        __new__.__wrapped__ = __init__

    @property
    def access_token(self) -> AsyncSecretTypes:
        """The credential, or the callable that returns it. It may be set; copies by `with_options` keep theirs."""
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
        """Another name of `image_models`."""
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
        """Make a copy with other options on the same connections, which the copy does not own.

        Args:
            access_token: As in the constructor, like all the others; what is not given stays as it is.
            base_url: See the constructor; what is not given stays as it is.
            timeout: See there.
            deadline: See there.
            max_retries: See there.
            strict: See there.
            default_headers: Take the place of the client's.
            allow_insecure_http: See there.
            on_drift: See there.
            max_response_bytes: See there.
            max_response_values: See there.

        Returns:
            The copy. Closing it closes nothing.
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
        """Another name of `close`, the one that httpx uses."""
        await self.close()
