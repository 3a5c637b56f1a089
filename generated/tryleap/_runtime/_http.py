"""The HTTP library, chosen by `http_library` in generator-config.yaml."""

import httpx

__all__ = ["httpx"]
