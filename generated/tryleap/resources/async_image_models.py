"""Image Models: its operations as async methods."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cached_property
from typing import overload

from .._runtime._async.resource import AsyncResource
from .._runtime._async.wait import send_and_wait, wait
from .._runtime.options import NOT_GIVEN, NotGiven, RequestOptions, TimeoutTypes
from .._runtime.request.files import FileTypes, ProgressCallback
from .._runtime.request.parameters import SequenceNotStr
from .._runtime.response.raw import ApiResponse
from .._runtime.wait_policy import DEFAULT_WAIT, WaitOptions
from ..models import ListModelsV2Response, ModelV2Entity
from ..operations import image_models as operations


class AsyncImageModels(AsyncResource):
    """The image models of a workspace, and their training."""

    @cached_property
    def with_raw_response(self) -> AsyncImageModelsWithRawResponse:
        """The same methods, each returning an `ApiResponse` with status, headers and data."""
        return AsyncImageModelsWithRawResponse(self._engine)

    async def list_all_models(
        self,
        *,
        timeout: TimeoutTypes | NotGiven = NOT_GIVEN,
        deadline: float | None | NotGiven = NOT_GIVEN,
        max_retries: int | NotGiven = NOT_GIVEN,
        extra_headers: Mapping[str, str] | None = None,
    ) -> ListModelsV2Response:
        """List all models.

        Returns all models in the workspace of the API key, whatever their status.

        Args:
            timeout: Seconds, or an `httpx.Timeout`, that one attempt may take; the client's by default.
            deadline: Seconds of wall clock for the whole call, retries included; the client's by default.
            max_retries: How many times the call may be retried; the client's by default.
            extra_headers: Extra headers for this call, in addition to the client's.

        Returns:
            All models in the workspace.

        Raises:
            AuthenticationError: 401. The API key is missing or invalid. Check that it is complete, that
                it has not been revoked, and that it is a key for the current API (keys for the previous one
                do not work).
            RateLimitError: 429. Too many requests in a short time. Slow down and try again later.
            InternalServerError: 520. The proxy in front of the service could not use its response. Users
                have seen this status with an invalid API key: check the key.
            InternalServerError: 5XX. The service, or a proxy in front of it, failed.
            LeapError: Any other error; see the tree in `tryleap.errors`.

        """
        call = operations.list_all_models()
        return await self._send(call, RequestOptions(timeout, deadline, max_retries, extra_headers))

    @overload
    async def train_model(
        self,
        *,
        name: str | None = None,
        subject_keyword: str | None = None,
        subject_type: str | None = None,
        webhook_url: str | None = None,
        image_sample_urls: SequenceNotStr[str],
        image_sample_files: None = None,
        timeout: TimeoutTypes | NotGiven = NOT_GIVEN,
        deadline: float | None | NotGiven = NOT_GIVEN,
        max_retries: int | NotGiven = NOT_GIVEN,
        extra_headers: Mapping[str, str] | None = None,
        on_upload_progress: ProgressCallback | None = None,
    ) -> ModelV2Entity: ...

    @overload
    async def train_model(
        self,
        *,
        name: str | None = None,
        subject_keyword: str | None = None,
        subject_type: str | None = None,
        webhook_url: str | None = None,
        image_sample_urls: None = None,
        image_sample_files: SequenceNotStr[FileTypes],
        timeout: TimeoutTypes | NotGiven = NOT_GIVEN,
        deadline: float | None | NotGiven = NOT_GIVEN,
        max_retries: int | NotGiven = NOT_GIVEN,
        extra_headers: Mapping[str, str] | None = None,
        on_upload_progress: ProgressCallback | None = None,
    ) -> ModelV2Entity: ...

    async def train_model(
        self,
        *,
        name: str | None = None,
        subject_keyword: str | None = None,
        subject_type: str | None = None,
        webhook_url: str | None = None,
        image_sample_urls: SequenceNotStr[str] | None = None,
        image_sample_files: SequenceNotStr[FileTypes] | None = None,
        timeout: TimeoutTypes | NotGiven = NOT_GIVEN,
        deadline: float | None | NotGiven = NOT_GIVEN,
        max_retries: int | NotGiven = NOT_GIVEN,
        extra_headers: Mapping[str, str] | None = None,
        on_upload_progress: ProgressCallback | None = None,
    ) -> ModelV2Entity:
        """Train a model.

        Creates a model and starts its training on sample images of one subject. According to the service's
        reference, a few samples are enough. Pass the images either as files in `image_sample_files` or as
        URLs in `image_sample_urls`, but not both.

        The call returns immediately; the training itself usually takes 20 to 40 minutes. Poll the model until
        its status is `finished` or `failed`, or pass a `webhook_url` to be notified. Each training is billed,
        so a request that the server may have received is never retried automatically.

        When the training has finished, use the id of the model to generate images.

        Args:
            name: A name for the model.
            subject_keyword: The word that will refer to the subject in prompts, as in "a photo of @me".
            subject_type: The kind of subject, such as person, man, woman, cat, dog, icon or style. The
                service assumes `person` where it is left out.
            webhook_url: A URL that receives a POST request when the training finishes or fails. It must
                be reachable from the internet.
            image_sample_urls: URLs of the sample images. Pass either these or `image_sample_files`, not
                both.
            image_sample_files: The sample images as files. Pass either these or `image_sample_urls`, not
                both.
            timeout: Seconds, or an `httpx.Timeout`, that one attempt may take; the client's by default.
            deadline: Seconds of wall clock for the whole call, retries included; the client's by default.
            max_retries: How many times the call may be retried; the client's by default.
            extra_headers: Extra headers for this call, in addition to the client's.
            on_upload_progress: Called with the bytes sent so far and the total (None if it is unknown).

        Returns:
            The new model, queued for training or already in training. Or: The new model.

        Raises:
            ValueError: An argument has an invalid value; nothing was sent.
            TypeError: An argument has the wrong type; nothing was sent.
            BadRequestError: 400. The request is invalid. Pass exactly one of the two image fields with at
                least one image, and a webhook URL that is reachable from the internet (not localhost).
            AuthenticationError: 401. The API key is missing or invalid. Check that it is complete, that
                it has not been revoked, and that it is a key for the current API (keys for the previous one
                do not work).
            PaymentRequiredError: 402. The workspace's plan does not include training, or its credits are
                used up. Choose a plan with training in the Leap dashboard, then send the request again.
            RateLimitError: 429. Too many requests in a short time. Slow down and try again later.
            InternalServerError: 520. The proxy in front of the service could not use its response. Users
                have seen this status with an invalid API key: check the key.
            InternalServerError: 5XX. The service, or a proxy in front of it, failed.
            LeapError: Any other error; see the tree in `tryleap.errors`.

        """
        call = operations.train_model(
            name=name,
            subject_keyword=subject_keyword,
            subject_type=subject_type,
            webhook_url=webhook_url,
            image_sample_urls=image_sample_urls,
            image_sample_files=image_sample_files,
        )
        return await self._send(
            call, RequestOptions(timeout, deadline, max_retries, extra_headers, on_upload_progress)
        )

    async def wait_for_model(
        self,
        model_id: str | ModelV2Entity,
        *,
        timeout: float = DEFAULT_WAIT,
        poll_interval: float | None = None,
        on_update: Callable[[ModelV2Entity], object] | None = None,
    ) -> ModelV2Entity:
        """Wait until what `train_model` started has finished.

        It polls `get_model`. You can call it again at any time with the id.

        Args:
            model_id: The id that `train_model` returned, or the `ModelV2Entity` itself.
            timeout: The longest time to wait, in seconds.
            poll_interval: Seconds before the second poll (10.0 by default); the delay grows up to 60.0 s.
            on_update: Called after the first poll and at each change of the status.

        Returns:
            The result of the last poll, whose status means success.

        Raises:
            ValueError: The id is empty.
            TrainingFailedError: It failed; `model` has the details.
            WaitTimeoutError: It is not finished after `timeout`; `model` has the result of the last poll.
            LeapError: Polling failed: at once with 401, 403 or 404, otherwise after several failures in a row.
        """
        poll = operations.get_model(model_id.id if isinstance(model_id, ModelV2Entity) else model_id)
        return await wait(
            self._engine,
            operations.WAIT_FOR_TRAIN_MODEL,
            poll,
            WaitOptions(timeout, poll_interval, on_update),
        )

    @overload
    async def train_model_and_wait(
        self,
        *,
        name: str | None = None,
        subject_keyword: str | None = None,
        subject_type: str | None = None,
        webhook_url: str | None = None,
        image_sample_urls: SequenceNotStr[str],
        image_sample_files: None = None,
        wait_timeout: float = DEFAULT_WAIT,
        poll_interval: float | None = None,
        on_update: Callable[[ModelV2Entity], object] | None = None,
        timeout: TimeoutTypes | NotGiven = NOT_GIVEN,
        deadline: float | None | NotGiven = NOT_GIVEN,
        max_retries: int | NotGiven = NOT_GIVEN,
        extra_headers: Mapping[str, str] | None = None,
        on_upload_progress: ProgressCallback | None = None,
    ) -> ModelV2Entity: ...

    @overload
    async def train_model_and_wait(
        self,
        *,
        name: str | None = None,
        subject_keyword: str | None = None,
        subject_type: str | None = None,
        webhook_url: str | None = None,
        image_sample_urls: None = None,
        image_sample_files: SequenceNotStr[FileTypes],
        wait_timeout: float = DEFAULT_WAIT,
        poll_interval: float | None = None,
        on_update: Callable[[ModelV2Entity], object] | None = None,
        timeout: TimeoutTypes | NotGiven = NOT_GIVEN,
        deadline: float | None | NotGiven = NOT_GIVEN,
        max_retries: int | NotGiven = NOT_GIVEN,
        extra_headers: Mapping[str, str] | None = None,
        on_upload_progress: ProgressCallback | None = None,
    ) -> ModelV2Entity: ...

    async def train_model_and_wait(
        self,
        *,
        name: str | None = None,
        subject_keyword: str | None = None,
        subject_type: str | None = None,
        webhook_url: str | None = None,
        image_sample_urls: SequenceNotStr[str] | None = None,
        image_sample_files: SequenceNotStr[FileTypes] | None = None,
        wait_timeout: float = DEFAULT_WAIT,
        poll_interval: float | None = None,
        on_update: Callable[[ModelV2Entity], object] | None = None,
        timeout: TimeoutTypes | NotGiven = NOT_GIVEN,
        deadline: float | None | NotGiven = NOT_GIVEN,
        max_retries: int | NotGiven = NOT_GIVEN,
        extra_headers: Mapping[str, str] | None = None,
        on_upload_progress: ProgressCallback | None = None,
    ) -> ModelV2Entity:
        """Train a model and wait until it has finished: `train_model`, then `wait_for_model`.

        Args:
            name: A name for the model.
            subject_keyword: The word that will refer to the subject in prompts, as in "a photo of @me".
            subject_type: The kind of subject, such as person, man, woman, cat, dog, icon or style. The
                service assumes `person` where it is left out.
            webhook_url: A URL that receives a POST request when the training finishes or fails. It must
                be reachable from the internet.
            image_sample_urls: URLs of the sample images. Pass either these or `image_sample_files`, not
                both.
            image_sample_files: The sample images as files. Pass either these or `image_sample_urls`, not
                both.
            timeout: Seconds, or an `httpx.Timeout`, that one attempt may take; the client's by default.
            deadline: Seconds of wall clock for the whole call, retries included; the client's by default.
            max_retries: How many times the call may be retried; the client's by default.
            extra_headers: Extra headers for this call, in addition to the client's.
            on_upload_progress: Called with the bytes sent so far and the total (None if it is unknown).

            wait_timeout: The longest time to wait after the request, in seconds.
            poll_interval: As in `wait_for_model`.
            on_update: As in `wait_for_model`.

        Returns:
            The result of the last poll, whose status means success.

        Raises:
            LeapError: See the two methods. After it has started, every error has it in `model`, and `may_have_been_processed`
                is true; other exceptions, such as KeyboardInterrupt, have a note with the id.
        """
        call = operations.train_model(
            name=name,
            subject_keyword=subject_keyword,
            subject_type=subject_type,
            webhook_url=webhook_url,
            image_sample_urls=image_sample_urls,
            image_sample_files=image_sample_files,
        )
        return await send_and_wait(
            self._engine,
            operations.WAIT_FOR_TRAIN_MODEL,
            call,
            RequestOptions(timeout, deadline, max_retries, extra_headers, on_upload_progress),
            operations.get_model,
            WaitOptions(wait_timeout, poll_interval, on_update),
        )

    async def get_model(
        self,
        model_id: str,
        *,
        timeout: TimeoutTypes | NotGiven = NOT_GIVEN,
        deadline: float | None | NotGiven = NOT_GIVEN,
        max_retries: int | NotGiven = NOT_GIVEN,
        extra_headers: Mapping[str, str] | None = None,
    ) -> ModelV2Entity:
        """Get a model.

        Returns a model, including the current status of its training.

        Args:
            model_id: The id of the model.
            timeout: Seconds, or an `httpx.Timeout`, that one attempt may take; the client's by default.
            deadline: Seconds of wall clock for the whole call, retries included; the client's by default.
            max_retries: How many times the call may be retried; the client's by default.
            extra_headers: Extra headers for this call, in addition to the client's.

        Returns:
            The model.

        Raises:
            ValueError: An argument has an invalid value; nothing was sent.
            TypeError: An argument has the wrong type; nothing was sent.
            AuthenticationError: 401. The API key is missing or invalid. Check that it is complete, that
                it has not been revoked, and that it is a key for the current API (keys for the previous one
                do not work).
            NotFoundError: 404. The workspace has no model with this id. The model may have been deleted,
                may have expired (models are kept for 7 days on the free plan, up to 30 days on paid plans),
                or may belong to another workspace.
            RateLimitError: 429. Too many requests in a short time. Slow down and try again later.
            InternalServerError: 520. The proxy in front of the service could not use its response. Users
                have seen this status with an invalid API key: check the key.
            InternalServerError: 5XX. The service, or a proxy in front of it, failed.
            LeapError: Any other error; see the tree in `tryleap.errors`.

        """
        call = operations.get_model(model_id)
        return await self._send(call, RequestOptions(timeout, deadline, max_retries, extra_headers))

    async def delete_model(
        self,
        model_id: str,
        *,
        timeout: TimeoutTypes | NotGiven = NOT_GIVEN,
        deadline: float | None | NotGiven = NOT_GIVEN,
        max_retries: int | NotGiven = NOT_GIVEN,
        extra_headers: Mapping[str, str] | None = None,
    ) -> ModelV2Entity:
        """Delete a model.

        Permanently deletes a model and returns it as it was. This cannot be undone.

        Args:
            model_id: The id of the model.
            timeout: Seconds, or an `httpx.Timeout`, that one attempt may take; the client's by default.
            deadline: Seconds of wall clock for the whole call, retries included; the client's by default.
            max_retries: How many times the call may be retried; the client's by default.
            extra_headers: Extra headers for this call, in addition to the client's.

        Returns:
            The deleted model.

        Raises:
            ValueError: An argument has an invalid value; nothing was sent.
            TypeError: An argument has the wrong type; nothing was sent.
            AuthenticationError: 401. The API key is missing or invalid. Check that it is complete, that
                it has not been revoked, and that it is a key for the current API (keys for the previous one
                do not work).
            NotFoundError: 404. The workspace has no model with this id. The model may have been deleted,
                may have expired (models are kept for 7 days on the free plan, up to 30 days on paid plans),
                or may belong to another workspace.
            RateLimitError: 429. Too many requests in a short time. Slow down and try again later.
            InternalServerError: 520. The proxy in front of the service could not use its response. Users
                have seen this status with an invalid API key: check the key.
            InternalServerError: 5XX. The service, or a proxy in front of it, failed.
            LeapError: Any other error; see the tree in `tryleap.errors`.

        """
        call = operations.delete_model(model_id)
        return await self._send(call, RequestOptions(timeout, deadline, max_retries, extra_headers))


class AsyncImageModelsWithRawResponse(AsyncResource):
    """The calls of `AsyncImageModels`, each returning an `ApiResponse`. They raise the same errors."""

    async def list_all_models(
        self,
        *,
        timeout: TimeoutTypes | NotGiven = NOT_GIVEN,
        deadline: float | None | NotGiven = NOT_GIVEN,
        max_retries: int | NotGiven = NOT_GIVEN,
        extra_headers: Mapping[str, str] | None = None,
    ) -> ApiResponse[ListModelsV2Response]:
        """List all models, and return the raw response.

        Arguments and errors are those of `AsyncImageModels.list_all_models`.

        Returns:
            The response; its `data` is what `list_all_models` returns.
        """
        call = operations.list_all_models()
        return await self._send_raw(call, RequestOptions(timeout, deadline, max_retries, extra_headers))

    @overload
    async def train_model(
        self,
        *,
        name: str | None = None,
        subject_keyword: str | None = None,
        subject_type: str | None = None,
        webhook_url: str | None = None,
        image_sample_urls: SequenceNotStr[str],
        image_sample_files: None = None,
        timeout: TimeoutTypes | NotGiven = NOT_GIVEN,
        deadline: float | None | NotGiven = NOT_GIVEN,
        max_retries: int | NotGiven = NOT_GIVEN,
        extra_headers: Mapping[str, str] | None = None,
        on_upload_progress: ProgressCallback | None = None,
    ) -> ApiResponse[ModelV2Entity]: ...

    @overload
    async def train_model(
        self,
        *,
        name: str | None = None,
        subject_keyword: str | None = None,
        subject_type: str | None = None,
        webhook_url: str | None = None,
        image_sample_urls: None = None,
        image_sample_files: SequenceNotStr[FileTypes],
        timeout: TimeoutTypes | NotGiven = NOT_GIVEN,
        deadline: float | None | NotGiven = NOT_GIVEN,
        max_retries: int | NotGiven = NOT_GIVEN,
        extra_headers: Mapping[str, str] | None = None,
        on_upload_progress: ProgressCallback | None = None,
    ) -> ApiResponse[ModelV2Entity]: ...

    async def train_model(
        self,
        *,
        name: str | None = None,
        subject_keyword: str | None = None,
        subject_type: str | None = None,
        webhook_url: str | None = None,
        image_sample_urls: SequenceNotStr[str] | None = None,
        image_sample_files: SequenceNotStr[FileTypes] | None = None,
        timeout: TimeoutTypes | NotGiven = NOT_GIVEN,
        deadline: float | None | NotGiven = NOT_GIVEN,
        max_retries: int | NotGiven = NOT_GIVEN,
        extra_headers: Mapping[str, str] | None = None,
        on_upload_progress: ProgressCallback | None = None,
    ) -> ApiResponse[ModelV2Entity]:
        """Train a model, and return the raw response.

        Arguments and errors are those of `AsyncImageModels.train_model`.

        Returns:
            The response; its `data` is what `train_model` returns.
        """
        call = operations.train_model(
            name=name,
            subject_keyword=subject_keyword,
            subject_type=subject_type,
            webhook_url=webhook_url,
            image_sample_urls=image_sample_urls,
            image_sample_files=image_sample_files,
        )
        return await self._send_raw(
            call, RequestOptions(timeout, deadline, max_retries, extra_headers, on_upload_progress)
        )

    async def get_model(
        self,
        model_id: str,
        *,
        timeout: TimeoutTypes | NotGiven = NOT_GIVEN,
        deadline: float | None | NotGiven = NOT_GIVEN,
        max_retries: int | NotGiven = NOT_GIVEN,
        extra_headers: Mapping[str, str] | None = None,
    ) -> ApiResponse[ModelV2Entity]:
        """Get a model, and return the raw response.

        Arguments and errors are those of `AsyncImageModels.get_model`.

        Returns:
            The response; its `data` is what `get_model` returns.
        """
        call = operations.get_model(model_id)
        return await self._send_raw(call, RequestOptions(timeout, deadline, max_retries, extra_headers))

    async def delete_model(
        self,
        model_id: str,
        *,
        timeout: TimeoutTypes | NotGiven = NOT_GIVEN,
        deadline: float | None | NotGiven = NOT_GIVEN,
        max_retries: int | NotGiven = NOT_GIVEN,
        extra_headers: Mapping[str, str] | None = None,
    ) -> ApiResponse[ModelV2Entity]:
        """Delete a model, and return the raw response.

        Arguments and errors are those of `AsyncImageModels.delete_model`.

        Returns:
            The response; its `data` is what `delete_model` returns.
        """
        call = operations.delete_model(model_id)
        return await self._send_raw(call, RequestOptions(timeout, deadline, max_retries, extra_headers))
