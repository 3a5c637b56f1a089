"""Read the document's extensions, which describe what OpenAPI cannot express."""

from __future__ import annotations

from typing import Any

from .. import ir
from ..document import pointers
from ..document.problems import stop

LONG_RUNNING = "x-long-running"

_KEYS = ("poll", "status", "done", "failed", "first-delay", "max-delay")
_EXAMPLE = (
    "{poll: getThing, status: status, done: [finished], failed: [failed], first-delay: 5, max-delay: 60}"
)


def long_running(
    operation: dict[str, Any], pointer: str, responses: tuple[ir.Response, ...]
) -> ir.LongRunning | None:
    """Read `x-long-running`, which says how to wait for what an operation starts.

    A link from the operation's response to the polled operation says which value identifies it.

    Args:
        operation: The operation.
        pointer: Its place.
        responses: Its responses, for their links.

    Returns:
        The plan; None if the operation does not have the extension.

    Raises:
        GenerationError: The extension does not have the documented form.
    """
    if LONG_RUNNING not in operation:
        return None
    at = pointers.join(pointer, LONG_RUNNING)
    plan = operation[LONG_RUNNING]
    if not isinstance(plan, dict) or set(plan) != set(_KEYS):
        raise stop(at, f"{plan!r} is not of the form of {LONG_RUNNING}", f"Write it like {_EXAMPLE}.")
    for key in ("poll", "status"):
        if not isinstance(plan[key], str):
            raise stop(pointers.join(at, key), f"{plan[key]!r} is not a name", f"Write it like {_EXAMPLE}.")
    for key in ("done", "failed"):
        if (
            not plan[key]
            or not isinstance(plan[key], list)
            or not all(isinstance(each, str) for each in plan[key])
        ):
            raise stop(
                pointers.join(at, key), f"{plan[key]!r} is not a list of values", f"Write it like {_EXAMPLE}."
            )
    first, maximum = plan["first-delay"], plan["max-delay"]
    if not all(isinstance(each, int | float) and each > 0 for each in (first, maximum)) or first > maximum:
        raise stop(at, f"the delays {first!r} and {maximum!r} do not grow", f"Write it like {_EXAMPLE}.")
    poll: str = plan["poll"]
    return ir.LongRunning(
        poll=poll,
        id_field=_identified_by(poll, at, responses),
        status_field=plan["status"],
        done=tuple(plan["done"]),
        failed=tuple(plan["failed"]),
        first_delay=float(first),
        max_delay=float(maximum),
    )


def _identified_by(poll: str, pointer: str, responses: tuple[ir.Response, ...]) -> str:
    for response in responses:
        for target, parameters in response.links:
            expressions = [expression for _, expression in parameters]
            if target == poll and len(expressions) == 1 and expressions[0].startswith("$response.body#/"):
                return expressions[0].removeprefix("$response.body#/")
    raise stop(
        pointer,
        f"no response of this operation links to {poll!r}",
        "Add a link with one parameter to a response, for example `parameters: {id: $response.body#/id}`.",
    )
