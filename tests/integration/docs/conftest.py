"""The pages use the package's own pytest plugin."""

from __future__ import annotations

from tryleap.pytest_plugin import pytest_configure as pytest_configure  # noqa: PLC0414 - a hook, found by name
