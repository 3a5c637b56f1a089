"""Simulate the service on a real HTTP server on loopback, for tests and development.

It keeps state, accepts uploads and sends webhooks, and costs nothing:

    from tryleap import Leap
    from tryleap.simulator import running

    with running(training_seconds=1800) as server, Leap("any-key", base_url=server.base_url) as leap:
        model = leap.image_models.train_model(name="Alex", image_sample_files=["me-1.jpg"])
        server.advance(1800)
        assert leap.image_models.get_model(model.id).status == "finished"

In pytest, use the fixture `leap_simulator`. From a shell, run `python -m tryleap.simulator`.
"""

from __future__ import annotations

from importlib.util import find_spec

from .._version import install_command

# Checked here because the message of a failed import would not say what to install.
_missing = [name for name in ("starlette", "uvicorn", "python_multipart") if find_spec(name) is None]
if _missing:
    raise ImportError(
        f"The simulator needs {', '.join(_missing)}, which it cannot import: {install_command('simulator')}"
    )

from ._faults import Fault, Faults  # noqa: E402 (after the check above)
from ._server import Simulator, running, serve  # noqa: E402
from ._state import Delivery, Options, ReceivedRequest, Settings, Upload, UploadedFile  # noqa: E402

__all__ = [
    "Delivery",
    "Fault",
    "Faults",
    "Options",
    "ReceivedRequest",
    "Settings",
    "Simulator",
    "Upload",
    "UploadedFile",
    "running",
    "serve",
]
