"""The errors of the package.

LeapError
  APIConnectionError            no answer came
    APITimeoutError             ... in time
    UploadError                 ... as a file failed or changed while it was sent
  APIStatusError                the service answered with an error
    BadRequestError             400
    AuthenticationError         401
    PaymentRequiredError        402
    PermissionDeniedError       403
    NotFoundError               404
    ConflictError               409
    UnprocessableEntityError    422
    RateLimitError              429
    InternalServerError         5xx
  ResponseDecodeError           the answer cannot be read
  TrainingFailedError         what an operation began has failed
  WaitTimeoutError              ... or has not ended in time
"""

from __future__ import annotations

from ._runtime._package import LeapError
from ._runtime.errors import (
    APIConnectionError,
    APIStatusError,
    APITimeoutError,
    AuthenticationError,
    BadRequestError,
    ConflictError,
    InternalServerError,
    NotFoundError,
    OperationFailedError,
    PaymentRequiredError,
    PermissionDeniedError,
    RateLimitError,
    ResponseDecodeError,
    UnprocessableEntityError,
    UploadError,
    WaitTimeoutError,
)

__all__ = [
    "APIConnectionError",
    "APIStatusError",
    "APITimeoutError",
    "AuthenticationError",
    "BadRequestError",
    "ConflictError",
    "InternalServerError",
    "LeapError",
    "NotFoundError",
    "OperationFailedError",
    "PaymentRequiredError",
    "PermissionDeniedError",
    "RateLimitError",
    "ResponseDecodeError",
    "TrainingFailedError",
    "UnprocessableEntityError",
    "UploadError",
    "WaitTimeoutError",
]


class TrainingFailedError(OperationFailedError):
    """What an operation began ended with a status that means failure; `model` holds it."""
