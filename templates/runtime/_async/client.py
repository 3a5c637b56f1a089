"""The base of the client: creating and closing its connections."""

from __future__ import annotations

from types import TracebackType
from typing import Self

from ..base_client import BaseClient
from ..concurrency_async import HTTPClient, new_http_client
from ..options import ClientOptions
from ..transport.pool import Pool


class AsyncAPIClient(BaseClient):
    """The base of the rendered client."""

    def _make_pool(self, options: ClientOptions, *, is_idle: bool) -> Pool[HTTPClient]:
        return Pool(HTTPClient, new_http_client, options, type(self).__name__, is_idle=is_idle)

    async def close(self) -> None:
        """Close the connections, unless they are those of another client or of your own HTTP client."""
        client = self._shut_pool()
        if client is not None:
            await client.aclose()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        problem: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        await self.close()
