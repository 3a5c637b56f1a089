"""Hold the contract against a real service, reading only: `python -m scripts.contract.check_live`.

The key is that of LEAP_API_KEY, the service that of LEAP_BASE_URL (by default the one of the document).
Nothing is trained, changed or deleted, and nothing of this costs money. Each answer is judged twice: by the
client, which notes where an answer departs from the document, and by a validator of JSON schemas that reads
the document alone.
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

if TYPE_CHECKING:
    from tryleap import DriftEvent, Leap, LeapError

GENERATED = Path(__file__).resolve().parents[2] / "generated"
UNKNOWN_ID = "00000000-0000-4000-8000-000000000000"
WRONG_KEY = "wrong-key-of-a-contract-check"
# What the service's proxy has been seen to answer in place of 401.
_PROXY_STATUS = 520


class _DepartureError(Exception):
    """The service does not do what the document says."""


class _SkippedError(Exception):
    """The check needs something that is not there."""


def main(arguments: list[str] | None = None) -> int:
    """Run the command.

    Args:
        arguments: The command line without the program's name; that of the process by default.

    Returns:
        0 when every answer was as the document says; else 1.
    """
    _options().parse_args(arguments)
    if not os.environ.get("LEAP_API_KEY"):
        print(
            "error: set LEAP_API_KEY to a key of the service, then run make check-live again", file=sys.stderr
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
    except tryleap.LeapError as error:  # already while the client was made
        print(f"error: {error}", file=sys.stderr)
        return 1


def _options() -> argparse.ArgumentParser:
    return argparse.ArgumentParser(
        prog="python -m scripts.contract.check_live",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )


def _run(make: type[Leap]) -> int:
    from tryleap import LeapError

    document = load.load(SPEC).data
    drift: list[DriftEvent] = []
    failures = 0
    print(f"asking {os.environ.get('LEAP_BASE_URL') or document['servers'][0]['url']}")
    with make(on_drift=drift.append) as leap, make(WRONG_KEY) as stranger:
        checks = _Checks(document, leap, stranger)
        for name, check in checks.all():
            try:
                print(f"ok       {name}: {check()}")
            except _SkippedError as reason:
                print(f"skipped  {name}: {reason}")
            except (_DepartureError, LeapError) as error:
                failures += 1
                print(f"FAILED   {name}: {error}")
    for event in drift:
        print(f"note     {event.operation}: {event.path}: {event.detail}")
    serious = [each for each in drift if not each.is_addition]
    if failures or serious:
        print(
            f"error: {failures} of the checks failed, and the client noted {len(serious)} departures: "
            "correct openapi.yaml where the service is right",
            file=sys.stderr,
        )
    return 1 if failures or serious else 0


class _Checks:
    """The checks, in an order in which one may use what an earlier one has found."""

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
        answer = self._leap.image_models.with_raw_response.list_all_models()
        self._judge("listAllModels", answer.status_code, answer.content)
        models = answer.data.models
        self._first = models[0].id if models else None
        return f"{answer.status_code}, {len(models)} models, as the document says"

    def _get(self) -> str:
        if self._first is None:
            raise _SkippedError("the workspace has no model, or the list could not be read")
        answer = self._leap.image_models.with_raw_response.get_model(self._first)
        self._judge("getModel", answer.status_code, answer.content)
        if answer.data.id != self._first:
            raise _DepartureError(f"asked for {self._first}, got {answer.data.id}")
        return f"{answer.status_code}, the model that was asked for, as the document says"

    def _unknown(self) -> str:
        from tryleap import NotFoundError

        try:
            model = self._leap.image_models.get_model(UNKNOWN_ID)
        except NotFoundError as error:
            return f"{error.status_code}, {self._told(error)}"
        raise _DepartureError(f"there is a model of the id {model.id!r}, where 404 was expected")

    def _wrong_key(self) -> str:
        from tryleap import APIStatusError, AuthenticationError

        try:
            self._stranger.image_models.list_all_models(max_retries=0)
        except AuthenticationError as error:
            return f"{error.status_code}, {self._told(error)}"
        except APIStatusError as error:
            if error.status_code == _PROXY_STATUS:
                return f"{error.status_code} of the proxy, where 401 is documented first"
            raise
        raise _DepartureError("a wrong key was accepted")

    @staticmethod
    def _told(error: LeapError) -> str:
        body = getattr(error, "body", None)
        return (
            "with a JSON body"
            if isinstance(body, dict)
            else "without a JSON body, which the document allows for"
        )

    def _judge(self, operation_id: str, status: int, content: bytes) -> None:
        """Validate an answer by the document alone."""
        response = _responses(self._document, operation_id).get(str(status))
        if response is None:
            raise _DepartureError(f"the status {status} is not documented")
        schema = resolve(self._document, response, "#").data["content"]["application/json"]["schema"]
        whole = {**schema, "components": self._document["components"]}
        try:
            value = json.loads(content)
        except ValueError as error:
            raise _DepartureError(f"the body is no JSON: {error}") from error
        errors = list(OAS30Validator(whole).iter_errors(value))
        if errors:
            first = min(errors, key=lambda each: list(map(str, each.absolute_path)))
            place = "/".join(str(each) for each in first.absolute_path) or "the body"
            raise _DepartureError(f"{place}: {first.message} ({len(errors)} such places)")


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
