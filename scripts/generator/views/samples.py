"""Create sample values of types for the examples on the reference pages, preferably the document's own."""

from __future__ import annotations

import json
import textwrap
from collections.abc import Mapping
from typing import Any, Final

from attrs import frozen

from .. import ir
from ..ir import names
from ..render.text import literal

NO_HINT: Final = object()
_SCALARS: Final[dict[ir.ScalarName, Any]] = {
    "str": "text",
    "int": 1,
    "float": 1.5,
    "bool": True,
    "any": "anything",
    "none": None,
    "date": "2026-01-31",
    "datetime": "2026-01-31T12:00:00Z",
    "uuid": "5f9b9c0e-7c1f-4b5c-9c0e-7c1f4b5c9c0e",
    "binary": "file.bin",
}
_PYTHON_TYPES: Final[dict[ir.ScalarName, tuple[type, ...]]] = {
    "int": (int,),
    "float": (int, float),
    "bool": (bool,),
    "any": (object,),
    "none": (type(None),),
}
# The depth at which optional fields and lists are left out, also of models that contain themselves.
_DEEPEST: Final = 3
# Models in one sample, and in a chain of models that require each other: with two references to the next one,
# the sample doubles at each level.
_MAX_MODELS: Final = 200
_MAX_CHAIN: Final = 30
# The columns for a value on one line, after the name of its argument.
_WIDEST: Final = 72


@frozen
class Expression:
    """A value as Python code, with the imports that it needs: pairs of module and name."""

    code: str
    imports: frozenset[tuple[str, str]] = frozenset()


class Samples:
    """Creates samples for the types of one document.

    Args:
        api: The ir, for its models.
        package: The package, for imports.
    """

    def __init__(self, api: ir.Api, package: str) -> None:
        self._models: Mapping[str, ir.Model] = {each.class_name: each for each in api.models}
        self._package = package
        self._models_left = _MAX_MODELS

    def of_field(self, each: ir.Field, hint: Any = NO_HINT, above: tuple[str, ...] = ()) -> Any:
        """Return a value for a field.

        Args:
            each: The field.
            hint: A value that takes precedence.
            above: The classes of the models that contain it.

        Returns:
            The JSON value; the name of a file for a file.
        """
        if hint is not NO_HINT:
            return hint
        if each.example is not None and self.fits(each.type, each.example):
            return each.example
        if each.default is not ir.NO_DEFAULT and self.fits(each.type, each.default):
            return each.default
        value = self.of_type(each.type, above)
        return value * each.min_items if isinstance(value, list) and each.min_items > 1 else value

    def of_type(self, each: ir.Type, above: tuple[str, ...] = ()) -> Any:  # noqa: PLR0911 - one for each kind of type
        """Return a value of a type; see `of_field`."""
        too_deep = len(above) > _DEEPEST
        if isinstance(each, ir.Scalar):
            return _SCALARS[each.name]
        if isinstance(each, ir.Array):
            return [] if too_deep or _is_one_of(each.item, above) else [self.of_type(each.item, above)]
        if isinstance(each, ir.Map):
            stop = too_deep or _is_one_of(each.value, above)
            return {} if stop else {"key": self.of_type(each.value, above)}
        if isinstance(each, ir.ModelRef):
            return self.of_model(self._models[each.class_name], above)
        if isinstance(each, ir.Open):
            return each.known[0] if each.known else "text"
        if isinstance(each, ir.Literals):
            return each.values[0]
        if isinstance(each, ir.Nullable):
            return None if _is_one_of(each.inner, above) else self.of_type(each.inner, above)
        return self._of_union(each, above)

    def of_model(self, model: ir.Model, above: tuple[str, ...] = ()) -> dict[str, Any]:
        """Return the document's example of a model, or an object with its fields."""
        if isinstance(model.example, dict) and model.example:
            return dict(model.example)
        if not above:
            self._models_left = _MAX_MODELS
        self._models_left -= 1
        if model.class_name in above or self._models_left < 0 or len(above) > _MAX_CHAIN:
            return {}  # it requires itself, or the sample would become too large
        within = (*above, model.class_name)
        return {
            each.key: self.of_field(each, above=within)
            for each in model.fields
            if each.required
            or (len(within) < _DEEPEST and not each.deprecated and not _is_one_of(each.type, within))
        }

    def _of_union(self, each: ir.Union, above: tuple[str, ...]) -> Any:
        if not each.members:
            return "anything"
        value = self.of_type(each.members[0], above)
        chosen = each.members[0]
        if isinstance(value, dict) and each.discriminator and isinstance(chosen, ir.ModelRef):
            keys = [key for key, name in each.mapping if name == chosen.class_name]
            value.update({each.discriminator: keys[0]} if keys else {})
        return value

    def fits(self, each: ir.Type, value: Any) -> bool:  # noqa: PLR0911 - one return for each kind of type
        """Return whether the client would accept a JSON value for a type."""
        if isinstance(each, ir.Nullable):
            return value is None or self.fits(each.inner, value)
        if isinstance(each, ir.Scalar):
            known = _PYTHON_TYPES.get(each.name, (str,))
            return isinstance(value, known) and (each.name in ("bool", "any") or not isinstance(value, bool))
        if isinstance(each, ir.Array):
            return isinstance(value, list) and all(self.fits(each.item, part) for part in value)
        if isinstance(each, ir.Map):
            return isinstance(value, dict) and all(self.fits(each.value, part) for part in value.values())
        if isinstance(each, ir.ModelRef):
            return isinstance(value, dict)
        if isinstance(each, ir.Open):
            return isinstance(value, str)
        if isinstance(each, ir.Literals):
            return value in each.values
        return any(self.fits(member, value) for member in each.members)

    def response_body(self, response: ir.Response) -> str | None:
        """Return a body for a documented response as indented JSON; None if it has no JSON body."""
        if response.kind != "json":
            return None
        value = response.example
        if value is None:
            value = self.of_type(response.type or ir.ANY)
        return json.dumps(value, indent=2, ensure_ascii=False)

    def method(self, class_name: str, name: str) -> str:
        """Return the name of a model's method, which is renamed if a field has that name."""
        return names.give_way(name, [each.name for each in self._models[class_name].fields])

    def expression(self, each: ir.Type, value: Any) -> Expression:
        """Convert a JSON value to the code of an argument.

        Args:
            each: The type of the argument.
            value: The JSON value.
        """
        if isinstance(each, ir.Nullable) and value is not None:
            return self.expression(each.inner, value)
        if isinstance(each, ir.Array) and isinstance(value, list):
            parts = [self.expression(each.item, part) for part in value]
            return Expression(_spread("[", [part.code for part in parts], "]"), _imports(parts))
        if isinstance(each, ir.ModelRef) and isinstance(value, dict):
            maker = self.method(each.class_name, "from_dict")
            return Expression(
                f"{each.class_name}.{maker}({spread_literal(value)})",
                frozenset({(f"{self._package}.models", each.class_name)}),
            )
        if isinstance(each, ir.Union) and each.members:
            chosen = next((one for one in each.members if self.fits(one, value)), each.members[0])
            return self.expression(chosen, value)
        if isinstance(each, ir.Scalar) and isinstance(value, str):
            return _scalar(each.name, value)
        return Expression(spread_literal(value))


def _is_one_of(each: ir.Type, above: tuple[str, ...]) -> bool:
    """Return whether a type is one of the models that contain it."""
    plain = ir.without_null(each)
    return isinstance(plain, ir.ModelRef) and plain.class_name in above


def spread_literal(value: Any) -> str:
    """Convert a JSON value to a literal, on several lines if it is long."""
    if isinstance(value, dict):
        pairs = [f"{literal(key)}: {spread_literal(each)}" for key, each in value.items()]
        return _spread("{", pairs, "}")
    if isinstance(value, list):
        return _spread("[", [spread_literal(each) for each in value], "]")
    return literal(value)


def _spread(start: str, parts: list[str], end: str) -> str:
    line = f"{start}{', '.join(parts)}{end}"
    if len(line) <= _WIDEST and "\n" not in line:
        return line
    return "\n".join([start, *(textwrap.indent(f"{part},", "    ") for part in parts), end])


def _imports(parts: list[Expression]) -> frozenset[tuple[str, str]]:
    return frozenset(each for part in parts for each in part.imports)


def _scalar(name: ir.ScalarName, value: str) -> Expression:
    if name in ("date", "datetime"):
        return Expression(f"{name}.fromisoformat({literal(value)})", frozenset({("datetime", name)}))
    if name == "uuid":
        return Expression(f"UUID({literal(value)})", frozenset({("uuid", "UUID")}))
    return Expression(literal(value))


def is_file(each: ir.Type) -> bool:
    """Return whether a type is a file or a list of files."""
    plain = ir.without_null(each)
    return ir.without_null(plain.item if isinstance(plain, ir.Array) else plain) == ir.FILE
