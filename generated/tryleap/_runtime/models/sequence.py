"""Models that are sequences of the items in one of their attributes."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, ClassVar, Final, Generic, SupportsIndex, TypeVar, overload

T = TypeVar("T")
_SHOWN: Final = 5


class ItemSequence(Generic[T]):
    """Gives a model `len()`, iteration and indexing over the list in one attribute. None counts as empty."""

    __slots__ = ()

    # The attribute with the list.
    _sequence: ClassVar[str]

    def _items(self) -> list[T]:
        found: Any = getattr(self, self._sequence)
        # Lenient decoding may have left a value that is not a list.
        return found if isinstance(found, list) else []

    def __len__(self) -> int:
        """Return the number of items. A model without items is false."""
        return len(self._items())

    def __iter__(self) -> Iterator[T]:
        """Iterate over the items."""
        return iter(self._items())

    @overload
    def __getitem__(self, index: SupportsIndex) -> T: ...

    @overload
    def __getitem__(self, index: slice) -> list[T]: ...

    def __getitem__(self, index: SupportsIndex | slice) -> T | list[T]:
        """Return an item, or a list of several."""
        return self._items()[index]


def first_items(value: Any) -> str:
    """Write a list for the `repr` of a model: its first items, and how many there are.

    Args:
        value: The list, or the value in its place.
    """
    if not isinstance(value, list) or len(value) <= _SHOWN:
        return repr(value)
    shown = ", ".join(map(repr, value[:_SHOWN]))
    return f"[{shown}, ... {len(value)} in all]"
