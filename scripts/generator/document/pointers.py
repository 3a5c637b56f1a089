"""Write and follow JSON pointers."""

from __future__ import annotations

from typing import Any
from urllib.parse import unquote

from attrs import field, frozen


@frozen
class Located:
    """An object of the document and its place, after references were resolved."""

    pointer: str
    data: dict[str, Any] = field(repr=False)


def join(pointer: str, *keys: str | int) -> str:
    """Append keys to a pointer, escaped as in RFC 6901.

    Args:
        pointer: The pointer to start from, ``#`` for the root.
        keys: Names or indexes.

    Returns:
        The longer pointer.
    """
    return "/".join([pointer, *(_escaped(str(key)) for key in keys)])


def _escaped(key: str) -> str:
    # In a reference a percent sign begins an encoded character.
    return key.replace("~", "~0").replace("/", "~1").replace("%", "%25")


def tokens(pointer: str) -> list[str]:
    """Split a pointer, or a local ``$ref``, into its unescaped keys.

    Args:
        pointer: A pointer that starts with ``#``.

    Returns:
        The keys; none for the root.
    """
    return [unquote(token).replace("~1", "/").replace("~0", "~") for token in pointer.split("/")[1:]]


def follow(document: Any, pointer: str) -> Any:
    """Return the value that a pointer names.

    Args:
        document: The root value.
        pointer: A pointer that starts with ``#``.

    Returns:
        The value there.

    Raises:
        LookupError: There is no such place.
    """
    value = document
    for token in tokens(pointer):
        value = value[int(token)] if isinstance(value, list) else value[token]
    return value


def object_at(document: Any, pointer: str) -> dict[str, Any]:
    """Return the object that a pointer names, or an empty one, for example for a schema that was left out."""
    try:
        value = follow(document, pointer) if pointer.startswith("#") else {}
    except LookupError:
        return {}
    return value if isinstance(value, dict) else {}


def resolve(document: dict[str, Any], value: Any, pointer: str) -> Located:
    """Resolve an object that may be a reference.

    Args:
        document: The whole document.
        value: An object that may be a ``$ref``.
        pointer: Its place.

    Returns:
        The object that it refers to and its place; an empty object if that is not an object.
    """
    while isinstance(value, dict) and isinstance(value.get("$ref"), str):
        pointer = value["$ref"]
        value = follow(document, pointer)
    return Located(pointer, value if isinstance(value, dict) else {})
