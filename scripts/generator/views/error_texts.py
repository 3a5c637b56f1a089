"""Compute the texts of the reference pages about errors: when each is raised, and what to do."""

from __future__ import annotations

from collections.abc import Sequence

from attrs import frozen

from templates.runtime._package import BaseError
from templates.runtime.errors import OperationFailedError, WaitTimeoutError

from .. import ir
from ..config import Config
from ..render.markdown import inline
from ..render.text import with_python_names
from .resources import ERRORS, ResourceView, error_of


@frozen
class ErrorText:
    """An error.

    Args:
        name: Its class.
        parent: Its base class, or "".
        status: Its HTTP status, or "".
        when: When it is raised, as Markdown.
        what_to_do: What to do about it, as Markdown.
        descriptions: The document's descriptions of its status, as Markdown, each with its methods.
    """

    name: str
    parent: str
    status: str
    when: str
    what_to_do: str
    descriptions: tuple[tuple[str, str], ...] = ()

    @property
    def anchor(self) -> str:
        """The anchor of its section on the page of errors."""
        return self.name.lower()


_MAYBE = "Where `may_have_been_processed` is true, check whether it took effect before you repeat it."
# When each error of the runtime is raised, and what to do.
_TEXTS = {
    "APIConnectionError": (
        "No response was received: the connection could not be established, or it was lost.",
        f"Check the network and `base_url`. {_MAYBE}",
    ),
    "APITimeoutError": (
        "No response was received within `timeout` (one attempt) or `deadline` (the whole call).",
        f"Increase the limit, or try again later. {_MAYBE}",
    ),
    "UploadError": (
        "A file could not be read completely, or changed, during the upload. The request is incomplete.",
        "Send it again when nothing else changes the file.",
    ),
    "APIStatusError": (
        (
            "The server responded with an error status. It is also raised itself, for statuses without a "
            "class of their own and for redirects, which are never followed."
        ),
        "Read `status_code` and the message.",
    ),
    "BadRequestError": ("The server rejected the request as invalid.", "Fix what the message names."),
    "AuthenticationError": (
        "The credential is missing or invalid.",
        "Check that it is complete, belongs to this service and has not been revoked.",
    ),
    "PaymentRequiredError": (
        "The plan does not include this, or its credits are used up.",
        "Change the plan, then send the request again.",
    ),
    "PermissionDeniedError": (
        "The credential does not allow this.",
        "Use one that does. A proxy or firewall can also return this status.",
    ),
    "NotFoundError": (
        "The resource does not exist.",
        "Check the id, and which account the credential belongs to.",
    ),
    "ConflictError": (
        "The request conflicts with the current state of the resource.",
        "Get its current state, then decide.",
    ),
    "UnprocessableEntityError": (
        "The server understood the request but rejected its content.",
        "Fix what the message names.",
    ),
    "RateLimitError": (
        "A rate limit was reached: too many requests in a short time. It was retried, `max_retries` times.",
        "Slow down and try again later.",
    ),
    "InternalServerError": (
        "The server, or a proxy in front of it, failed. This includes nonstandard statuses such as 520.",
        f"Try again later. {_MAYBE}",
    ),
    "ResponseDecodeError": (
        (
            "The server responded with success, but its body cannot be decoded: HTML, invalid or empty JSON, "
            "or JSON of another type. With `strict=True`, also a response that is not as documented."
        ),
        f"Check `base_url`, and any proxy between you and the service. {_MAYBE}",
    ),
    "OperationFailedError": (
        "What you waited for failed.",
        "See `model`, the result of the last poll.",
    ),
    "WaitTimeoutError": (
        "What you waited for has not finished in time. It continues on the server.",
        "Wait again with its id; `model` is the result of the last poll.",
    ),
}
_OF_WAITS = (OperationFailedError, WaitTimeoutError)


def error_texts(api: ir.Api, config: Config, resources: Sequence[ResourceView]) -> tuple[ErrorText, ...]:
    """Return the texts of all errors, in the order of the error tree."""
    names = {BaseError: config.base_error, OperationFailedError: config.failed_error}
    statuses = {error_of(str(status)): str(status) for status in range(400, 500)}
    statuses |= {error_of("5XX"): "5xx", error_of("default"): ""}
    waits = any(each.long_running for each in api.operations)
    descriptions = _descriptions(resources)
    found = [
        ErrorText(config.base_error, "", "", "The base of all of them.", "Catch it to catch any of them.")
    ]
    for each in ERRORS:
        if waits or each not in _OF_WAITS:
            name = each.__name__
            parent = next(above for above in each.__mro__[1:] if not above.__name__.startswith("_"))
            found.append(
                ErrorText(
                    names.get(each, name),
                    names.get(parent, parent.__name__),
                    statuses.get(name, ""),
                    *_TEXTS[name],
                    descriptions.get(name, ()),
                )
            )
    return tuple(found)


def _descriptions(resources: Sequence[ResourceView]) -> dict[str, tuple[tuple[str, str], ...]]:
    """Collect the document's descriptions of error statuses, each once, with its methods."""
    found: dict[str, dict[str, list[str]]] = {}
    for view in resources:
        for method in view.methods:
            operation = method.operation
            renamed = operation.python_names
            for each in operation.responses:
                if not each.is_success and each.status != "default" and each.description:
                    text = inline(with_python_names(each.description, renamed))
                    texts = found.setdefault(error_of(each.status), {})
                    texts.setdefault(text, []).append(f"`{view.name}.{method.name}`")
    return {
        name: tuple((text, ", ".join(methods)) for text, methods in texts.items())
        for name, texts in found.items()
    }
