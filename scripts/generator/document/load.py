"""Load a file as plain data, and find the line of a place in it.

Scalars are read like JSON and the core schema of YAML 1.2: ``no`` and ``2024-01-01`` are strings. Keys are
always strings, and duplicate keys are rejected. This module knows nothing of OpenAPI.
"""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import yaml
from attrs import field, frozen
from yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from . import pointers
from .problems import GenerationError, Place, Problem

_Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

_CORE_SCALARS = (
    (re.compile(r"(?:~|null|Null|NULL|)\Z"), lambda _: None),
    (re.compile(r"(?:true|True|TRUE)\Z"), lambda _: True),
    (re.compile(r"(?:false|False|FALSE)\Z"), lambda _: False),
    (re.compile(r"[-+]?[0-9]+\Z"), int),
    (re.compile(r"0o[0-7]+\Z"), lambda text: int(text, 8)),
    (re.compile(r"0x[0-9a-fA-F]+\Z"), lambda text: int(text, 16)),
    (re.compile(r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?\Z"), float),
)
_NOT_A_STRING = re.compile(r"[-+.0-9~nNtTfF]|\Z")
_NO_NUMBER = re.compile(r"[-+]?\.(?:inf|Inf|INF)\Z|\.(?:nan|NaN|NAN)\Z")
_MAX_DIGITS = 4000


@frozen
class Source:
    """A loaded document.

    Args:
        file: Its name for messages.
        text: Its text.
        data: Its content: dicts with string keys, lists, strings, numbers, booleans and None.
    """

    file: str
    text: str = field(repr=False)
    data: dict[str, Any] = field(repr=False)

    def locate(self, error: GenerationError) -> GenerationError:
        """Add file and line to the places of an error.

        Args:
            error: An error whose places are pointers into this document.

        Returns:
            An error with the same problems, in the document's order.
        """
        lines = _Lines(self.text)
        found = [
            Problem(self._place(problem.place, lines), problem.what, problem.way_out)
            for problem in error.problems
        ]
        return GenerationError(sorted(found, key=lambda problem: problem.place.line or 0))

    def _place(self, place: Place, lines: _Lines) -> Place:
        if place.file is not None or not place.pointer:
            return place
        return Place(place.pointer, self.file, lines.of(place.pointer))


def load(path: Path) -> Source:
    """Read a document as JSON if its name ends in ``.json``, otherwise as YAML.

    Args:
        path: The file.

    Returns:
        The loaded document.

    Raises:
        GenerationError: The file cannot be read, is not UTF-8, or is not valid JSON or YAML.
    """
    file = str(path)
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except OSError as error:
        raise _stop(
            file, f"the file cannot be read: {error.strerror}", "Check the path given to --spec."
        ) from error
    except UnicodeDecodeError as error:
        raise _stop(
            file,
            f"byte {error.start} is not UTF-8",
            "Save the document in UTF-8, without any other encoding.",
        ) from error
    try:
        data = _load_json(text, file) if path.suffix.lower() == ".json" else _load_yaml(text, file)
    except RecursionError as error:
        raise _stop(
            file, "the document is nested too deeply", "Name inner schemas under components."
        ) from error
    if not isinstance(data, dict):
        raise _stop(
            file, f"the document is {_kind(data)}, not a mapping", "Begin it with `openapi: 3.0.3`.", line=1
        )
    return Source(file, text, data)


def _stop(
    file: str, what: str, way_out: str, *, line: int | None = None, pointer: str = ""
) -> GenerationError:
    return GenerationError([Problem(Place(pointer, file, line), what, way_out)])


def _kind(value: object) -> str:
    return {list: "a list", str: "a single text", type(None): "empty"}.get(
        type(value), f"a {type(value).__name__}"
    )


def _load_json(text: str, file: str) -> Any:
    def pairs(items: list[tuple[str, Any]]) -> dict[str, Any]:
        result = dict(items)
        if len(result) < len(items):
            names = [name for name, _ in items]
            twice = next(name for name in names if names.count(name) > 1)
            raise _DuplicateError(twice)
        return result

    def refuse(constant: str) -> Any:
        raise _stop(file, f"{constant} is not a JSON value", "Write a number, a string or null.")

    try:
        return json.loads(text, object_pairs_hook=pairs, parse_constant=refuse)
    except json.JSONDecodeError as error:
        raise _stop(
            file, f"not JSON: {error.msg} (column {error.colno})", "Correct it there.", line=error.lineno
        ) from error
    except _DuplicateError as error:
        # json does not say where a key is; the YAML reader rejects the same key and does.
        _load_yaml(text, file)
        raise _duplicate(file, error.args[0], None) from error
    except ValueError as error:
        raise _stop(file, f"not JSON: {error}", "Correct the number there.") from error


class _DuplicateError(Exception):
    """A duplicate key in an object."""


def _duplicate(
    file: str, key: str, line: int | None, first: int | None = None, pointer: str = ""
) -> GenerationError:
    where = "" if first is None else f", first in line {first}"
    return _stop(
        file,
        f"the key {key!r} is used twice in one mapping{where}",
        "Remove or rename one of them: parsers differ in which they use.",
        line=line,
        pointer=pointer,
    )


def _load_yaml(text: str, file: str) -> Any:
    node = _compose(text, file)
    return None if node is None else _Constructor(file).construct(node, "#")


def _compose(text: str, file: str) -> Node | None:
    loader = _Loader(text)
    try:
        return loader.get_single_node()  # type: ignore[no-any-return]
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = None if mark is None else mark.line + 1
        what = " ".join(part for part in (error.context, error.problem) if part)
        way_out = "Correct the YAML there: often an indent, a missing quote or a tab is the reason."
        raise _stop(file, f"not YAML: {what}", way_out, line=line) from error
    except yaml.reader.ReaderError as error:
        what = (
            f"not YAML: the character {chr(error.character) if isinstance(error.character, int) else '?'!r}"
        )
        line = text.count("\n", 0, error.position) + 1
        raise _stop(
            file, f"{what} is not allowed", "Remove it, or write it as an escape.", line=line
        ) from error
    except yaml.YAMLError as error:
        raise _stop(file, f"not YAML: {error}", "Correct the YAML there.") from error
    finally:
        loader.dispose()


class _Constructor:
    """Builds plain data from YAML nodes, and rejects what JSON does not have."""

    def __init__(self, file: str) -> None:
        self._file = file
        self._open: set[int] = set()
        self._done: dict[int, Any] = {}

    def construct(self, node: Node, pointer: str) -> Any:
        if isinstance(node, ScalarNode):
            return self._scalar(node, pointer)
        key = id(node)
        if key in self._open:
            raise self._stop(node, pointer, "an alias that contains itself", "Use a $ref for recursion.")
        if key not in self._done:
            self._open.add(key)
            if isinstance(node, MappingNode):
                self._done[key] = self._mapping(node, pointer)
            elif isinstance(node, SequenceNode):
                self._done[key] = self._sequence(node, pointer)
            self._open.discard(key)
        return self._done[key]

    def _mapping(self, node: MappingNode, pointer: str) -> dict[str, Any]:
        result: dict[str, Any] = {}
        lines: dict[str, int] = {}
        for key_node, value_node in node.value:
            if not isinstance(key_node, ScalarNode):
                raise self._stop(
                    key_node, pointer, "a key that is not a string", "Write the key as one plain word."
                )
            key = key_node.value
            if key == "<<" and not key_node.style:
                raise self._stop(
                    key_node, pointer, "a merge key (<<), which YAML 1.2 does not have", "Use a $ref."
                )
            line = key_node.start_mark.line + 1
            if key in result:
                raise _duplicate(self._file, key, line, lines[key], pointers.join(pointer, key))
            lines[key] = line
            result[key] = self.construct(value_node, pointers.join(pointer, key))
        return result

    def _sequence(self, node: SequenceNode, pointer: str) -> list[Any]:
        return [self.construct(item, pointers.join(pointer, index)) for index, item in enumerate(node.value)]

    def _scalar(self, node: ScalarNode, pointer: str) -> Any:
        text: str = node.value
        if node.tag.startswith("!"):
            raise self._stop(
                node, pointer, f"the tag {node.tag}", "Remove the tag: the document is plain data."
            )
        if node.style or not _NOT_A_STRING.match(text):
            return text
        if _NO_NUMBER.match(text) or (len(text) > _MAX_DIGITS and text.isdigit()):
            raise self._stop(
                node, pointer, f"{text[:20]} is not a JSON number", "Quote it, or write a number."
            )
        return next((read(text) for pattern, read in _CORE_SCALARS if pattern.match(text)), text)

    def _stop(self, node: Node, pointer: str, what: str, way_out: str) -> GenerationError:
        return _stop(self._file, what, way_out, line=node.start_mark.line + 1, pointer=pointer)


class _Lines:
    """Finds the line of a pointer. JSON is read as YAML, which it nearly always is."""

    def __init__(self, text: str) -> None:
        try:
            self._root = _compose(text, "")
        except GenerationError:
            self._root = None
        self._known: dict[int, dict[str, tuple[Node, int]]] = {}

    def of(self, pointer: str) -> int | None:
        """Return the line of a place, or of the innermost existing place around it."""
        node, line = self._root, 1
        if node is None:
            return None
        for step in pointers.tokens(pointer):
            found = self._children(node).get(step)
            if found is None:
                break
            node, line = found
        return line

    def _children(self, node: Node) -> dict[str, tuple[Node, int]]:
        if id(node) not in self._known:
            children: dict[str, tuple[Node, int]] = {}
            if isinstance(node, MappingNode):
                for key, value in node.value:
                    if isinstance(key, ScalarNode):
                        children.setdefault(key.value, (value, key.start_mark.line + 1))
            elif isinstance(node, SequenceNode):
                for index, item in enumerate(node.value):
                    children[str(index)] = (item, item.start_mark.line + 1)
            self._known[id(node)] = children
        return self._known[id(node)]
