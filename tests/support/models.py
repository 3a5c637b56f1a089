"""A model as the service describes it."""

from __future__ import annotations

from typing import Any

MODEL: dict[str, Any] = {
    "id": "1",
    "name": "Alex",
    "createdAt": "2026-01-31T12:00:00.000Z",
    "subjectKeyword": "@me",
    "subjectType": "person",
    "status": "finished",
    "imageSamples": ["https://example.com/1.jpg"],
}
