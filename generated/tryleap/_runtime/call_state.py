"""What is known of one call while it is sent: what errors, notes and the log say of it."""

from __future__ import annotations

from typing import Any, Protocol

from . import messages
from .operations import Call
from .redaction import cleaned


class RequestStream(Protocol):
    """The body of a request, which knows whether the HTTP library has begun to send it."""

    began: bool
    reports_sending: bool


class CallState:
    """The state of one call.

    Args:
        call: The call.
        server: The server that it goes to, as messages name it.

    Attributes:
        attempts: How many attempts were begun.
        retries: How many retries were made.
        ambiguous: Whether the server may have acted on an attempt that has ended.
        renewed: Whether the credential was asked for again after a 401.
        secrets: What must not be shown.
        stream: The body of the attempt that is being made, or None.
    """

    __slots__ = ("ambiguous", "attempts", "call", "renewed", "retries", "secrets", "server", "stream")

    def __init__(self, call: Call[Any], server: str) -> None:
        self.call = call
        self.server = server
        self.attempts = 0
        self.retries = 0
        self.ambiguous = False
        self.renewed = False
        self.secrets: list[str] = []
        self.stream: RequestStream | None = None

    @property
    def sending_began(self) -> bool:
        """Whether the HTTP library has begun to send the present attempt."""
        return self.stream is not None and self.stream.began

    @property
    def reports_sending(self) -> bool:
        """Whether it would be known if the HTTP library had begun to send the present attempt."""
        return self.stream is not None and self.stream.reports_sending

    @property
    def place(self) -> str:
        """Method and path, as messages and the log show them."""
        return f"{self.call.operation.method} {cleaned(self.call.path, self.secrets)}"

    def attempt_begins(self, stream: RequestStream) -> None:
        """Begin an attempt.

        Args:
            stream: The body of its request.
        """
        self.stream = stream
        self.attempts += 1

    def attempt_ended(self, *, ambiguous: bool) -> None:
        """End an attempt.

        Args:
            ambiguous: Whether the server may have acted on it.
        """
        self.stream = None
        self.ambiguous = self.ambiguous or ambiguous

    def error_arguments(self) -> dict[str, Any]:
        """The arguments of every error that concerns a request."""
        return {
            "method": self.call.operation.method,
            "path": cleaned(self.call.path, self.secrets),
            "may_have_been_processed": self.ambiguous,
            "retries_taken": self.retries,
        }

    def annotate(self, problem: BaseException) -> None:
        """Add a note to an exception that is not ours, if the server may have acted on the call.

        Args:
            problem: What a callback of the caller raised, an interrupt, or a cancellation.
        """
        if (self.ambiguous or self.sending_began) and self.call.operation.changes:
            problem.add_note(messages.of_ambiguity(self.call))
