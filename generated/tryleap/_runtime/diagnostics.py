"""Describe an installation for a bug report."""

from __future__ import annotations

import os
import platform
import sys
from importlib import metadata
from typing import Final

from .package_settings import Settings
from .request.base_url import shown_url

_PACKAGES: Final = (
    *("httpx", "httpcore", "httpx2", "httpcore2", "h11", "h2", "anyio", "attrs"),
    *("certifi", "truststore", "trio"),
)
_PROXIES: Final = ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY", "SSL_CERT_FILE", "SSL_CERT_DIR")


def describe(settings: Settings) -> str:
    """Describe versions, platform and configuration in several lines.

    Of credentials and proxies it only says whether they are set.
    """
    lines = [f"{settings.package} {settings.version}"]
    lines.append(f"Python {platform.python_version()} ({platform.python_implementation()}) at {sys.platform}")
    lines.append(f"Platform {platform.platform()}")
    for name in _PACKAGES:
        try:
            lines.append(f"{name} {metadata.version(name)}")
        except metadata.PackageNotFoundError:
            continue
    lines.append(f"Base URL {_base_url(settings)}")
    variables = [each.variable for each in settings.credentials if each.variable]
    for variable in (f"{settings.environment_prefix}_LOG", *variables, *_PROXIES):
        is_set = bool(os.environ.get(variable) or os.environ.get(variable.lower()))
        lines.append(f"{variable} is {'set' if is_set else 'not set'}")
    return "\n".join(lines)


def _base_url(settings: Settings) -> str:
    """Return the base URL without a user name, a password or a query."""
    value = os.environ.get(f"{settings.environment_prefix}_BASE_URL")
    if not value:
        return f"{settings.base_url} (the document's)"
    return f"{shown_url(value)} (from the environment)"
