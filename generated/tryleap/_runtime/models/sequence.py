"""Models that are sequences of what one of their attributes lists."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, ClassVar, Final, Generic, SupportsIndex, TypeVar, overload

T = TypeVar("T")
_SHOWN: Final = 5


class ItemSequence(Generic[T]):
    """Gives a model `len()`, iteration and indexing over a list that it holds. None counts as empty."""

    __slots__ = ()

    # The attribute that holds the list.
    _sequence: ClassVar[str]

    def _items(self) -> list[T]:
        found: Any = getattr(self, self._sequence)
        # A lenient model may hold what is no list.
        return found if isinstance(found, list) else []

    def __len__(self) -> int:
        """Return how many items there are. A model without any is false."""
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
    """Write a list in the `repr` of a model: its first items, and how many there are.

    Args:
        value: The list, or what stands in its place.

    Returns:
        Python code, or nearly.
    """
    if not isinstance(value, list) or len(value) <= _SHOWN:
        return repr(value)
    shown = ", ".join(map(repr, value[:_SHOWN]))
    return f"[{shown}, ... {len(value)} in all]"
