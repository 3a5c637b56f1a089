"""Run openapi-python-client's parser. No other module uses it, because its Python interface is not stable.

The parser gets the reduced copy of the document, and its result is converted to models and types of the ir.
Whatever it leaves out, warns about or raises becomes a problem with a place.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from attrs import frozen
from openapi_python_client.config import Config, ConfigFile, MetaType
from openapi_python_client.parser import GeneratorData
from openapi_python_client.parser.errors import GeneratorError, ParseError
from openapi_python_client.parser.openapi import Endpoint
from openapi_python_client.parser.properties import ModelProperty, Property
from openapi_python_client.parser.properties.any import AnyProperty
from openapi_python_client.parser.properties.boolean import BooleanProperty
from openapi_python_client.parser.properties.const import ConstProperty
from openapi_python_client.parser.properties.date import DateProperty
from openapi_python_client.parser.properties.datetime import DateTimeProperty
from openapi_python_client.parser.properties.file import FileProperty
from openapi_python_client.parser.properties.float import FloatProperty
from openapi_python_client.parser.properties.int import IntProperty
from openapi_python_client.parser.properties.list_property import ListProperty
from openapi_python_client.parser.properties.none import NoneProperty
from openapi_python_client.parser.properties.string import StringProperty
from openapi_python_client.parser.properties.union import UnionProperty
from openapi_python_client.parser.properties.uuid import UuidProperty

from .. import ir
from ..document import pointers
from ..document.problems import GenerationError, Place, Problem, stop
from . import names
from .parser_names import key_of
from .prepare import Prepared

_SCALARS: dict[type, ir.ScalarName] = {
    AnyProperty: "any",
    BooleanProperty: "bool",
    DateProperty: "date",
    DateTimeProperty: "datetime",
    FileProperty: "binary",
    FloatProperty: "float",
    IntProperty: "int",
    NoneProperty: "none",
    StringProperty: "str",
    UuidProperty: "uuid",
}
_JSON_SCALARS: dict[type, ir.ScalarName] = {str: "str", bool: "bool", int: "int", float: "float"}
_WITH_VALUES = ("str", "int", "float", "bool", "any")
_COMPONENT_DEPTH = 3
_WAY_OUT = "Write the schema in a simpler way, or leave the part out of the document."
_HEADER = re.compile(r"WARNING parsing ([A-Z]+) (.+?) within (?:[^.]*)\.:? ?", re.DOTALL)
# The parser's messages show objects in place of texts of the document; the place says which text is meant.
_UNNAMED = re.compile(r"<openapi_python_client\S+ object at 0x\w+>")


@frozen
class ParsedField:
    """A property of a model, or a parameter."""

    key: str
    name: str
    type: ir.Type
    required: bool
    pointer: str


@frozen
class ParsedModel:
    """An object with named properties."""

    class_name: str
    module: str
    pointer: str
    fields: tuple[ParsedField, ...]
    additional: ir.Type | None


@frozen
class ParsedOperation:
    """The parser's result for one operation: parameters by location and name, responses by status."""

    parameters: Mapping[tuple[str, str], ParsedField]
    body: ir.Type | None
    responses: Mapping[str, ir.Type]


@frozen
class Parsed:
    """The parser's result: the models, and the operations by their pointers."""

    models: tuple[ParsedModel, ...]
    operations: Mapping[str, ParsedOperation]


def parse(prepared: Prepared, options: Mapping[str, Any]) -> Parsed:
    """Run openapi-python-client's parser on a prepared document.

    Args:
        prepared: The document with its reduced copy.
        options: Keys of openapi-python-client's own configuration.

    Returns:
        The models and the operations.

    Raises:
        GenerationError: The parser left something out, warned or failed.
    """
    data = _run(prepared, options)
    problems = list(_warnings(data, prepared))
    if problems:
        raise GenerationError(problems)
    reader = _Reader(prepared.document, {model.class_info.name: model for model in data.models})
    operations = {
        _text(endpoint.description): reader.operation(endpoint)
        for collection in data.endpoint_collections_by_tag.values()
        for endpoint in collection.endpoints
    }
    models = [reader.model(model) for model in data.models if not reader.is_map(model)]
    return Parsed(tuple(sorted(models, key=lambda model: model.class_name)), operations)


def _run(prepared: Prepared, options: Mapping[str, Any]) -> GeneratorData:
    try:
        config = Config.from_sources(
            ConfigFile(**options),
            MetaType.NONE,
            Path("openapi.yaml"),
            "utf-8",
            overwrite=False,
            output_path=None,
        )
        data = GeneratorData.from_dict(prepared.reduced, config=config)
    except RecursionError as error:
        raise stop("#/components/schemas", "a chain of schemas is too long to follow", _WAY_OUT) from error
    except Exception as error:
        raise stop("#", f"the parser failed: {type(error).__name__}: {error}", _WAY_OUT) from error
    if isinstance(data, GeneratorError):
        raise stop("#", f"{data.header}: {data.detail}", _WAY_OUT)
    return data


def _text(value: Any) -> str:
    """Return the raw text of a string that the parser may have marked as untrusted."""
    return value if isinstance(value, str) else value.get_untrusted_value() if value is not None else ""


def _warnings(data: GeneratorData, prepared: Prepared) -> Iterator[Problem]:
    places = {
        (each.method.upper(), path): each.at.pointer
        for each in prepared.operations
        for path in (each.path, each.parser_path)
    }
    for error in data.errors:
        yield _warning(error, places)
    for collection in data.endpoint_collections_by_tag.values():
        for error in collection.parse_errors:
            yield _warning(error, places)


def _warning(error: ParseError, places: Mapping[tuple[str, str], str]) -> Problem:
    message = f"{error.header.strip().rstrip(':')}: {(error.detail or '').strip()}".partition("\n")[0]
    message = _UNNAMED.sub("...", _HEADER.sub("", message))
    what = " ".join(message.replace("Unable to parse this part of your OpenAPI document: :", "").split())
    return Problem(Place(_place(error, places)), what, _WAY_OUT)


def _place(error: ParseError, places: Mapping[tuple[str, str], str]) -> str:
    for name in ("description", "ref"):
        pointer = _text(getattr(error.data, name, None))
        if pointer.startswith("#/"):
            return pointer
    match = _HEADER.match(error.header)
    if match:
        return places.get((match[1], match[2]), "#/paths")
    schema = re.search(r"/components/schemas/\S+", error.header)
    return f"#{schema[0].rstrip(':')}" if schema else "#/components/schemas"


class _Reader:
    """Converts the parser's properties to types of the ir."""

    def __init__(self, document: dict[str, Any], models: Mapping[str, ModelProperty]) -> None:
        self._document = document
        self._models = models

    def operation(self, endpoint: Endpoint) -> ParsedOperation:
        located: tuple[tuple[str, Iterable[Property]], ...] = (
            ("path", endpoint.path_parameters),
            ("query", endpoint.query_parameters),
            ("header", endpoint.header_parameters),
            ("cookie", endpoint.cookie_parameters),
        )
        parameters = {
            (place, _text(each.name)): self._field(each) for place, group in located for each in group
        }
        responses = {each.status_code.pattern: self.type(each.prop) for each in endpoint.responses}
        body = self.type(endpoint.bodies[0].prop) if endpoint.bodies else None
        return ParsedOperation(parameters, body, responses)

    def model(self, model: ModelProperty) -> ParsedModel:
        properties = [*(model.required_properties or []), *(model.optional_properties or [])]
        fields = {each.key: each for each in map(self._field, properties)}
        order = [key for key in self._order(model) if key in fields]
        extra = model.additional_properties
        return ParsedModel(
            names.of_class(str(model.class_info.name)),
            str(model.class_info.module_name),
            _text(model.data.description),
            tuple(fields.pop(key) for key in order) + tuple(fields.values()),
            None if extra is None else self.type(extra),
        )

    def is_map(self, model: ModelProperty) -> bool:
        """Return whether an object has no named property, so that it becomes a dict."""
        return (
            not model.required_properties
            and not model.optional_properties
            and not self._refers_to_itself(model)
        )

    def _refers_to_itself(self, model: ModelProperty, seen: frozenset[str] = frozenset()) -> bool:
        waiting: list[Any] = [model.additional_properties]
        while waiting:
            each = waiting.pop()
            if isinstance(each, ListProperty):
                waiting.append(each.inner_property)
            elif isinstance(each, UnionProperty):
                waiting.extend(each.inner_properties)
            elif isinstance(each, ModelProperty):
                name = str(each.class_info.name)
                if name == model.class_info.name or name in seen:
                    return True
                target = self._models.get(name, each)
                if not target.required_properties and not target.optional_properties:
                    seen |= {name}
                    waiting.append(target.additional_properties)
        return False

    def _order(self, model: ModelProperty) -> list[str]:
        """Return the keys in the document's order; the parser's order would make larger diffs."""
        keys: dict[str, None] = {}
        waiting = [_text(model.data.description)]
        while waiting:
            schema = self._at(waiting.pop(0))
            keys.update(dict.fromkeys(schema.get("properties", {})))
            waiting[:0] = [each["$ref"] for each in schema.get("allOf", []) if "$ref" in each]
        return list(keys)

    def _field(self, prop: Property) -> ParsedField:
        pointer = _text(prop.description)
        key = key_of(_text(prop.name))
        return ParsedField(key, str(prop.python_name), self.type(prop), prop.required, pointer)

    def _at(self, pointer: str) -> dict[str, Any]:
        return pointers.object_at(self._document, pointer)

    def type(self, prop: Any) -> ir.Type:
        """Return the ir's type for a property of the parser."""
        if isinstance(prop, ListProperty):
            return ir.Array(self.type(prop.inner_property))
        if isinstance(prop, ModelProperty):
            return self._object(prop)
        if isinstance(prop, UnionProperty):
            return self._union(prop)
        if isinstance(prop, ConstProperty):
            return self._values(_text(prop.description))
        name = _SCALARS.get(type(prop))
        if name is None:
            raise stop(_text(prop.description), f"a {type(prop).__name__} is not supported", _WAY_OUT)
        return self._scalar(name, _text(prop.description))

    def _object(self, prop: ModelProperty) -> ir.Type:
        model = self._models.get(prop.class_info.name, prop)
        if not self.is_map(model):
            return ir.ModelRef(names.of_class(str(model.class_info.name)))
        extra = model.additional_properties
        return ir.Map(ir.Scalar("any") if extra is None else self.type(extra))

    def _scalar(self, name: ir.ScalarName, pointer: str) -> ir.Type:
        schema = self._at(pointer)
        if name in _WITH_VALUES and ("enum" in schema or "const" in schema):
            values = schema.get("enum", [schema.get("const")])
            if values == [None]:
                return ir.Scalar("none")
            is_component = (
                pointer.startswith("#/components/schemas/") and pointer.count("/") == _COMPONENT_DEPTH
            )
            alias = (
                names.of_class(names.pascal(pointers.tokens(pointer)[-1]))
                if is_component and "enum" in schema
                else None
            )
            return ir.Literals(tuple(each for each in values if each is not None), name, alias)
        if name == "str" and "x-extensible-enum" in schema:
            return ir.Open(tuple(self._known(schema["x-extensible-enum"], pointer)))
        return ir.Scalar(name)

    def _values(self, pointer: str) -> ir.Type:
        """Return the type of an enum or const that is one of several alternatives."""
        schema = self._at(pointer)
        values = schema.get("enum", [schema.get("const")])
        kinds = {_JSON_SCALARS.get(type(value), "any") for value in values if value is not None}
        return self._scalar(kinds.pop() if len(kinds) == 1 else "any", pointer)

    def _known(self, values: Any, pointer: str) -> list[str]:
        if isinstance(values, list) and all(isinstance(each, str) for each in values):
            return values
        raise stop(
            f"{pointer}/x-extensible-enum", f"{values!r} is not a list of strings", "List the known values."
        )

    def _union(self, prop: UnionProperty) -> ir.Type:
        schema = self._at(_text(prop.description))
        members: dict[ir.Type, None] = dict.fromkeys(self.type(each) for each in prop.inner_properties)
        nullable = members.pop(ir.Scalar("none"), members) is None
        if len(members) == 1:
            inner: ir.Type = next(iter(members))
        else:
            inner = ir.Union(tuple(members), *self._discriminator(schema, tuple(members)))
        return ir.Nullable(inner) if nullable else inner

    def _discriminator(
        self, schema: dict[str, Any], members: tuple[ir.Type, ...]
    ) -> tuple[str | None, tuple[tuple[str, str], ...]]:
        discriminator = schema.get("discriminator")
        if not discriminator:
            return None, ()
        classes = {
            _text(model.data.description).rpartition("/")[2]: names.of_class(str(model.class_info.name))
            for model in self._models.values()
        }
        mapping = {name: each for name, each in classes.items() if ir.ModelRef(each) in members}
        for value, target in discriminator.get("mapping", {}).items():
            name = target.rpartition("/")[2]
            if name in classes:
                mapping[value] = classes[name]
        return discriminator["propertyName"], tuple(sorted(mapping.items()))
