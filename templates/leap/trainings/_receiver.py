"""An ASGI application that receives webhooks, to be mounted in another one or served by itself."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, MutableMapping
from typing import TYPE_CHECKING, Any, TypeAlias, cast

from ..errors import LeapError
from ..webhooks import WebhookBodyError, WebhookVerificationError
from ._states import ENDED
from ._webhooks import MAX_BODY_BYTES

if TYPE_CHECKING:
    from ._async.trainings import AsyncTrainings
    from ._training import Training

Message: TypeAlias = MutableMapping[str, Any]
Receive: TypeAlias = Callable[[], Awaitable[Message]]
Send: TypeAlias = Callable[[Message], Awaitable[None]]


class _TooLargeError(Exception):
    """The body is longer than any of the service."""


class Receiver:
    """The application.

    It answers 204 where the call was handled, 403 and 400 where its URL or its body is wrong, 413 where the
    body is too large, and 503 where the service cannot be asked, so that it calls again.

    Args:
        trainings: The journal, open.
        on_ended: Called with each training that has ended.
        public_url: The address that was given to `webhook_url`; None where the application sees it itself.
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
            await _live(receive, send)
            return
        if scope["type"] != "http":
            raise ValueError(f"a receiver of webhooks speaks http, not {scope['type']}")
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
        if self._on_ended is not None and training.state in ENDED:
            await self._trainings._tell(self._on_ended, training.key)
        return 204

    def _url(self, scope: MutableMapping[str, Any]) -> str:
        query = scope.get("query_string", b"").decode("latin-1")
        if self._public_url is not None:
            return (
                f"{self._public_url}{'&' if '?' in self._public_url else '?'}{_own(query, self._public_url)}"
            )
        headers = dict(scope.get("headers", ()))
        host = headers.get(b"host", b"").decode("latin-1")
        path = scope.get("raw_path") or scope["path"].encode()
        return f"{scope.get('scheme', 'http')}://{host}{path.decode('latin-1')}?{query}"


def _own(query: str, public_url: str) -> str:
    """The part of a query that `webhook_url` has added."""
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


async def _live(receive: Receive, send: Send) -> None:
    while True:
        message = await receive()
        await send({"type": f"{message['type']}.complete"})
        if message["type"] == "lifespan.shutdown":
            return


class Receiving:
    """What only the async class can do with webhooks."""

    def receiver(
        self,
        on_ended: Callable[[Training], object] | None = None,
        *,
        public_url: str | None = None,
    ) -> Receiver:
        """Return an ASGI application that receives webhooks: mount it, or serve it by itself.

        Args:
            on_ended: Called with each training that has ended, after the service has confirmed it: at least
                once for each, and again where it has raised. It may be an async function.
            public_url: What `webhook_url` was given, where a proxy lets the application see another address.

        Returns:
            The application. The journal must be open while it serves.
        """
        # The only class that inherits it.
        return Receiver(cast("AsyncTrainings", self), on_ended, public_url)
