"""Compute the arguments of methods, and the overloads for mutually exclusive ones."""

from __future__ import annotations

from typing import Literal, TypeAlias

from attrs import evolve, frozen

from .. import ir
from ..ir import names
from .descriptions import described

BODY_ARGUMENT = "body"

Presence: TypeAlias = Literal["required", "optional", "not_given"]


@frozen
class Argument:
    """An argument that corresponds to a parameter or field of the document.

    Args:
        name: Its name in Python.
        type: Its type, without the type of an omitted value.
        presence: Whether it is required, and if not, whether None or NOT_GIVEN means that it is omitted.
        description: What it means.
    """

    name: str
    type: ir.Type
    presence: Presence
    description: str

    @property
    def is_required(self) -> bool:
        """Whether it must be given."""
        return self.presence == "required"


def positional_arguments(operation: ir.Operation) -> tuple[Argument, ...]:
    """Describe the arguments that go into the path."""
    renamed = operation.python_names
    return tuple(_argument(each, renamed) for each in operation.path_fields)


def keyword_arguments(operation: ir.Operation) -> tuple[Argument, ...]:
    """Describe the arguments that are given by name, those that must be given first."""
    renamed = operation.python_names
    arguments = [_argument(each, renamed) for each in operation.keyword_fields]
    body = operation.body
    if body and not body.parts:
        arguments.append(_body_argument(body, [each.name for each in arguments]))
    return tuple(sorted(arguments, key=lambda each: not each.is_required))


def overloads(
    arguments: tuple[Argument, ...], groups: tuple[tuple[str, ...], ...]
) -> tuple[tuple[Argument, ...], ...]:
    """List the signatures of a method, one for each way to give exactly one argument of a group.

    Args:
        arguments: The arguments that are given by name.
        groups: The groups of which exactly one is given, by names in Python.

    Returns:
        The arguments of each signature; nothing where there is no such rule.
    """
    if not groups:
        return ()
    found = []
    for chosen in groups[0]:
        left_out = [each for each in groups[0] if each != chosen]
        found.append(tuple(_in_overload(each, chosen, left_out) for each in arguments))
    return tuple(found)


def _in_overload(each: Argument, chosen: str, left_out: list[str]) -> Argument:
    if each.name == chosen:
        return evolve(each, presence="required")
    return evolve(each, type=ir.NONE, presence="optional") if each.name in left_out else each


def _argument(each: ir.Field, renamed: dict[str, str]) -> Argument:
    presence: Presence = "required"
    if not each.required:
        presence = "not_given" if isinstance(each.type, ir.Nullable) else "optional"
    return Argument(each.name, each.type, presence, described(each, renamed))


def _body_argument(body: ir.Body, taken: list[str]) -> Argument:
    name = names.give_way(BODY_ARGUMENT, taken)
    text = f"The body, {body.media_type}."
    return Argument(name, body.argument_type, "required" if body.required else "optional", text)
