"""The settings of this package: its names, the URL of the service, and how to authenticate."""

from __future__ import annotations

from ._runtime.package_settings import Credential, Settings
from ._version import __version__

SETTINGS = Settings(
    package="tryleap",
    version=__version__,
    base_url="https://api.tryleap.ai",
    environment_prefix="LEAP",
    credentials=(Credential("access_token", kind="bearer", scheme="bearer", variable="LEAP_API_KEY"),),
)
