"""Compute the arguments of methods, and overloads for mutually exclusive ones."""

from __future__ import annotations

from typing import Literal, TypeAlias

from attrs import evolve, frozen

from .. import ir
from .descriptions import described

Presence: TypeAlias = Literal["required", "optional", "not_given"]


@frozen
class Argument:
    """An argument for a parameter or a field of the document.

    Args:
        name: Its name in Python.
        type: Its type, without that of the value for omission.
        presence: Whether it is required; if not, whether it is omitted by None or by NOT_GIVEN.
        description: Text for its docstring.
    """

    name: str
    type: ir.Type
    presence: Presence
    description: str

    @property
    def is_required(self) -> bool:
        """Whether it is required."""
        return self.presence == "required"


def positional_arguments(operation: ir.Operation) -> tuple[Argument, ...]:
    """Return the arguments of the path."""
    renamed = operation.python_names
    return tuple(_argument(each, renamed) for each in operation.path_fields)


def keyword_arguments(operation: ir.Operation) -> tuple[Argument, ...]:
    """Return the keyword-only arguments, required ones first."""
    renamed = operation.python_names
    arguments = [_argument(each, renamed) for each in operation.keyword_fields]
    body = operation.whole_body
    if body:
        presence: Presence = "required" if body.required else "optional"
        arguments.append(Argument(body.name, body.type, presence, body.description))
    return tuple(sorted(arguments, key=lambda each: not each.is_required))


def overloads(
    arguments: tuple[Argument, ...], groups: tuple[tuple[str, ...], ...]
) -> tuple[tuple[Argument, ...], ...]:
    """Return the overloads of a method, one for each argument of a group of which exactly one is given.

    Args:
        arguments: The keyword-only arguments.
        groups: The groups, by Python names; only the first is considered.

    Returns:
        The arguments of each overload; empty if there is no group.
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
