"""What is known of one call while it is sent. Errors, notes and log lines are made from it."""

from __future__ import annotations

from typing import Any, Protocol

from . import error_messages
from .operations import Call
from .redaction import cleaned, longest_first
from .request.build import CallPlan


class RequestStream(Protocol):
    """The body of a request. `sending_began` is what `retry.classify` takes."""

    sending_began: bool | None


class CallState:
    """The state of one call.

    Args:
        call: The call.
        plan: What it is sent with.
        server: The server that it goes to, as messages name it.

    Attributes:
        attempts: How many attempts were started.
        retries: How many retries were made.
        ambiguous: Whether the server may have acted on an attempt that is over.
        renewed: Whether a callable was asked for another credential after a 401.
        secrets: The texts that must not be shown, from `redaction.secret_forms`.
        stream: The body of the current attempt; None between attempts.
    """

    __slots__ = ("ambiguous", "attempts", "call", "plan", "renewed", "retries", "secrets", "server", "stream")

    def __init__(self, call: Call[Any], plan: CallPlan, server: str) -> None:
        self.call = call
        self.plan = plan
        self.server = server
        self.attempts = 0
        self.retries = 0
        self.ambiguous = False
        self.renewed = False
        self.secrets: list[str] = []
        self.stream: RequestStream | None = None

    @property
    def sending_began(self) -> bool | None:
        """Whether sending of the current attempt has begun; see `retry.classify`."""
        return False if self.stream is None else self.stream.sending_began

    @property
    def place(self) -> str:
        """Method and path, as the log shows them."""
        return f"{self.call.operation.method} {cleaned(self.call.path, self.secrets)}"

    def start_attempt(self, stream: RequestStream) -> None:
        """Count an attempt; `stream` is the body of its request."""
        self.stream = stream
        self.attempts += 1

    def end_attempt(self, *, ambiguous: bool) -> None:
        """Note that the attempt is over, and whether the server may have acted on it."""
        self.stream = None
        self.ambiguous = self.ambiguous or ambiguous

    def keep_secret(self, secrets: list[str]) -> list[str]:
        """Add texts of `redaction.secret_forms` that must not be shown; return all of them."""
        if not self.secrets:
            self.secrets = secrets
        elif more := [each for each in secrets if each not in self.secrets]:
            self.secrets = longest_first([*self.secrets, *more])
        return self.secrets

    def error_arguments(self) -> dict[str, Any]:
        """Return the arguments of every error that concerns a request."""
        return {
            "method": self.call.operation.method,
            "path": cleaned(self.call.path, self.secrets),
            "may_have_been_processed": self.ambiguous,
            "retries_taken": self.retries,
        }

    def annotate(self, exception: BaseException) -> None:
        """Add a note to an exception that is not ours, if the server may have acted on the call."""
        if (self.ambiguous or self.sending_began) and self.call.operation.changes:
            exception.add_note(error_messages.ambiguity_note(self.call))
