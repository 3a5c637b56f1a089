"""Makes known what pages use of the package's own pytest plugin; without an installation nothing loads it."""

from __future__ import annotations

from tryleap.pytest_plugin import pytest_configure as pytest_configure  # noqa: PLC0414 - a hook, found by name
