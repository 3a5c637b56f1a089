"""Measure http.client and json of the standard library, as a lower bound."""

from __future__ import annotations

import http.client
import json
from urllib.parse import urlsplit

from common import main, measured

HEADERS = {"Authorization": "Bearer key", "Accept": "application/json"}


def get(base_url: str, path: str, times: int) -> dict[str, float]:
    connection = http.client.HTTPConnection(urlsplit(base_url).netloc)

    def run() -> object:
        connection.request("GET", path, headers=HEADERS)
        return json.loads(connection.getresponse().read())

    return measured(run, times)


main(
    {
        "one": lambda base_url: get(base_url, "/api/v2/images/models/1", 1000),
        "list": lambda base_url: get(base_url, "/api/v2/images/models", 500),
    }
)
