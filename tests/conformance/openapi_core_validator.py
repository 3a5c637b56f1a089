"""Validates requests with openapi-core, in an environment of its own: it imports nothing of this project.

Reads the document's path and the requests as JSON; prints, for each, what is wrong with it, or null.
"""

from __future__ import annotations

import base64
import json
import sys
from typing import Any
from urllib.parse import parse_qs, urlsplit

from openapi_core import OpenAPI
from openapi_core.testing import MockRequest


def problem_of(api: OpenAPI, request: dict[str, Any]) -> str | None:
    """What is wrong with one request; None where nothing is."""
    parts = urlsplit(request["target"])
    arrived = MockRequest(
        "https://api.tryleap.ai",
        request["method"].lower(),
        parts.path,
        args=parse_qs(parts.query, keep_blank_values=True),
        headers=dict(request["headers"]),
        data=base64.b64decode(request["body"]),
        content_type=request["content_type"] or "",
    )
    try:
        api.validate_request(arrived)
    except Exception as problem:  # noqa: BLE001 - whatever it raises is what it found
        return f"{type(problem).__name__}: {problem.__cause__!r}"
    return None


given = json.load(sys.stdin)
validator = OpenAPI.from_file_path(given["document"])
print(json.dumps([problem_of(validator, request) for request in given["requests"]]))
