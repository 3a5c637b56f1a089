"""Describe this installation for a bug report."""

from __future__ import annotations

from ._runtime.diagnostics import describe
from ._settings import SETTINGS


def debug_report() -> str:
    """Describe this installation for a bug report: versions, platform and configuration, without any credential.

    Returns:
        Several lines of text.
    """
    return describe(SETTINGS)
