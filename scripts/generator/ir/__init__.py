"""The intermediate representation (ir): the document's content as frozen classes.

The client, the reference pages, the command line and the simulator are rendered from these classes. They hold
raw text of the document, which the templates pass through a filter. They depend on neither the parser nor the
templates.
"""

from .api import Api, Resource, SecurityScheme
from .operation import Body, BodyKind, Callback, Location, LongRunning, Operation, Parameter, Part, Response
from .schema import (
    ANY,
    FILE,
    NO_DEFAULT,
    NONE,
    Alias,
    Array,
    Field,
    Literals,
    Map,
    Model,
    ModelRef,
    Nullable,
    Open,
    Scalar,
    ScalarName,
    Type,
    Union,
    alternatives,
    class_names,
    one_of,
    parts_of,
    without_null,
)

__all__ = [
    "ANY",
    "FILE",
    "NONE",
    "NO_DEFAULT",
    "Alias",
    "Api",
    "Array",
    "Body",
    "BodyKind",
    "Callback",
    "Field",
    "Literals",
    "Location",
    "LongRunning",
    "Map",
    "Model",
    "ModelRef",
    "Nullable",
    "Open",
    "Operation",
    "Parameter",
    "Part",
    "Resource",
    "Response",
    "Scalar",
    "ScalarName",
    "SecurityScheme",
    "Type",
    "Union",
    "alternatives",
    "class_names",
    "one_of",
    "parts_of",
    "without_null",
]
