"""The base of all models: from and to dictionaries, driven by each class's table of fields."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, ClassVar, Final, NamedTuple, Self

import attrs

from ..options import NOT_GIVEN
from .codecs import ANY, Codec, DepartureError, Nullable
from .decode_context import SILENT, Reading, is_object, join
from .json_values import to_json

_MISSING: Final = object()
NO_NULLS: Final[frozenset[str]] = frozenset()
_NULLS: Final = "_nulls"


class Field:
    """A row of a model's table.

    Args:
        name: The attribute.
        key: The name in JSON.
        codec: Reads and writes its values.
        required: Whether the document requires it.
        deprecated: Whether the document advises against it.
    """

    __slots__ = ("codec", "deprecated", "key", "name", "required")

    def __init__(
        self, name: str, key: str, codec: Codec, *, required: bool = False, deprecated: bool = False
    ) -> None:
        self.name = name
        self.key = key
        self.codec = codec
        self.required = required
        self.deprecated = deprecated


class _Plan(NamedTuple):
    """What reading and writing need of a class, worked out once.

    Args:
        rows: Of each field its key, the setter of its slot, the type that needs no decoding, the codec's
            quick way,
            whether it is required, and the field itself.
        keys: The keys of all fields.
        extras: The attribute that holds the unknown fields.
        put_extras: The setter of its slot.
        put_nulls: The setter of the slot for the names of fields that were null.
    """

    rows: tuple[
        tuple[str, Callable[[Any, Any], None], Any, Callable[[Any, set[object]], Any], bool, Field], ...
    ]
    keys: frozenset[str]
    extras: str
    put_extras: Callable[[Any, Any], None]
    put_nulls: Callable[[Any, Any], None]


_PLANS: Final[dict[type, _Plan]] = {}


@attrs.define(kw_only=True)
class Model:
    """An object of the API."""

    # Names of the attributes that were null where this was read; None where nobody read it.
    _nulls: frozenset[str] | None = attrs.field(default=None, init=False, repr=False, eq=False)

    _fields: ClassVar[tuple[Field, ...]] = ()
    _additional: ClassVar[Codec] = ANY

    @classmethod
    def from_dict(cls, source: Mapping[str, Any]) -> Self:
        """Make one from a dictionary as JSON has it, generously.

        An unknown field is kept; a field that is missing or null becomes None; a value of another type stays
        as it is.

        Args:
            source: The dictionary. It is not changed, and nothing in the result refers to it.

        Returns:
            The object.

        Raises:
            TypeError: It is no mapping.
        """
        given: Any = source
        if not isinstance(given, Mapping):
            raise TypeError(f"{cls.__name__}.from_dict takes a mapping, not {type(source).__name__}")
        value: Any = source if is_object(source) else to_json(source)
        try:
            return cls._quick(value, set())
        except DepartureError:
            return cls._decode(value, SILENT, "")

    def to_dict(self) -> dict[str, Any]:
        """Write it as JSON has it.

        What was read comes back as it was: a null is null, a missing field is missing, an unknown one is
        there.

        Returns:
            A fresh dictionary of JSON values.
        """
        plan = _plan(type(self))
        nulls = self._nulls
        written: dict[str, Any] = {}
        for each in self._fields:
            value = getattr(self, each.name)
            if value is None:
                if nulls is None:
                    is_null = each.required and (
                        isinstance(each.codec, Nullable) or each.codec.exact is type(None)
                    )
                else:
                    is_null = each.name in nulls
                if is_null:
                    written[each.key] = None
            elif value is not NOT_GIVEN:
                written[each.key] = to_json(value)
        for key, value in getattr(self, plan.extras).items():
            if key not in plan.keys:
                written[key] = to_json(value)
        return written

    @classmethod
    def _quick(cls, source: Any, notes: set[object]) -> Self:
        """Read an object that is as documented. For the runtime; see `codecs`.

        Args:
            source: The dictionary.
            notes: Marks of unknown fields are put here.

        Returns:
            The object.

        Raises:
            DepartureError: It is not as documented.
        """
        kind = source.__class__
        if kind is not dict:
            raise DepartureError
        entries: dict[str, Any] = source
        plan = _PLANS.get(cls) or _plan(cls)
        made = cls.__new__(cls)
        found = 0
        nulls = NO_NULLS
        for key, put, exact, quick, required, each in plan.rows:
            value = entries.get(key, _MISSING)
            if type(value) is exact:
                put(made, value)
                found += 1
            elif value is _MISSING:
                if required:
                    raise DepartureError
                put(made, None)
            else:
                value = quick(value, notes)
                put(made, value)
                found += 1
                if value is None:
                    nulls |= {each.name}
        plan.put_nulls(made, nulls)
        extras: dict[str, Any] = {}
        if len(entries) != found:
            additional = cls._additional.quick
            for key, value in entries.items():
                if key not in plan.keys:
                    extras[key] = additional(value, notes)
                    notes.add((cls, key))
        plan.put_extras(made, extras)
        return made

    @classmethod
    def _decode(cls, source: dict[str, Any], reading: Reading, path: str) -> Self:
        """Read any object. For the runtime; see `codecs`.

        Args:
            source: The dictionary.
            reading: Generous or strict, and who is told.
            path: Where it is.

        Returns:
            The object.

        Raises:
            UnreadableError: The reading is strict, and the object departs from the document.
        """
        plan = _plan(cls)
        made = cls.__new__(cls)
        nulls: set[str] = set()
        for key, put, _, _, required, each in plan.rows:
            value = source.get(key, _MISSING)
            here = join(path, key)
            if value is _MISSING:
                if required:
                    reading.depart("missing_field", here, "is missing, and the document requires it")
                put(made, None)
                continue
            value = each.codec.decode(value, reading, here)
            if value is None:
                nulls.add(each.name)
            put(made, value)
        extras: dict[str, Any] = {}
        for key, value in source.items():
            if key not in plan.keys:
                here = join(path, key)
                reading.note("unknown_field", here, f"is not in the document ({reading.quoted(value)})")
                extras[key] = cls._additional.decode(value, reading, here)
        plan.put_nulls(made, frozenset(nulls))
        plan.put_extras(made, extras)
        return made


def _plan(cls: type[Model]) -> _Plan:
    plan = _PLANS.get(cls)
    if plan is None:
        fields = cls._fields  # pyright: ignore[reportPrivateUsage]  # hidden from the caller, not from us
        names = {each.name for each in fields}
        # The generator renames it where the document has a field of that name, so it is known by what it is
        # not.
        extras = next(
            each.name for each in attrs.fields(cls) if each.name not in names and each.name != _NULLS
        )
        plan = _PLANS[cls] = _Plan(
            rows=tuple(
                (each.key, _setter(cls, each.name), each.codec.exact, each.codec.quick, each.required, each)
                for each in fields
            ),
            keys=frozenset(each.key for each in fields),
            extras=extras,
            put_extras=_setter(cls, extras),
            put_nulls=_setter(cls, _NULLS),
        )
    return plan


def _setter(cls: type[Model], name: str) -> Callable[[Any, Any], None]:
    # The slot's own setter is several times as fast as setattr.
    setter: Callable[[Any, Any], None] = getattr(cls, name).__set__
    return setter
