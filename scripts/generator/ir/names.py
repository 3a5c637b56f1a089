"""Convert names of the document to Python names, and resolve conflicts between them."""

from __future__ import annotations

import keyword
import re
from collections.abc import Iterable

_CONTROLLER = re.compile(r"[A-Z][A-Za-z0-9]*_([A-Za-z][A-Za-z0-9_]*)\Z")
_WORDS = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|[0-9]+|[A-Z]")

# Names that generated modules use themselves: the same names of the document get a trailing underscore.
RESERVED_RESOURCES = frozenset({"close", "aclose", "with_options"})
RESERVED_CREDENTIALS = RESERVED_RESOURCES | frozenset(
    """
    self base_url timeout deadline max_retries strict default_headers proxy verify http2 allow_insecure_http
    on_drift max_response_bytes max_response_values http_client
    """.split()  # noqa: SIM905 - as a list, one name a line, it would be a page long
)
RESERVED_ARGUMENTS = frozenset(
    {"call", "operations", "path_value", "require_exactly_one", "warn_arguments", "warn_operation"}
)
RESERVED_METHODS = (RESERVED_ARGUMENTS - {"call"}) | frozenset(
    {"cached_property", "dt", "overload", "with_raw_response"}
)
RESERVED_CLASSES = frozenset(
    """
    Any Callable ClassVar Literal Mapping Self Sequence TYPE_CHECKING UUID
    ApiResponse ItemSequence Model SequenceNotStr
    ANY BOOL DATE DATETIME FLOAT INT NONE STR UUID_
    ListOf Literals MapOf ModelOf Nullable OpenLiterals UnionOf
    BytesBody Call CookieField FileField FormBody FormField HeaderField JsonBody JsonField JsonObject
    Multipart Operation QueryField ResponseSpec
    AsyncResource DEFAULT_WAIT FileTypes NOT_GIVEN NotGiven ProgressCallback RequestOptions SyncResource
    send_and_wait wait
    TimeoutTypes WaitOptions WaitPlan
    """.split()  # noqa: SIM905 - as a list, one name a line, it would be a page long
)


def words(text: str) -> list[str]:
    """Split a name into its words: ``getHTTPStatus2`` becomes get, HTTP, Status and 2."""
    parts = re.split(r"[^0-9A-Za-z]+", text)
    return [word for part in parts for word in _WORDS.findall(part)]


def snake(text: str) -> str:
    """Convert a name to snake case.

    Args:
        text: A name in any spelling.

    Returns:
        A valid identifier that is not a keyword; with the prefix ``x`` if it would be empty or begin with a
        digit.
    """
    name = "_".join(word.lower() for word in words(text))
    if not name or name[0].isdigit():
        name = f"x_{name}".rstrip("_")
    return f"{name}_" if keyword.iskeyword(name) else name


def pascal(text: str) -> str:
    """Convert a name to Pascal case; see `snake`."""
    name = "".join(word[:1].upper() + word[1:] for word in words(text))
    if not name or name[0].isdigit():
        name = f"X{name}"
    return f"{name}_" if keyword.iskeyword(name) else name


def method(operation_id: str) -> str:
    """Return the method name for an operation id: ``ImagesController_findAll`` becomes ``find_all``."""
    match = _CONTROLLER.match(operation_id)
    return snake(match[1] if match else operation_id)


def give_way(name: str, taken: Iterable[str]) -> str:
    """Append underscores to a name until it is free.

    Args:
        name: The preferred name.
        taken: The names that are in use.

    Returns:
        The name, with as many trailing underscores as it needs.
    """
    occupied = set(taken)
    while name in occupied:
        name += "_"
    return name


def of_class(name: str) -> str:
    """Return a class name for a model or a named set of values that no generated module uses itself."""
    return give_way(name, RESERVED_CLASSES)
