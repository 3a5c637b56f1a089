"""Provide an ASGI application that receives webhooks. It can be mounted in another one or run alone."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, MutableMapping
from typing import TYPE_CHECKING, Any, TypeAlias, cast

from ..errors import LeapError
from ..webhooks import WebhookBodyError, WebhookVerificationError
from ._webhooks import MAX_BODY_BYTES

if TYPE_CHECKING:
    from ._async.trainings import AsyncTrainings
    from ._training import Training

Message: TypeAlias = MutableMapping[str, Any]
Receive: TypeAlias = Callable[[], Awaitable[Message]]
Send: TypeAlias = Callable[[Message], Awaitable[None]]


class _TooLargeError(Exception):
    """The body exceeds the limit."""


class Receiver:
    """The ASGI application.

    It responds with 204 if it handled the webhook, 403 if the URL is invalid, 400 if the body is invalid, 413
    if the body is too large, and 503 if the model cannot be fetched, so that the webhook is sent again.

    Args:
        trainings: The journal, open.
        on_ended: Called with each training that has ended.
        public_url: The URL that was passed to `webhook_url`; None to use the URL of the request.
    """

    def __init__(
        self,
        trainings: AsyncTrainings,
        on_ended: Callable[[Training], object] | None,
        public_url: str | None,
    ) -> None:
        self._trainings = trainings
        self._on_ended = on_ended
        self._public_url = public_url

    async def __call__(self, scope: MutableMapping[str, Any], receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await _handle_lifespan(receive, send)
            return
        if scope["type"] != "http":
            raise ValueError(f"the receiver supports http, not {scope['type']}")
        status = 405 if scope["method"] != "POST" else await self._handle(scope, receive)
        await send({"type": "http.response.start", "status": status, "headers": [(b"content-length", b"0")]})
        await send({"type": "http.response.body", "body": b""})

    async def _handle(self, scope: MutableMapping[str, Any], receive: Receive) -> int:
        try:
            body = await _body(receive)
            training = await self._trainings.handle_webhook(self._url(scope), body)
        except _TooLargeError:
            return 413
        except WebhookVerificationError:
            return 403
        except WebhookBodyError:
            return 400
        except LeapError:
            return 503
        if self._on_ended is not None:
            # Not inside the try: what `on_ended` raises must reach the server, which responds with 500.
            await self._trainings._notify(self._on_ended, training.key)
        return 204

    def _url(self, scope: MutableMapping[str, Any]) -> str:
        query = scope.get("query_string", b"").decode("latin-1")
        if self._public_url is not None:
            separator = "&" if "?" in self._public_url else "?"
            return f"{self._public_url}{separator}{_added_query(query, self._public_url)}"
        headers = dict(scope.get("headers", ()))
        host = headers.get(b"host", b"").decode("latin-1")
        path = scope.get("raw_path") or scope["path"].encode()
        return f"{scope.get('scheme', 'http')}://{host}{path.decode('latin-1')}?{query}"


def _added_query(query: str, public_url: str) -> str:
    """Return the part of a query that `webhook_url` added."""
    return query.removeprefix(f"{public_url.partition('?')[2]}&") if "?" in public_url else query


async def _body(receive: Receive) -> bytes:
    body = bytearray()
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            return bytes(body)
        body += message.get("body", b"")
        if len(body) > MAX_BODY_BYTES:
            raise _TooLargeError
        if not message.get("more_body", False):
            return bytes(body)


async def _handle_lifespan(receive: Receive, send: Send) -> None:
    while True:
        message = await receive()
        await send({"type": f"{message['type']}.complete"})
        if message["type"] == "lifespan.shutdown":
            return


class ReceiverMixin:
    """Adds `receiver` to the async class."""

    def receiver(
        self,
        on_ended: Callable[[Training], object] | None = None,
        *,
        public_url: str | None = None,
    ) -> Receiver:
        """Return an ASGI application that receives webhooks. Mount it, or run it alone.

        Args:
            on_ended: Called with each training that has ended, after the service has confirmed it: at least
                once for each training, and again if it raised. It may be an async function.
            public_url: The URL that was passed to `webhook_url`. Needed if a proxy makes the application
                see another address.

        Returns:
            The application. The journal must stay open while it runs.
        """
        # The only class that inherits it.
        return Receiver(cast("AsyncTrainings", self), on_ended, public_url)
