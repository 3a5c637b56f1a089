"""The errors of the package.

LeapError
  APIConnectionError            no response came
    APITimeoutError             ... in time
    UploadError                 ... because a file could not be read, or changed meanwhile
  APIStatusError                the server responded with an error
    BadRequestError             400
    AuthenticationError         401
    PaymentRequiredError        402
    PermissionDeniedError       403
    NotFoundError               404
    ConflictError               409
    UnprocessableEntityError    422
    RateLimitError              429
    InternalServerError         5xx
  ResponseDecodeError           the response cannot be decoded
  TrainingFailedError         what an operation started has failed
  WaitTimeoutError              ... or did not finish in time
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
    """What an operation started has failed; `model` has the details."""
