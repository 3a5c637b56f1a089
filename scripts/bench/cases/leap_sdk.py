"""leap-python-sdk, another client of this API."""

from __future__ import annotations

from common import main, measured
from leap import Leap


def one(base_url: str) -> dict[str, float]:
    leap = Leap(host=base_url, access_token="key")
    return measured(lambda: leap.image_models.get_model(model_id="1"), 300)


def listed(base_url: str) -> dict[str, float]:
    leap = Leap(host=base_url, access_token="key")
    return measured(leap.image_models.list_all_models, 50)


main({"one": one, "list": listed})
