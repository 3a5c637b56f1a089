"""Check openapi.yaml against the live API (read-only).

The API key comes from LEAP_API_KEY, and the URL from LEAP_BASE_URL (default: the server in the document).
Nothing is trained, changed or deleted, so it costs nothing. Each response is checked twice: by the client,
which reports differences from the document, and by a JSON schema validator.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from openapi_schema_validator import OAS30Validator

from ..generator.document import load
from ..generator.document.pointers import resolve
from ..generator.document.walk import METHODS
from ..generator.pipeline import SPEC
from ..options import command_parser

if TYPE_CHECKING:
    from tryleap import DriftEvent, Leap, LeapError

GENERATED = Path(__file__).resolve().parents[2] / "generated"
UNKNOWN_ID = "00000000-0000-4000-8000-000000000000"
WRONG_KEY = "wrong-key-of-a-contract-check"
# The service's proxy sometimes returns this status instead of 401.
_PROXY_STATUS = 520


class _MismatchError(Exception):
    """The service does not behave as documented."""


class _SkippedError(Exception):
    """The check cannot run, because something that it needs is missing."""


def main(arguments: list[str] | None = None) -> int:
    """Run the command.

    Args:
        arguments: The command line without the program's name; that of the process by default.

    Returns:
        0 if every response was as documented, otherwise 1.
    """
    _options().parse_args(arguments)
    if not os.environ.get("LEAP_API_KEY"):
        print(
            "error: set LEAP_API_KEY to an API key of the service, then run make check-live again",
            file=sys.stderr,
        )
        return 1
    if str(GENERATED) not in sys.path:
        sys.path.insert(0, str(GENERATED))
    try:
        import tryleap
    except ImportError as error:
        print(f"error: the client cannot be imported ({error}): run make generate first", file=sys.stderr)
        return 1
    try:
        return _run(tryleap.Leap)
    except tryleap.LeapError as error:  # raised while the client was created
        print(f"error: {error}", file=sys.stderr)
        return 1


def _options() -> argparse.ArgumentParser:
    return command_parser("contract.check_live", __doc__)


def _run(make: type[Leap]) -> int:
    from tryleap import LeapError

    document = load.load(SPEC).data
    drift: list[DriftEvent] = []
    failures = 0
    print(f"checking {os.environ.get('LEAP_BASE_URL') or document['servers'][0]['url']}")
    with make(on_drift=drift.append) as leap, make(WRONG_KEY) as stranger:
        checks = _Checks(document, leap, stranger)
        for name, check in checks.all():
            try:
                print(f"ok       {name}: {check()}")
            except _SkippedError as reason:
                print(f"skipped  {name}: {reason}")
            except (_MismatchError, LeapError) as error:
                failures += 1
                print(f"FAILED   {name}: {error}")
    for event in drift:
        print(f"note     {event.operation}: {event.path}: {event.detail}")
    serious = [each for each in drift if not each.is_addition]
    if failures or serious:
        print(
            f"error: {failures} checks failed, and the client reported {len(serious)} differences: "
            "correct openapi.yaml where the service is right",
            file=sys.stderr,
        )
    return 1 if failures or serious else 0


class _Checks:
    """The checks, ordered so that later ones can use the results of earlier ones."""

    def __init__(self, document: dict[str, Any], leap: Leap, stranger: Leap) -> None:
        self._document = document
        self._leap = leap
        self._stranger = stranger
        self._first: str | None = None

    def all(self) -> Iterator[tuple[str, Callable[[], str]]]:
        yield "list the models", self._list
        yield "get the first of them", self._get
        yield "get a model that does not exist", self._unknown
        yield "list with a wrong key", self._wrong_key

    def _list(self) -> str:
        response = self._leap.image_models.with_raw_response.list_all_models()
        self._validate("listAllModels", response.status_code, response.content)
        models = response.data.models
        self._first = models[0].id if models else None
        return f"{response.status_code}, {len(models)} models, as documented"

    def _get(self) -> str:
        if self._first is None:
            raise _SkippedError("the workspace has no model, or the list could not be read")
        response = self._leap.image_models.with_raw_response.get_model(self._first)
        self._validate("getModel", response.status_code, response.content)
        if response.data.id != self._first:
            raise _MismatchError(f"requested model {self._first}, got {response.data.id}")
        return f"{response.status_code}, the requested model, as documented"

    def _unknown(self) -> str:
        from tryleap import NotFoundError

        try:
            model = self._leap.image_models.get_model(UNKNOWN_ID)
        except NotFoundError as error:
            return f"{error.status_code}, {self._body_kind(error)}"
        raise _MismatchError(f"there is a model with the id {model.id!r}, but 404 was expected")

    def _wrong_key(self) -> str:
        from tryleap import APIStatusError, AuthenticationError

        try:
            self._stranger.image_models.list_all_models(max_retries=0)
        except AuthenticationError as error:
            return f"{error.status_code}, {self._body_kind(error)}"
        except APIStatusError as error:
            if error.status_code == _PROXY_STATUS:
                return f"{error.status_code} from the proxy instead of 401; both are documented"
            raise
        raise _MismatchError("a wrong key was accepted")

    @staticmethod
    def _body_kind(error: LeapError) -> str:
        body = getattr(error, "body", None)
        return (
            "with a JSON body" if isinstance(body, dict) else "without a JSON body, which the document allows"
        )

    def _validate(self, operation_id: str, status: int, content: bytes) -> None:
        """Validate a response with the document's schema."""
        response = _responses(self._document, operation_id).get(str(status))
        if response is None:
            raise _MismatchError(f"the status {status} is not documented")
        schema = resolve(self._document, response, "#").data["content"]["application/json"]["schema"]
        whole = {**schema, "components": self._document["components"]}
        try:
            value = json.loads(content)
        except ValueError as error:
            raise _MismatchError(f"the body is not JSON: {error}") from error
        errors = list(OAS30Validator(whole).iter_errors(value))
        if errors:
            first = min(errors, key=lambda each: list(map(str, each.absolute_path)))
            place = "/".join(str(each) for each in first.absolute_path) or "the body"
            raise _MismatchError(f"{place}: {first.message} ({len(errors)} errors in total)")


def _responses(document: dict[str, Any], operation_id: str) -> dict[str, Any]:
    found: dict[str, Any] = next(
        item[method]["responses"]
        for item in document["paths"].values()
        for method in METHODS
        if method in item and item[method].get("operationId") == operation_id
    )
    return found


if __name__ == "__main__":
    sys.exit(main())
