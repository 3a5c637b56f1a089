"""Train image models on photos of one subject, follow their training, and list, get and delete the ...

Train image models on photos of one subject, follow their training, and list, get and delete the models of a
workspace. The API key identifies the workspace.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from ._version import __version__

if TYPE_CHECKING:
    from ._async_client import AsyncLeap as AsyncLeap
    from ._client import Leap as Leap
    from ._report import debug_report as debug_report
    from ._runtime.drift import DriftEvent as DriftEvent
    from ._runtime.options import NOT_GIVEN as NOT_GIVEN
    from ._runtime.options import NotGiven as NotGiven
    from ._runtime.response.raw import ApiResponse as ApiResponse
    from .errors import APIConnectionError as APIConnectionError
    from .errors import APIStatusError as APIStatusError
    from .errors import APITimeoutError as APITimeoutError
    from .errors import AuthenticationError as AuthenticationError
    from .errors import BadRequestError as BadRequestError
    from .errors import ConflictError as ConflictError
    from .errors import InternalServerError as InternalServerError
    from .errors import LeapError as LeapError
    from .errors import NotFoundError as NotFoundError
    from .errors import PaymentRequiredError as PaymentRequiredError
    from .errors import PermissionDeniedError as PermissionDeniedError
    from .errors import RateLimitError as RateLimitError
    from .errors import ResponseDecodeError as ResponseDecodeError
    from .errors import TrainingFailedError as TrainingFailedError
    from .errors import UnprocessableEntityError as UnprocessableEntityError
    from .errors import UploadError as UploadError
    from .errors import WaitTimeoutError as WaitTimeoutError
    from .webhooks import WebhookVerificationError as WebhookVerificationError

__all__ = [
    "NOT_GIVEN",
    "APIConnectionError",
    "APIStatusError",
    "APITimeoutError",
    "ApiResponse",
    "AsyncLeap",
    "AuthenticationError",
    "BadRequestError",
    "ConflictError",
    "DriftEvent",
    "InternalServerError",
    "Leap",
    "LeapError",
    "NotFoundError",
    "NotGiven",
    "PaymentRequiredError",
    "PermissionDeniedError",
    "RateLimitError",
    "ResponseDecodeError",
    "TrainingFailedError",
    "UnprocessableEntityError",
    "UploadError",
    "WaitTimeoutError",
    "WebhookVerificationError",
    "__version__",
    "debug_report",
]

# Everything is imported when it is first used, so that importing the package is quick.
_MODULES = {
    "APIConnectionError": "errors",
    "APIStatusError": "errors",
    "APITimeoutError": "errors",
    "ApiResponse": "_runtime.response.raw",
    "AsyncLeap": "_async_client",
    "AuthenticationError": "errors",
    "BadRequestError": "errors",
    "ConflictError": "errors",
    "DriftEvent": "_runtime.drift",
    "InternalServerError": "errors",
    "Leap": "_client",
    "LeapError": "errors",
    "NOT_GIVEN": "_runtime.options",
    "NotFoundError": "errors",
    "NotGiven": "_runtime.options",
    "PaymentRequiredError": "errors",
    "PermissionDeniedError": "errors",
    "RateLimitError": "errors",
    "ResponseDecodeError": "errors",
    "TrainingFailedError": "errors",
    "UnprocessableEntityError": "errors",
    "UploadError": "errors",
    "WaitTimeoutError": "errors",
    "WebhookVerificationError": "webhooks",
    "debug_report": "_report",
}
_SUBMODULES = ("errors", "models", "images", "simulator", "trainings", "webhooks")


def __getattr__(name: str) -> Any:
    if name in _MODULES:
        value = getattr(import_module(f"{__name__}.{_MODULES[name]}"), name)
        globals()[name] = value
        return value
    if name in _SUBMODULES:
        return import_module(f"{__name__}.{name}")
    message = f"module {__name__!r} has no attribute {name!r}"
    raise AttributeError(message)


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
