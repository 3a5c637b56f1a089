"""Compute the views of models."""

from __future__ import annotations

from collections.abc import Mapping

from attrs import frozen

from .. import ir
from ..ir import names
from .descriptions import described

METHODS = ("from_dict", "to_dict")
# Names that a model's module uses, and that one of its fields may have.
_HELPERS = ("dt", "field", "json_key", "other_keys")


@frozen
class FieldView:
    """An attribute of a model.

    Args:
        field: The field of the document.
        type: The type of its annotation.
        description: Text for the docstring.
        repr: The argument `repr` of attrs: "False", the name of a function, or "" for the default.
    """

    field: ir.Field
    type: ir.Type
    description: str
    repr: str


@frozen
class ModelView:
    """A model with its attributes and the imports of its module.

    Args:
        model: The model of the document.
        description: Text for the docstring.
        fields: The attributes, required ones first.
        types: The types of the attributes.
        sooner: Modules and names that are imported before its class.
        later: Those that are imported after its class, because they use it in turn.
        helpers: The names of imported helpers in its module, by their usual names.
        additional: The name of the attribute for additional fields.
        taken_methods: The methods whose names fields have.
        has_deprecated: Whether a field is deprecated.
        datetimes: Properties of type datetime, each with its attribute.
    """

    model: ir.Model
    description: str
    fields: tuple[FieldView, ...]
    types: tuple[ir.Type, ...]
    sooner: tuple[tuple[str, str], ...]
    later: tuple[tuple[str, str], ...]
    helpers: dict[str, str]
    additional: str
    taken_methods: tuple[str, ...]
    has_deprecated: bool
    datetimes: tuple[tuple[str, str], ...]

    @property
    def item_type(self) -> ir.Type | None:
        """The type of the items if the model is a sequence, or None."""
        listed = ir.without_null(self.model.sequence.type) if self.model.sequence else None
        return listed.item if isinstance(listed, ir.Array) else None

    @property
    def additional_type(self) -> ir.Type:
        """The type of fields that the document does not name."""
        return self.model.additional or ir.ANY

    @property
    def not_yet(self) -> frozenset[str]:
        """The classes that do not exist yet while its own is created."""
        return frozenset({self.model.class_name, *(name for _, name in self.later)})

    @property
    def imported(self) -> dict[str, str]:
        """How helpers are imported: renamed if a field has the same name."""
        return {name: name if name == here else f"{name} as {here}" for name, here in self.helpers.items()}

    @property
    def has_dates(self) -> bool:
        """Whether the module needs `datetime`."""
        if self.datetimes:
            return True
        parts = [part for each in self.types for part in ir.parts_of(each)]
        return any(isinstance(part, ir.Scalar) and part.name in ("date", "datetime") for part in parts)


def model_views(api: ir.Api) -> tuple[ModelView, ...]:
    """Return the views of all models."""
    contained = {
        model.class_name: {
            part.class_name
            for each in _types(model)
            for part in ir.parts_of(each)
            if isinstance(part, ir.ModelRef)
        }
        for model in api.models
    }
    return tuple(_model_view(each, api.model_modules, contained) for each in api.models)


def _types(model: ir.Model) -> tuple[ir.Type, ...]:
    return (*(each.type for each in model.fields), model.additional or ir.ANY)


def _reached(name: str, contained: Mapping[str, set[str]]) -> set[str]:
    """Return the models that a model contains, at any depth."""
    found: set[str] = set()
    waiting = [name]
    while waiting:
        new = contained.get(waiting.pop(), set()) - found
        found |= new
        waiting += new
    return found


def _model_view(model: ir.Model, modules: Mapping[str, str], contained: Mapping[str, set[str]]) -> ModelView:
    taken = [each.name for each in model.fields]
    renamed = {each.key: each.name for each in model.fields}
    types = _types(model)
    mentioned = {name for each in types for name in ir.class_names(each)} - {model.class_name}
    mutual = {each for each in contained[model.class_name] if model.class_name in _reached(each, contained)}
    return ModelView(
        model=model,
        description=model.description or f"`{model.class_name}` of the document.",
        fields=tuple(
            FieldView(
                field=each,
                type=each.type if each.required else ir.Nullable(each.type),
                description=described(each, renamed),
                repr=_repr(each, model),
            )
            for each in sorted(model.fields, key=lambda each: not each.required)
        ),
        types=types,
        sooner=tuple((modules[name], name) for name in sorted(mentioned - mutual)),
        later=tuple((modules[name], name) for name in sorted(mentioned & mutual)),
        helpers={name: names.give_way(name, taken) for name in _HELPERS},
        additional=names.give_way("additional_properties", taken),
        taken_methods=tuple(each for each in METHODS if each in taken),
        has_deprecated=any(each.deprecated for each in model.fields),
        datetimes=tuple(
            (names.give_way(f"{each.name}_datetime", taken), each.name) for each in model.datetimes
        ),
    )


def _repr(each: ir.Field, model: ir.Model) -> str:
    if each == model.sequence:
        return "first_items"
    is_shown = each in model.shown or not (model.shown or model.sequence)
    return "" if is_shown else "False"
