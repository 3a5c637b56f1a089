"""The classes of errors.

    BaseError (each package has its own name for it)
      APIConnectionError            no response came
        APITimeoutError             ... in time
        UploadError                 ... because a file could not be read to its end, or changed meanwhile
      APIStatusError                the server responded with an error
        BadRequestError 400, AuthenticationError 401, PaymentRequiredError 402, PermissionDeniedError 403,
        NotFoundError 404, ConflictError 409, UnprocessableEntityError 422, RateLimitError 429,
        InternalServerError 5xx
      ResponseDecodeError           the response cannot be decoded
      OperationFailedError          what an operation started has failed
      WaitTimeoutError              ... or did not finish in time

All have `model` and `may_have_been_processed`, and can be pickled and copied. None contains a credential:
`error_factory`, which makes them, removes secrets. `error_messages` has their texts.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from ._package import PACKAGE, BaseError, StartedModel


def rebuild(cls: type[BaseError], args: tuple[Any, ...], state: dict[str, Any]) -> BaseError:
    """Unpickle an error, whose constructor takes keywords."""
    error = cls.__new__(cls, *args)
    error.args = args
    error.__dict__.update(state)
    return error


class _Error(BaseError):
    """The base of the classes below. It makes them picklable, although their arguments are keywords."""

    def __reduce__(self) -> tuple[Any, ...]:
        return rebuild, (type(self), self.args, dict(self.__dict__))


class _RequestError(_Error):
    """An error that concerns a request.

    Args:
        summary: What happened.
        advice: What to do about it; may be empty.
        method: The request's method, such as "POST".
        path: Its path, without the query.
        may_have_been_processed: Whether the server may have acted on it, or on an earlier attempt of the
            call.
        retries_taken: How many retries were made before.
    """

    def __init__(
        self,
        summary: str,
        *,
        advice: str = "",
        method: str = "",
        path: str = "",
        may_have_been_processed: bool = False,
        retries_taken: int = 0,
    ) -> None:
        super().__init__(summary, advice)
        self.method = method
        self.path = path
        self.may_have_been_processed = may_have_been_processed
        self.retries_taken = retries_taken


class APIConnectionError(_RequestError):
    """No response came: no connection could be made, or it broke."""


class APITimeoutError(APIConnectionError):
    """No response came in time: a timeout of an attempt or the deadline of the call has passed."""


class UploadError(APIConnectionError):
    """A file could not be read to its end, or changed, while it was sent. The request was never complete."""


class _ResponseError(_RequestError):
    """An error with a response.

    Args:
        summary: What happened.
        status_code: The status of the response.
        headers: The headers of the response.
        body: The body of the response: parsed JSON, else text; None if it is empty.
        request_id: The server's id of the request, or None.
        context: The arguments of every error that concerns a request.
    """

    def __init__(
        self,
        summary: str,
        *,
        status_code: int = 0,
        headers: Mapping[str, str] | None = None,
        body: Any = None,
        request_id: str | None = None,
        **context: Any,
    ) -> None:
        super().__init__(summary, **context)
        self.status_code = status_code
        self.headers: Mapping[str, str] = {} if headers is None else headers
        self.body = body
        self.request_id = request_id


class APIStatusError(_ResponseError):
    """The server responded with a status that is not a success.

    Args:
        summary: What happened.
        data: The body as its documented model, or None.
        context: The arguments of every error with a response.
    """

    def __init__(self, summary: str, *, data: Any = None, **context: Any) -> None:
        super().__init__(summary, **context)
        self.data = data


class BadRequestError(APIStatusError):
    """400: the server did not accept the request."""


class AuthenticationError(APIStatusError):
    """401: the credential was refused."""


class PaymentRequiredError(APIStatusError):
    """402: the plan does not include this, or its credits are used up."""


class PermissionDeniedError(APIStatusError):
    """403: the credential does not allow this."""


class NotFoundError(APIStatusError):
    """404: it does not exist."""


class ConflictError(APIStatusError):
    """409: the request conflicts with the current state on the server."""


class UnprocessableEntityError(APIStatusError):
    """422: the server rejected the content of the request."""


class RateLimitError(APIStatusError):
    """429: too many requests in a short time."""


class InternalServerError(APIStatusError):
    """5xx: the server, or a proxy in front of it, failed."""


class ResponseDecodeError(_ResponseError):
    """A successful response cannot be decoded: it is not JSON, JSON of another type, or too large.

    A strict client also raises it for a response that does not match the document.
    """


class _WaitError(_Error):
    """An error of a wait.

    Args:
        summary: What happened.
        advice: What to do about it; may be empty.
        model: The result of the last poll, or None.
    """

    def __init__(self, summary: str, *, advice: str = "", model: Any = None) -> None:
        super().__init__(summary, advice)
        self.model: StartedModel = model


class OperationFailedError(_WaitError):
    """What an operation started has failed; `model` has the details."""


class WaitTimeoutError(_WaitError):
    """What an operation started did not finish in time; `model` is the result of the last poll, or None."""


_BY_STATUS: Final[dict[int, type[APIStatusError]]] = {
    400: BadRequestError,
    401: AuthenticationError,
    402: PaymentRequiredError,
    403: PermissionDeniedError,
    404: NotFoundError,
    409: ConflictError,
    422: UnprocessableEntityError,
    429: RateLimitError,
}


def status_error_class(status: int) -> type[APIStatusError]:
    """Return the class of errors for a status; `APIStatusError` if it has none of its own."""
    if status >= 500:
        return InternalServerError
    return _BY_STATUS.get(status, APIStatusError)


def _set_public_module(classes: list[Any]) -> None:
    """Make tracebacks show the name under which a caller imports a class."""
    for each in classes:
        if isinstance(each, type) and issubclass(each, _Error) and not each.__name__.startswith("_"):
            each.__module__ = f"{PACKAGE}.errors"


_set_public_module(list(globals().values()))
