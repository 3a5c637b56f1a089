"""The output of openapi-generator's `python` generator for the same document (package `og_client`)."""

from __future__ import annotations

from common import main, measured
from og_client import ApiClient, Configuration, ImageModelsApi


def api(base_url: str) -> ImageModelsApi:
    return ImageModelsApi(ApiClient(Configuration(host=base_url, access_token="key")))


def one(base_url: str) -> dict[str, float]:
    models = api(base_url)
    return measured(lambda: models.get_model("1"), 500)


def listed(base_url: str) -> dict[str, float]:
    return measured(api(base_url).list_all_models, 100)


main({"one": one, "list": listed})
