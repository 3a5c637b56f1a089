"""Write and follow JSON pointers."""

from __future__ import annotations

from typing import Any
from urllib.parse import unquote

from attrs import field, frozen


@frozen
class Located:
    """A piece of the document and the place where it stands, references followed."""

    pointer: str
    data: dict[str, Any] = field(repr=False)


def join(pointer: str, *keys: str | int) -> str:
    """Extend a pointer by keys, escaping what RFC 6901 escapes.

    Args:
        pointer: The pointer to start from, ``#`` for the root.
        keys: Names or indexes.

    Returns:
        The longer pointer.
    """
    return "/".join([pointer, *(_escaped(str(key)) for key in keys)])


def _escaped(key: str) -> str:
    # In a reference the standard lets a percent sign begin the code of a character.
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
    """Return the object that a pointer names; an empty one where there is none, such as a schema left out."""
    try:
        value = follow(document, pointer) if pointer.startswith("#") else {}
    except LookupError:
        return {}
    return value if isinstance(value, dict) else {}


def resolve(document: dict[str, Any], value: Any, pointer: str) -> Located:
    """Follow the references of an object, if it has any.

    Args:
        document: The whole document.
        value: An object that may be a ``$ref``.
        pointer: Where it stands.

    Returns:
        What it leads to, and where that stands; an empty object where that is none.
    """
    while isinstance(value, dict) and isinstance(value.get("$ref"), str):
        pointer = value["$ref"]
        value = follow(document, pointer)
    return Located(pointer, value if isinstance(value, dict) else {})
