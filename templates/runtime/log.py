"""The package's logger, and the environment variable that enables it."""

from __future__ import annotations

import logging
import os
from typing import Final

from ._package import PACKAGE

logger: Final = logging.getLogger(PACKAGE)

_LEVELS: Final = {
    "debug": logging.DEBUG,
    "info": logging.INFO,
    "warning": logging.WARNING,
    "error": logging.ERROR,
}
_FORMAT: Final = "%(asctime)s %(name)s %(levelname)s %(message)s"


def configure(variable: str) -> None:
    """Enable logging at the level in an environment variable, if it is set; a second time, do nothing."""
    value = os.environ.get(variable, "").strip().lower()
    if not value:
        return
    level = _LEVELS.get(value)
    if level is None:
        logger.warning("%s is %r, not one of %s", variable, value, ", ".join(_LEVELS))
        return
    logger.setLevel(level)
    # If the application has configured logging, its handlers are enough.
    if not logger.hasHandlers():
        handler = logging.StreamHandler()
        handler.setFormatter(logging.Formatter(_FORMAT))
        logger.addHandler(handler)
