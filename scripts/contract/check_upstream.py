"""Compare openapi.yaml with a document that the service publishes."""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx

from ..generator.document import load, validate
from ..generator.document.problems import GenerationError, Problem
from ..generator.pipeline import SPEC
from ..options import command_parser
from . import accepted, documents
from .changes import Change, Severity

ACCEPTED = Path(__file__).resolve().parent / "accepted-differences.yaml"
_MAX_BYTES = 20_000_000
_TITLES = {
    "added": "Only in the published document",
    "removed": "Only in our document",
    "changed": "Different in the two documents",
}


class _UnreadableError(Exception):
    """The published document cannot be read."""


def main(arguments: list[str] | None = None) -> int:
    """Run the command.

    Args:
        arguments: The command line without the program's name; that of the process by default.

    Returns:
        0 if all differences are accepted and all accepted differences occur, otherwise 1.
    """
    options = _options().parse_args(arguments)
    if not options.source:
        print("error: name the document: make check-upstream UPSTREAM=<url or file>", file=sys.stderr)
        return 1
    try:
        entries = accepted.read(options.accepted)
        ours = load.load(options.spec).data
        found = _compared(ours, _published(options.source))
    except (_UnreadableError, GenerationError, ValueError, OSError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    matches = accepted.match(found, entries)
    _report(matches, show_accepted=options.all)
    source = Path(options.source).name if "://" not in options.source else options.source
    print(
        f"{options.spec.name} and {source}: {len(matches.unaccepted)} differences to review, "
        f"{len(matches.accepted)} accepted, {len(matches.unused)} accepted but not found"
    )
    return 1 if matches.unaccepted or matches.unused else 0


def _options() -> argparse.ArgumentParser:
    parser = command_parser("contract.check_upstream", __doc__)
    parser.add_argument("source", metavar="SOURCE", help="a URL or a file, JSON or YAML")
    parser.add_argument(
        "--spec", type=Path, default=SPEC, metavar="FILE", help="our document (default: openapi.yaml)"
    )
    parser.add_argument(
        "--accepted",
        type=Path,
        default=ACCEPTED,
        metavar="FILE",
        help="the accepted differences, with reasons (default: scripts/contract/accepted-differences.yaml)",
    )
    parser.add_argument("--all", action="store_true", help="also show accepted differences")
    return parser


def _published(source: str) -> load.Source:
    return _fetched(source) if urlsplit(source).scheme in ("http", "https") else load.load(Path(source))


def _compared(ours: dict[str, Any], theirs: load.Source) -> tuple[Change, ...]:
    """Compare our document with the published one, whose mistakes are notes unless they prevent it."""
    mistakes: tuple[Problem, ...] = ()
    try:
        validate.validate(theirs.data)
    except GenerationError as error:
        mistakes = theirs.locate(error).problems
    try:
        found = documents.compare(ours, theirs.data)
    except (LookupError, TypeError, AttributeError, ValueError, RecursionError) as error:
        if mistakes:
            raise GenerationError(mistakes) from error
        raise
    for each in mistakes:
        print(f"note: the published document has a mistake: {each.place}: {each.what}")
    return found


def _fetched(url: str) -> load.Source:
    try:
        response = httpx.get(url, follow_redirects=True, timeout=30)
        response.raise_for_status()
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        raise _UnreadableError(f"{url} cannot be read: {str(error) or type(error).__name__}") from error
    if len(response.content) > _MAX_BYTES:
        raise _UnreadableError(
            f"{url} has {len(response.content)} bytes, which is too large for an OpenAPI document"
        )
    is_json = response.content.lstrip()[:1] == b"{"
    with tempfile.TemporaryDirectory() as folder:
        # The loader reads files, and names them in its messages.
        path = Path(folder) / ("published.json" if is_json else "published.yaml")
        path.write_bytes(response.content)
        return load.load(path)


def _report(matches: accepted.Matches, *, show_accepted: bool) -> None:
    _list("", matches.unaccepted)
    if show_accepted:
        _list("Accepted: ", matches.accepted)
    if matches.unused:
        print("Accepted, but not found: remove these entries from the accepted differences")
        for entry in matches.unused:
            print(f"  {entry}")


def _list(prefix: str, changes: tuple[Change, ...]) -> None:
    for action, title in _TITLES.items():
        mine = [each for each in changes if each.action == action]
        if mine:
            print(f"{prefix}{title}")
        for severity in sorted(Severity, reverse=True):
            for each in mine:
                if each.severity is severity:
                    print(f"  {severity!s:<13} {each}")


if __name__ == "__main__":
    sys.exit(main())
