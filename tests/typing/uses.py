"""Typed uses of the client.

This file is never run: type checkers read it, and so does the check of the next release, which holds the new
package against the uses that its predecessor promised.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, assert_type

import attrs
import httpx
from starlette.applications import Starlette
from starlette.datastructures import UploadFile
from starlette.routing import Mount
from werkzeug.datastructures import FileStorage

from tryleap import (
    APIConnectionError,
    ApiResponse,
    APIStatusError,
    AsyncLeap,
    Leap,
    LeapError,
    NotFoundError,
    TrainingFailedError,
    WaitTimeoutError,
)
from tryleap.images import ImageProblem, check_images, prepare_images
from tryleap.models import ListModelsV2Response, ModelV2Entity
from tryleap.trainings import AsyncTrainings, Reconciliation, Training, Trainings


def constructors(token: Callable[[], str]) -> None:
    """Every way to make a client."""
    Leap()
    Leap("token")
    Leap(token, base_url="http://127.0.0.1:1", timeout=10, deadline=60.0, max_retries=0, strict=True)
    Leap(
        access_token="token",
        default_headers={"X-Team": "a"},
        proxy="http://127.0.0.1:2",
        verify=False,
        http2=True,
    )
    Leap(
        "token",
        timeout=httpx.Timeout(10),
        http_client=httpx.Client(),
        allow_insecure_http=True,
        on_drift=print,
    )
    AsyncLeap("token", http_client=httpx.AsyncClient())


def uploads(leap: Leap, starlette: UploadFile, werkzeug: FileStorage) -> None:
    """The upload objects of web frameworks are files."""
    files: list[UploadFile | FileStorage] = [starlette, werkzeug]
    leap.image_models.train_model(image_sample_files=[starlette])
    leap.image_models.train_model(image_sample_files=[werkzeug, ("me.jpg", starlette), "b.jpg"])
    leap.image_models.train_model(image_sample_files=files)
    assert_type(check_images(files), list[ImageProblem])
    assert_type(prepare_images([starlette], "prepared", max_size=2048), list[Path])


def calls(leap: Leap) -> None:
    """The four operations."""
    models = leap.image_models
    assert_type(models.list_all_models(), ListModelsV2Response)
    assert_type(models.list_all_models().models, list[ModelV2Entity])
    assert_type(models.get_model("id"), ModelV2Entity)
    assert_type(models.delete_model(model_id="id", timeout=5), ModelV2Entity)
    assert_type(models.train_model(image_sample_files=[Path("a.jpg"), "b.jpg", b"bytes"]), ModelV2Entity)
    assert_type(models.train_model(image_sample_urls=["https://example.com/a.jpg"], name="x"), ModelV2Entity)
    assert_type(leap.train_image_models.get_model("id").image_samples, list[str])
    listed = models.list_all_models()
    assert_type(len(listed), int)
    assert_type(listed[0], ModelV2Entity)
    assert_type(listed[:5], list[ModelV2Entity])
    assert_type([model.id for model in listed], list[str])


def sequences(leap: Leap, paths: Sequence[Path], names: list[str], pair: tuple[str, Path]) -> None:
    """Every sequence of files."""
    models = leap.image_models
    models.train_model(image_sample_files=paths)
    models.train_model(image_sample_files=names)
    models.train_model(image_sample_files=pair)
    models.train_model(image_sample_files=sorted(Path("photos").glob("*.jpg")))
    models.train_model(image_sample_files=("a.jpg", b"bytes", Path("b.jpg")))
    models.train_model(image_sample_urls=names)
    models.train_model(image_sample_urls=("https://example.com/a.jpg",))


def files(leap: Leap) -> None:
    """Every kind of file."""
    leap.image_models.train_model(
        name="x",
        subject_keyword="@me",
        subject_type="person",
        webhook_url="https://example.com",
        image_sample_files=[
            "me.jpg",
            Path("me.jpg"),
            b"bytes",
            io.BytesIO(b"bytes"),
            ("me.jpg", b"bytes"),
            ("me.jpg", io.BytesIO(b"bytes"), "image/jpeg"),
        ],
        timeout=httpx.Timeout(10),
        deadline=None,
        max_retries=1,
        extra_headers={"X-Trace": "1"},
        on_upload_progress=lambda sent, total: (sent, total),
    )


def waiting(leap: Leap) -> None:
    """Both ways to wait."""
    assert_type(
        leap.image_models.wait_for_model("id", timeout=60, poll_interval=1, on_update=print), ModelV2Entity
    )
    assert_type(leap.image_models.wait_for_model(leap.image_models.get_model("id")), ModelV2Entity)
    model = leap.image_models.train_model_and_wait(
        image_sample_urls=["u"], wait_timeout=3600, on_update=print
    )
    assert_type(model, ModelV2Entity)


def raw(leap: Leap) -> None:
    """The whole responses."""
    models = leap.image_models.with_raw_response
    assert_type(models.get_model("id"), ApiResponse[ModelV2Entity])
    assert_type(models.train_model(image_sample_files=["a.jpg"]).data, ModelV2Entity)
    response = models.list_all_models()
    assert_type(response.data, ListModelsV2Response)
    assert_type(response.status_code, int)
    assert_type(response.content, bytes)
    assert_type(response.elapsed, timedelta)
    assert_type(response.retries_taken, int)
    assert_type(response.request_id, str | None)


async def awaited(leap: AsyncLeap) -> None:
    """The same, awaited."""
    async with leap:
        assert_type(await leap.image_models.list_all_models(), ListModelsV2Response)
        assert_type(await leap.image_models.train_model(image_sample_files=["a.jpg"]), ModelV2Entity)
        assert_type(await leap.image_models.wait_for_model("id"), ModelV2Entity)
        response = await leap.image_models.with_raw_response.delete_model("id")
        assert_type(response, ApiResponse[ModelV2Entity])


def options(leap: Leap) -> Leap:
    """Copies with other options, and the context manager."""
    with leap.with_options(timeout=5, max_retries=0) as copy:
        assert_type(copy, Leap)
    leap.access_token = "other"
    return leap


def errors(leap: Leap) -> None:
    """What errors tell."""
    try:
        leap.image_models.get_model("id")
    except NotFoundError as error:
        assert_type(error.status_code, int)
        assert_type(error.request_id, str | None)
    except APIStatusError as error:
        assert_type(error.body, Any)
    except APIConnectionError as error:
        assert_type(error.may_have_been_processed, bool)
        assert_type(error.retries_taken, int)
        assert_type((error.method, error.path), tuple[str, str])
    except (TrainingFailedError, WaitTimeoutError) as error:
        assert_type(error.model, ModelV2Entity | None)
    except LeapError as error:
        assert_type(error.model, ModelV2Entity | None)
        assert_type(error.may_have_been_processed, bool)


def models(data: dict[str, Any]) -> None:
    """Models from and to dicts."""
    model = ModelV2Entity.from_dict(data)
    assert_type(model, ModelV2Entity)
    assert_type(model.to_dict(), dict[str, Any])
    assert_type(model.to_dict(by_alias=False), dict[str, Any])
    assert_type(model.created_at_datetime, datetime | None)
    assert_type(attrs.evolve(model, name="x"), ModelV2Entity)
    assert_type(attrs.asdict(model), dict[str, Any])
    assert_type(model.status, str)
    assert_type(model.additional_properties, dict[str, Any])


def journals(leap: Leap) -> None:
    """Trainings by a journal."""
    with Trainings(leap, Path("trainings.db"), webhook_secret=["new", b"old"]) as trainings:
        url = trainings.webhook_url("https://example.com/leap", "key")
        assert_type(url, str)
        started = trainings.start("key", name="Alex", image_sample_files=["me.jpg"], webhook_url=url)
        assert_type(started, Training)
        assert_type(trainings.get("key"), Training | None)
        assert_type(trainings.list("unknown"), list[Training])
        assert_type(trainings.wait("key", timeout=None, on_update=print), Training)
        assert_type(trainings.reconcile(), Reconciliation)
        assert_type(trainings.resolve("key", not_started=True), Training)
        assert_type(trainings.handle_webhook(url, b"{}"), Training)
        rows = [{"key": "key", "image_sample_files": ["me.jpg"]}]
        assert_type(trainings.run(rows, concurrency=2, max_trainings=40), list[Training])


async def async_journals(leap: AsyncLeap) -> None:
    """The same, and the receiver, which only the async class has."""
    async with AsyncTrainings(leap, "postgresql://user@host/database") as trainings:
        assert_type(await trainings.start("key", image_sample_urls=["https://example.com/1.jpg"]), Training)
        assert_type(await trainings.handle_webhook("https://example.com", b"{}", on_ended=print), Training)
        receiver = trainings.receiver(on_ended=print, public_url="https://example.com/leap/")
        Starlette(routes=[Mount("/leap", receiver)])
