"""What the reference pages say of each error: when it is raised, and what to do. Sentences of ours."""

from __future__ import annotations

from collections.abc import Sequence

from attrs import frozen

from .. import ir
from ..config import Config
from ..render.markdown import inline
from ..render.text import with_python_names
from .pages import error_of
from .resources import ResourceView


@frozen
class ErrorText:
    """An error.

    Args:
        name: Its class.
        parent: The class that it derives from, or "".
        status: The status that it stands for, or "".
        when: When it is raised, as Markdown.
        what_to_do: What to do about it, as Markdown.
        said: What the document says of its status, as Markdown, with the methods that it says it of.
    """

    name: str
    parent: str
    status: str
    when: str
    what_to_do: str
    said: tuple[tuple[str, str], ...] = ()

    @property
    def anchor(self) -> str:
        """Where its paragraph is on the page of errors."""
        return self.name.lower()


_MAYBE = "Where `may_have_been_processed` is true, check whether it took effect before you repeat it."
_WITH_STATUS = (
    ("BadRequestError", "400", "The server did not accept the request.", "Correct what the message names."),
    (
        "AuthenticationError",
        "401",
        "The credential was refused.",
        "Check that it is complete, belongs to this service and was not revoked.",
    ),
    (
        "PaymentRequiredError",
        "402",
        "The plan does not include this, or its credits are used up.",
        "Change the plan, then send the request again.",
    ),
    (
        "PermissionDeniedError",
        "403",
        "The credential does not allow this.",
        "Use one that does; a proxy or firewall on the way may also say so.",
    ),
    ("NotFoundError", "404", "There is nothing of that name.", "Check the id, and whose credential it is."),
    (
        "ConflictError",
        "409",
        "The request does not fit the state of what it concerns.",
        "Fetch it, then decide anew.",
    ),
    (
        "UnprocessableEntityError",
        "422",
        "The server understood the request and refuses its content.",
        "Correct what the message names.",
    ),
    (
        "RateLimitError",
        "429",
        "Too many requests in a short time. It was retried, `max_retries` times.",
        "Wait, then send fewer.",
    ),
    (
        "InternalServerError",
        "5xx",
        "The server, or a proxy before it, failed. Statuses that proxies invent, such as 520, count too.",
        f"Try again later. {_MAYBE}",
    ),
)


_NO_ANSWER = (
    (
        "APIConnectionError",
        "",
        "No response came: no connection could be made, or it broke off.",
        f"Check the network and `base_url`. {_MAYBE}",
    ),
    (
        "APITimeoutError",
        "APIConnectionError",
        "No response came in time: `timeout` for one attempt, or `deadline` for the whole call, is over.",
        f"Give more time, or try again later. {_MAYBE}",
    ),
    (
        "UploadError",
        "APIConnectionError",
        "A file could not be read to its end, or changed, while it was sent. The request was not complete.",
        "Send it again when the file is at rest.",
    ),
    (
        "APIStatusError",
        "",
        (
            "The server responded with an error. For a status without a class of its own it is raised "
            "itself: for redirects, which are never followed, too."
        ),
        "Read `status_code` and the message.",
    ),
)
_UNREADABLE = (
    "ResponseDecodeError",
    (
        "The server responded with a success that cannot be read: HTML, broken or empty JSON, JSON of "
        "another type. With `strict=True` also a response that is not as documented."
    ),
    f"Check `base_url`, and what stands between you and the service. {_MAYBE}",
)
_FAILED = (
    "What was waited for ended with a status that means failure.",
    "Look at `model`, which holds what was fetched last.",
)
_NOT_ENDED = (
    "What was waited for had not ended in time. It goes on at the server.",
    "Wait again with its id; `model` holds what was fetched last.",
)


def error_texts(api: ir.Api, config: Config, resources: Sequence[ResourceView]) -> tuple[ErrorText, ...]:
    """Say what there is to say of each error.

    Args:
        api: The ir.
        config: The choices.
        resources: The resources, for the names of methods.

    Returns:
        The texts, in the order of the tree of errors.
    """
    base = config.base_error
    said = _said(resources)
    rows = [(base, "", "", "The base of all of them.", "Catch it to catch any of them.")]
    rows += [(name, parent or base, "", when, what) for name, parent, when, what in _NO_ANSWER]
    rows += [(name, "APIStatusError", status, when, what) for name, status, when, what in _WITH_STATUS]
    name, when, what = _UNREADABLE
    rows.append((name, base, "", when, what))
    if any(each.long_running for each in api.operations):
        rows += [(config.failed_error, base, "", *_FAILED), ("WaitTimeoutError", base, "", *_NOT_ENDED)]
    return tuple(
        ErrorText(name, parent, status, when, what, said.get(name, ()))
        for name, parent, status, when, what in rows
    )


def _said(resources: Sequence[ResourceView]) -> dict[str, tuple[tuple[str, str], ...]]:
    """Collect what the document says of statuses, each text once, with the methods that it is said of."""
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
