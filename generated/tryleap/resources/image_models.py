"""Image Models: its operations as methods."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cached_property
from typing import overload

from .._runtime._sync.resource import SyncResource
from .._runtime._sync.wait import send_and_wait, wait
from .._runtime.options import NOT_GIVEN, NotGiven, RequestOptions, TimeoutTypes
from .._runtime.request.files import FileTypes, ProgressCallback
from .._runtime.request.parameters import SequenceNotStr
from .._runtime.response.raw import ApiResponse
from .._runtime.waiting import DEFAULT_WAIT
from ..models import ListModelsV2Response, ModelV2Entity
from ..operations import image_models as operations


class ImageModels(SyncResource):
    """Image models of the workspace and their training."""

    @cached_property
    def with_raw_response(self) -> ImageModelsWithRawResponse:
        """The same calls, each returning the whole response: an `ApiResponse` with the data in it."""
        return ImageModelsWithRawResponse(self._engine)

    def list_all_models(
        self,
        *,
        timeout: TimeoutTypes | NotGiven = NOT_GIVEN,
        deadline: float | None | NotGiven = NOT_GIVEN,
        max_retries: int | NotGiven = NOT_GIVEN,
        extra_headers: Mapping[str, str] | None = None,
    ) -> ListModelsV2Response:
        """List all models.

        Returns every model of the workspace that the API key belongs to, whatever its status.

        Args:
            timeout: Seconds, or an `httpx.Timeout`, that one attempt may take; the client's by default.
            deadline: Seconds of wall clock for the whole call, retries included; the client's by default.
            max_retries: How often the call may be repeated; the client's by default.
            extra_headers: Headers of this call, on top of the client's.

        Returns:
            The models of the workspace.

        Raises:
            AuthenticationError: 401. The API key was refused. Check that it is complete, that it belongs
                to the present API (keys of the older one are not accepted) and that it was not revoked.
            RateLimitError: 429. Too many requests in a short time. Wait, then send the request again,
                less often.
            InternalServerError: 520. The proxy before the service could not use its response. Users have
                met this status where the API key was wrong: check the key, then try again later.
            InternalServerError: 5XX. The service, or the proxy before it, failed. Try again later.
            LeapError: Anything else that went wrong; `tryleap.errors` has the tree.

        """
        call = operations.list_all_models()
        return self._send(call, RequestOptions(timeout, deadline, max_retries, extra_headers))

    @overload
    def train_model(
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
    def train_model(
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

    def train_model(
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

        Uploads sample images of one subject, or names the URLs where they can be fetched, and starts the
        training of a new model. Exactly one of `image_sample_files` and `image_sample_urls` is given.

        The answer comes at once, while the training itself usually takes 20 to 40 minutes: poll the model
        until its status is `finished` or `failed`, or let the service call `webhook_url` at the end. Each
        training is billed, so a request that may have arrived is never sent again by itself.

        Args:
            name: A name that tells the model from others.
            subject_keyword: The word that will stand for the subject in a prompt, as in "a photo of @me".
            subject_type: What the subject is, usually a noun such as person, man, woman, cat, dog, icon
                or style. The service assumes `person` where it is left out.
            webhook_url: A URL that the service calls with a POST request when the training finishes or
                fails. It must be reachable from the internet.
            image_sample_urls: The URLs of the sample images. Give either these or `image_sample_files`,
                not both.
            image_sample_files: The sample images themselves. Give either these or `image_sample_urls`,
                not both.
            timeout: Seconds, or an `httpx.Timeout`, that one attempt may take; the client's by default.
            deadline: Seconds of wall clock for the whole call, retries included; the client's by default.
            max_retries: How often the call may be repeated; the client's by default.
            extra_headers: Headers of this call, on top of the client's.
            on_upload_progress: Called with the bytes sent so far and their total (None where it is unknown).

        Returns:
            The training was accepted, and the model is waiting for it or in it. Or: The training was
            accepted, and the model was created.

        Raises:
            ValueError: An argument has a value that cannot be sent; nothing was sent.
            TypeError: An argument is of the wrong type; nothing was sent.
            BadRequestError: 400. The request was not accepted. Give exactly one of the two image fields,
                at least one image in it, and a webhook URL that the service can reach from the internet (it
                cannot call localhost).
            AuthenticationError: 401. The API key was refused. Check that it is complete, that it belongs
                to the present API (keys of the older one are not accepted) and that it was not revoked.
            PaymentRequiredError: 402. The plan of the workspace does not include training, or its credits
                are used up. Choose a plan with training in the Leap dashboard, then send the request again.
            RateLimitError: 429. Too many requests in a short time. Wait, then send the request again,
                less often.
            InternalServerError: 520. The proxy before the service could not use its response. Users have
                met this status where the API key was wrong: check the key, then try again later.
            InternalServerError: 5XX. The service, or the proxy before it, failed. Try again later.
            LeapError: Anything else that went wrong; `tryleap.errors` has the tree.

        """
        call = operations.train_model(
            name=name,
            subject_keyword=subject_keyword,
            subject_type=subject_type,
            webhook_url=webhook_url,
            image_sample_urls=image_sample_urls,
            image_sample_files=image_sample_files,
        )
        return self._send(
            call, RequestOptions(timeout, deadline, max_retries, extra_headers, on_upload_progress)
        )

    def wait_for_model(
        self,
        model_id: str | ModelV2Entity,
        *,
        timeout: float = DEFAULT_WAIT,
        poll_interval: float | None = None,
        on_update: Callable[[ModelV2Entity], object] | None = None,
    ) -> ModelV2Entity:
        """Wait until what `train_model` began has ended.

        It polls `get_model` and may be called again at any time, with the id alone.

        Args:
            model_id: The id that `train_model` returned, or the whole `ModelV2Entity`, of which only the id counts.
            timeout: Seconds for the whole wait.
            poll_interval: Seconds before the second poll (10.0 by default); the delay grows up to 60.0 s.
            on_update: Called with what was fetched, first and then at each change of the status.

        Returns:
            What was fetched last, with a status that means success.

        Raises:
            ValueError: The id is empty.
            TrainingFailedError: It ended with a status that means failure; `model` holds it.
            WaitTimeoutError: It had not ended in time; `model` holds what was fetched last.
            LeapError: It cannot be fetched: at once after 401, 403 and 404, else after several failures in a row.
        """
        poll = operations.get_model(model_id.id if isinstance(model_id, ModelV2Entity) else model_id)
        return wait(
            self._engine,
            operations.WAIT_FOR_TRAIN_MODEL,
            poll,
            timeout=timeout,
            poll_interval=poll_interval,
            on_update=on_update,
        )

    @overload
    def train_model_and_wait(
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
    def train_model_and_wait(
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

    def train_model_and_wait(
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
        """Train a model and wait for the end: `train_model`, then `wait_for_model`.

        Args:
            name: A name that tells the model from others.
            subject_keyword: The word that will stand for the subject in a prompt, as in "a photo of @me".
            subject_type: What the subject is, usually a noun such as person, man, woman, cat, dog, icon
                or style. The service assumes `person` where it is left out.
            webhook_url: A URL that the service calls with a POST request when the training finishes or
                fails. It must be reachable from the internet.
            image_sample_urls: The URLs of the sample images. Give either these or `image_sample_files`,
                not both.
            image_sample_files: The sample images themselves. Give either these or `image_sample_urls`,
                not both.
            timeout: Seconds, or an `httpx.Timeout`, that one attempt may take; the client's by default.
            deadline: Seconds of wall clock for the whole call, retries included; the client's by default.
            max_retries: How often the call may be repeated; the client's by default.
            extra_headers: Headers of this call, on top of the client's.
            on_upload_progress: Called with the bytes sent so far and their total (None where it is unknown).

            wait_timeout: Seconds for the whole wait after the request.
            poll_interval: As in `wait_for_model`.
            on_update: As in `wait_for_model`.

        Returns:
            What was fetched last, with a status that means success.

        Raises:
            LeapError: As in the two methods. Once it has begun, `model` of every error is what is known of it, and
                `may_have_been_processed` is true; exceptions of other kinds, such as KeyboardInterrupt, have a note with the id.
        """
        call = operations.train_model(
            name=name,
            subject_keyword=subject_keyword,
            subject_type=subject_type,
            webhook_url=webhook_url,
            image_sample_urls=image_sample_urls,
            image_sample_files=image_sample_files,
        )
        return send_and_wait(
            self._engine,
            operations.WAIT_FOR_TRAIN_MODEL,
            call,
            RequestOptions(timeout, deadline, max_retries, extra_headers, on_upload_progress),
            operations.get_model,
            wait_timeout=wait_timeout,
            poll_interval=poll_interval,
            on_update=on_update,
        )

    def get_model(
        self,
        model_id: str,
        *,
        timeout: TimeoutTypes | NotGiven = NOT_GIVEN,
        deadline: float | None | NotGiven = NOT_GIVEN,
        max_retries: int | NotGiven = NOT_GIVEN,
        extra_headers: Mapping[str, str] | None = None,
    ) -> ModelV2Entity:
        """Get a model.

        Returns one model of the workspace, with the present status of its training.

        Args:
            model_id: The id of the model, as training and listing return it.
            timeout: Seconds, or an `httpx.Timeout`, that one attempt may take; the client's by default.
            deadline: Seconds of wall clock for the whole call, retries included; the client's by default.
            max_retries: How often the call may be repeated; the client's by default.
            extra_headers: Headers of this call, on top of the client's.

        Returns:
            The model.

        Raises:
            ValueError: An argument has a value that cannot be sent; nothing was sent.
            TypeError: An argument is of the wrong type; nothing was sent.
            AuthenticationError: 401. The API key was refused. Check that it is complete, that it belongs
                to the present API (keys of the older one are not accepted) and that it was not revoked.
            NotFoundError: 404. The workspace has no model with this id. It may have been deleted, its
                time of keeping may have ended (7 days on the free plan, up to 30 on others), or the API key
                may be of another workspace.
            RateLimitError: 429. Too many requests in a short time. Wait, then send the request again,
                less often.
            InternalServerError: 520. The proxy before the service could not use its response. Users have
                met this status where the API key was wrong: check the key, then try again later.
            InternalServerError: 5XX. The service, or the proxy before it, failed. Try again later.
            LeapError: Anything else that went wrong; `tryleap.errors` has the tree.

        """
        call = operations.get_model(model_id)
        return self._send(call, RequestOptions(timeout, deadline, max_retries, extra_headers))

    def delete_model(
        self,
        model_id: str,
        *,
        timeout: TimeoutTypes | NotGiven = NOT_GIVEN,
        deadline: float | None | NotGiven = NOT_GIVEN,
        max_retries: int | NotGiven = NOT_GIVEN,
        extra_headers: Mapping[str, str] | None = None,
    ) -> ModelV2Entity:
        """Delete a model.

        Deletes one model of the workspace for good and returns it as it was. This cannot be undone.

        Args:
            model_id: The id of the model, as training and listing return it.
            timeout: Seconds, or an `httpx.Timeout`, that one attempt may take; the client's by default.
            deadline: Seconds of wall clock for the whole call, retries included; the client's by default.
            max_retries: How often the call may be repeated; the client's by default.
            extra_headers: Headers of this call, on top of the client's.

        Returns:
            The model that was deleted.

        Raises:
            ValueError: An argument has a value that cannot be sent; nothing was sent.
            TypeError: An argument is of the wrong type; nothing was sent.
            AuthenticationError: 401. The API key was refused. Check that it is complete, that it belongs
                to the present API (keys of the older one are not accepted) and that it was not revoked.
            NotFoundError: 404. The workspace has no model with this id. It may have been deleted, its
                time of keeping may have ended (7 days on the free plan, up to 30 on others), or the API key
                may be of another workspace.
            RateLimitError: 429. Too many requests in a short time. Wait, then send the request again,
                less often.
            InternalServerError: 520. The proxy before the service could not use its response. Users have
                met this status where the API key was wrong: check the key, then try again later.
            InternalServerError: 5XX. The service, or the proxy before it, failed. Try again later.
            LeapError: Anything else that went wrong; `tryleap.errors` has the tree.

        """
        call = operations.delete_model(model_id)
        return self._send(call, RequestOptions(timeout, deadline, max_retries, extra_headers))


class ImageModelsWithRawResponse(SyncResource):
    """The calls of `ImageModels`, each returning an `ApiResponse`. Errors are raised all the same."""

    def list_all_models(
        self,
        *,
        timeout: TimeoutTypes | NotGiven = NOT_GIVEN,
        deadline: float | None | NotGiven = NOT_GIVEN,
        max_retries: int | NotGiven = NOT_GIVEN,
        extra_headers: Mapping[str, str] | None = None,
    ) -> ApiResponse[ListModelsV2Response]:
        """List all models, and return the whole response.

        Arguments and errors are those of `ImageModels.list_all_models`.

        Returns:
            The response; its `data` is what `list_all_models` returns.
        """
        call = operations.list_all_models()
        return self._send_raw(call, RequestOptions(timeout, deadline, max_retries, extra_headers))

    @overload
    def train_model(
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
    def train_model(
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

    def train_model(
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
        """Train a model, and return the whole response.

        Arguments and errors are those of `ImageModels.train_model`.

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
        return self._send_raw(
            call, RequestOptions(timeout, deadline, max_retries, extra_headers, on_upload_progress)
        )

    def get_model(
        self,
        model_id: str,
        *,
        timeout: TimeoutTypes | NotGiven = NOT_GIVEN,
        deadline: float | None | NotGiven = NOT_GIVEN,
        max_retries: int | NotGiven = NOT_GIVEN,
        extra_headers: Mapping[str, str] | None = None,
    ) -> ApiResponse[ModelV2Entity]:
        """Get a model, and return the whole response.

        Arguments and errors are those of `ImageModels.get_model`.

        Returns:
            The response; its `data` is what `get_model` returns.
        """
        call = operations.get_model(model_id)
        return self._send_raw(call, RequestOptions(timeout, deadline, max_retries, extra_headers))

    def delete_model(
        self,
        model_id: str,
        *,
        timeout: TimeoutTypes | NotGiven = NOT_GIVEN,
        deadline: float | None | NotGiven = NOT_GIVEN,
        max_retries: int | NotGiven = NOT_GIVEN,
        extra_headers: Mapping[str, str] | None = None,
    ) -> ApiResponse[ModelV2Entity]:
        """Delete a model, and return the whole response.

        Arguments and errors are those of `ImageModels.delete_model`.

        Returns:
            The response; its `data` is what `delete_model` returns.
        """
        call = operations.delete_model(model_id)
        return self._send_raw(call, RequestOptions(timeout, deadline, max_retries, extra_headers))
