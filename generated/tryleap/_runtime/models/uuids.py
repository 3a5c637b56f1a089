"""The codec of UUIDs, by itself: `uuid` is imported only for a document that has them."""

from __future__ import annotations

from typing import Final
from uuid import UUID

from .scalars import Parsed

UUID_: Final = Parsed(UUID, "a UUID", UUID)
