"""The operations of Image Models, and functions that describe calls of them."""

from __future__ import annotations

from .._runtime.models.codecs import STR, ListOf, ModelOf
from .._runtime.operations import (
    Call,
    FileField,
    FormField,
    Multipart,
    Operation,
    ResponseSpec,
    path_value,
    require_exactly_one,
)
from .._runtime.request.files import FileTypes
from .._runtime.request.parameters import SequenceNotStr
from .._runtime.wait_policy import WaitPlan
from ..errors import TrainingFailedError
from ..models import ErrorBody, ListModelsV2Response, ModelV2Entity

ON_401 = (
    "The API key is missing or invalid. Check that it is complete, that it has not been "
    "revoked, and that it is a key for the current API (keys for the previous one do not work)."
)
ON_429 = "Too many requests in a short time. Slow down and try again later."
ON_520 = (
    "The proxy in front of the service could not use its response. Users have seen this status "
    "with an invalid API key: check the key."
)
ON_5XX = "The service, or a proxy in front of it, failed."
ON_404 = (
    "The workspace has no model with this id. The model may have been deleted, may have expired"
    " (models are kept for 7 days on the free plan, up to 30 days on paid plans), or may belong"
    " to another workspace."
)

LIST_ALL_MODELS: Operation[ListModelsV2Response] = Operation(
    id="listAllModels",
    name="image_models.list_all_models",
    method="GET",
    path="/api/v2/images/models",
    responses={
        "200": ResponseSpec("application/json", ModelOf(ListModelsV2Response)),
    },
    errors={
        "401": ModelOf(ErrorBody),
        "429": ModelOf(ErrorBody),
        "520": ModelOf(ErrorBody),
        "5XX": ModelOf(ErrorBody),
    },
    advice={
        "401": ON_401,
        "429": ON_429,
        "520": ON_520,
        "5XX": ON_5XX,
    },
    security=(("bearer",),),
)
TRAIN_MODEL: Operation[ModelV2Entity] = Operation(
    id="trainModel",
    name="image_models.train_model",
    method="POST",
    path="/api/v2/images/models/new",
    responses={
        "200": ResponseSpec("application/json", ModelOf(ModelV2Entity)),
        "201": ResponseSpec("application/json", ModelOf(ModelV2Entity)),
    },
    errors={
        "400": ModelOf(ErrorBody),
        "401": ModelOf(ErrorBody),
        "402": ModelOf(ErrorBody),
        "429": ModelOf(ErrorBody),
        "520": ModelOf(ErrorBody),
        "5XX": ModelOf(ErrorBody),
    },
    advice={
        "400": (
            "The request is invalid. Pass exactly one of the two image fields with at least one image, "
            "and a webhook URL that is reachable from the internet (not localhost)."
        ),
        "401": ON_401,
        "402": (
            "The workspace's plan does not include training, or its credits are used up. Choose a plan "
            "with training in the Leap dashboard, then send the request again."
        ),
        "429": ON_429,
        "520": ON_520,
        "5XX": ON_5XX,
    },
    verify_with="image_models.list_all_models()",
    started_id="id",
    security=(("bearer",),),
)
WAIT_FOR_TRAIN_MODEL: WaitPlan[ModelV2Entity] = WaitPlan(
    id="id",
    status="status",
    done=frozenset(("finished",)),
    failed=frozenset(("failed",)),
    first_delay=10.0,
    max_delay=60.0,
    wait_with="image_models.wait_for_model",
    failed_error=TrainingFailedError,
)
GET_MODEL: Operation[ModelV2Entity] = Operation(
    id="getModel",
    name="image_models.get_model",
    method="GET",
    path="/api/v2/images/models/{modelId}",
    responses={
        "200": ResponseSpec("application/json", ModelOf(ModelV2Entity)),
    },
    errors={
        "401": ModelOf(ErrorBody),
        "404": ModelOf(ErrorBody),
        "429": ModelOf(ErrorBody),
        "520": ModelOf(ErrorBody),
        "5XX": ModelOf(ErrorBody),
    },
    advice={
        "401": ON_401,
        "404": ON_404,
        "429": ON_429,
        "520": ON_520,
        "5XX": ON_5XX,
    },
    security=(("bearer",),),
)
DELETE_MODEL: Operation[ModelV2Entity] = Operation(
    id="deleteModel",
    name="image_models.delete_model",
    method="DELETE",
    path="/api/v2/images/models/{modelId}",
    responses={
        "200": ResponseSpec("application/json", ModelOf(ModelV2Entity)),
    },
    errors={
        "401": ModelOf(ErrorBody),
        "404": ModelOf(ErrorBody),
        "429": ModelOf(ErrorBody),
        "520": ModelOf(ErrorBody),
        "5XX": ModelOf(ErrorBody),
    },
    advice={
        "401": ON_401,
        "404": ON_404,
        "429": ON_429,
        "520": ON_520,
        "5XX": ON_5XX,
    },
    security=(("bearer",),),
)


def list_all_models() -> Call[ListModelsV2Response]:
    """Describe a call of `image_models.list_all_models`."""
    return Call(LIST_ALL_MODELS)


def train_model(
    *,
    name: str | None = None,
    subject_keyword: str | None = None,
    subject_type: str | None = None,
    webhook_url: str | None = None,
    image_sample_urls: SequenceNotStr[str] | None = None,
    image_sample_files: SequenceNotStr[FileTypes] | None = None,
) -> Call[ModelV2Entity]:
    """Describe a call of `image_models.train_model`."""
    require_exactly_one(
        "train_model",
        image_sample_urls=image_sample_urls,
        image_sample_files=image_sample_files,
    )
    return Call(
        TRAIN_MODEL,
        body=Multipart(
            (
                FormField("name", name, STR),
                FormField("subjectKeyword", subject_keyword, STR, argument="subject_keyword"),
                FormField("subjectType", subject_type, STR, argument="subject_type"),
                FormField(
                    "webhookUrl",
                    webhook_url,
                    STR,
                    pattern="^[hH][tT][tT][pP][sS]?://[^\\s/?#]",
                    argument="webhook_url",
                ),
                FormField(
                    "imageSampleUrls",
                    image_sample_urls,
                    ListOf(STR),
                    explode=True,
                    min_items=1,
                    pattern="^[hH][tT][tT][pP][sS]?://[^\\s/?#]",
                    argument="image_sample_urls",
                ),
                FileField(
                    "imageSampleFiles",
                    image_sample_files,
                    many=True,
                    min_items=1,
                    min_length=1,
                    images=True,
                    argument="image_sample_files",
                ),
            )
        ),
    )


def get_model(
    model_id: str,
) -> Call[ModelV2Entity]:
    """Describe a call of `image_models.get_model`."""
    return Call(GET_MODEL, path={"modelId": path_value("model_id", model_id, STR)})


def delete_model(
    model_id: str,
) -> Call[ModelV2Entity]:
    """Describe a call of `image_models.delete_model`."""
    return Call(DELETE_MODEL, path={"modelId": path_value("model_id", model_id, STR)})
