"""Check that the document and the configuration only refer to what exists."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from .. import ir
from ..config import Config
from ..document import pointers
from ..document.problems import GenerationError, Place, Problem
from .extensions import LONG_RUNNING


def check(document: dict[str, Any], api: ir.Api, config: Config) -> None:
    """Check that operations, fields, security schemes and models that are referred to exist.

    Args:
        document: The loaded document.
        api: The ir.
        config: The choices.

    Raises:
        GenerationError: Something that is referred to does not exist.
    """
    problems = [*_long_running(api), *_links(api), *_security(document, api), *_choices(api, config)]
    if problems:
        raise GenerationError(problems)


def _long_running(api: ir.Api) -> Iterator[Problem]:
    by_id = {each.id: each for each in api.operations}
    for operation in api.operations:
        plan = operation.long_running
        if plan is None:
            continue
        place = Place(pointers.join(operation.pointer, LONG_RUNNING))
        if plan.poll not in by_id:
            yield Problem(
                place, f"`poll` names {plan.poll!r}, which is not an operation", "Name an operation id."
            )
            continue
        read = ((operation, plan.id_field, "id"), (by_id[plan.poll], plan.status_field, "status"))
        for holder, key, role in read:
            if api.result_field(holder, key) is None:
                yield Problem(
                    place,
                    f"the {role} is read from {key!r}, and the result of {holder.id!r} has no such field",
                    "Describe the field in the schema of the response, or name the one that it has.",
                )


def _links(api: ir.Api) -> Iterator[Problem]:
    known = {each.id for each in api.operations}
    for operation in api.operations:
        for response in operation.responses:
            for target, _ in response.links:
                if target not in known:
                    yield Problem(
                        Place(response.pointer),
                        f"a link refers to {target!r}, which is not an operation",
                        "Name the id of an operation, or remove the link.",
                    )


def _security(document: dict[str, Any], api: ir.Api) -> Iterator[Problem]:
    known = {each.key for each in api.security_schemes}
    lists = [("#/security", document.get("security", []))]
    for operation in api.operations:
        own = pointers.follow(document, operation.pointer).get("security", [])
        lists.append((pointers.join(operation.pointer, "security"), own))
    for pointer, alternatives in lists:
        for name in sorted({name for each in alternatives for name in each} - known):
            yield Problem(
                Place(pointer),
                f"the security scheme {name!r} is not described",
                "Describe it under components/securitySchemes.",
            )


def _choices(api: ir.Api, config: Config) -> Iterator[Problem]:
    known = {each.id for each in api.operations}
    named = [(name, "operations") for name in config.operations]
    named += [(each.verify_with, "verify_with") for each in config.operations.values() if each.verify_with]
    for name, key in named:
        if name not in known:
            yield Problem(
                Place("#/paths"),
                f"the configuration names the operation {name!r} under {key}, and there is none",
                "Use an operation id of the document.",
            )
    for name in sorted(set(config.models) - {each.class_name for each in api.models}):
        yield Problem(
            Place("#/components/schemas"),
            f"the configuration names the model {name!r} under models, and there is none",
            "Use the name of a model's class.",
        )
