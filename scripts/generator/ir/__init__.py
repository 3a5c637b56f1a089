"""The intermediate representation (ir): what the document says, as plain frozen classes.

Client, reference pages, command line and simulator are all written from these classes and from nothing else.
They hold raw text of the document; whoever renders it passes it through a filter. No class here knows the
parser that helped to fill it, or a template that reads it.
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
