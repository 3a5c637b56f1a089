"""A client of this API that nobody here wrote goes through all four operations on the simulator."""

from __future__ import annotations

import hashlib
import json
import os
from pathlib import Path

import pytest

from tests.conformance.tools import HERE, python_of, succeeded
from tryleap.simulator import running

pytestmark = pytest.mark.heavy

KEY = "key-of-the-existing-client"
IMAGE = b"\x89PNG\r\n\x1a\n" + os.urandom(100_000)


def test_all_four_operations(tmp_path: Path) -> None:
    """It trains by URLs and by files, lists, gets and deletes, and meets the errors that it should."""
    image = tmp_path / "me.png"
    image.write_bytes(IMAGE)
    with running(tokens=[KEY], training_seconds=1e9) as simulator:
        program = (python_of("leap-python-sdk"), str(HERE / "existing_client.py"))
        said = succeeded(*program, simulator.base_url, KEY, str(image))
        operations = {request.operation for request in simulator.requests}
        by_urls, by_files = simulator.uploads

    found = json.loads(said)
    model = found["by_urls"]
    texts = {"name": "Alex", "subjectKeyword": "@me", "subjectType": "cat"}
    assert operations == {"listAllModels", "trainModel", "getModel", "deleteModel"}
    assert model.items() > {**texts, "status": "queued"}.items()
    assert model["imageSamples"] == ["https://example.com/1.jpg", "https://example.com/2.jpg"]
    assert found["listed"] == {"models": [model, found["by_files"]]}
    assert found["got"] == found["deleted"] == model
    assert {key: found[key] for key in found if key.startswith("status")} == {
        "status once deleted": 404,
        "status with a wrong key": 401,
        "status without images": 400,
    }
    assert by_files.fields == {key: [value] for key, value in texts.items()}
    assert [file.sha256 for file in by_files.files] == [hashlib.sha256(IMAGE).hexdigest()] * 2
    assert by_urls.files == []
