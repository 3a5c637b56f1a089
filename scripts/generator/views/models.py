"""Views of models and of named sets of values; see `views`."""

from __future__ import annotations

from collections.abc import Mapping

from attrs import frozen

from .. import ir
from ..ir import names
from .descriptions import described

METHODS = ("from_dict", "to_dict")
# What the class of a model calls by a name that a field may have as well.
_OURS = ("dt", "field", "json_key", "other_keys")


@frozen
class FieldView:
    """An attribute of a model.

    Args:
        field: What the document says of it.
        type: The type of its annotation.
        description: What it means.
        repr: How `repr` shows it: "False", the name of a function, or "" as usual.
    """

    field: ir.Field
    type: ir.Type
    description: str
    repr: str


@frozen
class ModelView:
    """A model with its attributes, the imports of its module, and our names that were renamed.

    Args:
        types: The types of its attributes.
        sooner: Modules and names of models and closed sets that are imported before its class.
        later: The same of models that hold this one in turn, and come after its class.
        ours: What its class calls of ours, with the names that it has there.
        datetimes: Properties that return dates and times, with the attributes that hold them as strings.
    """

    model: ir.Model
    class_name: str
    module: str
    description: str
    fields: tuple[FieldView, ...]
    types: tuple[ir.Type, ...]
    sooner: tuple[tuple[str, str], ...]
    later: tuple[tuple[str, str], ...]
    ours: dict[str, str]
    additional_type: ir.Type
    additional: str
    taken_methods: tuple[str, ...]
    has_deprecated: bool
    datetimes: tuple[tuple[str, str], ...]

    @property
    def item_type(self) -> ir.Type | None:
        """The type of the items, where the model is a sequence."""
        listed = ir.without_null(self.model.sequence.type) if self.model.sequence else None
        return listed.item if isinstance(listed, ir.Array) else None

    @property
    def not_yet(self) -> frozenset[str]:
        """Classes that are not there yet while its own is made."""
        return frozenset({self.class_name, *(name for _, name in self.later)})

    @property
    def imported(self) -> dict[str, str]:
        """The names under which our own names are imported; another one if a field has the same name."""
        return {name: name if name == here else f"{name} as {here}" for name, here in self.ours.items()}

    @property
    def has_dates(self) -> bool:
        """Whether an annotation needs `datetime`."""
        if self.datetimes:
            return True
        parts = [part for each in self.types for part in ir.parts_of(each)]
        return any(isinstance(part, ir.Scalar) and part.name in ("date", "datetime") for part in parts)


@frozen
class AliasView:
    """A named closed set of values."""

    name: str
    module: str
    description: str
    type: ir.Literals


def model_views(api: ir.Api) -> tuple[ModelView, ...]:
    """Decide how the models are written.

    Args:
        api: The ir.

    Returns:
        A view of each.
    """
    modules = {each.class_name: each.module for each in api.models}
    modules |= {each.name: each.module for each in api.aliases}
    held = {
        model.class_name: {
            part.class_name
            for each in _types(model)
            for part in ir.parts_of(each)
            if isinstance(part, ir.ModelRef)
        }
        for model in api.models
    }
    return tuple(_model_view(each, modules, held) for each in api.models)


def _types(model: ir.Model) -> tuple[ir.Type, ...]:
    return (*(each.type for each in model.fields), model.additional or ir.ANY)


def _reached(name: str, held: Mapping[str, set[str]]) -> set[str]:
    """The models that a model holds, at any depth."""
    found: set[str] = set()
    waiting = [name]
    while waiting:
        new = held.get(waiting.pop(), set()) - found
        found |= new
        waiting += new
    return found


def _model_view(model: ir.Model, modules: Mapping[str, str], held: Mapping[str, set[str]]) -> ModelView:
    taken = [each.name for each in model.fields]
    renamed = {each.key: each.name for each in model.fields}
    types = _types(model)
    mentioned = {name for each in types for name in ir.class_names(each)} - {model.class_name}
    holders = {each for each in held[model.class_name] if model.class_name in _reached(each, held)}
    return ModelView(
        model=model,
        class_name=model.class_name,
        module=model.module,
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
        sooner=tuple((modules[name], name) for name in sorted(mentioned - holders)),
        later=tuple((modules[name], name) for name in sorted(mentioned & holders)),
        ours={name: names.give_way(name, taken) for name in _OURS},
        additional_type=types[-1],
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


def alias_view(alias: ir.Alias) -> AliasView:
    """Decide how a named closed set of values is written."""
    return AliasView(alias.name, alias.module, alias.description, alias.type)
