"""Choose the columns, headings and colours of tables on a terminal.

The columns are those of `commands.operations.OPERATION.columns` in the configuration, or all plain fields.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from attrs import frozen

from .. import ir
from ..config import CommandChoice
from ..document.problems import stop
from ..ir import names
from ..render.text import prose


@frozen
class TableView:
    """The layout of a result on a terminal.

    Args:
        rows: The field with the rows, or None.
        alone: Whether the rows are all that the result has.
        columns: The keys and headings of the columns.
        headings: The headings that differ from their keys.
        colours: The colours of statuses.
    """

    rows: str | None = None
    alone: bool = False
    columns: tuple[tuple[str, str], ...] = ()
    headings: Mapping[str, str] = {}
    colours: Mapping[str, str] = {}


def table_view(
    operation: ir.Operation, resource: ir.Resource, api: ir.Api, choice: CommandChoice
) -> TableView:
    """Return the layout of the result of an operation.

    Args:
        operation: The operation.
        resource: Its resource, for the statuses of long-running operations.
        api: The ir.
        choice: The configuration of the command.

    Raises:
        GenerationError: A configured column is not a field of the result.
    """
    rows, model = _rows(operation, api)
    if model is None:
        return TableView()
    plain = [
        each.key for each in model.fields if not isinstance(ir.without_null(each.type), ir.Array | ir.Map)
    ]
    known = [each.key for each in model.fields]
    for key in choice.columns:
        if key not in known:
            raise stop(
                operation.pointer,
                f"{key!r} is a column of commands.operations.{operation.id}, but no field of the result",
                f"Known are: {', '.join(known)}.",
            )
    several = rows is not None or isinstance(_result(operation), ir.Array)
    result = _model(_result(operation), api)
    return TableView(
        rows,
        rows is not None and result is not None and len(result.fields) == 1,
        tuple((key, _heading(key)) for key in choice.columns or plain) if several else (),
        {key: _heading(key) for key in known if _heading(key) != key},
        dict(_colours(resource)),
    )


def source_of_argument(
    operation: ir.Operation, listings: Iterable[ir.Operation], api: ir.Api
) -> tuple[ir.Operation, str, str] | None:
    """Find a list operation whose rows have the id that another operation takes.

    Args:
        operation: The operation that takes an id.
        listings: The operations without required arguments.
        api: The ir.

    Returns:
        The list operation, the key of its rows, and the key of the id in a row; None if there is none.
    """
    paths = [each.field for each in operation.parameters if each.location == "path"]
    _, wanted = _rows(operation, api)
    if len(paths) != 1 or wanted is None:
        return None
    for each in listings:
        rows, model = _rows(each, api)
        if rows is not None and model is wanted:
            for field in model.fields:
                if names.snake(paths[0].key) in (
                    names.snake(field.key),
                    f"{paths[0].name.rpartition('_')[0]}_{field.key}",
                ):
                    return each, rows, field.key
    return None


def _result(operation: ir.Operation) -> ir.Type | None:
    found = [each.type for each in operation.responses if each.is_success and each.type is not None]
    return ir.without_null(found[0]) if found else None


def _rows(operation: ir.Operation, api: ir.Api) -> tuple[str | None, ir.Model | None]:
    """Return the key of the rows in a result, or None, and the model of a row or of the result."""
    result = _result(operation)
    if isinstance(result, ir.Array):
        return None, _model(ir.without_null(result.item), api)
    model = _model(result, api)
    # What is fetched by its id is one object, even if it contains a list.
    if model is None or operation.path.endswith("}"):
        return None, model
    if model.sequence is not None and isinstance(listed := ir.without_null(model.sequence.type), ir.Array):
        return model.sequence.key, _model(ir.without_null(listed.item), api)
    lists = [
        (each.key, _model(ir.without_null(inner.item), api))
        for each in model.fields
        if isinstance(inner := ir.without_null(each.type), ir.Array)
    ]
    models = [(key, row) for key, row in lists if row is not None]
    return models[0] if len(models) == 1 else (None, model)


def _model(each: ir.Type | None, api: ir.Api) -> ir.Model | None:
    if not isinstance(each, ir.ModelRef):
        return None
    return next((model for model in api.models if model.class_name == each.class_name), None)


def _heading(key: str) -> str:
    return " ".join(word.lower() for word in names.words(key)) or prose(key)


def _colours(resource: ir.Resource) -> Iterable[tuple[str, str]]:
    for each in resource.operations:
        if each.long_running:
            yield from ((status, "green") for status in each.long_running.done)
            yield from ((status, "red") for status in each.long_running.failed)
