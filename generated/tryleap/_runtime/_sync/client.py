# Made from ../_async by `make generate`: change that.
"""The base of the client: creating and closing its connections."""

from __future__ import annotations

from types import TracebackType
from typing import Self

from ..base_client import BaseClient
from ..concurrency_sync import HTTPClient, new_http_client
from ..options import ClientOptions
from ..transport.pool import Pool


class SyncAPIClient(BaseClient):
    """The base of the rendered client."""

    def _make_pool(self, options: ClientOptions, *, is_idle: bool) -> Pool[HTTPClient]:
        return Pool(HTTPClient, new_http_client, options, type(self).__name__, is_idle=is_idle)

    def close(self) -> None:
        """Close the connections, unless they are those of another client or of your own HTTP client."""
        client = self._shut_pool()
        if client is not None:
            client.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        problem: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()
