"""Read the manifest of `tryleap trainings run`: one training for each row, as CSV or JSON Lines."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, Final, NamedTuple

from ._cli.errors import Refused
from ._cli.file_arguments import read_sources

_TEXTS: Final = ("key", "name", "subject_keyword", "subject_type", "webhook_url")
COLUMNS: Final = (*_TEXTS, "images")
_SEPARATOR: Final = ";"


class ManifestRow(NamedTuple):
    """One row of a manifest.

    Args:
        place: Its location for messages, such as "people.csv, line 3".
        arguments: Its `key` and the arguments of `start`.
    """

    place: str
    arguments: dict[str, Any]

    @property
    def key(self) -> str:
        """The training's key."""
        return str(self.arguments["key"])

    @property
    def files(self) -> Sequence[Path]:
        """Its image files; empty if it has URLs."""
        files: Sequence[Path] = self.arguments.get("image_sample_files", ())
        return files


def read_manifest(path: Path) -> list[ManifestRow]:
    """Read a manifest.

    Args:
        path: The file: JSON Lines if its name ends in .jsonl, .ndjson or .json, otherwise CSV.

    Returns:
        Its rows, at least one. Relative paths of images are relative to the manifest's folder.

    Raises:
        Refused: It cannot be read, or a row is incomplete, has an unknown column, or repeats a key.
    """
    try:
        text = path.read_text("utf-8-sig")
    except OSError as error:
        raise Refused(f"{path}: {error.strerror}", "Name a manifest: a CSV or JSON Lines file.") from error
    except UnicodeDecodeError as error:
        raise Refused(f"{path} is not UTF-8: {error.reason}", "Save it as UTF-8.") from error
    lines = _json_lines if path.suffix.lower() in (".jsonl", ".ndjson", ".json") else _csv_lines
    rows: dict[str, ManifestRow] = {}
    for number, content in lines(path, text):
        row = _row_of(f"{path}, line {number}", content, path.parent)
        first = rows.setdefault(row.key, row)
        if first is not row:
            raise Refused(
                f"{row.place}: the key {row.key!r} is already used in {first.place}",
                "Give each training its own key.",
            )
    if not rows:
        raise Refused(f"{path} has no rows", f"Add one row for each training, with {', '.join(COLUMNS)}.")
    return list(rows.values())


def _csv_lines(path: Path, text: str) -> Iterator[tuple[int, dict[str, Any]]]:
    reader = csv.DictReader(text.splitlines(keepends=True), strict=True)
    try:
        for row in reader:
            # Values beyond the last heading have the key None.
            if None in row or None in row.values():
                raise Refused(
                    f"{path}, line {reader.line_num}: there are more or fewer values than headings",
                    "Put values that contain commas in double quotes.",
                )
            yield reader.line_num, {name.strip(): value.strip() for name, value in row.items()}
    except csv.Error as error:
        raise Refused(
            f"{path}, line {reader.reader.line_num}: {error}", "Fix the CSV, or use JSON Lines."
        ) from error


def _json_lines(path: Path, text: str) -> Iterator[tuple[int, dict[str, Any]]]:
    for number, line in enumerate(text.split("\n"), 1):
        if not line.strip():
            continue
        try:
            content = json.loads(line)
        except (ValueError, RecursionError) as error:
            raise Refused(
                f"{path}, line {number} is not JSON: {error}",
                "Write one object on each line.",
            ) from error
        if not isinstance(content, dict):
            raise Refused(f"{path}, line {number} is not a JSON object", "Write one object on each line.")
        yield number, content


def _row_of(place: str, content: dict[str, Any], folder: Path) -> ManifestRow:
    unknown = sorted(set(content) - set(COLUMNS))
    if unknown:
        raise Refused(f"{place}: there is no column {unknown[0]!r}", f"Use {', '.join(COLUMNS)}.")
    arguments: dict[str, Any] = {}
    for name in _TEXTS:
        value = content.get(name)
        if value is None or value == "":
            continue
        if not isinstance(value, str):
            raise Refused(f"{place}: {name} is not text", "Put it in double quotes.")
        arguments[name] = value
    if "key" not in arguments:
        raise Refused(
            f"{place}: the row has no key", "Give each training its own key, such as an order number."
        )
    sources = _sources_of(place, content.get("images"), folder)
    try:
        chosen = read_sources(sources, images=True)
    except Refused as error:
        raise Refused(f"{place}: {error}", error.advice) from error
    if chosen.urls:
        arguments["image_sample_urls"] = chosen.urls
    else:
        arguments["image_sample_files"] = chosen.files
    return ManifestRow(place, arguments)


def _sources_of(place: str, given: Any, folder: Path) -> list[str]:
    several = given.split(_SEPARATOR) if isinstance(given, str) else given
    if not isinstance(several, list) or not all(isinstance(each, str) for each in several):
        several = []
    named = [each.strip() for each in several if each.strip()]
    if not named:
        raise Refused(
            f"{place}: the row has no images",
            f"Name a directory, files, patterns or URLs. Separate several with {_SEPARATOR!r}, or use a"
            " JSON list.",
        )
    return [
        each if each.lower().startswith(("http://", "https://")) else str(folder / Path(each).expanduser())
        for each in named
    ]
