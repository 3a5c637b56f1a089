"""What newcomers get wrong: nothing is sent, and the message names the thing and the way out."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

import tryleap
from tests.support.modes import BOTH, Mode
from tryleap import Leap
from tryleap.models import ModelV2Entity
from tryleap.simulator import Simulator

MODEL = ModelV2Entity.from_dict({"id": "5f9b9c0e", "name": "Alex", "status": "queued"})
URL = "https://example.com/me-1.jpg"


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A working directory with a folder in it, which is empty."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "photos").mkdir()


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"image_sample_files": "me-1.jpg"}, "for a single file give [image_sample_files]"),
        ({"image_sample_files": Path("me-1.jpg")}, "for a single file give [image_sample_files]"),
        ({"image_sample_files": "photos/"}, 'those of a directory sorted(Path(directory).glob("*.jpg"))'),
        ({"image_sample_files": {"me": "me-1.jpg"}}, "image_sample_files must be a list, not dict"),
        (
            {"image_sample_files": ["photos"]},
            "give the images in it, as sorted(Path('photos').glob(\"*.jpg\"))",
        ),
        ({"image_sample_files": ["photos/*.jpg"]}, "give sorted(Path('photos').glob('*.jpg'))"),
        ({"image_sample_files": ["~/me.jpg"]}, "give Path('~/me.jpg').expanduser()"),
        ({"image_sample_files": ["nope.jpg"]}, "there is no file 'nope.jpg' in the current directory, '"),
        ({"image_sample_files": [URL]}, "it is a URL: give it by an argument that takes URLs"),
        (
            {"image_sample_files": ["data:image/png;base64,AA"]},
            "it is a data URI: decode it and give the bytes",
        ),
        ({"image_sample_files": [None]}, "image_sample_files[0] must be a path, bytes, a binary file object"),
        ({"image_sample_files": []}, "image_sample_files has 0 items"),
        ({"image_sample_urls": URL}, "for a single one give [image_sample_urls]"),
        ({"image_sample_urls": ["me-1.jpg"]}, "image_sample_urls[0] must be a URL that begins with http"),
        ({"image_sample_urls": [URL], "image_sample_files": ["photos/1.jpg"]}, "takes exactly one of"),
        ({"name": "Alex"}, "takes exactly one of image_sample_urls and image_sample_files: none was given"),
        ({"image_sample_urls": [URL], "name": 5}, "name must be a string, not int"),
        (
            {"image_sample_urls": [URL], "webhook_url": "example.com/hook"},
            "webhook_url must be a URL that begins",
        ),
    ],
)
def test_a_training(
    call: Any,
    simulator: Simulator,
    arguments: dict[str, Any],
    message: str,
) -> None:
    """Wrong arguments of a training are refused before it is sent, and billed."""
    before = len(simulator.requests)
    with pytest.raises((TypeError, ValueError)) as caught:
        call(simulator.base_url, "train_model", **arguments)

    assert message in str(caught.value)
    assert len(simulator.requests) == before


@pytest.mark.parametrize(
    ("method", "value", "message"),
    [
        ("get_model", MODEL, "model_id must be a string, not a ModelV2Entity: give the id of it"),
        ("delete_model", MODEL, "model_id must be a string, not a ModelV2Entity: give the id of it"),
        ("get_model", None, "model_id must be a string, not None"),
        ("delete_model", "", "model_id must not be ''"),
        ("wait_for_model", "", "model_id must not be ''"),
        ("wait_for_model", [MODEL], "model_id must be a string, not list"),
    ],
)
def test_an_id(call: Any, simulator: Simulator, method: str, value: Any, message: str) -> None:
    """What is no id is refused."""
    before = len(simulator.requests)
    with pytest.raises((TypeError, ValueError)) as caught:
        call(simulator.base_url, method, value)

    assert message in str(caught.value)
    assert len(simulator.requests) == before


@BOTH
@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({}, "There is no credential: pass access_token=..., or set the environment variable LEAP_API_KEY"),
        (
            {"access_token": "key-1\n"},
            "access_token has a space or a line break at its beginning or end: strip it",
        ),
        ({"access_token": '"key-1"'}, "access_token is in quotation marks: remove them"),
        ({"access_token": "Bearer key-1"}, 'access_token begins with "Bearer ": leave that word out'),
        ({"api_key": "key-1"}, "takes no 'api_key': give access_token=..., or set LEAP_API_KEY"),
        ({"access_token": "key-1", "base_url": "http://api.tryleap.ai"}, "Use https://"),
        (
            {"access_token": "key-1", "base_url": "api.tryleap.ai"},
            "must be a URL with http:// or https://",
        ),
        ({"access_token": "key-1", "timeout": "5"}, "timeout must be a number of seconds"),
    ],
)
def test_a_client(mode: Mode, options: dict[str, Any], message: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A client that could not call anything is not made, and the key is in no message."""
    monkeypatch.delenv("LEAP_API_KEY", raising=False)
    with pytest.raises((tryleap.LeapError, TypeError, ValueError)) as caught:
        mode.calls(tryleap, "Leap", **options).image_models.list_all_models()

    assert message in str(caught.value)
    assert "key-1" not in str(caught.value)


@pytest.mark.parametrize(
    ("key", "message"),
    [
        ("  ", "LEAP_API_KEY is empty: pass the whole value"),
        ("key-1\r", "LEAP_API_KEY has a space or a line break at its beginning or end: strip it"),
        ("'key-1'", "LEAP_API_KEY is in quotation marks: remove them"),
        ("Bearer key-1", 'LEAP_API_KEY begins with "Bearer "'),
    ],
)
def test_a_variable(key: str, message: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A key that was pasted wrongly into the environment is refused by the variable's name."""
    monkeypatch.setenv("LEAP_API_KEY", key)
    with pytest.raises((tryleap.LeapError, ValueError)) as caught:
        Leap()

    assert str(caught.value).startswith(message)
    assert "key-1" not in str(caught.value)
