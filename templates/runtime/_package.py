"""What the runtime takes from outside: the HTTP library, the package's name and its base error.

These are working defaults, with which the runtime is tested where it lies. In a generated package the file
beside this one, `_package.py.jinja`, takes its place.
"""

import httpx

__all__ = ["PACKAGE", "BaseError", "httpx"]

PACKAGE = "runtime"


class BaseError(Exception):
    """The base of every error that this package raises on its own account."""
