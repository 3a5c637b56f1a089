"""Warn of deprecated operations, arguments and fields, once for each in a process.

Only packages whose document has deprecated parts import this module. A warning points at the caller's own
line, not at a line of this package.
"""

from __future__ import annotations

import sys
import warnings
from types import FrameType
from typing import Any, Final

from ._package import PACKAGE
from .models.base import Model
from .models.layout import layout
from .request.parameters import is_given

# What was warned of. If warnings are errors it stays empty, so that every use raises.
_WARNED: Final[set[str]] = set()
# The files of methods that attrs generates, and the modules that copy models.
_GENERATED: Final = "<attrs generated"
_COPYING: Final = frozenset({"attr", "attrs", "copy", "copyreg", "pickle"})


def warn_operation(name: str) -> None:
    """Warn that an operation, such as "things.get_thing", is deprecated."""
    if name not in _WARNED:
        _warn(name, sys._getframe(1))


def warn_arguments(operation: str, /, **values: Any) -> None:
    """Warn of each deprecated argument of an operation, such as "things.get_thing", that is given."""
    for argument, value in values.items():
        name = f"{operation}({argument})"
        if name not in _WARNED and is_given(value):
            _warn(name, sys._getframe(1))


def warn_of_fields(model: type[Model]) -> None:
    """Make a model warn when one of its deprecated fields is read, set or passed to its constructor.

    The metadata of its attributes say which are deprecated.
    """
    for each in layout(model).fields:
        if each.deprecated and not isinstance(model.__dict__[each.name], _Watched):
            setattr(model, each.name, _Watched(model, each.name))


def _warn(name: str, frame: FrameType | None) -> None:
    while frame is not None and _is_ours(frame):
        frame = frame.f_back
    if frame is None:
        return
    names = frame.f_globals
    text = f"{name} is deprecated in the document of the API"
    registry = names.setdefault("__warningregistry__", {})
    place = (frame.f_code.co_filename, frame.f_lineno, names.get("__name__"))
    warnings.warn_explicit(text, DeprecationWarning, *place, registry=registry)
    _WARNED.add(name)


def _is_ours(frame: FrameType) -> bool:
    name = frame.f_globals.get("__name__") or ""
    return (
        name == PACKAGE or name.startswith(f"{PACKAGE}.") or frame.f_code.co_filename.startswith(_GENERATED)
    )


class _Watched:
    """A descriptor in place of a slot. It warns once, and then puts the slot back."""

    def __init__(self, model: type[Model], name: str) -> None:
        self._model = model
        self._name = name
        self._slot: Any = model.__dict__[name]

    def __get__(self, instance: Model | None, owner: type[Model]) -> Any:
        if instance is None:
            return self._slot
        self._used(sys._getframe(1))
        return self._slot.__get__(instance, owner)

    def __set__(self, instance: Model, value: Any) -> None:
        if value is not None:
            frame = sys._getframe(1)
            is_constructor = frame.f_code.co_filename.startswith(_GENERATED)
            self._used(frame.f_back if is_constructor else frame)
        self._slot.__set__(instance, value)

    def __delete__(self, instance: Model) -> None:
        self._slot.__delete__(instance)

    def _used(self, frame: FrameType | None) -> None:
        """Warn if the field was used by the user, not by this package or by a method that attrs generates."""
        if frame is None or _is_ours(frame):
            return
        if (frame.f_globals.get("__name__") or "").partition(".")[0] not in _COPYING:
            _warn(f"{self._model.__name__}.{self._name}", frame)
            setattr(self._model, self._name, self._slot)
