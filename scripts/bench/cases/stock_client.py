"""The output of openapi-python-client's own templates for the same document (package `stock`)."""

from __future__ import annotations

from common import main, measured
from stock import AuthenticatedClient
from stock.api.image_models import get_model, list_all_models


def one(base_url: str) -> dict[str, float]:
    client = AuthenticatedClient(base_url=base_url, token="key")
    return measured(lambda: get_model.sync("1", client=client), 1000)


def listed(base_url: str) -> dict[str, float]:
    client = AuthenticatedClient(base_url=base_url, token="key")
    return measured(lambda: list_all_models.sync(client=client), 300)


main({"one": one, "list": listed})
