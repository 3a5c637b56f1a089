"""Fixtures that these tests share with those of webhooks."""

from __future__ import annotations

from tests.support.simulator import connect, http, receiver, simulator, train

__all__ = ["connect", "http", "receiver", "simulator", "train"]
