"""How hard these tests look, and a transport that notes what would be sent."""

from __future__ import annotations

import json
from typing import Any

import httpx
from hypothesis import settings

from tryleap import Leap

# Found examples would be kept in the working folder; a slow machine is no failure.
settings.register_profile("properties", deadline=None, database=None, max_examples=150)
settings.load_profile("properties")

MODEL = {
    "id": "m1",
    "name": "Alex",
    "createdAt": "2024-05-01T10:00:00.000Z",
    "subjectKeyword": "@me",
    "subjectType": "person",
    "status": "queued",
    "imageSamples": [],
}


class Sent:
    """A client whose requests go nowhere but are noted here, as the server would have them."""

    def __init__(self) -> None:
        self.requests: list[httpx.Request] = []
        self.http_client = httpx.Client(transport=httpx.MockTransport(self._note), trust_env=False)
        self.leap = Leap("key", base_url="https://api.example", http_client=self.http_client)

    def _note(self, request: httpx.Request) -> httpx.Response:
        request.read()
        self.requests.append(request)
        listing: dict[str, Any] = {"models": [MODEL]}
        return httpx.Response(200, json=listing if request.url.path.endswith("/models") else MODEL)

    def body(self) -> tuple[bytes, bytes]:
        """The last request's media type and body."""
        request = self.requests[-1]
        return request.headers["Content-Type"].encode(), request.content

    def __enter__(self) -> Sent:  # noqa: PYI034, a helper of these tests alone
        return self

    def __exit__(self, *problem: object) -> None:
        self.leap.close()
        self.http_client.close()


def same_json(one: Any, other: Any) -> bool:
    """Whether two values are the same JSON, with types: 1 is neither true nor 1.0."""
    return json.dumps(one, sort_keys=True) == json.dumps(other, sort_keys=True)
