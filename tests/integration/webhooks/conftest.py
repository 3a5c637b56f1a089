"""Fixtures that these tests share with those of the simulator."""

from __future__ import annotations

from tests.support.simulator import connect, receiver, train

__all__ = ["connect", "receiver", "train"]
