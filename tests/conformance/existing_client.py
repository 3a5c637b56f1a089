"""Goes through all four operations with leap-python-sdk; runs in an environment of its own.

Takes the base URL, the key and the path of an image; prints what it was told as JSON.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from leap import Leap
from leap.exceptions import ApiException


def status_of(call: Callable[..., Any], **arguments: Any) -> int:
    """The status of a call that is refused; 0 where it is not."""
    try:
        call(**arguments)
    except ApiException as refused:
        return int(refused.status)
    return 0


def main() -> None:
    base_url, key, image = sys.argv[1:]
    models = Leap(host=base_url, access_token=key).image_models
    texts = {"name": "Alex", "subject_keyword": "@me", "subject_type": "cat"}
    urls = ["https://example.com/1.jpg", "https://example.com/2.jpg"]
    by_urls = models.train_model(**texts, image_sample_urls=urls)
    with Path(image).open("rb") as one, Path(image).open("rb") as two:
        by_files = models.train_model(**texts, image_sample_files=[one, two])
    name = by_urls.body["id"]
    print(
        json.dumps(
            {
                "by_urls": by_urls.body,
                "by_files": by_files.body,
                "listed": models.list_all_models().body,
                "got": models.get_model(model_id=name).body,
                "deleted": models.delete_model(model_id=name).body,
                "status once deleted": status_of(models.get_model, model_id=name),
                "status with a wrong key": status_of(
                    Leap(host=base_url, access_token="wrong").image_models.list_all_models
                ),
                "status without images": status_of(models.train_model, **texts),
            }
        )
    )


main()
