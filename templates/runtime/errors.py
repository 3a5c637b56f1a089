"""The errors.

    BaseError (its name is the package's)
      APIConnectionError            no answer came
        APITimeoutError             ... in time
        UploadError                 ... because a file could not be read to its end, or changed meanwhile
      APIStatusError                the server answered with an error
        BadRequestError 400, AuthenticationError 401, PaymentRequiredError 402, PermissionDeniedError 403,
        NotFoundError 404, ConflictError 409, UnprocessableEntityError 422, RateLimitError 429,
        InternalServerError 5xx
      ResponseDecodeError           the answer cannot be read
      OperationFailedError          what an operation began has failed
      WaitTimeoutError              ... or has not ended in time

All of them have `model` and `may_have_been_processed`, and can be pickled and copied. None ever holds a
credential: whoever makes one passes texts that were cleaned before. This module makes no texts; `messages`
does.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from ._package import PACKAGE, BaseError, StartedModel


def _rebuild(cls: type[BaseError], args: tuple[Any, ...], state: dict[str, Any]) -> BaseError:
    made = cls.__new__(cls, *args)
    made.args = args
    made.__dict__.update(state)
    return made


class _Error(BaseError):
    """What all errors of the runtime share: they can be pickled, although their arguments are keywords."""

    def __reduce__(self) -> tuple[Any, ...]:
        return _rebuild, (type(self), self.args, dict(self.__dict__))


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
    """No answer came: no connection could be made, or it broke off."""


class APITimeoutError(APIConnectionError):
    """No answer came in time: a timeout of one attempt, or the deadline of the call, has passed."""


class UploadError(APIConnectionError):
    """A file could not be read to its end, or changed, while it was sent. The request was never complete."""


class _AnswerError(_RequestError):
    """An error with an answer.

    Args:
        summary: What happened.
        status_code: The answer's status.
        headers: The answer's headers.
        body: What the answer's body holds: parsed JSON, else text; None where it is empty.
        request_id: The server's name for the request, or None.
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


class APIStatusError(_AnswerError):
    """The server answered with a status that is no success.

    Args:
        summary: What happened.
        data: The body as the model that the document has for it, or None.
        context: The arguments of every error with an answer.
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
    """404: there is nothing of that name."""


class ConflictError(APIStatusError):
    """409: the request does not fit the state of what it concerns."""


class UnprocessableEntityError(APIStatusError):
    """422: the server understood the request and refuses its content."""


class RateLimitError(APIStatusError):
    """429: too many requests in a short time."""


class InternalServerError(APIStatusError):
    """5xx: the server, or a proxy before it, failed."""


class ResponseDecodeError(_AnswerError):
    """The server answered with a success that cannot be read: no JSON, JSON of another type, or too much.

    A strict client also raises it for a response that is not as documented.
    """


class _OutcomeError(_Error):
    """An error of waiting.

    Args:
        summary: What happened.
        advice: What to do about it; may be empty.
        model: What is known of it, or None.
    """

    def __init__(self, summary: str, *, advice: str = "", model: Any = None) -> None:
        super().__init__(summary, advice)
        self.model: StartedModel = model


class OperationFailedError(_OutcomeError):
    """What an operation began ended with a status that means failure; `model` holds it."""


class WaitTimeoutError(_OutcomeError):
    """What an operation began had not ended in time; `model` holds what was fetched last, or None."""


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
    """Tell which class stands for a status.

    Args:
        status: The status.

    Returns:
        The class; `APIStatusError` itself where there is none of its own.
    """
    if status >= 500:
        return InternalServerError
    return _BY_STATUS.get(status, APIStatusError)


def _show_where_it_is_imported_from(classes: list[Any]) -> None:
    """Let tracebacks show the name under which a caller imports a class."""
    for each in classes:
        if isinstance(each, type) and issubclass(each, _Error) and not each.__name__.startswith("_"):
            each.__module__ = f"{PACKAGE}.errors"


_show_where_it_is_imported_from(list(globals().values()))
