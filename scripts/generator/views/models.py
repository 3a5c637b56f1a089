"""Views of models and of named sets of values; see `views`."""

from __future__ import annotations

from collections.abc import Mapping

from attrs import frozen

from .. import ir
from ..ir import names
from ..render import code
from ..render.text import headed, literal, paragraphs
from .descriptions import described

METHODS = ("from_dict", "to_dict")


@frozen
class FieldView:
    """An attribute of a model."""

    name: str
    type: ir.Type
    is_required: bool
    description: str
    row: str
    row_key: str
    known: str | None
    straight: tuple[str, str] | None


@frozen
class ModelView:
    """A model: its attributes, its table, and the names of our own that moved aside."""

    model: ir.Model
    class_name: str
    module: str
    description: str
    fields: tuple[FieldView, ...]
    types: tuple[ir.Type, ...]
    dt: str
    field: str
    additional_type: ir.Type
    additional: str
    taken_methods: tuple[str, ...]
    is_straight: bool
    has_deprecated: bool

    @property
    def class_names(self) -> list[str]:
        """The other models and the aliases that annotations mention."""
        found = {name for each in self.types for name in ir.class_names(each)}
        return sorted(found - {self.class_name})

    @property
    def has_dates(self) -> bool:
        """Whether an annotation needs `datetime`."""
        parts = [part for each in self.types for part in ir.parts_of(each)]
        return any(isinstance(part, ir.Scalar) and part.name in ("date", "datetime") for part in parts)


@frozen
class AliasView:
    """A named closed set of values."""

    name: str
    module: str
    description: str
    type: ir.Literals


def model_view(model: ir.Model) -> ModelView:
    """Decide how a model is written.

    Args:
        model: The model.

    Returns:
        The view.
    """
    taken = [each.name for each in model.fields]
    renamed = {each.key: each.name for each in model.fields}
    extra = model.additional or ir.ANY
    fields = tuple(_field(each, renamed) for each in sorted(model.fields, key=lambda each: not each.required))
    deprecated = any(each.deprecated for each in model.fields)
    return ModelView(
        model=model,
        class_name=model.class_name,
        module=model.module,
        description=headed(
            model.description or f"`{model.class_name}` of the document.", indent=4, is_whole=False
        ),
        fields=fields,
        types=(*(each.type for each in model.fields), extra),
        dt=names.give_way("dt", taken),
        field=names.give_way("field", taken),
        additional_type=extra,
        additional=names.give_way("additional_properties", taken),
        taken_methods=tuple(each for each in METHODS if each in taken),
        # What warns of its use is written by the runtime, past the warning.
        is_straight=bool(fields) and all(each.straight for each in fields) and not deprecated,
        has_deprecated=deprecated,
    )


def _field(each: ir.Field, renamed: Mapping[str, str]) -> FieldView:
    row = ", ".join([literal(each.name), literal(each.key), code.codec(each.type)])
    row += ", required=True" if each.required else ""
    row += ", deprecated=True" if each.deprecated else ""
    return FieldView(
        each.name,
        each.type if each.required else ir.Nullable(each.type),
        each.required,
        described(each, renamed, first=f"{each.name}: ", indent=8),
        f"Field({row})",
        literal(each.key),
        literal(each.type.known) if isinstance(each.type, ir.Open) else None,
        _straight(each) if each.required else None,
    )


def _straight(each: ir.Field) -> tuple[str, str] | None:
    """How a value that is as documented is read without a codec: when it is not, and what is kept of it.

    None where that takes more than a glance: then the codecs read the whole model.
    """
    exact = {"str": "str", "bool": "bool", "int": "int"}
    if isinstance(each.type, ir.Scalar) and each.type.name in exact:
        return f"value.__class__ is not {exact[each.type.name]}", "value"
    if isinstance(each.type, ir.Open):
        return f"value.__class__ is not str or value not in _{each.name.upper()}", "value"
    if each.type == ir.Array(ir.Scalar("str")):
        return "value.__class__ is not list", "value.copy()"
    return None


def alias_view(alias: ir.Alias) -> AliasView:
    """Decide how a named closed set of values is written."""
    return AliasView(alias.name, alias.module, paragraphs(alias.description, indent=0), alias.type)
